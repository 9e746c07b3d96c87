"""JSON Lines, one line in memory at a time. A text is changed in place, the rest of its line keeps its bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from privacy_audit.errors import UnreadableError
from privacy_audit.sources._column_names import Finds, finds_nothing, looks_like_data, shown_keys, worth_reading
from privacy_audit.sources._encoding import has_lone_surrogate
from privacy_audit.types import Reason

__all__ = ["Parsed", "lines_of", "parse_line", "replace_texts", "value_spans"]

_MAX_DEPTH = 100
_SHORTEST_NUMBER = 1_000_000
"""Whole numbers from seven digits on are read as texts: telephones, cards and identifiers are stored so."""
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"(?P<key>\s*:)?|-?\d[\d.eE+\-]*')
_LONG_NUMBER = re.compile(r"-?\d{7,}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def lines_of(file: BinaryIO, max_line_bytes: int) -> Iterator[bytes | None]:
    """Each line with its line end; None for one longer than the limit, which is passed over in pieces."""
    while line := file.readline(max_line_bytes + 1):
        if len(line) <= max_line_bytes or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(max_line_bytes + 1)
        yield None


@dataclass(frozen=True, slots=True)
class Parsed:
    """``cells``: every text and long number as (dotted column, text), in the order of the line.

    ``keys``: those that hold personal data.
    """

    cells: list[tuple[str, str]] = field(repr=False)
    keys: list[str] = field(repr=False)
    language: str | None


def parse_line(line: bytes, finds: Finds = finds_nothing) -> Parsed:
    """What one line, or a document, has to read.

    Raises:
        UnreadableError: not UTF-8, not JSON, a key twice in one object, half a character, or nested too deep.
    """
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableError(Reason.ENCODING, "not UTF-8") from None
    odd: dict[str, None] = {}

    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        odd.update((key, None) for key, _ in pairs if worth_reading(key))
        return _object(pairs)

    try:
        value = json.loads(text, object_pairs_hook=made)
    except (ValueError, RecursionError):
        raise UnreadableError(Reason.CORRUPT, "not valid JSON, or a key stands twice in one object") from None
    half = UnreadableError(Reason.ENCODING, "half a character (a lone surrogate)")
    if any(map(has_lone_surrogate, odd)):
        raise half
    personal = frozenset(filter(looks_like_data, odd)) | (finds(odd) if odd else frozenset())
    cells = list(_cells(value, "", 0, personal))
    if any(has_lone_surrogate(item) for _, item in cells):
        raise half
    return Parsed(cells, [key for key in odd if key in personal], _language_of(value))


def replace_texts(line: bytes, texts: list[str], new: list[str]) -> bytes:
    r"""The line with its n-th cell changed where ``new`` differs; a line that uses ``\u`` escapes goes on doing so."""
    source = line.decode("utf-8")
    ascii_only = source.isascii() and "\\u" in source
    pieces, position = [], 0
    values = filter(_is_read, _TOKEN.finditer(source))
    for match, old_text, new_text in zip(values, texts, new, strict=True):
        if new_text != old_text:
            pieces += [source[position : match.start()], json.dumps(new_text, ensure_ascii=ascii_only)]
            position = match.end()
    return "".join([*pieces, source[position:]]).encode("utf-8")


def value_spans(source: str) -> list[tuple[int, int]]:
    """Where the cells of :func:`parse_line` stand, quotes included, in their order; offsets in code points."""
    return [match.span() for match in filter(_is_read, _TOKEN.finditer(source))]


def _language_of(value: Any) -> str | None:
    """The BCP 47 tag that a row names under ``lang`` or ``language``."""
    if isinstance(value, dict):
        for key in ("lang", "language"):
            tag = value.get(key)
            if isinstance(tag, str) and _LANGUAGE.fullmatch(tag):
                return tag
    return None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A dict; a key given twice is refused, since only its last value would be read."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError
    return made


def _is_read(token: re.Match[str]) -> bool:
    """True for the tokens that :func:`_cells` gives."""
    is_text = token.group().startswith('"')
    return not token["key"] if is_text else bool(_LONG_NUMBER.fullmatch(token.group()))


def _cells(value: Any, column: str, depth: int, personal: frozenset[str]) -> Iterator[tuple[str, str]]:
    if depth > _MAX_DEPTH:
        raise UnreadableError(Reason.CORRUPT, f"nested deeper than {_MAX_DEPTH} levels")
    if isinstance(value, str):
        yield column, value
    elif isinstance(value, dict):
        for key, shown in shown_keys(value, personal):
            yield from _cells(value[key], f"{column}.{shown}" if depth else shown, depth + 1, personal)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _cells(item, f"{column}.{position}" if depth else str(position), depth + 1, personal)
    elif isinstance(value, int) and abs(value) >= _SHORTEST_NUMBER:
        yield column, str(value)
