"""A name of a person in every spelling: order, case, accents, initials, hyphens, joined as in file names.

Scores are this project's: they order what is met and are measured as classes only (``bench/find.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from privacy_audit.finding.folding import Folded, fold, spellings
from privacy_audit.finding.hits import Hit
from privacy_audit.pseudonyms.names import PARTICLES, TITLES, given_names, plain, words
from privacy_audit.types import Confidence

__all__ = ["NameMatcher", "split_name"]

_LOW, _MEDIUM, _HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH
_SPACE = r"(?:[ \t]{1,4}|[ \t]{0,4}\r?\n[ \t]{0,8}|[-_.+~]{1,2}|%20)"
_SAID = r"(?:\s(?:point|dot|tiret(?: du six| bas)?|dash|underscore)\s)"
_LIST = r"(?:\s?[,;|]\s{0,3})"
_IN_PATH = r"(?:[-_.+~/ ,]{1,3})"
_LABEL_FAMILY = r"(?:nom(?: de famille)?|last ?name|surname|family ?name)"
_LABEL_GIVEN = r"(?:prenoms?|first ?name|given ?name|forename)"
_IS = r"[\"']?\s{0,2}[:=]\s{0,3}[\"']?"
_PLACES = re.compile(
    r"(?:\b(?:rue|avenue|av\.?|boulevard|bd|place|square|impasse|allee|allees|quai|cours|chemin|pont|lycee|college|ecole|"
    r"universite|stade|gymnase|theatre|hopital|clinique|fondation|prix|street|road|school|stadium|bridge|hospital)"
    r"(?:\s(?:du|de|docteur|general|professeur))?\s)$"
)
_WORD_BEFORE = re.compile(r"[^\W\d_]+ $")
_SHORT_FAMILY = 4
"""Letters: with fewer, an initial and the family name are a word as well."""
_WORDS_THEMSELVES = frozenset("ady")  # `A Dupont`, `y`: words of their own in French, even in capitals


class NameMatcher:
    """``Marie Dupont``, ``DUPONT Marie`` or ``Dupont, Marie``: the form tells which words are the family name."""

    kind = "name"
    entity_type = "PERSON"

    def __init__(self, value: str) -> None:
        given, family = split_name(value)
        if not family:
            raise ValueError("a name needs at least one word")
        self._given, self._family = _joined(given), _joined(family)
        self._forms = [*_forms(given, family)]
        first, last = ([fold(word).text for word in words_of_part] for words_of_part in (given, family))
        self.orders = [[*first, *last], [*last, *first]] if first else []
        """Its folded words, and turned round: nothing where it is one word."""

    def __repr__(self) -> str:
        return "NameMatcher(hidden)"

    def part(self, text: str) -> str:
        """``given`` or ``family`` where a whole cell is that part of the name, else ""."""
        bare = " ".join(fold(text).text.split())
        if self._given and re.fullmatch(self._given, bare):
            return "given"
        return "family" if re.fullmatch(self._family, bare) else ""

    def hits(self, text: Folded) -> Iterator[Hit]:
        """Every place; they may overlap."""
        for how, pattern, score, confidence in self._forms:
            for match in pattern.finditer(text.text):
                start, end = match.span("name") if "name" in match.re.groupindex else match.span()
                if not (_begins(text, start) and _ends(text, end)):
                    continue
                judged = _judged(text, how, match, start, end, score, confidence)
                if judged is not None:
                    spelling, own_score, sure = judged
                    first, last = text.span(start, end)
                    yield Hit(first, last, spelling, own_score, sure)


def split_name(value: str) -> tuple[list[str], list[str]]:
    """Words of the given name and of the family name, as written."""
    text = plain(value).strip()
    found = [(text[start:end], start, end) for start, end in words(text)]
    found = [item for item in found if fold(item[0]).text not in TITLES] or found
    only = [word for word, _, _ in found]
    if len(only) < 2:
        return [], only
    comma = text.find(",")
    n_before = sum(end <= comma for _, _, end in found) if comma > 0 else 0
    if 0 < n_before < len(only):
        return only[n_before:], only[:n_before]
    capitals = [word.isupper() and len(word) > 1 for word in only]
    if any(capitals) and not all(capitals):
        named = [word for word, flag in zip(only, capitals, strict=True) if flag]
        return [word for word, flag in zip(only, capitals, strict=True) if not flag], named
    n_given = 1
    while n_given < len(only) - 1:
        hyphen = text[found[n_given - 1][2] : found[n_given][1]] == "-"
        folded = fold(only[n_given]).text
        if not hyphen and (folded in PARTICLES or folded not in given_names()):
            break
        n_given += 1
    return only[:n_given], only[n_given:]


def _joined(parts: list[str]) -> str:
    """The words of one part, however they are joined: ``jean-pierre``, ``jean pierre``, ``jeanpierre``."""
    return r"(?:[\s\-_.']{0,2})".join("(?:" + "|".join(map(re.escape, spellings(word))) + ")" for word in parts)


def _forms(given: list[str], family: list[str]) -> Iterator[tuple[str, re.Pattern[str], float, Confidence]]:
    """How, pattern, score and confidence: the surest first."""
    named = _joined(family)
    titles = "(?:" + "|".join(sorted(TITLES, key=len, reverse=True)) + ")"
    if not given:
        yield "name", re.compile(named), 0.6, _MEDIUM
        return
    first = _joined(given)
    letters = [word[0] for form in given for word in spellings(form)[:1]]
    dotted = r"(?:\.?[\s\-]{0,2})".join(map(re.escape, letters))
    initials = f"(?:{dotted}|{re.escape(letters[0])})" if len(letters) > 1 else re.escape(letters[0])
    bare = "(?:" + "|".join(dict.fromkeys(("".join(letters), letters[0]))) + ")"
    short = sum(map(len, family)) < _SHORT_FAMILY
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
    yield "domain", re.compile(rf"{first}@{named}(?=\.)"), 0.55, _MEDIUM
    yield (
        "login",
        re.compile(f"(?:{bare}[-_.]?{named}|{named}[-_.]?{bare})"),
        *((0.25, _LOW) if short else (0.55, _MEDIUM)),
    )
    yield "initial", re.compile(rf"(?P<name>(?P<initial>{initials})\.?\s{{0,2}}{named})"), 0.5, _MEDIUM
    yield "initial", re.compile(rf"(?P<name>{named},?\s{{1,2}}(?P<initial>{initials})(?:\.|(?![\w'])))"), 0.5, _MEDIUM
    yield "title", re.compile(rf"(?<![^\W_])(?:{titles}\.?\s{{1,2}})(?P<name>{named})"), 0.3, _LOW
    last = re.escape(fold(family[0][0]).text)
    yield "family initial", re.compile(rf"{first}(?:\s{{1,2}}{last}\.|[-_]{last}(?![a-z]))"), 0.3, _LOW


def _judged(
    text: Folded, how: str, match: re.Match[str], start: int, end: int, score: float, confidence: Confidence
) -> tuple[str, float, Confidence] | None:
    """The hit as its surroundings make it; None where they make it another name."""
    if how == "path" and not text.is_path:
        return None
    if how in ("full", "reversed", "listed") and not text.is_path:
        if _hyphenated(text, start, end):
            return "part of a longer name", 0.3, _LOW
        if _PLACES.search(text.text, max(0, start - 30), start):
            return "name of a place", 0.2, _LOW
    if how == "reversed" and not text.is_path:
        before, behind = _capital_before(text, start), _capital_behind(text, end)
        if behind:  # `Marie Dupont, Jean Martin` is two people
            return ("between two names", 0.3, _LOW) if before else (how, 0.5, _MEDIUM)
    if how == "listed":
        if text.is_path:
            return "path", 0.85, _HIGH
        return ("between two names", 0.3, _LOW) if ", " in match.group() else (how, score, confidence)
    if how == "between":
        return _with_middle(text, match, score, confidence)
    if how == "login" and not text.is_path and not _one_token(text, start, end):
        return None
    if how == "initial":
        return _with_initial(text, match, score, confidence)
    return how, score, confidence


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
    if initial == "m" and first == match.start("name"):
        return "title or initial", 0.4, _LOW
    if behind != "." and initial in _WORDS_THEMSELVES:
        return "initial", 0.3, _LOW
    return "initial", score, confidence


def _begins(text: Folded, start: int) -> bool:
    """No letter before, or the hump of ``photoJeanDupont``."""
    if start == 0 or not text.text[start - 1].isalpha():
        return True
    return text.char(start).isupper() and text.char(start - 1).islower()


def _ends(text: Folded, end: int) -> bool:
    if end >= len(text.text) or not text.text[end].isalpha() or not text.text[end - 1].isalpha():
        return True
    return text.char(end).isupper() and text.char(end - 1).islower()


def _hyphenated(text: Folded, start: int, end: int) -> bool:
    """``Pierre-Jean Dupont``, ``Jean Dupont-Martin``."""
    before = text.text[start - 1 : start] == "-" and text.char(start - 2).isalpha()
    behind = text.text[end : end + 1] == "-" and text.char(end + 1).isalpha()
    return before or (behind and text.char(end + 1).isupper() == text.char(start).isupper())


def _capital_before(text: Folded, start: int) -> bool:
    """A word in capitals or with one stands before, as the given name of another person does."""
    found = _WORD_BEFORE.search(text.text, max(0, start - 30), start)
    return found is not None and text.char(found.start()).isupper()


def _capital_behind(text: Folded, end: int) -> bool:
    return text.text[end : end + 1] == " " and text.char(end + 1).isupper()


def _one_token(text: Folded, start: int, end: int) -> bool:
    """Joined without a space and no part of a longer token, as logins and local parts of addresses are."""
    before, behind = text.text[start - 1 : start], text.text[end : end + 1]
    return before not in ("-", "_") and behind not in ("-", "_")
