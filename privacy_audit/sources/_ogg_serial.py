"""One serial number for every Ogg file written: libsndfile draws it by chance, and equal sounds would differ.

Pages and their checksum (polynomial 04c11db7, from the highest bit on): RFC 3533, section 6.
"""

from __future__ import annotations

import zlib
from pathlib import Path

__all__ = ["with_fixed_serial"]

_HEAD_BYTES = 27
_SERIAL, _CHECKSUM = slice(14, 18), slice(22, 26)
_FIXED = b"\x01\x00\x00\x00"
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def with_fixed_serial(path: Path) -> None:
    """Rewrite the pages of an Ogg file with one stream, in place."""
    with path.open("r+b") as file:
        while head := file.read(_HEAD_BYTES):
            start = file.tell() - len(head)
            segments = file.read(head[26])
            page = bytearray(head + segments + file.read(sum(segments)))
            after = file.tell()
            page[_SERIAL] = _FIXED
            page[_CHECKSUM] = bytes(4)
            page[_CHECKSUM] = _checksum(page).to_bytes(4, "little")
            file.seek(start)
            file.write(page)
            file.seek(after)


def _checksum(page: bytes | bytearray) -> int:
    """By zlib, which reads each byte from its lowest bit on and inverts before and after."""
    mirrored = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
