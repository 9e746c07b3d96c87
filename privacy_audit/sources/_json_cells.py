"""JSON Lines, one line in memory at a time. A text is changed in place, the rest of its line keeps its bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from privacy_audit.errors import UnreadableError
from privacy_audit.sources._encoding import has_lone_surrogate
from privacy_audit.types import Reason

__all__ = ["language_of", "lines_of", "parse_line", "replace_texts"]

_MAX_DEPTH = 100
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?')
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


def parse_line(line: bytes) -> tuple[Any, list[tuple[str, str]]]:
    """The value of one line, and every text in it as (dotted column, text) in the order of the line.

    Raises:
        UnreadableError: not UTF-8, not JSON, a key twice in one object, half a character, or nested too deep.
    """
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableError(Reason.ENCODING, "not UTF-8") from None
    try:
        value = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise UnreadableError(Reason.CORRUPT, "not valid JSON, or a key stands twice in one object") from None
    texts = list(_texts(value, "", 0))
    if any(has_lone_surrogate(column + item) for column, item in texts):
        raise UnreadableError(Reason.ENCODING, "half a character (a lone surrogate)")
    return value, texts


def replace_texts(line: bytes, texts: list[str], new: list[str]) -> bytes:
    r"""The line with its n-th text changed where ``new`` differs; a line that uses ``\u`` escapes goes on doing so."""
    source = line.decode("utf-8")
    ascii_only = source.isascii() and "\\u" in source
    pieces, position = [], 0
    values = (match for match in _STRING.finditer(source) if not match.group(1))
    for match, old_text, new_text in zip(values, texts, new, strict=True):
        if new_text != old_text:
            pieces += [source[position : match.start()], json.dumps(new_text, ensure_ascii=ascii_only)]
            position = match.end()
    return "".join([*pieces, source[position:]]).encode("utf-8")


def language_of(value: Any) -> str | None:
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


def _texts(value: Any, column: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > _MAX_DEPTH:
        raise UnreadableError(Reason.CORRUPT, f"nested deeper than {_MAX_DEPTH} levels")
    if isinstance(value, str):
        yield column, value
        return
    inside: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(value, dict):
        inside = iter(value.items())
    elif isinstance(value, list):
        inside = iter(enumerate(value))
    for key, item in inside:
        yield from _texts(item, f"{column}.{key}" if depth else str(key), depth + 1)
