"""A guard as a function for ``datasets.Dataset.map``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from privacy_audit.errors import UsageError
from privacy_audit.guard import Guard
from privacy_audit.hooks._fields import passed_on

__all__ = ["HfHook"]


class HfHook:
    """``ds.map(guard.hf())``, or with ``batched=True`` where samples may be left out."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard

    def __call__(self, sample: Mapping[str, Any]) -> dict[str, Any]:
        """One sample, or a batch as ``map(batched=True)`` gives it."""
        if type(sample).__name__ == "LazyBatch":
            return self.batch(sample)
        kept = passed_on(self.guard, sample)
        if kept is None:
            raise UsageError(
                f"a sample has to be left out in mode {self.guard.mode!r}: use ds.map(guard.hf(), batched=True)"
            )
        return kept

    def batch(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """Columns in, columns out; the samples left out are gone from every column."""
        names = list(batch)
        columns = [batch[name] for name in names]
        kept = [passed_on(self.guard, dict(zip(names, values, strict=True))) for values in zip(*columns, strict=True)]
        rows = [sample for sample in kept if sample is not None]
        told = list(rows[0]) if rows else names
        return {name: [row[name] for row in rows] for name in told}
