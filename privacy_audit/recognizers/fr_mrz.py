"""Machine-readable lines of passports, identity cards and French driving licences (ICAO 9303)."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from privacy_audit.recognizers import Hit, Recognizer, Trigger
from privacy_audit.recognizers._national import birth, digits
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_LINE = re.compile(r"[A-Z0-9](?<![A-Za-z0-9<].)[A-Z0-9<]{29,43}(?![A-Za-z0-9<])")
_LENGTHS = (30, 36, 44)
_NAME_LINE = re.compile(r"(?:P[A-Z<]|V[A-Z<]|[ACI][A-Z0-9<])[A-Z<]{3}[A-Z<]{2}[A-Z0-9<]*<<[A-Z0-9<]*")


def _zones(text: str, start: int, end: int) -> Iterator[Hit]:
    """Lines that stand under each other, with check digits that hold; the first line alone is likely."""
    lines = [line for line in _LINE.finditer(text, start, end) if len(line.group()) in _LENGTHS]
    position = 0
    while position < len(lines):
        block = _block(text, lines[position:])
        values = [line.group() for line in block]
        taken = next((count for count in range(len(block), 0, -1) if _holds(values[:count])), 0)
        if taken:
            yield Hit(block[0].start(), block[taken - 1].end(), Confidence.HIGH)
        elif _NAME_LINE.fullmatch(values[0]) and len(values[0]) > 30:
            taken = 1
            yield Hit(*block[0].span(), Confidence.MEDIUM)
        position += taken or 1


def _block(text: str, lines: Sequence[re.Match[str]]) -> list[re.Match[str]]:
    """The first line and those of the same length right below it, three at most."""
    block = [lines[0]]
    for line in lines[1:3]:
        apart = text[block[-1].end() : line.start()]
        if len(line.group()) != len(lines[0].group()) or len(apart) > 4 or not apart.isspace():
            break
        block.append(line)
    return block


def _holds(lines: Sequence[str]) -> bool:
    """True where these lines are a whole zone, or the line of numbers of one."""
    match [len(lines[0]), len(lines)]:
        case [44, 2]:
            return lines[0][0] in "PV" and _long_line(lines[1])
        case [44, 1]:
            return _long_line(lines[0])
        case [36, 2]:
            return _french_card(*lines) or _middle_line(lines[1])
        case [36, 1]:
            return _middle_line(lines[0])
        case [30, 3]:
            return _first_card_line(lines[0]) and _second_card_line(lines[1])
        case [30, 2]:
            return _first_card_line(lines[0]) and _second_card_line(lines[1])
        case [30, 1]:
            return _licence(lines[0]) or _second_card_line(lines[0])
        case _:
            return False


def _long_line(line: str) -> bool:
    """TD3, the second line: number, birth, expiry."""
    return _checked(line[:9], line[9]) and _checked(line[13:19], line[19]) and _checked(line[21:27], line[27])


def _middle_line(line: str) -> bool:
    """TD2, the second line."""
    return _long_line(line) and _checked(line[:10] + line[13:20] + line[21:35], line[35])


def _french_card(first: str, second: str) -> bool:
    """The French card of 1988 to 2021: number, given names, birth, sex, and a digit over both lines."""
    return (
        first.startswith("IDFRA")
        and _checked(second[:12], second[12])
        and _checked(second[27:33], second[33])
        and _checked(first + second[:35], second[35])
    )


def _first_card_line(line: str) -> bool:
    """TD1: a number longer than nine goes on after a filler in place of its digit."""
    return line[0] in "ACI" and (line[14] == "<" or _checked(line[5:14], line[14]))


def _second_card_line(line: str) -> bool:
    return (
        _checked(line[:6], line[6]) and line[7] in "MFX<" and _checked(line[8:14], line[14]) and line[15:18].isalpha()
    )


def _licence(line: str) -> bool:
    """The French driving licence has one line."""
    return line.startswith("D1FRA") and _checked(line[:14], line[14]) and _checked(line[:29], line[29])


def _checked(field: str, digit: str) -> bool:
    return digit.isdigit() and _check_digit(field) == int(digit)


def _check_digit(field: str) -> int:
    weights = (7, 3, 1)
    return sum(weights[place % 3] * _worth(char) for place, char in enumerate(field)) % 10


def _worth(char: str) -> int:
    return 0 if char == "<" else int(char, 36)


def _with_digit(field: str) -> str:
    return f"{field}{_check_digit(field)}"


def _example(draw: random.Random) -> str:
    """An invented passport, or an invented French card of one of the two kinds."""
    name = "".join(draw.choices("ABCDEGILMNORSTU", k=draw.randint(4, 9)))
    given = "".join(draw.choices("ABCDEGILMNORSTU", k=draw.randint(4, 9)))
    born, number = f"{birth(draw):%y%m%d}", f"{digits(draw, 2)}AA{digits(draw, 5)}"
    expiry = f"{draw.randint(26, 35)}0{draw.randint(1, 9)}1{draw.randint(0, 9)}"
    kind = draw.choice(("passport", "card", "old card"))
    if kind == "passport":
        first = f"P<FRA{name}<<{given}".ljust(44, "<")
        second = f"{_with_digit(number)}FRA{_with_digit(born)}F{_with_digit(expiry)}".ljust(43, "<")
        composite = _check_digit(second[:10] + second[13:20] + second[21:43])
        return f"{first}\n{second}{composite}"
    if kind == "card":
        first = f"IDFRA{_with_digit('X' + number[1:])}".ljust(30, "<")
        second = f"{_with_digit(born)}M{_with_digit(expiry)}FRA".ljust(29, "<")
        composite = _check_digit(first[5:30] + second[:7] + second[8:15] + second[18:29])
        return f"{first}\n{second}{composite}\n{name}<<{given}".ljust(92, "<")
    first = f"IDFRA{name}".ljust(30, "<") + digits(draw, 6)
    second = f"{_with_digit(digits(draw, 12))}{given:<<14}{_with_digit(born)}F"
    return f"{first}\n{second}{_check_digit(first + second)}"


RECOGNIZERS = (
    Recognizer(
        name="mrz",
        entity_type="MRZ",
        summary="Machine-readable lines of passports, identity cards and French driving licences, by check digits.",
        pattern="",
        search=_zones,
        check=bool,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(literals=("<<",)),
        sources=(
            "ICAO Doc 9303, parts 3 to 6",
            "https://github.com/cheminfo/mrz src/parse/frenchNationalIdFields.js, frenchDrivingLicenceFields.js",
            "https://dcode.fr/french-id-card",
        ),
        example=_example,
        frames=("{}", "MRZ : {}", "Bande optique :\n{}\nfin", "lu par OCR : {} .", "({})"),
        detects=(
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
            "D1FRA13AA000026181231MARTIN<<9",
            "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
        ),
        ignores=(
            "L898902C46UTO7408122F1204159ZE184226B<<<<<10",
            "if a << 3 or HEADER<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<: cat <<EOF",
            "D1FRA13AA000026181231MARTIN<<8",
        ),
    ),
)
