"""Positions on the map, precise to a house: two numbers that belong together. A lone number is no position."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from privacy_audit.recognizers import Hit, Recognizer, Trigger
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_WORDS = (
    *("gps", "lat", "latitude", "lon", "lng", "longitude", "coordonnees", "coordinates", "coords", "geo", "ll"),
    *("geolocalisation", "geolocation", "geoloc", "maps", "wgs", "koordinaten", "coordenadas", "latlng", "latlon"),
)
# four decimals are about ten metres
_PRECISE = re.compile(r"[0-9][.,][0-9]{4}")
_PAIR = re.compile(
    r"(?<![\w.,/-])(?P<lat>[+-]?[0-9]{1,2}\.[0-9]{4,15})(?: ?°)?(?: ?[NS])?"
    r"(?P<joint> ?[,;/|] ?| +|(?=[+-]))"
    r"(?P<lon>[+-]?[0-9]{1,3}\.[0-9]{4,15})(?: ?°)?(?: ?[EWO](?!\w))?(?![\w]|\.[0-9]|,[0-9]{1,3}\.[0-9]{3})"
)
_PAIR_COMMA = re.compile(
    r"(?<![\w.,/-])(?P<lat>[+-]?[0-9]{1,2},[0-9]{4,15})(?: ?°)?(?: ?[NS])?"
    r"(?: ?[;/|] ?|, +| +)"
    r"(?P<lon>[+-]?[0-9]{1,3},[0-9]{4,15})(?: ?°)?(?: ?[EWO](?!\w))?(?![\w]|[.,][0-9])"
)
_NUMBER_BEFORE = re.compile(r"[0-9]\.[0-9]+[^\w\n]{1,4}\Z")
_LIST_BEFORE = re.compile(r"[0-9], \Z")
_LIST_AFTER = re.compile(r", [+-]?[0-9]")
_NUMBER_AFTER = re.compile(r"[^\w\n]{1,4}[0-9]{1,4}\.[0-9]{4}")
_LABELLED = re.compile(
    r"(?<![A-Za-z])(?:gps_?)?lat(?:itude)?[\"']?[ :=]{1,4}[\"']?(?P<lat>[+-]?[0-9]{1,2}[.,][0-9]{4,15})"
    r"[^0-9\n]{1,12}?(?:gps_?)?(?:lon|long|lng|longitude)[\"']?[ :=]{1,4}[\"']?(?P<lon>[+-]?[0-9]{1,3}[.,][0-9]{4,15})",
    re.IGNORECASE,
)
_MINUTES = r"[0-9]{1,2}(?:[.,][0-9]{1,8})?"
_SEXAGESIMAL = re.compile(
    rf"(?P<lat>[0-9](?<![\w.,].)[0-9]?) ?° ?{_MINUTES} ?['’′](?: ?{_MINUTES} ?(?:[\"”″]|['’′]{{2}}))? ?[NS]"
    rf"[ ,;/]{{0,3}}(?:et |and )?(?P<lon>[0-9]{{1,3}}) ?° ?{_MINUTES} ?['’′]"
    rf"(?: ?{_MINUTES} ?(?:[\"”″]|['’′]{{2}}))? ?[EWO](?!\w)"
)


def _in_range(match: re.Match[str]) -> bool:
    latitude, longitude = (float(match[name].replace(",", ".")) for name in ("lat", "lon"))
    return abs(latitude) <= 90 and abs(longitude) <= 180


def _positions(text: str, start: int, end: int) -> Iterator[Hit]:
    """A pair between other decimal numbers is a row of a table, one in square brackets a row of a matrix, and two
    numbers below one are shares or weights.
    """
    if not _PRECISE.search(text, start, end):
        return
    for match in _PAIR.finditer(text, start, end):
        if not _in_range(match):
            continue
        in_a_row = _NUMBER_BEFORE.search(text, max(0, match.start() - 20), match.start()) or _NUMBER_AFTER.match(
            text, match.end()
        )
        if in_a_row:
            continue
        marked = "°" in match.group() or any(char in match.group() for char in "NSEWO") or not match["joint"]
        if marked:
            yield Hit(*match.span(), Confidence.HIGH)
        else:
            in_brackets = text[match.start() - 1 : match.start()] == "[" or text[match.end() : match.end() + 1] == "]"
            in_a_list = _LIST_BEFORE.search(text, max(0, match.start() - 4), match.start()) or _LIST_AFTER.match(
                text, match.end()
            )
            small = abs(float(match["lat"])) < 1
            plain = small or "," not in match["joint"] or in_brackets or in_a_list is not None
            yield Hit(*match.span(), Confidence.LOW if plain else None)
    for match in _PAIR_COMMA.finditer(text, start, end):
        if _in_range(match):
            marked = "°" in match.group() or any(char in match.group() for char in "NSEWO")
            yield Hit(*match.span(), Confidence.HIGH if marked else Confidence.LOW)
    for match in _LABELLED.finditer(text, start, end):
        if _in_range(match):
            yield Hit(match.start("lat"), match.end("lon"), Confidence.HIGH)


def _sexagesimal(text: str, start: int, end: int) -> Iterator[Hit]:
    for match in _SEXAGESIMAL.finditer(text, start, end):
        if _in_range(match):
            yield Hit(*match.span())


def _example_pair(draw: random.Random) -> str:
    latitude, longitude = draw.uniform(36, 70), draw.uniform(-10, 30)
    decimals = draw.choice((4, 5, 6, 7))
    first, second = f"{latitude:.{decimals}f}", f"{longitude:.{decimals}f}"
    return draw.choice((f"{first}, {second}", f"{first},{second}", f"{first}° N, {abs(longitude):.{decimals}f}° E"))


def _example_sexagesimal(draw: random.Random) -> str:
    north = f"{draw.randint(36, 70)}°{draw.choice(('', ' '))}{draw.randint(0, 59):02d}'"
    east = f"{draw.randint(0, 30)}°{draw.choice(('', ' '))}{draw.randint(0, 59):02d}'"
    if draw.random() < 0.7:
        north += f'{draw.randint(0, 59):02d}"'
        east += f'{draw.uniform(0, 59):.1f}"'
    return (
        f"{north}{draw.choice(('', ' '))}N{draw.choice((', ', ' '))}{east}{draw.choice(('', ' '))}{draw.choice('EW')}"
    )


RECOGNIZERS = (
    Recognizer(
        name="gps_decimal",
        entity_type="GPS_POSITION",
        summary="Latitude and longitude in decimal degrees, with four decimals or more.",
        pattern="",
        search=_positions,
        alone=Confidence.MEDIUM,
        announced=Confidence.HIGH,
        context=_WORDS,
        trigger=Trigger(digits=5),
        sources=("RFC 5870 (geo URI)", "ISO 6709, annex H"),
        example=_example_pair,
        frames=("Rendez-vous au point {} demain.", "{}", "GPS: {}", "geo position {};", "({})"),
        detects=(
            "Chez lui : 48.85837, 2.29448.",
            "geo:48.85837,2.29448;u=35",
            '{"lat": 48.85837, "lon": 2.29448}',
            "latitude=48.85837&longitude=2.29448",
            "+48.85837+002.29448/",
            "48,85837° N ; 2,29448° E",
        ),
        ignores=(
            "48.85837",
            "1.2345, 2.3456, 3.4567, 4.5678",
            "pertes 0.1234, 0.5678, w = [[3.89941, 4.12481]]",
            "1299.0000, 950.0000",
            "2.14.3456, 10.4.22631",
            "95.12345, 200.12345",
        ),
    ),
    Recognizer(
        name="gps_sexagesimal",
        entity_type="GPS_POSITION",
        summary="Latitude and longitude in degrees, minutes and seconds.",
        pattern="",
        search=_sexagesimal,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(literals=("°",)),
        sources=("ISO 6709, annex D",),
        example=_example_sexagesimal,
        frames=("Rendez-vous au point {} demain.", "{}", "GPS: {}", "at {}, near the church", "({})"),
        detects=("48° 51' 24\" N, 2° 21' 03\" E", "48°51.4'N 2°21.05'E", "48°51′24″N 2°21′03″E"),
        ignores=("un angle de 48° 51' 24\"", "entre 12° et 15° N, 2° à 3° E", "n° 48, n° 51"),
    ),
)
