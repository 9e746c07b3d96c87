"""Numbers of French identity cards, passports and driving licences: no check digit, so a word announces them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from privacy_audit.recognizers import Hit, Recognizer, Trigger
from privacy_audit.recognizers._national import END, MONTH, START, digits

__all__ = ["RECOGNIZERS"]

_DEPARTMENT = r"(?:[0-9]{2}|2[ABab])"
# The number of a passport and that on the front of a licence look alike.
_TWO_LETTERS = r"[0-9]{2} ?[A-Za-z]{2} ?[0-9]{5}"
_PASSPORT = re.compile(r"[0-9]{2}[A-Z]{2}[0-9]{5}")
_FROM_DIGIT = re.compile(rf"[0-9](?<![0-9].)(?:(?<=[A-Z].)|(?=[0-9]{{0,7}}[A-Z]))[0-9A-Z]{{0,8}}{END}")
_CARD_WORDS = ("cni", "cnie", "identite", "identity")
_LICENCE_WORDS = (
    *("permis", "conduire", "neph", "driving licence", "driving license", "driver license", "driver licence"),
    *("drivers license", "drivers licence", "auto ecole", "code de la route"),
)


def _cards(text: str, start: int, end: int) -> Iterator[Hit]:
    """Found by their first digit, which is rarer than a capital."""
    for match in _FROM_DIGIT.finditer(text, start, end):
        first = match.start()
        while first > start and "A" <= text[first - 1] <= "Z":
            first -= 1
        card = text[first : match.end()]
        if len(card) == 9 and not card.isdigit() and not _PASSPORT.fullmatch(card) and sum(map(str.isdigit, card)) > 1:
            before = text[first - 1 : first]
            if not before.isalnum() and before not in ("_", "-", "+", "/"):
                yield Hit(first, match.end())


def _twelve(draw: random.Random) -> str:
    """Year, month, department, and six digits more."""
    return f"{draw.randint(90, 125) % 100:02d}{draw.randint(1, 12):02d}{draw.randint(1, 95):02d}{digits(draw, 6)}"


def _card(draw: random.Random) -> str:
    chosen = draw.choices("0123456789BCDFGHJKLMNPRTVWXYZ", k=7)
    return f"{draw.choice('DFHKRTXYZ')}{''.join(chosen)}{draw.randint(0, 9)}"


def _example_card(draw: random.Random) -> str:
    value = _card(draw)
    while sum(map(str.isdigit, value)) < 3:
        value = _card(draw)
    return value


def _example_two_letters(draw: random.Random) -> str:
    first, second = draw.choices("ABCDEFGHIKLPRTVXYZ", k=2)
    year, number = f"{draw.randint(6, 25):02d}", digits(draw, 5)
    return draw.choice((f"{year}{first}{second}{number}", f"{year} {first}{second} {number}"))


RECOGNIZERS = (
    Recognizer(
        name="fr_cni_1988",
        entity_type="FR_CNI",
        summary="Number of the French identity card of 1988 to 2021: twelve characters that begin with year and month.",
        pattern=rf"{START}[0-9]{{2}}{MONTH} ?{_DEPARTMENT} ?[0-9] ?[0-9]{{5}}{END}",
        context=_CARD_WORDS,
        trigger=Trigger(digits=11),
        country="FR",
        sources=(
            "https://dcode.fr/french-id-card",
            "https://learn.microsoft.com/purview/sit-defn-france-national-id-card",
            "https://github.com/cheminfo/mrz src/parse/frenchNationalIdFields.js",
        ),
        example=_twelve,
        frames=(
            "CNI n° {}",
            "carte nationale d'identité numéro {} délivrée à Lyon",
            "pièce d'identité : {}.",
            "cni={}",
            "identity card {}, France",
        ),
        detects=("carte d'identité n° 120575102345", "CNI 05102A302345"),
        ignores=("120575102345", "CNI 121375102345", "identité vérifiée le 12/05/2024 à 10:23:45"),
    ),
    Recognizer(
        name="fr_cni_2021",
        entity_type="FR_CNI",
        summary="Number of the French identity card since 2021: nine capitals and digits.",
        pattern="",
        search=_cards,
        context=_CARD_WORDS,
        trigger=Trigger(words=(*_CARD_WORDS, "identité")),
        country="FR",
        sources=(
            "https://dcode.fr/french-id-card",
            "https://learn.microsoft.com/purview/sit-defn-france-national-id-card",
        ),
        example=_example_card,
        frames=(
            "CNI n° {}",
            "carte nationale d'identité numéro {} délivrée à Lyon",
            "pièce d'identité : {}.",
            "cnie={}",
            "identity card {}, France",
        ),
        detects=("CNIe n° X4RTBPFW4", "carte d'identité D2H6862M2"),
        ignores=("réf. X4RTBPFW4", "identité 123456789", "CNI DELIVREES, IDENTITE2", "CNI 12AB34567"),
    ),
    Recognizer(
        name="fr_passport",
        entity_type="FR_PASSPORT",
        summary="Number of a French passport: two digits, two letters, five digits.",
        pattern=rf"{START}{_TWO_LETTERS}{END}",
        context=(
            *("passeport", "passeports", "passport", "passports", "pasaporte", "passaporto", "reisepass"),
            *("travel document",),
        ),
        trigger=Trigger(digits=5),
        country="FR",
        sources=(
            "https://docs.trellix.com/data-and-email/docs/france-passport-number",
            "https://www.no-passion.com/trouvez-facilement-votre-numero-de-passeport/",
        ),
        example=_example_two_letters,
        frames=("passeport n° {}", "Passport No. {}", "mon passeport ({}) expire", "passeport : {}.", "PASSEPORT {}"),
        detects=("passeport français 12AB34567", "Passport 05 CK 02237"),
        ignores=("pièce 12AB34567", "passeport 2012AB3456", "passeport valable 10 ans, 86 euros"),
    ),
    Recognizer(
        name="fr_driving_licence",
        entity_type="FR_DRIVER_LICENSE",
        summary="File number of a French driver (NEPH): year, month, department, six digits.",
        pattern=rf"{START}[0-9]{{2}} ?{MONTH} ?{_DEPARTMENT} ?[0-9]{{2}} ?[0-9]{{4}}{END}",
        context=_LICENCE_WORDS,
        trigger=Trigger(digits=11),
        country="FR",
        sources=(
            "https://docs.trellix.com/data-and-email/docs/france-drivers-license-number",
            "https://www.vroomly.com/blog/ou-se-trouve-le-numero-de-permis/",
        ),
        example=_twelve,
        frames=(
            "permis de conduire n° {}",
            "NEPH : {}",
            "numéro de permis {}.",
            "driving licence {} (France)",
            "neph={}",
        ),
        detects=("NEPH 210692106990", "permis n° 97 05 2A 10 0123"),
        ignores=("210692106990", "permis 211392106990", "permis de construire 069 123 21 00045"),
    ),
    Recognizer(
        name="fr_driving_licence_2013",
        entity_type="FR_DRIVER_LICENSE",
        summary="Number on the front of a French driving licence since 2013: two digits, two letters, five digits.",
        pattern=rf"{START}{_TWO_LETTERS}{END}",
        context=_LICENCE_WORDS,
        trigger=Trigger(digits=5),
        country="FR",
        sources=(
            "https://github.com/cheminfo/mrz src/parse/__tests__/frenchDrivingLicense.test.ts",
            "Mindee eu_driver_license v1.0, sample answer for a French licence",
        ),
        example=_example_two_letters,
        frames=("permis de conduire n° {}", "permis : {}", "numéro de permis {}.", "driving licence {}", "(permis {})"),
        detects=("permis de conduire n° 13AA00002",),
        ignores=("13AA00002", "permis B en 2013, 25 points"),
    ),
)
