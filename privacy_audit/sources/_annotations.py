"""Annotations beside pictures: their numbers say where something is in the picture, and are no identifiers of people.

COCO (https://cocodataset.org/#format-data) and YOLO (https://docs.ultralytics.com/datasets/detect). A run of figures in
them is now and then a valid card or telephone number; replaced, the boxes would be lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

__all__ = ["coco_geometry", "is_yolo"]

_YOLO_LINE = re.compile(r"[ \t]*\d{1,4}(?:[ \t]+-?(?:\d?\.\d+(?:[eE]-\d+)?|[0-2]\.?)){4,}[ \t]*")
"""A class, then shares of the picture, and for key points 0, 1 or 2: no number of two digits before its point."""
_FILE = re.compile(r"images\.\d+\.file_name")
_PLACE = re.compile(
    r"(?:images|annotations|categories|licenses)\.\d+\."
    r"(?:id|image_id|category_id|license|width|height|area|iscrowd|num_keypoints|(?:bbox|keypoints|segmentation)(?:\..*)?)"
)
_NUMBER = re.compile(r"-?\d+")
_SEGMENTATION = ".segmentation."


def is_yolo(text: str) -> bool:
    """True when every line of a text is a box, a polygon or key points as YOLO writes them, and there is one."""
    lines = [line for line in text.splitlines() if line.strip()]
    return bool(lines) and all(map(_YOLO_LINE.fullmatch, lines))


def coco_geometry(document: bytes, cells: Iterable[tuple[str, str]]) -> Callable[[str, str], bool]:
    """Whether a cell (dotted column, text) is a number or an outline of COCO; never where the document is none."""
    if b'"annotations"' not in document or not any(_FILE.fullmatch(column) for column, _ in cells):
        return lambda column, text: False

    def is_geometry(column: str, text: str) -> bool:
        return bool(_PLACE.fullmatch(column)) and (bool(_NUMBER.fullmatch(text)) or _SEGMENTATION in column)

    return is_geometry
