"""``M. Dupont`` in a text that names Jean Dupont and nobody else of that family: who is meant, told by what is around.

Alone such words are anybody's; here they are what a reader takes them for. They stay LOW where another bearer of the
name stands nearby.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from privacy_audit.finding.folding import Folded
from privacy_audit.finding.surroundings import is_place, opens_sentence
from privacy_audit.pseudonyms.names import PARTICLES, TITLES, given_names
from privacy_audit.types import Confidence

__all__ = ["Context", "Met", "gender_of"]

_LOW, _MEDIUM, _HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH
_NEARBY = 4_000
"""Characters on either side, some two pages: further off, a name may be taken up by somebody else. Our choice."""
_LIKELY, _PERHAPS = (0.45, _MEDIUM), (0.15, _LOW)
_GENDERS = {
    **dict.fromkeys("m mr monsieur sir".split(), "m"),
    **dict.fromkeys("mme mlle mrs ms miss madame lady".split(), "f"),
}
_OPENERS = frozenset(
    "a after also and apres as at aussi avec because but by car ce cet chez comme contre d dans de depuis des devant "
    "du en entre et for from if in it l la le les mais meme of on or ou par pour puis quand que qui sans selon si sous "
    "sur that the then to vers voici when while with".split()
)
"""Words with a capital at the beginning of a sentence that are no given name."""
_NOBILIARY = PARTICLES - frozenset("la las le les of te y".split())
"""Particles that stand behind a given name and in front of a family name, and hardly anywhere else there."""
_KIN = re.compile(
    r"\b(?:epou(?:x|ses?)|femme|mari|conjointe?|compagn(?:e|on)|veu(?:f|ve)|s(?:oe|o)eurs?|freres?|meres?|peres?|"
    r"fils|filles?|cousine?s?|oncle|tante|nev(?:eu|oux)|niece|grands?[- ](?:peres?|meres?|parents)|"
    r"beau[- ](?:pere|frere|fils)|belle[- ](?:mere|soeur|fille)|wife|husband|spouse|widow(?:er)?|sisters?|brothers?|"
    r"mother|father|daughters?|uncle|aunt|nephew)\b"
)
_NO_PERSON = re.compile(
    r"\b(?:affaire|agence|association|cabinet|centre(?: culturel)?|clan|club|comite|company|committee|"
    r"ent(?:er|re)prise|etablissements|ets|famil(?:le|y)|freres|galerie|group|groupe|law|loi|magasin|maison|musee|museum|"
    r"plan|restaurant|societe|usine)\s$"
)
"""``la loi Dupont``, ``la famille Dupont``: not one person, though it may be called after her."""
_BEFORE = re.compile(r"(?P<word>[^\W\d_]+)(?P<join>\.?\s{1,2}|-)$")
_BEHIND = re.compile(r"(?P<join>,?[^\S\r\n]{1,2}|-)(?P<word>[^\W\d_]+)")


@dataclass(frozen=True, slots=True)
class Met:
    """A spelling met at ``[start, end)`` of a folded text. ``title``: the folded one before it, where it has one."""

    start: int
    end: int
    how: str
    score: float
    confidence: Confidence
    title: str = field(default="", repr=False)


def gender_of(title: str) -> str:
    """``m`` or ``f`` for a folded title that tells, else ""."""
    return _GENDERS.get(title, "")


class Context:
    """``given``, ``family``: patterns of the two parts of a name. ``gender``: told by a title that was asked for."""

    def __init__(self, given: str, family: str, gender: str = "") -> None:
        self._given, self._family = re.compile(given), re.compile(family)
        self._gender = gender

    def __repr__(self) -> str:
        return "Context(hidden)"

    def judged(self, text: Folded, met: Sequence[Met], *, is_named: bool) -> Iterator[Met]:
        """Places that are hers by what is around them, beside those ``met``; the surer of two that overlap counts.

        ``is_named``: the text is hers as a whole, such as that of a file named after her.
        """
        named = sorted(item.start for item in met if item.confidence is _HIGH)
        if not (named or is_named):
            return
        taken = _Spans(met)
        alone, strangers = self._family_mentions(text, taken)
        strangers = sorted([*strangers, *(item.start for item in met if item.how == "part of a longer name")])
        given_alone, with_others = self._given_mentions(text, taken)
        titles = [item for item in met if item.how == "title"]
        hers = self._gender or next((gender for item in met if (gender := _gender_before(text, item))), "")
        kin = [match.start() for match in _KIN.finditer(text.text)] if titles and not hers else []
        by_gender = {sex: sorted(item.start for item in titles if gender_of(item.title) == sex) for sex in ("m", "f")}
        for item in met:
            if not (is_named or _near(named, item.start)):
                continue
            if item.how == "title" and not _near(strangers, item.start):
                sex = gender_of(item.title)
                others = by_gender["f" if sex == "m" else "m"] if sex else []
                if sex in ("", hers) or (not hers and not _near(others, item.start) and not _near(kin, item.start)):
                    yield Met(item.start, item.end, "title, named in full nearby", *_LIKELY)
            elif item.how == "family initial":
                initial = re.split(r"[\s_-]", text.text[item.start : item.end])[-1]
                if not _near([start for start, word in with_others if word[0] == initial[0]], item.start):
                    yield Met(item.start, item.end, "initial, named in full nearby", *_LIKELY)
        for start, end in alone:
            if is_named or _near(named, start):
                is_another = _near(strangers, start) or _NO_PERSON.search(text.text, max(0, start - 20), start)
                sure = _PERHAPS if is_another else _LIKELY
                yield Met(start, end, "family name, named in full nearby", *sure)
        for start, end in given_alone:
            if is_named or _near(named, start):
                yield Met(start, end, "given name, named in full nearby", *_PERHAPS)

    def _family_mentions(self, text: Folded, taken: _Spans) -> tuple[list[tuple[int, int]], list[int]]:
        """Where the family name stands for itself, and where somebody else bears it."""
        spans = [match.span() for match in self._family.finditer(text.text) if _is_whole(text, *match.span())]
        is_common = any(not _has_capital(text, *span) for span in spans)  # `Petit`, where `petit` stands as well
        alone, strangers = [], []
        for start, end in spans:
            if start in taken or not _has_capital(text, start, end) or is_place(text, start):
                continue
            before, behind = _around(text, start, end)
            if (behind and behind["join"] == "-") or _is_name_before(text, before):
                strangers.append(start)
            elif behind and text.char(behind.start("word")).isupper():
                if behind["word"] in given_names():  # `Dupont Odile`; not `Dupont SA`, nor `Martin Durand`
                    strangers.append(start)
            elif not (is_common and opens_sentence(text, start)):
                alone.append((start, end))
        return alone, strangers

    def _given_mentions(self, text: Folded, taken: _Spans) -> tuple[list[tuple[int, int]], list[tuple[int, str]]]:
        """Where the given name stands for itself, and where it has another family name: with that, folded."""
        alone, with_others = [], []
        for match in self._given.finditer(text.text):
            start, end = match.span()
            if start in taken or not _is_whole(text, start, end) or not text.char(start).isupper():
                continue
            before, behind = _around(text, start, end)
            follows = behind is not None and behind["join"].isspace()
            if behind and follows and (text.char(behind.start("word")).isupper() or behind["word"] in _NOBILIARY):
                with_others.append((start, behind["word"]))
            elif not (behind and behind["join"] == "-") and not _is_name_before(text, before):
                alone.append((start, end))
        return alone, with_others


class _Spans:
    """Tells whether a place lies in one of those met."""

    def __init__(self, met: Iterable[Met]) -> None:
        ordered = sorted((item.start, item.end) for item in met)
        self._starts = [start for start, _ in ordered]
        self._ends = list(accumulate((end for _, end in ordered), max))

    def __contains__(self, place: object) -> bool:
        assert isinstance(place, int)  # noqa: S101 - a place is a number
        index = bisect_left(self._starts, place + 1)
        return index > 0 and self._ends[index - 1] > place


def _near(places: Sequence[int], place: int) -> bool:
    """One of the places, in order, lies at most :data:`_NEARBY` away."""
    index = bisect_left(places, place - _NEARBY)
    return index < len(places) and places[index] <= place + _NEARBY


def _is_whole(text: Folded, start: int, end: int) -> bool:
    return not (text.text[start - 1 : start].isalnum() or text.text[end : end + 1].isalnum())


def _has_capital(text: Folded, start: int, end: int) -> bool:
    """Also ``de la Tour``."""
    return any(char.isupper() for char in text.original[slice(*text.span(start, end))])


def _around(text: Folded, start: int, end: int) -> tuple[re.Match[str] | None, re.Match[str] | None]:
    return _BEFORE.search(text.text, max(0, start - 30), start), _BEHIND.match(text.text, end)


def _is_name_before(text: Folded, before: re.Match[str] | None) -> bool:
    """The word before is another given name, or the initial of one: ``Odile Dupont``, ``W. Dupont``, ``Anne-Marie``."""
    if before is None or not text.char(before.start("word")).isupper():
        return before is not None and before["join"] == "-"
    return before["word"] not in TITLES and (before["word"] not in _OPENERS or before["join"].startswith("."))


def _gender_before(text: Folded, item: Met) -> str:
    """Told by the title before a full name of hers: ``Mme Claude Dupont``."""
    if item.confidence is not _HIGH:
        return ""
    before = _BEFORE.search(text.text, max(0, item.start - 15), item.start)
    return gender_of(before["word"]) if before else ""
