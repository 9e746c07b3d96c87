"""How right a detector is: matching what was found with the truth, rates, and how far a rate may be off."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "Box",
    "Rates",
    "Span",
    "Wilson",
    "covered_share",
    "iou",
    "matched",
    "overlap_length",
    "overlapping",
    "union",
]

Box = tuple[float, float, float, float]
"""x_min, y_min, x_max, y_max in pixels, half-open."""
Span = tuple[float, float]
"""start, end, half-open: code points or seconds."""

_Z_95 = 1.959964


@dataclass(frozen=True, slots=True)
class Wilson:
    """A share ``hits / n`` with its Wilson 95 % interval, which stays in [0, 1] and holds for small ``n``."""

    hits: int
    n: int

    @property
    def share(self) -> float:
        """``hits / n``; nan when there is nothing to count."""
        return self.hits / self.n if self.n else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper end; (0, 1) when there is nothing to count."""
        if not self.n:
            return 0.0, 1.0
        spread = _Z_95**2 / self.n
        centre = (self.share + spread / 2) / (1 + spread)
        half = _Z_95 / (1 + spread) * math.sqrt(self.share * (1 - self.share) / self.n + spread / (4 * self.n))
        return max(0.0, centre - half), min(1.0, centre + half)

    def __str__(self) -> str:
        if not self.n:
            return "- (n=0)"
        low, high = self.interval
        return f"{self.share:.3f} [{low:.3f}-{high:.3f}] (n={self.n})"


@dataclass(frozen=True, slots=True)
class Rates:
    """Recall, precision and F2. They are counted apart: one find may overlap two true spans."""

    recall: Wilson
    precision: Wilson

    @property
    def f2(self) -> float:
        """F2 weighs recall over precision: what is missed harms more than what is covered for nothing."""
        recall, precision = self.recall.share, self.precision.share
        if math.isnan(recall) or math.isnan(precision):
            return math.nan
        below = 4 * precision + recall
        return 5 * precision * recall / below if below else 0.0


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _common_area(one: Box, other: Box) -> float:
    return _area((max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])))


def iou(one: Box, other: Box) -> float:
    """Common area over the area of both together, in [0, 1]."""
    common = _common_area(one, other)
    together = _area(one) + _area(other) - common
    return common / together if together else 0.0


def covered_share(target: Box, cover: Box, margin: float = 0.0) -> float:
    """Share of ``target`` under ``cover`` grown by ``margin`` of its width and height on each side, in [0, 1]."""
    area = _area(target)
    if not area:
        return 0.0
    dx, dy = margin * (cover[2] - cover[0]), margin * (cover[3] - cover[1])
    return _common_area(target, (cover[0] - dx, cover[1] - dy, cover[2] + dx, cover[3] + dy)) / area


def matched(truth: Sequence[Box], found: Sequence[Box], min_iou: float = 0.5) -> dict[int, int]:
    """Place in ``found`` -> place in ``truth``; each true box is matched once. ``found`` stands the surest first."""
    free = set(range(len(truth)))
    pairs: dict[int, int] = {}
    for place, box in enumerate(found):
        best = max(free, key=lambda index: (iou(truth[index], box), -index), default=None)
        if best is not None and iou(truth[best], box) >= min_iou:
            pairs[place] = best
            free.discard(best)
    return pairs


def overlapping(spans: Sequence[Span], others: Sequence[Span]) -> int:
    """How many of ``spans`` share at least some length with one of ``others``."""
    return sum(
        any(start < other_end and other_start < end for other_start, other_end in others) for start, end in spans
    )


def union(spans: Sequence[Span]) -> list[Span]:
    """The same places without overlaps, in order."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def overlap_length(spans: Sequence[Span], others: Sequence[Span]) -> float:
    """Length that both have in common, each counted once."""
    return sum(
        max(0.0, min(end, other_end) - max(start, other_start))
        for start, end in union(spans)
        for other_start, other_end in union(others)
    )
