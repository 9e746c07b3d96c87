"""Directories of tags as TIFF, EXIF and the notes of camera makers hold them (TIFF 6.0, section 2)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

__all__ = ["directory", "first_directory"]

_BYTES_OF_TYPE = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_MAX_ENTRIES = 1_000
_MAX_VALUE_BYTES = 100_000


def first_directory(block: bytes, base: int = 0) -> tuple[str, int]:
    """Byte order (``<`` or ``>``) and place of the first directory of a TIFF header at ``base``. Raises ValueError."""
    order = {b"II": "<", b"MM": ">"}.get(block[base : base + 2])
    if order is None or len(block) < base + 8:
        raise ValueError("no TIFF header")
    return order, base + int(struct.unpack_from(f"{order}I", block, base + 4)[0])


def directory(block: bytes, position: int, order: str, base: int = 0) -> Iterator[tuple[int, bytes]]:
    """Tag and value as bytes of every entry at ``position``; offsets count from ``base``. What lies outside is left."""
    if position + 2 > len(block):
        return
    (count,) = struct.unpack_from(f"{order}H", block, position)
    for number in range(min(count, _MAX_ENTRIES)):
        at = position + 2 + 12 * number
        if at + 12 > len(block):
            return
        tag, kind, n_values = struct.unpack_from(f"{order}HHI", block, at)
        size = _BYTES_OF_TYPE.get(kind, 0) * n_values
        start = at + 8 if size <= 4 else base + struct.unpack_from(f"{order}I", block, at + 8)[0]
        if 0 < size <= _MAX_VALUE_BYTES and start + size <= len(block):
            yield tag, block[start : start + size]
