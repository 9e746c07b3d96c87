"""Pictures: pixels with the EXIF orientation applied, metadata as text, and treated copies without metadata."""

from __future__ import annotations

import io
import struct
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacy_audit.errors import UnreadableError
from privacy_audit.sources._image_metadata import metadata_of
from privacy_audit.types import ImageRecord, Reason

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["read_image", "write_image"]

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
_READ = (*(name for name in _WRITERS if name != "MPO"), "AVIF", "JPEG2000")  # Pillow opens MPO as JPEG
"""Nothing else: Pillow hands PostScript to Ghostscript, whatever the file is called."""
_UNREAD_SUFFIXES = {".heic": "HEIC", ".heif": "HEIF", ".svg": "SVG"}


def read_image(path: Path, uri: str, *, max_pixels: int = 200_000_000) -> ImageRecord:
    """The upright picture as RGB, and everything its file says about it.

    Grey, palette, CMYK and 16-bit pictures become 8-bit RGB; transparent pixels keep their stored colour, since
    a face may lie there. The size is checked before anything is decoded.

    Raises:
        UnreadableError: EMPTY, TOO_LARGE (more than ``max_pixels``), TRUNCATED, CORRUPT, MISLABELLED (no picture),
            UNSUPPORTED (several frames, or a format that Pillow does not read).
    """
    import numpy as np
    from PIL import Image, ImageOps, UnidentifiedImageError

    if path.stat().st_size == 0:
        raise UnreadableError(Reason.EMPTY, "the file is empty")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of large pictures and odd EXIF; the checks below decide
        try:
            with _without_pixel_limit(), Image.open(path, formats=_READ) as picture:
                _check(picture, max_pixels)
                metadata = metadata_of(picture)
                picture.load()
                metadata.update(metadata_of(picture))  # the texts of a PNG may stand behind its pixels
                upright = ImageOps.exif_transpose(picture)
                pixels = np.asarray(_rgb(upright))
        except UnidentifiedImageError:
            raise _unidentified(path) from None
        except OSError as error:
            reason = Reason.TRUNCATED if "truncated" in str(error).lower() else Reason.CORRUPT
            raise UnreadableError(reason, f"the picture is {reason.value.lower()}") from None
        except (SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, RuntimeError, struct.error) as error:
            # what Pillow's readers raise on damaged files
            raise UnreadableError(Reason.CORRUPT, f"the picture is damaged ({type(error).__name__})") from None
    return ImageRecord(uri, np.ascontiguousarray(pixels), metadata)


def write_image(record: ImageRecord, source: Path, destination: Path) -> None:
    """The pixels in the format of ``source``, upright, without any metadata, colour profile or thumbnail.

    PNG, WebP, BMP, TIFF and PPM are written without loss. Transparency is not kept.

    Raises:
        UnreadableError: the format of ``source`` cannot be written.
    """
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the same as while reading
        with _without_pixel_limit(), Image.open(source, formats=_READ) as picture:
            kind = str(picture.format)
    if kind not in _WRITERS:
        raise UnreadableError(Reason.UNSUPPORTED, f"{kind} pictures cannot be written")
    buffer = io.BytesIO()
    Image.fromarray(record.pixels).save(buffer, **_WRITERS[kind])
    destination.write_bytes(buffer.getvalue())


def _check(picture: Image, max_pixels: int) -> None:
    n_pixels = picture.width * picture.height
    if n_pixels > max_pixels:
        raise UnreadableError(Reason.TOO_LARGE, f"{n_pixels} pixels, more than the limit of {max_pixels}")
    if not n_pixels:
        raise UnreadableError(Reason.CORRUPT, "a picture without pixels")
    n_frames = getattr(picture, "n_frames", 1)
    if n_frames > 1 and picture.format != "MPO":
        detail = f"{n_frames} frames or pages; this version reads pictures of one frame only"
        raise UnreadableError(Reason.UNSUPPORTED, detail)


def _rgb(picture: Image) -> Image:
    import numpy as np
    from PIL import Image

    if picture.mode.startswith(("I;16", "I", "F")):
        values = np.asarray(picture, dtype=np.float64)
        top = 65_535.0 if picture.mode != "F" else max(float(np.nanmax(values)), 1.0)
        values = np.nan_to_num(np.clip(values / top * 255.0, 0, 255))
        return Image.fromarray(values.astype(np.uint8)).convert("RGB")
    if picture.mode in ("RGBA", "RGBX", "LA", "PA") or (picture.mode == "P" and "transparency" in picture.info):
        return _opaque(picture)
    return picture.convert("RGB")


def _opaque(picture: Image) -> Image:
    """The colours as stored, whatever the transparency: converting RGBA to RGB drops the alpha and nothing else."""
    return picture.convert("RGBA").convert("RGB")


def _unidentified(path: Path) -> UnreadableError:
    suffix = path.suffix.lower()
    if suffix in _UNREAD_SUFFIXES:
        return UnreadableError(Reason.UNSUPPORTED, f"{_UNREAD_SUFFIXES[suffix]} pictures are not read by this version")
    with path.open("rb") as file:
        start = file.read(12)
    if start.startswith((b"\xff\xd8\xff", b"\x89PNG", b"GIF8")):
        return UnreadableError(Reason.CORRUPT, "the picture is damaged")
    return UnreadableError(Reason.MISLABELLED, "the content is no picture that can be read")


class _without_pixel_limit:  # noqa: N801 - used like a function
    """Pillow's own limit raises before ours can say by how much; ours is checked before decoding."""

    def __enter__(self) -> None:
        from PIL import Image

        self._before = Image.MAX_IMAGE_PIXELS
        Image.MAX_IMAGE_PIXELS = None

    def __exit__(self, *_: object) -> None:
        from PIL import Image

        Image.MAX_IMAGE_PIXELS = self._before
