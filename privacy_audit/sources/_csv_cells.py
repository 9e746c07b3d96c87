"""CSV, one row in memory at a time. Each cell keeps its raw form, so that what does not change is written as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TextIO

from privacy_audit.errors import UnreadableError
from privacy_audit.sources._column_names import Finds, finds_nothing, looks_like_data, worth_reading
from privacy_audit.types import Reason

__all__ = ["Cell", "Row", "column_names", "dialect_of", "join_row", "rows_of"]

_DELIMITERS = ",;\t|"
_SNIFFED_LINES = 20
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_MAX_HEADER_CHARS = 64


@dataclass(slots=True)
class Cell:
    """``raw`` as it stands in the file, ``text`` as it reads."""

    raw: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(slots=True)
class Row:
    """``problem`` is set for a row that cannot be read; its cells are then not to be used."""

    cells: list[Cell] = field(default_factory=list)
    end: str = ""
    problem: tuple[Reason, str] | None = None


def dialect_of(lines: list[str], tabs: bool) -> str:
    """The delimiter among ``, ; tab |`` that cuts the first line, and most lines after it alike."""
    if tabs:
        return "\t"
    counts = {mark: [len(_split_plain(line, mark)) for line in lines if line.strip()] for mark in _DELIMITERS}
    usable = {mark: found for mark, found in counts.items() if found and found[0] > 1}
    return max(usable, key=lambda mark: (usable[mark].count(usable[mark][0]), usable[mark][0]), default=",")


def rows_of(file: TextIO, tabs: bool, max_field_chars: int) -> tuple[str, Iterator[Row]]:
    """Delimiter, and rows with their cells. A row over the limit is passed over and has a problem.

    Raises:
        UnreadableError: (while iterating) bytes that the encoding does not know.
    """
    first = list(islice(_lines(file, max_field_chars), _SNIFFED_LINES))
    delimiter = dialect_of([line for line in first if line is not None], tabs)
    return delimiter, _rows(chain(first, _lines(file, max_field_chars)), delimiter, max_field_chars)


def column_names(first: Row, finds: Finds = finds_nothing) -> tuple[list[str], bool]:
    """Unique names, and whether the first row is a header: a row with an address or a number in it is data.

    A name that holds personal data has a number instead: a table without a header may begin with somebody's name.
    """
    texts = [cell.text.strip() for cell in first.cells]
    numbered = [f"column_{index}" for index in range(len(texts))]
    if first.problem or any(map(_is_data, texts)):
        return numbered, False
    personal = finds(filter(worth_reading, texts))
    names: list[str] = []
    for text, number in zip(texts, numbered, strict=True):
        wanted = number if text in personal else text or number
        name, again = wanted, 1
        while name in names:
            name, again = f"{wanted}.{again}", again + 1
        names.append(name)
    return names, True


def join_row(row: Row, new: list[str], delimiter: str) -> str:
    """The row with its n-th cell changed where ``new`` differs, quoted where it needs it or was quoted."""
    pieces = []
    for cell, text in zip(row.cells, new, strict=True):
        if text == cell.text:
            pieces.append(cell.raw)
        elif cell.raw.startswith('"') or any(char in text for char in (delimiter, '"', "\n", "\r")):
            pieces.append('"' + text.replace('"', '""') + '"')
        else:
            pieces.append(text)
    return delimiter.join(pieces) + row.end


def _is_data(text: str) -> bool:
    return len(text) > _MAX_HEADER_CHARS or looks_like_data(text) or bool(_NUMBER.fullmatch(text))


def _lines(file: TextIO, max_chars: int) -> Iterator[str | None]:
    """Each line with its line end; None for one longer than the limit, which is passed over in pieces."""
    try:
        while line := file.readline(max_chars + 1):
            if len(line) <= max_chars or line.endswith(("\n", "\r")):
                yield line
                continue
            while line and not line.endswith(("\n", "\r")):
                line = file.readline(max_chars + 1)
            yield None
    except UnicodeDecodeError:
        raise UnreadableError(Reason.ENCODING, "not UTF-8, and no mark of another encoding") from None


def _rows(lines: Iterator[str | None], delimiter: str, max_field_chars: int) -> Iterator[Row]:
    too_large = (Reason.TOO_LARGE, f"a line, or a row over several lines, of more than {max_field_chars} characters")
    row, open_parts, row_chars = Row(), list[str](), 0
    for line in lines:
        if line is None:
            yield Row(problem=too_large)
            row, open_parts, row_chars = Row(), [], 0
            continue
        row_chars += len(line)
        position = 0
        while True:
            if open_parts:
                end = _closing_quote(line, position)
                stop = len(line) if end < 0 else end
                open_parts.append(line[position:stop])
                if end < 0:
                    break
                position = end
            elif line.startswith('"', position):
                open_parts = ['"']
                position += 1
                continue
            tail_end = _plain_end(line, position, delimiter)
            raw = "".join(open_parts) + line[position:tail_end]
            row.cells.append(Cell(raw, _read(raw) if open_parts else raw))
            open_parts = []
            if line.startswith(delimiter, tail_end):
                position = tail_end + 1
                continue
            row.end = line[tail_end:]
            yield _checked(row)
            row, row_chars = Row(), 0
            break
        if row_chars > max_field_chars and open_parts:
            yield Row(problem=too_large)
            row, open_parts, row_chars = Row(), [], 0
    if open_parts:
        yield Row(problem=(Reason.CORRUPT, "a quote is never closed"))


def _closing_quote(line: str, position: int) -> int:
    """Just behind the quote that closes, or -1; two quotes in a row stand for one."""
    while (found := line.find('"', position)) >= 0:
        if not line.startswith('"', found + 1):
            return found + 1
        position = found + 2
    return -1


def _plain_end(line: str, position: int, delimiter: str) -> int:
    found = line.find(delimiter, position)
    return found if found >= 0 else max(position, len(line.rstrip("\r\n")))


def _read(raw: str) -> str:
    close = _closing_quote(raw, 1)
    return raw[1 : close - 1].replace('""', '"') + raw[close:]


def _checked(row: Row) -> Row:
    if any("\x00" in cell.raw for cell in row.cells):
        return Row(problem=(Reason.CORRUPT, "a NUL character"))
    return row


def _split_plain(line: str, mark: str) -> list[str]:
    return re.sub(r'"[^"]*"', "", line.rstrip("\r\n")).split(mark)
