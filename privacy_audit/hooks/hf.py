"""A guard as a function for ``datasets.Dataset.map``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from privacy_audit import __version__
from privacy_audit.errors import UsageError
from privacy_audit.guard import Guard
from privacy_audit.guard._guard import arrived
from privacy_audit.hooks._fields import AUDIT_COLUMN, noted, texts_in

__all__ = ["HfHook"]


class HfHook:
    """``ds.map(guard.hf())``, or with ``batched=True`` where samples may be left out.

    ``datasets`` keeps what ``map`` gave under a digest of the pickled function. So that a second run finds it, the
    pickle holds nothing that changes from run to run: recipe, mode, key, report folder and the version of this package.
    """

    def __init__(self, guard: Guard) -> None:
        self.guard = guard

    def __reduce__(self) -> tuple[Any, ...]:
        self.guard.publish()  # for the processes of num_proc
        return _made_again, (self.guard.settings(), _digest(self.guard.key_file), __version__)

    def __call__(self, sample: Mapping[str, Any]) -> dict[str, Any]:
        """One sample, or a batch as ``map(batched=True)`` gives it."""
        if type(sample).__name__ == "LazyBatch":
            return self.batch(sample)
        kept = noted(self.guard, sample)
        if kept is None:
            raise UsageError(
                f"a sample has to be left out in mode {self.guard.mode!r}: use ds.map(guard.hf(), batched=True)"
            )
        return kept

    def batch(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """Columns in, columns out; the samples left out are gone from every column."""
        names = list(batch)
        columns = [batch[name] for name in names]
        samples = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
        with self.guard.ahead(texts_in(samples)):
            kept = [noted(self.guard, sample) for sample in samples]
        rows = [sample for sample in kept if sample is not None]
        told = [*names, AUDIT_COLUMN] if self.guard.mode == "audit" else names
        return {name: [row[name] for row in rows] for name in told}


def _made_again(settings: tuple[Any, ...], *_: str) -> HfHook:
    return HfHook(arrived(*settings))


def _digest(key_file: Path | None) -> str:
    """Tells two keys apart; one way, and nothing to try out against a key that was drawn."""
    return hashlib.sha256(key_file.read_bytes()).hexdigest() if key_file and key_file.is_file() else ""
