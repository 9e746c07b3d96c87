"""JSON documents: every text in them is a record, wherever it hangs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from privacy_audit.sources._json_cells import parse_line, replace_texts
from privacy_audit.sources.text_file import read_text, rewrite_text
from privacy_audit.types import TextRecord

__all__ = ["iter_json", "rewrite_json"]


def iter_json(path: Path, uri: str, *, max_bytes: int = 50_000_000) -> Iterator[TextRecord]:
    """One record per text value: ``meta.json#column=people.0.name``, the path of keys percent-encoded.

    Raises:
        UnreadableError: empty, too large, not UTF-8 or UTF-16, not JSON, or nested deeper than 100 levels.
    """
    for column, text in _load(path, uri, max_bytes)[1]:
        yield TextRecord(f"{uri}#column={quote(column, safe='')}", text)


def rewrite_json(
    path: Path, destination: Path, replacements: Callable[[str, str], str], *, max_bytes: int = 50_000_000
) -> None:
    """Write the document with ``replacements(column, text)`` for each text; all other bytes stay.

    Raises:
        UnreadableError: as :func:`iter_json`.
    """
    data, texts = _load(path, "", max_bytes)
    new = [replacements(column, text) for column, text in texts]
    rewrite_text(path, destination, replace_texts(data, [text for _, text in texts], new).decode("utf-8"))


def _load(path: Path, uri: str, max_bytes: int) -> tuple[bytes, list[tuple[str, str]]]:
    data = read_text(path, uri, max_bytes=max_bytes).text.encode("utf-8")
    return data, parse_line(data)[1]
