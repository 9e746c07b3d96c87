"""The part of an exposure report about what lies in several files: near-duplicates, and voices or faces compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from privacy_audit.legal.coverage_report import within

__all__ = ["CLUSTER_SIZES", "Grouped", "Linking", "NearDuplicates", "Repeated"]

CLUSTER_SIZES = ("2", "3-9", "10-99", "100+")
_MEDIA = ("text", "picture", "audio")


@dataclass(frozen=True, slots=True)
class Repeated:
    """One personal record that is there ``count`` times, exactly or nearly; ``uris``: where, the first few places."""

    medium: str
    count: int
    uris: tuple[str, ...]

    def __post_init__(self) -> None:
        within("medium", self.medium, _MEDIA)


@dataclass(frozen=True, slots=True)
class NearDuplicates:
    """Records with findings of medium confidence or above that repeat. A record is a row of a table, or a file.

    ``compared``: medium -> records; ``not_compared``: too little content, or past the limit. ``repeated``: medium ->
    records of which there is another one. ``clusters``: medium -> different records that repeat. ``by_size``: band of
    :data:`CLUSTER_SIZES` -> clusters. ``top``: the largest, ``others`` counted only.
    """

    compared: Mapping[str, int]
    not_compared: int
    repeated: Mapping[str, int]
    clusters: Mapping[str, int]
    by_size: Mapping[str, int]
    top: tuple[Repeated, ...]
    others: int

    @property
    def largest(self) -> int:
        """How often the most frequent one is there; 0 where none repeats."""
        return max((item.count for item in self.top), default=0)


@dataclass(frozen=True, slots=True)
class Grouped:
    """Voices or faces of all files in groups by likeness: how many different ones, as a range.

    ``compared``: voices of one file, or faces. ``not_compared``: too little speech or too small a face, or a file
    taken from an earlier audit; each counts as another one in ``most``.
    """

    compared: int
    not_compared: int
    fewest: int
    likeliest: int
    most: int


@dataclass(frozen=True, slots=True)
class Linking:
    """What was compared from file to file on the controller's declared ``basis``; None where it was not."""

    basis: str
    voices: Grouped | None
    faces: Grouped | None
