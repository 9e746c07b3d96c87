"""Tags of recordings, read from the bytes of the containers: soundfile shows only some of them, mutagen is GPL.

RIFF and AIFF chunks (Microsoft RIFF 1.0, Apple AIFF 1.3), ID3v2.2-2.4 and ID3v1 (id3.org), Vorbis comments (Xiph).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from privacy_audit.sources._audio_chunks import ape_tags, chunk_tags, printable, text_of
from privacy_audit.sources._audio_covers import in_base64, in_block, in_frame

__all__ = ["declared_bytes", "pictures_of", "tags_of"]

_MAX_CHARS = 2_000
_MAX_BLOCK_BYTES = 4_000_000  # of tags; where only the presence of a picture counts, it may be larger
_MAX_PICTURES_BYTES = 64_000_000  # of tags with their pictures
_LEFT_OPEN_BYTES = 0x7FFFF000  # what programs that write to a pipe put for "not known yet"
_NAMES = {
    **dict.fromkeys(("INFO:IART", "ID3:TPE1", "ID3v1:TPE1", "AIFF:AUTH"), "artist"),
    **dict.fromkeys(("INFO:INAM", "ID3:TIT2", "ID3v1:TIT2", "AIFF:NAME"), "title"),
    **dict.fromkeys(("INFO:ICMT", "ID3:COMM", "ID3v1:COMM", "AIFF:ANNOTATION"), "comment"),
    **dict.fromkeys(("INFO:ICOP", "ID3:TCOP", "AIFF:COPYRIGHT"), "copyright"),
    **dict.fromkeys(("INFO:ICRD", "ID3:TDRC", "ID3:TDAT", "ID3:TYER", "BWF:OriginationDate"), "date"),
    **dict.fromkeys(("ID3:TCOM", "INFO:IMUS"), "composer"),
    **dict.fromkeys(("INFO:IARL",), "location"),
}
"""What the containers mean alike, under the names of Vorbis comments; other tags keep the container's name."""

_ID3_V2_2 = {
    **{"TP1": "TPE1", "TP2": "TPE2", "TP3": "TPE3", "TP4": "TPE4", "TCM": "TCOM", "TXT": "TEXT", "TOA": "TOPE"},
    **{"TT1": "TIT1", "TT2": "TIT2", "TT3": "TIT3", "TAL": "TALB", "TCR": "TCOP", "TEN": "TENC", "TXX": "TXXX"},
    **{"TYE": "TYER", "TDA": "TDAT", "COM": "COMM", "ULT": "USLT", "IPL": "IPLS", "WAR": "WOAR", "PIC": "APIC"},
}
_OTHER_FRAMES = ("POPM", "PRIV", "OWNE", "COMR", "UFID", "GEOB", "CHAP", "SYLT", "XSOP")
"""Frames of forms of their own: an address of who rated, what a program noted, who sold it to whom."""
_PICTURE_COMMENTS = ("metadata_block_picture", "coverart")
_DAMAGED = ("damaged tags", "unreadable")


def tags_of(path: Path) -> dict[str, str]:
    """Tag name -> value, cut at 2,000 characters: ``artist``, ``comment``, ``ID3:TOWN``. A picture is ``picture``.

    Tags that cannot be read come as ``{"damaged tags": "unreadable"}`` so that they are not taken for none.
    """
    found: dict[str, str] = {}
    try:
        with path.open("rb") as file:
            for name, value in _all_tags(file, _MAX_BLOCK_BYTES):
                if isinstance(value, bytes):
                    found[name] = "embedded"
                elif value:  # an empty tag does not hide a full one of the same name
                    found[_NAMES.get(name, name)] = value[:_MAX_CHARS]
    except (struct.error, IndexError, ValueError):
        found.update([_DAMAGED])
    return found


def pictures_of(path: Path) -> Iterator[bytes]:
    """The coded pictures in the tags, in order: cover art, photographs of artists. One cut short comes as it is.

    Of damaged tags those before the damage come; :func:`tags_of` tells the damage.
    """
    try:
        with path.open("rb") as file:
            for _, value in _all_tags(file, _MAX_PICTURES_BYTES):
                if isinstance(value, bytes):
                    yield value
    except (struct.error, IndexError, ValueError):
        return


def declared_bytes(path: Path) -> int:
    """The size of a RIFF, RF64, AIFF or AU file as its header says it, 0 where there is none or it was left open."""
    with path.open("rb") as file:
        start = file.read(28)
    if len(start) < 28:
        return 0
    mark, size = start[:4], 0
    if mark == b"RF64":  # EBU Tech 3306: the size has moved into the first chunk
        size = int.from_bytes(start[20:28], "little") + 8
    elif mark in (b"RIFF", b"RIFX", b"FORM"):
        size = int.from_bytes(start[4:8], "little" if mark == b"RIFF" else "big") + 8
    elif mark == b".snd":
        size = int.from_bytes(start[4:8], "big") + int.from_bytes(start[8:12], "big")
    left_open = size <= 8 or (mark != b"RF64" and size >= _LEFT_OPEN_BYTES)
    return 0 if left_open else size


def _all_tags(file: BinaryIO, max_bytes: int) -> Iterator[tuple[str, str | bytes]]:
    """Name and value of each tag; a picture's value is its bytes. Of one block ``max_bytes`` are read."""
    start = file.read(12)
    position = 0
    if start[:3] == b"ID3":
        position = 10 + _synchsafe(start[6:10])
        file.seek(0)
        yield from _id3(file.read(min(position, max_bytes)))
        file.seek(position)
        start = file.read(12)
    if start[:4] in (b"RIFF", b"RIFX", b"RF64", b"FORM"):
        yield from _chunks(file, start, max_bytes)
    elif start[:4] == b"fLaC":
        file.seek(position + 4)
        yield from _flac(file)
    elif start[:4] == b"OggS":
        file.seek(position)
        yield from _ogg(file, max_bytes)
    yield from ape_tags(file, max_bytes)
    yield from _id3_v1(file)


def _chunks(file: BinaryIO, start: bytes, max_bytes: int) -> Iterator[tuple[str, str | bytes]]:
    order = "<" if start[:4] in (b"RIFF", b"RF64") else ">"
    while len(head := file.read(8)) == 8:
        name, size = head[:4], struct.unpack(f"{order}I", head[4:])[0]
        after = file.tell() + size + size % 2
        if name in (b"id3 ", b"ID3 "):
            yield from _id3(file.read(min(size, max_bytes)))
        elif name not in (b"data", b"SSND"):
            yield from chunk_tags(name, file.read(min(size, _MAX_BLOCK_BYTES)), order, start[:4] == b"FORM")
        file.seek(after)


def _flac(file: BinaryIO) -> Iterator[tuple[str, str | bytes]]:
    last = False
    while not last and len(head := file.read(4)) == 4:
        last, kind, size = bool(head[0] & 0x80), head[0] & 0x7F, int.from_bytes(head[1:], "big")
        block = file.read(size)
        if kind == 4:
            yield from _vorbis(block)
        elif kind == 6:
            yield "picture", in_block(block)
        elif kind == 2 and (words := printable(block)):
            yield "FLAC:application", " ".join(words)


def _ogg(file: BinaryIO, max_bytes: int) -> Iterator[tuple[str, str | bytes]]:
    """The second packet of the stream holds the comments; both Vorbis and Opus mark it."""
    start = file.read(max_bytes)
    packets = [bytearray()]
    position = 0
    while start[position : position + 4] == b"OggS" and len(packets) < 3:
        lacing = start[position + 27 : position + 27 + start[position + 26]]
        position += 27 + len(lacing)
        for length in lacing:
            packets[-1] += start[position : position + length]
            position += length
            if length < 255:
                packets.append(bytearray())
    comments = bytes(packets[1]) if len(packets) > 1 else b""
    for mark in (b"\x03vorbis", b"OpusTags"):
        if comments.startswith(mark):
            yield from _vorbis(comments[len(mark) :])


def _vorbis(block: bytes) -> Iterator[tuple[str, str | bytes]]:
    (vendor,) = struct.unpack_from("<I", block, 0)
    (count,) = struct.unpack_from("<I", block, 4 + vendor)
    position = 8 + vendor
    for _ in range(min(count, 10_000)):
        (size,) = struct.unpack_from("<I", block, position)
        name, _, value = block[position + 4 : position + 4 + size].partition(b"=")
        key = name.decode("latin-1").lower()
        yield ("picture", in_base64(key, value)) if key in _PICTURE_COMMENTS else (key, text_of(value))
        position += 4 + size


def _id3(block: bytes) -> Iterator[tuple[str, str | bytes]]:
    if block[:3] != b"ID3" or len(block) < 10:
        return
    version, flags = block[3], block[5]
    end = 10 + _synchsafe(block[6:10])
    position = 10
    cut_short = end > len(block)
    if flags & 0x80 and version < 4:  # "unsynchronised": a zero was put behind each 0xFF
        block = block[:10] + block[10:end].replace(b"\xff\x00", b"\xff")
        end = len(block)
    if flags & 0x40 and version > 2:
        position += _synchsafe(block[10:14]) if version == 4 else 4 + int.from_bytes(block[10:14], "big")
    id_chars, head = (3, 6) if version == 2 else (4, 10)
    while position + head <= min(end, len(block)) and block[position]:
        name = block[position : position + id_chars].decode("latin-1")
        raw = block[position + id_chars : position + id_chars + (3 if version == 2 else 4)]
        size = _synchsafe(raw) if version == 4 else int.from_bytes(raw, "big")
        body = block[position + head : position + head + size]
        name = _ID3_V2_2.get(name, name)
        if name == "APIC":
            yield "picture", in_frame(body, version, block[position + head - 1])
        elif name.startswith("T") or name in ("COMM", "USLT", "IPLS", "USER"):
            yield f"ID3:{name}", _id3_text(body, name)
        elif name.startswith("W") or name in _OTHER_FRAMES:
            yield f"ID3:{name}", " ".join(printable(body))
        position += head + size
    if cut_short and position + head > len(block):
        yield _DAMAGED


def _id3_text(body: bytes, name: str) -> str:
    if not body:
        return ""
    codec = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}.get(body[0], "latin-1")
    rest = body[4:] if name in ("COMM", "USLT", "USER") else body[1:]  # a language of three letters comes first
    return rest.decode(codec, "replace").replace("\ufeff", "").replace("\0", " ").strip()


def _id3_v1(file: BinaryIO) -> Iterator[tuple[str, str]]:
    file.seek(0, 2)
    if file.tell() < 128:
        return
    file.seek(-128, 2)
    block = file.read(128)
    if block[:3] == b"TAG":
        for name, start, end in (("TIT2", 3, 33), ("TPE1", 33, 63), ("COMM", 97, 127)):
            yield f"ID3v1:{name}", text_of(block[start:end])


def _synchsafe(raw: bytes) -> int:
    return (raw[0] << 21) | (raw[1] << 14) | (raw[2] << 7) | raw[3]
