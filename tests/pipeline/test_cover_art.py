"""A face on the cover of a recording is found at the recording's address, and the copy has no cover."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from privacy_audit.pipeline import Toolbox, scan_file, treat_file
from privacy_audit.pipeline.scanning import Clean
from privacy_audit.recipe import parse_recipe
from privacy_audit.sources.folder import FileEntry, walk
from privacy_audit.types import Outcome, Scanned, Unscanned

RATE_HZ = 16_000
SOUND = (0.2 * np.sin(2 * np.pi * 330 * np.arange(RATE_HZ) / RATE_HZ)).astype(np.float32)
RECIPE = """
name: covers
scanners: {image_faces: {passes: fast}, audio_tags: , video_tags: }
operators: {image_solid: , audio_strip_tags: , video_strip_tags: }
"""
ONLY_SOUND = RECIPE.replace("image_faces: {passes: fast}, ", "").replace("image_solid: , ", "")


def id3(cover: bytes) -> bytes:
    body = b"\0image/jpeg\0\3\0" + cover
    frame = b"APIC" + struct.pack(">I", len(body)) + b"\0\0" + body
    return b"ID3\3\0\0" + bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0)) + frame


def mp3(path: Path, cover: bytes) -> None:
    soundfile.write(path, SOUND, RATE_HZ)
    path.write_bytes(id3(cover) + path.read_bytes())


def flac(path: Path, cover: bytes) -> None:
    soundfile.write(path, SOUND, RATE_HZ)
    block = struct.pack(">II10sIIIIII", 3, 10, b"image/jpeg", 0, 0, 0, 24, 0, len(cover)) + cover
    data = path.read_bytes()
    path.write_bytes(data[:42] + b"\6" + struct.pack(">I", len(block))[1:] + block + data[42:])


def m4a(path: Path, cover: bytes) -> None:
    av = pytest.importorskip("av")
    with av.open(str(path), "w", format="mp4") as container:
        sound, picture = container.add_stream("aac", rate=RATE_HZ, layout="mono"), container.add_stream("mjpeg")
        picture.width, picture.height, picture.pix_fmt = 64, 64, "yuvj420p"
        picture.disposition = av.stream.Disposition.attached_pic
        packet = av.Packet(cover)
        packet.stream, packet.pts, packet.dts = picture, 0, 0
        container.mux(packet)
        frame = av.AudioFrame.from_ndarray(SOUND[None], format="fltp", layout="mono")
        frame.sample_rate, frame.pts = RATE_HZ, 0
        container.mux(sound.encode(frame))
        container.mux(sound.encode(None))


WRITERS: dict[str, Callable[[Path, bytes], None]] = {"song.mp3": mp3, "song.flac": flac, "song.m4a": m4a}


def scanned(folder: Path, recipe: str) -> tuple[Toolbox, FileEntry, list[Outcome]]:
    toolbox = Toolbox(parse_recipe(recipe, "test"))
    (entry,) = (item for item in walk([folder]) if isinstance(item, FileEntry))
    return toolbox, entry, list(scan_file(toolbox, entry, Clean()))


@pytest.mark.parametrize("name", WRITERS)
def test_a_face_on_a_cover_is_found_and_the_copy_has_no_cover(tmp_path: Path, sample_data: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    cover = (sample_data / "images" / "portrait.jpg").read_bytes()
    WRITERS[name](tmp_path / "in" / name, cover)
    toolbox, entry, outcomes = scanned(tmp_path / "in", RECIPE)
    faces = [
        finding.record_uri
        for outcome in outcomes
        if isinstance(outcome, Scanned)
        for finding in outcome.findings
        if finding.detection.entity_type == "FACE"
    ]
    assert faces
    assert set(faces) == {f"{entry.uri}#picture=1"}
    treatment = treat_file(toolbox, entry, tmp_path / "out" / name)
    assert treatment.written, treatment.quarantined
    assert treatment.residual == []
    assert sum(one.entity_type == "FACE" and one.record_uri == faces[0] for one in treatment.operations) == len(faces)
    copy = (tmp_path / "out" / name).read_bytes()
    assert cover[200:400] in (tmp_path / "in" / name).read_bytes()
    assert cover[200:400] not in copy
    assert b"APIC" not in copy


def test_who_listens_only_is_not_asked_to_look_at_covers(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    mp3(tmp_path / "in" / "song.mp3", b"no picture")
    _, _, outcomes = scanned(tmp_path / "in", ONLY_SOUND)
    assert not any(isinstance(outcome, Unscanned) for outcome in outcomes)


def test_a_cover_that_cannot_be_read_is_told_and_the_sound_is_copied_without_it(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    mp3(tmp_path / "in" / "song.mp3", b"no picture")
    toolbox, entry, outcomes = scanned(tmp_path / "in", RECIPE)
    assert [one.record_uri for one in outcomes if isinstance(one, Unscanned)] == [f"{entry.uri}#picture=1"]
    treatment = treat_file(toolbox, entry, tmp_path / "out" / "song.mp3")
    assert treatment.written
    assert [one.record_uri for one in treatment.quarantined] == [f"{entry.uri}#picture=1"]
