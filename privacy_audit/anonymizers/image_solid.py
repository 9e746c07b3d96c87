"""A solid cover over each box: of all covers measured on faces, the only one that left nothing to match."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from privacy_audit.anonymizers._boxes import BoxOperator, Region
from privacy_audit.types import Effect

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["ImageSolid"]

_COLOURS = {"black": (0, 0, 0), "grey": (128, 128, 128), "white": (255, 255, 255)}


class ImageSolid(BoxOperator):
    """One ``colour``: black, grey or white.

    At the default margin .25, 98.5 % of the faces matched on WIDER FACE were covered to 95 % or more; blur and mosaics
    left faces that could be matched again (research/image.md: rank-1 .53 to .92 against chance .025).
    """

    name = "image_solid"
    summary = "Covers each box with a solid colour, with a margin."
    effect = Effect.REMOVED
    attacks = (
        "Body, clothes, place and the people beside may tell who it is.",
        "What the scanners missed stays: measured by detector in docs/detectors.md.",
    )

    def __init__(self, *, colour: str = "black", **options: Any) -> None:
        super().__init__(**options)
        if colour not in _COLOURS:
            raise ValueError(f"colour: got {colour!r}, expected {', '.join(_COLOURS)}")
        self._colour = colour

    def cover(self, pixels: NDArray[np.uint8], regions: Sequence[Region]) -> None:
        """The colour in every region."""
        for region in regions:
            pixels[region.slices][region.mask] = _COLOURS[self._colour]

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The colour, the margin and the shape."""
        return (("colour", self._colour), *super().parameters())
