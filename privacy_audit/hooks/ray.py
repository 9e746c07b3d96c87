"""A guard as a class for Ray Data's ``map_batches``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from privacy_audit.errors import UsageError
from privacy_audit.guard import Guard
from privacy_audit.hooks._fields import AUDIT_COLUMN, noted, texts_in

__all__ = ["RayHook", "hook_class"]


class RayHook:
    """Batches in Ray's default format, a mapping of names to arrays; each actor loads the models once."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """Columns in, columns out; the samples left out are gone from every column."""
        if not isinstance(batch, Mapping):
            raise UsageError(f"guard.ray: got batches as {type(batch).__name__}; use batch_format='numpy'")
        names = list(batch)
        columns = (batch[name] for name in names)
        rows = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
        with self.guard.ahead(texts_in(rows)):
            kept = [row for row in (noted(self.guard, row) for row in rows) if row is not None]
        told = [*names, AUDIT_COLUMN] if self.guard.mode == "audit" else names
        return {name: _column([row[name] for row in kept], batch.get(name)) for name in told}


def hook_class(guard: Guard) -> type[RayHook]:
    """The class, without arguments of its own."""

    class Guarded(RayHook):
        def __init__(self) -> None:
            super().__init__(guard)

    return Guarded


def _column(values: list[Any], before: Any) -> Any:
    """An array of the type that the column had."""
    import numpy as np

    if before is not None and before.dtype != object and before.dtype.kind not in "US":
        return np.stack(values) if values else before[:0]
    column = np.empty(len(values), object)
    column[:] = values
    return column
