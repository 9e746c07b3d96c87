"""A text without case and accents, and the way back: spellings of one name differ by little else."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

__all__ = ["Folded", "fold", "spellings"]

_LETTERS = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "’": "'", "‘": "'", "ʼ": "'"}
_HYPHENS = frozenset("\u2010\u2011\u2012\u2013\u2212")
_UMLAUTS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"))


@dataclass(frozen=True, slots=True)
class Folded:
    """``text``: the folded form of ``original``. ``is_path``: underscores and slashes part words."""

    original: str = field(repr=False)
    text: str = field(repr=False)
    starts: tuple[int, ...] = field(repr=False)
    """Where the form of each character of the original begins in ``text``; empty where nothing moved."""
    is_path: bool = False

    def span(self, start: int, end: int) -> tuple[int, int]:
        """``[start, end)`` of ``text`` in the original, in code points."""
        if not self.starts:
            return start, end
        from bisect import bisect_left, bisect_right

        # what is invisible inside or behind a character belongs to it
        return bisect_right(self.starts, start) - 1, bisect_left(self.starts, end)

    def char(self, index: int) -> str:
        """The character of the original behind ``text[index]``, "" outside."""
        if not 0 <= index < len(self.text):
            return ""
        return self.original[self.span(index, index + 1)[0]]


def fold(text: str, *, is_path: bool = False) -> Folded:
    """Lower case, no accents, one kind of space, hyphen and apostrophe, digits as ASCII, nothing invisible."""
    if text.isascii():
        return Folded(text, text.lower(), (), is_path)
    pieces = [_folded(char) for char in text]
    starts = () if all(len(piece) == 1 for piece in pieces) else tuple(accumulate(map(len, pieces), initial=0))
    return Folded(text, "".join(pieces), starts, is_path)


@lru_cache(maxsize=65_536)
def _folded(char: str) -> str:
    if char in _LETTERS or char.lower() in _LETTERS:
        return _LETTERS.get(char) or _LETTERS[char.lower()]
    if char in _HYPHENS:
        return "-"
    kept = []
    for part in unicodedata.normalize("NFKD", char).lower():
        category = unicodedata.category(part)
        if category == "Zs":
            kept.append(" ")
        elif category == "Nd":
            kept.append(str(unicodedata.decimal(part)))
        elif category[0] != "M" and category != "Cf":
            kept.append(part)
    return "".join(kept)


def spellings(word: str) -> list[str]:
    """The folded forms that one word of a name is written in: ``Müller`` also as ``mueller``, and the reverse."""
    found = [fold(word).text]
    composed = unicodedata.normalize("NFC", word).lower()
    for umlaut, letters in _UMLAUTS:
        if umlaut in composed:
            found.append(fold(composed.replace(umlaut, letters)).text)
        if letters in composed:
            found.append(fold(composed.replace(letters, letters[0])).text)
    return list(dict.fromkeys(form for form in found if form))
