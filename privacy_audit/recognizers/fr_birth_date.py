"""Dates of birth in French and English: with the words that say so, or in a column that is named so."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from privacy_audit.recognizers import Hit, Recognizer, Trigger
from privacy_audit.recognizers._fr_words import NUMBER_WORD, WORDS_BELOW_TWENTY, spelled
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_MONTHS_FR = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
_MONTHS_EN = "January February March April May June July August September October November December".split()

# Years from 1900 on: who was born before is dead.
_YEAR = r"(?:19|20)[0-9]{2}"
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_MONTH = (
    r"(?i:janv(?:ier|\.)?|jan\.?|f[ée]vr?(?:ier|\.)?|mars|avr(?:il|\.)?|mai|juin|juil(?:let|\.)?|ao[ûu]t|sept(?:embre|\.)?"
    r"|oct(?:obre|\.)?|nov(?:embre|\.)?|d[ée]c(?:embre|\.)?|january|february|feb\.?|march|mar\.?|april|apr\.?|may|june"
    r"|july|jun\.?|jul\.?|august|aug\.?|september|sep\.?|october|november|december)"
)
_NUMERIC = (
    rf"(?:{_DAY}(?:/{_DAY}/|\.{_DAY}\.|-{_DAY}-|\ {_DAY}\ )(?:{_YEAR}|[0-9]{{2}})(?![0-9])"
    rf"|{_YEAR}(?:-{_DAY}-|/{_DAY}/|\.{_DAY}\.){_DAY}(?![0-9])"
    rf"|{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9]))"
)
_SPOKEN_DAY = (
    rf"(?i:premier|(?:vingt|trente)(?:[ \-](?:et[ \-])?(?:une?|deux|trois|quatre|cinq|six|sept|huit|neuf))?"
    rf"|dix[ \-](?:sept|huit|neuf)|{WORDS_BELOW_TWENTY})"
)
_SPOKEN_YEAR = (
    r"(?i:(?:mille[ \-]neuf[ \-]cents?|dix[ \-]neuf[ \-]cents?|deux[ \-]mille)"
    rf"(?:[ \-](?:et[ \-])?{NUMBER_WORD}(?!\w)){{0,4}})"
)
_DATE = (
    rf"(?:{_NUMERIC}"
    rf"|(?:{_DAY}(?:er|ER|st|nd|rd|th)?|{_SPOKEN_DAY})(?: of)?[ \-]{_MONTH},?[ \-]{_YEAR}(?![0-9])"
    rf"|{_MONTH} {_DAY}(?:st|nd|rd|th)?,? {_YEAR}(?![0-9]))"
)
_SPOKEN_DATE = rf"(?:{_DAY}(?:er)?|{_SPOKEN_DAY})[ \-]{_MONTH}[ \-]{_SPOKEN_YEAR}"
# between "née" and the date: a name, "à Saint-Denis (Réunion)", "le lundi"
_PLACE = (
    r"(?:,? (?:[A-ZÀ-Ý(][\w'’()\-]*|[àÀa] [\w'’\-]+|au|aux|en|de|du|des|d'|la|le|les|sur|sous|in|at|on|the|of|near"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)){0,9}"
)
_BORN_FR = rf"(?<=[nN])(?:[éÉ](?:[eE]|\([eE]\)|·[eE])?[sS]?{_PLACE}|[eE][eE]?[sS]? [lL][eE])"
_BORN_EN = rf"(?<=[bB])(?i:orn){_PLACE}"
_LABEL = (
    r"(?:(?<=[dD])(?i:ate (?:et lieu )?de naiss(?:ance|\.)?|ate[_ \-]?(?:de[_ \-]?)?naissance|dn"
    r"|ate[_ \-]?of[_ \-]?birth|ob|\.o\.b\.?)|(?<=[nN])(?i:aissance)|(?<=[bB])(?i:irth[_ \-]?da(?:te|y)))"
    r"(?![^\W_])[^0-9\n.;!?]{0,25}?"
)
_BEFORE = rf"[nNdDbB](?<![^\W_].)(?:{_BORN_FR}|{_BORN_EN}|{_LABEL}) ?:? ?"
_ANNOUNCED = re.compile(rf"{_BEFORE}(?P<value>{_DATE})")
_HINTS = ("né", "aiss", "born", "irth", "ddn", "dob", "d.o.b", "ne le", "nee le")
_BEFORE_CHARS = 100
_YEAR_ONLY = (
    r"[nNbB](?<!\w.)(?:(?<=[nN])[éÉ](?:e|\(e\))?s? en|(?<=[bB])orn in) (?P<value>(?:19|20)[0-9]{2})"
    r"(?= (?:à|au|aux|en|in|near) [A-ZÀ-Ý])"
)
_CELL = rf"\A\s*(?P<value>{_DATE})(?:[ T]00:00(?::00(?:\.0+)?)?Z?| ?\([^()\n]{{1,20}}\))?\s*\Z"


def _announced(text: str, start: int, end: int) -> Iterator[Hit]:
    """The words that announce a date may stand before the window around its digits."""
    first = max(0, start - _BEFORE_CHARS)
    piece = text[first:end].lower()
    if any(hint in piece for hint in _HINTS):
        for match in _ANNOUNCED.finditer(text, first, end):
            if match.start("value") >= start:
                yield Hit(*match.span("value"))


def _example(draw: random.Random) -> str:
    day, month, year = draw.randint(1, 28), draw.randint(1, 12), draw.randint(1925, 2015)
    french, english = _MONTHS_FR[month - 1], _MONTHS_EN[month - 1]
    return draw.choice(
        (
            f"{'1er' if day == 1 else day} {french} {year}",
            f"{day:02d}/{month:02d}/{year}",
            f"{day:02d}/{month:02d}/{year % 100:02d}",
            f"{day:02d}.{month:02d}.{year}",
            f"{year}-{month:02d}-{day:02d}",
            f"{day} {english} {year}",
            f"{english} {day}, {year}",
        )
    )


def _example_spoken(draw: random.Random) -> str:
    day, year = draw.randint(1, 28), draw.randint(1925, 2015)
    rest = spelled(str(year % 100)) if year % 100 else ""
    said = f"{'mille neuf cent' if year < 2000 else 'deux mille'} {rest}".strip()
    return f"{'premier' if day == 1 else spelled(str(day))} {draw.choice(_MONTHS_FR)} {said}"


def _example_year(draw: random.Random) -> str:
    return str(draw.randint(1925, 2015))


RECOGNIZERS = (
    Recognizer(
        name="birth_date",
        entity_type="DATE_OF_BIRTH",
        summary="Dates of birth in French and English, in digits or in words, beside the word that says so.",
        pattern="",
        search=_announced,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(digits=4),
        sources=("ISO 8601", "biographies in WiNER-fr and GUM"),
        example=_example,
        frames=(
            "née le {}",
            "Date de naissance : {}",
            "DDN {}, sexe F",
            "born on {} in Lyon",
            "Né à Saint-Étienne (Loire) le {}.",
        ),
        detects=(
            "Lucie, née le 12 mars 1984 à Lyon",
            "DOB: 03/12/1984",
            "née le douze mars 1984",
            '"birth_date": "1984-03-12"',
        ),
        ignores=(
            "une marque née en 1998, vendue le 12 mars 2004",
            "il ne viendra pas le 12 mars 2024",
            "année 2024, donnée le 12/03/2024",
            "Born to Run, sorti le 25 août 1975",
            "né le 15 août 1769",
            "le 12 mars 1984",
        ),
    ),
    Recognizer(
        name="birth_date_spoken",
        entity_type="DATE_OF_BIRTH",
        summary="Dates of birth in French whose year is in words, as transcripts have them.",
        pattern=rf"{_BEFORE}(?P<value>{_SPOKEN_DATE})",
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(words=("mille", "cent")),
        sources=("biographies in WiNER-fr and GUM",),
        example=_example_spoken,
        frames=(
            "je suis née le {} à Lyon",
            "né le {}",
            "ma date de naissance c'est le {} voilà",
            "Né à Brest le {}, il",
            "date de naissance, {}",
        ),
        detects=(
            "né le douze mars mille neuf cent quatre-vingt-quatre",
            "je suis née le premier août deux mille douze",
            "JE SUIS NÉ LE QUATRE MAI MILLE NEUF CENT TRENTE-NEUF",
        ),
        ignores=(
            "le douze mars mille neuf cent quatre-vingt-quatre",
            "née avant les mille neuf cents euros du douze mars",
        ),
    ),
    Recognizer(
        name="birth_year",
        entity_type="DATE_OF_BIRTH",
        summary="Years of birth, where the place of birth follows.",
        pattern=_YEAR_ONLY,
        alone=Confidence.MEDIUM,
        announced=None,
        trigger=Trigger(digits=4),
        sources=("biographies in WiNER-fr and GUM",),
        example=_example_year,
        frames=(
            "née en {} à Lyon",
            "Il est né en {} au Mans.",
            "born in {} in Leeds",
            "Née en {} en Guadeloupe",
            "né(e) en {} à Brest",
        ),
        detects=("Lucie est née en 1984 à Lyon",),
        ignores=("une entreprise née en 1998", "born in 1998 after a merger", "née en 1998, la marque"),
    ),
    Recognizer(
        name="birth_date_column",
        entity_type="DATE_OF_BIRTH",
        summary="Dates that are the whole of a cell, in a column named after birth.",
        pattern=_CELL,
        announced=Confidence.HIGH,
        context=(
            *("naissance", "naiss", "birth", "birthdate", "birthday", "dob", "ddn", "dateofbirth", "datenaissance"),
            *("datedenaissance", "geburtsdatum", "geboortedatum", "nacimiento", "nascita", "nascimento"),
        ),
        trigger=Trigger(digits=4),
        sources=("ISO 8601",),
        detects=("12/03/1984 (naissance)",),
        ignores=("12/03/1984", "1984-03-12", "le 12/03/1984"),
    ),
)
