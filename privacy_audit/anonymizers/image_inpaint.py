"""The surroundings drawn on over each box: no block stands in the picture, and nothing of what was under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from privacy_audit.anonymizers._boxes import BoxOperator, Region
from privacy_audit.types import Effect

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["ImageInpaint"]

_RADIUS_PX = 3
_CONTEXT_PX = 2 * _RADIUS_PX + 2


class ImageInpaint(BoxOperator):
    """OpenCV's method of Telea (2004), from the edge of the region inwards. Where there is no edge, black."""

    name = "image_inpaint"
    summary = "Fills each box from its surroundings, with a margin; nothing of what was there is used."
    effect = Effect.REMOVED
    attacks = (
        "Hair or a collar at the edge of the box is drawn on: use a wide margin.",
        "Nothing shows that somebody stood there, so what the scanners missed is not looked for.",
        "Body, clothes and place may tell who it is.",
    )

    def cover(self, pixels: NDArray[np.uint8], regions: Sequence[Region]) -> None:
        """All regions at once: one is not drawn from what is under another."""
        import cv2
        import numpy as np

        mask = np.zeros(pixels.shape[:2], np.uint8)
        for region in regions:
            mask[region.slices][region.mask] = 1
        pixels[mask.astype(bool)] = 0  # what is drawn cannot hold what is gone
        rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
        near = (
            slice(max(0, rows[0] - _CONTEXT_PX), rows[-1] + 1 + _CONTEXT_PX),
            slice(max(0, columns[0] - _CONTEXT_PX), columns[-1] + 1 + _CONTEXT_PX),
        )
        if mask[near].all():
            return
        drawn = cv2.inpaint(np.ascontiguousarray(pixels[near]), mask[near], _RADIUS_PX, cv2.INPAINT_TELEA)
        pixels[near][mask[near].astype(bool)] = drawn[mask[near].astype(bool)]
