"""French licence plates."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from privacy_audit.recognizers import Hit, Recognizer, Trigger
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"  # I, O and U are not given out
_PAIR = "[A-HJ-NP-TV-Z][A-HJ-NP-TV-Z]"
_LOWER_PAIR = "[a-hj-np-tv-z]{2}"
# the first hyphen is rarer than a capital
_AFTER_PAIR = re.compile(rf"-(?<={_PAIR}-)(?<!SS-)(?<![\w./\-]..-)(?!000)[0-9]{{3}}-(?!SS){_PAIR}(?![\w/]|[.\-]\w)")
_DEPARTMENT = r"(?:0[1-9]|[1-8][0-9]|9[0-5]|2[ABab]|97[1-8])"
_WORDS = (
    *("immatriculation", "immatricule", "immatriculee", "immatricules", "immatriculees", "plaque", "plaques"),
    *("vehicule", "vehicules", "voiture", "voitures", "moto", "scooter", "camion", "camionnette", "utilitaire"),
    *("carte grise", "certificat d immatriculation", "license plate", "licence plate", "number plate", "registration"),
    *("vehicle", "stationne", "stationnee", "garee", "immat", "plate"),
)


def _plates(text: str, start: int, end: int) -> Iterator[Hit]:
    for match in _AFTER_PAIR.finditer(text, start, end):
        if match.start() - 2 >= start:
            yield Hit(match.start() - 2, match.end())


def _pair(draw: random.Random) -> str:
    pair = "".join(draw.choices(_LETTERS, k=2))
    return pair if pair not in ("SS", "WW") else "AB"


def _example_siv(draw: random.Random) -> str:
    return f"{_pair(draw)}-{draw.randint(1, 999):03d}-{_pair(draw)}"


def _example_loose(draw: random.Random) -> str:
    plate = _example_siv(draw)
    return draw.choice((plate.replace("-", " "), plate.replace("-", ""), plate.lower()))


def _example_fni(draw: random.Random) -> str:
    letters = "".join(draw.choices(_LETTERS, k=draw.randint(1, 3)))
    department = draw.choice(("75", "13", "69", "2A", "33", "59", "01", "974"))
    return draw.choice((" ", "", "-")).join((str(draw.randint(11, 9999)), letters, department))


RECOGNIZERS = (
    Recognizer(
        name="fr_plate",
        entity_type="LICENSE_PLATE",
        summary="French licence plate since 2009 (SIV), AA-123-AA; WW on the left is a provisional one.",
        pattern="",
        search=_plates,
        alone=Confidence.MEDIUM,
        announced=Confidence.HIGH,
        context=_WORDS,
        trigger=Trigger(digits=3),
        country="FR",
        sources=(
            "https://www.lagazettedescommunes.com/154001/",
            "https://plaque-immat.fr/blog/immatriculation-vehicule-ww",
        ),
        example=_example_siv,
        frames=("immatriculée {}", "{}", "plaque {}.", "la voiture {} est mal garée", "({})"),
        detects=("Clio immatriculée AB-123-CD", "WW-481-KP"),
        ignores=("AB-123-CDE, ABX-220-9917-K", "SS-123-AB, AB-123-SS", "AI-123-BO, AB-000-CD", "ab-123-cd"),
    ),
    Recognizer(
        name="fr_plate_announced",
        entity_type="LICENSE_PLATE",
        summary="French licence plate since 2009 with spaces, glued or in lower case, when a word announces it.",
        pattern=(
            rf"(?<![\w./\-])(?!SS|ss)(?:{_PAIR}([ \-]?)(?!000)[0-9]{{3}}\1(?!SS){_PAIR}"
            rf"|{_LOWER_PAIR}(-?)(?!000)[0-9]{{3}}\2(?!ss){_LOWER_PAIR})(?![\w/]|[.\-]\w)"
        ),
        inside=r"[0-9]{3}[ \-]?[A-Za-z]{2}(?!\w)",
        context=_WORDS,
        trigger=Trigger(digits=3),
        country="FR",
        sources=(
            "https://github.com/histovec/histovec-beta backend/src/constant/regex.js",
            "https://www.inaxys.com/home.php?page=plaqsiv",
        ),
        example=_example_loose,
        frames=(
            "immatriculée {}",
            "plaque {}.",
            "la voiture {} est mal garée",
            "immatriculation : {}",
            "véhicule {} (Renault)",
        ),
        detects=("voiture AB 123 CD", "immat. ab123cd", "plaque : fg-404-hk"),
        ignores=("AB 123 CD", "voiture de 123 ch", "plaque AB 1234 CD"),
    ),
    Recognizer(
        name="fr_plate_1950",
        entity_type="LICENSE_PLATE",
        summary="French licence plate before 2009 (FNI), 123 ABC 75, when a word announces it.",
        pattern=(
            r"[1-9](?<![\w.,/\-].)[0-9]{0,3}(?:([ \-]?)[A-HJ-NP-TV-Z]{1,3}\1|(-?)[a-hj-np-tv-z]{2,3}\2)"
            rf"{_DEPARTMENT}(?![\w/]|[.,\-]\w)"
        ),
        context=_WORDS,
        trigger=Trigger(digits=3),
        country="FR",
        sources=(
            "https://github.com/histovec/histovec-beta backend/src/constant/regex.js",
            "https://www.inaxys.com/home.php?page=plaqfni",
        ),
        example=_example_fni,
        frames=(
            "immatriculée {}",
            "plaque {}.",
            "la voiture {} est mal garée",
            "immatriculation : {}",
            "véhicule {} (Renault)",
        ),
        detects=("une Renault 5 immatriculée 1234 AB 75", "plaque 412 CKW 2A"),
        ignores=(
            "1234 AB 75",
            "voiture de 12 CV en 1975",
            "véhicule 300 km 98",
            "immatriculés : 800 et 14 000 véhicules",
        ),
    ),
)
