"""What all operators of tables share: they treat a column of it, cell by cell, whatever stands in the cell."""

from __future__ import annotations

import abc
from collections.abc import Sequence

from privacy_audit.anonymizers import Operator
from privacy_audit.types import Detection, FieldRef, Record, TableRecord

__all__ = ["ColumnOperator"]


class ColumnOperator(Operator):
    """Treats columns that ``table_columns`` found; ``only`` says of which kinds."""

    accepts = (TableRecord,)
    treats = (FieldRef,)

    @abc.abstractmethod
    def cell(self, text: str, entity_type: str) -> str:
        """What stands in a cell of a column of this kind instead; blank cells are not asked for."""

    def apply(self, record: Record, detections: Sequence[Detection]) -> Record:
        """The table's first cells treated, for looking at; the pipeline treats the file with :meth:`cell`."""
        assert isinstance(record, TableRecord)  # noqa: S101 - `accepts` says so
        sample = dict(record.sample)
        treated = set()
        for item in sorted(detections, key=lambda detection: detection.entity_type):
            assert isinstance(item.location, FieldRef)  # noqa: S101 - `treats` says so
            name = item.location.name
            if name in sample and name not in treated:
                treated.add(name)
                sample[name] = tuple(
                    self.cell(text, item.entity_type) if text.strip() else text for text in sample[name]
                )
        return TableRecord(record.uri, record.path, sample)
