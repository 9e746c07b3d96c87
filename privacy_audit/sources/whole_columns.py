"""Columns of JSON Lines and Parquet as a whole: every plain value of a column, numbers and dates too.

The cells of the other readers are texts and long numbers only; an age or a postcode is neither.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from privacy_audit import tables
from privacy_audit.sources import parquet_file
from privacy_audit.sources._column_names import Finds, shown_keys, worth_reading
from privacy_audit.sources._json_cells import lines_of
from privacy_audit.sources.text_file import numbered, open_jsonl

__all__ = ["iter_plain_rows", "rewrite_columns"]

_DECODER = json.JSONDecoder()
_NEW = "privacy_audit_new_value"

Cell = Callable[[str, str], "str | None"]


def iter_plain_rows(path: Path, *, max_line_bytes: int, finds: Finds) -> Iterator[tuple[int, dict[str, str]]]:
    """Number of the row, and the plain values of its columns as texts, by the names that URIs have for them.

    Rows that cannot be read are passed over: their own reader tells them. Raises UnreadableError.
    """
    if path.suffix.lower() == ".parquet":
        rows = parquet_file.iter_parquet_rows(path, max_row_bytes=max_line_bytes, finds=finds)
        for number, row in enumerate(rows):
            yield number, {column: _text(value) for column, value in row.items() if _is_plain(value)}
        return
    with open_jsonl(path) as (file, _):
        for row_number, line in numbered(lines_of(file, max_line_bytes)):
            value = _loaded(line) if row_number is not None else None
            if isinstance(value, dict) and row_number is not None:
                shown = dict(shown_keys(value, finds(filter(worth_reading, value))))
                yield row_number, {shown[key]: _text(item) for key, item in value.items() if _is_plain(item)}


def rewrite_columns(
    path: Path,
    destination: Path,
    cell: Cell,
    columns: Mapping[str, bool],
    *,
    max_line_bytes: int,
    finds: Finds,
) -> None:
    """Write the table with ``cell("row=3&column=age", "42")`` in place of each value of ``columns``; None leaves it.

    ``columns``: by the name in URIs, whether its type is kept; an emptied number is null then. Otherwise the new
    values are texts, and in Parquet so are all values of the column. The rest stays as it is.

    Raises:
        UnreadableError: as the readers of the table.
    """
    if path.suffix.lower() == ".parquet":
        _rewrite_parquet(path, destination, cell, columns, finds)
    else:
        _rewrite_jsonl(path, destination, cell, columns, max_line_bytes, finds)


def _rewrite_jsonl(
    path: Path, destination: Path, cell: Cell, columns: Mapping[str, bool], max_line_bytes: int, finds: Finds
) -> None:
    with open_jsonl(path) as (file, mark), destination.open("wb") as written:
        written.write(mark)
        for row, line in numbered(lines_of(file, max_line_bytes)):
            value = _loaded(line) if row is not None else None
            if line is None:  # too long: written as one that cannot be read, so that rows keep their numbers
                written.write(b"{\n")
            elif row is None or not isinstance(value, dict):
                written.write(line)
            else:
                shown = dict(shown_keys(value, finds(filter(worth_reading, value))))
                wanted = {key for key in value if shown[key] in columns and _is_plain(value[key])}
                new = {key: cell(_fragment(row, shown[key]), _text(value[key])) for key in wanted}
                written.write(_with_values(line.decode("utf-8"), {k: v for k, v in new.items() if v is not None}))


def _with_values(line: str, new: Mapping[str, str]) -> bytes:
    """The line with other values at the keys of its outermost object."""
    pieces, position = [], 0
    ascii_only = line.isascii() and "\\u" in line
    for key, start, end in _values_of(line):
        old = json.loads(line[start:end]) if key in new else None
        if key in new and _text(old) != new[key]:
            empty = not new[key] and not isinstance(old, str)
            pieces += [line[position:start], "null" if empty else json.dumps(new[key], ensure_ascii=ascii_only)]
            position = end
    return "".join([*pieces, line[position:]]).encode("utf-8")


def _values_of(line: str) -> Iterator[tuple[str, int, int]]:
    """Each key of the outermost object and where its value stands."""
    at = _after_space(line, line.index("{") + 1)
    while line[at] != "}":
        key, at = _DECODER.raw_decode(line, at)
        start = _after_space(line, _after_space(line, at) + 1)  # behind the colon
        _, at = _DECODER.raw_decode(line, start)
        yield key, start, at
        at = _after_space(line, at)
        at = _after_space(line, at + 1) if line[at] == "," else at


def _after_space(line: str, at: int) -> int:
    while line[at] in " \t\r\n":
        at += 1
    return at


def _rewrite_parquet(path: Path, destination: Path, cell: Cell, columns: Mapping[str, bool], finds: Finds) -> None:
    failed: list[BaseException] = []

    def new_value(row: int, shown: str, value: str) -> str:
        try:
            item = json.loads(value)
            if not _is_plain(item):
                return value
            new = cell(_fragment(row, shown), _text(item))
            if new is None or new == _text(item):
                return value
            return "null" if not new and not isinstance(item, str) else json.dumps(new)
        except BaseException as error:  # DuckDB would wrap it, and quote it
            failed.append(error)
            raise

    with parquet_file.opened(path) as connection:
        described = parquet_file.columns_of(connection, path, finds)
        connection.create_function(_NEW, new_value, ["BIGINT", "VARCHAR", "VARCHAR"], "VARCHAR", side_effects=True)
        values = ", ".join(
            f"{_new_column(name, shown, kind, columns)} AS {tables.quoted(name)}" for name, shown, kind in described
        )
        retyped = any(shown in columns and not columns[shown] and kind != "VARCHAR" for _, shown, kind in described)
        rows_of = f"SELECT {values} FROM {parquet_file.NUMBERED_ROWS}"  # noqa: S608 - names are quoted, paths are parameters
        written_as = parquet_file.layout(connection, path, with_noted_types=not retyped)
        parquet_file.write_rows(connection, rows_of, written_as, path, destination, failed)


def _new_column(name: str, shown: str, kind: str, columns: Mapping[str, bool]) -> str:
    column = tables.quoted(name)
    if shown not in columns or parquet_file.holds_bytes(kind):
        return column
    new = (
        f"{_NEW}({tables.quoted(parquet_file.ROW)}, '{shown}', to_json({column})::VARCHAR)"  # no quote in a shown name
    )
    text = f"({new}::JSON ->> '$')"
    return text if kind == "VARCHAR" or not columns[shown] else f"TRY_CAST({text} AS {kind})"


def _loaded(line: bytes | None) -> Any:
    try:
        return json.loads(line or b"null")
    except (ValueError, RecursionError):
        return None


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _fragment(row: int, column: str) -> str:
    return f"row={row}&column={quote(column, safe='')}"
