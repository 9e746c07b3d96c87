"""What recognizers of national identifiers share: edges, dates, python-stdnum by name, examples."""

from __future__ import annotations

import importlib
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from privacy_audit.recognizers import Hit, Recognizer, Trigger
from privacy_audit.types import Confidence

__all__ = ["DAY", "END", "MONTH", "START", "after_word", "birth", "digits", "examples", "stdnum", "surer"]

# A number does not begin or end inside a word, a longer number, a decimal or a file name; a comma may part two cells.
START = r"(?<![\w+\-])(?<![0-9][./])"
END = r"(?!\w|[.\-/][0-9])"
DAY = r"(?:0[1-9]|[12][0-9]|3[01])"
MONTH = r"(?:0[1-9]|1[0-2])"

_FIRST_BIRTH, _BIRTH_DAYS = date(1935, 1, 1), 27_000  # examples are people born from 1935 to 2008


def stdnum(module: str) -> Callable[[str], bool]:
    """The check of ``stdnum.<module>``, imported when it is first needed."""

    def check(compact: str) -> bool:
        return bool(importlib.import_module(f"stdnum.{module}").is_valid(compact))

    return check


def surer(
    pattern: str, check: Callable[[str], bool], form: str, confidence: Confidence = Confidence.MEDIUM
) -> Callable[[str, int, int], Iterator[Hit]]:
    """A search in which a value written in ``form`` needs no announcing word; others that pass the check do."""
    every, sure = re.compile(pattern), re.compile(form)

    def search(text: str, start: int, end: int) -> Iterator[Hit]:
        for match in every.finditer(text, start, end):
            if check(re.sub(r"[^0-9A-Za-z]", "", match.group())):
                yield Hit(*match.span(), confidence if sure.fullmatch(match.group()) else None)

    return search


def after_word(
    recognizer: Recognizer,
    script: str,
    word: str,
    literals: tuple[str, ...],
    *,
    frames: tuple[str, ...],
    detects: tuple[str, ...],
    ignores: tuple[str, ...],
) -> Recognizer:
    """The same value after its name in another script: ``context`` holds words in Latin letters only.

    ``word`` is a pattern without regard to case, ``literals`` what of it a text must hold.
    """
    return replace(
        recognizer,
        name=f"{recognizer.name}_{script}",
        summary=f"{recognizer.summary.split(',')[0]}, after its name in {script.capitalize()} letters.",
        pattern=rf"(?i:{word})[^0-9\n]{{0,30}}(?P<value>{recognizer.pattern})",
        alone=recognizer.announced,
        announced=None,
        context=(),
        trigger=Trigger(literals=literals),
        frames=frames,
        detects=detects,
        ignores=ignores,
    )


def birth(draw: random.Random) -> date:
    """A random date of birth."""
    return _FIRST_BIRTH + timedelta(days=draw.randrange(_BIRTH_DAYS))


def digits(draw: random.Random, n_digits: int) -> str:
    """Random digits."""
    return "".join(draw.choices("0123456789", k=n_digits))


def examples(
    make: Callable[[random.Random], str], check: Callable[[str], bool], *forms: str
) -> Callable[[random.Random], str]:
    """Random values that pass the check, written in one of the forms that has as many ``#`` as they have characters."""

    def example(draw: random.Random) -> str:
        value = make(draw)
        while not check(value):
            value = make(draw)
        characters = iter(value)
        form = draw.choice([form for form in forms if form.count("#") == len(value)])
        return "".join(next(characters) if char == "#" else char for char in form)

    return example
