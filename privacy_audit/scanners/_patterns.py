"""Patterns with check digits or fixed forms, shared by the scanners of texts and of paths.

Every regex is linear: no quantifier stands inside another one that could match the same characters. Each family has a
trigger that is cheaper than its regex.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from privacy_audit.types import Confidence, Detection, TextSpan

__all__ = ["find_patterns"]

_SEPARATOR = "[ .\\-\u00a0\u202f]"

# An address needs a dotted domain that does not end like a file: `config@2x.png` is a picture for a sharp screen.
_LOCAL = re.compile(r"[\w.+\-']{1,64}$")
_DOMAIN = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_FILE_SUFFIXES = frozenset(
    "png jpg jpeg gif svg webp css js ts py json html htm md txt csv pdf mp3 mp4 wav zip xml yaml yml".split()
)

_NIR = re.compile(
    rf"(?<![\w+.\-])([1-478]){_SEPARATOR}?([0-9]{{2}}){_SEPARATOR}?(0[1-9]|1[0-2]|[2-9][0-9]){_SEPARATOR}?"
    rf"([0-9]{{2}}|2[ABab]){_SEPARATOR}?([0-9]{{3}}){_SEPARATOR}?([0-9]{{3}}){_SEPARATOR}?([0-9]{{2}})(?!\w)"
)
_IBAN_START = re.compile(r"(?<!\w)[A-Z]{2}[0-9]{2}(?=[ \-\u00a0\u202f]?[A-Z0-9])")
_CARD = re.compile(
    r"(?<![\w+.,-])(?:[0-9]{4}([ \-\u00a0\u202f])[0-9]{4}\1[0-9]{4}\1[0-9]{4}|3[0-9]{3}([ \-])[0-9]{6}\2[0-9]{4,5}"
    r"|[0-9]{14,16})(?![\w-])"
)
_CARD_ISSUERS = re.compile(
    r"4[0-9]{15}|(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)[0-9]{12,14}|3[47][0-9]{13}|3(?:0[0-5]|[68])[0-9]{11,12}"
    r"|(?:6011|65[0-9]{2}|35(?:2[89]|[3-8][0-9]))[0-9]{12}"
)
_PHONE_FR = re.compile(
    rf"(?<![\w+.\-/])0[1-9](?:({_SEPARATOR})[0-9]{{2}}(?:\1[0-9]{{2}}){{3}}|[0-9]{{8}})(?![\w/]|[.\-][0-9])"
)
_PHONE_PLUS = re.compile(r"(?<![\w+])(?:\+|00)[1-9][0-9 .\-\u00a0\u202f()]{6,22}[0-9](?!\w)")
_PHONE_US = re.compile(r"(?<![\w+.\-])(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[.\-])[2-9][0-9]{2}[.\-][0-9]{4}(?![\w\-])")
_PHONE_GB = re.compile(r"(?<![\w+.\-])0[0-9]{2,4} [0-9]{3,4} [0-9]{3,4}(?! ?\w)")
_IPV4 = re.compile(r"(?<![\w.\-/])([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})(?![\w/\-]|\.[0-9])")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){3,7}(?![\w:])")
_VERSION_BEFORE = re.compile(r"(?:\bv|version|release|driver|pilote|firmware|build)\W{0,3}$", re.IGNORECASE)

_FIVE_DIGITS = re.compile(r"[0-9](?:[^0-9]{0,2}[0-9]){4}")


def find_patterns(text: str) -> list[Detection]:
    """Detections in order of place; where two overlap, the one found by the stricter pattern stays."""
    found: list[Detection] = []
    if "@" in text:
        found += _emails(text)
    if _FIVE_DIGITS.search(text):
        for finder in (_nirs, _ibans, _cards, _ip_addresses, _phones):
            taken = [detection.location for detection in found]
            found += [new for new in finder(text) if not any(_overlap(new.location, old) for old in taken)]
    return sorted(found, key=lambda detection: detection.location)


def _overlap(one: object, other: object) -> bool:
    assert isinstance(one, TextSpan)  # noqa: S101 - this module makes nothing else
    assert isinstance(other, TextSpan)  # noqa: S101 - the same
    return one.start < other.end and other.start < one.end


def _detection(entity_type: str, start: int, end: int, score: float, confidence: Confidence) -> Detection:
    return Detection(entity_type, TextSpan(start, end), score, confidence)


def _emails(text: str) -> Iterator[Detection]:
    at, last_end = text.find("@"), 0
    while at >= 0:
        local = _LOCAL.search(text, max(last_end, at - 64), at)
        domain = _DOMAIN.match(text, at + 1)
        if local and domain:
            start, end = local.start(), domain.end()
            start += len(text[start:at]) - len(text[start:at].lstrip(".'-"))
            top_level = text[domain.start() : end].rsplit(".", 1)[-1].lower()
            if start < at and len(top_level) > 1 and top_level.isalpha() and top_level not in _FILE_SUFFIXES:
                yield _detection("EMAIL_ADDRESS", start, end, 1.0, Confidence.HIGH)
                last_end = end
        at = text.find("@", at + 1)


def _nirs(text: str) -> Iterator[Detection]:
    """Numéro de sécurité sociale: the key is checked; written in groups it is surer than as a row of digits."""
    for match in _NIR.finditer(text):
        start = match.start(1)
        digits = "".join(match.groups()).upper()
        if _nir_is_valid()(digits):
            grouped = match.end() - start > len(digits)
            confidence = Confidence.HIGH if grouped else Confidence.MEDIUM
            yield _detection("FR_NIR", start, match.end(), 1.0 if grouped else 0.8, confidence)


def _ibans(text: str) -> Iterator[Detection]:
    from stdnum import iban

    for match in _IBAN_START.finditer(text):
        ends: list[tuple[int, str]] = []
        number = ""
        for position in range(match.start(), min(len(text), match.start() + 45)):
            char = text[position]
            if char.isascii() and (char.isupper() or char.isdigit()):
                number += char
                after = text[position + 1 : position + 2]
                if 15 <= len(number) <= 34 and not after.isalnum():
                    ends.append((position + 1, number))
            elif char not in " -\u00a0\u202f":
                break
        for end, candidate in reversed(ends):
            try:
                iban.validate(candidate, check_country=False)
            except iban.ValidationError:
                continue
            yield _detection("IBAN_CODE", match.start(), end, 1.0, Confidence.HIGH)
            break


def _cards(text: str) -> Iterator[Detection]:
    from stdnum import luhn

    for match in _CARD.finditer(text):
        digits = re.sub(r"[^0-9]", "", match.group())
        if _CARD_ISSUERS.fullmatch(digits) and luhn.is_valid(digits):
            grouped = len(match.group()) > len(digits)
            confidence = Confidence.HIGH if grouped else Confidence.MEDIUM
            yield _detection("CREDIT_CARD", match.start(), match.end(), 1.0 if grouped else 0.8, confidence)


def _ip_addresses(text: str) -> Iterator[Detection]:
    """Addresses that can belong to somebody: not private, loopback or multicast ones, not version numbers."""
    import ipaddress

    if text.count(".") >= 3:
        for match in _IPV4.finditer(text):
            parts = match.groups()
            if any(int(part) > 255 or (len(part) > 1 and part[0] == "0") for part in parts):
                continue
            address = ipaddress.IPv4Address(match.group())
            documentation = any(address in network for network in _documentation_networks())
            if not (address.is_global or documentation) or address.is_multicast:
                continue
            if _VERSION_BEFORE.search(text, max(0, match.start() - 12), match.start()):
                continue
            small = all(int(part) < 20 for part in parts)  # numbered like a chapter
            confidence = Confidence.LOW if small else Confidence.HIGH
            yield _detection("IP_ADDRESS", match.start(), match.end(), 0.3 if small else 0.9, confidence)
    if text.count(":") >= 3:
        for match in _IPV6.finditer(text):
            try:
                wide = ipaddress.IPv6Address(match.group())
            except ValueError:
                continue
            if wide.is_global and any(char.isdigit() for char in match.group()):
                yield _detection("IP_ADDRESS", match.start(), match.end(), 0.9, Confidence.HIGH)


def _phones(text: str) -> Iterator[Detection]:
    """French numbers by their form, since ranges kept for fiction must be found too; others by phonenumbers."""
    ends: list[TextSpan] = []
    for match in _PHONE_FR.finditer(text):
        grouped = match.group(1) is not None
        confidence = Confidence.HIGH if grouped else Confidence.MEDIUM
        ends.append(TextSpan(*match.span()))
        yield _detection("PHONE_NUMBER", match.start(), match.end(), 0.9 if grouped else 0.7, confidence)
    for pattern, region, confidence in (
        (_PHONE_PLUS, None, Confidence.HIGH),
        (_PHONE_US, "US", Confidence.MEDIUM),
        (_PHONE_GB, "GB", Confidence.MEDIUM),
    ):
        for match in pattern.finditer(text):
            span = TextSpan(*match.span())
            if not any(_overlap(span, old) for old in ends) and _is_phone(match.group(), region):
                ends.append(span)
                yield _detection("PHONE_NUMBER", span.start, span.end, 0.9, confidence)


def _is_phone(candidate: str, region: str | None) -> bool:
    import phonenumbers

    if candidate.startswith("00"):
        candidate = f"+{candidate[2:]}"
    try:
        number = phonenumbers.parse(candidate, region)
    except phonenumbers.NumberParseException:
        return False
    # a French number of a range kept for fiction is possible, though not given out
    possible = number.country_code == 33 and len(str(number.national_number)) == 9
    return bool(phonenumbers.is_valid_number(number) or possible)


@cache
def _documentation_networks() -> tuple[Any, ...]:
    """RFC 5737: in a corpus they stand where an address stood, and a reader should look."""
    import ipaddress

    return tuple(map(ipaddress.IPv4Network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")))


@cache
def _nir_is_valid() -> Any:
    from stdnum.fr import nir

    return nir.is_valid
