"""Columns of a table treated as a whole: what the recipe's operators of tables put into their cells."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from privacy_audit.anonymizers._columns import ColumnOperator
from privacy_audit.anonymizers.table_suppress import TableSuppress
from privacy_audit.errors import UnreadableError
from privacy_audit.pipeline.naming import finder
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.text_file import iter_csv
from privacy_audit.types import ColumnSet, Detection, FieldRef, Operation, Reason, TableRecord, TextRecord

__all__ = ["TreatedColumns", "treated_columns"]

_SUFFIXES = (".csv", ".tsv")


@dataclass(slots=True)
class TreatedColumns:
    """By column what its cells become; ``emptied``: columns and the rows in which they are emptied."""

    by_column: dict[str, Callable[[str], str]] = field(default_factory=dict, repr=False)
    emptied: list[tuple[frozenset[str], set[int]]] = field(default_factory=list, repr=False)
    operations: list[Operation] = field(default_factory=list)

    def cell(self, fragment: str, text: str) -> str | None:
        """The new text of the cell ``row=3&column=nom``, None where no operator of tables treats it."""
        row, column = _place(fragment)
        if row is None or not text.strip():
            return None
        if any(column in columns and row in rows for columns, rows in self.emptied):
            return ""
        change = self.by_column.get(column)
        return change(text) if change else None


def treated_columns(toolbox: Toolbox, entry: FileEntry, detections: Sequence[Detection]) -> TreatedColumns:
    """What is to be done with the columns found in one table.

    Raises:
        UnreadableError: UNSUPPORTED, when there is something to be done in another table than CSV and TSV.
    """
    treated = TreatedColumns()
    claims = [(toolbox.operator_for(TableRecord, detection), detection) for detection in detections]
    for operator, detection in claims:
        if operator is None:
            continue
        if entry.path.suffix.lower() not in _SUFFIXES:
            detail = f"{operator.name} treats columns of CSV and TSV; convert the table, or switch the operator off"
            raise UnreadableError(Reason.UNSUPPORTED, detail)
        if isinstance(operator, ColumnOperator) and isinstance(detection.location, FieldRef):
            change = functools.partial(operator.cell, entity_type=detection.entity_type)
            treated.by_column.setdefault(detection.location.name, change)
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
    return treated


def _rows(
    toolbox: Toolbox, entry: FileEntry, columns: Sequence[str], treated: TreatedColumns
) -> tuple[list[int], Iterator[list[str]]]:
    """Numbers of the rows with a value in one of the columns, and their values as they will be."""
    values: dict[int, list[str]] = {}
    limits = toolbox.recipe.limits
    for record in iter_csv(entry.path, "", max_field_bytes=limits.max_line_bytes, finds=finder(toolbox)):
        if not isinstance(record, TextRecord):
            continue
        row, column = _place(record.uri.removeprefix("#"))
        if row is not None and column in columns:
            change = treated.by_column.get(column)
            made = change(record.text) if change else record.text
            values.setdefault(row, [""] * len(columns))[columns.index(column)] = made.strip()
    return list(values), iter(list(values.values()))


def _place(fragment: str) -> tuple[int | None, str]:
    place, _, column = fragment.partition("&column=")
    number = place.removeprefix("row=")
    return (int(number) if number.isdecimal() else None), unquote(column)
