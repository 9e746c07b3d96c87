"""Lines read in a picture as texts that the text detectors understand, and the way back to the picture."""

from __future__ import annotations

import math
import re
import statistics
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from privacy_audit.models.ocr import Line

__all__ = ["Piece", "Row", "Sheet", "cells", "columns", "machine_readable", "rows", "sheet_of"]

Piece: TypeAlias = tuple[Line, int, int]
"""A line and ``[start, end)`` of its text."""

_SAME_ROW = 0.5  # of the lower line's height: how far the middles of two lines of one row may lie apart
_NEXT_WORD = 1.5  # of the height: wider gaps part cells
_CELL_GAP = "    "  # so wide that no number goes on behind it, and that a label still announces what follows
_NEXT_LINE = 1.3  # of the height: how far below the next line of a paragraph may begin
_SIMILAR = 1.6  # how many times the height of one line may be that of the next
_FILLER = re.compile(r"[«‹〈《＜≪く]")
_ZONE = re.compile(r"[A-Z0-9][A-Z0-9<]{24,49}")
_DATE = re.compile("[0-9OI]{6}")
_TO_LETTER, _TO_DIGIT = str.maketrans("01", "OI"), str.maketrans("OI", "01")
_ZONE_LENGTHS = (30, 36, 44)
_MAX_MISREAD_FILLERS = 6


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line in the plane turned so that it reads from left to right."""

    line: Line
    x_min: float
    x_max: float
    y_middle: float
    height_px: float


Row: TypeAlias = list[_Placed]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A text put together from lines. ``starts``: where each of ``lines`` begins in it."""

    text: str = field(repr=False)
    lines: tuple[Line, ...]
    starts: tuple[int, ...]

    def pieces(self, start: int, end: int) -> list[Piece]:
        """The parts of lines under ``text[start:end]``; what stands between lines belongs to none."""
        found = []
        for index in range(max(0, bisect_right(self.starts, start) - 1), len(self.lines)):
            begin, line = self.starts[index], self.lines[index]
            first, last = max(0, start - begin), min(len(line.text), end - begin)
            if begin >= end:
                break
            if first < last:
                found.append((line, first, last))
        return found


def rows(lines: Iterable[Line]) -> Iterator[list[Row]]:
    """Rows from top to bottom, for each direction of reading that the lines have."""
    by_direction: dict[int, list[tuple[Line, float]]] = {}
    for line in lines:
        (x0, y0), (x1, y1) = line.corners[:2]
        angle = math.atan2(y1 - y0, x1 - x0)
        by_direction.setdefault(round(angle / (math.pi / 2)) % 4, []).append((line, angle))
    for direction in sorted(by_direction):
        quarter = direction * math.pi / 2
        tilts = [math.remainder(angle - quarter, 2 * math.pi) for _, angle in by_direction[direction]]
        angle = quarter + statistics.median(tilts)  # a page that lies askew has straight rows all the same
        yield _rows([_placed(line, angle) for line, _ in by_direction[direction]])


def _placed(line: Line, angle: float) -> _Placed:
    cosine, sine = math.cos(angle), math.sin(angle)
    xs = [x * cosine + y * sine for x, y in line.corners]
    ys = [y * cosine - x * sine for x, y in line.corners]
    return _Placed(line, min(xs), max(xs), sum(ys) / len(ys), line.height_px)


def _rows(lines: list[_Placed]) -> list[Row]:
    found: list[Row] = []
    for placed in sorted(lines, key=lambda item: item.y_middle):
        for row in reversed(found[-3:]):
            nearest = min(row, key=lambda item: abs(item.y_middle - placed.y_middle))
            apart = abs(nearest.y_middle - placed.y_middle)
            free = all(placed.x_min >= item.x_max or placed.x_max <= item.x_min for item in row)
            if free and apart <= _SAME_ROW * min(nearest.height_px, placed.height_px):
                row.append(placed)
                break
        else:
            found.append([placed])
    return [sorted(row, key=lambda item: item.x_min) for row in found]


def sheet_of(rows_of_text: Sequence[Row]) -> Sheet:
    """Row below row; a wide gap within a row stays a wide gap."""
    text, lines, starts = "", [], []
    for row in rows_of_text:
        for index, placed in enumerate(row):
            if index:
                text += " " if _follows(row[index - 1], placed) else _CELL_GAP
            lines.append(placed.line)
            starts.append(len(text))
            text += placed.line.text
        text += "\n"
    return Sheet(text, tuple(lines), tuple(starts))


def _follows(before: _Placed, after: _Placed) -> bool:
    return after.x_min - before.x_max <= _NEXT_WORD * min(before.height_px, after.height_px)


def cells(row: Row) -> Iterator[list[Line]]:
    """Each line of a row, and those that follow one another without a wide gap together."""
    together: Row = []
    for placed in row:
        yield [placed.line]
        if together and not _follows(together[-1], placed):
            if len(together) > 1:
                yield [item.line for item in together]
            together = []
        together.append(placed)
    if len(together) > 1:
        yield [item.line for item in together]


def columns(rows_of_text: Sequence[Row]) -> list[Row]:
    """The same lines paragraph by paragraph, where columns stand side by side; nothing where none do."""
    if not any(not _follows(left, right) for row in rows_of_text for left, right in pairwise(row)):
        return []
    waiting = [placed for row in rows_of_text for placed in row]
    paragraphs: list[Row] = []
    while waiting:
        placed: _Placed | None = waiting[0]
        while placed is not None:
            waiting.remove(placed)
            paragraphs.append([placed])
            placed = _next_line(placed, waiting)
        paragraphs.append([])  # an empty row keeps two paragraphs apart
    return paragraphs


def _next_line(placed: _Placed, others: Sequence[_Placed]) -> _Placed | None:
    """The line below that begins nearest to where this one begins."""
    below = [
        other
        for other in others
        if 0 < other.y_middle - placed.y_middle <= (1 + _NEXT_LINE) / 2 * (placed.height_px + other.height_px)
        and min(placed.x_max, other.x_max) > max(placed.x_min, other.x_min)
        and max(placed.height_px, other.height_px) <= _SIMILAR * min(placed.height_px, other.height_px)
    ]
    return min(below, key=lambda other: (other.y_middle, abs(other.x_min - placed.x_min)), default=None)


def machine_readable(rows_of_text: Sequence[Row]) -> Iterator[tuple[str, list[list[Line]]]]:
    """Rows that look like lines of a machine-readable zone, one below the other, with the lines each was read from.

    Spaces and foreign brackets are misread fillers, and a run of fillers is read too long or too short at times: the
    check digits of the zone say whether it was put right.
    """
    zone: list[tuple[str, list[Line]]] = []
    for row in [*rows_of_text, []]:
        read = _zone_line("".join(placed.line.text for placed in row))
        if read is not None:
            zone.append((read, [placed.line for placed in row]))
        elif zone:
            yield "\n".join(text for text, _ in zone), [lines for _, lines in zone]
            zone = []


def _zone_line(text: str) -> str | None:
    plain = _FILLER.sub("<", "".join(text.split())).replace("|", "I")
    if not _ZONE.fullmatch(plain):
        return None
    if "<" not in plain:
        return _letters_and_digits(plain) if len(plain) in _ZONE_LENGTHS else None
    length = min(_ZONE_LENGTHS, key=lambda length: abs(length - len(plain)))
    surplus = len(plain) - length
    longest = max(re.finditer("<+", plain), key=lambda run: run.end() - run.start())
    n_fillers = longest.end() - longest.start() - surplus
    if abs(surplus) > _MAX_MISREAD_FILLERS or n_fillers < 1:
        return None
    return _letters_and_digits(plain[: longest.start()] + "<" * n_fillers + plain[longest.end() :])


def _letters_and_digits(line: str) -> str:
    """O for 0 and 0 for O where a zone can only hold the one or the other (ICAO Doc 9303, parts 4 to 6)."""
    letters: tuple[tuple[int, int], ...]
    digits: tuple[tuple[int, int], ...]
    if len(line) == 30 and line[0] in "ACI":
        letters, digits = ((0, 1), (2, 5)), ((14, 15),)
    elif len(line) == 30 and _DATE.match(line):
        letters, digits = ((15, 18),), ((0, 7), (8, 15), (29, 30))
    elif len(line) == 44 and line[0] in "PV" and "<<" in line:
        letters, digits = ((0, 44),), ()
    elif len(line) in (36, 44) and _DATE.match(line, 13):
        letters, digits = ((10, 13),), ((9, 10), (13, 20), (21, 28), (len(line) - 1, len(line)))
    else:
        return line
    chars = list(line)
    for places, right in ((letters, _TO_LETTER), (digits, _TO_DIGIT)):
        for start, end in places:
            chars[start:end] = line[start:end].translate(right)
    return "".join(chars)
