"""How much sound a file holds, counted from its own frames: decoders may stop early without saying so.

libsndfile reads the first of several Ogg streams, and of an MP3 as much as its index or its first frame promises.
Ogg pages (RFC 3533), MPEG audio frames of layer III (ISO 11172-3, 13818-3).
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from pathlib import Path

from privacy_audit.types import Reason

__all__ = ["Mp3Extent", "mp3_extent", "ogg_problem"]

_PAGE_HEAD_BYTES = 27
_FIRST_PAGE = 0x02  # header flag: a stream begins here
_KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES_HZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
"""By the version bits: MPEG 1, 2 and 2.5."""


@dataclass(frozen=True, slots=True)
class Mp3Extent:
    """Samples in the frames that are there; ``indexed`` when the first frame says how many there should be."""

    n_samples: int
    indexed: bool


def ogg_problem(path: Path) -> tuple[Reason, str] | None:
    """Why an Ogg file would not be heard to its end: it breaks off, or several streams stand one behind another."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        position, begun = 0, False
        while data[position : position + 4] == b"OggS":
            head = data[position : position + _PAGE_HEAD_BYTES]
            n_segments = head[26] if len(head) == _PAGE_HEAD_BYTES else 255
            body = position + _PAGE_HEAD_BYTES + n_segments
            position = body + sum(data[position + _PAGE_HEAD_BYTES : body])
            if position > len(data):
                return Reason.TRUNCATED, "the file ends inside a page"
            first = bool(head[5] & _FIRST_PAGE)
            if first and begun:
                return Reason.UNSUPPORTED, "several streams one behind another; this version reads the first only"
            begun = begun or not first
    return None


def mp3_extent(path: Path) -> Mp3Extent | None:
    """What the frames of an MP3 add up to; None when the file is no MP3."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        position = 0
        if data[:3] == b"ID3" and len(data) > 10:
            position = 10 + ((data[6] << 21) | (data[7] << 14) | (data[8] << 7) | data[9])
        first = _frame(data[position : position + 4])
        if first is None:
            return None
        start = data[position : position + first[0]]
        n_samples = 0
        while 0 <= position < len(data):
            frame = _frame(data[position : position + 4])
            if frame is None:  # tags or damage between frames
                position = data.find(b"\xff", position + 1)
                continue
            position, n_samples = position + frame[0], n_samples + frame[1]
    return Mp3Extent(n_samples, any(mark in start for mark in (b"Xing", b"Info", b"VBRI")))


def _frame(head: bytes) -> tuple[int, int] | None:
    """Bytes and samples of the frame with this header; None where no frame begins."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:  # eleven bits of mark, layer III
        return None
    version, rate_index, kbit_index = head[1] >> 3 & 3, head[2] >> 2 & 3, head[2] >> 4
    if version == 1 or rate_index == 3 or kbit_index in (0, 15):
        return None
    one = version == 3
    bits_per_s = (_KBITS_1 if one else _KBITS_2)[kbit_index] * 1000
    padding = head[2] >> 1 & 1
    return (144 if one else 72) * bits_per_s // _RATES_HZ[version][rate_index] + padding, 1152 if one else 576
