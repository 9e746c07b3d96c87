"""All recognizers over one text in one pass: triggers first, then patterns, then the words around a value."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from privacy_audit.recognizers import Hit, Recognizer, Trigger, all_recognizers
from privacy_audit.recognizers._places import Taken
from privacy_audit.recognizers._readable import folded, readable
from privacy_audit.types import Confidence, Detection, TextSpan

__all__ = ["search"]

_SCORES = {Confidence.HIGH: 0.95, Confidence.MEDIUM: 0.7, Confidence.LOW: 0.3}
_BEFORE_CHARS, _AFTER_CHARS = 60, 25  # where an announcing word is looked for
_MARGIN_CHARS = 40  # how far a value may reach beyond its digits
_MAX_WINDOW_CHARS = 4_000  # a pattern never sees more at once where digits trigger it
_MIN_DIGITS = 3
_FEW_DIGITS = 5
_MANY_DIGITS = 32  # no recognizer asks for more
# digits at most three other characters apart
_DIGITS = re.compile(rf"[0-9](?:[^\n0-9]{{0,3}}[0-9]){{{_MIN_DIGITS - 1},}}")
# counted in the even halves of winer_fr and ewt_dev, most frequent first
_BY_FREQUENCY = " eatnisroludchmpgf.éyvb,w'k0qI1-2ASTxLCàjPMèDHFG:BEN/Rz!)3?56(9OWU84\"7J«»*VK"
# of Latin-1: lower case, and a space for all that is no letter
_LOWER_LETTERS = bytes(
    ord(low) if (low := chr(code).lower()).isalpha() and ord(low) < 256 else ord(" ") for code in range(256)
)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class _Found:
    hit: Hit
    confidence: Confidence
    recognizer: Recognizer

    @property
    def rank(self) -> tuple[int, bool, int, int, str]:
        """What decides between two that overlap: the surer, the checked, the longer, the earlier."""
        length = self.hit.end - self.hit.start
        return -self.confidence, self.recognizer.check is None, -length, self.hit.start, self.recognizer.name


def search(text: str, column: str = "", names: Collection[str] | None = None) -> list[Detection]:
    """Detections in order of place, none overlapping another; offsets are those of ``text`` as it was given.

    ``column`` is the name of the column that the text stands in: it announces like a word beside the value.
    ``names`` limits the search to these recognizers.
    """
    plan = _plan(None if names is None else frozenset(names))
    clean = readable(text)
    found: list[_Found] = []
    announced_by_column = frozenset(_WORD.findall(folded(column)))
    for recognizer in plan.triggered(clean.text, column):
        found += _found(recognizer, clean.text, 0, len(clean.text), column)
    if plan.at_digits:
        for start, end, n_digits in _windows(clean.text):
            words = announced_by_column
            if n_digits >= plan.fewest_digits_announced:
                words = words.union(_WORD.findall(folded(clean.text[max(0, start - 30) : end])))
            for recognizer in plan.candidates(words, n_digits):
                found += _found(recognizer, clean.text, start, end, column)
    return [_detection(item, clean.original_span(item.hit.start, item.hit.end)) for item in _apart(found)]


def _found(recognizer: Recognizer, text: str, start: int, end: int, column: str) -> Iterator[_Found]:
    for hit in recognizer.hits(text, start, end):
        confidence = recognizer.alone if hit.confidence is None else hit.confidence
        # what the form already tells, such as a placeholder, no word makes surer
        if hit.qualifier is None and recognizer.announced is not None and recognizer.announced > (confidence or 0):
            around = f"{text[max(0, hit.start - _BEFORE_CHARS) : hit.start]} | {text[hit.end : hit.end + _AFTER_CHARS]}"
            if _announces(f"{column} | {around}", recognizer.context):
                confidence = recognizer.announced
        if confidence is not None:
            yield _Found(hit, confidence, recognizer)


def _announces(around: str, context: tuple[str, ...]) -> bool:
    near = f" {' '.join(_WORD.findall(folded(around)))} "  # `Steuer-ID` and `steuer_id` are `steuer id`
    return any(f" {phrase} " in near for phrase in context)


def _windows(text: str) -> Iterator[tuple[int, int, int]]:
    """(start, end, digits) around groups of digits; windows end at white space where there is some near."""
    open_start, open_end, n_digits = -1, -1, 0
    for match in _DIGITS.finditer(text):
        for piece_start in range(match.start(), match.end(), _MAX_WINDOW_CHARS):
            piece_end = min(match.end(), piece_start + _MAX_WINDOW_CHARS)
            start, end = _at_space(text, piece_start, piece_end)
            count = sum(map(str.isdigit, text[piece_start:piece_end]))
            if open_start >= 0 and start <= open_end and end - open_start <= _MAX_WINDOW_CHARS:
                open_end, n_digits = end, max(n_digits, count)
                continue
            if open_start >= 0:
                yield open_start, open_end, n_digits
            open_start, open_end, n_digits = start, end, count
    if open_start >= 0:
        yield open_start, open_end, n_digits


def _at_space(text: str, start: int, end: int) -> tuple[int, int]:
    start = max(0, start - _MARGIN_CHARS)
    end = min(len(text), end + _MARGIN_CHARS)
    if end < len(text):
        space = text.rfind(" ", end - _MARGIN_CHARS, end)
        end = space if space > 0 else end
    return start, end


def _apart(found: Sequence[_Found]) -> list[_Found]:
    """Where several overlap the best stays."""
    taken = Taken()
    kept = [item for item in sorted(found, key=lambda item: item.rank) if taken.take(item.hit.start, item.hit.end)]
    return sorted(kept, key=lambda item: item.hit.start)


def _detection(item: _Found, span: tuple[int, int]) -> Detection:
    return Detection(
        item.recognizer.entity_type,
        TextSpan(*span),
        _SCORES[item.confidence],
        item.confidence,
        item.hit.qualifier,
    )


class _Plan:
    """The recognizers by what triggers them."""

    def __init__(self, recognizers: Sequence[Recognizer]) -> None:
        self._untriggered = [item for item in recognizers if item.trigger == Trigger()]
        self._by_literal: dict[str, list[Recognizer]] = {}
        self._by_word_bytes: dict[bytes, list[Recognizer]] = {}
        for item in recognizers:
            if not item.trigger.digits:
                for literal in item.trigger.literals:
                    self._by_literal.setdefault(literal, []).append(item)
                for word in item.trigger.words:
                    self._by_word_bytes.setdefault(_narrow(word), []).append(item)
        self._word_bytes = frozenset(self._by_word_bytes)
        self._by_rarest: dict[str, list[str]] = {}
        for literal in self._by_literal:
            self._by_rarest.setdefault(max(literal, key=_rarity), []).append(literal)
        self.at_digits = [item for item in recognizers if item.trigger.digits]
        # around a year, trying a pattern costs less than reading the words beside it
        self._always = [
            item
            for item in self.at_digits
            if item.alone is not None or item.search is not None or item.trigger.digits < _FEW_DIGITS
        ]
        self._always_by_digits: dict[int, list[Recognizer]] = {}
        self._by_word: dict[str, list[Recognizer]] = {}
        for item in self.at_digits:
            if item not in self._always:
                for phrase in item.context:
                    self._by_word.setdefault(phrase.split()[0], []).append(item)

        waiting = [item.trigger.digits for items in self._by_word.values() for item in items]
        self.fewest_digits_announced = min(waiting, default=_MANY_DIGITS)

    def triggered(self, text: str, column: str) -> list[Recognizer]:
        """Those that read the whole text: without a trigger, or with a literal or a word that stands in it."""
        chosen: dict[str, Recognizer] = {}
        for char, literals in self._by_rarest.items():
            if char in text:  # much cheaper than looking for the literal
                for literal in literals:
                    if literal in text:
                        chosen.update({item.name: item for item in self._by_literal[literal]})
        for word in self._word_bytes.intersection(_narrow(f"{column} {text}").translate(_LOWER_LETTERS).split()):
            chosen.update({item.name: item for item in self._by_word_bytes[word]})
        return [*self._untriggered, *chosen.values()]

    def candidates(self, words: Collection[str], n_digits: int) -> list[Recognizer]:
        """Those that so many digits trigger, without an announcing word or with one of these."""
        chosen = self._always_from(min(n_digits, _MANY_DIGITS))
        announced = [item for word in words for item in self._by_word.get(word, ()) if n_digits >= item.trigger.digits]
        return [*chosen, *{item.name: item for item in announced}.values()] if announced else chosen

    def _always_from(self, n_digits: int) -> list[Recognizer]:
        if n_digits not in self._always_by_digits:
            self._always_by_digits[n_digits] = [item for item in self._always if n_digits >= item.trigger.digits]
        return self._always_by_digits[n_digits]


def _narrow(text: str) -> bytes:
    """One byte per character: splitting bytes into words takes a third of the time that a text does."""
    return text.encode("latin-1", "replace")


def _rarity(char: str) -> int:
    """How seldom a character stands in French and English prose, from 0; most for what is not in the list."""
    return place if (place := _BY_FREQUENCY.find(char)) >= 0 else len(_BY_FREQUENCY)


@lru_cache(maxsize=32)
def _plan(names: frozenset[str] | None) -> _Plan:
    known = all_recognizers()
    return _Plan([item for name, item in known.items() if names is None or name in names])
