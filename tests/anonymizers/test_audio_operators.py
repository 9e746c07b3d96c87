"""Recordings: what is muted is silent, what is disguised is another sound, and all else stays to the sample."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.anonymizers.audio_disguise import AudioDisguise
from privacy_audit.anonymizers.audio_mute import AudioMute
from privacy_audit.anonymizers.audio_strip_tags import AudioStripTags
from privacy_audit.types import AudioRecord, Confidence, Detection, FieldRef, Segment

RATE_HZ = 8000
SAMPLES = np.random.default_rng(5).uniform(0.1, 0.9, (2, 8000)).astype(np.float32)
SEGMENTS = st.tuples(st.floats(0, 1.2), st.floats(0, 1.2)).map(lambda edges: Segment(min(edges), max(edges)))


def voices(*segments: Segment) -> list[Detection]:
    return [Detection("VOICE", segment, 1.0, Confidence.HIGH) for segment in segments]


def treated(operator: Any, samples: Any, *segments: Segment) -> Any:
    record = operator.apply(AudioRecord("a", samples, RATE_HZ, {"artist": "x"}), voices(*segments))
    assert record.metadata == {"artist": "x"}
    return record.samples


@settings(max_examples=80, deadline=None)
@given(st.lists(SEGMENTS, max_size=4), st.sampled_from([0, 0.05, 0.15]))
def test_muted_stretches_are_silent_with_their_margin_and_the_rest_stays(segments: list[Segment], pad_s: float) -> None:
    found = treated(AudioMute(pad_s=pad_s), SAMPLES, *segments)
    time_s = np.arange(8000) / RATE_HZ
    inside, near = np.zeros(8000, bool), np.zeros(8000, bool)
    for segment in segments:
        # a segment touches every sample that it overlaps: one more on each side than it covers
        inside |= (time_s >= segment.start - pad_s) & (time_s < segment.end + pad_s)
        near |= (time_s > segment.start - pad_s - 1.5 / RATE_HZ) & (time_s < segment.end + pad_s + 1.5 / RATE_HZ)
    assert not found[:, inside].any()
    assert np.array_equal(found[:, ~near], SAMPLES[:, ~near])


@pytest.mark.parametrize("pad_s", [-0.1, 10.5, float("nan")])
def test_a_margin_out_of_range_is_refused(pad_s: float) -> None:
    with pytest.raises(ValueError, match="pad_s"):
        AudioMute(pad_s=pad_s)


@pytest.mark.parametrize("steps", [(0, 4), (5, 4), (4, 13), (-3, 3), (float("nan"), 4)])
def test_steps_out_of_range_are_refused(steps: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="min_semitones"):
        AudioDisguise(min_semitones=steps[0], max_semitones=steps[1])


def test_a_disguised_stretch_is_another_sound_of_the_same_length_and_the_rest_stays() -> None:
    found = treated(AudioDisguise(), SAMPLES, Segment(0.25, 0.75))
    assert found.shape == SAMPLES.shape
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= 1
    assert np.array_equal(found[:, :2000], SAMPLES[:, :2000])
    assert np.array_equal(found[:, 6000:], SAMPLES[:, 6000:])
    assert (found[:, 2000:6000] != SAMPLES[:, 2000:6000]).mean() > 0.99


@pytest.mark.parametrize("semitones", [3.0, 6.0])
def test_the_pitch_moves_by_the_step_up_or_down(semitones: float) -> None:
    time_s = np.arange(2 * RATE_HZ) / RATE_HZ
    tone = (0.4 * np.sin(2 * np.pi * 400 * time_s)).astype(np.float32)[None]
    operator = AudioDisguise(min_semitones=semitones, max_semitones=semitones)
    found = treated(operator, tone, Segment(0, 2))[0]
    heard_hz = np.argmax(np.abs(np.fft.rfft(found))) / 2
    moved = 12 * np.log2(heard_hz / 400)
    assert abs(abs(moved) - semitones) < 0.3


def test_the_step_is_drawn_anew_for_each_file_and_never_told() -> None:
    operator = AudioDisguise()
    one, other = (treated(operator, SAMPLES, Segment(0, 1)) for _ in range(2))
    assert not np.array_equal(one, other)
    assert operator.parameters() == (("semitones", "3 to 6, up or down, drawn per file"),)


def test_a_place_found_twice_is_disguised_once() -> None:
    """A voice and its speaker lie at one place; shifted up and down again it would be the same voice."""
    operator = AudioDisguise(min_semitones=6, max_semitones=6)
    time_s = np.arange(2 * RATE_HZ) / RATE_HZ
    tone = (0.4 * np.sin(2 * np.pi * 400 * time_s)).astype(np.float32)[None]
    found = treated(operator, tone, Segment(0, 2), Segment(0, 2), Segment(0.5, 1))[0]
    heard_hz = np.argmax(np.abs(np.fft.rfft(found))) / 2
    assert abs(abs(12 * np.log2(heard_hz / 400)) - 6) < 0.3


@pytest.mark.parametrize("end_s", [1 / RATE_HZ, 5 / RATE_HZ, 0.05, 5.0])
def test_a_stretch_of_any_length_is_disguised_without_a_warning(end_s: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        found = treated(AudioDisguise(), SAMPLES, Segment(0, end_s))
    assert np.isfinite(found).all()
    assert not np.array_equal(found, SAMPLES)


def test_all_tags_go_and_all_samples_stay() -> None:
    record = AudioRecord("a", SAMPLES, RATE_HZ, {"artist": "x", "comment": "y"})
    found = [Detection("AUTHOR_METADATA", FieldRef("artist"), 1.0, Confidence.HIGH)]
    stripped = AudioStripTags().apply(record, found)
    assert isinstance(stripped, AudioRecord)
    assert stripped.metadata == {}
    assert np.array_equal(stripped.samples, SAMPLES)
