"""A name that a reader of pictures got wrong: by letters that look alike, or by any letter or two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from privacy_audit.finding.folding import Folded, fold, spellings
from privacy_audit.finding.hits import Hit
from privacy_audit.pseudonyms.names import given_names
from privacy_audit.types import Confidence

__all__ = ["misread"]

_WORD = re.compile(r"[^\W\d_](?:[^\W_]*[^\W\d_])?")
_SEEN, _NEAR = (0.45, Confidence.MEDIUM), (0.35, Confidence.LOW)
_LONG, _SHORT = 8, 4
"""Letters of a word: from the first on two may be wrong, below the second none."""
_LOOK = (("rn", "m"), ("cl", "d"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"), ("8", "b"))
"""Shapes taken for one another. Not `a` for `o` or `i` for `t`: Bonnat and Bonnot are two names."""
_LIGATURES = {"œ": ("oe", "e", "ce"), "æ": ("ae", "e")}
"""As written, and as what they were read (PP-OCRv6, names of the tuned half of ``bench/find.py``)."""


def misread(orders: Sequence[Sequence[str]], text: Folded) -> Iterator[Hit]:
    """Places where all words of a name follow each other, and some were read wrong.

    MEDIUM where what was read looks like what is looked for, LOW where it is another name as easily. ``orders``: the
    words of the name as written, as often as they may be turned.
    """
    found = [(_readings(text, *match.span()), *match.span()) for match in _WORD.finditer(text.text)]
    for order in orders:
        for index in range(len(found) - len(order) + 1):
            here = found[index : index + len(order)]
            pairs = [(wanted, readings) for wanted, (readings, _, _) in zip(order, here, strict=True)]
            if all(any(_looks_like(wanted, word) for word in readings) for wanted, readings in pairs):
                score, confidence = _SEEN
            elif all(_near(_spelled(wanted)[0], readings[0]) for wanted, readings in pairs):
                score, confidence = _NEAR
            else:
                continue
            yield Hit(*text.span(here[0][1], here[-1][2]), "perhaps misread", score, confidence)


def _readings(text: Folded, start: int, end: int) -> tuple[str, ...]:
    """The word, and with a letter taken once that was read twice: ``INÈSs``, whose case or accent gives it away."""
    once = [
        char
        for index, char in enumerate(text.text[start:end], start)
        if index == start or char != text.text[index - 1] or text.char(index) == text.char(index - 1)
    ]
    return (text.text[start:end],) if len(once) == end - start else (text.text[start:end], "".join(once))


def _looks_like(wanted: str, word: str) -> bool:
    return word in _spelled(wanted) or (word not in given_names() and _shape(word) in _shapes(wanted))


@lru_cache(maxsize=64)
def _spelled(wanted: str) -> tuple[str, ...]:
    return tuple(spellings(wanted))


@lru_cache(maxsize=64)
def _shapes(wanted: str) -> frozenset[str]:
    found = {wanted.lower()}
    for ligature, readings in _LIGATURES.items():
        found = {word.replace(ligature, reading) for word in found for reading in readings}
    return frozenset(_shape(fold(word).text) for word in found)


def _shape(word: str) -> str:
    for shape, taken_for in _LOOK:
        word = word.replace(shape, taken_for)
    return word


def _near(wanted: str, word: str) -> bool:
    allowed = 2 if len(wanted) >= _LONG else 1 if len(wanted) >= _SHORT else 0
    if abs(len(wanted) - len(word)) > allowed:
        return False
    row = list(range(len(word) + 1))  # Levenshtein, one row at a time
    for number, char in enumerate(wanted, 1):
        before, row[0] = row[0], number
        for place, other in enumerate(word, 1):
            before, row[place] = row[place], min(before + (char != other), row[place] + 1, row[place - 1] + 1)
    return row[-1] <= allowed
