"""JSON documents: every text and every long number in them is a record, wherever it hangs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from privacy_audit.sources._annotations import coco_geometry, coco_image_of
from privacy_audit.sources._column_names import Finds, finds_nothing
from privacy_audit.sources._json_cells import Parsed, parse_line, replace_texts
from privacy_audit.sources.text_file import read_text, rewrite_text
from privacy_audit.types import TextRecord

__all__ = ["iter_json", "rewrite_json"]


def iter_json(
    path: Path, uri: str, *, max_bytes: int = 50_000_000, finds: Finds = finds_nothing
) -> Iterator[TextRecord]:
    """One record per text: ``meta.json#column=people.0.name``, the path of keys percent-encoded.

    Keys that hold personal data come first, as ``meta.json#key=0``; in the paths a number stands for them. Numbers of
    boxes and their identifiers in COCO annotations are no texts. There a text names the image that it belongs to by
    its place among ``images``: ``coco.json#image=3&column=annotations.12.caption``.

    Raises:
        UnreadableError: empty, too large, not UTF-8 or UTF-16, not JSON, or nested deeper than 100 levels.
    """
    data, parsed = _load(path, uri, max_bytes, finds)
    is_geometry, image_of = coco_geometry(data, parsed.cells), coco_image_of(data.decode("utf-8"))
    for number, key in enumerate(parsed.keys):
        yield TextRecord(f"{uri}#key={number}", key)
    for column, text in parsed.cells:
        if not is_geometry(column, text):
            yield TextRecord(f"{uri}#{_fragment(column, image_of(column))}", text)


def rewrite_json(
    path: Path,
    destination: Path,
    replacements: Callable[[str, str], str],
    *,
    max_bytes: int = 50_000_000,
    finds: Finds = finds_nothing,
) -> None:
    """Write the document with ``replacements("column=people.0.name", text)`` for each text; all other bytes stay.

    A number that changes becomes a text. Keys stay as they are.

    Raises:
        UnreadableError: as :func:`iter_json`.
    """
    data, parsed = _load(path, "", max_bytes, finds)
    is_geometry, image_of = coco_geometry(data, parsed.cells), coco_image_of(data.decode("utf-8"))
    new = [
        text if is_geometry(column, text) else replacements(_fragment(column, image_of(column)), text)
        for column, text in parsed.cells
    ]
    rewrite_text(path, destination, replace_texts(data, [text for _, text in parsed.cells], new).decode("utf-8"))


def _fragment(column: str, image: int | None) -> str:
    place = "" if image is None else f"image={image}&"
    return f"{place}column={quote(column, safe='')}"


def _load(path: Path, uri: str, max_bytes: int, finds: Finds) -> tuple[bytes, Parsed]:
    data = read_text(path, uri, max_bytes=max_bytes).text.encode("utf-8")
    return data, parse_line(data, finds)
