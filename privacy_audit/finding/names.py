"""A name of a person in every spelling: order, case, accents, initials, hyphens, joined as in file names.

Scores are this project's: they order what is met and are measured as classes only (``bench/find.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from privacy_audit.finding.folding import Folded, fold, spellings
from privacy_audit.finding.hits import Hit
from privacy_audit.finding.in_context import Context, Met, gender_of
from privacy_audit.finding.surroundings import (
    begins_word,
    capital_before,
    capital_behind,
    ends_word,
    in_address,
    is_hyphenated,
    is_place,
    is_token,
)
from privacy_audit.pseudonyms.names import PARTICLES, TITLES, given_names, plain, words
from privacy_audit.types import Confidence

__all__ = ["NameMatcher", "splits"]

_LOW, _MEDIUM, _HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH
_SPACE = r"(?:[ \t]{1,4}|[ \t]{0,4}\r?\n[ \t]{0,8}|[-_.+~]{1,2}|%20)"
_SAID = r"(?:\s(?:point|dot|tiret(?: du six| bas)?|dash|underscore)\s)"
_LIST = r"(?:\s?[,;|]\s{0,3})"
_IN_PATH = r"(?:[-_.+~/ ,]{1,3})"
_LABEL_FAMILY = r"(?:nom(?: de famille)?|last ?name|surname|family ?name)"
_LABEL_GIVEN = r"(?:prenoms?|first ?name|given ?name|forename)"
_IS = r"[\"']?\s{0,2}[:=]\s{0,3}[\"']?"
_SHORT_FAMILY = 4
"""Letters: with fewer, an initial and the family name are a word as well."""
_FAMILY_OPENERS = PARTICLES | frozenset("abd abdel abou abu ait bel ben bin bou mac mc o ould saint sainte san".split())
"""Words that begin a family name of several, though some are given names as well: `Ahmed Ben Salah`."""
_WORDS_THEMSELVES = frozenset("ady")  # `A Dupont`, `y`: words of their own in French, even in capitals


class NameMatcher:
    """``Marie Dupont``, ``DUPONT Marie`` or ``Dupont, Marie``: the form tells which words are the family name."""

    kind = "name"
    entity_type = "PERSON"

    def __init__(self, value: str) -> None:
        cuts = splits(value)
        given, family = cuts[0]
        if not family:
            raise ValueError("a name needs at least one word")
        self._parts = [(re.compile(_joined(first)), re.compile(_joined(last))) for first, last in cuts if first]
        self._forms = [form for cut in cuts for form in _whole(*cut)] + [*_partial(given, family)]
        others = [form for cut in cuts[1:] for form in _partial(*cut)]
        self._forms += [(f"{how}, cut otherwise", pattern, score, sure) for how, pattern, score, sure in others]
        titles = [title for start, end in words(value) if (title := fold(value[start:end]).text) in TITLES]
        gender = gender_of(titles[0]) if titles else ""
        self._context = Context(_joined(given), _joined(family), gender) if given else None
        self.orders = [[*one, *other] for first, last in cuts if first for one, other in ((first, last), (last, first))]
        """Its words, as often as they may be turned: nothing where it is one word."""

    def __repr__(self) -> str:
        return "NameMatcher(hidden)"

    def parts(self, text: str) -> Iterator[tuple[int, str]]:
        """(which way the name is cut, ``given`` or ``family``) where a whole cell is that part of the name."""
        bare = " ".join(fold(text).text.split())
        for number, (given, family) in enumerate(self._parts):
            if given.fullmatch(bare):
                yield number, "given"
            if family.fullmatch(bare):
                yield number, "family"

    def hits(self, text: Folded, *, is_named: bool = False) -> Iterator[Hit]:
        """Every place; they may overlap. ``is_named``: the text as a whole is hers, as a file named after her is."""
        met = [*self._met(text)]
        if self._context is not None and not text.is_path:
            met += self._context.judged(text, met, is_named=is_named)
        for item in met:
            yield Hit(*text.span(item.start, item.end), item.how, item.score, item.confidence)

    def _met(self, text: Folded) -> Iterator[Met]:
        for how, pattern, score, confidence in self._forms:
            for match in pattern.finditer(text.text):
                start, end = match.span("name") if "name" in match.re.groupindex else match.span()
                if not (begins_word(text, start) and ends_word(text, end)):
                    continue
                judged = _judged(text, how, match, start, end, score, confidence)
                if judged is not None:
                    title = match["title"] if "title" in match.re.groupindex else ""
                    yield Met(start, end, *judged, title=title)


def splits(value: str) -> list[tuple[list[str], list[str]]]:
    """Words of the given name and of the family name as written, the likeliest way to cut them first.

    One way where a comma or capitals tell; else the others follow, since ``Martin Duval`` begins like a second given
    name.
    """
    text = plain(value).strip()
    found = [(text[start:end], start, end) for start, end in words(text)]
    found = [item for item in found if fold(item[0]).text not in TITLES] or found
    only = [word for word, _, _ in found]
    if len(only) < 2:
        return [([], only)]
    comma = text.find(",")
    n_before = sum(end <= comma for _, _, end in found) if comma > 0 else 0
    if 0 < n_before < len(only):
        return [(only[n_before:], only[:n_before])]
    bound = [
        _is_bound(word, fold(text[end:start]).text)
        for (word, _, end), start in zip(found, [start for _, start, _ in found[1:]], strict=False)
    ]
    capitals = [word.isupper() and len(word) > 1 for word in only]
    for index in reversed(range(len(only) - 1)):  # the family name of `Anaïs de la TOUR` is four words
        capitals[index] = capitals[index] or (bound[index] == "family" and capitals[index + 1])
    if any(capitals) and not all(capitals):
        named = [word for word, flag in zip(only, capitals, strict=True) if flag]
        return [([word for word, flag in zip(only, capitals, strict=True) if not flag], named)]
    cuts = [n for n in range(1, len(only)) if not bound[n - 1]]
    if not cuts:
        return [([], only)]
    likely = next((n for n in cuts if _begins_family(only[n])), cuts[-1])
    return [(only[:n], only[n:]) for n in dict.fromkeys((likely, *cuts))]


def _begins_family(word: str) -> bool:
    folded = fold(word).text
    return folded in _FAMILY_OPENERS or folded not in given_names()


def _is_bound(word: str, behind: str) -> str:
    """Which part a word and the next one are of where nothing parts them: ``Jean-Marc`` any, ``N'Diaye`` the family."""
    if behind == "'" or fold(word).text in PARTICLES:
        return "family"
    return "any" if behind.strip() == "-" else ""


def _joined(parts: list[str]) -> str:
    """The words of one part, however they are joined: ``jean-pierre``, ``jean pierre``, ``jeanpierre``."""
    return r"(?:[\s\-_.']{0,2})".join("(?:" + "|".join(map(re.escape, spellings(word))) + ")" for word in parts)


_Form: TypeAlias = tuple[str, re.Pattern[str], float, Confidence]


def _whole(given: list[str], family: list[str]) -> Iterator[_Form]:
    """How, pattern, score and confidence of the forms that hold all words of the name: the surest first."""
    named = _joined(family)
    if not given:
        yield "name", re.compile(named), 0.6, _MEDIUM
        return
    first = _joined(given)
    yield "full", re.compile(f"{first}{_SPACE}{named}"), 1.0, _HIGH
    yield "spelled out", re.compile(f"{first}{_SAID}{named}"), 0.85, _HIGH
    yield "listed", re.compile(f"{first}{_LIST}{named}"), 0.5, _MEDIUM
    yield "reversed", re.compile(f"{named}(?:{_SPACE}|{_LIST}){first}"), 0.95, _HIGH
    yield "reversed", re.compile(rf"{named}\s?\({first}\)"), 0.8, _HIGH
    yield "path", re.compile(f"(?:{first}{_IN_PATH}{named}|{named}{_IN_PATH}{first})"), 0.85, _HIGH
    yield "joined", re.compile(f"(?:{first}{named}|{named}{first})"), 0.9, _HIGH
    yield (
        "form",
        re.compile(
            rf"(?:{_LABEL_FAMILY}{_IS}{named}[\"']?\W{{1,10}}{_LABEL_GIVEN}{_IS}{first}"
            rf"|{_LABEL_GIVEN}{_IS}{first}[\"']?\W{{1,10}}{_LABEL_FAMILY}{_IS}{named})"
        ),
        0.85,
        _HIGH,
    )
    between = r"(?P<between>[^\W\d_]\.?|[^\W\d_]{2,15})"
    yield "between", re.compile(f"{first}[ _]{{1,2}}{between}[ _]{{1,2}}{named}"), 0.6, _MEDIUM
    last_name = r"[^\W\d_][^\W_]*(?:[ \-'][^\W\d_]+){0,2}"
    yield "born", re.compile(rf"{first}(?: {last_name})?,? \(?(?:nee?|born) {named}"), 0.7, _MEDIUM
    others = r"(?:, [^\W\d_]{2,20}){0,4},? (?:et|and|&|und|y|e)"
    other = r"(?P<other>[^\W\d_]{2,20}(?:-[^\W\d_]{2,20})?)"
    yield "with others of the name", re.compile(rf"{first}{others} {other} {named}"), 0.5, _MEDIUM
    yield "domain", re.compile(rf"{first}@{named}(?=\.)"), 0.55, _MEDIUM
    letters = [word[0] for form in given for word in spellings(form)[:1]]
    bare = "(?:" + "|".join(dict.fromkeys(("".join(letters), letters[0]))) + ")"
    short = sum(map(len, family)) < _SHORT_FAMILY
    login = re.compile(f"(?:{bare}[-_.]?{named}|{named}[-_.]?{bare})")
    yield ("login", login, 0.25, _LOW) if short else ("login", login, 0.55, _MEDIUM)
    dotted = r"(?:\.?[\s\-]{0,2})".join(map(re.escape, letters))
    initials = f"(?:{dotted}|{re.escape(letters[0])})" if len(letters) > 1 else re.escape(letters[0])
    yield "initial", re.compile(rf"(?P<name>(?P<initial>{initials})\.?\s{{0,2}}{named})"), 0.5, _MEDIUM
    yield "initial", re.compile(rf"(?P<name>{named},?\s{{1,2}}(?P<initial>{initials})(?:\.|(?![\w'])))"), 0.5, _MEDIUM


def _partial(given: list[str], family: list[str]) -> Iterator[_Form]:
    """Those that hold one part of the name: others are called so as well."""
    if not given:
        return
    titles = "|".join(sorted(TITLES, key=len, reverse=True))
    pattern = rf"(?<![^\W_])(?P<title>{titles})\.?\s{{1,2}}(?P<name>{_joined(family)})"
    yield "title", re.compile(pattern), 0.3, _LOW
    last = re.escape(fold(family[0][0]).text)
    yield "family initial", re.compile(rf"{_joined(given)}(?:\s{{1,2}}{last}\.|[-_]{last}(?![a-z]))"), 0.3, _LOW


def _judged(
    text: Folded, how: str, match: re.Match[str], start: int, end: int, score: float, confidence: Confidence
) -> tuple[str, float, Confidence] | None:
    """The hit as its surroundings make it; None where they make it another name."""
    if how == "path" and not text.is_path:
        return None
    if how in ("full", "reversed", "listed") and not text.is_path:
        if is_hyphenated(text, start, end):
            return "part of a longer name", 0.3, _LOW
        if is_place(text, start):
            return "name of a place", 0.2, _LOW
    if how == "reversed" and not text.is_path:
        before, behind = capital_before(text, start), capital_behind(text, end)
        if behind:  # `Marie Dupont, Jean Martin` is two people
            return ("between two names", 0.3, _LOW) if before else (how, 0.5, _MEDIUM)
    if how == "listed":
        if text.is_path:
            return "path", 0.85, _HIGH
        return ("between two names", 0.3, _LOW) if ", " in match.group() else (how, score, confidence)
    if how == "between":
        return _with_middle(text, match, score, confidence)
    if how == "login":
        return _as_login(text, start, end, score, confidence)
    if how == "with others of the name":
        capital = text.char(match.start("other")).isupper() and match["other"] not in TITLES
        return (how, score, confidence) if capital and not is_hyphenated(text, start, end) else None
    if how == "initial":
        return _with_initial(text, match, score, confidence)
    return how, score, confidence


def _as_login(
    text: Folded, start: int, end: int, score: float, confidence: Confidence
) -> tuple[str, float, Confidence] | None:
    """A login of few letters is one only where it stands for itself: as an address, or as a part of a path."""
    if not text.is_path and not is_token(text, start, end):
        return None
    if not text.is_path and text.char(start).isupper() and capital_before(text, start):
        return "login or another name", 0.25, _LOW  # `Marie-Claude Mcgarnier`
    if confidence is _LOW:
        found = text.text[start:end]
        alone = text.is_path and found not in given_names()
        if alone or in_address(text, start, end):
            return "login", 0.5, _MEDIUM
    return "login", score, confidence


def _with_middle(
    text: Folded, match: re.Match[str], score: float, confidence: Confidence
) -> tuple[str, float, Confidence] | None:
    middle = match.group("between").rstrip(".")
    known = middle in given_names()
    if middle in TITLES or middle in PARTICLES:
        return None
    if not (text.char(match.start("between")).isupper() or (text.is_path and (known or len(middle) == 1))):
        return None
    return ("with a middle name", score, confidence) if len(middle) == 1 else ("with another name", 0.35, _LOW)


def _with_initial(
    text: Folded, match: re.Match[str], score: float, confidence: Confidence
) -> tuple[str, float, Confidence] | None:
    initial = match.group("initial")
    first = match.start("initial")
    if not text.is_path and not text.char(first).isupper():
        return None
    behind = text.text[match.end("initial") : match.end("initial") + 1]
    if behind.isalpha() and not text.char(match.end("initial")).isupper():
        return None  # `Mcgarnier` is not MC Garnier
    if initial == "m" and first == match.start("name"):
        return "title or initial", 0.4, _LOW
    if behind != "." and initial in _WORDS_THEMSELVES:
        return "initial", 0.3, _LOW
    return "initial", score, confidence
