"""Silero VAD: speech is found where it is, and music, wind and water are no speech."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from privacy_audit.models import silero
from privacy_audit.models.silero import speech_probabilities, speech_segments
from privacy_audit.sources.audio_file import read_audio

RATE_HZ = silero.SAMPLE_RATE_HZ


@pytest.fixture(scope="module")
def recordings(sample_data: Path) -> dict[str, tuple[Any, list[list[float]]]]:
    entries = json.loads((sample_data / "MANIFEST.json").read_text(encoding="utf-8"))["files"]
    return {
        entry["path"]: (read_audio(sample_data / entry["path"], "a").samples[0], entry["truth"]["speech"])
        for entry in entries
        if "speech" in entry["truth"]
    }


def covered_s(spoken: list[list[float]], found: list[list[float]]) -> float:
    return sum(max(0.0, min(a[1], b[1]) - max(a[0], b[0])) for a in spoken for b in found)


def test_speech_is_found_where_somebody_speaks(recordings: dict[str, tuple[Any, list[list[float]]]]) -> None:
    spoken_files = {path: pair for path, pair in recordings.items() if pair[1]}
    assert len(spoken_files) >= 3
    for path, (samples, spoken) in spoken_files.items():
        found = [[segment.start, segment.end] for segment in speech_segments(samples)]
        length_s = sum(end - start for start, end in spoken)
        assert covered_s(spoken, found) >= 0.85 * length_s, path
        assert sum(end - start for start, end in found) <= 1.3 * length_s + 1, path


def test_what_is_no_speech_is_left(recordings: dict[str, tuple[Any, list[list[float]]]]) -> None:
    without = {path: samples for path, (samples, spoken) in recordings.items() if not spoken}
    assert len(without) >= 3
    assert {path: speech_segments(samples) for path, samples in without.items() if speech_segments(samples)} == {}


def test_there_is_one_probability_for_each_32_ms(recordings: dict[str, tuple[Any, list[list[float]]]]) -> None:
    samples = recordings["audio/bread_fr.flac"][0]
    found = speech_probabilities(samples)
    assert len(found) == -(-len(samples) // 512)
    assert found.min() >= 0
    assert found.max() <= 1


@pytest.mark.parametrize("n_samples", [0, 1, 511, 512, 513])
def test_short_and_empty_recordings_are_read(n_samples: int) -> None:
    samples = np.zeros(n_samples, np.float32)
    assert len(speech_probabilities(samples)) == -(-n_samples // 512)
    assert speech_segments(samples) == []


def test_reading_in_batches_changes_nothing(
    recordings: dict[str, tuple[Any, list[list[float]]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = recordings["audio/bread_fr.flac"][0]
    whole = speech_probabilities(samples)
    monkeypatch.setattr(silero, "_BATCH_FRAMES", 7)
    assert np.allclose(speech_probabilities(samples), whole, atol=1e-4)


def segments_of(probabilities: list[float], monkeypatch: pytest.MonkeyPatch, **options: float) -> list[list[float]]:
    """Segments in frames of 32 ms, from probabilities given by hand."""
    monkeypatch.setattr(silero, "speech_probabilities", lambda samples: np.array(probabilities))
    frame_s = 512 / RATE_HZ
    samples = np.zeros(len(probabilities) * 512, np.float32)
    found = speech_segments(samples, **{"min_speech_s": 0.0, "min_silence_s": 0.0, "pad_s": 0.0, **options})
    return [[round(segment.start / frame_s, 3), round(segment.end / frame_s, 3)] for segment in found]


def test_speech_begins_at_the_threshold_and_ends_well_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert segments_of([0.1, 0.5, 0.4, 0.36, 0.34, 0.4, 0.1], monkeypatch) == [[1, 4]]


def test_speech_up_to_the_end_ends_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert segments_of([0.1, 0.9, 0.9], monkeypatch) == [[1, 3]]


def test_short_pauses_are_bridged_and_short_noises_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    probabilities = [0.9] * 10 + [0.0] * 5 + [0.9] * 10 + [0.0] * 20 + [0.9] * 3 + [0.0] * 5
    assert segments_of(probabilities, monkeypatch, min_speech_s=0.25, min_silence_s=0.3) == [[0, 25]]


def test_margins_stay_inside_the_recording_and_touching_segments_become_one(monkeypatch: pytest.MonkeyPatch) -> None:
    probabilities = [0.9] * 10 + [0.0] * 2 + [0.9] * 10
    assert segments_of(probabilities, monkeypatch, pad_s=0.032) == [[0, 22]]
