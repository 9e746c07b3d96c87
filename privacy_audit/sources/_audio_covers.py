"""Pictures in the tags of recordings: their bytes, and the pictures they are.

ID3v2 APIC and PIC frames (id3.org), FLAC picture blocks and their form in Vorbis comments (xiph.org/flac/format.html).
"""

from __future__ import annotations

import base64
import binascii
import io
import struct
import warnings
import zlib
from collections.abc import Iterable, Iterator

from privacy_audit.types import ImageRecord, Reason, Unscanned

__all__ = ["cover_records", "in_base64", "in_block", "in_frame", "is_cover"]

_MAX_PICTURES = 32  # per recording; a file of pictures named .mp3 is told, not followed
_MAX_INFLATED_BYTES = 64_000_000
_COMPRESSED = {3: 0x80, 4: 0x08}
"""Flags of an ID3 frame, in its last byte, by version."""
_LENGTH_AHEAD, _UNSYNCHRONISED = 0x01, 0x02
_TWO_BYTES = (1, 2)  # encodings of the description: UTF-16


def in_frame(body: bytes, version: int, flags: int) -> bytes:
    """The picture in an ID3 frame; ``version`` 2, 3 or 4."""
    if version == 4:
        if flags & _LENGTH_AHEAD:
            body = body[4:]
        if flags & _UNSYNCHRONISED:
            body = body.replace(b"\xff\x00", b"\xff")
    if flags & _COMPRESSED.get(version, 0):
        body = _inflated(body[4:] if version == 3 else body)
    encoding, rest = body[:1], body[1:]
    rest = rest[3:] if version == 2 else rest.partition(b"\0")[2]  # the format of the picture
    rest = rest[1:]  # what it shows
    if encoding and encoding[0] in _TWO_BYTES:
        end = next((at for at in range(0, len(rest) - 1, 2) if rest[at : at + 2] == b"\0\0"), len(rest))
        return rest[end + 2 :]
    return rest.partition(b"\0")[2]


def in_block(block: bytes) -> bytes:
    """The picture in a FLAC picture block; nothing where the block is cut short before it."""
    position = 4
    try:
        for _ in range(2):  # its format, its description
            position += 4 + struct.unpack_from(">I", block, position)[0]
        (size,) = struct.unpack_from(">I", block, position + 16)
    except struct.error:
        return b""
    return block[position + 20 : position + 20 + size]


def in_base64(key: str, value: bytes) -> bytes:
    """The picture in a Vorbis comment: a FLAC block, or under the old name ``coverart`` the picture itself."""
    try:
        data = base64.b64decode(value)
        return data if key == "coverart" else in_block(data)
    except binascii.Error:
        return b""


def is_cover(record_uri: str, uri: str) -> bool:
    """Whether a record is a picture in the tags of the recording ``uri``."""
    return record_uri.startswith(f"{uri}#picture=")


def cover_records(pictures: Iterable[bytes], uri: str, *, max_pixels: int) -> Iterator[ImageRecord | Unscanned]:
    """Each picture upright, with what it says about itself; one that cannot be decoded is Unscanned."""
    for number, data in enumerate(pictures, 1):
        place = f"{uri}#picture={number}"
        if number > _MAX_PICTURES:
            yield Unscanned(place, "*", Reason.TOO_LARGE, f"more than {_MAX_PICTURES} pictures in the tags")
            return
        try:
            yield _decoded(data, place, max_pixels)
        except _TooLargeError as error:
            detail = f"a picture in the tags of {error.n_pixels} pixels, more than the limit of {max_pixels}"
            yield Unscanned(place, "*", Reason.TOO_LARGE, detail)
        except Exception as error:
            # only the class: a decoder's message may quote what the picture holds
            detail = f"a picture in the tags that cannot be decoded ({type(error).__name__})"
            yield Unscanned(place, "*", Reason.CORRUPT, detail)


class _TooLargeError(Exception):
    def __init__(self, n_pixels: int) -> None:
        super().__init__(n_pixels)
        self.n_pixels = n_pixels


def _decoded(data: bytes, uri: str, max_pixels: int) -> ImageRecord:
    import numpy as np
    from PIL import Image, ImageOps

    from privacy_audit.sources._image_metadata import metadata_of
    from privacy_audit.sources._image_rgb import as_rgb
    from privacy_audit.sources._image_written import READABLE

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of large pictures and odd EXIF
        picture = Image.open(io.BytesIO(data), formats=READABLE)
        if picture.width * picture.height > max_pixels:
            raise _TooLargeError(picture.width * picture.height)
        metadata = metadata_of(picture)
        upright = ImageOps.exif_transpose(picture)
        pixels = np.ascontiguousarray(as_rgb(upright))
    return ImageRecord(uri, pixels, {tag: value for tag, value in metadata.items() if value})


def _inflated(body: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(body, _MAX_INFLATED_BYTES)
    except zlib.error:
        return b""
