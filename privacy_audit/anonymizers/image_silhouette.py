"""The outline of a head in place of a face: it is seen that somebody was there, and nobody is seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from privacy_audit.anonymizers._boxes import BoxOperator, Region
from privacy_audit.types import BoundingBox, Effect

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["ImageSilhouette"]

_GROUND, _HEAD = 96, 192


class ImageSilhouette(BoxOperator):
    """The same drawing for everybody, grey on grey, as large as the region; a model can still count people."""

    name = "image_silhouette"
    summary = "Puts the outline of a head, the same for everybody, in place of each box, with a margin."
    effect = Effect.REMOVED
    attacks = (
        "The size of the box stays, and with it that of the head.",
        "Body, clothes, place and the people beside may tell who it is.",
    )

    def cover(self, pixels: NDArray[np.uint8], regions: Sequence[Region]) -> None:
        """Ground, head and shoulders; of two that overlap the one further right and down lies on top."""
        for region in regions:
            inside = pixels[region.slices]
            drawing = _drawing(region.outer)
            inside[region.mask] = drawing[region.mask][:, None]


def _drawing(outer: BoundingBox) -> NDArray[np.uint8]:
    """uint8 (height, width): an ellipse for the head, half a one for the shoulders."""
    import numpy as np

    # the middle of each pixel, in heights and widths of the region
    down, across = np.ogrid[0.5 : outer.height_px, 0.5 : outer.width_px]
    down, across = down / outer.height_px, across / outer.width_px - 0.5
    head = (across / 0.26) ** 2 + ((down - 0.42) / 0.32) ** 2 <= 1
    shoulders = (across / 0.46) ** 2 + ((down - 1.0) / 0.24) ** 2 <= 1
    return np.where(head | shoulders, np.uint8(_HEAD), np.uint8(_GROUND))
