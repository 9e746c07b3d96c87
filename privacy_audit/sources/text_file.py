"""Texts and tables: reading them as records, and writing treated ones that keep every other byte.

A row that cannot be read comes out as a :class:`BadRow`, and the writers leave it out: what was not scanned is not
copied.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from privacy_audit.errors import UnreadableError
from privacy_audit.sources._csv_cells import Row, column_names, join_row, rows_of
from privacy_audit.sources._encoding import open_checked
from privacy_audit.sources._json_cells import language_of, lines_of, parse_line, replace_texts
from privacy_audit.types import Reason, TextRecord

__all__ = ["BadRow", "iter_csv", "iter_jsonl", "read_text", "rewrite_csv", "rewrite_jsonl", "rewrite_text"]


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


def iter_jsonl(path: Path, uri: str, *, max_line_bytes: int = 10_000_000) -> Iterator[TextRecord | BadRow]:
    """One record per text value, ``rows.jsonl#row=3&column=a.0``; rows count from 0, blank lines are no rows.

    Keys are joined by dots and percent-encoded. A row that names its language under ``lang`` or ``language`` passes
    it on. No more than one line of ``max_line_bytes`` is in memory.

    Raises:
        UnreadableError: EMPTY, or ENCODING for UTF-16, which has no plain line ends.
    """
    with _open_jsonl(path) as (file, _):
        for row, line in _numbered(lines_of(file, max_line_bytes)):
            if row is None:
                continue
            try:
                value, texts = _parse(line, max_line_bytes)
            except UnreadableError as error:
                yield BadRow(f"{uri}#row={row}", error.reason, error.detail)
                continue
            language = language_of(value)
            for column, text in texts:
                yield TextRecord(_cell_uri(uri, row, column), text, language)


def iter_csv(path: Path, uri: str, *, max_field_bytes: int = 10_000_000) -> Iterator[TextRecord | BadRow]:
    """One record per cell that is not blank, ``rows.csv#row=3&column=nom``; the row below the header is row 0.

    The delimiter is one of ``, ; tab |`` (a tab for ``.tsv``). Where the first row holds an address or a long number it
    is data, and columns are called ``column_0``, as are cells beyond the header. ``max_field_bytes`` is counted in
    characters, also for a line.

    Raises:
        UnreadableError: EMPTY, or ENCODING at the first bytes that do not decode.
    """
    with _open_csv(path) as (file, _):
        _, rows = rows_of(file, path.suffix.lower() == ".tsv", max_field_bytes)
        for number, columns, row in _data_rows(rows):
            if number is None:
                continue
            if row.problem:
                yield BadRow(f"{uri}#row={number}", *row.problem)
                continue
            for column, cell in zip(columns, row.cells, strict=True):
                if cell.text.strip():
                    yield TextRecord(_cell_uri(uri, number, column), cell.text)


def rewrite_text(path: Path, destination: Path, text: str) -> None:
    """Write ``text`` to ``destination`` in the encoding of ``path``, with its mark. Raises UnreadableError."""
    file, encoding = open_checked(path)
    file.close()
    destination.write_bytes(encoding.mark + text.encode(encoding.codec))


def rewrite_jsonl(
    path: Path,
    destination: Path,
    replacements: Callable[[int, str, str], str],
    *,
    max_line_bytes: int = 10_000_000,
) -> int:
    """Write every row with ``replacements(row, column, text)`` for each text; all other bytes stay.

    Returns the number of rows left out because they cannot be read.

    Raises:
        UnreadableError: as :func:`iter_jsonl`; nothing is left at ``destination``.
    """
    left_out = 0
    with _open_jsonl(path) as (file, mark), _whole(destination) as written:
        written.write(mark)
        for row, line in _numbered(lines_of(file, max_line_bytes)):
            if row is None:
                written.write(line or b"")
                continue
            try:
                _, texts = _parse(line, max_line_bytes)
            except UnreadableError:
                left_out += 1
                continue
            assert line is not None  # noqa: S101 - _parse refuses a line that was too long
            old = [text for _, text in texts]
            new = [replacements(row, column, text) for column, text in texts]
            written.write(line if new == old else replace_texts(line, old, new))
    return left_out


def rewrite_csv(
    path: Path,
    destination: Path,
    replacements: Callable[[int, str, str], str],
    *,
    max_field_bytes: int = 10_000_000,
) -> int:
    """Write every row with ``replacements(row, column, text)`` for each cell that is not blank; all other bytes stay.

    Returns the number of rows left out because they cannot be read.

    Raises:
        UnreadableError: as :func:`iter_csv`; nothing is left at ``destination``.
    """
    left_out = 0
    with _open_csv(path) as (file, mark), _whole(destination) as written:
        written.write(mark)
        delimiter, rows = rows_of(file, path.suffix.lower() == ".tsv", max_field_bytes)
        for number, columns, row in _data_rows(rows):
            if row.problem:
                left_out += 1
                continue
            new = [cell.text for cell in row.cells]
            if number is not None:
                new = [
                    replacements(number, column, text) if text.strip() else text
                    for column, text in zip(columns, new, strict=True)
                ]
            written.write(join_row(row, new, delimiter).encode(file.encoding))
    return left_out


def _cell_uri(uri: str, row: int, column: str) -> str:
    return f"{uri}#row={row}&column={quote(column, safe='')}"


def _parse(line: bytes | None, max_line_bytes: int) -> tuple[object, list[tuple[str, str]]]:
    if line is None:
        raise UnreadableError(Reason.TOO_LARGE, f"a line of more than {max_line_bytes} bytes")
    return parse_line(line)


def _numbered(lines: Iterator[bytes | None]) -> Iterator[tuple[int | None, bytes | None]]:
    """Row numbers; None for a blank line."""
    row = 0
    for line in lines:
        if line is not None and not line.strip():
            yield None, line
        else:
            yield row, line
            row += 1


def _data_rows(rows: Iterator[Row]) -> Iterator[tuple[int | None, list[str], Row]]:
    """Row number (None for the header and blank lines), the names of its cells, the row."""
    names: list[str] | None = None
    number = 0
    for row in rows:
        blank = not row.problem and len(row.cells) == 1 and not row.cells[0].raw.strip()
        if names is None and not blank:
            names, is_header = column_names(row)
            if is_header:
                yield None, names, row
                continue
        if blank:
            yield None, [], row
            continue
        known = names or []
        extra = [f"column_{index}" for index in range(len(known), len(row.cells))]
        yield number, (known + extra)[: len(row.cells)], row
        number += 1


@contextlib.contextmanager
def _open_jsonl(path: Path) -> Iterator[tuple[BinaryIO, bytes]]:
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
