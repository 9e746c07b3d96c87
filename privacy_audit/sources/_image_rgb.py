"""Any picture as 8-bit RGB, of the same look."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["as_rgb"]


def as_rgb(picture: Image) -> Image:
    """Transparent pixels keep the colour that is stored for them."""
    import numpy as np
    from PIL import Image

    if picture.mode.startswith(("I;16", "I", "F")):
        values = np.asarray(picture, dtype=np.float64)
        top = 65_535.0 if picture.mode != "F" else max(float(np.nanmax(values)), 1.0)
        values = np.nan_to_num(np.clip(values / top * 255.0, 0, 255))
        return Image.fromarray(values.astype(np.uint8)).convert("RGB")
    if picture.mode in ("RGBA", "RGBX", "LA", "PA") or (picture.mode == "P" and "transparency" in picture.info):
        return picture.convert("RGBA").convert("RGB")  # the colours as stored: this drops the alpha and nothing else
    return picture.convert("RGB")
