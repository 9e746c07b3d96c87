"""Names of columns and keys of objects can be personal data too: then they are read, and stand in no URI."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TypeAlias

__all__ = ["Finds", "finds_nothing", "looks_like_data", "shown_keys", "worth_reading"]

Finds: TypeAlias = Callable[[Iterable[str]], frozenset[str]]
"""Those of the names given that hold personal data. The sources do not know the scanners: the pipeline asks them."""

_DATA = re.compile(r"@|\d{6}|(?:\d\D?){8}")
_ORDINARY = re.compile(r"[a-z_][A-Za-z0-9_\-]{0,63}")
_PLAIN = re.compile(r"[^\W\d][\w\- ]{0,63}|\d{1,5}")


def finds_nothing(names: Iterable[str]) -> frozenset[str]:
    """For a caller who has no scanner at hand."""
    return frozenset()


def looks_like_data(name: str) -> bool:
    """True for an address or a long number."""
    return bool(_DATA.search(name))


def worth_reading(name: str) -> bool:
    """False for one word that begins in lower case, as programs name things: ``nom``, ``user_id``, ``firstName``."""
    return bool(name) and (not _ORDINARY.fullmatch(name) or looks_like_data(name))


def shown_keys(keys: Collection[str], personal: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Each key of an object, and what stands for it in a URI: itself, or a number such as ``key_3``.

    A number stands for what is personal and for what is no plain name; a dot in a key would also read as two keys.
    """
    for number, key in enumerate(keys):
        shown = key
        if key in personal or not _PLAIN.fullmatch(key) or looks_like_data(key):
            shown = f"key_{number}"
            while shown in keys:
                shown += "_"
        yield key, shown
