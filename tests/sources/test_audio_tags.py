"""Tags of recordings, in every container that has its own kind of them. The bytes are built here."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy_audit.sources._audio_tags import declared_bytes, tags_of


def saved(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def chunk(name: bytes, body: bytes, order: str = "<") -> bytes:
    return name + struct.pack(f"{order}I", len(body)) + body + b"\0" * (len(body) % 2)


def riff(*chunks: bytes, mark: bytes = b"RIFF", order: str = "<") -> bytes:
    body = b"WAVE" + b"".join(chunks)
    return mark + struct.pack(f"{order}I", len(body)) + body


def aiff(*chunks: bytes) -> bytes:
    body = b"AIFF" + b"".join(chunks)
    return b"FORM" + struct.pack(">I", len(body)) + body


def synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def frame(version: int, name: str, body: bytes) -> bytes:
    if version == 2:
        return name.encode() + struct.pack(">I", len(body))[1:] + body
    size = synchsafe(len(body)) if version == 4 else struct.pack(">I", len(body))
    return name.encode() + size + b"\0\0" + body


def id3(version: int, *frames: bytes, flags: int = 0, padding: int = 10) -> bytes:
    body = b"".join(frames) + bytes(padding)
    return b"ID3" + bytes([version, 0, flags]) + synchsafe(len(body)) + body


def vorbis(*pairs: tuple[str, str]) -> bytes:
    texts = [f"{name}={value}".encode() for name, value in pairs]
    block = struct.pack("<I", 4) + b"test" + struct.pack("<I", len(texts))
    return block + b"".join(struct.pack("<I", len(text)) + text for text in texts)


def flac(*blocks: tuple[int, bytes]) -> bytes:
    all_blocks = [(0, bytes(34)), *blocks, (1, bytes(4))]
    written = b"".join(bytes([kind]) + struct.pack(">I", len(body))[1:] + body for kind, body in all_blocks[:-1])
    return b"fLaC" + written + b"\x81\0\0\4" + bytes(4)


def ogg(*packets: bytes) -> bytes:
    """Each packet on pages of its own, in segments of 255 bytes."""
    pages = b""
    for packet in packets:
        lacing = [255] * (len(packet) // 255) + [len(packet) % 255]
        position = 0
        for start in range(0, len(lacing), 255):
            part = lacing[start : start + 255]
            size = sum(part)
            pages += b"OggS" + bytes(22) + bytes([len(part)]) + bytes(part) + packet[position : position + size]
            position += size
    return pages


def id3_v1(title: bytes, artist: bytes, comment: bytes) -> bytes:
    return b"TAG" + title.ljust(30, b"\0") + artist.ljust(30, b"\0") + bytes(34) + comment.ljust(30, b"\0") + b"\xff"


LATIN, UTF_16, UTF_16_BE, UTF_8 = b"\0", b"\1", b"\2", b"\3"
INFO = b"INFO" + chunk(b"IART", b"Marie\0") + chunk(b"ICMT", "déjà".encode("latin-1")) + chunk(b"ISFT", b"soft")


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("Hélène", LATIN + "Hélène".encode("latin-1") + b"\0"),
        ("Hélène", UTF_16 + "Hélène".encode("utf-16")),
        ("Hélène", UTF_16_BE + "Hélène".encode("utf-16-be") + b"\0\0"),
        ("Hélène 💡", UTF_8 + "Hélène 💡".encode()),
    ],
    ids=["latin-1", "utf-16", "utf-16-be", "utf-8"],
)
@pytest.mark.parametrize(("version", "name"), [(2, "TP1"), (3, "TPE1"), (4, "TPE1")])
def test_id3_is_read_in_each_version_and_encoding(
    tmp_path: Path, version: int, name: str, text: str, encoded: bytes
) -> None:
    path = saved(tmp_path / "a.mp3", id3(version, frame(version, name, encoded)) + b"\xff\xfb" + bytes(200))
    assert tags_of(path) == {"artist": text}


@pytest.mark.parametrize("version", [2, 3, 4])
def test_frames_of_id3_mean_the_same_in_each_version(tmp_path: Path, version: int) -> None:
    names = (
        ("TT2", "COM", "TCR", "TYE", "ULT", "TP2", "PIC")
        if version == 2
        else (*("TIT2", "COMM", "TCOP", "TYER", "USLT", "TPE2", "APIC"),)
    )
    bodies = (LATIN + b"a", LATIN + b"fre\0b", LATIN + b"c", LATIN + b"2024", LATIN + b"fre\0d", LATIN + b"e", b"\0png")
    frames = [frame(version, name, body) for name, body in zip(names, bodies, strict=True)]
    assert tags_of(saved(tmp_path / "a.mp3", id3(version, *frames))) == {
        "title": "a",
        "comment": "b",
        "copyright": "c",
        "date": "2024",
        "ID3:USLT": "d",
        "ID3:TPE2": "e",
        "picture": "embedded",
    }


@pytest.mark.parametrize("version", [2, 3])
def test_an_unsynchronised_tag_is_read(tmp_path: Path, version: int) -> None:
    """Old writers put a zero behind each 0xFF, and the mark of UTF-16 holds one."""
    names = ("TP1", "TT2") if version == 2 else ("TPE1", "TIT2")
    frames = frame(version, names[0], UTF_16 + "Marie".encode("utf-16")) + frame(version, names[1], LATIN + b"chant")
    stuffed = frames.replace(b"\xff", b"\xff\0")
    path = saved(tmp_path / "a.mp3", id3(version, stuffed, flags=0x80))
    assert tags_of(path) == {"artist": "Marie", "title": "chant"}


@pytest.mark.parametrize(("version", "header"), [(3, struct.pack(">IHI", 6, 0, 0)), (4, synchsafe(6) + b"\1\0")])
def test_an_extended_header_is_passed_over(tmp_path: Path, version: int, header: bytes) -> None:
    path = saved(tmp_path / "a.mp3", id3(version, header + frame(version, "TPE1", LATIN + b"Marie"), flags=0x40))
    assert tags_of(path) == {"artist": "Marie"}


def test_id3_version_1_at_the_end_is_read(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.mp3", b"\xff\xfb" + bytes(500) + id3_v1(b"titre", b"Marie", b"chez elle"))
    assert tags_of(path) == {"title": "titre", "artist": "Marie", "comment": "chez elle"}


@pytest.mark.parametrize(("mark", "order"), [(b"RIFF", "<"), (b"RIFX", ">"), (b"RF64", "<")])
def test_riff_info_is_read_before_and_behind_the_sound(tmp_path: Path, mark: bytes, order: str) -> None:
    info = b"INFO" + chunk(b"IART", b"Marie\0", order) + chunk(b"ICMT", "déjà".encode("latin-1"), order)
    sound = chunk(b"data", bytes(100), order)
    for parts in ((chunk(b"LIST", info, order), sound), (sound, chunk(b"LIST", info, order))):
        path = saved(tmp_path / "a.wav", riff(*parts, mark=mark, order=order))
        assert tags_of(path) == {"artist": "Marie", "comment": "déjà"}


def test_a_broadcast_extension_is_read(tmp_path: Path) -> None:
    body = b"Entretien".ljust(256, b"\0") + b"Marie".ljust(32, b"\0") + bytes(32) + b"2024-05-0612:00:00" + bytes(264)
    path = saved(tmp_path / "a.wav", riff(chunk(b"bext", body), chunk(b"data", bytes(10))))
    assert tags_of(path) == {"BWF:Description": "Entretien", "BWF:Originator": "Marie", "date": "2024-05-06 12:00:00"}


@pytest.mark.parametrize("name", [b"id3 ", b"ID3 "])
def test_id3_inside_riff_and_aiff_is_read(tmp_path: Path, name: bytes) -> None:
    tag = id3(3, frame(3, "TPE1", LATIN + b"Marie"))
    assert tags_of(saved(tmp_path / "a.wav", riff(chunk(name, tag)))) == {"artist": "Marie"}
    assert tags_of(saved(tmp_path / "a.aiff", aiff(chunk(name, tag, ">")))) == {"artist": "Marie"}


def test_the_texts_of_aiff_are_read(tmp_path: Path) -> None:
    pairs = ((b"NAME", b"titre"), (b"AUTH", b"Marie"), (b"(c) ", b"elle"), (b"ANNO", b"note"))
    path = saved(tmp_path / "a.aiff", aiff(*(chunk(name, text, ">") for name, text in pairs)))
    assert tags_of(path) == {"title": "titre", "artist": "Marie", "copyright": "elle", "comment": "note"}


COMMENTS = vorbis(("ARTIST", "Marie"), ("Location", "Montréal"), ("X-OTHER", "x=y"))
READ = {"artist": "Marie", "location": "Montréal", "x-other": "x=y"}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.flac", flac((4, COMMENTS))),
        ("a.flac", id3(3, padding=40) + flac((4, COMMENTS))),
        ("a.ogg", ogg(b"\x01vorbis" + bytes(23), b"\x03vorbis" + COMMENTS)),
        ("a.opus", ogg(b"OpusHead" + bytes(11), b"OpusTags" + COMMENTS)),
    ],
    ids=["flac", "flac behind id3", "vorbis", "opus"],
)
def test_vorbis_comments_are_read(tmp_path: Path, name: str, data: bytes) -> None:
    assert tags_of(saved(tmp_path / name, data)) == READ


def test_pictures_are_told_and_not_read(tmp_path: Path) -> None:
    assert tags_of(saved(tmp_path / "a.flac", flac((6, b"x" * 1000)))) == {"picture": "embedded"}
    comments = vorbis(("METADATA_BLOCK_PICTURE", "x" * 100_000), ("ARTIST", "Marie"))
    path = saved(tmp_path / "a.ogg", ogg(b"\x01vorbis", b"\x03vorbis" + comments))
    assert tags_of(path) == {"picture": "embedded", "artist": "Marie"}


def test_a_large_picture_in_an_ogg_file_costs_no_more_than_its_size(tmp_path: Path) -> None:
    comments = vorbis(("METADATA_BLOCK_PICTURE", "x" * 3_000_000), ("ARTIST", "Marie"))
    path = saved(tmp_path / "a.ogg", ogg(b"\x01vorbis", b"\x03vorbis" + comments))
    start_s = time.process_time()
    assert tags_of(path)["artist"] == "Marie"
    assert time.process_time() - start_s < 1.0


def test_what_stands_behind_a_picture_too_large_to_read_is_not_taken_for_nothing(tmp_path: Path) -> None:
    cover = frame(3, "APIC", bytes(5_000_000))
    tag = id3(3, cover, frame(3, "TPE1", LATIN + b"Marie"))
    for name, data in (("a.mp3", tag), ("a.wav", riff(chunk(b"id3 ", tag)))):
        assert tags_of(saved(tmp_path / name, data)) == {"picture": "embedded", "damaged tags": "unreadable"}


def test_an_empty_tag_does_not_hide_a_full_one_of_the_same_name(tmp_path: Path) -> None:
    assert tags_of(saved(tmp_path / "a.flac", flac((4, vorbis(("ARTIST", "Marie"), ("ARTIST", "")))))) == {
        "artist": "Marie"
    }
    tag = id3(4, frame(4, "COMM", LATIN + b"fre\0chez Marie"), frame(4, "COMM", LATIN + b"fre\0"))
    assert tags_of(saved(tmp_path / "a.mp3", tag)) == {"comment": "chez Marie"}


def test_long_values_are_cut(tmp_path: Path) -> None:
    assert tags_of(saved(tmp_path / "a.flac", flac((4, vorbis(("COMMENT", "x" * 9000)))))) == {"comment": "x" * 2000}


def test_tags_written_by_a_library_are_read(tmp_path: Path) -> None:
    for suffix in ("wav", "flac", "ogg", "aiff"):
        path = tmp_path / f"a.{suffix}"
        with soundfile.SoundFile(path, "w", 16_000, 1) as sound:
            sound.artist, sound.title, sound.comment = "Marie", "chant", "chez elle"
            sound.write(np.zeros(100, np.float32))
        found = tags_of(path)
        assert (found["artist"], found["title"], found["comment"]) == ("Marie", "chant", "chez elle"), suffix


def test_a_recording_without_tags_has_none(tmp_path: Path) -> None:
    for suffix in ("wav", "flac", "aiff", "mp3"):
        soundfile.write(tmp_path / f"a.{suffix}", np.zeros(1000, np.float32), 16_000)
        assert tags_of(tmp_path / f"a.{suffix}") == {}, suffix


@pytest.mark.parametrize(
    "data",
    [
        flac((4, COMMENTS[:-3])),
        flac((4, struct.pack("<I", 1 << 31))),
        flac((4, b"")),
        riff(chunk(b"LIST", b"INFO" + chunk(b"IART", b"Marie")), mark=b"RIFF")[:-14] + b"\xff\xff\xff",
        id3(3, frame(3, "TPE1", LATIN + b"Marie"), padding=50)[:30],
    ],
    ids=["comments cut", "absurd size", "no comments", "info cut", "id3 cut"],
)
def test_damaged_tags_are_never_a_crash(tmp_path: Path, data: bytes) -> None:
    tags_of(saved(tmp_path / "a", data))


def test_comments_that_break_off_are_not_taken_for_none(tmp_path: Path) -> None:
    assert tags_of(saved(tmp_path / "a.flac", flac((4, struct.pack("<I", 1 << 31))))) == {"damaged tags": "unreadable"}
    cut = id3(3, frame(3, "TPE1", LATIN + b"Marie"), frame(3, "TIT2", LATIN + b"x" * 90))[:60]
    assert tags_of(saved(tmp_path / "a.mp3", cut))["damaged tags"] == "unreadable"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(
        [riff(chunk(b"LIST", INFO)), aiff(), flac((4, COMMENTS)), ogg(b"\x01vorbis", b"\x03vorbis" + COMMENTS), id3(4)]
    ),
    st.integers(0, 80),
    st.binary(max_size=60),
)
def test_any_bytes_give_tags_or_a_note_that_they_are_damaged(
    tmp_path: Path, start: bytes, cut: int, rest: bytes
) -> None:
    found = tags_of(saved(tmp_path / "a", start[:cut] + rest))
    assert all(isinstance(name, str) and value for name, value in found.items())


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (riff(chunk(b"data", bytes(100))), 120),
        (riff(chunk(b"data", bytes(100), ">"), mark=b"RIFX", order=">"), 120),
        (aiff(chunk(b"SSND", bytes(100), ">")), 120),
        (b"RF64\xff\xff\xff\xffWAVEds64" + struct.pack("<IQQQ", 28, 500, 0, 0), 508),
        (b".snd" + struct.pack(">6I", 28, 100, 3, 8000, 1, 0), 128),
        (b".snd" + struct.pack(">6I", 28, 0xFFFFFFFF, 3, 8000, 1, 0), 0),
        (b"RIFF\xff\xff\xff\xffWAVE" + bytes(40), 0),
        (b"RIFF\0\0\0\0WAVE" + bytes(40), 0),
        (b"fLaC" + bytes(40), 0),
        (b"RIFF", 0),
    ],
    ids=["riff", "rifx", "aiff", "rf64", "au", "au left open", "riff left open", "riff never closed", "flac", "cut"],
)
def test_the_size_that_a_header_promises_is_read(tmp_path: Path, data: bytes, size: int) -> None:
    assert declared_bytes(saved(tmp_path / "a", data)) == size
