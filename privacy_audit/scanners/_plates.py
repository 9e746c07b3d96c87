"""Licence plates of Europe: the forms that stand alone on a line of text in a picture."""

from __future__ import annotations

import re
from functools import cache

from privacy_audit.types import Confidence

__all__ = ["plate_confidence"]

# L: a letter, D: a digit; a space is where a hyphen, a dot, a seal or a gap may stand
_FORMS = {
    "AT": ("L DDDDD L", "L DDDD LL", "LL DDD LL", "LL DDDD L", "LL DDD L", "L DDDDD LL"),
    "BE": ("D LLL DDD", "LLL DDD"),
    "BG": ("L DDDD LL", "LL DDDD LL"),
    "CH": ("LL DDD DDD", "LL DDDDD", "LL DDDD"),
    "CZ": ("DLD DDDD", "DLL DDDD", "LLL DD DD"),
    "DE": (
        *("L LL DDDD", "L LL DDD", "L L DDDD", "LL LL DDDD", "LL LL DDD", "LL LL DD", "LL L DDDD", "LL L DDD"),
        *("LLL LL DDD", "LLL LL DD", "LLL L DDD", "LLL L DDDD"),
    ),
    "DK": ("LL DD DDD", "LL DDDDD"),
    "EE": ("DDD LLL",),
    "ES": ("DDDD LLL", "L DDDD LL", "LL DDDD LL"),
    "FI": ("LLL DDD",),
    "FR": ("LL DDD LL", "DDD LLL DD", "DDDD LL DD", "DDD LL DD"),
    "GB": ("LLDD LLL", "L DDD LLL", "LLL DDD L"),
    "GR": ("LLL DDDD",),
    "HR": ("LL DDD LL", "LL DDDD L", "LL DDD L", "LL DDDD LL"),
    "HU": ("LL LL DDD", "LLL DDD"),
    "IE": ("DDD L DDDDD", "DDD L DDDD", "DDD LL DDDD", "DD L DDDDD"),
    "IT": ("LL DDD LL",),
    "LT": ("LLL DDD",),
    "LU": ("LL DDDD",),
    "LV": ("LL DDDD",),
    "NL": (
        *("LL DD DD", "DD DD LL", "DD LL DD", "LL DD LL", "LL LL DD", "DD LL LL", "DD LLL D", "D LLL DD"),
        *("LL DDD L", "L DDD LL", "LLL DD L", "L DD LLL", "D LL DDD", "DDD LL D"),
    ),
    "NO": ("LL DDDDD",),
    "PL": ("LL DDDDD", "LL DDDDL", "LL DDDLL", "LLL DDDD", "LLL DDDDD", "LLL DDLL", "LLL LDDD", "LLL DDDL"),
    "PT": ("LL DD DD", "DD DD LL", "DD LL DD", "LL DD LL"),
    "RO": ("LL DD LLL", "L DDD LLL", "L DD LLL"),
    "SE": ("LLL DDD", "LLL DDL"),
    "SI": ("LL DD DDL", "LL LL DDD", "LL DDD LL"),
    "SK": ("LL DDD LL",),
}
"""Country by ISO 3166-1 -> forms, from https://en.wikipedia.org/wiki/Vehicle_registration_plates_of_Europe."""

_SIGNS = "A B BG CH CY CZ D DK E EST F FIN GB GR H HR I IRL L LT LV M N NL P PL RO S SK SLO UK".split()
_DEPARTMENT = r"(?:0[1-9]|[1-8][0-9]|9[0-5]|2[AB]|97[1-8])"
_MARK = "[^A-Za-z0-9]{1,3}"  # a hyphen, a dot, a seal, whatever the seal was read as
_LETTER = "[A-Z0]"  # readers take O for 0 and the other way round
_DIGIT = "[0-9O]"
# BMW 320, MAR 2024: what stands alone on signs as well
_OTHER = re.compile(
    r"(?:JAN|FEB|FEV|MAR|APR|AVR|MAY|MAI|JUN|JUL|AUG|SEP|OCT|OKT|NOV|DEC|EUR|USD|MHZ|GHZ|DIN|ISO|EN)\b.*"
)
_EDGES = re.compile(r"^[^A-Za-z0-9]+|[^A-Za-z0-9]+$")
_CHARS = re.compile(r"[A-Z0-9]")


def plate_confidence(line: str) -> Confidence | None:
    """How likely a whole line of text is a plate by its form alone; None when no country has such plates.

    MEDIUM: seven characters or more, with letters, digits and letters again, or parted where the country parts them.
    Six characters fit the names of too many things.
    """
    text = _EDGES.sub("", line)
    match = _pattern().fullmatch(text)
    if match is None or _OTHER.fullmatch(text):
        return None
    plate = match["glued"] or match["parted"]
    if not any(map(str.isdigit, plate)) or not any(map(str.isalpha, plate)):
        return None
    n_chars = len(_CHARS.findall(plate))
    groups = re.findall(r"[A-Z]+|[0-9]+", re.sub(r"[^A-Z0-9]", "", plate))
    if n_chars < 7:
        return Confidence.LOW
    mixed = len(groups) >= 3 and plate[0].isalpha()
    return Confidence.MEDIUM if mixed or match["parted"] else Confidence.LOW


@cache
def _pattern() -> re.Pattern[str]:
    forms = sorted({form for of_country in _FORMS.values() for form in of_country})
    parted = "|".join(_as_pattern(form, _MARK) for form in forms)
    glued = "|".join(_as_pattern(form, "") for form in forms)
    signs = "|".join(_SIGNS)
    # lazy: M is Malta, and Munich where it belongs to the plate
    return re.compile(rf"(?:(?:{signs}){_MARK})??(?:(?P<parted>{parted})|(?P<glued>{glued}))(?:{_MARK}{_DEPARTMENT})??")


def _as_pattern(form: str, mark: str) -> str:
    return form.replace("L", _LETTER).replace("D", _DIGIT).replace(" ", mark)
