"""Pictures: pixels with the EXIF orientation applied, metadata as text, and treated copies without metadata."""

from __future__ import annotations

import contextlib
import struct
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from privacy_audit.errors import MissingDependencyError, UnreadableError
from privacy_audit.sources._image_blocks_say import said_by_blocks
from privacy_audit.sources._image_heif import heif_of, is_heif
from privacy_audit.sources._image_heif_pixels import heif_pixels
from privacy_audit.sources._image_metadata import metadata_of, metadata_of_heif
from privacy_audit.sources._image_position import with_position
from privacy_audit.sources._image_rgb import alpha_of, as_rgb
from privacy_audit.sources._image_written import READABLE, alpha_uri, is_alpha, written
from privacy_audit.types import ImageRecord, Reason

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

__all__ = ["read_image", "read_images", "write_image", "write_images"]

_OF_BLOCKS = ("JPEG", "MPO", "PNG", "WEBP", "GIF")
_HEIF_NOT_WRITTEN = "HEIC pictures are read but not written; convert it first, to PNG for instance"
_START_BYTES = 256  # the brands of a HEIF file


def read_images(path: Path, uri: str, *, max_pixels: int = 200_000_000) -> Iterator[ImageRecord]:
    """The upright picture as RGB, and everything its file says about it; one record per frame or page.

    A file of several has records ``a.gif#frame=0``, ``#frame=1``; what the file says stands with the first. The second
    picture of an MPO file is a tag of the first, as a thumbnail is. Grey, palette, CMYK and 16-bit pictures become
    8-bit RGB; transparent pixels keep their stored colour, since a face may lie there. How opaque they are is a grey
    picture of its own, ``a.png#alpha`` or ``a.gif#frame=1&alpha``: a signature may be drawn in nothing else. The size
    of all frames together is checked before anything is decoded. Of a HEIC picture whose pixels cannot be decoded, what
    it says comes first, in a record without pixels.

    Raises:
        UnreadableError: EMPTY, TOO_LARGE (more than ``max_pixels``), TRUNCATED, CORRUPT, MISLABELLED (no picture),
            UNSUPPORTED (a format that neither Pillow nor PyAV reads).
        MissingDependencyError: a HEIC picture, and PyAV is not installed.
    """
    from PIL import Image

    if path.stat().st_size == 0:
        raise UnreadableError(Reason.EMPTY, "the file is empty")
    if _is_heif(path):
        yield from _read_heif(path, uri, max_pixels)
        return
    with _decoding(path):
        picture = Image.open(path, formats=READABLE)
    with picture:
        with _decoding(path):
            n_frames = _n_frames(picture, max_pixels)
            said = said_by_blocks(path.read_bytes()) if picture.format in _OF_BLOCKS else {}
        first: dict[str, str] = {}
        left = max_pixels
        for number in range(n_frames):
            with _decoding(path):
                picture.seek(number)
                left = _checked(picture.width * picture.height, left)
                record, alpha = _frame(picture, number, uri if n_frames == 1 else f"{uri}#frame={number}", said)
            if number == 0:
                first = dict(record.metadata)
            else:  # what every frame repeats is told once
                new = {tag: value for tag, value in record.metadata.items() if first.get(tag) != value}
                record = ImageRecord(record.uri, record.pixels, new)
            yield record
            if alpha is not None:
                yield ImageRecord(alpha_uri(record.uri), alpha)


def read_image(path: Path, uri: str, *, max_pixels: int = 200_000_000) -> ImageRecord:
    """The same for a file of one picture, without its transparency.

    Raises:
        UnreadableError: as :func:`read_images`, and UNSUPPORTED for a file of several frames or pages.
    """
    records = read_images(path, uri, max_pixels=max_pixels)
    first, *others = [record for record in records if not is_alpha(record.uri)]
    if others:
        detail = f"{len(others) + 1} frames or pages, where one picture is expected"
        raise UnreadableError(Reason.UNSUPPORTED, detail)
    return first


def write_images(records: Sequence[ImageRecord], source: Path, destination: Path) -> None:
    """The frames in the format of ``source``, upright, with nothing said about them but their colours, and of a single
    JPEG or PNG the position that is left in its metadata.

    Where neither pixel nor transparency differs from ``source``, the coded pixels stay byte for byte. Otherwise PNG,
    WebP, BMP, TIFF and PPM are written without loss. PNG, WebP and TIFF keep the transparency that is among the
    records, the others lose it. Frames keep their durations.

    Raises:
        UnreadableError: the format of ``source`` cannot be written.
    """
    if _is_heif(source):
        raise UnreadableError(Reason.UNSUPPORTED, _HEIF_NOT_WRITTEN)
    with _decoding(source):
        data = written(records, source)
    position = records[0].metadata if len(records) == 1 else {}
    destination.write_bytes(with_position(data, position))


def write_image(record: ImageRecord, source: Path, destination: Path) -> None:
    """The same for a file of one picture."""
    write_images([record], source, destination)


def _is_heif(path: Path) -> bool:
    with path.open("rb") as file:
        return is_heif(file.read(_START_BYTES))


def _read_heif(path: Path, uri: str, max_pixels: int) -> Iterator[ImageRecord]:
    import numpy as np

    heif = heif_of(path.read_bytes())
    with _decoding(path):
        metadata = metadata_of_heif(heif)
    try:
        pixels = heif_pixels(path, heif, max_pixels)
    except (UnreadableError, MissingDependencyError):
        yield ImageRecord(uri, np.zeros((0, 0, 3), np.uint8), metadata)
        raise
    yield ImageRecord(uri, pixels, metadata)


def _n_frames(picture: Image, max_pixels: int) -> int:
    n_frames = 1 if picture.format == "MPO" else getattr(picture, "n_frames", 1)
    _checked(picture.width * picture.height * n_frames, max_pixels)
    return int(n_frames)


def _checked(n_pixels: int, limit: int) -> int:
    """What the limit leaves; the pages of a TIFF are not all of the size of the first."""
    if n_pixels > limit:
        raise UnreadableError(Reason.TOO_LARGE, f"{n_pixels} pixels, more than the limit of {limit}")
    if not n_pixels:
        raise UnreadableError(Reason.CORRUPT, "a picture without pixels")
    return limit - n_pixels


def _frame(picture: Image, number: int, uri: str, said: dict[str, str]) -> tuple[ImageRecord, NDArray[np.uint8] | None]:
    """The frame, and how opaque it is as a grey picture; None where it is so everywhere."""
    import numpy as np
    from PIL import ImageOps

    metadata = metadata_of(picture)
    picture.load()
    metadata |= metadata_of(picture)  # the texts of a PNG may stand behind its pixels
    if number == 0:
        metadata |= said
        if picture.format == "MPO" and getattr(picture, "n_frames", 1) > 1:
            metadata["MPF"] = "embedded picture"
    upright = ImageOps.exif_transpose(picture)
    alpha = alpha_of(upright)
    grey = None if alpha is None else np.repeat(alpha[..., None], 3, axis=2)
    told = {tag: value for tag, value in metadata.items() if value}
    return ImageRecord(uri, np.ascontiguousarray(as_rgb(upright)), told), grey


@contextlib.contextmanager
def _decoding(path: Path) -> Iterator[None]:
    """What Pillow raises on damaged files, as an UnreadableError; its limit of pixels off, since ours is checked."""
    from PIL import Image, UnidentifiedImageError

    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of large pictures and odd EXIF
            yield
    except UnidentifiedImageError:
        raise _unidentified(path) from None
    except OSError as error:
        reason = Reason.TRUNCATED if "truncated" in str(error).lower() else Reason.CORRUPT
        raise UnreadableError(reason, f"the picture is {reason.value.lower()}") from None
    except (SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, RuntimeError, struct.error) as error:
        raise UnreadableError(Reason.CORRUPT, f"the picture is damaged ({type(error).__name__})") from None
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _unidentified(path: Path) -> UnreadableError:
    with path.open("rb") as file:
        start = file.read(12)
    if start.startswith((b"\xff\xd8\xff", b"\x89PNG", b"GIF8")):
        return UnreadableError(Reason.CORRUPT, "the picture is damaged")
    return UnreadableError(Reason.MISLABELLED, "the content is no picture that can be read")
