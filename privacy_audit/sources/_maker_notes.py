"""Serial numbers, owners and names in what camera makers write in forms of their own, as far as these are known.

Places of the tags after the public tables of ExifTool (tag names and numbers only).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from privacy_audit.sources._ifd import directory, first_directory

__all__ = ["ciff_tags", "maker_tags", "meta_tags"]

_MAKE, _EXIF_IFD, _MAKER_NOTE = 0x010F, 0x8769, 0x927C


@dataclass(frozen=True, slots=True)
class _Maker:
    """``start`` of the directory behind the note's own start; ``base`` "note" or "block": what offsets count from."""

    mark: bytes
    start: int
    base: str
    tags: dict[int, str]


_CANON = {0x09: "OwnerName", 0x0C: "SerialNumber", 0x28: "ImageUniqueID", 0x96: "SerialNumber"}
_MAKERS = (
    _Maker(b"Panasonic\0\0\0", 12, "block", {0x25: "SerialNumber", 0x61: "PersonName", 0x66: "PersonName"}),
    _Maker(b"FUJIFILM", 12, "note", {0x10: "SerialNumber"}),
    _Maker(b"Apple iOS\0", 14, "note", {0x11: "ImageUniqueID", 0x15: "ImageUniqueID", 0x2B: "ImageUniqueID"}),
    _Maker(b"OLYMP\0", 8, "block", {0x0404: "SerialNumber"}),
    _Maker(b"OLYMPUS\0", 12, "note", {0x0404: "SerialNumber"}),
    _Maker(b"AOC\0", 6, "note", {0x0229: "SerialNumber", 0x022E: "OwnerName"}),
    _Maker(b"SONY ", 12, "block", {0x2031: "SerialNumber"}),
)
_MAX_CIFF_ENTRIES = 100  # heaps may point to one another
_NIKON = {0x1D: "SerialNumber", 0xA0: "SerialNumber"}


def maker_tags(exif: bytes) -> dict[str, str]:
    """``MakerNote:SerialNumber``, ``MakerNote:OwnerName``, ``MakerNote:PersonName`` of an EXIF block."""
    block = exif.removeprefix(b"Exif\0\0")
    try:
        order, position = first_directory(block)
        outer = dict(directory(block, position, order))
        inner = dict(directory(block, struct.unpack(f"{order}I", outer.get(_EXIF_IFD, bytes(4)))[0], order))
        if _MAKER_NOTE in inner:
            return dict(_read_note(block, inner[_MAKER_NOTE], order, outer.get(_MAKE, b"")))
    except (ValueError, struct.error):
        pass
    return {}


def _read_note(block: bytes, note: bytes, order: str, make: bytes) -> Iterator[tuple[str, str]]:
    at = block.index(note)
    if note.startswith(b"Nikon\0\x02"):  # holds a whole TIFF of its own
        order, position = first_directory(block, at + 10)
        yield from _named(block, position, order, at + 10, _NIKON)
        return
    for maker in _MAKERS:
        if note.startswith(maker.mark):
            inner = {b"II": "<", b"MM": ">"}.get(note[maker.start - 4 : maker.start - 2], order)
            inner = {b"II": "<", b"MM": ">"}.get(note[maker.start - 2 : maker.start], inner)
            base = at if maker.base == "note" else 0
            yield from _named(block, at + maker.start, "<" if maker.mark == b"FUJIFILM" else inner, base, maker.tags)
            return
    if make.startswith(b"Canon"):  # begins with its directory, without a mark
        yield from _named(block, at, order, 0, _CANON)


def _named(block: bytes, position: int, order: str, base: int, names: dict[int, str]) -> Iterator[tuple[str, str]]:
    for tag, value in directory(block, position, order, base):
        if tag in names and (text := _shown(value, order)):
            yield f"MakerNote:{names[tag]}", text


def _shown(value: bytes, order: str) -> str:
    """Printable text, or a number that is not zero."""
    text = value.strip(b"\0").split(b"\0")[0].decode("latin-1").strip()
    if len(text) > 2 and text.isprintable():
        return text
    return str(struct.unpack(f"{order}I", value)[0] or "") if len(value) == 4 else ""


def meta_tags(block: bytes) -> dict[str, str]:
    """Kodak's ``Meta`` segment: owner and serial number of the camera."""
    try:
        order, position = first_directory(block)
        found = {tag: value for tag, value in directory(block, position, order)}
    except (ValueError, struct.error):
        return {}
    texts = {name: found[tag][8:].replace(b"\0", b"").decode("latin-1").strip() for tag, name in _META if tag in found}
    return {f"Meta:{name}": text for name, text in texts.items() if text}


_META = ((0xC353, "OwnerName"), (0xC354, "SerialNumber"))


def ciff_tags(block: bytes) -> dict[str, str]:
    """Canon's CIFF segment of early cameras: owner and serial number."""
    order = "<" if block[:2] == b"II" else ">"
    try:
        heap = block[struct.unpack_from(f"{order}I", block, 2)[0] :]
        return dict(_heap_tags(heap, order, 0))
    except (struct.error, IndexError):
        return {}


def _heap_tags(heap: bytes, order: str, depth: int) -> Iterator[tuple[str, str]]:
    (position,) = struct.unpack_from(f"{order}I", heap, len(heap) - 4)
    (count,) = struct.unpack_from(f"{order}H", heap, position)
    for number in range(min(count, _MAX_CIFF_ENTRIES)):
        tag, size, start = struct.unpack_from(f"{order}HII", heap, position + 2 + 10 * number)
        if tag & 0x4000:
            continue  # the value stands in the entry: counts and switches
        value = heap[start : start + size]
        if tag & 0x3800 in (0x2800, 0x3000) and depth < 2:
            yield from _heap_tags(value, order, depth + 1)
        elif tag & 0x3FFF == 0x0810 and value.strip(b"\0 "):
            yield "CIFF:OwnerName", value.split(b"\0")[0].decode("latin-1")
