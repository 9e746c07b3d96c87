"""Pictures so coarse that nobody is recognised in them, with the faces found covered: where faces stand, not whose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from privacy_audit.types import BoundingBox

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["CELLS", "Thumbnail", "thumbnail"]

CELLS = 10
"""Squares along the longer side: a face that fills the picture and was not found is a hundred squares of one colour."""
_LEVELS = 32  # steps of each colour: close shades would carry more than the eye needs


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """``cells``: rows of ``#rrggbb``; ``boxes``: (x, y, width, height) of the faces, in cells."""

    file: str
    cells: tuple[tuple[str, ...], ...] = field(repr=False)
    boxes: tuple[tuple[float, float, float, float], ...]

    @property
    def width(self) -> int:
        """In cells."""
        return len(self.cells[0])

    @property
    def height(self) -> int:
        """In cells."""
        return len(self.cells)


def thumbnail(file: str, pixels: NDArray[np.uint8], faces: Sequence[BoundingBox]) -> Thumbnail:
    """``pixels``: uint8 (height, width, 3), RGB, not empty. Faces are blackened before anything is averaged."""
    import cv2
    import numpy as np

    height_px, width_px = pixels.shape[:2]
    covered = pixels.copy()
    for box in faces:
        covered[box.y_min : box.y_max, box.x_min : box.x_max] = 0
    size = CELLS / max(height_px, width_px)
    columns, rows = max(1, round(width_px * size)), max(1, round(height_px * size))
    small = cv2.resize(covered, (columns, rows), interpolation=cv2.INTER_AREA)
    small = (small // (256 // _LEVELS)) * (256 // _LEVELS)
    cells = tuple(tuple("#" + bytes(cell).hex() for cell in row) for row in np.ascontiguousarray(small))
    across, down = columns / width_px, rows / height_px
    boxes = tuple(
        (round(b.x_min * across, 2), round(b.y_min * down, 2), round(b.width_px * across, 2),
         round(b.height_px * down, 2))
        for b in faces
    )  # fmt: skip
    return Thumbnail(file, cells, boxes)
