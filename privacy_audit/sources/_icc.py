"""Colour profiles without words: a profile of a screen can bear the name of the screen's owner (ICC.1:2022)."""

from __future__ import annotations

import struct

__all__ = ["colours_only", "is_rgb"]

_HEADER_BYTES = 128
_COLOURS = frozenset(
    b"rXYZ gXYZ bXYZ rTRC gTRC bTRC kTRC wtpt bkpt chad lumi cicp A2B0 A2B1 A2B2 B2A0 B2A1 B2A2 gamt".split()
)
_DESCRIPTION = b"desc\0\0\0\0" + struct.pack(">I", 4) + b"RGB\0" + bytes(78)
_DESCRIPTION_4 = b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", 6, 28) + "RGB".encode("utf-16-be")
_MAX_TAGS = 200


def colours_only(profile: bytes) -> bytes:
    """The tags that carry colours, under a header without makers and dates; nothing for what is no whole profile."""
    if len(profile) < _HEADER_BYTES + 4 or profile[36:40] != b"acsp":
        return b""
    (count,) = struct.unpack_from(">I", profile, _HEADER_BYTES)
    if count > _MAX_TAGS or len(profile) < _HEADER_BYTES + 4 + 12 * count:
        return b""
    description = _DESCRIPTION_4 if profile[8] >= 4 else _DESCRIPTION
    tags = {b"desc": description, b"cprt": b"text\0\0\0\0-\0" if profile[8] < 4 else description}
    for number in range(count):
        name, offset, size = struct.unpack_from(">4sII", profile, _HEADER_BYTES + 4 + 12 * number)
        if offset + size > len(profile):
            return b""
        if name in _COLOURS:
            tags[name] = profile[offset : offset + size]
    if len(tags) == 2:
        return b""
    return _assembled(profile[:_HEADER_BYTES], tags)


def is_rgb(profile: bytes) -> bool:
    """True for a profile that can go with pixels that were made RGB."""
    return profile[16:20] == b"RGB "


def _assembled(header: bytes, tags: dict[bytes, bytes]) -> bytes:
    position = _HEADER_BYTES + 4 + 12 * len(tags)
    table, bodies = struct.pack(">I", len(tags)), b""
    placed: dict[bytes, int] = {}
    for name, body in tags.items():
        if body not in placed:  # profiles share curves between tags
            placed[body] = position + len(bodies)
            bodies += body + bytes(-len(body) % 4)
        table += struct.pack(">4sII", name, placed[body], len(body))
    size = struct.pack(">I", _HEADER_BYTES + len(table) + len(bodies))
    # version, class, spaces; then what a reader needs: signature, intent, illuminant
    kept = size + bytes(4) + header[8:24] + bytes(12) + header[36:40] + bytes(24) + header[64:80] + bytes(48)
    return kept + table + bodies
