"""Parquet, read and written by DuckDB a few rows at a time. A row reads like the JSON object that it would be.

Columns of bytes that may hold pictures and sounds are read by :mod:`parquet_media`; what else holds bytes is said to
be unread.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from privacy_audit import tables
from privacy_audit.errors import UnreadableError
from privacy_audit.sources._column_names import Finds, finds_nothing, looks_like_data, shown_keys, worth_reading
from privacy_audit.sources._json_cells import Parsed, parse_line, replace_texts
from privacy_audit.sources.parquet_media import text_of, wanted_shape
from privacy_audit.types import Reason, TextRecord

if TYPE_CHECKING:
    import duckdb

__all__ = [
    "iter_parquet",
    "iter_parquet_rows",
    "media_columns",
    "rewrite_parquet",
    "unread_columns",
    "without_media",
    "write_rows",
]

_BATCH_ROWS = 256
_SHORTEST_BYTES = 12  # two marks and the length of the index (parquet.apache.org/docs/file-format)
ROW = "privacy audit row"  # with spaces: hardly the name of a column
_TREATED = "privacy_audit_treated"
_WITHOUT_TEXT = re.compile(r"(?:FLOAT|DOUBLE|BOOLEAN|U?(?:TINY|SMALL)INT)(?:\[\d*\])*")
"""No text, and no whole number of seven digits."""
_KEPT_METADATA = "huggingface"
"""The types of the columns, for the library `datasets`. Other entries are left out: they may name the author."""


def unread_columns(path: Path, uri: str, finds: Finds = finds_nothing) -> list[str]:
    """URIs of the columns that hold bytes in another form than files have. Raises UnreadableError."""
    with opened(path) as connection:
        columns = columns_of(connection, path, finds)
    others = (shown for _, shown, kind in columns if holds_bytes(kind) and not wanted_shape(kind))
    return [f"{uri}#column={quote(shown, safe='')}" for shown in others]


def media_columns(path: Path, finds: Finds = finds_nothing) -> dict[str, str]:
    """Columns whose cells may be files: name -> what stands for it in a URI. Raises UnreadableError."""
    with opened(path) as connection:
        return {name: shown for name, shown, kind in columns_of(connection, path, finds) if wanted_shape(kind)}


def without_media(path: Path, destination: Path) -> None:
    """Write the rows with, of columns whose cells may be files, only what stands beside the bytes."""
    with opened(path) as connection:
        columns = columns_of(connection, path, finds_nothing)
        values = ", ".join(f"{_read_as(name, kind)} AS {tables.quoted(name)}" for name, _, kind in columns)
        connection.execute(
            f"COPY (SELECT {values} FROM {NUMBERED_ROWS}) TO ? (FORMAT parquet)",  # noqa: S608 - names are quoted, paths are parameters
            [tables.path_literal(path), str(destination)],
        )


def iter_parquet(
    path: Path, uri: str, *, max_row_bytes: int = 10_000_000, finds: Finds = finds_nothing
) -> Iterator[TextRecord]:
    """One record per text, date and whole number of seven digits or more: ``rows.parquet#row=3&column=a.0``.

    Names of columns that are no ordinary word are read too, as ``#header&column=nom``, and keys of maps that hold
    personal data, as ``#key=0``.

    Raises:
        UnreadableError: CORRUPT, MISLABELLED, TRUNCATED, TOO_LARGE (a row), UNSUPPORTED (encrypted).
    """
    with opened(path) as connection:
        columns = columns_of(connection, path, finds)
        for name, shown, _ in columns:
            if worth_reading(name):
                yield TextRecord(f"{uri}#header&column={quote(shown, safe='')}", name)
        n_keys = 0
        for row, line in _lines(connection, path, columns, max_row_bytes):
            parsed = parse_line(line, finds)
            for number, key in enumerate(parsed.keys, n_keys):
                yield TextRecord(f"{uri}#key={number}", key, parsed.language)
            n_keys += len(parsed.keys)
            for column, text in parsed.cells:
                yield TextRecord(f"{uri}#{_fragment(row, column)}", text, parsed.language)


def iter_parquet_rows(path: Path, *, max_row_bytes: int, finds: Finds) -> Iterator[dict[str, Any]]:
    """Shown name of a column -> its value as JSON has it. Raises UnreadableError."""
    with opened(path) as connection:
        for _, line in _lines(connection, path, columns_of(connection, path, finds), max_row_bytes):
            yield json.loads(line)


def rewrite_parquet(
    path: Path,
    destination: Path,
    replacements: Callable[[str, str], str],
    *,
    max_row_bytes: int = 10_000_000,
    finds: Finds = finds_nothing,
    leave_out: Collection[int] = (),
) -> None:
    """Write every row with ``replacements("row=3&column=a.0", text)`` for each text, but those of ``leave_out``.

    Names and types of columns, order of rows, compression and size of row groups stay. A date or a number whose
    replacement is none becomes NULL, as does a structure that no longer fits its type.

    Raises:
        UnreadableError: as :func:`iter_parquet`; nothing is left at ``destination``.
    """
    failed: list[BaseException] = []

    def treated(row: int, column: str, value: str) -> str:
        try:
            return _treated(f"row={row}", column, value)
        except BaseException as error:  # DuckDB would wrap it, and quote it
            failed.append(error)
            raise

    def _treated(place: str, column: str, value: str) -> str:
        line = b'{"' + column.encode() + b'":' + value.encode() + b"}"
        parsed: Parsed = parse_line(line, finds)
        old = [text for _, text in parsed.cells]
        new = [replacements(f"{place}&column={quote(cell, safe='')}", text) for cell, text in parsed.cells]
        return value if new == old else replace_texts(line, old, new)[len(column.encode()) + 4 : -1].decode()

    with opened(path) as connection:
        columns = columns_of(connection, path, finds)
        for _ in _lines(connection, path, columns, max_row_bytes):
            pass  # a row that is too large stops it before anything is written
        # it has side effects: DuckDB may not leave a call out, nor make it twice
        connection.create_function(_TREATED, treated, ["BIGINT", "VARCHAR", "VARCHAR"], "VARCHAR", side_effects=True)
        read = [(number, *column) for number, column in enumerate(columns) if _is_treated(column[2])]
        calls = "".join(
            # a shown name has no quote in it
            f", {_TREATED}({tables.quoted(ROW)}, '{shown}', {_json_of(name)}) AS {_TREATED}_{number}"
            for number, name, shown, _ in read
        )
        values = ", ".join(
            f"{_new_value(number, name, kind)} AS {tables.quoted(_new_name(name, shown, replacements))}"
            for number, (name, shown, kind) in enumerate(columns)
        )
        rows = ", ".join(map(str, sorted(map(int, leave_out))))
        kept = f" WHERE {tables.quoted(ROW)} NOT IN ({rows})" if rows else ""
        rows_of = f"SELECT {values} FROM (SELECT *{calls} FROM {NUMBERED_ROWS}{kept})"  # noqa: S608 - names are quoted, paths are parameters
        write_rows(connection, rows_of, layout(connection, path), path, destination, failed)


def write_rows(
    connection: duckdb.DuckDBPyConnection,
    rows_of: str,
    written_as: str,
    path: Path,
    destination: Path,
    failed: Sequence[BaseException],
) -> None:
    """Run ``rows_of`` over the table at ``path`` into ``destination``, which is gone when that fails.

    ``failed``: what a function of ours raised inside, to be raised in place of DuckDB's error, which would quote it.
    """
    try:
        connection.execute(f"COPY ({rows_of}) TO ? ({written_as})", [tables.path_literal(path), str(destination)])
    except BaseException:
        destination.unlink(missing_ok=True)
        if failed:
            raise failed[0] from None
        raise


def _new_name(name: str, shown: str, replacements: Callable[[str, str], str]) -> str:
    return replacements(f"header&column={quote(shown, safe='')}", name) if worth_reading(name) else name


def _is_treated(kind: str) -> bool:
    return not (_WITHOUT_TEXT.fullmatch(kind) or holds_bytes(kind))


def _new_value(number: int, name: str, kind: str) -> str:
    """The SQL of a column after treatment; one that holds nothing to read, or did not change, stays as it is."""
    column, new = tables.quoted(name), f"{_TREATED}_{number}"
    if not _is_treated(kind):
        return column
    # `->>` gives a text without its quotes
    cast = f"{new} ->> '$'" if kind == "VARCHAR" else f"TRY_CAST({new}::JSON AS {kind})"
    return f"CASE WHEN {new} IS NOT DISTINCT FROM {_json_of(name)} THEN {column} ELSE {cast} END"


def _json_of(name: str) -> str:
    return f"to_json({tables.quoted(name)})::VARCHAR"


@contextlib.contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    with path.open("rb") as file:
        starts, size_bytes = file.read(4), file.seek(0, 2)
        if starts not in (b"PAR1", b"PARE"):
            raise UnreadableError(Reason.MISLABELLED, "the content is no Parquet file")
        if size_bytes < _SHORTEST_BYTES:
            raise UnreadableError(Reason.TRUNCATED, "the file ends before its index")
        file.seek(-4, 2)
        if file.read(4) == b"PARE":
            raise UnreadableError(Reason.UNSUPPORTED, "an encrypted Parquet file")
    with tables.connect() as connection:
        try:
            yield connection
        except duckdb.Error as error:
            # only the class: the message may quote a value
            raise UnreadableError(Reason.CORRUPT, f"DuckDB cannot read it ({type(error).__name__})") from None


def columns_of(connection: duckdb.DuckDBPyConnection, path: Path, finds: Finds) -> list[tuple[str, str, str]]:
    """(name, what stands for it in a URI, type) of each column."""
    described = connection.execute(f"DESCRIBE SELECT * FROM {tables.reader_of(path)}", [tables.path_literal(path)])  # noqa: S608 - the path is a parameter
    types = {name: kind for name, kind, *_ in described.fetchall()}
    odd = list(filter(worth_reading, types))
    personal = frozenset(filter(looks_like_data, odd)) | (finds(odd) if odd else frozenset())
    return [(name, shown, types[name]) for name, shown in shown_keys(types, personal)]


def holds_bytes(kind: str) -> bool:
    return bool(re.search(r"\bBLOB\b", re.sub(r'"(?:[^"]|"")*"', "", kind)))


def _read_as(name: str, kind: str) -> str:
    return text_of(name, kind) if wanted_shape(kind) else tables.quoted(name)


NUMBERED_ROWS = (
    f"(SELECT * EXCLUDE (file_row_number), file_row_number AS {tables.quoted(ROW)} "  # noqa: S608 - no name of the file is in it
    "FROM read_parquet(?, hive_partitioning = false, file_row_number = true))"
)


def _lines(
    connection: duckdb.DuckDBPyConnection, path: Path, columns: list[tuple[str, str, str]], max_row_bytes: int
) -> Iterator[tuple[int, bytes]]:
    """Number and JSON of each row, without its bytes."""
    read = [column for column in columns if not holds_bytes(column[2]) or wanted_shape(column[2])]
    fields = ", ".join(f"'{shown}': {_read_as(name, kind)}" for name, shown, kind in read)
    if not fields:
        return
    rows = connection.execute(
        f"SELECT {tables.quoted(ROW)}, to_json({{{fields}}})::VARCHAR FROM {NUMBERED_ROWS}",  # noqa: S608 - names are quoted or plain
        [tables.path_literal(path)],
    )
    while batch := rows.fetchmany(_BATCH_ROWS):
        for row, text in batch:
            line = text.encode()
            if len(line) > max_row_bytes:
                raise UnreadableError(Reason.TOO_LARGE, f"row {row} has more than {max_row_bytes} bytes")
            yield row, line


def layout(connection: duckdb.DuckDBPyConnection, path: Path, *, with_noted_types: bool = True) -> str:
    """The options of COPY that keep compression, row groups and the types that `datasets` noted."""
    literal = [tables.path_literal(path)]
    groups = connection.execute(
        "SELECT max(row_group_num_rows), mode(lower(compression)) FROM parquet_metadata(?)", literal
    ).fetchone()
    rows, compression = groups or (None, None)
    options = ["FORMAT parquet", f"ROW_GROUP_SIZE {max(1, rows or 1)}"]
    if compression in ("uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw"):
        options.append(f"COMPRESSION '{compression}'")
    noted = connection.execute(
        "SELECT decode(value) FROM parquet_kv_metadata(?) WHERE decode(key) = ?", [*literal, _KEPT_METADATA]
    ).fetchone()
    if noted and with_noted_types:
        options.append(f"KV_METADATA {{{_KEPT_METADATA}: '{noted[0].replace(chr(39), 2 * chr(39))}'}}")
    return ", ".join(options)


def _fragment(row: int, column: str) -> str:
    return f"row={row}&column={quote(column, safe='')}"
