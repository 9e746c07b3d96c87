"""A text as patterns can read it: one kind of space and of digit, nothing invisible, and the way back."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache

__all__ = ["Readable", "folded", "readable"]

# zero-width and direction marks, soft hyphen, variation selectors: they hide inside a number and change nothing to see
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_LATIN_ACCENTS = re.compile("[\u0300-\u036f]+")
_LATIN_1 = frozenset(map(chr, range(0x100))) - {"\u00ad"}


@dataclass(frozen=True, slots=True)
class Readable:
    """``text`` may be shorter than the original: ``removed`` holds where characters were taken out, in its offsets."""

    text: str
    removed: tuple[int, ...] = ()

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """``[start, end)`` of ``text`` in the original; what is hidden inside the span belongs to it."""
        if not self.removed:
            return start, end
        return start + bisect_right(self.removed, start), end + bisect_right(self.removed, end - 1)


def readable(text: str) -> Readable:
    """Every space as a plain one, digits of all scripts and full-width signs as ASCII, invisible characters gone."""
    if text.isascii():
        return Readable(text)
    table = _plain()
    plain = text
    chars = set(text)
    for char in table.keys() & chars:  # many times faster than `str.translate` for the few that a text holds
        plain = plain.replace(char, table[char])
    if not any(map(_INVISIBLE.match, chars - _LATIN_1)):
        return Readable(plain)
    pieces: list[str] = []
    removed: list[int] = []
    position = kept = 0
    for match in _INVISIBLE.finditer(plain):
        pieces.append(plain[position : match.start()])
        kept += match.start() - position
        removed.append(kept)
        position = match.end()
    return Readable("".join([*pieces, plain[position:]]), tuple(removed))


def folded(text: str) -> str:
    """Lower case without accents, for comparing words; its length may differ."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text.lower())
    plain = _LATIN_ACCENTS.sub("", decomposed)
    if plain.isascii():
        return plain
    return "".join(char for char in plain if not unicodedata.combining(char))


@cache
def _plain() -> dict[str, str]:
    table: dict[str, str] = {}
    for code in range(0x80, 0x1FC00):  # behind it no digit and no space is assigned
        char = chr(code)
        if char.isdecimal():
            table[char] = str(unicodedata.decimal(char))
        elif unicodedata.category(char) == "Zs":
            table[char] = " "
        elif 0xFF01 <= code <= 0xFF5E:
            table[char] = chr(code - 0xFEE0)
    # hyphens that stand where a hyphen-minus would
    table.update(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"))
    return table
