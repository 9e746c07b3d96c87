"""Which lines of a table's file a row stands on: what editors, diffs and code review count in."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from privacy_audit.sources._csv_cells import column_names, rows_of
from privacy_audit.sources._encoding import open_checked
from privacy_audit.sources._json_cells import lines_of

__all__ = ["row_lines"]


def row_lines(path: Path, *, max_line_bytes: int = 10_000_000) -> Iterator[tuple[str, int, int]]:
    """``header`` or the number of the row as in the URIs of its cells; its first line and its last, counted from 1.

    Ends before a row of CSV that cannot be read, since its lines cannot be counted. Other kinds of tables have none.

    Raises:
        UnreadableError: as the readers of these tables.
    """
    suffix = path.suffix.lower()
    if suffix in (".jsonl", ".ndjson"):
        yield from _of_jsonl(path, max_line_bytes)
    elif suffix in (".csv", ".tsv"):
        yield from _of_csv(path, suffix == ".tsv", max_line_bytes)


def _of_jsonl(path: Path, max_line_bytes: int) -> Iterator[tuple[str, int, int]]:
    file, _ = open_checked(path)
    with file:
        row = 0
        for number, line in enumerate(lines_of(file, max_line_bytes), 1):
            if line is None or line.strip():
                yield str(row), number, number
                row += 1


def _of_csv(path: Path, tabs: bool, max_chars: int) -> Iterator[tuple[str, int, int]]:
    file, encoding = open_checked(path)
    with io.TextIOWrapper(file, encoding=encoding.codec, newline="") as text:
        _, rows = rows_of(text, tabs, max_chars)
        line, number, begun = 1, 0, False
        for row in rows:
            if row.problem:
                return
            inside = sum(cell.raw.count("\n") for cell in row.cells)
            blank = len(row.cells) == 1 and not row.cells[0].raw.strip()
            if not blank and not begun and column_names(row)[1]:
                yield "header", line, line + inside
            elif not blank:
                yield str(number), line, line + inside
                number += 1
            begun = begun or not blank
            line += inside + row.end.count("\n")
