"""What lies in several files, over one scan: collectors in the processes, their lines and vectors put together here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from privacy_audit.errors import MissingDependencyError, RecipeError
from privacy_audit.fingerprint import Fingerprinter
from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.linked_people import with_linked_people
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.recipe import Recipe
from privacy_audit.sources.folder import FileEntry
from privacy_audit.store import write_lines

__all__ = ["DatasetLinks", "collecting"]


def collecting(toolbox: Toolbox) -> None:
    """Runs in each process: where the recipe asks for it, what is scanned is noted for :class:`DatasetLinks`."""
    recipe = toolbox.recipe
    if recipe.near_duplicates or recipe.linking.voices or recipe.linking.faces:
        from privacy_audit.linking.collecting import Collector

        toolbox.collect(Collector(recipe, toolbox.fingerprinter))


class DatasetLinks:
    """Adds up what the collectors of one scan give. Without anything to do it costs nothing.

    Raises:
        RecipeError: faces are to be compared and no face encoder is installed.
    """

    def __init__(self, recipe: Recipe, fingerprinter: Fingerprinter) -> None:
        self._recipe, self._fingerprinter = recipe, fingerprinter
        self._templates: dict[int, Any] = {}
        self._shown: dict[int, str] = {}
        self._evidence: list[Iterable[Mapping[str, Any]]] = []
        self._duplicates: Any = None
        if recipe.near_duplicates:
            from privacy_audit.linking.near_duplicates import DuplicateTally

            self._duplicates = DuplicateTally()
        if recipe.linking.faces:
            from privacy_audit.models import dlib_faces

            if not dlib_faces.is_installed():
                missing = MissingDependencyError("dlib and its models", "verify")
                raise RecipeError(f"recipe {recipe.name}: linking.faces: {missing}")

    def needs(self, entry: FileEntry) -> bool:
        """True where a file must be read although an earlier scan of it is kept: vectors are never kept, and anything
        but plain text may hold pictures or sound.
        """
        linking = self._recipe.linking
        return (linking.voices or linking.faces) and entry.kind != "text"

    def add_line(self, line: Mapping[str, Any]) -> None:
        """A line of a part, in the order of the files; others than those of signatures are no matter here."""
        if self._duplicates is not None and "signatures" in line:
            from privacy_audit.linking.collecting import opened

            self._duplicates.add(line["signatures"], opened(line, self._fingerprinter))

    def add_templates(self, index: int, result: Any) -> None:
        """What a process gave back for the ``index``-th file."""
        from privacy_audit.linking.collecting import Templates

        if isinstance(result, Templates):
            self._templates[index] = result

    def name(self, index: int, shown: str) -> None:
        """What outputs call the ``index``-th file."""
        if index in self._templates:
            self._shown[index] = shown

    def added(self, report: ExposureReport) -> ExposureReport:
        """The report with what was found. Vectors are forgotten."""
        linking, compared = self._recipe.linking, None
        if linking.voices or linking.faces:
            from privacy_audit.linking.people import LinkTally

            tally = LinkTally(linking.basis, voices=linking.voices, faces=linking.faces)
            for index in sorted(self._templates):  # whatever the order the processes were done in
                tally.add(self._templates.pop(index), self._shown[index])
            compared = tally.build()
            self._evidence.append(tally.lines())
        duplicates = None
        if self._duplicates is not None:
            duplicates = self._duplicates.build()
            self._evidence.append(self._duplicates.lines())
        return with_linked_people(replace(report, duplicates=duplicates, linking=compared))

    def write(self, path: Path) -> None:
        """``links.jsonl``: what the figures of :meth:`added` add up from; no such file where nothing was asked for."""
        if not self._evidence:
            path.unlink(missing_ok=True)
            return
        write_lines(path, chain.from_iterable(self._evidence))
