"""Annotations beside pictures: their numbers say where something is in the picture, and are no identifiers of people.

COCO (https://cocodataset.org/#format-data) and YOLO (https://docs.ultralytics.com/datasets/detect). A run of figures in
them is now and then a valid card or telephone number; replaced, the boxes would be lost.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

__all__ = ["coco_geometry", "coco_image_of", "coco_texts", "is_yolo", "texts_in"]

_YOLO_LINE = re.compile(r"[ \t]*\d{1,4}(?:[ \t]+-?(?:\d?\.\d+(?:[eE]-\d+)?|[0-2]\.?)){4,}[ \t]*")
"""A class, then shares of the picture, and for key points 0, 1 or 2: no number of two digits before its point."""
_FILE = re.compile(r"images\.\d+\.file_name")
_PLACE = re.compile(
    r"(?:images|annotations|categories|licenses)\.\d+\."
    r"(?:id|image_id|category_id|license|width|height|area|iscrowd|num_keypoints|(?:bbox|keypoints|segmentation)(?:\..*)?)"
)
_NUMBER = re.compile(r"-?\d+")
_SEGMENTATION = ".segmentation."
_NO_TEXTS = frozenset(("file_name", "segmentation", "bbox", "keypoints"))
_MAX_DEPTH = 20


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


def coco_image_of(document: str) -> Callable[[str], int | None]:
    """From a cell (``annotations.12.caption``) to the image it belongs to, as its place among ``images``; None for
    what belongs to no image, and for all cells where the document is no COCO.
    """
    images, annotations = _coco(document)
    place = {image.get("id"): number for number, image in images if _is_id(image.get("id"))}
    owner = {
        f"annotations.{number}": place.get(item.get("image_id"))
        for number, item in annotations
        if _is_id(item.get("image_id"))
    }
    owner |= {f"images.{number}": number for number, _ in images}
    return lambda column: owner.get(".".join(column.split(".", 2)[:2]))


def coco_texts(document: str) -> Iterator[tuple[str, list[str]]]:
    """(file name, texts) of every image of a COCO document: its own, and those of its annotations."""
    images, annotations = _coco(document)
    of_image: dict[Any, list[str]] = defaultdict(list)
    for _, item in annotations:
        if _is_id(item.get("image_id")):
            of_image[item["image_id"]] += texts_in(item)
    for _, image in images:
        if isinstance(image.get("file_name"), str):
            own = of_image[image["id"]] if _is_id(image.get("id")) else []
            yield image["file_name"], [*texts_in(image), *own]


def texts_in(value: Any, depth: int = 0) -> Iterator[str]:
    """The texts in a JSON value, without names of files and outlines."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) and depth < _MAX_DEPTH:
        for key, item in value.items():
            if key not in _NO_TEXTS:
                yield from texts_in(item, depth + 1)
    elif isinstance(value, list) and depth < _MAX_DEPTH:
        for item in value:
            yield from texts_in(item, depth + 1)


def _coco(document: str) -> tuple[list[tuple[int, dict[str, Any]]], list[tuple[int, dict[str, Any]]]]:
    """(place, object) of ``images`` and ``annotations``; none of another document."""
    if '"images"' not in document or '"annotations"' not in document:
        return [], []
    try:
        value = json.loads(document)
    except (ValueError, RecursionError):
        return [], []
    value = value if isinstance(value, dict) else {}
    images, annotations = _objects(value.get("images")), _objects(value.get("annotations"))
    return (images, annotations) if any("file_name" in image for _, image in images) else ([], [])


def _objects(value: Any) -> list[tuple[int, dict[str, Any]]]:
    items = value if isinstance(value, list) else []
    return [(number, item) for number, item in enumerate(items) if isinstance(item, dict)]


def _is_id(value: Any) -> bool:
    return isinstance(value, int | str)
