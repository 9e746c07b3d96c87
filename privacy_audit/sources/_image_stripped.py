"""A picture file without what it says about its picture, its coded pixels untouched."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from privacy_audit.sources._icc import colours_only
from privacy_audit.sources._image_blocks import Block, Blocks, blocks_of

__all__ = ["stripped"]

_PNG_KEPT = frozenset(
    "IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB sBIT bKGD pHYs cICP mDCV cLLI acTL fcTL fdAT".split()  # how it looks
)
_WEBP_KEPT = frozenset(("VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF"))
_WEBP_SAYS = 0x20 | 0x08 | 0x04  # flags of VP8X: a profile, EXIF, XMP
_GIF_LOOP = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_ICC_SEGMENT = b"ICC_PROFILE\0"
_MAX_SEGMENT_BYTES = 65_519


def stripped(data: bytes, orientation: int | None = 1) -> bytes | None:
    """The same picture with its colour profile and nothing else; None for a kind whose blocks are not known.

    A JPEG keeps its orientation, since only its EXIF block says how it is to be turned; any other kind loses it.
    """
    blocks = blocks_of(data)
    if blocks is None:
        return None
    if blocks.kind == "JPEG":
        return _joined(blocks, _jpeg(blocks, orientation if orientation in range(1, 9) else 1))
    if blocks.kind == "PNG":
        return _joined(blocks, _png(blocks))
    if blocks.kind == "GIF":
        return _joined(blocks, _gif(blocks))
    return _webp(blocks)


def _joined(blocks: Blocks, kept: Iterator[bytes]) -> bytes:
    return blocks.start + b"".join(kept)


def _jpeg(blocks: Blocks, orientation: int | None) -> Iterator[bytes]:
    profile = colours_only(_jpeg_profile(blocks.blocks))
    for block in blocks.blocks:
        if block.name == "APP0" and block.body.startswith(b"JFIF\0"):
            yield _segment(0xE0, block.body[:12] + b"\0\0")  # density, without the thumbnail
        elif block.name == "APP14" and block.body.startswith(b"Adobe"):
            yield _segment(0xEE, block.body[:12])  # how the colours are coded
        elif not block.name.startswith(("APP", "COM")):
            if orientation != 1:
                yield _segment(0xE1, b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0))
            size = _MAX_SEGMENT_BYTES
            parts = [profile[start : start + size] for start in range(0, len(profile), size)]
            for number, part in enumerate(parts):
                yield _segment(0xE2, _ICC_SEGMENT + bytes((number + 1, len(parts))) + part)
            profile, orientation = b"", 1
            yield block.raw


def _jpeg_profile(blocks: tuple[Block, ...]) -> bytes:
    parts = [block.body for block in blocks if block.name == "APP2" and block.body.startswith(_ICC_SEGMENT)]
    return b"".join(part[14:] for part in sorted(parts, key=lambda part: part[12:13]))


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _png(blocks: Blocks) -> Iterator[bytes]:
    for block in blocks.blocks:
        if block.name in _PNG_KEPT:
            yield block.raw
        elif block.name == "iCCP":
            yield _png_profile(block.body)


def _png_profile(body: bytes) -> bytes:
    import zlib

    _, _, packed = body.partition(b"\0")
    unpack = zlib.decompressobj()
    try:
        profile = colours_only(unpack.decompress(packed[1:], 16_000_000))
    except zlib.error:
        return b""
    if not profile:
        return b""
    new = b"iCCPicc\0\0" + zlib.compress(profile)
    return struct.pack(">I", len(new) - 4) + new + struct.pack(">I", zlib.crc32(new))


def _gif(blocks: Blocks) -> Iterator[bytes]:
    """Comments and unknown extensions go; timing and the loop stay."""
    for block in blocks.blocks:
        is_loop = block.name == "ext-ff" and block.body.startswith(_GIF_LOOP)
        if block.name in ("image", "end", "ext-f9") or is_loop:
            yield block.raw


def _webp(blocks: Blocks) -> bytes:
    profile = b"".join(colours_only(block.body) for block in blocks.blocks if block.name == "ICCP")
    kept = b""
    for block in blocks.blocks:
        if block.name == "VP8X":
            flags = block.body[0] & ~_WEBP_SAYS | (0x20 if profile else 0)
            kept += _chunk("VP8X", bytes((flags,)) + block.body[1:])
            kept += _chunk("ICCP", profile) if profile else b""
        elif block.name in _WEBP_KEPT:
            kept += block.raw
    return b"RIFF" + struct.pack("<I", len(kept) + 4) + b"WEBP" + kept


def _chunk(name: str, body: bytes) -> bytes:
    return name.encode("latin-1") + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
