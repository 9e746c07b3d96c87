"""Rows that a combination of quasi-identifiers singles out, before and after treatment."""

from __future__ import annotations

from collections.abc import Iterable

from privacy_audit.errors import UnreadableError
from privacy_audit.pipeline import Toolbox
from privacy_audit.pipeline.naming import finder
from privacy_audit.scanners.table_uniqueness import TableUniqueness
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.table_file import read_table
from privacy_audit.types import ColumnSet
from privacy_audit.verifying.pairs import Pair
from privacy_audit.verifying.values import Check, not_tested, settled

__all__ = ["unique_rows"]


def unique_rows(toolbox: Toolbox, copies: Iterable[FileEntry], pairs: Iterable[Pair] = ()) -> Check:
    """K = 1 after treatment; with ``pairs`` also before it, over the tables that were copied."""
    after = [_counted(toolbox, entry) for entry in copies if _is_table(entry)]
    before = [_counted(toolbox, pair.original) for pair in pairs if pair.treated and _is_table(pair.original)]
    told = [(unique, rows) for unique, rows in after if rows]
    if not told and not any(rows for _, rows in before):
        return not_tested("unique_rows", "isolation", "no_table")
    n_unique, n_rows = sum(unique for unique, _ in told), sum(rows for _, rows in told)
    figures = {"unique": n_unique, "rows": n_rows, "tables": len(told)}
    if before:
        figures["unique_before"] = sum(unique for unique, _ in before)
    return settled("unique_rows", "isolation", n_unique > 0, **figures)


def _is_table(entry: FileEntry) -> bool:
    return entry.kind == "table" and entry.path.suffix.lower() != ".json"


def _counted(toolbox: Toolbox, entry: FileEntry) -> tuple[int, int]:
    """(rows with k = 1, rows) of the quasi-identifiers found in one table; (0, 0) where there are fewer than two."""
    try:
        table = read_table(entry.path, entry.uri, finds=finder(toolbox))
        found = TableUniqueness().scan(table)
    except UnreadableError:
        return 0, 0  # the scan tells it
    for detection in found:
        if isinstance(detection.location, ColumnSet):
            return detection.location.rows_by_k[0], sum(detection.location.rows_by_k)
    return 0, 0
