"""An e-mail address, a telephone number, a plate, a handle or another number, in every spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator

from privacy_audit.finding.folding import Folded, fold
from privacy_audit.finding.hits import Hit
from privacy_audit.recognizers._spoken import numbers, runs
from privacy_audit.types import Confidence

__all__ = ["EmailMatcher", "HandleMatcher", "NumberMatcher", "PhoneMatcher"]

_LOW, _MEDIUM, _HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH
_SAID = {
    ".": r"\s?(?:\.|[(\[{]\s?(?:dot|point)\s?[)\]}]|\b(?:dot|point)\b)\s?",
    "@": r"(?:@|%40|\s?[(\[{<]\s?(?:at|arobase|a)\s?[)\]}>]\s?|[\s_]{1,2}(?:at|arobase|arobas|chez)[\s_]{1,2})",
    "-": r"\s?(?:-|\b(?:tiret(?: du (?:six|6))?|dash|hyphen|minus)\b)\s?",
    "_": r"\s?(?:_|\b(?:underscore|tiret (?:bas|du (?:huit|8))|soulign[e])\b)\s?",
    "+": r"\s?(?:\+|\bplus\b)\s?",
}
_ANY_DOT = ("gmail.com", "googlemail.com")
_MAX_SPOKEN_DIGITS = 16
_ABROAD = re.compile(r"(?:\+|\b00)\d{1,3}[\s.\-/()]{0,3}$")


class EmailMatcher:
    """``jean.dupont@exemple.fr``, also ``jean.dupont (at) exemple (dot) fr``, said aloud, and with a ``+label``."""

    kind = "email"
    entity_type = "EMAIL_ADDRESS"

    def __init__(self, value: str) -> None:
        address = fold(value.strip()).text
        local, at, domain = address.rpartition("@")
        if not (local and at and "." in domain):
            raise ValueError("an e-mail address has the form name@domain")
        local = local.partition("+")[0]
        letters = r"\.?".join(map(re.escape, local.replace(".", ""))) if domain in _ANY_DOT else _said(local)
        self._plain = re.compile(
            rf"(?<![a-z0-9._%+\-]){letters}(?:\+[a-z0-9._\-]{{1,40}})?@{re.escape(domain)}(?![a-z0-9\-]|\.[a-z0-9])"
        )
        self._spoken = re.compile(rf"(?<![a-z0-9]){_said(local)}{_SAID['@']}{_said(domain)}(?![a-z0-9])")

    def __repr__(self) -> str:
        return "EmailMatcher(hidden)"

    def hits(self, text: Folded) -> Iterator[Hit]:
        """Every place; they may overlap."""
        for match in self._plain.finditer(text.text):
            yield Hit(*text.span(*match.span()), "address", 1.0, _HIGH)
        for match in self._spoken.finditer(text.text):
            if "@" in match.group() and match.group(0).count("@") == 1 and " " not in match.group():
                continue  # the plain form, or part of a longer address
            yield Hit(*text.span(*match.span()), "address spelled out", 0.9, _HIGH)


def _said(text: str) -> str:
    return "".join(_SAID.get(char, re.escape(char)) for char in text)


class PhoneMatcher:
    """A number as it is dialled from anywhere, grouped in any way, without its first zero, or said in words."""

    kind = "phone"
    entity_type = "PHONE_NUMBER"

    def __init__(self, value: str, region: str = "FR") -> None:
        import phonenumbers

        try:
            number = phonenumbers.parse(value, region)
        except phonenumbers.NumberParseException:
            raise ValueError("not a telephone number; write it as +33 6 12 34 56 78") from None
        national = phonenumbers.national_significant_number(number)
        country = str(number.country_code)
        trunk = phonenumbers.ndd_prefix_for_region(phonenumbers.region_code_for_number(number) or region, True)
        gap = r"[\s.\-/()_·]{0,3}"
        digits = gap.join(national)
        trunk_digit = re.escape(trunk or "")
        optional = rf"(?:\(?{trunk_digit}\)?{gap})?" if trunk else ""
        abroad = rf"(?:\+|00|011)?{gap}{gap.join(country)}{gap}{optional}"
        self._full = re.compile(rf"(?<![\d+])(?:{abroad}|{trunk_digit}{gap}){digits}(?!\d)")
        self._bare = re.compile(rf"(?<![\d+]){digits}(?!\d)")
        self._is_full_bare = not trunk
        self._spoken = {prefix + national for prefix in (trunk or "", country, f"00{country}")} | {national}

    def __repr__(self) -> str:
        return "PhoneMatcher(hidden)"

    def hits(self, text: Folded) -> Iterator[Hit]:
        """Every place; they may overlap."""
        for match in self._full.finditer(text.text):
            yield Hit(*text.span(*match.span()), "number", 1.0, _HIGH)
        for match in self._bare.finditer(text.text):
            if _ABROAD.search(text.text, max(0, match.start() - 10), match.start()):
                continue  # the same digits in another country
            # a spreadsheet takes the first zero of a number away
            sure = self._is_full_bare
            yield Hit(*text.span(*match.span()), "number", 0.9 if sure else 0.7, _HIGH if sure else _MEDIUM)
        for language in ("fr", "en"):
            for run in runs(text.original, 0, len(text.original), language):
                yield from self._said(run)

    def _said(self, run: object) -> Iterator[Hit]:
        from privacy_audit.recognizers._spoken import Run

        assert isinstance(run, Run)  # noqa: S101 - what `runs` gives
        for first in range(len(run.words)):
            for last, readings in numbers(run, first, _MAX_SPOKEN_DIGITS).items():
                if same := self._spoken & readings.keys():
                    # `soixante et un` read as 60: the words go on, so it may be another number
                    sure = min(readings[digits] for digits in same) == 0
                    level = (0.9, _HIGH) if sure else (0.4, _LOW)
                    yield Hit(run.spans[first][0], run.spans[last - 1][1], "said in words", *level)


class NumberMatcher:
    """Letters and digits with any separators between them: a plate, an account, the number of a customer."""

    def __init__(self, value: str, kind: str, entity_type: str) -> None:
        self.kind, self.entity_type = kind, entity_type
        chars = [char for char in fold(value).text if char.isalnum()]
        if len(chars) < 4:
            raise ValueError("needs at least four letters or digits: less is found everywhere")
        self._pattern = re.compile(rf"(?<![^\W_]){r'[^a-z0-9]{0,2}'.join(map(re.escape, chars))}(?![^\W_])")

    def __repr__(self) -> str:
        return "NumberMatcher(hidden)"

    def hits(self, text: Folded) -> Iterator[Hit]:
        """Every place; they may overlap."""
        for match in self._pattern.finditer(text.text):
            yield Hit(*text.span(*match.span()), "number", 1.0, _HIGH)


class HandleMatcher:
    """``@jdupont_75`` with or without its sign. Without it, a word that is also a handle is MEDIUM."""

    kind = "handle"
    entity_type = "USERNAME"

    def __init__(self, value: str) -> None:
        bare = fold(value.strip()).text.lstrip("@")
        if len(bare) < 2:
            raise ValueError("a handle needs at least two characters")
        self._pattern = re.compile(rf"(?<![a-z0-9_\-])(?P<sign>@|/)?{re.escape(bare)}(?![a-z0-9_\-@]|\.[a-z0-9_])")
        self._telling = bool(re.search(r"[\d_.\-]", bare))

    def __repr__(self) -> str:
        return "HandleMatcher(hidden)"

    def hits(self, text: Folded) -> Iterator[Hit]:
        """Every place; they may overlap."""
        for match in self._pattern.finditer(text.text):
            whole = match.group() == text.text.strip()
            sure = bool(match["sign"]) or whole or self._telling
            yield Hit(*text.span(*match.span()), "handle", 1.0 if sure else 0.6, _HIGH if sure else _MEDIUM)
