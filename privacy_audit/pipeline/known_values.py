"""Values that were found once, looked for wherever else they stand: in capitals, without accents, otherwise spaced.

They are personal data: they stay in memory, and nothing here shows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from privacy_audit.recognizers._readable import folded

__all__ = ["KnownValues"]

_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:[ .\-/]?\d+)*")
_NOT_A_DIGIT = re.compile(r"\D+")
_SINGLE_NAME = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-Ž][^\W\d_]{3,}")
_MIN_LETTERS, _MIN_DIGITS = 6, 6
_MAX_GAP_CHARS = 3


class KnownValues:
    """Only values that hardly stand for anything else: two words of a name, six digits, an address with ``@``."""

    def __init__(self) -> None:
        self._by_first: dict[str, dict[tuple[str, ...], str]] = {}
        self._words: set[str] = set()

    def __len__(self) -> int:
        return sum(map(len, self._by_first.values())) + len(self._words)

    def __repr__(self) -> str:
        return f"KnownValues({len(self)} hidden)"

    def copy(self) -> KnownValues:
        """Another one with the same values, to be added to apart."""
        other = KnownValues()
        other._by_first = {first: dict(values) for first, values in self._by_first.items()}
        other._words = set(self._words)
        return other

    def add(self, entity_type: str, value: str, *, single_names: bool = False) -> bool:
        """Remember a value, unless it says too little; returns whether it was kept.

        ``single_names``: also a name of one word, which is then looked for as it is written, capital and accents too.
        """
        if single_names and entity_type == "PERSON" and _SINGLE_NAME.fullmatch(value):
            self._words.add(value)
            return True
        places = list(_tokens(value))
        tokens = tuple(token for token, _, _ in places)
        if not _is_telling(entity_type, value, tokens) or not _close_together(places):
            return False
        self._by_first.setdefault(tokens[0], {})[tokens] = entity_type
        return True

    def places(self, text: str) -> Iterator[tuple[int, int, str]]:
        """[start, end) in code points and entity type of each value in a text, the longest first, none overlapping."""
        if not self._by_first and not self._words:
            return
        tokens = list(_tokens(text))
        index = 0
        while index < len(tokens):
            values = self._by_first.get(tokens[index][0])
            length = max((len(value) for value in values if _stands(value, tokens, index)), default=0) if values else 0
            if values and length:
                value = tuple(token for token, _, _ in tokens[index : index + length])
                yield tokens[index][1], tokens[index + length - 1][2], values[value]
            elif text[tokens[index][1] : tokens[index][2]] in self._words:
                yield tokens[index][1], tokens[index][2], "PERSON"
            index += max(1, length)


def _tokens(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _TOKEN.finditer(text):
        found = match.group()
        token = _NOT_A_DIGIT.sub("", found) if found[0].isdecimal() else folded(found)
        if token:
            yield token, match.start(), match.end()


def _stands(value: tuple[str, ...], tokens: list[tuple[str, int, int]], index: int) -> bool:
    here = tokens[index : index + len(value)]
    return tuple(token for token, _, _ in here) == value and _close_together(here)


def _close_together(tokens: list[tuple[str, int, int]]) -> bool:
    return all(second[1] - first[2] <= _MAX_GAP_CHARS for first, second in pairwise(tokens))


def _is_telling(entity_type: str, value: str, tokens: tuple[str, ...]) -> bool:
    if not tokens:
        return False
    if entity_type == "PERSON":
        return len(tokens) > 1 and sum(map(len, tokens)) >= _MIN_LETTERS
    return "@" in value or sum(len(token) for token in tokens if token[0].isdecimal()) >= _MIN_DIGITS
