"""Recordings: what is muted is silent, what is disguised is another sound, and all else stays to the sample."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from privacy_audit.anonymizers._mcadams import mcadams
from privacy_audit.anonymizers.audio_disguise import AudioDisguise
from privacy_audit.anonymizers.audio_mute import AudioMute
from privacy_audit.anonymizers.audio_strip_tags import AudioStripTags
from privacy_audit.pseudonyms import Pseudonyms
from privacy_audit.types import AudioRecord, Confidence, Detection, FieldRef, Segment

RATE_HZ = 8000
SAMPLES = np.random.default_rng(5).uniform(0.1, 0.9, (2, 8000)).astype(np.float32)
SEGMENTS = st.tuples(st.floats(0, 1.2), st.floats(0, 1.2)).map(lambda edges: Segment(min(edges), max(edges)))


def voices(*segments: Segment) -> list[Detection]:
    return [Detection("VOICE", segment, 1.0, Confidence.HIGH) for segment in segments]


def treated(operator: Any, samples: Any, *segments: Segment, uri: str = "a") -> Any:
    record = operator.apply(AudioRecord(uri, samples, RATE_HZ, {"artist": "x"}), voices(*segments))
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


@pytest.mark.parametrize("method", ["pitch", "mcadams", "both"])
def test_a_disguised_stretch_is_another_sound_of_the_same_length_and_the_rest_stays(method: str) -> None:
    found = treated(AudioDisguise(method=method), SAMPLES, Segment(0.25, 0.75))
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
    operator = AudioDisguise(method="pitch", min_semitones=semitones, max_semitones=semitones)
    found = treated(operator, tone, Segment(0, 2))[0]
    heard_hz = np.argmax(np.abs(np.fft.rfft(found))) / 2
    moved = 12 * np.log2(heard_hz / 400)
    assert abs(abs(moved) - semitones) < 0.3


@pytest.mark.parametrize("method", ["pitch", "mcadams", "both"])
def test_what_is_done_is_drawn_for_each_turn_of_each_file_and_never_told(method: str) -> None:
    operator = AudioDisguise(method=method)
    one, other, again = (treated(operator, SAMPLES, Segment(0, 1), uri=uri) for uri in ("a", "b", "a"))
    assert not np.array_equal(one, other)
    assert np.array_equal(one, again)
    operator.pseudonyms = Pseudonyms.drawn()
    assert not np.array_equal(one, treated(operator, SAMPLES, Segment(0, 1)))
    told = dict(operator.parameters())
    assert told.pop("method") == method
    assert told.get("semitones", "3 to 6, up or down, drawn per turn") == "3 to 6, up or down, drawn per turn"
    assert told.get("coefficient", "0.6 to 0.9, drawn per turn") == "0.6 to 0.9, drawn per turn"


def test_two_speakers_side_by_side_are_disguised_apart() -> None:
    time_s = np.arange(2 * RATE_HZ) / RATE_HZ
    tone = (0.4 * np.sin(2 * np.pi * 400 * time_s)).astype(np.float32)[None]
    moved = set()
    for key in range(8):
        operator = AudioDisguise(method="pitch")
        operator.pseudonyms = Pseudonyms(bytes([key]) * 32)
        speakers = [Detection("SPEAKER", Segment(start, start + 1), 1.0, Confidence.HIGH) for start in (0, 1)]
        found = operator.apply(AudioRecord("a", tone, RATE_HZ), [*voices(Segment(0, 2)), *speakers])
        assert isinstance(found, AudioRecord)
        heard_hz = [int(np.argmax(np.abs(np.fft.rfft(part)))) for part in np.split(found.samples[0], 2)]
        moved.add(heard_hz[0] == heard_hz[1])
    assert False in moved


def test_the_mcadams_transform_moves_the_resonance_and_keeps_the_loudness() -> None:
    draw = np.random.default_rng(3)
    resonance_hz, angle = 300.0, 2 * np.pi * 300 / RATE_HZ
    sound = lfilter([1.0], [1.0, -2 * 0.97 * np.cos(angle), 0.97**2], draw.normal(0, 0.01, RATE_HZ)).astype(np.float32)
    coefficient = 0.8
    made = mcadams(sound, RATE_HZ, coefficient)
    wanted_hz = angle**coefficient * RATE_HZ / (2 * np.pi)
    power = np.convolve(np.abs(np.fft.rfft(made)) ** 2, np.ones(50), "same")
    assert abs(np.argmax(power) - wanted_hz) < 40
    assert abs(np.argmax(power) - resonance_hz) > 60
    assert 0.7 < np.sqrt(np.mean(made**2) / np.mean(sound**2)) < 1.3


def test_the_mcadams_transform_leaves_silence_silent_and_any_length_as_it_is() -> None:
    for length in (0, 1, 79, 80, 161, 4000):
        assert mcadams(np.zeros(length, np.float32), RATE_HZ, 0.7).shape == (length,)
        assert not mcadams(np.zeros(length, np.float32), RATE_HZ, 0.7).any()
        assert np.isfinite(mcadams(np.ones(length, np.float32), RATE_HZ, 0.7)).all()


class Deepening:
    """A converter of a test: half as loud, and one sample too short."""

    sample_rate_hz = RATE_HZ

    def convert(self, samples: Any) -> Any:
        return samples[:-1] * 0.5


def test_any_converter_can_take_the_place_of_the_transform() -> None:
    found = treated(AudioDisguise(method="model", converter=Deepening()), SAMPLES, Segment(0.25, 0.75))
    assert np.array_equal(found[:, :2000], SAMPLES[:, :2000])
    assert np.allclose(found[:, 2100:5900], SAMPLES[:, 2100:5900] * 0.5, atol=1e-6)
    assert found[0, 5999] == 0


def field(number: int, *content: bytes | int) -> bytes:
    """One field of a protobuf message: bytes with their length, or a number below 128."""
    (value,) = content if len(content) == 1 else (b"".join(content),)  # type: ignore[arg-type]
    if isinstance(value, int):
        return bytes([number << 3, value])
    assert len(value) < 128
    return bytes([number << 3 | 2, len(value)]) + value


def tiny_model(operation: bytes = b"Neg") -> bytes:
    """An ONNX model (onnx.proto3) that turns float32 (1, n) into float32 (1, n)."""

    def value(name: bytes) -> bytes:
        shape = field(2, field(1, field(1, 1)), field(1, field(2, b"n")))
        return field(1, name) + field(2, field(1, field(1, 1), shape))

    node = field(1, field(1, b"x"), field(2, b"y"), field(4, operation))
    graph = b"".join([node, field(2, b"g"), field(11, value(b"x")), field(12, value(b"y"))])
    return field(1, 8) + field(7, graph) + field(8, field(2, 13))


def test_a_voice_converter_in_an_onnx_file_is_used(tmp_path: Path) -> None:
    (tmp_path / "voice.onnx").write_bytes(tiny_model())
    operator = AudioDisguise(method="model", model=str(tmp_path / "voice.onnx"), model_rate_hz=RATE_HZ)
    found = treated(operator, SAMPLES, Segment(0.25, 0.75))
    assert np.allclose(found[:, 2100:5900], -SAMPLES[:, 2100:5900], atol=1e-6)
    assert np.array_equal(found[:, 6000:], SAMPLES[:, 6000:])


def test_a_voice_converter_of_another_rate_gives_the_same_length(tmp_path: Path) -> None:
    (tmp_path / "voice.onnx").write_bytes(tiny_model())
    operator = AudioDisguise(method="model", model=str(tmp_path / "voice.onnx"), model_rate_hz=16_000)
    found = treated(operator, SAMPLES, Segment(0.1, 0.7773))
    assert found.shape == SAMPLES.shape
    assert np.array_equal(found[:, 6220:], SAMPLES[:, 6220:])


def test_what_is_no_voice_converter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such file"):
        AudioDisguise(method="model", model=str(tmp_path / "none.onnx"))
    with pytest.raises(ValueError, match="together with method"):
        AudioDisguise(method="model")
    with pytest.raises(ValueError, match="together with method"):
        AudioDisguise(model="x.onnx")
    (tmp_path / "bad.onnx").write_bytes(b"no model")
    with pytest.raises(ValueError, match="not a model"):
        treated(AudioDisguise(method="model", model=str(tmp_path / "bad.onnx")), SAMPLES, Segment(0, 1))


def test_a_place_found_twice_is_disguised_once() -> None:
    """A voice and its speaker lie at one place; shifted up and down again it would be the same voice."""
    operator = AudioDisguise(method="pitch", min_semitones=6, max_semitones=6)
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
