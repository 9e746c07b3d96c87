"""Places in a text: where it is worth reading closely, which of them meet, and which are taken already."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator

__all__ = ["Taken", "around", "joined", "places"]


class Taken:
    """Places ``[start, end)`` that lie apart; looking one up takes no longer where there are many."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []  # the places lie apart, so both lists are in order

    def is_free(self, start: int, end: int) -> bool:
        """True when no place taken so far overlaps this one."""
        index = bisect_left(self._ends, start + 1)
        return index == len(self._starts) or self._starts[index] >= end

    def take(self, start: int, end: int) -> bool:
        """Take the place where it is free; says whether it was."""
        if not self.is_free(start, end):
            return False
        index = bisect_left(self._ends, start + 1)
        self._starts.insert(index, start)
        self._ends.insert(index, end)
        return True


def places(text: str, words: Iterable[str], start: int, end: int) -> list[int]:
    """Where any of the words begins, in order."""
    found = []
    for word in words:
        place = text.find(word, start, end)
        while place >= 0:
            found.append(place)
            place = text.find(word, place + 1, end)
    return sorted(found)


def around(found: Iterable[int], before: int, after: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Windows that reach so far before and after each place, joined where they meet; ``found`` is in order."""
    return joined((max(start, place - before), min(end, place + after)) for place in found)


def joined(windows: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The same windows, those made one that meet or overlap; they come in order of their starts and of their ends."""
    first = last = -1
    for start, end in windows:
        if first >= 0 and start > last:
            yield first, last
            first = -1
        first = start if first < 0 else first
        last = end
    if first >= 0:
        yield first, last
