"""Dates in the forms people write them, moved by some days and written in the same form."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass
from functools import cache

from privacy_audit.recognizers._readable import folded

__all__ = ["Written", "read_date"]

_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "en": "January February March April May June July August September October November December".split(),
}
_LETTERS = re.compile(r"[^\d]+")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,4})([-/. ])(\d{1,2})\2(\d{2,4})(?!\d)")
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2}(?:er|st|nd|rd|th)?)( (?:of )?|-|\. )([^\W\d_]{3,9})(\.? |-|, )(\d{4})(?!\d)", re.I
)
_MONTH_FIRST = re.compile(r"(?<![^\W\d_])([^\W\d_]{3,9})(\.? )(\d{1,2}(?:st|nd|rd|th)?)(,? )(\d{4})(?!\d)", re.I)


@dataclass(frozen=True, slots=True)
class Written:
    """A date at ``text[start:end]``, and its parts there: (start, end, what), ``what`` one of d, m, y and month."""

    date: datetime.date
    start: int
    end: int
    parts: tuple[tuple[int, int, str], ...]

    def moved(self, text: str, days: int) -> str:
        """The text with this date moved, in its own form. A date at the end of all time stays in it."""
        ordinal = min(max(self.date.toordinal() + days, 1), datetime.date.max.toordinal())
        new = datetime.date.fromordinal(ordinal)
        pieces, position = [], 0
        for start, end, what in self.parts:
            pieces += [text[position:start], _written(new, what, text[start:end], self._padded(text))]
            position = end
        return "".join([*pieces, text[position:]])

    def _padded(self, text: str) -> bool:
        """Whether days and months have two digits: ``01/02/1985``, but not ``1/12/1985``. Beside words: ``01 mars``."""
        numbers = [text[start:end] for start, end, what in self.parts if what in "dm"]
        return all(len(number) == 2 for number in numbers) and (len(numbers) == 2 or numbers[0].startswith("0"))


def read_date(text: str) -> Written | None:
    """The first date in the text: ``1985-03-12``, ``12/03/85``, ``12 mars 1985``, ``March 12, 1985``.

    Day before month, unless that is no date. Two digits of a year up to 29 are of this century.
    """
    for pattern, orders in ((_NUMBERS, ("ymd", "dmy", "mdy")), (_DAY_FIRST, ("dMy",)), (_MONTH_FIRST, ("Mdy",))):
        for match in pattern.finditer(text):
            places = [group for group in range(1, pattern.groups + 1) if match.group(group).isalnum()]
            if len(places) != 3:
                continue
            for order in orders:
                date = _date({what: match.group(place) for what, place in zip(order, places, strict=True)})
                if date is not None:
                    parts = tuple((*match.span(place), what) for what, place in zip(order, places, strict=True))
                    return Written(date, *match.span(), parts)
    return None


def _date(told: dict[str, str]) -> datetime.date | None:
    month = _month_numbers().get(folded(told["M"])) if "M" in told else int(told["m"])
    day_digits, year_digits = _LETTERS.sub("", told["d"]), told["y"]
    if "M" not in told and len(told["y"]) == 2 and next(iter(told)) == "y":
        return None  # 01/02/05: the year comes last
    if month is None or len(year_digits) not in (2, 4) or len(day_digits) > 2 or not 1 <= month <= 12:
        return None
    year = int(year_digits)
    if len(year_digits) == 2:
        year += 2000 if year < 30 else 1900
    day = int(day_digits)
    if year == 0 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return datetime.date(year, month, day)


def _written(date: datetime.date, what: str, as_before: str, padded: bool) -> str:
    if what == "M":
        language, short = _form_of(as_before)
        name = _MONTHS[language][date.month - 1]
        name = name[: len(as_before)] if short else name
        if as_before.isupper():
            return name.upper()
        return name.lower() if as_before[0].islower() else name[:1].upper() + name[1:]
    if what == "d" and not as_before.isdigit():
        return _ordinal(date.day, french=as_before.lower().endswith("er"))
    number = {"d": date.day, "m": date.month, "y": date.year}[what]
    if what == "y" and len(as_before) == 2:
        number %= 100
    return str(number).zfill(len(as_before) if what == "y" else 1 + padded)


def _ordinal(day: int, *, french: bool) -> str:
    """``1er``, then ``2``; ``1st``, ``2nd``, ``3rd``, ``11th``."""
    if french:
        return "1er" if day == 1 else str(day)
    return f"{day}{'th' if day in (11, 12, 13) else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


def _form_of(word: str) -> tuple[str, bool]:
    key = folded(word)
    for language, names in _MONTHS.items():
        for name in names:
            if folded(name) == key:
                return language, False
    french = key in {folded(name)[: len(key)] for name in _MONTHS["fr"]} and key not in {
        name.lower()[: len(key)] for name in _MONTHS["en"]
    }
    return ("fr" if french else "en"), True


@cache
def _month_numbers() -> dict[str, int]:
    numbers: dict[str, int] = {}
    for names in _MONTHS.values():
        for number, name in enumerate(names, 1):
            for length in (3, 4, len(name)):
                numbers.setdefault(folded(name)[:length], number)
    del numbers["jui"]  # juin or juillet
    return numbers
