"""First names, shared by the scanners of texts, tables and paths. The list is ours: ``first_names.txt``."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib import resources

__all__ = ["ambiguous_first_names", "fold", "sure_first_names"]


def fold(word: str) -> str:
    """Lower case without accents: the form of the list."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def sure_first_names() -> frozenset[str]:
    """Names that are hardly anything else."""
    return _lists()[0]


def ambiguous_first_names() -> frozenset[str]:
    """Names that are also words, places or family names: alone they say nothing."""
    return _lists()[1]


@cache
def _lists() -> tuple[frozenset[str], frozenset[str]]:
    text = resources.files("privacy_audit.scanners").joinpath("first_names.txt").read_text(encoding="utf-8")
    entries = [name for line in text.splitlines() if not line.startswith("#") for name in line.split()]
    sure = frozenset(name for name in entries if not name.endswith("?"))
    return sure, frozenset(name[:-1] for name in entries if name.endswith("?"))
