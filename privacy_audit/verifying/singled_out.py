"""Rows that a combination of quasi-identifiers singles out, before and after treatment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from privacy_audit.errors import MissingDependencyError, UnreadableError
from privacy_audit.pipeline import Toolbox
from privacy_audit.pipeline.naming import finder
from privacy_audit.pipeline.scanning import files_within
from privacy_audit.pipeline.treated_folder import source_stamp
from privacy_audit.scanners.table_uniqueness import TableUniqueness
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.opened import opened
from privacy_audit.sources.table_file import read_table
from privacy_audit.types import ColumnSet
from privacy_audit.verifying.pairs import Pair
from privacy_audit.verifying.values import Check, not_tested, settled

__all__ = ["unique_rows"]


def unique_rows(toolbox: Toolbox, copies: Iterable[FileEntry], pairs: Iterable[Pair] = ()) -> Check:
    """K = 1 after treatment; with ``pairs`` also before it, over the tables that were copied, in containers too."""
    limits = toolbox.recipe.limits
    after = [_counted(toolbox, file) for copy in copies for file in files_within(copy, limits) if file.kind == "table"]
    before = [_counted(toolbox, file) for pair in pairs if pair.treated for file in _copied(toolbox, pair)]
    told = [(unique, rows) for unique, rows in after if rows]
    if not told and not any(rows for _, rows in before):
        return not_tested("unique_rows", "isolation", "no_table")
    n_unique, n_rows = sum(unique for unique, _ in told), sum(rows for _, rows in told)
    figures = {"unique": n_unique, "rows": n_rows, "tables": len(told)}
    if before:
        figures["unique_before"] = sum(unique for unique, _ in before)
    return settled("unique_rows", "isolation", n_unique > 0, **figures)


def _copied(toolbox: Toolbox, pair: Pair) -> Iterator[FileEntry]:
    """The tables of an original, itself or what it holds, that stand in the copy."""
    uris = pair.copy_uris()
    for file in files_within(pair.original, toolbox.recipe.limits):
        if file.kind == "table" and tuple(source_stamp(file)) in uris:
            yield file


def _counted(toolbox: Toolbox, entry: FileEntry) -> tuple[int, int]:
    """(rows with k = 1, rows) of the quasi-identifiers found in one table; (0, 0) where there are fewer than two."""
    try:
        with opened(entry, toolbox.recipe.limits) as plain:
            if plain.path.suffix.lower() == ".json":  # a document has no columns
                return 0, 0
            found = TableUniqueness().scan(read_table(plain.path, entry.uri, finds=finder(toolbox)))
    except (UnreadableError, MissingDependencyError):
        return 0, 0  # the scan tells it
    for detection in found:
        if isinstance(detection.location, ColumnSet):
            return detection.location.rows_by_k[0], sum(detection.location.rows_by_k)
    return 0, 0
