"""Bands in place of numbers and years in place of dates, in a whole column."""

from __future__ import annotations

import math
import re
from typing import Any

from privacy_audit.anonymizers._columns import ColumnOperator
from privacy_audit.anonymizers.text_generalise import department
from privacy_audit.pseudonyms.dates import read_date
from privacy_audit.types import Effect

__all__ = ["TableBand"]

_NUMBER = re.compile(r"\s*-?\d{1,15}(?:[.,]\d+)?\s*")


class TableBand(ColumnOperator):
    """``width``: of a band, in the unit of the column. Dates become years, postcodes departments; anything else is
    emptied, since it cannot be told how exact it is.
    """

    name = "table_band"
    summary = "Numbers of the columns found become bands, dates years, postcodes departments."
    effect = Effect.OBSCURED
    attacks = (
        "Bands of several columns together can still single somebody out: table_uniqueness counts it.",
        "The smallest and the largest band may hold one person.",
    )

    def __init__(self, *, width: float = 10, **options: Any) -> None:
        super().__init__(**options)
        if isinstance(width, bool) or not isinstance(width, int | float) or not 0 < width < math.inf:
            raise ValueError(f"width: got {width!r}, expected a number above 0")
        self._width = width

    def cell(self, text: str, entity_type: str) -> str:
        """``42`` -> ``40-49``, ``42.5`` -> ``40 to <50``, ``1985-03-12`` -> ``1985``, postcode ``75011`` -> ``75``."""
        if entity_type == "POSTCODE":
            return department(text) or ""
        written = read_date(text)
        if written is not None:
            return str(written.date.year)
        if not _NUMBER.fullmatch(text):
            return ""
        low = math.floor(float(text.replace(",", ".")) / self._width) * self._width
        if text.strip().isdecimal() and self._width == int(self._width):
            return f"{int(low)}-{int(low + self._width) - 1}"
        return f"{low:.12g} to <{low + self._width:.12g}"

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The width of a band."""
        return (("width", f"{self._width:g}"),)
