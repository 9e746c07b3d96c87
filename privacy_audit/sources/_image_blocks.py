"""The blocks that picture files are made of, byte for byte: JPEG segments, PNG and WebP chunks, GIF blocks.

ITU-T T.81 annex B, PNG (third edition), RFC 9649, GIF89a. Joined again, blocks and rest are the file.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

__all__ = ["Block", "Blocks", "blocks_of"]

_PNG_MARK = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Block:
    """``name``: ``APP1``, ``COM``, ``tEXt``, ``EXIF``; ``body`` without what frames it, ``raw`` with it."""

    name: str
    body: bytes = field(repr=False)
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Blocks:
    """``kind`` as Pillow names it; ``start`` before the first block, ``rest`` behind the end of the picture."""

    kind: str
    start: bytes = field(repr=False)
    blocks: tuple[Block, ...]
    rest: bytes = field(repr=False)


def blocks_of(data: bytes) -> Blocks | None:
    """The blocks of a JPEG, PNG, WebP or GIF file; None for another kind, or where they do not fit together."""
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg(data)
        if data.startswith(_PNG_MARK):
            return _png(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
        if data[:6] in (b"GIF87a", b"GIF89a"):
            return _gif(data)
    except (IndexError, ValueError, struct.error):
        return None
    return None


def _jpeg(data: bytes) -> Blocks:
    blocks, position = [], 2
    while True:
        if data[position] != 0xFF:
            raise ValueError
        start = position
        while data[position] == 0xFF:  # a marker may have more of these before it
            position += 1
        marker = data[position]
        position += 1
        if marker == 0xD9:
            blocks.append(Block("EOI", b"", data[start:position]))
            return Blocks("JPEG", data[:2], tuple(blocks), data[position:])
        (size,) = struct.unpack_from(">H", data, position)
        end = position + size
        if size < 2 or end > len(data):
            raise ValueError
        body = data[position + 2 : end]
        if marker == 0xDA:
            end = _end_of_scan(data, end)
        blocks.append(Block(_jpeg_name(marker), body, data[start:end]))
        position = end


def _jpeg_name(marker: int) -> str:
    if 0xE0 <= marker <= 0xEF:
        return f"APP{marker - 0xE0}"
    return {0xFE: "COM", 0xDA: "SOS"}.get(marker, f"{marker:02X}")


def _end_of_scan(data: bytes, position: int) -> int:
    """The next marker: in the coded pixels 0xFF is followed by a zero or a restart mark."""
    while (position := data.index(b"\xff", position)) + 1 < len(data):
        after = data[position + 1]
        if after and after != 0xFF and not 0xD0 <= after <= 0xD7:
            return position
        position += 1 if after == 0xFF else 2
    raise ValueError


def _png(data: bytes) -> Blocks:
    blocks, position = [], len(_PNG_MARK)
    while True:
        size, name = struct.unpack_from(">I4s", data, position)
        end = position + 12 + size
        if end > len(data):
            raise ValueError
        blocks.append(Block(name.decode("latin-1"), data[position + 8 : end - 4], data[position:end]))
        position = end
        if name == b"IEND":
            return Blocks("PNG", _PNG_MARK, tuple(blocks), data[end:])


def _webp(data: bytes) -> Blocks:
    (size,) = struct.unpack_from("<I", data, 4)
    whole, blocks, position = min(size + 8, len(data)), [], 12
    while position + 8 <= whole:
        name, size = struct.unpack_from("<4sI", data, position)
        end = position + 8 + size + size % 2
        blocks.append(Block(name.decode("latin-1"), data[position + 8 : position + 8 + size], data[position:end]))
        position = end
    return Blocks("WEBP", data[:12], tuple(blocks), data[position:])


def _gif(data: bytes) -> Blocks:
    """An image block is ``image``, an extension ``ext-fe`` by its label; its body is joined from its sub-blocks."""
    position = 13 + _palette_bytes(data[10])
    start, blocks = data[:position], []
    while True:
        begin, kind = position, data[position]
        if kind == 0x3B:
            blocks.append(Block("end", b"", b";"))
            return Blocks("GIF", start, tuple(blocks), data[position + 1 :])
        if kind == 0x21:
            name, position = f"ext-{data[position + 1]:02x}", position + 2
        elif kind == 0x2C:
            name, position = "image", position + 11 + _palette_bytes(data[position + 9])
        else:
            raise ValueError
        pieces = []
        while size := data[position]:
            pieces.append(data[position + 1 : position + 1 + size])
            position += 1 + size
        position += 1
        blocks.append(Block(name, b"".join(pieces), data[begin:position]))


def _palette_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0
