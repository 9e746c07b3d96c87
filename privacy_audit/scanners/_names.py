"""First names, shared by the scanners of texts, tables and paths. The list is ours: ``first_names.txt``."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import resources

from privacy_audit.recognizers._readable import folded

__all__ = ["ambiguous_first_names", "fold", "is_brand", "is_brand_word", "is_no_name", "is_place", "sure_first_names"]


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Lower case without accents: the form of the list."""
    return folded(word)


def sure_first_names() -> frozenset[str]:
    """Names that are hardly anything else."""
    return _lists()[0]


def ambiguous_first_names() -> frozenset[str]:
    """Names that are also words, places or family names: alone they say nothing."""
    return _lists()[1]


def is_brand(name: str) -> bool:
    """True for what is called like a person and is a brand, a shop or a book: ``Yves Rocher``."""
    return fold(name).replace("’", "'") in _brands()


@cache
def _brands() -> frozenset[str]:
    entries = " ".join(line for line in _read("brands.txt") if not line.startswith("#")).split(";")
    return frozenset(entry.strip() for entry in entries)


def is_place(word: str) -> bool:
    """True for a country, a region or a large town that is no first name."""
    return word.lower().replace("’", "'") in _places()


def is_no_name(first: str, last: str) -> bool:
    """True where the first or last word tells a street, a firm, a school or a brand: ``Rue Jean Moulin``."""
    words = _not_people()
    return fold(first) in words["first"] | words["brand"] or fold(last) in words["last"]


def is_brand_word(word: str) -> bool:
    """True for a word that names a brand and seldom anything else: ``Samsung``."""
    return fold(word) in _not_people()["brand"]


@cache
def _places() -> frozenset[str]:
    return frozenset(word for line in _read("places.txt") if not line.startswith("#") for word in line.split())


@cache
def _not_people() -> dict[str, frozenset[str]]:
    """``first``, ``last`` and ``brand``: the parts of ``not_people.txt``."""
    parts: dict[str, set[str]] = {}
    for line in _read("not_people.txt"):
        if line.startswith("["):
            part = parts.setdefault(line.strip("[]"), set())
        elif not line.startswith("#"):
            part.update(line.split())
    return {name: frozenset(words) for name, words in parts.items()}


def _read(filename: str) -> list[str]:
    return resources.files("privacy_audit.scanners").joinpath(filename).read_text(encoding="utf-8").splitlines()


@cache
def _lists() -> tuple[frozenset[str], frozenset[str]]:
    entries = [name for line in _read("first_names.txt") if not line.startswith("#") for name in line.split()]
    sure = frozenset(name for name in entries if not name.endswith("?"))
    return sure, frozenset(name[:-1] for name in entries if name.endswith("?"))
