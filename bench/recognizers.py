"""Recognizers: 200 random valid values of each in its sentences, and what random digits set off."""

from __future__ import annotations

import random

from bench._run import Run
from privacy_audit.measuring.scoring import Wilson
from privacy_audit.recognizers import Recognizer, all_recognizers
from privacy_audit.recognizers._search import search
from privacy_audit.types import Confidence, Detection, TextSpan

_VALUES, _RANDOM_STRINGS, _SEED = 200, 2_000, 20261124
_LENGTHS = range(8, 19)


def main() -> None:
    """Command line. All recognizers are searched for together, as a scan does."""
    run = Run("recognizers", "Share of random valid values found, and of random digit strings flagged.")
    with_example = [item for item in all_recognizers().values() if item.example]
    rows = [
        (item.name, item.country or "-", "check" if item.check or item.search else "form", _found(item), _flagged(item))
        for item in run.limited(with_example)
    ]
    run.add(
        f"{len(rows)} recognizers: {_VALUES} values in each of their sentences found from MEDIUM on; "
        f"{_RANDOM_STRINGS} strings of as many random digits, alone, flagged from MEDIUM on as that type",
        ("recognizer", "country", "by", "found", "random digits flagged"),
        rows,
    )
    run.add(
        f"{_RANDOM_STRINGS} strings of random digits, alone: flagged from MEDIUM on by any recognizer",
        ("digits", "flagged"),
        [(length, _flagged_by_any(length)) for length in _LENGTHS],
    )
    run.finish()


def _found(recognizer: Recognizer) -> Wilson:
    assert recognizer.example is not None
    draw = random.Random(_SEED)
    n_found = 0
    for _ in range(_VALUES):
        value = recognizer.example(draw)
        for frame in recognizer.frames:
            start = frame.index("{}")
            found = search(frame.replace("{}", value))
            n_found += any(_is_value(item, recognizer.entity_type, start, start + len(value)) for item in found)
    return Wilson(n_found, _VALUES * len(recognizer.frames))


def _is_value(item: Detection, entity_type: str, start: int, end: int) -> bool:
    """A character at each end is forgiven: a bracket or a unit may count to the value."""
    place = item.location
    return (
        isinstance(place, TextSpan)
        and item.entity_type == entity_type
        and item.confidence >= Confidence.MEDIUM
        and place.start <= start + 1
        and place.end >= end - 1
    )


def _flagged(recognizer: Recognizer) -> Wilson:
    assert recognizer.example is not None
    draw = random.Random(_SEED + 1)
    lengths = [sum(map(str.isdigit, recognizer.example(draw))) for _ in range(20)]
    texts = [_digits(draw, draw.choice(lengths)) for _ in range(_RANDOM_STRINGS)]
    return Wilson(sum(recognizer.entity_type in _kinds(text) for text in texts), len(texts))


def _flagged_by_any(length: int) -> Wilson:
    draw = random.Random(_SEED + length)
    return Wilson(sum(bool(_kinds(_digits(draw, length))) for _ in range(_RANDOM_STRINGS)), _RANDOM_STRINGS)


def _kinds(text: str) -> set[str]:
    return {item.entity_type for item in search(text) if item.confidence >= Confidence.MEDIUM}


def _digits(draw: random.Random, n: int) -> str:
    return "".join(draw.choices("0123456789", k=n))


if __name__ == "__main__":
    main()
