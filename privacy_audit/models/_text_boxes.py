"""Where lines of text lie in a picture of any size, by a detector that sees a few megapixels at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Corners", "find_boxes"]

Point: TypeAlias = tuple[float, float]
Corners: TypeAlias = tuple[Point, Point, Point, Point]
"""Upper left, upper right, lower right, lower left, in pixels."""

_PASS_PIXELS = 1_000_000
"""The detector overlooks small text in a large pass: of lines 13 to 18 px high on an empty page of 1300 x 1300 px it
found none in 8, of 1000 x 1000 px all. A pass of this size takes about 500 MB."""
_TILED_FROM_PIXELS = 1_200_000
_SMALL_SIDE_PX = 736  # RapidOCR's own: smaller pictures are enlarged to it, which is what finds small plates
_LONG_SIDE_PX = 4_000
_LEAST_SIDE_PX = 64
_TILE_SIDE_PX = 1_000
_TILE_OVERLAP_PX = 150
_ALL_TILES_PIXELS = 6_000_000
_SMALLEST_SCALE = 0.5
"""Larger pictures are made smaller before they are cut into tiles, but not by more than this."""
_SAME = 0.6  # of the smaller box

Detector: TypeAlias = Callable[["NDArray[np.uint8]"], list[Corners]]


def find_boxes(pixels: NDArray[np.uint8], detect: Detector) -> list[Corners]:
    """The whole picture in one pass, for large text; a large picture also tile by tile, for small text."""
    height_px, width_px = pixels.shape[:2]
    n_pixels = height_px * width_px
    fits = min(math.sqrt(_PASS_PIXELS / n_pixels), _LONG_SIDE_PX / max(height_px, width_px))
    if n_pixels <= _TILED_FROM_PIXELS:
        return _in_part(pixels, (0, 0), min(fits, max(1.0, _SMALL_SIDE_PX / min(height_px, width_px))), detect)
    found = _in_part(pixels, (0, 0), fits, detect)
    scale = min(1.0, max(_SMALLEST_SCALE, math.sqrt(_ALL_TILES_PIXELS / n_pixels)))
    for left, top, part in _tiles(pixels, scale):
        found += _in_part(part, (left, top), scale, detect)
    return _merged(found)


def _in_part(part: NDArray[np.uint8], origin: tuple[int, int], scale: float, detect: Detector) -> list[Corners]:
    import cv2

    height_px, width_px = part.shape[:2]
    size = max(1, round(width_px * scale)), max(1, round(height_px * scale))
    if size != (width_px, height_px):
        part = cv2.resize(part, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    # a strip is thinner than the network can read: its own edge is repeated around it
    right, below = (max(0, _LEAST_SIDE_PX - side) for side in size)
    if right or below:
        part = cv2.copyMakeBorder(
            part, below // 2, below - below // 2, right // 2, right - right // 2, cv2.BORDER_REPLICATE
        )
    x_scale, y_scale = width_px / size[0], height_px / size[1]
    boxes = []
    for corners in detect(part):
        moved = [
            (
                origin[0] + min(max((x - right // 2) * x_scale, 0.0), width_px),
                origin[1] + min(max((y - below // 2) * y_scale, 0.0), height_px),
            )
            for x, y in corners
        ]
        boxes.append((moved[0], moved[1], moved[2], moved[3]))
    return boxes


def _tiles(pixels: NDArray[np.uint8], scale: float) -> Iterator[tuple[int, int, NDArray[np.uint8]]]:
    """Tiles of one size that overlap, with the column and row of their upper left pixel."""
    height_px, width_px = pixels.shape[:2]
    for top, bottom in _stretches(height_px, scale):
        for left, right in _stretches(width_px, scale):
            yield left, top, pixels[top:bottom, left:right]


def _stretches(length_px: int, scale: float) -> list[tuple[int, int]]:
    side_px, overlap_px = _TILE_SIDE_PX / scale, _TILE_OVERLAP_PX / scale
    count = max(1, math.ceil((length_px - overlap_px) / (side_px - overlap_px)))
    side_px = min(length_px, math.ceil((length_px + (count - 1) * overlap_px) / count))
    step_px = (length_px - side_px) / max(1, count - 1)
    return [(round(index * step_px), round(index * step_px) + side_px) for index in range(count)]


def _merged(boxes: list[Corners]) -> list[Corners]:
    """One box for a line that several passes found; the pieces of a line that tiles cut become one box."""
    kept: list[Corners] = []
    for corners in sorted(boxes, key=_area, reverse=True):
        place = next((index for index, other in enumerate(kept) if _one_line(corners, other)), None)
        if place is None:
            kept.append(corners)
        elif _common(corners, kept[place]) < _SAME * _area(corners):
            kept[place] = _around(corners, kept[place])
    return sorted(kept, key=lambda corners: (corners[0][1], corners[0][0]))


def _one_line(corners: Corners, other: Corners) -> bool:
    """True where most of the smaller lies in the larger, or both overlap and stand at the same height."""
    common = _common(corners, other)
    if not common:
        return False
    if common >= _SAME * min(_area(corners), _area(other)):
        return True
    (_, top, _, bottom), (_, other_top, _, other_bottom) = _bounds(corners), _bounds(other)
    together = min(bottom, other_bottom) - max(top, other_top)
    return together >= _SAME * max(bottom - top, other_bottom - other_top)


def _around(corners: Corners, other: Corners) -> Corners:
    one, two = _bounds(corners), _bounds(other)
    x_min, y_min = min(one[0], two[0]), min(one[1], two[1])
    x_max, y_max = max(one[2], two[2]), max(one[3], two[3])
    return (x_min, y_min), (x_max, y_min), (x_max, y_max), (x_min, y_max)


def _bounds(corners: Corners) -> tuple[float, float, float, float]:
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _area(corners: Corners) -> float:
    x_min, y_min, x_max, y_max = _bounds(corners)
    return (x_max - x_min) * (y_max - y_min)


def _common(corners: Corners, other: Corners) -> float:
    one, two = _bounds(corners), _bounds(other)
    wide, high = min(one[2], two[2]) - max(one[0], two[0]), min(one[3], two[3]) - max(one[1], two[1])
    return wide * high if wide > 0 and high > 0 else 0.0
