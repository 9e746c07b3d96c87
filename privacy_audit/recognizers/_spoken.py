"""Digits said in words, in French and English: where a row of them stands and what it may stand for.

``zéro six, euh, douze`` is a row: what speakers put between two digits, and what listeners answer, belongs to no
number and parts none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from privacy_audit.recognizers import _en_words, _fr_words
from privacy_audit.recognizers._places import around, places
from privacy_audit.recognizers._readable import folded

__all__ = ["FILLERS", "FR_NUMBERS", "Run", "lowered", "numbers", "runs", "words_of"]

_TOKEN = re.compile(r"[^\W\d_]+|[0-9]+|\+")
_GAP = re.compile(r"[\s,.;:…\-–—'’\"()/<>?!]{0,6}")
_MAX_FILLERS = 4
_MIN_NUMBERS = 5  # in a row: fewer make no number that is looked for
_MAX_RUN = 80  # number words; a countdown is longer, and no number
_MAX_READINGS = 2_000
_MAX_APART = 2
_REACH_CHARS = 400
_PAIR_CHARS = 60

FILLERS = frozenset(
    """
    accord ah ahead alors and apres ben bah bien bon c continuez d dash de donc dot ensuite er est et euh go got
    heu hmm hum hein hm huh it je la le l mhm mm note noted oh ok okay ouais oui parfait puis right so space then
    thanks that the tiret espace uh um voila vas y yeah yep yes
    """.split()
)  # fmt: skip
_REPEATS = {"double": 2, "triple": 3, "treble": 3}
FR_NUMBERS = frozenset(
    """
    zero zeros un une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt
    vingts trente quarante cinquante soixante septante huitante octante nonante cent cents
    """.split()
)
_TELLING = {
    "fr": "zero zéro deux trois quatre cinq sept huit neuf vingt trente quarante cinquante soixante double".split(),
    "en": "zero oh two three four five seven eight nine twenty thirty forty fifty double triple".split(),
}
_NUMBERS = {"fr": FR_NUMBERS, "en": _en_words.NUMBER_WORDS}
_READINGS = {"fr": _fr_words.readings, "en": _en_words.readings}
_TIMES = frozenset(("fois", "times"))


@dataclass(frozen=True, slots=True)
class Run:
    """Number words in a row. ``spans[i]`` is where ``words[i]`` stands in the text; ``plus``: where a plus stands
    before them, -1 for none.
    """

    language: str
    words: tuple[str, ...] = field(repr=False)
    spans: tuple[tuple[int, int], ...]
    plus: int = -1


@lru_cache(maxsize=2)
def lowered(text: str) -> str:
    """In small letters, of the same length. Several recognizers ask for the same text in turn."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(char.lower()[0] for char in text)


def words_of(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """(word without case and accents, start, end) of the words, numbers and pluses of ``text[start:end]``."""
    return [(folded(match.group()), *match.span()) for match in _TOKEN.finditer(text, start, end)]


def runs(text: str, start: int, end: int, language: str) -> Iterator[Run]:
    """Rows of at least five number words of one language, in order."""
    low = lowered(text)
    telling = (
        first
        for first, second in pairwise(places(low, _TELLING[language], start, end))
        if second - first <= _PAIR_CHARS
    )
    for first, last in around(telling, _PAIR_CHARS, _REACH_CHARS, start, end):
        # a window may begin inside a word
        yield from _runs(text, words_of(text, first, last), language)


def _runs(text: str, tokens: Sequence[tuple[str, int, int]], language: str) -> Iterator[Run]:
    row: list[tuple[str, int, int]] = []
    n_fillers, plus, position = 0, -1, -1
    for word, start, end in tokens:
        near = position < 0 or _GAP.fullmatch(text, position, start) is not None
        if row and not near:
            yield from _made(row, language, plus)
            row, plus, n_fillers = [], -1, 0
        position = end
        if _is_number(word, language):
            row.append((word, start, end))
            n_fillers = 0
        elif not row:
            plus = start if word in ("plus", "+") else -1
        elif word in FILLERS and n_fillers < _MAX_FILLERS:
            n_fillers += 1
        else:
            yield from _made(row, language, plus)
            row, n_fillers, plus = [], 0, start if word in ("plus", "+") else -1
    yield from _made(row, language, plus)


def _is_number(word: str, language: str) -> bool:
    return word in _NUMBERS[language] or word in _REPEATS or word in _TIMES or (word.isdigit() and len(word) <= 4)


def _made(row: Sequence[tuple[str, int, int]], language: str, plus: int) -> Iterator[Run]:
    if _MIN_NUMBERS <= len(row) <= _MAX_RUN and not all(word.isdigit() for word, _, _ in row):
        yield Run(language, tuple(word for word, _, _ in row), tuple((start, end) for _, start, end in row), plus)


def numbers(run: Run, first: int, max_digits: int) -> dict[int, dict[str, int]]:
    """End in ``run.words`` -> what the words from ``first`` on may stand for, up to ``max_digits`` digits.

    With each, how many words were read apart that go together: ``vingt-deux`` as 20 2 is one.
    """
    found: dict[int, dict[str, int]] = {}
    n_readings = 0
    found[first] = {"": 0}
    for place in range(first, len(run.words)):
        readings = list(_readings(run, place)) if found.get(place) else []
        longest = max((end for end, _ in readings), default=0)
        for before, n_apart in found.get(place, {}).items():
            for end, digits in readings:
                whole, apart = before + digits, n_apart + (end < longest)
                if len(whole) <= max_digits and apart <= _MAX_APART and n_readings < _MAX_READINGS:
                    n_readings += 1
                    same = found.setdefault(end, {})
                    same[whole] = min(apart, same.get(whole, apart))
    del found[first]
    return found


def _readings(run: Run, place: int) -> Iterator[tuple[int, str]]:
    words = run.words
    word = words[place]
    if word in _REPEATS:
        if place + 1 < len(words):
            for end, digits in _READINGS[run.language](words, place + 1):
                if len(digits) == 1 or (run.language == "fr" and len(digits) == 2):  # "double douze" is 12 12
                    yield end, digits * _REPEATS[word]
        return
    if word in _TIMES:
        return
    for end, digits in _READINGS[run.language](words, place):
        if end < len(words) and words[end] in _TIMES and digits in ("2", "3", "4") and end + 1 < len(words):
            for last, repeated in _READINGS[run.language](words, end + 1):  # "deux fois zéro", "three times seven"
                if len(repeated) == 1:
                    yield last, repeated * int(digits)
        yield end, digits
