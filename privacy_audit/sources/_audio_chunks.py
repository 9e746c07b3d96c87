"""Chunks of RIFF and AIFF files that hold texts, and APE tags.

RIFF 1.0 (Microsoft), BWF (EBU Tech 3285, iXML, ADM), AIFF 1.3 (Apple), APEv2 (wiki.hydrogenaud.io).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import BinaryIO

__all__ = ["ape_tags", "chunk_tags", "printable", "text_of"]

# hold sound, places in it, or nothing: no text
_TECHNICAL = frozenset(
    (
        *(b"fmt ", b"data", b"fact", b"JUNK", b"junk", b"PAD ", b"FLLR", b"PEAK", b"cue ", b"smpl", b"inst", b"plst"),
        *(b"ds64", b"levl", b"chna", b"SSND", b"FVER", b"MARK", b"INST", b"MIDI", b"AESD", b"acid", b"CHAN", b"wavl"),
    )
)
_AIFF = {b"NAME": "AIFF:NAME", b"AUTH": "AIFF:AUTH", b"(c) ": "AIFF:COPYRIGHT", b"ANNO": "AIFF:ANNOTATION"}
_TEXTS = {b"iXML": "RIFF:iXML", b"axml": "RIFF:axml", b"_PMX": "RIFF:XMP", b"cart": "RIFF:cart", b"bxml": "RIFF:bxml"}
_LABELS = (b"labl", b"note", b"ltxt")
_PRINTABLE = re.compile(r"[^\W\d_][\w ,.;:@'’()+\-/]{2,}")
_LEAST_LETTERS = 4
_APE_PICTURE = "cover art"


def chunk_tags(name: bytes, block: bytes, order: str, aiff: bool) -> Iterator[tuple[str, str]]:
    """(tag name, value) of one chunk. A chunk of an unknown kind that holds words gives them."""
    if name == b"LIST":
        yield from _list(block, order)
    elif name == b"bext":
        yield "BWF:Description", text_of(block[:256])
        yield "BWF:Originator", text_of(block[256:288])
        yield "BWF:OriginatorReference", text_of(block[288:320])
        yield "BWF:OriginationDate", f"{text_of(block[320:330])} {text_of(block[330:338])}".strip()
        yield "BWF:CodingHistory", text_of(block[602:])
    elif aiff and name in _AIFF:
        yield _AIFF[name], text_of(block)
    elif aiff and name == b"COMT":
        yield "AIFF:ANNOTATION", " ".join(_comments(block))
    elif name in _TEXTS:
        yield _TEXTS[name], " ".join(printable(re.sub(rb"<[^>]*>", b" ", block)))
    elif name not in _TECHNICAL and name != b"COMM" and sum(map(len, words := printable(block))) >= _LEAST_LETTERS:
        shown = name.decode("latin-1").strip()
        yield f"{'AIFF' if aiff else 'RIFF'}:{shown if shown.isalnum() else 'unknown'}", " ".join(words)


def ape_tags(file: BinaryIO, max_bytes: int) -> Iterator[tuple[str, str | bytes]]:
    """APEv1 and APEv2 at the end of a file, before an ID3v1 tag where there is one; pictures as their bytes."""
    file.seek(0, 2)
    size = file.tell()
    for end in (size, size - 128):
        if end < 32:
            continue
        file.seek(end - 32)
        foot = file.read(32)
        if foot[:8] != b"APETAGEX":
            continue
        length, count = struct.unpack_from("<II", foot, 12)
        file.seek(max(0, end - length))
        block = file.read(min(length, max_bytes))
        position = 0
        for _ in range(min(count, 10_000)):
            (n_bytes,) = struct.unpack_from("<I", block, position)
            key_end = block.index(b"\0", position + 8)
            key = block[position + 8 : key_end].decode("latin-1").lower()
            value = block[key_end + 1 : key_end + 1 + n_bytes]
            if key.startswith(_APE_PICTURE):  # its file name, then itself
                yield "picture", value.partition(b"\0")[2]
            else:
                yield key, text_of(value.replace(b"\0", b" "))
            position = key_end + 1 + n_bytes
        return


def printable(block: bytes) -> list[str]:
    """What reads as words in bytes of an unknown form: three characters and more, the first a letter."""
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError:
        text = block.decode("latin-1")
    return [match.group().strip() for match in _PRINTABLE.finditer(text)]


def text_of(raw: bytes) -> str:
    """Up to the first NUL, as UTF-8, else as Latin-1."""
    raw = raw.split(b"\0")[0]
    try:
        return raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        return raw.decode("latin-1").strip()


def _list(block: bytes, order: str) -> Iterator[tuple[str, str]]:
    kind = block[:4]
    position = 4
    while position + 8 <= len(block):
        name, size = block[position : position + 4], struct.unpack_from(f"{order}I", block, position + 4)[0]
        body = block[position + 8 : position + 8 + size]
        if kind == b"INFO":
            yield f"INFO:{name.decode('latin-1')}", text_of(body)
        elif kind == b"adtl" and name in _LABELS:
            yield "RIFF:label", text_of(body[20 if name == b"ltxt" else 4 :])
        position += 8 + size + size % 2


def _comments(block: bytes) -> Iterator[str]:
    """AIFF's time-stamped comments."""
    (count,) = struct.unpack_from(">H", block, 0)
    position = 2
    for _ in range(count):
        (size,) = struct.unpack_from(">H", block, position + 6)
        yield text_of(block[position + 8 : position + 8 + size])
        position += 8 + size + size % 2
