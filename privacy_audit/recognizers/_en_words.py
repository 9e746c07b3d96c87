"""English number words: what digits a row of them may stand for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

__all__ = ["NUMBER_WORDS", "readings"]

_ZEROS = frozenset(("oh", "o", "zero", "zeros", "zeroes", "nought", "naught", "nil"))
_UNITS = {word: value for value, word in enumerate("one two three four five six seven eight nine".split(), start=1)}
_TEENS = {
    word: value
    for value, word in enumerate(
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(), start=10
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
} | {"fourty": 40}
_HUNDRED, _THOUSAND = "hundred", "thousand"
NUMBER_WORDS = frozenset({*_ZEROS, *_UNITS, *_TEENS, *_TENS, _HUNDRED, _THOUSAND})


def readings(words: Sequence[str], first: int) -> Iterator[tuple[int, str]]:
    """(end, digits) of each number that may be read from ``words[first]`` on, the longest first.

    ``twenty one`` is 21, or 20 and what follows is another number. A word of digits stands for itself.
    """
    word = words[first]
    if word.isdigit():
        yield first + 1, word
    elif word in _ZEROS:
        yield first + 1, "0"
    else:
        for end, value in _values(words, first):
            yield end, str(value)


def _values(words: Sequence[str], first: int) -> list[tuple[int, int]]:
    found = _below_hundred(words, first)
    unit = _UNITS.get(words[first], 0)
    after = first + 1
    if unit and after < len(words) and words[after] in (_HUNDRED, _THOUSAND):
        value = unit * (100 if words[after] == _HUNDRED else 1000)
        rest = after + 1 + (after + 1 < len(words) and words[after + 1] == "and")
        found += [(end, value + below) for end, below in _below_hundred(words, rest)]
        found.append((after + 1, value))
    return sorted(found, reverse=True)


def _below_hundred(words: Sequence[str], first: int) -> list[tuple[int, int]]:
    if first >= len(words):
        return []
    word = words[first]
    if word in _TENS:
        found = [(first + 1, _TENS[word])]
        if first + 1 < len(words) and words[first + 1] in _UNITS:
            found.append((first + 2, _TENS[word] + _UNITS[words[first + 1]]))
        return found
    value = _UNITS.get(word) or _TEENS.get(word)
    return [(first + 1, value)] if value else []
