"""A position put into a picture that says nothing else: EXIF's GPS tags (Exif 2.32, 4.6.6) in a JPEG or a PNG."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

__all__ = ["with_position"]

_GPS_IFD, _ORIENTATION = 0x8825, 0x0112
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
_IHDR_END = len(_PNG) + 25
_REF_AND_VALUE = ((1, 2, "GPSLatitude"), (3, 4, "GPSLongitude"))


def with_position(data: bytes, metadata: Mapping[str, str]) -> bytes:
    """The file with the position among ``metadata``; the file as it is where there is none, or it is of another kind.

    A JPEG keeps the orientation in its EXIF block.
    """
    if not all(f"{name}{end}" in metadata for _, _, name in _REF_AND_VALUE for end in ("", "Ref")):
        return data
    if data.startswith(_PNG):
        body = _exif(metadata, None)
        chunk = b"eXIf" + body
        framed = struct.pack(">I", len(body)) + chunk + struct.pack(">I", zlib.crc32(chunk))
        return data[:_IHDR_END] + framed + data[_IHDR_END:]
    if data.startswith(_JPEG):
        orientation, bare = _without_exif(data)
        body = b"Exif\0\0" + _exif(metadata, orientation)
        return _JPEG + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + bare[2:]
    return data


def _exif(metadata: Mapping[str, str], orientation: int | None) -> bytes:
    from PIL import Image

    exif = Image.Exif()
    gps: dict[int, object] = {0: b"\x02\x03\x00\x00"}
    for ref, value, name in _REF_AND_VALUE:
        gps[ref] = metadata[f"{name}Ref"]
        gps[value] = tuple(float(part) for part in metadata[name].split())
    exif.get_ifd(_GPS_IFD).update(gps)
    exif[_GPS_IFD] = exif.get_ifd(_GPS_IFD)
    if orientation:
        exif[_ORIENTATION] = orientation
    return exif.tobytes().removeprefix(b"Exif\0\0")


def _without_exif(data: bytes) -> tuple[int | None, bytes]:
    """Orientation and file of a stripped JPEG, whose EXIF block holds its orientation and nothing else."""
    from PIL import Image

    at = 2
    while data[at] == 0xFF and data[at + 1] not in (0xDA, 0xD9):
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            exif = Image.Exif()
            exif.load(data[at + 4 : end])
            return exif.get(_ORIENTATION), data[:at] + data[end:]
        at = end
    return None, data
