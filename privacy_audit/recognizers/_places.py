"""Where a text is worth reading closely: around the rare words or digits that what is looked for must hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

__all__ = ["around", "places"]


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
    first = last = -1
    for place in found:
        if first >= 0 and place - before > last:
            yield first, last
            first = -1
        first = max(start, place - before) if first < 0 else first
        last = min(end, place + after)
    if first >= 0:
        yield first, last
