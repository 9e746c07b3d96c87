"""Names of people as words: how a name is cut, and what all its spellings have in common."""

from __future__ import annotations

import itertools
import re
import unicodedata
from functools import cache
from importlib import resources

from privacy_audit.recognizers._readable import folded

__all__ = ["PARTICLES", "PERSON_TYPES", "TITLES", "given_names", "person", "plain", "words"]

PERSON_TYPES = frozenset(("FACE_REGION_NAME", "FIRST_NAME", "PERSON", "SPEAKER"))

TITLES = frozenset("m mm mr mrs ms miss mme mmes mlle mlles dr pr prof me maitre monsieur madame sir lady".split())
PARTICLES = frozenset(
    "af al da de del della den der des di do dos du el ibn la las le les los of te ten ter van von y zu".split()
)

_WORD = re.compile(r"[^\W\d_]+")
# between the two words of `MarieDupont`; one letter is too little, as in McDonald and DeLuca
_HUMP = re.compile(r"(?<=[a-zà-ÿ]{2})(?=[A-ZÀ-Þ][a-zà-ÿ])")


def plain(value: str) -> str:
    """Composed characters, nothing invisible: what a name looks like, so that its words can be told."""
    return "".join(char for char in unicodedata.normalize("NFKC", value) if unicodedata.category(char) != "Cf")


def words(value: str) -> list[tuple[int, int]]:
    """Places of the words of a plain name, in order: two in ``marie_dupont`` and in ``MarieDupont``."""
    found = []
    for match in _WORD.finditer(value):
        edges = [match.start(), *(hump.start() for hump in _HUMP.finditer(value, *match.span())), match.end()]
        found += list(itertools.pairwise(edges))
    return found


def person(value: str) -> str:
    """The words of a name without accents, case and titles, given names first; empty where there is no word.

    ``DUPONT Marie``, ``Dupont, Marie``, ``Mme Marie Dupont`` and ``marie_dupont`` are one. The family name is known by
    a comma, by capitals, or because only the other words are known as given names; else words stay in their order,
    so that Thomas Martin and Martin Thomas are two.
    """
    text = plain(value)
    found = [text[start:end] for start, end in words(text)]
    named = [word for word in found if folded(word) not in TITLES] or found
    if not named:
        return ""
    turned = _turned(text, named)
    return " ".join(map(folded, turned))


def _turned(text: str, named: list[str]) -> list[str]:
    """The words with those of the family name last."""
    comma = text.find(",")
    if comma > 0:
        before = [text[start:end] for start, end in words(text[:comma])]
        n_before = sum(folded(word) not in TITLES for word in before)
        if 0 < n_before < len(named):
            return named[n_before:] + named[:n_before]
    capitals = [word.isupper() and len(word) > 1 for word in named]
    if any(capitals) and not all(capitals):
        in_capitals = [word for word, flag in zip(named, capitals, strict=True) if flag]
        return [word for word, flag in zip(named, capitals, strict=True) if not flag] + in_capitals
    known = [folded(word) in given_names() for word in named]
    if known[-1] and not known[0]:
        n_given = next(n for n, flag in enumerate(reversed(known)) if not flag)
        return named[-n_given:] + named[:-n_given]
    return named


@cache
def given_names() -> dict[str, tuple[str, str]]:
    """Folded name -> (language, the name as it is written)."""
    text = resources.files("privacy_audit.pseudonyms").joinpath("given_names.txt").read_text(encoding="utf-8")
    language, found = "", dict[str, tuple[str, str]]()
    for line in text.splitlines():
        if line.startswith("["):
            language = line.strip("[]")
        elif not line.startswith("#"):
            for name in line.split():
                found.setdefault(folded(name), (language, name))
    return found
