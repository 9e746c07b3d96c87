"""A table as a whole: its columns and their first cells, for the scanners that judge columns and not cells."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from privacy_audit.sources._column_names import Finds, finds_nothing, shown_keys, worth_reading
from privacy_audit.sources._csv_cells import column_names, rows_of
from privacy_audit.sources._encoding import open_checked
from privacy_audit.sources._json_cells import lines_of
from privacy_audit.sources.parquet_file import iter_parquet_rows
from privacy_audit.types import TableRecord

__all__ = ["SAMPLE_ROWS", "read_table"]

SAMPLE_ROWS = 200


def read_table(path: Path, uri: str, *, max_line_bytes: int = 10_000_000, finds: Finds = finds_nothing) -> TableRecord:
    """The columns of a table with the cells of its first rows; ``uri`` ends in ``#table``.

    Columns have the names that they have in the URIs of the cells.

    Raises:
        UnreadableError: EMPTY, ENCODING at the first bytes that do not decode, CORRUPT (Parquet).
    """
    suffix = path.suffix.lower()
    read_rows = {".jsonl": _json_rows, ".ndjson": _json_rows, ".parquet": _parquet_rows}.get(suffix, _csv_rows)
    rows = read_rows(path, max_line_bytes, finds)
    columns: dict[str, list[str]] = {}
    for row in islice(rows, SAMPLE_ROWS):
        for column, text in row.items():
            columns.setdefault(column, []).append(text)
    return TableRecord(f"{uri}#table", path, {column: tuple(texts) for column, texts in columns.items()})


def _csv_rows(path: Path, max_chars: int, finds: Finds) -> Iterator[dict[str, str]]:
    file, encoding = open_checked(path)
    with io.TextIOWrapper(file, encoding=encoding.codec, newline="") as text:
        _, rows = rows_of(text, path.suffix.lower() == ".tsv", max_chars)
        names: list[str] | None = None
        for row in rows:
            if row.problem or not any(cell.text.strip() for cell in row.cells):
                continue
            if names is None:
                names, is_header = column_names(row, finds)
                if is_header:
                    continue
            yield {name: cell.text for name, cell in zip(names, row.cells, strict=False)}


def _json_rows(path: Path, max_line_bytes: int, finds: Finds) -> Iterator[dict[str, str]]:
    file, _ = open_checked(path)
    with file:
        for line in lines_of(file, max_line_bytes):
            try:
                value: Any = json.loads(line or b"null")
            except (ValueError, RecursionError):
                continue  # the cells' own reader says which rows it could not read
            if isinstance(value, dict):
                keys = shown_keys(value, finds(filter(worth_reading, value)))
                yield {shown: _text(value[key]) for key, shown in keys if isinstance(value[key], str | int | float)}


def _parquet_rows(path: Path, max_row_bytes: int, finds: Finds) -> Iterator[dict[str, str]]:
    for row in iter_parquet_rows(path, max_row_bytes=max_row_bytes, finds=finds):
        yield {column: _text(value) for column, value in row.items() if isinstance(value, str | int | float)}


def _text(item: str | float) -> str:
    return item if isinstance(item, str) else json.dumps(item)
