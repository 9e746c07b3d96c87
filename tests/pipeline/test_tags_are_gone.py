"""A name planted in every kind of tag is reported, and gone from the treated copy by two readers that are not ours."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from privacy_audit.pipeline import Toolbox, scan_file, treat_file
from privacy_audit.pipeline.scanning import Clean
from privacy_audit.recipe import parse_recipe
from privacy_audit.sources.folder import FileEntry, walk
from privacy_audit.types import Confidence, FieldRef, Scanned

NAME = "Zelmira Quastenbruck"
RATE_HZ = 16_000
SOUND = (0.2 * np.sin(2 * np.pi * 330 * np.arange(2 * RATE_HZ) / RATE_HZ)).astype(np.float32)
RECIPE = """
name: tags
scanners: {audio_tags: , video_tags: }
operators: {audio_strip_tags: , video_strip_tags: }
"""


def chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def by_libsndfile(path: Path) -> None:
    subtype = {".ogg": "VORBIS", ".opus": "OPUS"}.get(path.suffix)
    kind = "OGG" if path.suffix == ".opus" else None
    with soundfile.SoundFile(path, "w", RATE_HZ, 1, subtype=subtype, format=kind) as file:
        file.artist, file.title, file.comment = NAME, f"Interview {NAME}", f"chez {NAME}"
        file.write(SOUND)


def by_hand_bext(path: Path) -> None:
    soundfile.write(path, SOUND, RATE_HZ)
    planted = NAME.encode()
    bext = (
        planted.ljust(256, b"\0") + planted.ljust(32, b"\0") + bytes(32) + b"2024-03-1410:22:33" + bytes(264) + planted
    )
    data = path.read_bytes()
    inner = chunk(b"bext", bext) + data[12:] + chunk(b"iXML", b"<BWFXML><NOTE>" + planted + b"</NOTE></BWFXML> ")
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(inner)) + b"WAVE" + inner)


def by_hand_id3(path: Path) -> None:
    soundfile.write(path, SOUND, RATE_HZ)

    def frame(name: bytes, body: bytes) -> bytes:
        return name + struct.pack(">I", len(body)) + b"\0\0" + body

    cover = b"\0image/png\0\3\0" + b"\x89PNG\r\n\x1a\n" + NAME.encode()
    frames = frame(b"TPE1", b"\3" + NAME.encode()) + frame(b"APIC", cover) + frame(b"PRIV", b"x\0" + NAME.encode())
    size = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
    v1 = b"TAG" + b"titre".ljust(30, b"\0") + NAME.encode().ljust(30, b"\0") + bytes(65)
    path.write_bytes(b"ID3\3\0\0" + size + frames + path.read_bytes() + v1)


def by_ffmpeg(path: Path) -> None:
    av = pytest.importorskip("av")
    rate_hz = 48_000
    with av.open(str(path), "w") as container:
        container.metadata.update({"artist": NAME, "title": f"Interview {NAME}", "comment": NAME})
        stream = container.add_stream("libopus" if path.suffix == ".webm" else "aac", rate=rate_hz, layout="mono")
        resampler = av.AudioResampler(format=stream.codec_context.format.name, layout="mono", rate=rate_hz)
        queue = av.AudioFifo()
        frame = av.AudioFrame.from_ndarray(np.repeat(SOUND, 3)[None], format="fltp", layout="mono")
        frame.sample_rate, frame.pts = rate_hz, 0
        for ready in resampler.resample(frame):
            queue.write(ready)
        while (part := queue.read(stream.codec_context.frame_size or 1024, partial=True)) is not None:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))


FILES: dict[str, Callable[[Path], None]] = {
    "info.wav": by_libsndfile,
    "bext.wav": by_hand_bext,
    "a.aiff": by_libsndfile,
    "a.mp3": by_hand_id3,
    "a.flac": by_libsndfile,
    "a.ogg": by_libsndfile,
    "a.opus": by_libsndfile,
    "a.m4a": by_ffmpeg,
    "a.webm": by_ffmpeg,
}


def told_by_ffmpeg(path: Path) -> str:
    av = pytest.importorskip("av")
    with av.open(str(path)) as container:
        return repr([container.metadata, *(stream.metadata for stream in container.streams), container.chapters()])


def told_by_exiftool(path: Path) -> str:
    done = subprocess.run(["exiftool", "-a", "-u", "-U", "-ee", str(path)], capture_output=True, check=False)
    return done.stdout.decode("utf-8", "replace")


@pytest.mark.parametrize("name", FILES)
def test_a_planted_name_is_reported_and_is_gone_after_treatment(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / name
    FILES[name](path)
    assert NAME.encode() in path.read_bytes(), "the writer has planted it"
    toolbox = Toolbox(parse_recipe(RECIPE, "test"))
    (entry,) = (item for item in walk([tmp_path / "in"]) if isinstance(item, FileEntry))
    outcomes = list(scan_file(toolbox, entry, Clean()))
    fields = [item.detection for outcome in outcomes if isinstance(outcome, Scanned) for item in outcome.findings]
    assert any(isinstance(item.location, FieldRef) and item.confidence >= Confidence.MEDIUM for item in fields)
    treatment = treat_file(toolbox, entry, tmp_path / "out" / name)
    assert treatment.written, treatment.quarantined
    assert treatment.residual == []
    copy = (tmp_path / "out" / name).read_bytes()
    assert not re.search(b"Zelmira|Quastenbruck|2024-03-14", copy)
    assert "Quastenbruck" not in told_by_ffmpeg(tmp_path / "out" / name)
    if shutil.which("exiftool"):
        assert "Quastenbruck" in told_by_exiftool(path) or name == "a.opus"
        assert "Quastenbruck" not in told_by_exiftool(tmp_path / "out" / name)
