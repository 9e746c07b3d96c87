"""A guard as a stage of a WebDataset pipeline."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from privacy_audit.guard import Guard
from privacy_audit.hooks._fields import AUDIT_COLUMN, noted

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
            passed = noted(self.guard, sample, _address(sample))
            if passed is None:
                continue
            if AUDIT_COLUMN in passed and any(isinstance(value, bytes) for value in sample.values()):
                passed[AUDIT_COLUMN] = passed[AUDIT_COLUMN].encode()  # before ``decode``, which takes nothing else
            yield passed


def _address(sample: dict[str, Any]) -> str | None:
    """``shard-000000.tar::00042``; a URL with a password or a command in it is only told apart."""
    url, key = str(sample.get("__url__", "")), sample.get("__key__")
    if not url or not key:
        return None
    if any(mark in url for mark in " @?:") and not url.startswith(("file:", "/")):
        url = f"shard-{hashlib.sha256(url.encode()).hexdigest()[:12]}"
    return f"{url}::{key}"
