"""Recall and precision of person spans by overlap: a span counts when it touches one of the other side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Score", "score"]

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts: ``hit`` of ``true`` spans were touched, ``right`` of ``found`` touch a true one."""

    hit: int
    true: int
    right: int
    found: int

    @property
    def recall(self) -> float:
        return self.hit / self.true if self.true else 0.0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def f1(self) -> float:
        both = self.recall + self.precision
        return 2 * self.recall * self.precision / both if both else 0.0

    def __str__(self) -> str:
        return f"{self.recall:.3f} / {self.precision:.3f}"


def score(pairs: Iterable[tuple[Sequence[Range], Sequence[Range]]]) -> Score:
    """Over (true spans, found spans) of every text."""
    hit = true = right = found = 0
    for truth, guess in pairs:
        true += len(truth)
        found += len(guess)
        hit += sum(any(one[0] < other[1] and other[0] < one[1] for other in guess) for one in truth)
        right += sum(any(one[0] < other[1] and other[0] < one[1] for other in truth) for one in guess)
    return Score(hit, true, right, found)
