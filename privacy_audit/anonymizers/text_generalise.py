"""Less exact values: a year for a date, ten years for an age, a department for a postcode."""

from __future__ import annotations

import re
from typing import Any

from privacy_audit.anonymizers._text import TextOperator
from privacy_audit.pseudonyms.dates import read_date
from privacy_audit.pseudonyms.names import plain
from privacy_audit.pseudonyms.surrogates import Place
from privacy_audit.types import Effect

__all__ = ["TextGeneralise", "age_band", "department"]

_AGE = re.compile(r"(?<!\d)\d{1,3}(?!\d)")
_FIVE_DIGITS = re.compile(r"(?<!\d)(\d{2}) ?(\d)\d{2}(?!\d)")
_UK_POSTCODE = re.compile(r"\b([A-Z]{1,2})\d[A-Z\d]? ?\d[A-Z]{2}\b", re.I)
_TOP_AGE = 90
"""Above it few people are left in any place: top coding, as in the Safe Harbor list of HIPAA (45 CFR 164.514)."""


class TextGeneralise(TextOperator):
    """Dates of birth, ages, postcodes and postal addresses; whatever cannot be made less exact gets its label.

    ``age_years``: the width of an age band.
    """

    name = "text_generalise"
    summary = "Dates become years, ages bands, postcodes and addresses departments; all else its label."
    effect = Effect.OBSCURED
    attacks = (
        "A year, a band and a department together can still single somebody out: table_uniqueness counts it.",
        "Who knows the exact value knows which line is meant.",
    )

    def __init__(self, *, age_years: int = 10, **options: Any) -> None:
        super().__init__(**options)
        if isinstance(age_years, bool) or not isinstance(age_years, int) or not 5 <= age_years <= 50:
            raise ValueError(f"age_years: got {age_years!r}, expected 5 to 50 years")
        self._age_years = age_years

    def replacement(self, place: Place) -> str:
        """The value made less exact, or its kind."""
        less = self._less_exact(place)
        return less or (place.entity_type if place.in_path else f"<{place.entity_type}>")

    def _less_exact(self, place: Place) -> str | None:
        text = plain(place.value)
        if place.entity_type == "DATE_OF_BIRTH":
            written = read_date(text)
            return str(written.date.year) if written else None
        if place.entity_type == "AGE":
            return age_band(text, self._age_years)
        if place.entity_type in ("POSTCODE", "POSTAL_ADDRESS"):
            return department(text)
        return None

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The width of an age band."""
        return (("age_years", str(self._age_years)),)


def age_band(text: str, years: int) -> str | None:
    """``42 ans`` -> ``40-49``; from 90 on ``90+``. None where there is no age."""
    found = _AGE.search(text)
    if found is None or int(found.group()) > 130:
        return None
    low = int(found.group()) // years * years
    return f"{_TOP_AGE}+" if int(found.group()) >= _TOP_AGE else f"{low}-{min(low + years, _TOP_AGE) - 1}"


def department(text: str) -> str | None:
    """The first two digits of a French postcode (97x overseas: three), the letters of a British one. None without."""
    codes = _FIVE_DIGITS.findall(text)
    if codes:
        head, third = codes[-1]
        return f"{head}{third}" if head in ("97", "98") else str(head)
    british = _UK_POSTCODE.search(text)
    return british.group(1).upper() if british else None
