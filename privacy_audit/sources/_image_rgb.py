"""Any picture as 8-bit RGB, of the same look, and how opaque it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

__all__ = ["alpha_of", "as_rgb"]


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


def alpha_of(picture: Image) -> NDArray[np.uint8] | None:
    """uint8 (height, width), 255 where nothing shines through; None where that is everywhere."""
    import numpy as np

    if picture.mode.startswith("I;16") and isinstance(see_through := picture.info.get("transparency"), int):
        alpha = np.where(np.asarray(picture) == see_through, 0, 255).astype(np.uint8)
    elif picture.has_transparency_data and picture.mode in ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "La", "RGBa"):
        alpha = np.asarray(picture.convert("RGBA"))[..., 3]
    else:
        return None
    return None if (alpha == 255).all() else alpha
