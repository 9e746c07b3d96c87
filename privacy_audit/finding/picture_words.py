"""Words in a picture as texts to search in, and the way back to boxes. Needs the extra ``ocr``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from privacy_audit.errors import MissingDependencyError
from privacy_audit.types import BoundingBox, ImageRecord

__all__ = ["picture_words", "reads_words"]


def reads_words(asked: bool | None) -> bool:
    """Whether words are read: as asked, or where the extra is installed. Raises MissingDependencyError."""
    import importlib.util

    installed = importlib.util.find_spec("rapidocr") is not None
    if asked and not installed:
        raise MissingDependencyError("rapidocr", "ocr")
    return installed if asked is None else asked


def picture_words(record: ImageRecord) -> Iterator[tuple[str, Callable[[int, int], Iterable[BoundingBox]]]]:
    """Each text read in one direction, and the boxes of ``text[start:end]``, one per line that it stands on."""
    from privacy_audit.models.ocr import read_lines
    from privacy_audit.scanners._picture_text import rows, sheet_of

    height_px, width_px = record.pixels.shape[:2]
    for rows_of_text in rows(read_lines(record.pixels)):
        sheet = sheet_of(rows_of_text)

        def boxes(start: int, end: int, sheet: object = sheet) -> Iterable[BoundingBox]:
            return [
                line.box(first, last, (width_px, height_px))
                for line, first, last in sheet.pieces(start, end)  # type: ignore[attr-defined]  # bound as it is now
            ]

        yield sheet.text, boxes
