"""A name that a reader of pictures got wrong by a letter: for a person to look at, never more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from privacy_audit.finding.folding import Folded
from privacy_audit.finding.hits import Hit
from privacy_audit.types import Confidence

__all__ = ["misread"]

_WORD = re.compile(r"[^\W\d_]+")
_SCORE = 0.35
_LONG, _SHORT = 8, 4
"""Letters of a word: from the first on two may be wrong, below the second none."""


def misread(orders: Sequence[Sequence[str]], text: Folded) -> Iterator[Hit]:
    """Places where all words of a name follow each other, and some are wrong by a letter or two.

    ``orders``: the folded words of the name, as often as they may be turned.
    """
    found = [(match.group(), *match.span()) for match in _WORD.finditer(text.text)]
    for order in orders:
        for index in range(len(found) - len(order) + 1):
            here = found[index : index + len(order)]
            if all(_alike(wanted, word) for wanted, (word, _, _) in zip(order, here, strict=True)):
                yield Hit(*text.span(here[0][1], here[-1][2]), "perhaps misread", _SCORE, Confidence.LOW)


def _alike(wanted: str, word: str) -> bool:
    allowed = 2 if len(wanted) >= _LONG else 1 if len(wanted) >= _SHORT else 0
    if abs(len(wanted) - len(word)) > allowed:
        return False
    row = list(range(len(word) + 1))  # Levenshtein, one row at a time
    for number, char in enumerate(wanted, 1):
        before, row[0] = row[0], number
        for place, other in enumerate(word, 1):
            before, row[place] = row[place], min(before + (char != other), row[place] + 1, row[place - 1] + 1)
    return row[-1] <= allowed
