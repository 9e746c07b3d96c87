"""Pixels back into a file of the kind they came from."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacy_audit.errors import UnreadableError
from privacy_audit.sources._icc import colours_only, is_rgb
from privacy_audit.sources._image_rgb import as_rgb
from privacy_audit.sources._image_stripped import stripped
from privacy_audit.types import ImageRecord, Reason

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["READABLE", "written"]

_WRITERS: dict[str, dict[str, Any]] = {
    # 95 without colour subsampling: treated once, a picture should not also lose its detail
    "JPEG": {"format": "JPEG", "quality": 95, "subsampling": 0},
    "MPO": {"format": "JPEG", "quality": 95, "subsampling": 0},
    "PNG": {"format": "PNG"},
    "WEBP": {"format": "WEBP", "lossless": True},
    "GIF": {"format": "GIF"},
    "BMP": {"format": "BMP"},
    "TIFF": {"format": "TIFF", "compression": "tiff_deflate"},
    "PPM": {"format": "PPM"},
}
READABLE = (*(name for name in _WRITERS if name != "MPO"), "AVIF", "JPEG2000")  # Pillow opens MPO as JPEG
"""Nothing else: Pillow hands PostScript to Ghostscript, whatever the file is called."""

_WITH_PROFILE = ("JPEG", "MPO", "PNG", "WEBP", "TIFF")
_ORIENTATION = 0x0112


def written(records: Sequence[ImageRecord], source: Path) -> bytes:
    """The bytes of the file. Raises UnreadableError for a kind that cannot be written, Pillow's errors otherwise."""
    from PIL import Image

    with Image.open(source, formats=READABLE) as picture:
        kind = str(picture.format)
        if kind not in _WRITERS:
            raise UnreadableError(Reason.UNSUPPORTED, f"{kind} pictures cannot be written")
        bare = stripped(source.read_bytes(), picture.getexif().get(_ORIENTATION))
        if bare is not None and _holds(bare, records):
            return bare
        return _coded(records, picture, kind)


def _holds(data: bytes, records: Sequence[ImageRecord]) -> bool:
    """True when a file shows these very pixels, upright, and hides none under a transparency that nobody looked at."""
    import numpy as np
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=READABLE) as picture:
        if getattr(picture, "n_frames", 1) != len(records):
            return False
        for number, record in enumerate(records):
            if number:
                picture.seek(number)
            picture.load()
            if picture.has_transparency_data and picture.format != "GIF":
                return False
            pixels = np.asarray(as_rgb(ImageOps.exif_transpose(picture)))
            if pixels.shape != record.pixels.shape or not np.array_equal(pixels, record.pixels):
                return False
    return True


def _coded(records: Sequence[ImageRecord], picture: Image, kind: str) -> bytes:
    from PIL import Image

    options = dict(_WRITERS[kind])
    profile = colours_only(picture.info.get("icc_profile") or b"")
    if kind in _WITH_PROFILE and is_rgb(profile):
        options["icc_profile"] = profile
    first, *others = [Image.fromarray(record.pixels) for record in records]
    if others:
        options |= {"save_all": True, "append_images": others, **_timing(picture, len(records))}
    buffer = io.BytesIO()
    first.save(buffer, **options)
    return buffer.getvalue()


def _timing(picture: Image, n_frames: int) -> dict[str, Any]:
    """How long each frame is shown, in milliseconds, and how often all are; nothing for pages."""
    durations = []
    for number in range(n_frames):
        picture.seek(number)
        picture.load()  # only then does WebP say it
        durations.append(int(picture.info.get("duration", 0)))
    timing: dict[str, Any] = {"duration": durations} if any(durations) else {}
    return timing | {key: picture.info[key] for key in ("loop", "default_image") if key in picture.info}
