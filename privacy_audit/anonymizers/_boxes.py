"""What all operators of boxes in pictures share: the margin, the shape, and that no pixel outside them changes."""

from __future__ import annotations

import abc
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from privacy_audit.anonymizers import Operator
from privacy_audit.types import BoundingBox, Detection, ImageRecord, Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["BoxOperator", "Region"]

_SHAPES = ("rectangle", "ellipse")


@dataclass(frozen=True, slots=True)
class Region:
    """Where one box is covered. ``box`` is what was found; ``outer`` is covered, with its margin and in the picture.

    ``mask``: bool (height, width) of ``outer``, true where pixels are to change.
    """

    box: BoundingBox
    outer: BoundingBox
    mask: NDArray[np.bool_]

    @property
    def slices(self) -> tuple[slice, slice]:
        """``outer`` as rows and columns."""
        return slice(self.outer.y_min, self.outer.y_max), slice(self.outer.x_min, self.outer.x_max)


class BoxOperator(Operator):
    """``margin`` of the box's width and height is added on each side; around what is no face ``margin`` is of the
    shorter side: a quarter of a line's width would take the words beside it.

    ``shape``: ``rectangle``, or ``ellipse`` around it, so that the corners are covered too.
    """

    accepts = (ImageRecord,)
    treats = (BoundingBox,)

    def __init__(self, *, margin: float = 0.25, shape: str = "rectangle", **options: Any) -> None:
        super().__init__(**options)
        if isinstance(margin, bool) or not isinstance(margin, int | float) or not 0 <= margin <= 2:
            raise ValueError(f"margin: got {margin!r}, expected a number from 0 to 2")
        if shape not in _SHAPES:
            raise ValueError(f"shape: got {shape!r}, expected {' or '.join(_SHAPES)}")
        self._margin, self._shape = margin, shape

    @abc.abstractmethod
    def cover(self, pixels: NDArray[np.uint8], regions: Sequence[Region]) -> None:
        """Change ``pixels``, uint8 (height, width, 3), in place where the masks of the regions are true."""

    def apply(self, record: Record, detections: Sequence[Detection]) -> Record:
        """A new picture; pixels outside the regions stay as they are. Boxes without a pixel change nothing."""
        assert isinstance(record, ImageRecord)  # noqa: S101 - `accepts` says so
        pixels = record.pixels.copy()
        found = sorted(detections, key=lambda item: (item.location, item.entity_type))
        regions = [region for item in found if (region := self._region(record, item)) is not None]
        if regions:
            self.cover(pixels, regions)
        return ImageRecord(record.uri, pixels, record.metadata)

    def _region(self, record: ImageRecord, detection: Detection) -> Region | None:
        import numpy as np

        box = detection.location
        assert isinstance(box, BoundingBox)  # noqa: S101 - `treats` says so
        wide_px, high_px = box.width_px, box.height_px
        if detection.entity_type != "FACE":
            wide_px = high_px = min(wide_px, high_px)
        left, right = box.x_min - round(wide_px * self._margin), box.x_max + round(wide_px * self._margin)
        top, bottom = box.y_min - round(high_px * self._margin), box.y_max + round(high_px * self._margin)
        across, down = (right - left) / 2, (bottom - top) / 2
        middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
        if self._shape == "ellipse":
            across, down = across * math.sqrt(2), down * math.sqrt(2)
        image_high, image_wide = record.pixels.shape[:2]
        left, right = max(0, math.floor(middle_x - across)), min(image_wide, math.ceil(middle_x + across))
        top, bottom = max(0, math.floor(middle_y - down)), min(image_high, math.ceil(middle_y + down))
        if left >= right or top >= bottom or not across or not down:
            return None
        mask = np.ones((bottom - top, right - left), bool)
        if self._shape == "ellipse":
            rows, columns = np.ogrid[top:bottom, left:right]
            mask = ((rows + 0.5 - middle_y) / down) ** 2 + ((columns + 0.5 - middle_x) / across) ** 2 <= 1
        return Region(box, BoundingBox(left, top, right, bottom), mask)

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The margin, and the shape where it is no rectangle."""
        margin = ("margin", f"{self._margin:g}")
        return (margin,) if self._shape == "rectangle" else (margin, ("shape", self._shape))
