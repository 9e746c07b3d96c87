"""What stands around a name and tells that it is no person's: an address, a firm, a ship, a film."""

from __future__ import annotations

import re

from privacy_audit.scanners._names import fold, is_no_name, is_place, sure_first_names

__all__ = ["is_in_place", "is_of_thing"]

_NUMBER_BEFORE, _NUMBER_AFTER = re.compile(r"[0-9] "), re.compile(r" [0-9]")
_NEXT_WORDS = re.compile(r" ([A-Z][A-Za-z]+)(?: ([A-Z][A-Za-z]+))?")
_WORD_BEFORE = re.compile(r"([^\W\d_]+) $")
_AFTER_COMMA = re.compile(r"(?:,\s{1,2}|\s*\n\s*)([A-ZÀ-Þ][\w\-]+(?: [A-ZÀ-Þ][\w\-]+)?)")
_LINE_ABOVE, _HOUSE_NUMBER_BELOW = (
    re.compile(r"[^\W\d_][^\n]*\n[ \t]*$"),
    re.compile(r"[ \t]*\n+[ \t]*(?:\d|(?:PSC|Unit|Box|BP|CS|USS|USNS|USCGC) )"),
)
_ACRONYM_CHARS = 4
_QUOTES = ('"', "“", "”", "«", "»")
_LOOK_AROUND_CHARS = 80

_FIRM_BEFORE = re.compile(
    r"\b(?:work(?:s|ed|ing)? (?:for|at)|employ(?:ed|ee|ees) (?:by|of|at)|(?:CEO|founder|headquarters|address|shares) of"
    r"|travaill\w+ (?:chez|pour)|(?:embauché|employé|salarié)e?s? (?:chez|de|par)|(?:PDG|siège|adresse|actions) de)\s$",
    re.IGNORECASE,
)
_PLACE_BEFORE = re.compile(
    r"\b(?:(?:am|is|are|was|were|liv(?:e|es|ed|ing)|based|born|located|resid(?:e|es|ed|ing)|arriv(?:e|es|ed|ing)"
    r"|stay(?:s|ed|ing)?|town|city|village) in|(?:flew|fly(?:ing)?|flights?|travel(?:l?ed|l?ing)?|mov(?:e|es|ed|ing)"
    r"|trips?|dr[io]ve|driving) to|(?:née?s?|habit\w+|vi[ts]|vivent|située?s?|basée?s?|domiciliée?s?|résid\w+)\s?à"
    r"|originaires? de|(?:ville|village|commune) d[e'’])\s?$",
    re.IGNORECASE,
)
_THING_AFTER = re.compile(
    r",? (?:is|was|est|était|fut) (?:an? |une? |the |le |la |l['’])?(?:[\w\-]+ ){0,3}?"
    r"(?:[12][0-9]{3}|film|movie|series|song|album|novel|band|company|firm|agency|startup|brand|software|village|town"
    r"|founded|fondée?|série|chanson|roman|groupe|société|entreprise|agence|marque|logiciel|commune|ville)\b",
    re.IGNORECASE,
)
_SURNAME = r"[A-ZÀ-Þ][\w'’\-]+"
_PARTNERS = re.compile(
    rf"(?<!,\s)(?<!\w)(?:{_SURNAME}, )+{_SURNAME},? (?:and|et|&) {_SURNAME}"
    rf"(?=[ \t]*\n+[ \t]*\d| [A-ZÀ-Þ]| (?:is|was|has|est|était|a)\b)"
)


def is_in_place(text: str, start: int, end: int, n_words: int, known_first_name: bool) -> bool:
    """A street before its number and a town behind its postcode, behind `born in` or before its country."""
    if n_words > 2:
        return False
    numbers = (_NUMBER_BEFORE.fullmatch(text, max(0, start - 2), start), _NUMBER_AFTER.fullmatch(text, end, end + 2))
    if known_first_name or any(numbers):
        return all(numbers) or not known_first_name
    if _PLACE_BEFORE.search(text, max(0, start - _LOOK_AROUND_CHARS), start):
        return True
    country = _AFTER_COMMA.match(text, end)
    return n_words == 1 and country is not None and (is_place(country[1]) or is_place(country[1].split()[0]))


def is_of_thing(text: str, start: int, end: int, n_words: int, known_first_name: bool) -> bool:
    """The words around make it a firm, a ship, a film: ``Drake PLC``, ``I work for Datamyne``, a title in quotes."""
    following = _NEXT_WORDS.match(text, end)
    if following and any(word and is_no_name("", word) for word in following.groups()):
        return True
    before = text[max(0, start - _LOOK_AROUND_CHARS) : start]
    if _is_partner(text, start, end):
        return True
    if n_words > 1 or known_first_name:
        return False
    return bool(
        _is_acronym(text[start:end])
        or _is_after_kind(before)
        or _FIRM_BEFORE.search(before)
        or (before.rstrip(" ").endswith(_QUOTES) and text[end : end + 2].lstrip(" ").startswith(_QUOTES))
        or _THING_AFTER.match(text, end, end + _LOOK_AROUND_CHARS)
        or (_LINE_ABOVE.search(before) and _HOUSE_NUMBER_BELOW.match(text, end))
    )


def _is_acronym(found: str) -> bool:
    return len(found) <= _ACRONYM_CHARS and found.isupper()


def _is_after_kind(before: str) -> bool:
    """``Hotel``, ``USS``: the word before says what it is."""
    word = _WORD_BEFORE.search(before)
    return word is not None and word[1][0].isupper() and is_no_name(word[1], "")


def _is_partner(text: str, start: int, end: int) -> bool:
    """One of the surnames of a firm: ``Clark, Romero and Hall is an agency``. Three people would be `are`."""
    offset = max(0, start - _LOOK_AROUND_CHARS)
    window = text[offset : end + _LOOK_AROUND_CHARS]
    return any(
        match.start() + offset <= start
        and end <= match.end() + offset
        and sure_first_names().isdisjoint(map(fold, re.findall(_SURNAME, match[0])))
        for match in _PARTNERS.finditer(window)
    )
