"""How many rows a combination of quasi-identifiers singles out, counted by DuckDB without loading the table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from privacy_audit import tables
from privacy_audit.errors import UnreadableError
from privacy_audit.scanners import Scanner
from privacy_audit.scanners._table_kinds import QUASI_IDENTIFIERS, entity_types_by_column
from privacy_audit.types import K_BANDS, ColumnSet, Confidence, Detection, Reason, Record, TableRecord

__all__ = ["TableUniqueness", "k_distribution"]

_MIN_ROWS = 2
_MEDIUM_SHARE = 0.05
"""Of the rows. This project's proposal: no law and no authority gives a number."""


class TableUniqueness(Scanner):
    """One finding for the columns together when they single out rows; ``score`` is the share of such rows.

    ``columns``: which ones; by default the quasi-identifiers that ``table_columns`` knows, from two on.
    """

    name = "table_uniqueness"
    summary = "Rows that a combination of quasi-identifiers singles out (k = 1), by DuckDB."
    entity_types = ("UNIQUE_COMBINATION",)
    accepts = (TableRecord,)

    def __init__(self, *, columns: Sequence[str] = (), **options: Any) -> None:
        super().__init__(**options)
        if isinstance(columns, str) or not all(isinstance(column, str) for column in columns):
            raise ValueError(f"columns: got {columns!r}, expected a list of column names")
        self._columns = tuple(columns)

    def scan(self, record: Record) -> Sequence[Detection]:
        """At most one detection, at the columns together.

        Raises:
            UnreadableError: DuckDB cannot read the table.
        """
        assert isinstance(record, TableRecord)  # noqa: S101 - `accepts` says so
        kinds = entity_types_by_column(record)
        found = tuple(column for column, (kind, _) in kinds.items() if kind in QUASI_IDENTIFIERS)
        columns = tuple(column for column in self._columns if column in record.sample) or found
        if len(columns) < 2:
            return []
        counted = k_distribution(record.path, columns)
        n_rows, n_unique = sum(counted.rows_by_k), counted.rows_by_k[0]
        if n_rows < _MIN_ROWS or not n_unique:
            return []
        confidence = Confidence.MEDIUM if n_unique / n_rows >= _MEDIUM_SHARE else Confidence.LOW
        return [Detection("UNIQUE_COMBINATION", counted, n_unique / n_rows, confidence)]


def k_distribution(path: Path, columns: Sequence[str]) -> ColumnSet:
    """Rows of a CSV, TSV, JSON Lines or Parquet file by how many rows share their values in ``columns``.

    Rows that DuckDB cannot read are left out; the reader of the cells reports them as not scanned.

    Raises:
        UnreadableError: DuckDB cannot read the table, or has no such column.
    """
    import duckdb

    with tables.connect() as connection:
        try:
            names = ", ".join(map(tables.quoted, columns))
            query = (
                f"WITH combinations AS (SELECT count(*) AS k FROM {tables.reader_of(path)} GROUP BY {names}) "  # noqa: S608 - names are quoted, the path is a parameter
                "SELECT CASE WHEN k = 1 THEN '1' WHEN k < 5 THEN '2-4' WHEN k < 10 THEN '5-9' ELSE '10+' END, sum(k) "
                "FROM combinations GROUP BY 1"
            )
            counts = dict(connection.execute(query, [tables.path_literal(path)]).fetchall())
        except duckdb.Error as error:
            # only the class: the message may quote a row
            raise UnreadableError(Reason.CORRUPT, f"DuckDB cannot read the table ({type(error).__name__})") from None
    return ColumnSet(tuple(columns), tuple(int(counts.get(band, 0)) for band in K_BANDS))
