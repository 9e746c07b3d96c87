"""Pixels back into a file of the kind they came from."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacy_audit.errors import UnreadableError
from privacy_audit.sources._icc import colours_only, is_rgb
from privacy_audit.sources._image_rgb import alpha_of, as_rgb
from privacy_audit.sources._image_stripped import stripped
from privacy_audit.types import ImageRecord, Reason

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

__all__ = ["READABLE", "alpha_uri", "is_alpha", "written"]

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
_WITH_ALPHA = ("PNG", "WEBP", "TIFF")
_ORIENTATION = 0x0112


def alpha_uri(uri: str) -> str:
    """The record of how opaque the picture ``uri`` is."""
    return f"{uri}{'&' if '#' in uri else '#'}alpha"


def is_alpha(uri: str) -> bool:
    """True for what :func:`alpha_uri` gives."""
    return uri.endswith(("#alpha", "&alpha"))


@dataclass(frozen=True, slots=True)
class _Frame:
    """``pixels`` as in a record; ``alpha`` uint8 (height, width), None where the picture is opaque."""

    pixels: NDArray[np.uint8] = field(repr=False)
    alpha: NDArray[np.uint8] | None = field(repr=False)


def written(records: Sequence[ImageRecord], source: Path) -> bytes:
    """The bytes of the file. Raises UnreadableError for a kind that cannot be written, Pillow's errors otherwise."""
    from PIL import Image

    with Image.open(source, formats=READABLE) as picture:
        kind = str(picture.format)
        if kind not in _WRITERS:
            raise UnreadableError(Reason.UNSUPPORTED, f"{kind} pictures cannot be written")
        bare = stripped(source.read_bytes(), picture.getexif().get(_ORIENTATION))
        frames = _frames(records)
        if bare is not None and _holds(bare, frames):
            return bare
        return _coded(frames, picture, kind)


def _frames(records: Sequence[ImageRecord]) -> list[_Frame]:
    """The record of its transparency follows that of a frame."""
    frames: list[_Frame] = []
    for record in records:
        if is_alpha(record.uri):
            frames[-1] = _Frame(frames[-1].pixels, record.pixels[..., 0])
        else:
            frames.append(_Frame(record.pixels, None))
    return frames


def _holds(data: bytes, frames: Sequence[_Frame]) -> bool:
    """True when a file shows these very pixels, upright, as opaque as they are."""
    import numpy as np
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=READABLE) as picture:
        if getattr(picture, "n_frames", 1) != len(frames):
            return False
        for number, frame in enumerate(frames):
            if number:
                picture.seek(number)
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            pixels, alpha = np.asarray(as_rgb(upright)), alpha_of(upright)
            if pixels.shape != frame.pixels.shape or not np.array_equal(pixels, frame.pixels):
                return False
            if (alpha is None) != (frame.alpha is None):
                return False
            if alpha is not None and frame.alpha is not None and not np.array_equal(alpha, frame.alpha):
                return False
    return True


def _coded(frames: Sequence[_Frame], picture: Image, kind: str) -> bytes:
    import numpy as np
    from PIL import Image

    options = dict(_WRITERS[kind])
    profile = colours_only(picture.info.get("icc_profile") or b"")
    if kind in _WITH_PROFILE and is_rgb(profile):
        options["icc_profile"] = profile
    pixels = [frame.pixels for frame in frames]
    if kind in _WITH_ALPHA and any(frame.alpha is not None for frame in frames):
        alphas = [
            np.full(frame.pixels.shape[:2], 255, np.uint8) if frame.alpha is None else frame.alpha for frame in frames
        ]
        pixels = [np.dstack(planes) for planes in zip(pixels, alphas, strict=True)]
        options |= {"exact": True} if kind == "WEBP" else {}  # colours under full transparency were looked at too
    first, *others = [Image.fromarray(of_frame) for of_frame in pixels]
    if others:
        options |= {"save_all": True, "append_images": others, **_timing(picture, len(frames))}
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
