"""GE2E: vectors of one length, close for one voice and further for two."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from privacy_audit.models import ge2e
from privacy_audit.models.ge2e import SAMPLE_RATE_HZ, embed, mel_frames
from privacy_audit.sources.audio_file import read_audio


def test_vectors_have_length_one_and_256_numbers() -> None:
    windows = np.random.default_rng(6).uniform(0, 0.1, (3, 160, 40)).astype(np.float32)
    vectors = embed(windows)
    assert vectors.shape == (3, 256)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert vectors.min() >= 0


def test_no_window_gives_no_vector() -> None:
    assert embed(np.zeros((0, 160, 40), np.float32)).shape == (0, 256)


def test_batches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    windows = np.random.default_rng(7).uniform(0, 0.1, (5, 160, 40)).astype(np.float32)
    whole = embed(windows)
    monkeypatch.setattr(ge2e, "_BATCH", 2)
    assert np.allclose(embed(windows), whole, atol=1e-5)


@pytest.mark.parametrize("n_samples", [400, 1000, 16_000])
def test_there_is_one_frame_for_each_10_ms(n_samples: int) -> None:
    frames = mel_frames(np.full(n_samples, 0.1, np.float32))
    assert frames.shape == (1 + n_samples // 160, 40)
    assert frames.dtype == np.float32


def test_quiet_recordings_are_raised_and_silence_stays_silent() -> None:
    sound = np.random.default_rng(8).normal(0, 0.001, 16_000).astype(np.float32)
    assert np.allclose(mel_frames(sound), mel_frames(sound * 10), rtol=1e-3)
    assert not mel_frames(np.zeros(16_000, np.float32)).any()


def test_turns_of_one_voice_are_closer_than_turns_of_two(sample_data: Path) -> None:
    entries = json.loads((sample_data / "MANIFEST.json").read_text(encoding="utf-8"))["files"]
    turns = next(entry["truth"]["turns"] for entry in entries if entry["path"] == "audio/conversation.flac")
    samples = read_audio(sample_data / "audio" / "conversation.flac", "a").samples[0]
    windows = []
    for turn in turns:
        start = round((turn["start"] + 0.2) * SAMPLE_RATE_HZ)
        windows.append(mel_frames(samples[start : start + round(1.6 * SAMPLE_RATE_HZ)])[:160])
    vectors = embed(np.stack(windows))
    alike = vectors @ vectors.T
    same_voice = np.array([[a["speaker"] == b["speaker"] for b in turns] for a in turns])
    others = ~np.eye(len(turns), dtype=bool)
    assert alike[same_voice & others].mean() > alike[~same_voice].mean() + 0.05
