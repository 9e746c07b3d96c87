"""Texts in chunks of RIFF and AIFF files, and APE tags. The bytes are built here."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy_audit.scanners.audio_tags import AudioTags
from privacy_audit.sources._audio_tags import tags_of
from privacy_audit.types import AudioRecord, Confidence


def chunk(name: bytes, body: bytes, order: str = "<") -> bytes:
    return name + struct.pack(f"{order}I", len(body)) + body + b"\0" * (len(body) % 2)


def riff(path: Path, *chunks: bytes) -> Path:
    body = b"WAVE" + b"".join(chunks)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


def aiff(path: Path, *chunks: bytes) -> Path:
    body = b"AIFF" + b"".join(chunks)
    path.write_bytes(b"FORM" + struct.pack(">I", len(body)) + body)
    return path


def ape(*items: tuple[str, bytes]) -> bytes:
    body = b"".join(struct.pack("<II", len(value), 0) + key.encode() + b"\0" + value for key, value in items)
    return body + b"APETAGEX" + struct.pack("<IIII", 2000, len(body) + 32, len(items), 0) + bytes(8)


def test_a_broadcast_extension_tells_reference_time_and_history(tmp_path: Path) -> None:
    body = b"Entretien".ljust(256, b"\0") + b"Marie".ljust(32, b"\0") + b"MD-7".ljust(32, b"\0")
    body += b"2024-05-0612:00:00" + bytes(264) + b"A=PCM,T=Marie\r\n"
    assert tags_of(riff(tmp_path / "a.wav", chunk(b"bext", body))) == {
        "BWF:Description": "Entretien",
        "BWF:Originator": "Marie",
        "BWF:OriginatorReference": "MD-7",
        "BWF:CodingHistory": "A=PCM,T=Marie",
        "date": "2024-05-06 12:00:00",
    }


@pytest.mark.parametrize("name", [b"iXML", b"axml", b"_PMX", b"cart", b"zzzz"])
def test_words_in_other_chunks_are_told(tmp_path: Path, name: bytes) -> None:
    found = tags_of(riff(tmp_path / "a.wav", chunk(name, b"\0\1<NOTE>Marie Martin</NOTE>\0"), chunk(b"data", bytes(8))))
    assert len(found) == 1
    assert "Marie Martin" in next(iter(found.values()))


def test_labels_of_places_in_the_sound_are_told(tmp_path: Path) -> None:
    labels = b"adtl" + chunk(b"labl", struct.pack("<I", 1) + b"Marie\0") + chunk(b"note", struct.pack("<I", 2) + b"\0")
    assert tags_of(riff(tmp_path / "a.wav", chunk(b"LIST", labels))) == {"RIFF:label": "Marie"}


def test_sound_and_fillers_are_no_texts(tmp_path: Path) -> None:
    filler = chunk(b"JUNK", b"Marie Martin") + chunk(b"data", b"Marie Martin") + chunk(b"zzzz", bytes(range(14)))
    assert tags_of(riff(tmp_path / "a.wav", filler)) == {}


def test_comments_of_aiff_are_told(tmp_path: Path) -> None:
    comments = struct.pack(">H", 2) + b"".join(
        struct.pack(">IHH", 0, 0, len(text)) + text for text in (b"Marie ", b"ici ")
    )
    assert tags_of(aiff(tmp_path / "a.aiff", chunk(b"COMT", comments, ">"))) == {"comment": "Marie ici"}


@pytest.mark.parametrize("behind", [b"", b"TAG" + bytes(125)])
def test_ape_tags_are_read(tmp_path: Path, behind: bytes) -> None:
    path = tmp_path / "a.mp3"
    tag = ape(("Artist", b"Marie"), ("Cover Art (Front)", b"x.png\0\x89PNG"))
    path.write_bytes(b"\xff\xfb" + bytes(300) + tag + behind)
    assert tags_of(path) == {"artist": "Marie", "picture": "embedded"}


def test_frames_of_unusual_kinds_are_told(tmp_path: Path) -> None:
    def frame(name: bytes, body: bytes) -> bytes:
        return name + struct.pack(">I", len(body)) + b"\0\0" + body

    frames = (
        frame(b"POPM", b"marie@boite.fr\0\x80")
        + frame(b"PRIV", b"com.x\0Marie Martin")
        + frame(b"WXXX", b"\0\0http://m.fr")
    )
    size = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
    (tmp_path / "a.mp3").write_bytes(b"ID3\3\0\0" + size + frames + b"\xff\xfb" + bytes(100))
    found = tags_of(tmp_path / "a.mp3")
    assert "marie" in found["ID3:POPM"]
    assert "Marie Martin" in found["ID3:PRIV"]
    assert "http" in found["ID3:WXXX"]


def test_a_tag_that_is_not_known_is_told_and_how_a_file_was_made_is_not() -> None:
    tags = {
        "interviewee": "Marie",
        "encoder": "Lavf",
        "replaygain_track_gain": "-3 dB",
        "ID3:TSSE": "LAME",
        "artist": "M",
    }
    record = AudioRecord("a.wav", np.zeros((1, 10), np.float32), 16_000, tags)
    found = {(item.location.name, item.confidence) for item in AudioTags().scan(record)}  # type: ignore[union-attr]
    assert found == {("artist", Confidence.MEDIUM), ("interviewee", Confidence.LOW)}


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from([b"LIST", b"bext", b"iXML", b"COMT", b"zzzz"]),
    body=st.binary(max_size=80),
    tail=st.sampled_from([b"", b"APETAGEX" + b"\xff" * 24, b"TAG" + bytes(125)]),
    kind=st.sampled_from([b"RIFF", b"FORM"]),
)
def test_any_chunk_is_read_or_told_as_damaged(
    tmp_path: Path, name: bytes, body: bytes, tail: bytes, kind: bytes
) -> None:
    order = "<" if kind == b"RIFF" else ">"
    inner = b"WAVE" + name + struct.pack(f"{order}I", len(body) + 3) + body + tail
    (tmp_path / "a.wav").write_bytes(kind + struct.pack(f"{order}I", len(inner)) + inner)
    assert all(isinstance(value, str) for value in tags_of(tmp_path / "a.wav").values())


def test_a_huge_tag_costs_no_more_than_its_first_four_megabytes(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.mp3", np.zeros(16_000, np.float32), 16_000)
    sound = (tmp_path / "a.mp3").read_bytes()
    n_bytes = 60_000_000
    size = bytes(n_bytes >> shift & 0x7F for shift in (21, 14, 7, 0))
    with (tmp_path / "b.mp3").open("wb") as file:
        file.write(b"ID3\4\0\0" + size + b"TPE1" + b"\0\0\0\6" + b"\0\0" + b"\3Marie" + b"APIC" + size)
        file.seek(10 + n_bytes)
        file.write(sound)
    assert tags_of(tmp_path / "b.mp3")["artist"] == "Marie"
