"""Recognizers: one kind of value with a form of its own, such as a number with a check digit.

Adding a recognizer is adding one file here: a module whose name does not start with ``_`` and which lists
:class:`Recognizer` values in ``RECOGNIZERS``. Other packages add theirs through the entry-point group
``privacy_audit.recognizers`` (an entry point that loads such a tuple). A name that is already taken is an error.
``privacy_audit.presidio`` wraps each of them for a Presidio ``AnalyzerEngine``.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import pkgutil
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from privacy_audit.errors import UsageError
from privacy_audit.types import Confidence

__all__ = ["ENTRY_POINT_GROUP", "Hit", "Recognizer", "Trigger", "all_recognizers"]

ENTRY_POINT_GROUP = "privacy_audit.recognizers"
_SEPARATORS = re.compile(r"[^0-9A-Za-z]")


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a value stands, ``[start, end)`` in code points, and how sure its form alone makes it.

    ``confidence`` None leaves that to the recognizer. ``qualifier``: see :class:`privacy_audit.types.Detection`.
    """

    start: int
    end: int
    confidence: Confidence | None = None
    qualifier: str | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """What a text must hold before the pattern is tried: cheaper than the pattern itself.

    ``digits``: only around groups of at least that many digits (each at most 3 other characters from the next), where
    the text is cut into windows of bounded length. ``literals``: one of these stands in the text, as written.
    ``words``: one of these stands in it or in the name of its column as a whole word, in whatever case; they are given
    in lower case. All of them together cost one look at the text, for which it is read as Latin-1: a word with other
    letters is a literal.
    """

    digits: int = 0
    literals: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError for a word that would never be found."""
        for word in self.words:
            if not (word.isalpha() and word == word.lower() and max(word) <= "\u00ff"):
                raise ValueError(f"trigger word {word!r}: expected letters of Latin-1 in lower case; see `literals`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognizer:
    """One kind of value: its form, its check, and the words that announce it.

    ``pattern`` is a linear regular expression: no quantifier inside another that could match the same characters. Where
    it has a group called ``value``, that is the span. Texts come with every kind of space as a plain one and digits of
    all scripts as ASCII. ``check`` gets the value without separators.
    ``alone`` is the confidence without any announcing word (None: then it is not reported), ``announced`` the one with
    a word of ``context`` in the 60 characters before, the 25 after, or the name of the column. Context words are
    written in lower case without accents; a phrase has spaces.
    """

    name: str
    entity_type: str
    summary: str
    pattern: str
    check: Callable[[str], bool] | None = None
    alone: Confidence | None = None
    announced: Confidence | None = Confidence.MEDIUM
    context: tuple[str, ...] = ()
    trigger: Trigger = field(default_factory=Trigger)
    country: str | None = None
    """ISO 3166-1 alpha-2, None for what is found everywhere."""
    sources: tuple[str, ...] = ()
    """Where the form and the check are described: a page, a standard, a module of python-stdnum."""
    example: Callable[[random.Random], str] | None = None
    """A random valid value: what the tests and the bench look for in sentences."""
    frames: tuple[str, ...] = ("{}",)
    """Sentences that hold such a value at ``{}``; they announce it where it needs that."""
    detects: tuple[str, ...] = ()
    """Texts in which it is found."""
    ignores: tuple[str, ...] = ()
    """Near misses: nothing at MEDIUM or above of this kind is found in them."""
    inside: str | None = None
    """A pattern that is quick to search and stands inside every value: where it does not, no value is looked for."""
    search: Callable[[str, int, int], Iterator[Hit]] | None = None
    """Takes the place of ``pattern`` where a regular expression cannot say it: (text, start, end) -> hits."""

    def hits(self, text: str, start: int, end: int) -> Iterator[Hit]:
        """Values that begin and end inside ``text[start:end]`` and pass the check."""
        if self.inside is not None and not _compiled(self.inside).search(text, start, end):
            return
        if self.search is not None:
            yield from self.search(text, start, end)
            return
        for match in _compiled(self.pattern).finditer(text, start, end):
            group = "value" if "value" in match.re.groupindex else 0
            if self.check is None or self.check(_SEPARATORS.sub("", match.group(group))):
                yield Hit(*match.span(group))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def all_recognizers() -> dict[str, Recognizer]:
    """Every recognizer installed, by name. Raises UsageError when two claim one name."""
    found: dict[str, Recognizer] = {}
    for module_info in pkgutil.iter_modules(__path__):
        if not module_info.name.startswith("_"):
            _register(found, importlib.import_module(f"{__name__}.{module_info.name}").RECOGNIZERS)
    for entry_point in importlib.metadata.entry_points(group=ENTRY_POINT_GROUP):
        _register(found, entry_point.load())
    return found


def _register(found: dict[str, Recognizer], recognizers: tuple[Recognizer, ...]) -> None:
    for recognizer in recognizers:
        if found.setdefault(recognizer.name, recognizer) is not recognizer:
            raise UsageError(f"two recognizers are called {recognizer.name!r}; rename one")
