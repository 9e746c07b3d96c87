"""Dates of birth in English words, and names spelled letter by letter."""

from __future__ import annotations

from privacy_audit.recognizers import Recognizer, Trigger
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_ORDINALS = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth"
    "|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty[ -](?:first|second|third|fourth|fifth|sixth|seventh"
    "|eighth|ninth)|thirtieth|thirty[ -]first"
)
_UNITS_EN = "one|two|three|four|five|six|seven|eight|nine"
_BELOW_HUNDRED = (
    rf"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:{_UNITS_EN}))?"
    rf"|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|(?:oh|o)[ -](?:{_UNITS_EN}))"
)
_YEAR_EN = (
    rf"(?:(?:nineteen|twenty)(?: hundred)?[ -](?:and )?{_BELOW_HUNDRED}"
    rf"|two thousand(?:[ -](?:and )?(?:{_UNITS_EN}|{_BELOW_HUNDRED}))?)"
)
_DATE_EN = rf"(?:(?:{_ORDINALS})(?: of)? (?:{_MONTHS})|(?:{_MONTHS})(?: the)? (?:{_ORDINALS})),? {_YEAR_EN}"
_BIRTH_EN = (
    r"(?i:(?:born(?: on)?|date of birth(?: is|'s)?|birthday(?: is|'s)?|d o b(?: is)?),?(?: the| on the)? )"
    rf"(?P<value>(?i:{_DATE_EN}))(?!\w)"
)

_PAUSE = r"(?: |, |\. ?| ?- ?| , )"
_NEXT = r"(?![\w'’])"

RECOGNIZERS = (
    Recognizer(
        name="en_birth_date_spoken",
        entity_type="DATE_OF_BIRTH",
        summary="Dates of birth said in English words.",
        pattern=_BIRTH_EN,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(literals=(" d o b ", " D O B "), words=("born", "birth", "birthday")),
        sources=("https://www.gov.uk/guidance/style-guide, dates",),
        detects=(
            "I was born on the third of May nineteen eighty-four",
            "date of birth is October the twenty first two thousand and one",
        ),
        ignores=("born in nineteen eighty-four", "the third of May two thousand and one was a Thursday"),
    ),
    Recognizer(
        name="spelled_name",
        entity_type="PERSON",
        summary="Names spelled letter by letter, where a word announces them.",
        # as names are spelled: all small or all capital letters, a sign or a pause between them, no row of an alphabet
        pattern=r"(?<![\w'’.])(?!(?i:a\W+b\W+c|x\W+y\W+z|[ie]\.[eg]\.))"
        rf"(?:[A-Za-zÀ-Þß-ÿ]{_NEXT}(?:{_PAUSE}(?:double )?[a-zß-ÿ]{_NEXT}){{2,24}}"
        rf"|[A-ZÀ-Þ]{_NEXT}(?:{_PAUSE}(?:double )?[A-ZÀ-Þ]{_NEXT}){{2,24}})",
        announced=Confidence.MEDIUM,
        context=(
            *("epelle", "ecrit", "orthographe", "nom", "appelle", "spell", "spelled", "spelt", "spelling", "name"),
            *("surname", "lettre par lettre", "letters"),
        ),
        trigger=Trigger(
            words=(
                *("épelle", "epelle", "écrit", "ecrit", "orthographe", "nom", "appelle", "lettre"),
                *("spell", "spelled", "spelt", "spelling", "name", "surname", "letters"),
            )
        ),
        sources=("single letters in a row, as people spell on the telephone",),
        detects=(
            "Garnier, ça s'écrit G A R N I E R",
            "my surname is Harrison, that's spelled H-A-R-R-I-S-O-N",
            "je vous épelle mon nom : l, e, f, e, b, v, r, e",
        ),
        ignores=(
            "le nom du fichier est a b",
            "vitamins A, C and E",
            "plan B, name the options I and X",
            "the full option name (e.g. x.y.z.option)",
            'sheet name, columns "A,C,D"',
            "name\n   a c  a  c",
        ),
    ),
)
