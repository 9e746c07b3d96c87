"""Recordings that are whole and odd: many channels, huge tags, lengths of hours."""

from __future__ import annotations

import os
import struct
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from privacy_audit.errors import UnreadableError
from privacy_audit.pipeline.reading import records_of
from privacy_audit.recipe import Limits
from privacy_audit.scanners.audio_speech import AudioSpeech
from privacy_audit.sources.audio_file import iter_covers, read_audio
from privacy_audit.sources.folder import FileEntry, walk
from privacy_audit.types import AudioRecord, Reason, Unscanned

RATE_HZ = 16_000


def noise(seconds: float, n_channels: int = 1) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 0.05, (round(seconds * RATE_HZ), n_channels)).astype(np.float32)


def test_an_mp3_with_a_huge_tag_is_read_to_its_end_and_quickly(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    soundfile.write(path, noise(2.0), RATE_HZ)
    plain = read_audio(path, "a").duration_s
    body = b"\0image/png\0\3\0" + bytes(30_000_000)
    size = len(body) + 10
    head = b"ID3\3\0\0" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    path.write_bytes(head + b"APIC" + struct.pack(">I", len(body)) + b"\0\0" + body + path.read_bytes())
    started_s = time.process_time()
    record = read_audio(path, "a")
    assert time.process_time() - started_s < 2.0
    assert record.duration_s == pytest.approx(plain, abs=0.1)
    assert record.metadata["picture"] == "embedded"
    (told,) = iter_covers(path, "a")
    assert isinstance(told, Unscanned), "thirty million zeros are no picture, and are not taken for a clean one"


@pytest.mark.parametrize(("subtype", "rate_hz"), [("PCM_24", 192_000), ("PCM_16", 48_000), ("FLOAT", 16_000)])
def test_of_eight_channels_each_is_heard(tmp_path: Path, subtype: str, rate_hz: int) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, noise(1.0, 8), rate_hz, subtype=subtype)
    record = read_audio(path, "a")
    assert record.samples.shape[0] == 8
    assert record.duration_s == pytest.approx(RATE_HZ / rate_hz, abs=0.01)


def test_ten_hours_are_refused_at_once_under_the_usual_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    n_bytes = 10 * 3600 * 8_000 * 2
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8_000, 16_000, 2, 16)
    path.write_bytes(b"RIFF" + struct.pack("<I", n_bytes + 36) + b"WAVE" + form + b"data" + struct.pack("<I", n_bytes))
    os.truncate(path, n_bytes + 44)
    started_s = time.process_time()
    with pytest.raises(UnreadableError) as caught:
        read_audio(path, "a")
    assert caught.value.reason is Reason.TOO_LARGE
    assert time.process_time() - started_s < 0.5


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_an_m4a_that_breaks_off_is_never_read_as_whole(tmp_path: Path, share: float) -> None:
    av = pytest.importorskip("av")
    path = tmp_path / "a.m4a"
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=RATE_HZ, layout="mono")
        frame = av.AudioFrame.from_ndarray(noise(3.0).T.copy(), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = RATE_HZ, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    (entry,) = (item for item in walk([tmp_path]) if isinstance(item, FileEntry))
    (told,) = records_of(entry, Limits())
    assert isinstance(told, Unscanned)
    assert told.reason in (Reason.TRUNCATED, Reason.CORRUPT)


def test_a_tune_with_a_beat_is_not_surely_speech() -> None:
    time_s = np.arange(8 * RATE_HZ) / RATE_HZ
    notes_hz = np.array([262, 330, 392, 523, 392, 330, 294, 349])[(time_s * 2).astype(int) % 8]
    phase = 2 * np.pi * np.cumsum(notes_hz) / RATE_HZ
    tune = sum(np.sin(n * phase) / n**2 for n in range(1, 6)) * np.exp(-3 * (time_s * 2 % 1))
    bass = np.sin(2 * np.pi * 65 * time_s)
    beat = np.random.default_rng(0).normal(0, 1, len(time_s)) * np.exp(-30 * (time_s * 4 % 1))
    music = (0.2 * tune + 0.15 * bass + 0.1 * beat).astype(np.float32)
    found = AudioSpeech().scan(AudioRecord("a", music[None], RATE_HZ))
    assert all(one.confidence.name == "LOW" for one in found)
