"""A camera's EXIF block, written by hand: the same bytes whatever Pillow is installed, and a thumbnail in it."""

from __future__ import annotations

import struct
from collections.abc import Mapping

__all__ = ["exif_block"]

Value = str | int | bytes | tuple[tuple[int, int], ...]
_EXIF_POINTER, _GPS_POINTER = 0x8769, 0x8825
_THUMBNAIL_OFFSET, _THUMBNAIL_LENGTH = 0x0201, 0x0202


def exif_block(
    main: Mapping[int, Value],
    camera: Mapping[int, Value] | None = None,
    gps: Mapping[int, Value] | None = None,
    thumbnail: bytes = b"",
) -> bytes:
    """An APP1 payload after EXIF 2.32 (CIPA DC-008), section 4.6.

    Tags by number; a str is written as ASCII, an int as SHORT, pairs as RATIONAL.
    """
    pointers = {_EXIF_POINTER: camera, _GPS_POINTER: gps}
    room = sum(tag in pointers and content is not None for tag, content in pointers.items())
    body = bytearray(b"MM\x00\x2a\x00\x00\x00\x08")
    offset = 8 + _length(main, room)
    children = b""
    links: dict[int, int] = {}
    for tag, content in pointers.items():
        if content is not None:
            links[tag] = offset + len(children)
            children += _directory(content, {}, links[tag], 0)
    after = offset + len(children)
    body += _directory(main, links, 8, after if thumbnail else 0) + children
    if thumbnail:
        start = after + _length({0x0103: 6}, 2)
        body += _directory({0x0103: 6}, {_THUMBNAIL_OFFSET: start, _THUMBNAIL_LENGTH: len(thumbnail)}, after, 0)
        body += thumbnail
    return b"Exif\x00\x00" + bytes(body)


def _encode(value: Value) -> tuple[int, int, bytes]:
    """TIFF type, count, data."""
    if isinstance(value, str):
        data = value.encode("ascii") + b"\x00"
        return 2, len(data), data
    if isinstance(value, int):
        return 3, 1, struct.pack(">H", value)
    if isinstance(value, bytes):
        return 7, len(value), value
    return 5, len(value), b"".join(struct.pack(">II", *pair) for pair in value)


def _padded(data: bytes) -> bytes:
    return data + b"\x00" * (len(data) % 2)


def _length(values: Mapping[int, Value], links: int) -> int:
    apart = sum(len(_padded(data)) for _, _, data in map(_encode, values.values()) if len(data) > 4)
    return 2 + 12 * (len(values) + links) + 4 + apart


def _directory(values: Mapping[int, Value], links: Mapping[int, int], start: int, following: int) -> bytes:
    """One image file directory that lies ``start`` bytes into the block; ``following`` is where the next one lies."""
    apart_at = start + 2 + 12 * (len(values) + len(links)) + 4
    entries: list[bytes] = []
    apart = b""
    for tag in sorted([*values, *links]):
        if tag in links:
            entries.append(struct.pack(">HHII", tag, 4, 1, links[tag]))
            continue
        kind, count, data = _encode(values[tag])
        field = data.ljust(4, b"\x00") if len(data) <= 4 else struct.pack(">I", apart_at + len(apart))
        if len(data) > 4:
            apart += _padded(data)
        entries.append(struct.pack(">HHI", tag, kind, count) + field)
    return struct.pack(">H", len(entries)) + b"".join(entries) + struct.pack(">I", following) + apart
