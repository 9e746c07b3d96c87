"""Where a value was met in one text, how, and how sure that makes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from privacy_audit.finding.folding import Folded
from privacy_audit.types import Confidence

__all__ = ["Hit", "Matcher", "best"]


@dataclass(frozen=True, slots=True)
class Hit:
    """``[start, end)`` in code points of the original. ``how``: the spelling met, a word of :mod:`cli.find`'s table.

    ``score`` in [0, 1] orders the hits of one kind. ``confidence``: HIGH, hardly anybody else; MEDIUM, perhaps somebody
    else; LOW, a person has to look.
    """

    start: int
    end: int
    how: str
    score: float
    confidence: Confidence


class Matcher(Protocol):
    """Looks for one value. Its ``repr`` does not show the value."""

    kind: str
    entity_type: str

    def hits(self, text: Folded) -> Iterator[Hit]:
        """Every place of the value in a text."""


def best(hits: Iterable[Hit]) -> list[Hit]:
    """In order and apart: where two overlap, the surer one."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (-hit.score, hit.start - hit.end, hit.start)):
        if all(hit.end <= other.start or other.end <= hit.start for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)
