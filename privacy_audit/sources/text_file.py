"""Texts and tables: reading them as records, and writing treated ones that keep every other byte.

A row that cannot be read comes out as a :class:`BadRow`, and the writers leave it out: what was not scanned is not
copied.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from privacy_audit.errors import UnreadableError
from privacy_audit.sources._column_names import Finds, finds_nothing, worth_reading
from privacy_audit.sources._csv_cells import Row, column_names, join_row, rows_of
from privacy_audit.sources._encoding import open_checked
from privacy_audit.sources._json_cells import Parsed, lines_of, parse_line, replace_texts
from privacy_audit.types import Reason, TextRecord

__all__ = [
    "BadRow",
    "iter_csv",
    "iter_jsonl",
    "numbered",
    "open_jsonl",
    "read_text",
    "rewrite_csv",
    "rewrite_jsonl",
    "rewrite_text",
]

_HEADER = "header"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not read. ``uri`` ends in ``#row=``; ``detail`` holds no content."""

    uri: str
    reason: Reason
    detail: str


def read_text(path: Path, uri: str, *, max_bytes: int = 50_000_000) -> TextRecord:
    """The whole file: UTF-8, or UTF-16 or UTF-32 with a mark. Line ends stay as they are, the mark is no part of it.

    Raises:
        UnreadableError: EMPTY, TOO_LARGE (not read then), ENCODING, MISLABELLED (NUL bytes: no text at all).
    """
    file, encoding = open_checked(path)
    with file:
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise UnreadableError(Reason.TOO_LARGE, f"more than {max_bytes} bytes")
    try:
        text = data.decode(encoding.codec)
    except UnicodeDecodeError:
        if b"\x00" in data and not encoding.mark:
            raise UnreadableError(Reason.MISLABELLED, "holds NUL bytes: not a text") from None
        raise UnreadableError(Reason.ENCODING, "not UTF-8, and no mark of another encoding") from None
    if "\x00" in text:
        raise UnreadableError(Reason.MISLABELLED, "holds NUL bytes: not a text")
    return TextRecord(uri, text)


def iter_jsonl(
    path: Path, uri: str, *, max_line_bytes: int = 10_000_000, finds: Finds = finds_nothing
) -> Iterator[TextRecord | BadRow]:
    """One record per text, ``rows.jsonl#row=3&column=a.0``; rows count from 0, blank lines are no rows.

    Keys are joined by dots and percent-encoded; those that hold personal data come first, as ``#row=3&key=0``, and a
    number stands for them in the other URIs. A whole number of seven digits or more is a text. A row that names its
    language under ``lang`` or ``language`` passes it on. No more than one line of ``max_line_bytes`` is in memory.

    Raises:
        UnreadableError: EMPTY, or ENCODING for UTF-16, which has no plain line ends.
    """
    with open_jsonl(path) as (file, _):
        for row, line in numbered(lines_of(file, max_line_bytes)):
            if row is None:
                continue
            try:
                parsed = _parse(line, max_line_bytes, finds)
            except UnreadableError as error:
                yield BadRow(f"{uri}#row={row}", error.reason, error.detail)
                continue
            for number, key in enumerate(parsed.keys):
                yield TextRecord(f"{uri}#row={row}&key={number}", key, parsed.language)
            for column, text in parsed.cells:
                yield TextRecord(f"{uri}#{_fragment(f'row={row}', column)}", text, parsed.language)


def iter_csv(
    path: Path, uri: str, *, max_field_bytes: int = 10_000_000, finds: Finds = finds_nothing
) -> Iterator[TextRecord | BadRow]:
    """One record per cell that is not blank, ``rows.csv#row=3&column=nom``; the row below the header is row 0.

    The cells of the header are ``#header&column=column_0``, save those that are one ordinary word in lower case. The
    delimiter is one of ``, ; tab |`` (a tab for ``.tsv``). Where the first row holds an address or a long number it is
    data, and columns are called ``column_0``, as are cells beyond the header and columns whose name ``finds`` tells.
    ``max_field_bytes`` is counted in characters, also for a line.

    Raises:
        UnreadableError: EMPTY, or ENCODING at the first bytes that do not decode.
    """
    with _open_csv(path) as (file, _):
        _, rows = rows_of(file, path.suffix.lower() == ".tsv", max_field_bytes)
        for place, columns, row in _placed_rows(rows, finds):
            if row.problem:
                yield BadRow(f"{uri}#{place}", *row.problem)
                continue
            for column, cell in zip(columns, row.cells, strict=False):
                if _is_read(place, cell.text):
                    yield TextRecord(f"{uri}#{_fragment(place, column)}", cell.text)


def rewrite_text(path: Path, destination: Path, text: str) -> None:
    """Write ``text`` to ``destination`` in the encoding of ``path``, with its mark. Raises UnreadableError."""
    file, encoding = open_checked(path)
    file.close()
    destination.write_bytes(encoding.mark + text.encode(encoding.codec))


def rewrite_jsonl(
    path: Path,
    destination: Path,
    replacements: Callable[[str, str], str],
    *,
    max_line_bytes: int = 10_000_000,
    finds: Finds = finds_nothing,
    leave_out: Collection[int] = (),
) -> int:
    """Write every row with ``replacements("row=3&column=a.0", text)`` for each text; all other bytes stay.

    A number that changes becomes a text. Keys stay as they are, so ``leave_out`` names the rows not to be written.
    Returns the number of rows left out because they cannot be read.

    Raises:
        UnreadableError: as :func:`iter_jsonl`; nothing is left at ``destination``.
    """
    unread = 0
    with open_jsonl(path) as (file, mark), _whole(destination) as written:
        written.write(mark)
        for row, line in numbered(lines_of(file, max_line_bytes)):
            if row is None:
                written.write(line or b"")
                continue
            try:
                parsed = _parse(line, max_line_bytes, finds)
            except UnreadableError:
                unread += 1
                continue
            if row in leave_out:
                continue
            assert line is not None  # noqa: S101 - _parse refuses a line that was too long
            old = [text for _, text in parsed.cells]
            new = [replacements(_fragment(f"row={row}", column), text) for column, text in parsed.cells]
            written.write(line if new == old else replace_texts(line, old, new))
    return unread


def rewrite_csv(
    path: Path,
    destination: Path,
    replacements: Callable[[str, str], str],
    *,
    max_field_bytes: int = 10_000_000,
    finds: Finds = finds_nothing,
    leave_out: Collection[int] = (),
) -> int:
    """Write every row with ``replacements("row=3&column=nom", text)`` for each cell read; all other bytes stay.

    ``leave_out`` names the rows not to be written. Returns the number of rows left out because they cannot be read.

    Raises:
        UnreadableError: as :func:`iter_csv`; nothing is left at ``destination``.
    """
    left_out = 0
    with _open_csv(path) as (file, mark), _whole(destination) as written:
        written.write(mark)
        delimiter, rows = rows_of(file, path.suffix.lower() == ".tsv", max_field_bytes)
        for place, columns, row in _placed_rows(rows, finds):
            if row.problem:
                left_out += 1
                continue
            if leave_out and place.startswith("row=") and int(place[4:]) in leave_out:
                continue
            new = [cell.text for cell in row.cells]
            for index, column in enumerate(columns):
                if _is_read(place, new[index]):
                    new[index] = replacements(_fragment(place, column), new[index])
            written.write(join_row(row, new, delimiter).encode(file.encoding))
    return left_out


def _fragment(place: str, column: str) -> str:
    return f"{place}&column={quote(column, safe='')}"


def _is_read(place: str, text: str) -> bool:
    """Blank cells are not, and in the header ordinary words are not."""
    return bool(text.strip()) and (place != _HEADER or worth_reading(text.strip()))


def _parse(line: bytes | None, max_line_bytes: int, finds: Finds) -> Parsed:
    if line is None:
        raise UnreadableError(Reason.TOO_LARGE, f"a line of more than {max_line_bytes} bytes")
    return parse_line(line, finds)


def numbered(lines: Iterator[bytes | None]) -> Iterator[tuple[int | None, bytes | None]]:
    """Row numbers; None for a blank line."""
    row = 0
    for line in lines:
        if line is not None and not line.strip():
            yield None, line
        else:
            yield row, line
            row += 1


def _placed_rows(rows: Iterator[Row], finds: Finds) -> Iterator[tuple[str, list[str], Row]]:
    """``row=3``, the names of its cells, the row. The header is ``header`` and its cells have numbers; a blank line
    has no place and no names.
    """
    names: list[str] | None = None
    number = 0
    for row in rows:
        if not row.problem and len(row.cells) == 1 and not row.cells[0].raw.strip():
            yield "", [], row
            continue
        if names is None:
            names, is_header = column_names(row, finds)
            if is_header:
                yield _HEADER, [f"column_{index}" for index in range(len(names))], row
                continue
        extra = [f"column_{index}" for index in range(len(names), len(row.cells))]
        yield f"row={number}", (names + extra)[: len(row.cells)], row
        number += 1


@contextlib.contextmanager
def open_jsonl(path: Path) -> Iterator[tuple[BinaryIO, bytes]]:
    """The file behind its byte order mark, and the mark. Raises UnreadableError: ENCODING."""
    file, encoding = open_checked(path)
    with file:
        if encoding.codec != "utf-8":
            raise UnreadableError(Reason.ENCODING, f"JSON Lines in {encoding.codec.upper()}; UTF-8 is expected")
        yield file, encoding.mark


@contextlib.contextmanager
def _open_csv(path: Path) -> Iterator[tuple[io.TextIOWrapper, bytes]]:
    file, encoding = open_checked(path)
    # newline="" keeps every line end as it is
    with io.TextIOWrapper(file, encoding=encoding.codec, errors="strict", newline="") as text:
        yield text, encoding.mark


@contextlib.contextmanager
def _whole(destination: Path) -> Iterator[BinaryIO]:
    """The file to write; gone again when writing stops half-way."""
    try:
        with destination.open("wb") as file:
            yield file
    except BaseException:
        destination.unlink(missing_ok=True)
        raise
