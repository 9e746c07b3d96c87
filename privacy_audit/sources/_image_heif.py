"""What a HEIF file (HEIC of phones) holds: EXIF and XMP, other pictures, and the tiles that make up the picture.

ISO/IEC 23008-12 (HEIF) and 14496-12 (boxes ``meta``: ``pitm``, ``iinf``, ``iloc``, ``iref``, ``iprp``, ``idat``).
Nothing is decoded here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from privacy_audit.errors import UnreadableError
from privacy_audit.types import Reason

__all__ = ["Heif", "heif_of", "is_heif"]

_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))
_AVIF = frozenset((b"avif", b"avis"))
_XMP = b"application/rdf+xml"
_MAX_ITEMS = 100_000
_PICTURES = frozenset(("hvc1", "av01", "jpeg", "avc1", "j2k1", "unci", "grid", "iden", "iovl"))


@dataclass(frozen=True, slots=True)
class Heif:
    """``tiles``: item numbers, row by row, in ``columns``; the picture is the upper left ``width_px`` x ``height_px``
    of what they make, after ``turns`` in their order: ``irot`` by so many quarters to the left, ``imir`` 0 upside down
    or 1 left to right. A cut of the edges (``clap``) is left out: what it hides is still in the file.
    """

    exif: bytes = field(repr=False)
    xmp: bytes = field(repr=False)
    has_thumbnail: bool
    has_other_pictures: bool
    coding: str
    tiles: tuple[int, ...]
    columns: int
    width_px: int
    height_px: int
    turns: tuple[tuple[str, int], ...]


def is_heif(start: bytes) -> bool:
    """By the first bytes of a file; AVIF, which has the same boxes, is none."""
    if start[4:8] != b"ftyp" or start[8:12] not in _BRANDS:
        return False
    end = min(int.from_bytes(start[:4], "big"), len(start))
    return not any(start[at : at + 4] in _AVIF for at in range(16, end, 4))


def heif_of(data: bytes) -> Heif:
    """What the file says of its picture. Raises UnreadableError: CORRUPT, UNSUPPORTED."""
    try:
        return _read(data)
    except (struct.error, IndexError, KeyError, ValueError):
        raise UnreadableError(Reason.CORRUPT, "the index of the HEIF picture is damaged") from None


@dataclass(frozen=True, slots=True)
class _Item:
    """``kind``: ``grid``, ``hvc1``, ``Exif``, ``mime``."""

    kind: str
    mime: bytes


def _read(data: bytes) -> Heif:
    outer = dict(_boxes(data, 0, len(data)))
    if "moov" in outer and "meta" not in outer:
        raise UnreadableError(Reason.UNSUPPORTED, "a HEIF file that holds a sequence only is not read")
    meta = outer["meta"]
    inner = dict(_boxes(data, meta[0] + 4, meta[1]))
    items = _items(data, inner["iinf"])
    places = _places(data, inner)
    references = list(_references(data, inner["iref"])) if "iref" in inner else []
    primary = _primary(data, inner["pitm"])
    size, turns = _properties(data, inner["iprp"], primary)
    tiles: tuple[int, ...] = (primary,)
    columns = 1
    if items[primary].kind == "grid":
        grid = _content(data, places[primary])
        tiles = next((to for kind, source, to in references if kind == "dimg" and source == primary), ())
        columns = grid[3] + 1
        size = struct.unpack(">II" if grid[1] & 1 else ">HH", grid[4 : 12 if grid[1] & 1 else 8])
        if len(tiles) != columns * (grid[2] + 1):
            raise ValueError
    parts = {primary, *tiles}
    second = {source for kind, source, _ in references if kind == "thmb"}
    tiles_of_others = {item for kind, _, to in references if kind == "dimg" for item in to}
    others = {number for number, item in items.items() if item.kind in _PICTURES} - parts - second - tiles_of_others
    exif = b"".join(_tiff(_content(data, places.get(item, ()))) for item, of in items.items() if of.kind == "Exif")
    xmp = b"".join(_content(data, places.get(item, ())) for item, of in items.items() if of.mime == _XMP)
    coding = items[tiles[0]].kind
    return Heif(exif, xmp, bool(second), bool(others) or "moov" in outer, coding, tiles, columns, *size, turns)


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """Name and extent of the content of every box; one that does not fit ends the walk."""
    for _ in range(_MAX_ITEMS):
        if start + 8 > end:
            return
        size, name = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start + 8)
            head = 16
        stop = end if size == 0 else start + size
        if stop > end or stop < start + head:
            return
        yield name.decode("latin-1"), (start + head, stop)
        start = stop


def _primary(data: bytes, box: tuple[int, int]) -> int:
    return int(struct.unpack_from(">I" if data[box[0]] else ">H", data, box[0] + 4)[0])


def _items(data: bytes, box: tuple[int, int]) -> dict[int, _Item]:
    found = {}
    for name, (start, end) in _boxes(data, box[0] + (8 if data[box[0]] else 6), box[1]):
        if name == "infe" and data[start] >= 2:
            wide = data[start] >= 3
            number, _, kind = struct.unpack_from(">IH4s" if wide else ">HH4s", data, start + 4)
            texts = data[start + (14 if wide else 12) : end].split(b"\0")
            found[number] = _Item(kind.decode("latin-1"), texts[1] if kind == b"mime" and len(texts) > 1 else b"")
    return found


def _places(data: bytes, inner: dict[str, tuple[int, int]]) -> dict[int, list[tuple[int, int]]]:
    """Item -> extents in the file, of those that lie in it or in ``idat``."""
    position, end = inner["iloc"]
    version = data[position]
    sizes, more = data[position + 4], data[position + 5]
    widths = sizes >> 4, sizes & 15, more >> 4, more & 15 if version else 0
    reader = _Numbers(data, position + 6, end)
    found = {}
    for _ in range(min(reader.take(4 if version == 2 else 2), _MAX_ITEMS)):
        number = reader.take(4 if version == 2 else 2)
        method = reader.take(2) & 15 if version else 0
        reader.take(2)  # which file: this one
        base = reader.take(widths[2])
        extents = []
        for _ in range(reader.take(2)):
            reader.take(widths[3])
            offset, length = base + reader.take(widths[0]), reader.take(widths[1])
            start = offset + (inner["idat"][0] if method == 1 else 0)
            extents.append((start, start + length if length else len(data)))
        if method in (0, 1):
            found[number] = extents
    return found


def _content(data: bytes, extents: Sequence[tuple[int, int]]) -> bytes:
    if sum(end - start for start, end in extents) > len(data):  # the same bytes over and over
        raise ValueError
    return b"".join(data[start:end] for start, end in extents)


def _references(data: bytes, box: tuple[int, int]) -> Iterator[tuple[str, int, tuple[int, ...]]]:
    width = 4 if data[box[0]] else 2
    for name, (start, end) in _boxes(data, box[0] + 4, box[1]):
        reader = _Numbers(data, start, end)
        source, count = reader.take(width), reader.take(2)
        yield name, source, tuple(reader.take(width) for _ in range(count))


def _properties(data: bytes, box: tuple[int, int], item: int) -> tuple[tuple[int, int], tuple[tuple[str, int], ...]]:
    """Width and height in pixels, and the turns."""
    inner = dict(_boxes(data, *box))
    properties = list(_boxes(data, *inner["ipco"]))
    size, turns = (0, 0), []
    for index in _associated(data, inner["ipma"], item):
        name, (start, _) = properties[index - 1]
        if name == "ispe":
            size = struct.unpack_from(">II", data, start + 4)
        elif name in ("irot", "imir"):
            turns.append((name, data[start] & 3))
    return size, tuple(turns)


def _associated(data: bytes, box: tuple[int, int], item: int) -> list[int]:
    version, wide = data[box[0]], data[box[0] + 3] & 1
    reader = _Numbers(data, box[0] + 4, box[1])
    for _ in range(min(reader.take(4), _MAX_ITEMS)):
        number = reader.take(4 if version else 2)
        indices = [reader.take(2) & 0x7FFF if wide else reader.take(1) & 0x7F for _ in range(reader.take(1))]
        if number == item:
            return [index for index in indices if index]
    return []


def _tiff(block: bytes) -> bytes:
    """An EXIF item begins with the distance to its TIFF header."""
    return block[4 + int.from_bytes(block[:4], "big") :] if len(block) > 8 else b""


class _Numbers:
    """Unsigned big-endian numbers of any width in bytes, one after the other. Raises ValueError past the end."""

    def __init__(self, data: bytes, position: int, end: int) -> None:
        self._data, self._position, self._end = data, position, end

    def take(self, width: int) -> int:
        """The next number; 0 for a width of 0."""
        start, self._position = self._position, self._position + width
        if self._position > self._end:
            raise ValueError
        return int.from_bytes(self._data[start : self._position], "big")
