"""A tone where words were, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy_audit.anonymizers.audio_bleep import AudioBleep
from privacy_audit.types import AudioRecord, Confidence, Detection, Effect, FieldRef, Segment

RATE_HZ = 8_000


def noise(seconds: float = 2.0, channels: int = 1) -> AudioRecord:
    samples = np.random.default_rng(3).uniform(-0.9, 0.9, (channels, round(seconds * RATE_HZ))).astype(np.float32)
    return AudioRecord("a.wav", samples, RATE_HZ, {"artist": "x"})


def name(start: float, end: float, entity_type: str = "PERSON") -> Detection:
    return Detection(entity_type, Segment(start, end), 1.0, Confidence.HIGH)


@given(
    st.lists(st.tuples(st.floats(0, 3), st.floats(0, 1)), max_size=4), st.floats(0, 0.3), st.sampled_from([0, 440.0])
)
def test_every_sample_inside_is_new_and_every_sample_outside_is_old(
    spans: list[tuple[float, float]], pad_s: float, tone_hz: float
) -> None:
    record = noise(channels=2)
    before = record.samples.copy()
    treated = AudioBleep(pad_s=pad_s, tone_hz=tone_hz).apply(record, [name(a, a + b) for a, b in spans])
    assert isinstance(treated, AudioRecord)
    assert np.array_equal(record.samples, before)
    assert treated.samples.shape == before.shape
    assert treated.samples.dtype == np.float32
    times_s = np.arange(before.shape[1]) / RATE_HZ
    inside = np.zeros(before.shape[1], bool)
    near = np.zeros(before.shape[1], bool)
    for start, length in spans:
        inside |= (times_s >= start - pad_s) & (times_s <= start + length + pad_s)
        near |= (times_s >= start - pad_s - 2 / RATE_HZ) & (times_s <= start + length + pad_s + 2 / RATE_HZ)
    tone = 0.1 * np.sin(2 * np.pi * tone_hz * times_s)
    assert np.allclose(treated.samples[:, inside], tone[inside], atol=1e-4)
    assert np.array_equal(treated.samples[:, ~near], before[:, ~near])


def test_voices_are_not_its_business() -> None:
    operator = AudioBleep()
    assert operator.wants(name(0, 1))
    assert not operator.wants(name(0, 1, "VOICE"))
    assert not operator.wants(name(0, 1, "SPEAKER"))
    assert not operator.wants(Detection("PERSON", FieldRef("artist"), 1.0, Confidence.HIGH))
    assert operator.effect is Effect.REMOVED


def test_its_settings_are_told() -> None:
    assert AudioBleep(pad_s=0.2, tone_hz=0).parameters() == (("pad_s", "0.2"), ("tone_hz", "0"))


@pytest.mark.parametrize("options", [{"pad_s": -1}, {"pad_s": 11}, {"tone_hz": 5}, {"tone_hz": 30_000}, {"level": 2}])
def test_settings_out_of_range_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        AudioBleep(**options)
