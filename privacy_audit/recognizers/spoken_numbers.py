"""Telephone, card and account numbers as they are said, in transcripts of French and English speech."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from functools import partial

from privacy_audit.recognizers import Hit, Recognizer, Trigger
from privacy_audit.recognizers._fr_words import spelled
from privacy_audit.recognizers._spoken import Run, numbers, runs
from privacy_audit.recognizers.contact import phone_fit
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_MAX_BEFORE = 12  # number words that may stand before the number in one row
_PHONE_FR = re.compile(r"0[1-9][0-9]{8}|0033[1-9][0-9]{8}|33[1-9][0-9]{8}")
_PHONE_GB = re.compile(r"0[1-9][0-9]{8,9}")
_PHONE_US = re.compile(r"1?[2-9][0-9]{2}[2-9][0-9]{6}")
_ABROAD = re.compile(r"(?:00)?[1-9][0-9]{7,13}")
_CARD = re.compile(r"[2-6][0-9]{12,18}")
_COUNTING = ("01234567890123", "012345678910111213", "9876543210987", "10987654321")  # is no number of anybody

_Kind = Callable[[Run, str, bool], Confidence | None]
"""Confidence in ``digits`` as such a number, None for none. The last argument: they are the whole row, read plainly."""


def _hits(kind: _Kind, max_digits: int, language: str, text: str, start: int, end: int) -> Iterator[Hit]:
    for run in runs(text, start, end, language):
        first = 0
        while first < min(len(run.words), _MAX_BEFORE):
            best = _best(kind, max_digits, run, first)
            if best is None:
                first += 1
                continue
            confidence, last = best
            begin = run.plus if first == 0 and run.plus >= 0 else run.spans[first][0]
            yield Hit(begin, run.spans[last - 1][1], confidence)
            first = last


def _best(kind: _Kind, max_digits: int, run: Run, first: int) -> tuple[Confidence, int] | None:
    """The surest number that begins at ``first``, the longest of them."""
    rated = (
        (confidence, last)
        for last, candidates in numbers(run, first, max_digits).items()
        for digits, n_apart in candidates.items()
        if (confidence := kind(run, digits, first == 0 and last == len(run.words) and n_apart < 2)) is not None
    )
    return max(rated, default=None)


def _phone_fr(run: Run, digits: str, whole: bool) -> Confidence | None:
    if run.plus >= 0 and whole:
        return Confidence.HIGH if phone_fit(f"+{digits}", None) == "valid" else None
    if not _PHONE_FR.fullmatch(digits) or _is_counting(digits):
        return None
    if digits.startswith("33"):
        return None
    return Confidence.HIGH if whole else Confidence.LOW


def _phone_en(run: Run, digits: str, whole: bool) -> Confidence | None:
    if _is_counting(digits) or (not whole and len(digits) < 10):
        return None
    if run.plus >= 0:
        return Confidence.HIGH if whole and phone_fit(f"+{digits}", None) == "valid" else None
    if digits.startswith("00"):
        return Confidence.HIGH if _ABROAD.fullmatch(digits) and phone_fit(digits, None) == "valid" else None
    if _PHONE_GB.fullmatch(digits):
        return _likely(digits, "GB", whole)
    if _PHONE_US.fullmatch(digits):
        return min(_likely(digits, "US", whole), Confidence.MEDIUM if whole else Confidence.LOW)
    # a local number without its area: a word has to announce it
    return Confidence.LOW if whole and len(digits) in (7, 8) and digits[0] not in "01" else None


def _is_counting(digits: str) -> bool:
    return any(digits in row for row in _COUNTING)


def _likely(digits: str, region: str, whole: bool) -> Confidence:
    if whole and phone_fit(digits, region) == "valid":
        return Confidence.HIGH
    return Confidence.MEDIUM if whole else Confidence.LOW


def _card(run: Run, digits: str, whole: bool) -> Confidence | None:
    from stdnum import luhn

    if len(digits) < 15 or not _CARD.fullmatch(digits) or not luhn.is_valid(digits):
        return None
    return Confidence.HIGH if whole and len(digits) == 16 else Confidence.LOW


def _example_phone_fr(draw: random.Random) -> str:
    pairs = [f"0{draw.choice('1234567')}", *(f"{draw.randint(0, 99):02d}" for _ in range(4))]
    said = draw.choice((" ", ", ", " euh ")).join(map(spelled, pairs))
    return said.replace("-", " ") if draw.random() < 0.5 else said


_DIGITS_EN = "zero one two three four five six seven eight nine".split()


def _example_phone_en(draw: random.Random) -> str:
    digits = f"07{draw.choice('4578')}{draw.randint(0, 99_999_999):08d}"
    said, position = [], 0
    while position < len(digits):
        twice = digits[position : position + 2] == 2 * digits[position] and draw.random() < 0.7
        word = "oh" if digits[position] == "0" and draw.random() < 0.6 else _DIGITS_EN[int(digits[position])]
        said.append(f"double {word}" if twice else word)
        position += 1 + twice
    return draw.choice((" ", " ", ", ")).join(said)


def _example_card(draw: random.Random) -> str:
    from stdnum import luhn

    body = f"4{draw.randint(0, 10**14 - 1):014d}"
    return " ".join(_DIGITS_EN[int(digit)] for digit in body + luhn.calc_check_digit(body))


_PHONE_WORDS = (
    *("tel", "telephone", "phone", "mobile", "portable", "fixe", "cell", "fax", "call", "dial", "appeler", "appelez"),
    *("appelle", "rappeler", "rappelez", "joindre", "joignable", "contacter", "whatsapp", "sms", "text", "ring"),
    *("phone number", "my number", "number is", "reach", "landline"),
)
_FR_TRIGGER = Trigger(words=("zéro", "zero", "double", "trente"))
_EN_TRIGGER = Trigger(words=("three", "seven", "eight", "nine", "four", "five", "double", "zero"))

RECOGNIZERS = (
    Recognizer(
        name="phone_spoken_fr",
        entity_type="PHONE_NUMBER",
        summary="Telephone numbers said in French words: zéro six, plus trente-trois, double deux.",
        pattern="",
        search=partial(_hits, _phone_fr, 14, "fr"),
        announced=Confidence.MEDIUM,
        context=_PHONE_WORDS,
        trigger=_FR_TRIGGER,
        country="FR",
        sources=("ARCEP, plan national de numérotation", "phonenumbers"),
        example=_example_phone_fr,
        frames=(
            "alors mon numéro c'est le {} voilà",
            "{}",
            "vous pouvez me rappeler au {}, merci",
            "Mon portable ? {}.",
        ),
        detects=(
            "c'est le zéro six trente-neuf quatre-vingt-dix-huit douze quarante-cinq",
            "ZERO SIX TRENTE NEUF QUATRE VINGT DIX HUIT DOUZE QUARANTE CINQ",
            "plus trente-trois six trente-neuf quatre-vingt-dix-huit douze quarante-cinq",
            "Zéro six, double deux, euh trente-neuf, oui, double zéro quarante et un.",
            "zéro 6 39 98 douze quarante-cinq",
        ),
        ignores=(
            "zéro six trente-neuf quatre-vingt-dix-huit",
            "un deux trois quatre cinq six sept huit neuf dix",
            "il a marqué quarante-deux points, trente-deux en première période et dix en seconde",
            "deux mille vingt-quatre, trois cent quarante-deux pages et zéro faute",
        ),
    ),
    Recognizer(
        name="phone_spoken_en",
        entity_type="PHONE_NUMBER",
        summary="Telephone numbers said in English words: oh seven seven double four, plus forty-four.",
        pattern="",
        search=partial(_hits, _phone_en, 14, "en"),
        announced=Confidence.MEDIUM,
        context=_PHONE_WORDS,
        trigger=_EN_TRIGGER,
        sources=("https://www.ofcom.org.uk, The National Telephone Numbering Plan", "phonenumbers"),
        example=_example_phone_en,
        frames=("it's {} thanks", "{}", "my mobile is {}", "You can reach me on {}."),
        detects=(
            "it's oh seven seven double four nine hundred one two three four",
            "call me on two one two, five five five, oh one two three",
            "plus forty-four seven seven double four nine hundred one two three",
            "MY NUMBER IS OH SEVEN SEVEN OH OH NINE OH OH ONE TWO THREE",
            "the number is five five five, oh one nine nine",
        ),
        ignores=(
            "one two three four five six seven eight nine ten",
            "ten nine eight seven six five four three two one zero",
            "in nineteen eighty-four they sold two hundred and thirty-five of them",
            "room four oh two, three nights",
        ),
    ),
    *(
        Recognizer(
            name=f"card_spoken_{language}",
            entity_type="CREDIT_CARD",
            summary=f"Card numbers said in {name} words, by their check digit.",
            pattern="",
            search=partial(_hits, _card, 19, language),
            announced=Confidence.HIGH,
            context=("card", "visa", "mastercard", "carte", "carte bancaire", "carte bleue", "credit", "debit"),
            trigger=trigger,
            sources=("ISO/IEC 7812-1", "stdnum.luhn"),
            example=example,
            frames=("my card number is {} thanks", "{}") if example else ("{}",),
            detects=(detected,),
            ignores=(ignored,),
        )
        for language, name, trigger, example, detected, ignored in (
            (
                "fr",
                "French",
                _FR_TRIGGER,
                None,
                "quarante-neuf soixante-dix dix dix zéro zéro zéro zéro vingt-trois zéro sept",
                "quarante-neuf soixante-dix dix dix zéro zéro",
            ),
            (
                "en",
                "English",
                _EN_TRIGGER,
                _example_card,
                "four nine two nine one two three four five six seven eight nine oh one five",
                "four nine two nine one two three four",
            ),
        )
    ),
)
