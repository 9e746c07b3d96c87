"""A guard as a stage of a WebDataset pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from privacy_audit.guard import Guard
from privacy_audit.hooks._fields import passed_on

__all__ = ["WebDatasetHook"]


class WebDatasetHook:
    """``WebDataset(urls).compose(guard.webdataset())``: before ``decode`` the fields are bytes, after it values.

    Fields named ``__key__``, ``__url__`` and the like pass as they are.
    """

    def __init__(self, guard: Guard) -> None:
        self.guard = guard

    def __call__(self, samples: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Samples in, samples out; in modes ``redact`` and ``drop`` some are left out."""
        for sample in samples:
            passed = passed_on(self.guard, sample)
            if passed is not None:
                yield passed
