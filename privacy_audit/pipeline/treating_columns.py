"""Columns of a table treated as a whole: what the recipe's operators of tables put into their cells."""

from __future__ import annotations

import contextlib
import functools
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote

from privacy_audit.anonymizers._columns import ColumnOperator
from privacy_audit.anonymizers.table_suppress import TableSuppress
from privacy_audit.errors import UnreadableError
from privacy_audit.pipeline.naming import finder
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.text_file import iter_csv
from privacy_audit.sources.whole_columns import iter_plain_rows, rewrite_columns
from privacy_audit.types import ColumnSet, Detection, Effect, FieldRef, Operation, Reason, TableRecord, TextRecord

__all__ = ["TreatedColumns", "treated_columns", "with_columns_written"]

_CSV, _WHOLE = (".csv", ".tsv"), (".jsonl", ".ndjson", ".parquet")


@dataclass(slots=True)
class TreatedColumns:
    """By column what its cells become; ``emptied``: columns and the rows in which they are emptied."""

    by_column: dict[str, Callable[[str], str]] = field(default_factory=dict, repr=False)
    emptied: list[tuple[frozenset[str], set[int]]] = field(default_factory=list, repr=False)
    operations: list[Operation] = field(default_factory=list)
    keeps_type: dict[str, bool] = field(default_factory=dict)
    """By column whether what becomes of a number is a number or nothing."""
    n_chars: int = 0
    """Characters of the cells that became something else."""
    is_written: bool = False
    """True when the table at hand has been treated: its columns are left as they stand."""

    def cell(self, fragment: str, text: str) -> str | None:
        """The new text of the cell ``row=3&column=nom``, None where no operator of tables treats it."""
        row, column = _place(fragment)
        if self.is_written and column in self.keeps_type:
            return text if column in self.by_column or self._is_emptied(column, row) else None
        if row is None or not text.strip():
            return None
        change = self.by_column.get(column)
        if self._is_emptied(column, row):
            new: str | None = ""
        else:
            new = change(text) if change else None
        self.n_chars += len(text) if new not in (None, text) else 0
        return new

    def _is_emptied(self, column: str, row: int | None) -> bool:
        return any(column in columns and row in rows for columns, rows in self.emptied)


def treated_columns(toolbox: Toolbox, entry: FileEntry, detections: Sequence[Detection]) -> TreatedColumns:
    """What is to be done with the columns found in one table.

    Raises:
        UnreadableError: UNSUPPORTED, when there is something to be done in a table that is no CSV, TSV, JSON Lines or
            Parquet.
    """
    treated = TreatedColumns()
    claims = [(toolbox.operator_for(TableRecord, detection), detection) for detection in detections]
    for operator, detection in claims:
        if operator is None:
            continue
        if entry.path.suffix.lower() not in (*_CSV, *_WHOLE):
            detail = f"{operator.name} treats columns of CSV, TSV, JSON Lines and Parquet; convert the table"
            raise UnreadableError(Reason.UNSUPPORTED, detail)
        if isinstance(operator, ColumnOperator) and isinstance(detection.location, FieldRef):
            name = detection.location.name
            if name not in treated.by_column:
                treated.by_column[name] = functools.partial(operator.cell, entity_type=detection.entity_type)
                treated.keeps_type[name] = operator.effect is Effect.REMOVED
        treated.operations.append(
            Operation(
                f"{entry.uri}#table",
                operator.name,
                operator.effect,
                detection.entity_type,
                detection.location,
                operator.parameters(),
            )
        )
    for operator, detection in claims:  # when all bands are known
        if isinstance(operator, TableSuppress) and isinstance(detection.location, ColumnSet):
            columns = detection.location.columns
            numbers, rows = _rows(toolbox, entry, columns, treated)
            rare = operator.rare(rows)
            treated.emptied.append((frozenset(columns), {numbers[index] for index in rare}))
            for name in columns:
                treated.keeps_type.setdefault(name, True)
    return treated


@contextlib.contextmanager
def with_columns_written(
    toolbox: Toolbox, entry: FileEntry, columns: TreatedColumns, destination: Path
) -> Iterator[FileEntry]:
    """The table to go on with. In JSON Lines and Parquet the columns are treated first, numbers and dates too, in a
    file beside the destination that is gone afterwards; the readers of CSV give every cell, so nothing is done there.
    """
    if not columns.keeps_type or entry.path.suffix.lower() in _CSV:
        yield entry
        return
    limits = toolbox.recipe.limits
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=destination.parent) as folder:
        beside = Path(folder) / f"columns{entry.path.suffix}"
        rewrite_columns(
            entry.path,
            beside,
            columns.cell,
            columns.keeps_type,
            max_line_bytes=limits.max_line_bytes,
            finds=finder(toolbox),
        )
        columns.is_written = True
        yield replace(entry, path=beside)


def _rows(
    toolbox: Toolbox, entry: FileEntry, columns: Sequence[str], treated: TreatedColumns
) -> tuple[list[int], Iterator[list[str]]]:
    """Numbers of the rows with a value in one of the columns, and their values as they will be."""
    values: dict[int, list[str]] = {}
    for row, column, text in _cells(toolbox, entry):
        if column in columns:
            change = treated.by_column.get(column) if text.strip() else None
            made = change(text) if change else text
            values.setdefault(row, [""] * len(columns))[columns.index(column)] = made.strip()
    return list(values), iter(list(values.values()))


def _cells(toolbox: Toolbox, entry: FileEntry) -> Iterator[tuple[int, str, str]]:
    """Row, column and text of each cell."""
    limits, finds = toolbox.recipe.limits, finder(toolbox)
    if entry.path.suffix.lower() in _CSV:
        for record in iter_csv(entry.path, "", max_field_bytes=limits.max_line_bytes, finds=finds):
            if isinstance(record, TextRecord):
                row, column = _place(record.uri.removeprefix("#"))
                if row is not None:
                    yield row, column, record.text
    else:
        for number, values in iter_plain_rows(entry.path, max_line_bytes=limits.max_line_bytes, finds=finds):
            yield from ((number, column, text) for column, text in values.items())


def _place(fragment: str) -> tuple[int | None, str]:
    place, _, column = fragment.partition("&column=")
    number = place.removeprefix("row=")
    return (int(number) if number.isdecimal() else None), unquote(column)
