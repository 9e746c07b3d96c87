"""Arrow files (IPC streams and files, Feather 2), as `datasets` saves them: read and written through Parquet.

A batch of rows becomes a row group, so that what a treated copy is made of keeps its batches.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from privacy_audit.errors import UnreadableError
from privacy_audit.sources.parquet_media import pyarrow, reading_arrow
from privacy_audit.types import Reason

__all__ = ["arrow_to_parquet", "damaged_groups", "parquet_to_arrow", "without_damaged_groups"]

_FILE_MARK = b"ARROW1"
_BATCH_ROWS = 64
_KEPT_METADATA = b"huggingface"
Lost = tuple[tuple[int, int | None], ...]
"""Stretches of rows that cannot be read, last one included; None where nobody knows how many there were."""


def arrow_to_parquet(path: Path, destination: Path) -> Lost:
    """Write the rows as Parquet; what is lost behind a damaged place.

    Raises:
        MissingDependencyError: pyarrow is not installed.
        UnreadableError: MISLABELLED, CORRUPT, EMPTY.
    """
    pa = pyarrow()
    n_rows = 0
    with reading_arrow(), _opened(path) as batches, pa.parquet.ParquetWriter(destination, batches.schema) as writer:
        while True:
            try:
                batch = batches.next()
            except StopIteration:
                return ()
            except Exception:  # what pyarrow raises on damaged batches is told by the rows
                if not n_rows:
                    raise
                return ((n_rows, None),)
            writer.write_table(pa.Table.from_batches([batch]), row_group_size=max(1, batch.num_rows))
            n_rows += batch.num_rows


def parquet_to_arrow(parquet: Path, like: Path, destination: Path) -> None:
    """Write the rows of a Parquet file in the form of the Arrow file ``like``, with its types.

    Raises:
        UnreadableError: UNSUPPORTED, where a type cannot be made again.
    """
    pa = pyarrow()
    with reading_arrow(), _opened(like) as batches:
        old, is_stream = batches.schema, batches.is_stream
    with reading_arrow(Reason.UNSUPPORTED):
        source = pa.parquet.ParquetFile(parquet)
        metadata = {key: value for key, value in (old.metadata or {}).items() if key == _KEPT_METADATA}
        names = source.schema_arrow.names
        schema = pa.schema([field.with_name(name) for field, name in zip(old, names, strict=True)], metadata)
        make = pa.ipc.new_stream if is_stream else pa.ipc.new_file
        with make(destination, schema) as writer:
            for group in range(source.num_row_groups):
                writer.write_table(source.read_row_group(group).cast(schema))


def damaged_groups(path: Path) -> Lost:
    """Rows of the row groups of a Parquet file that cannot be read; none where pyarrow is not installed."""
    try:
        pyarrow()
    except Exception:
        return ()
    status = path.stat()
    return _damaged(path, status.st_mtime_ns, status.st_size)


def without_damaged_groups(path: Path, destination: Path) -> None:
    """Write the Parquet file with empty rows in place of those that cannot be read, so that rows keep their numbers."""
    pa = pyarrow()
    lost = {first for first, _ in damaged_groups(path)}
    with reading_arrow():
        source = pa.parquet.ParquetFile(path)
        nullable = pa.schema([field.with_nullable(True) for field in source.schema_arrow], source.schema_arrow.metadata)
        with pa.parquet.ParquetWriter(destination, nullable) as writer:
            for first, n_rows, group in _groups(source):
                table = (
                    pa.table([pa.nulls(n_rows, field.type) for field in nullable], schema=nullable)
                    if first in lost
                    else source.read_row_group(group).cast(nullable)
                )
                writer.write_table(table, row_group_size=max(1, n_rows))


@functools.lru_cache(maxsize=16)
def _damaged(path: Path, modified_ns: int, size_bytes: int) -> Lost:
    pa = pyarrow()
    lost: list[tuple[int, int]] = []
    n_groups = 0
    try:
        source = pa.parquet.ParquetFile(path, pre_buffer=False)
    except Exception:
        return ()  # damaged as a whole: its reader tells it
    for first, n_rows, group in _groups(source):
        n_groups += 1
        try:
            for _ in source.iter_batches(_BATCH_ROWS, [group]):
                pass
        except Exception:
            lost.append((first, first + n_rows - 1))
    return tuple(lost) if len(lost) < n_groups else ()


def _groups(source: Any) -> Iterator[tuple[int, int, int]]:
    """(number of the first row, number of rows, number of the group)."""
    first = 0
    for group in range(source.num_row_groups):
        n_rows = source.metadata.row_group(group).num_rows
        yield first, n_rows, group
        first += n_rows


class _Batches:
    def __init__(self, reader: Any, is_stream: bool) -> None:
        self.schema, self.is_stream = reader.schema, is_stream
        self._reader, self._number = reader, 0

    def next(self) -> Any:
        """The next batch. Raises StopIteration."""
        if self.is_stream:
            return self._reader.read_next_batch()
        if self._number == self._reader.num_record_batches:
            raise StopIteration
        self._number += 1
        return self._reader.get_batch(self._number - 1)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[_Batches]:
    pa = pyarrow()
    with path.open("rb") as file:
        is_file = file.read(len(_FILE_MARK)) == _FILE_MARK
    with pa.memory_map(str(path)) as source:
        try:
            reader = pa.ipc.open_file(source) if is_file else pa.ipc.open_stream(source)
        except pa.ArrowInvalid:
            raise UnreadableError(Reason.MISLABELLED, "the content is no Arrow file that can be read") from None
        yield _Batches(reader, not is_file)
