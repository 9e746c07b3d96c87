"""Long recordings are read where they are listened to, and no channel's sound is lost by adding another to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.sources import audio_file
from privacy_audit.sources._audio_blocks import FileSamples, channel_groups, mixed
from privacy_audit.sources.audio_file import iter_audio, read_audio
from privacy_audit.types import AudioRecord, Reason, Unscanned

RNG = np.random.default_rng(5)


def noise(seconds: float, rate_hz: int = 16_000) -> Any:
    return RNG.normal(0, 0.1, round(seconds * rate_hz)).astype(np.float32)


def written(path: Path, channels: list[Any], rate_hz: int = 16_000, **options: Any) -> Path:
    soundfile.write(path, np.stack(channels, axis=1), rate_hz, **options)
    return path


def groups_of(*channels: Any) -> Any:
    samples = np.stack(channels).astype(np.float64)
    return channel_groups(samples @ samples.T)


def test_two_people_on_two_channels_stay_apart() -> None:
    assert groups_of(noise(1), noise(1)) == (((0, 1),), ((1, 1),))


def test_the_same_sound_on_two_channels_is_one() -> None:
    voice = noise(1)
    assert groups_of(voice, voice * 0.7) == (((0, 1), (1, 1)),)


def test_speech_in_opposite_phase_is_not_cancelled(tmp_path: Path) -> None:
    voice = noise(1)
    record = read_audio(written(tmp_path / "a.wav", [voice, -voice], subtype="FLOAT"), "a")
    assert record.samples.shape == (1, 16_000)
    assert np.allclose(record.samples[0], voice, atol=1e-6)


def test_a_silent_channel_is_left_out_and_a_silent_recording_keeps_one() -> None:
    silence = np.zeros(16_000, np.float32)
    assert groups_of(silence, noise(1)) == (((1, 1),),)
    assert groups_of(silence, silence) == (((0, 1),),)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from([1.0, -1.0, 0.5, -0.3])), min_size=1, max_size=8))
def test_every_channel_that_sounds_is_in_one_group_and_every_source_is_heard(plan: list[tuple[int, float]]) -> None:
    sources = [np.random.default_rng(index).normal(0, 0.1, 4000) for index in range(3)]
    samples = np.stack([gain * sources[source] for source, gain in plan])
    groups = channel_groups(samples @ samples.T)
    assert sorted(channel for group in groups for channel, _ in group) == list(range(len(plan)))
    kept = mixed(samples.astype(np.float32), groups)
    assert len(kept) == len({source for source, _ in plan})
    for source in {source for source, _ in plan}:
        alike = [abs(np.corrcoef(channel, sources[source])[0, 1]) for channel in kept]
        assert max(alike) > 0.99


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 44_100, 192_000])
def test_what_is_read_in_blocks_is_what_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rate_hz: int
) -> None:
    time_s = np.arange(round(70.3 * rate_hz)) / rate_hz
    channels = [np.sin(2 * np.pi * hz * time_s).astype(np.float32) * 0.3 for hz in (440, 1000)]
    path = written(tmp_path / "a.wav", channels, rate_hz, subtype="FLOAT")
    whole = read_audio(path, "a").samples
    monkeypatch.setattr(audio_file, "_MAX_HELD", 16_000)
    streamed = read_audio(path, "a").samples
    assert isinstance(streamed, FileSamples)
    assert streamed.shape == whole.shape
    assert np.allclose(np.asarray(streamed)[:, 400:-400], whole[:, 400:-400], atol=2e-4)


def test_what_a_stretch_holds_does_not_depend_on_what_was_read_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "a.wav", [noise(130, 22_050), noise(130, 22_050)], 22_050)
    monkeypatch.setattr(audio_file, "_MAX_HELD", 16_000)
    one, other = read_audio(path, "a").samples, read_audio(path, "a").samples
    place = slice(29 * 16_000 + 7, 31 * 16_000)
    np.asarray(one[:, 0:100])
    np.asarray(one[:, 100 * 16_000 : 129 * 16_000])
    assert np.array_equal(one[:, place], other[:, place])
    assert one[1, place].shape == (2 * 16_000 - 7,)
    assert one[:, 5:5].shape == (2, 0)
    with pytest.raises(IndexError):
        one[:, ::2]


@pytest.mark.parametrize("suffix", ["wav", "mp3", "ogg"])
def test_of_a_recording_that_breaks_off_the_start_is_scanned_and_the_rest_is_told(tmp_path: Path, suffix: str) -> None:
    path = written(tmp_path / f"a.{suffix}", [noise(8)])
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.7)])
    record, problem = iter_audio(path, "a")
    assert isinstance(record, AudioRecord)
    assert 2 < record.duration_s < 7
    assert isinstance(problem, Unscanned)
    assert problem.reason is Reason.TRUNCATED
