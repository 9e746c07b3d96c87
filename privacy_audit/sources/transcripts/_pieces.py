"""What a transcript is made of: stretches of its file with what they say, when, and in which voice or tier."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["ENTITY", "Part", "Transcript", "clock_s", "partitioned", "time_s"]

ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_LONGEST_S = 1e7  # four months: a longer time is no time of a recording
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?")


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a transcript's file, ``[start, end)`` in code points.

    ``role``: ``said`` for speech, ``label`` for the name of a speaker or tier, ``rest`` for all else that is read.
    ``text``: what the stretch says, escapes resolved. ``start_s``, ``end_s``: when, in seconds; None where the file
    does not say, or says what cannot be. Parts of one ``track`` follow each other. ``recording``: what the file
    calls it.
    """

    start: int
    end: int
    text: str = field(repr=False)
    role: Literal["said", "label", "rest"] = "said"
    start_s: float | None = None
    end_s: float | None = None
    track: str = field(default="", repr=False)
    recording: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Transcript:
    """A file as read: its whole ``text`` and the parts of it, in order, apart from each other.

    ``escape`` writes a text the way the format asks for, ``escaped`` matches what it writes in place of one character.
    """

    text: str = field(repr=False)
    parts: tuple[Part, ...] = field(repr=False)
    escape: Callable[[str], str] = str
    escaped: re.Pattern[str] | None = None

    def stretches(self, part: Part) -> list[tuple[int, int, int, int]]:
        """(start, end) in ``part.text`` and (start, end) in the file, of stretches that read as they stand and of
        single escapes; one stretch for all where the part reads otherwise.
        """
        raw = self.text[part.start : part.end]
        found: list[tuple[int, int, int, int]] = []
        said = at = 0
        for match in self.escaped.finditer(raw) if self.escaped and raw != part.text else ():
            if match.start() > at:
                found.append((said, said + match.start() - at, part.start + at, part.start + match.start()))
                said += match.start() - at
            found.append((said, said + 1, part.start + match.start(), part.start + match.end()))
            said, at = said + 1, match.end()
        if at < len(raw):
            found.append((said, said + len(raw) - at, part.start + at, part.end))
            said += len(raw) - at
        return found if said == len(part.text) else [(0, len(part.text), part.start, part.end)]


def time_s(written: str, unit_s: float = 1.0) -> float | None:
    """Seconds, None for what is no time of a recording: negative, endless, or no number."""
    try:
        value = float(written) * unit_s
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value <= _LONGEST_S else None


def clock_s(written: str) -> float | None:
    """``01:02:03,450`` or ``02:03.450`` in seconds; None for another form."""
    match = _CLOCK.fullmatch(written.strip())
    if match is None:
        return None
    hours, minutes, seconds, fraction = match.groups()
    return time_s(f"{3600 * int(hours or 0) + 60 * int(minutes) + int(seconds)}.{fraction or 0}")


def partitioned(text: str, told: Iterable[Part], masked: Iterable[tuple[int, int]] = ()) -> tuple[Part, ...]:
    """The parts in order of place, and what lies between them and outside ``masked`` as parts of the rest.

    Masked stretches hold the format's own words and numbers: they are neither read nor changed.
    """
    parts: list[Part] = []
    position = 0
    spans = [(part.start, part.end, part) for part in told] + [(start, end, None) for start, end in masked]
    for start, end, part in sorted(spans, key=lambda span: (span[0], span[1])):
        if start < position:
            continue  # a stretch read twice
        parts += _rest(text, position, start)
        if part is not None and part.text.strip():
            parts.append(part)
        position = max(position, end)
    return tuple(parts + _rest(text, position, len(text)))


def _rest(text: str, start: int, end: int) -> list[Part]:
    found = []
    for line in re.finditer(r"[^\r\n]+", text[start:end]):
        if any(map(str.isalnum, line.group())):
            first, last = start + line.start(), start + line.end()
            found.append(Part(first, last, text[first:last], "rest", track=f"rest {first}"))
    return found
