"""Pictures and sounds in the cells of Parquet: bytes, ``{bytes, path}`` as Hugging Face writes them, lists of these.

Each cell is a file of its own: ``rows.parquet#row=12&column=image``. pyarrow reads and writes them a few rows at a
time; DuckDB would hold 2048.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from privacy_audit import tables
from privacy_audit.errors import MissingDependencyError, UnreadableError
from privacy_audit.types import Reason

__all__ = ["Cell", "cells", "is_file_name", "merged", "pyarrow", "reading_arrow", "text_of", "wanted_shape"]

_BYTES = r'"?bytes"? BLOB'
_PATH = r'"?path"? VARCHAR'
_SHAPES = (
    ("bytes", re.compile(r"BLOB(\[\])?")),
    ("struct", re.compile(rf"STRUCT\((?:{_BYTES}, {_PATH}|{_PATH}, {_BYTES})\)(\[\])?")),
)
_TEXT_COLUMNS = ("sentence", "text", "transcript", "transcription", "normalized_text")
_BATCH_ROWS = 8
_KEPT_METADATA = b"huggingface"

New = Callable[["Cell"], bytes]


@dataclass(frozen=True, slots=True)
class Cell:
    """``place`` is ``row=12&column=image``; ``name`` the file name beside the bytes, empty where there is none.

    ``said``: the texts of the row in columns that tell what is said in a recording.
    """

    row: int
    place: str
    data: bytes = field(repr=False)
    name: str = field(repr=False)
    said: tuple[str, ...] = field(default=(), repr=False)


def pyarrow() -> Any:
    """The module with its Parquet part. Raises MissingDependencyError without the extra."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingDependencyError("pyarrow", "arrow") from None
    return pyarrow


def is_file_name(fragment: str, shown: Collection[str]) -> bool:
    """True for ``row=12&column=image.path``, where ``image`` is one of the columns whose cells may be files."""
    column = unquote(fragment.rpartition("&column=")[2])
    return column.endswith(".path") and any(re.fullmatch(rf"{re.escape(name)}(\.\d+)?\.path", column) for name in shown)


def wanted_shape(kind: str) -> str:
    """``bytes`` or ``struct`` for a type of DuckDB that may hold files; empty for all others."""
    return next((shape for shape, pattern in _SHAPES if pattern.fullmatch(kind)), "")


def text_of(name: str, kind: str) -> str:
    """The SQL of what such a column holds beside its bytes, in the same form."""
    column = tables.quoted(name)
    if wanted_shape(kind) == "bytes":
        return "NULL::INTEGER"
    if kind.endswith("[]"):
        return f"[struct_pack(path := cell.path) for cell in {column}]"
    return f"CASE WHEN {column} IS NOT NULL THEN struct_pack(path := {column}.path) END"


def cells(path: Path, shown: dict[str, str]) -> Iterator[Cell]:
    """Every cell that holds bytes; ``shown``: name of a column -> what stands for it in a URI.

    Raises:
        MissingDependencyError: pyarrow is not installed.
        UnreadableError: CORRUPT.
    """
    for row, batch in _batches(path, shown):
        for offset, values in enumerate(batch.to_pylist()):
            said = tuple(text for name, text in values.items() if name not in shown and isinstance(text, str) and text)
            for name in shown:
                for cell in _cells(row + offset, shown[name], values[name]):
                    yield replace(cell, said=said)


def merged(
    path: Path, texts: Path, destination: Path, shown: dict[str, str], new: New, left_out: Collection[int]
) -> None:
    """Write the rows with the texts of ``texts`` and ``new(cell)`` for each cell that holds bytes.

    Schema, row groups and compression are those of ``path``; ``texts`` has the same columns, with what
    :func:`text_of` gives. Rows ``left_out`` are not written.

    Raises:
        UnreadableError: as :func:`cells`; nothing is left at ``destination``.
    """
    pa = pyarrow()
    with reading_arrow():
        source, treated = pa.parquet.ParquetFile(path), pa.parquet.ParquetFile(texts)
        schema = source.schema_arrow
        kept = {key: value for key, value in (schema.metadata or {}).items() if key == _KEPT_METADATA}
        names = [field.name for field in treated.schema_arrow]  # a name may be personal, and is replaced
        out = pa.schema([field.with_name(name) for field, name in zip(schema, names, strict=True)], kept)
        rows = _Rows(treated)
        try:
            with pa.parquet.ParquetWriter(destination, out, compression=_compression(source)) as writer:
                row = 0
                for group in range(source.num_row_groups):
                    batches = []
                    for batch in source.iter_batches(_BATCH_ROWS, [group], list(shown)):
                        table = rows.next(batch.num_rows)
                        batches += _joined(pa, batch, table, out, schema.names, shown, new, left_out, row)
                        row += batch.num_rows
                    if batches:
                        group_table = pa.Table.from_batches(batches, out)
                        writer.write_table(group_table, row_group_size=max(1, group_table.num_rows))
        except BaseException:
            destination.unlink(missing_ok=True)
            raise


def _joined(
    pa: Any,
    batch: Any,
    texts: Any,
    out: Any,
    names: Sequence[str],
    shown: dict[str, str],
    new: New,
    left_out: Collection[int],
    first_row: int,
) -> list[Any]:
    kept = [index for index in range(batch.num_rows) if first_row + index not in left_out]
    if not kept:
        return []
    texts = texts.take(kept)
    arrays = []
    for position, (name, target) in enumerate(zip(names, out, strict=True)):
        beside = texts.column(position)
        if name in shown:
            values = batch.column(batch.schema.get_field_index(name)).take(pa.array(kept))
            made = [
                _replaced(value, text, first_row + index, shown[name], new)
                for index, value, text in zip(kept, values.to_pylist(), beside.to_pylist(), strict=True)
            ]
            arrays.append(pa.array(made, target.type))
        else:
            arrays.append(beside.combine_chunks().cast(target.type))
    return list(pa.Table.from_arrays(arrays, schema=out).to_batches())


def _replaced(value: Any, text: Any, row: int, column: str, new: New) -> Any:
    """The value with new bytes, and with the new name from ``text``, which has its form without the bytes."""
    if isinstance(value, list):
        beside = text if isinstance(text, list) else [None] * len(value)
        return [
            _replaced(item, said, row, f"{column}.{number}", new)
            for number, (item, said) in enumerate(zip(value, beside, strict=True))
        ]
    found = next(_cells(row, column, value), None)
    if isinstance(value, dict):
        data = new(found) if found else value["bytes"]
        return {"bytes": data, "path": text["path"] if isinstance(text, dict) else None}
    return new(found) if found else value


def _cells(row: int, column: str, value: Any) -> Iterator[Cell]:
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _cells(row, f"{column}.{number}", item)
    elif isinstance(value, dict):
        if value["bytes"] is not None:
            yield Cell(row, _place(row, column), value["bytes"], value["path"] or "")
    elif value is not None:
        yield Cell(row, _place(row, column), value, "")


def _batches(path: Path, shown: dict[str, str]) -> Iterator[tuple[int, Any]]:
    """(number of the first row, rows) of a few rows at a time, with what is said in them."""
    pa = pyarrow()
    with reading_arrow():
        row = 0
        file = pa.parquet.ParquetFile(path, pre_buffer=False)
        columns = [*shown, *(name for name in file.schema_arrow.names if name in _TEXT_COLUMNS and name not in shown)]
        for batch in file.iter_batches(_BATCH_ROWS, columns=columns):
            yield row, batch
            row += batch.num_rows


class _Rows:
    """The rows of a file, a given number at a time."""

    def __init__(self, file: Any) -> None:
        self._batches = file.iter_batches(1024)
        self._held: Any = None

    def next(self, n_rows: int) -> Any:
        pa = pyarrow()
        parts, wanted = [], n_rows
        while wanted:
            if self._held is None or not self._held.num_rows:
                self._held = next(self._batches)
            part = self._held.slice(0, wanted)
            self._held = self._held.slice(part.num_rows)
            wanted -= part.num_rows
            parts.append(part)
        return pa.Table.from_batches(parts)


def _compression(source: Any) -> Any:
    if not source.num_row_groups:
        return "snappy"
    group = source.metadata.row_group(0)
    kinds = {group.column(index).compression for index in range(group.num_columns)}
    return {"UNCOMPRESSED": "none"}.get(kind := min(kinds), kind)


def _place(row: int, column: str) -> str:
    return f"row={row}&column={quote(column, safe='')}"


@contextlib.contextmanager
def reading_arrow(reason: Reason = Reason.CORRUPT) -> Iterator[None]:
    """What pyarrow raises, as an UnreadableError without its message, which may quote a value."""
    try:
        yield
    except Exception as error:
        of_arrow = type(error).__module__.startswith("pyarrow") or (isinstance(error, OSError) and error.errno is None)
        if not of_arrow:
            raise
        raise UnreadableError(reason, f"pyarrow cannot read or write it ({type(error).__name__})") from None
