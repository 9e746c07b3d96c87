"""What a column is about, by its name and its first cells: age, gender, town, an identifier of a person."""

from __future__ import annotations

from collections.abc import Sequence

from privacy_audit.scanners import Scanner
from privacy_audit.scanners._table_kinds import (
    COLUMN_KINDS,
    QUASI_IDENTIFIERS,
    SPECIAL_CATEGORIES,
    entity_types_by_column,
)
from privacy_audit.types import Confidence, Detection, FieldRef, Record, TableRecord

__all__ = ["TableColumns"]


class TableColumns(Scanner):
    """Quasi-identifiers are LOW: alone they name nobody, ``table_uniqueness`` says what they do together.

    An identifier of a person and a special category as a column are MEDIUM: every row is somebody's.
    """

    name = "table_columns"
    summary = "Columns about people: age, gender, town, job, identifiers of persons, special categories."
    entity_types = COLUMN_KINDS
    accepts = (TableRecord,)

    def scan(self, record: Record) -> Sequence[Detection]:
        """One detection per column; ``score`` is the share of its first cells that fit."""
        assert isinstance(record, TableRecord)  # noqa: S101 - `accepts` says so
        found = []
        for column, (kind, share) in entity_types_by_column(record).items():
            qualifier = "linked" if kind in SPECIAL_CATEGORIES else None  # a row is somebody's
            found.append(Detection(kind, FieldRef(column), share, _confidence(kind), qualifier))
        return found


def _confidence(kind: str) -> Confidence:
    return Confidence.LOW if kind in QUASI_IDENTIFIERS else Confidence.MEDIUM
