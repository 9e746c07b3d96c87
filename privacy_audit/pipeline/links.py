"""What lies in several files, over one scan: collectors in the processes, their lines and vectors put together here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from privacy_audit.errors import MissingDependencyError, RecipeError
from privacy_audit.fingerprint import Fingerprinter
from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.recipe import Recipe
from privacy_audit.sources.folder import FileEntry

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

    def added(self, report: ExposureReport) -> ExposureReport:
        """The report with what was found. Vectors are forgotten."""
        linking, compared = self._recipe.linking, None
        if linking.voices or linking.faces:
            from privacy_audit.linking.people import LinkTally

            tally = LinkTally(linking.basis, voices=linking.voices, faces=linking.faces)
            for index in sorted(self._templates):  # whatever the order the processes were done in
                tally.add(self._templates.pop(index))
            compared = tally.build()
        duplicates = self._duplicates.build() if self._duplicates is not None else None
        return replace(report, duplicates=duplicates, linking=compared)
