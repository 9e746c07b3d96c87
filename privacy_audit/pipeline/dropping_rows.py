"""A table without some of its rows; every other byte stays."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from privacy_audit.errors import UnreadableError
from privacy_audit.recipe import Limits
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.parquet_file import rewrite_parquet
from privacy_audit.sources.text_file import rewrite_csv, rewrite_jsonl
from privacy_audit.types import Reason

__all__ = ["drop_rows"]


def drop_rows(entry: FileEntry, destination: Path, rows: Collection[int], limits: Limits) -> int:
    """Write the table without the rows; returns how many others were left out because they cannot be read.

    Raises:
        UnreadableError: it is no table with rows, or cannot be read.
    """

    def same(_: str, text: str) -> str:
        return text

    suffix, n_bytes = entry.path.suffix.lower(), limits.max_line_bytes
    if suffix in (".jsonl", ".ndjson"):
        return rewrite_jsonl(entry.path, destination, same, max_line_bytes=n_bytes, leave_out=rows)
    if suffix in (".csv", ".tsv"):
        return rewrite_csv(entry.path, destination, same, max_field_bytes=n_bytes, leave_out=rows)
    if suffix == ".parquet":
        rewrite_parquet(entry.path, destination, same, max_row_bytes=n_bytes, leave_out=rows)
        return 0
    raise UnreadableError(Reason.UNSUPPORTED, "the erase list drops rows of it, and it has none")
