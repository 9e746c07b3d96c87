"""What is compared instead of read: the same file, and faces or voices where a basis is declared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from privacy_audit.finding.places import Place
from privacy_audit.finding.query import Query
from privacy_audit.recipe import Recipe
from privacy_audit.sources.folder import FileEntry
from privacy_audit.types import Record

__all__ = ["Seeker", "seekers_for"]


class Seeker(Protocol):
    """Compares records or files with what the person gave."""

    def in_record(self, record: Record, entry: FileEntry) -> Iterable[Place]:
        """Places in one record. Raises UnreadableError."""

    def in_file(self, entry: FileEntry) -> Iterable[Place]:
        """Places that are a whole file."""


def seekers_for(query: Query, recipe: Recipe) -> list[Seeker]:
    """Those that the query needs, their own files read.

    Raises:
        UsageError: a file given cannot be read, or shows no face or voice, or several.
        MissingDependencyError: an extra is not installed.
    """
    made: list[Seeker] = []
    if query.files:
        from privacy_audit.finding.same_file import SameFile

        made.append(SameFile(query.files, recipe))
    if query.faces:
        from privacy_audit.finding.faces import SameFace

        made.append(SameFace(query.faces, recipe))
    if query.voices:
        from privacy_audit.finding.voices import SameVoice

        made.append(SameVoice(query.voices, recipe))
    return made
