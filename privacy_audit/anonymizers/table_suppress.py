"""k-anonymity by suppression: rows that too few others resemble lose the columns that set them apart."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from privacy_audit.anonymizers import Operator
from privacy_audit.types import ColumnSet, Detection, Effect, Record, TableRecord

__all__ = ["TableSuppress"]


class TableSuppress(Operator):
    """Of a row whose combination of quasi-identifiers fewer than ``k`` rows share, all of them are emptied.

    Counted after the other operators of tables: bands first, so that fewer rows are emptied.
    """

    name = "table_suppress"
    summary = "Empties the quasi-identifiers of rows whose combination fewer than k rows share."
    effect = Effect.OBSCURED
    accepts = (TableRecord,)
    treats = (ColumnSet,)
    attacks = (
        "Rows that agree in all else as well tell what is true of everybody in them (homogeneity).",
        "Columns that were not named as quasi-identifiers can single somebody out all the same.",
        "An emptied row is itself a rare one.",
    )

    def __init__(self, *, k: int = 5, **options: Any) -> None:
        super().__init__(**options)
        if isinstance(k, bool) or not isinstance(k, int) or not 2 <= k <= 10_000:
            raise ValueError(f"k: got {k!r}, expected 2 to 10000 rows")
        self._k = k

    def rare(self, rows: Iterable[Sequence[str]]) -> set[int]:
        """Numbers of the rows, each given by its quasi-identifiers, whose combination fewer than ``k`` share.

        8 bytes per row and 100 per combination are kept in memory.
        """
        keys = [
            hashlib.blake2b("\x00".join(row).encode("utf-8", "surrogatepass"), digest_size=8).digest() for row in rows
        ]
        counts = Counter(keys)
        return {index for index, key in enumerate(keys) if counts[key] < self._k}

    def apply(self, record: Record, detections: Sequence[Detection]) -> Record:
        """The table's first cells treated as if there were no others; the pipeline counts the whole file."""
        assert isinstance(record, TableRecord)  # noqa: S101 - `accepts` says so
        sample = dict(record.sample)
        for detection in detections:
            assert isinstance(detection.location, ColumnSet)  # noqa: S101 - `treats` says so
            columns = [name for name in detection.location.columns if name in sample]
            rare = self.rare(list(zip(*(sample[name] for name in columns), strict=False)))
            for name in columns:
                sample[name] = tuple("" if index in rare else text for index, text in enumerate(sample[name]))
        return TableRecord(record.uri, record.path, sample)

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """How many rows must share a combination."""
        return (("k", str(self._k)),)
