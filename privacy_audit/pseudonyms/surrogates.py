"""A stand-in of the same form for each kind of value, of ranges that belong to nobody where such ranges exist."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from privacy_audit.pseudonyms.dates import read_date
from privacy_audit.pseudonyms.names import PERSON_TYPES, plain
from privacy_audit.pseudonyms.surrogate_names import surrogate_digits, surrogate_name

if TYPE_CHECKING:
    from privacy_audit.pseudonyms import Pseudonyms

__all__ = ["Place", "document_of", "surrogate"]

# ARCEP, decision 2018-0881: numbers kept for works of fiction
_FR_FICTITIOUS = {"1": "19900", "2": "26191", "3": "35301", "4": "46571", "5": "53649", "6": "63998", "7": "63998"}
# Ofcom, "Telephone numbers for use in TV and radio drama programmes": 01632 960xxx, 020 7946 0xxx, 07700 900xxx
_UK_FICTITIOUS = {"1": "1632960", "2": "2079460", "7": "7700900"}
# North American numbering plan: 555-0100 to 555-0199 of any area
_US_AREAS = ("202", "303", "404", "512", "617", "704", "808", "916")
_TEST_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")  # RFC 5737
_STREETS = frozenset(
    "allee allées avenue av bd boulevard bis bp cedex chemin cite cours faubourg hameau impasse lieu-dit lot "
    "lotissement passage place quai residence route rue sentier square ter villa voie apartment apt close court "
    "crescent drive flat floor gardens grove house lane mews road st street terrace unit way".split()
)
_OF_A_COUNTRY = re.compile(r"[A-Z]{2}_")  # FR_NIR, DE_TAX_ID: numbers that a state gives
_ROW = re.compile(r"#row=\d+")


@dataclass(frozen=True, slots=True)
class Place:
    """What is to be replaced: a value, its kind, and the document it stands in."""

    value: str
    entity_type: str
    document: str
    in_path: bool = False


def document_of(record_uri: str) -> str:
    """A row of a table is a document of its own; of all else the file is."""
    row = _ROW.search(record_uri)
    return record_uri[: row.end()] if row else record_uri.partition("#")[0]


def surrogate(pseudonyms: Pseudonyms, place: Place, *, max_days: int = 180) -> str:
    """A value of the same form, and where the kind has no form of its own the label ``HEALTH_7f3a91c204be``.

    An invented illness or religion would say something about somebody.
    """
    make = _makers(max_days).get(place.entity_type)
    if make is None and _OF_A_COUNTRY.match(place.entity_type):
        make = _number
    made = make(pseudonyms, place) if make else None
    return made if made and made != place.value else pseudonyms.label(place.entity_type, place.value)


def _name(pseudonyms: Pseudonyms, place: Place) -> str:
    return surrogate_name(pseudonyms, place.value, plain_ascii=place.in_path)


def _email(pseudonyms: Pseudonyms, place: Place) -> str | None:
    local, at, _ = plain(place.value).rpartition("@")
    return f"{surrogate_name(pseudonyms, local, plain_ascii=True)}@example.org" if at else None


def _phone(pseudonyms: Pseudonyms, place: Place) -> str | None:
    """In the range of its country that is kept for fiction; a number of another country becomes a French one."""
    text = plain(place.value)
    digits = "".join(filter(str.isdecimal, text))
    if len(digits) < 7:
        return None
    international = text.lstrip(" (").startswith(("+", "00"))
    bare = digits.removeprefix("00") if international else digits
    country, subscriber = _cut(bare, international)
    heads = {"33": _FR_FICTITIOUS, "44": _UK_FICTITIOUS, "1": {}}.get(country)
    length = 9 if country == "33" else 10
    if heads is None or len(subscriber) != length:
        return f"+33 {_grouped(_in_range(pseudonyms, place, _FR_FICTITIOUS['1'], 9))}"
    area = _US_AREAS[pseudonyms.number("area", subscriber, len(_US_AREAS))]
    new = _in_range(pseudonyms, place, heads.get(subscriber[0], heads.get("1", f"{area}55501")), length)
    return _poured(text, len(digits) - length, new)


def _cut(bare: str, international: bool) -> tuple[str, str]:
    """The code of the country, empty if it is not 33, 44 or 1, and the subscriber's number."""
    if not international:
        country = {("0", 10): "33", ("0", 11): "44"}.get((bare[0], len(bare)), "1" if len(bare) in (10, 11) else "")
        return country, bare[-10:] if country == "1" else bare[1:]
    country = next((code for code in ("33", "44", "1") if bare.startswith(code)), "")
    return country, bare.removeprefix(country).removeprefix("0")


def _in_range(pseudonyms: Pseudonyms, place: Place, head: str, length: int) -> str:
    from privacy_audit.pseudonyms import identity

    n_free = length - len(head)
    drawn = pseudonyms.number("phone", f"{head}\x00{identity('PHONE_NUMBER', place.value)}", 10**n_free)
    return head + str(drawn).zfill(n_free)


def _poured(text: str, n_kept: int, new: str) -> str:
    """The text with all digits after the first ``n_kept`` replaced in order: spaces and dots stay where they are."""
    digits = iter(new)
    seen, made = 0, []
    for char in text:
        if char.isdecimal():
            seen += 1
            made.append(char if seen <= n_kept else next(digits))
        else:
            made.append(char)
    return "".join(made)


def _grouped(subscriber: str) -> str:
    return " ".join([subscriber[0], *(subscriber[at : at + 2] for at in range(1, len(subscriber), 2))])


def _date(max_days: int) -> Callable[[Pseudonyms, Place], str | None]:
    def moved(pseudonyms: Pseudonyms, place: Place) -> str | None:
        """All dates of one document by the same number of days: the time between them stays."""
        written = read_date(place.value)
        if written is None:
            return None
        days = 1 + pseudonyms.number("days", place.document, max_days)
        return written.moved(place.value, days * (-1) ** pseudonyms.number("sign", place.document, 2))

    return moved


def _address(pseudonyms: Pseudonyms, place: Place) -> str:
    """Numbers and names replaced, words such as rue and street kept."""
    pieces = re.split(r"([^\W\d_]+)", plain(place.value))
    whole = "".join(pieces)
    for index, piece in enumerate(pieces):
        if index % 2:
            keep = piece.lower() in _STREETS
            pieces[index] = piece if keep else surrogate_name(pseudonyms, piece, plain_ascii=place.in_path)
        else:
            pieces[index] = surrogate_digits(pseudonyms, piece, f"{whole}\x00{index}")
    return "".join(pieces)


def _ip(pseudonyms: Pseudonyms, place: Place) -> str:
    key = place.value.casefold()
    if ":" in key:
        drawn = pseudonyms.digest("ip", key).hex()
        return "2001:db8:" + ":".join(drawn[at : at + 4] for at in range(0, 24, 4))  # RFC 3849
    network = _TEST_NETWORKS[pseudonyms.number("network", key, len(_TEST_NETWORKS))]
    return f"{network}.{1 + pseudonyms.number('host', key, 254)}"


def _mac(pseudonyms: Pseudonyms, place: Place) -> str | None:
    text = plain(place.value)
    if sum(char.isalnum() for char in text) != 12:
        return None
    # 02: set by an administrator, of no maker
    digits = iter("02" + pseudonyms.digest("mac", text.casefold()).hex())
    made = "".join(next(digits) if char.isalnum() else char for char in text)
    return made.upper() if text.isupper() else made


def _account(pseudonyms: Pseudonyms, place: Place) -> str:
    text = plain(place.value)
    scheme, slashes, rest = text.rpartition("://")
    if slashes or "/" in rest:
        tail = rest.rstrip("/").rpartition("/")[2]
        return f"{scheme or 'https'}://example.org/{surrogate_name(pseudonyms, tail, plain_ascii=True)}"
    return surrogate_name(pseudonyms, text, plain_ascii=True)


def _number(pseudonyms: Pseudonyms, place: Place) -> str:
    """Letters and digits replaced one by one, never a valid number: with a check digit it might be somebody's."""
    text = plain(place.value)
    key = "".join(filter(str.isalnum, text)).casefold()
    for attempt in range(100):
        drawn = pseudonyms.digest(place.entity_type, f"{key}\x00{attempt}") * (len(text) // 32 + 1)
        n_kept = 2 if place.entity_type == "IBAN_CODE" else 0  # the country
        made = text[:n_kept] + "".join(_other(char, drawn[index]) for index, char in enumerate(text[n_kept:]))
        if not _is_valid(place.entity_type, made):
            return made
    return pseudonyms.label(place.entity_type, text)  # a kind of which every number is valid


def _other(char: str, drawn: int) -> str:
    if char.isdecimal():
        return str((int(char) + 1 + drawn % 9) % 10)
    if char.isascii() and char.isalpha():
        first = ord("A") if char.isupper() else ord("a")
        return chr(first + (ord(char) - first + 1 + drawn % 25) % 26)
    return char


def _is_valid(entity_type: str, value: str) -> bool:
    import importlib

    names = {"CREDIT_CARD": "luhn", "IBAN_CODE": "iban", "FR_NIR": "fr.nir", "FR_SIREN": "fr.siren"}
    if entity_type not in names:
        return False
    module = importlib.import_module(f"stdnum.{names[entity_type]}")
    return bool(module.is_valid("".join(filter(str.isalnum, value))))


@cache
def _makers(max_days: int) -> dict[str, Callable[[Pseudonyms, Place], str | None]]:
    numbers = (
        "CREDIT_CARD CRYPTO_WALLET DEVICE_ID DEVICE_SERIAL IBAN_CODE LICENSE_PLATE NATIONAL_ID PASSPORT PERSON_ID "
        "POSTCODE VEHICLE_VIN"
    ).split()
    return {
        **dict.fromkeys(sorted(PERSON_TYPES), _name),
        **dict.fromkeys(numbers, _number),
        **dict.fromkeys(("CITY", "POSTAL_ADDRESS"), _address),
        "DATE_OF_BIRTH": _date(max_days),
        "EMAIL_ADDRESS": _email,
        "IP_ADDRESS": _ip,
        "MAC_ADDRESS": _mac,
        "PHONE_NUMBER": _phone,
        "PROFILE_URL": _account,
        "USERNAME": _account,
    }
