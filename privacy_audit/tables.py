"""Tables by DuckDB, out of core: how a file is opened and named in a query, for the readers and for the scanners."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

__all__ = ["connect", "path_literal", "quoted", "reader_of"]

_MEMORY = "512MB"  # what does not fit goes to a temporary file


def connect() -> duckdb.DuckDBPyConnection:
    """A database in memory, on one thread, that fetches no extension over the network."""
    import duckdb

    return duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": _MEMORY,
            "threads": "1",
        }
    )


def reader_of(path: Path) -> str:
    """The table function for a CSV, TSV, JSON Lines or Parquet file; its path is the parameter of the query."""
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return "read_parquet(?, hive_partitioning = false)"
    if suffix in (".jsonl", ".ndjson"):
        return "read_json(?, format = 'newline_delimited', ignore_errors = true, maximum_object_size = 67108864)"
    return "read_csv(?, all_varchar = true, header = true, ignore_errors = true, max_line_size = 16777216)"


def path_literal(path: Path) -> str:
    """The path with what DuckDB would take for a pattern in brackets."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def quoted(name: str) -> str:
    """A column name for a query."""
    return '"' + name.replace('"', '""') + '"'
