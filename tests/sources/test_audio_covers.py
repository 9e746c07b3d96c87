"""Pictures in the tags of recordings: taken out whole, from every container, or told as not read."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from privacy_audit.sources._audio_covers import cover_records
from privacy_audit.sources._audio_tags import pictures_of
from privacy_audit.sources.audio_file import iter_covers
from privacy_audit.types import ImageRecord, Reason, Unscanned


def png() -> bytes:
    """Holds bytes that ID3 and Ogg have to write in a way of their own."""
    buffer = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 255, (20, 30, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


PNG = png()
FLAC_BLOCK = struct.pack(">II9sI5sIIIII", 3, 9, b"image/png", 5, b"Marie", 30, 20, 24, 0, len(PNG)) + PNG


def synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def id3(version: int, body: bytes, flags: int = 0) -> bytes:
    if version == 2:
        frame = b"PIC" + struct.pack(">I", len(body))[1:] + body
    else:
        size = synchsafe(len(body)) if version == 4 else struct.pack(">I", len(body))
        frame = b"APIC" + size + bytes([0, flags]) + body
    return b"ID3" + bytes([version, 0, 0]) + synchsafe(len(frame)) + frame


APIC = b"\0image/png\0\3Marie\0" + PNG
WIDE = b"\1image/png\0\3" + "Mārie".encode("utf-16") + b"\0\0" + PNG


def riff(chunk: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(chunk) + 12) + b"WAVEid3 " + struct.pack("<I", len(chunk)) + chunk


def ape(value: bytes) -> bytes:
    item = struct.pack("<II", len(value), 2) + b"Cover Art (Front)\0" + value
    return item + b"APETAGEX" + struct.pack("<IIII", 2000, len(item) + 32, 1, 0) + bytes(8)


def vorbis(text: bytes) -> bytes:
    return struct.pack("<I", 4) + b"test" + struct.pack("<II", 1, len(text)) + text


def ogg(packet: bytes) -> bytes:
    pages = b"OggS" + bytes(22) + b"\1\7" + b"\1vorbis"
    lacing = [255] * (len(packet) // 255) + [len(packet) % 255]
    for start in range(0, len(lacing), 255):
        part = bytes(lacing[start : start + 255])
        pages += b"OggS" + bytes(22) + bytes([len(part)]) + part + packet[start * 255 :][: sum(part)]
    return pages


FILES = {
    "ID3 2.2": id3(2, b"\0PNG\3Marie\0" + PNG),
    "ID3 2.3": id3(3, APIC),
    "ID3 2.3, a description in UTF-16": id3(3, WIDE),
    "ID3 2.3, compressed": id3(3, struct.pack(">I", len(APIC)) + zlib.compress(APIC), 0x80),
    "ID3 2.4": id3(4, APIC),
    "ID3 2.4, compressed": id3(4, synchsafe(len(APIC)) + zlib.compress(APIC), 0x09),
    "ID3 2.4, unsynchronised": id3(4, synchsafe(len(APIC)) + APIC.replace(b"\xff", b"\xff\0"), 0x03),
    "ID3 in RIFF": riff(id3(3, APIC)),
    "FLAC": b"fLaC\0\0\0\x22" + bytes(34) + b"\x86" + struct.pack(">I", len(FLAC_BLOCK))[1:] + FLAC_BLOCK,
    "Ogg": ogg(b"\3vorbis" + vorbis(b"METADATA_BLOCK_PICTURE=" + base64.b64encode(FLAC_BLOCK))),
    "Ogg, the old way": ogg(b"\3vorbis" + vorbis(b"COVERART=" + base64.b64encode(PNG))),
    "APE": b"\xff" * 100 + ape(b"Marie.png\0" + PNG),
}


@pytest.mark.parametrize("name", FILES)
def test_a_picture_comes_out_of_every_kind_of_tag_as_it_went_in(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(FILES[name])
    assert list(pictures_of(path)) == [PNG]
    (record,) = iter_covers(path, "song")
    assert isinstance(record, ImageRecord)
    assert (record.uri, record.pixels.shape) == ("song#picture=1", (20, 30, 3))


def test_a_picture_that_cannot_be_decoded_is_told_and_the_next_is_read() -> None:
    broken, whole = cover_records([PNG[:60], PNG], "song", max_pixels=600)
    assert isinstance(broken, Unscanned)
    assert (broken.record_uri, broken.reason) == ("song#picture=1", Reason.CORRUPT)
    assert isinstance(whole, ImageRecord)
    assert whole.uri == "song#picture=2"


def test_a_picture_beyond_the_limit_is_not_decoded() -> None:
    (told,) = cover_records([PNG], "song", max_pixels=599)
    assert isinstance(told, Unscanned)
    assert told.reason is Reason.TOO_LARGE


def test_a_recording_with_very_many_pictures_is_told_and_not_followed() -> None:
    found = list(cover_records([PNG] * 100, "song", max_pixels=600))
    assert len(found) == 33
    assert isinstance(found[-1], Unscanned)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(FILES)), st.data())
def test_damaged_tags_give_pictures_or_what_was_not_read_and_never_a_crash(
    tmp_path: Path, name: str, data: st.DataObject
) -> None:
    content = bytearray(FILES[name])
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, min(len(content), 120) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "a"
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    assert all(isinstance(one, ImageRecord | Unscanned) for one in iter_covers(path, "song", max_pixels=1_000_000))
