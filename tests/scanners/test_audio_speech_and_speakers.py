"""Speech and voices: counted as ranges, per line of a call, and nothing breaks on sound that is none."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.errors import MissingDependencyError, UnreadableError
from privacy_audit.models.pyannote import PyannotePipeline
from privacy_audit.scanners import _grouping, _listening
from privacy_audit.scanners._listening import hysteresis, listen, runs
from privacy_audit.scanners._voices import as_voices
from privacy_audit.scanners.audio_speakers import AudioSpeakers, voices_in
from privacy_audit.scanners.audio_speech import AudioSpeech
from privacy_audit.sources.audio_file import read_audio
from privacy_audit.types import AudioRecord, Confidence, Reason

RATE_HZ = 16_000


@pytest.fixture(scope="module")
def conversation(sample_data: Path) -> tuple[AudioRecord, list[dict[str, Any]]]:
    entries = json.loads((sample_data / "MANIFEST.json").read_text(encoding="utf-8"))["files"]
    turns = next(entry["truth"]["turns"] for entry in entries if entry["path"] == "audio/conversation.flac")
    return read_audio(sample_data / "audio" / "conversation.flac", "a"), turns


def sides(record: AudioRecord, turns: list[dict[str, Any]]) -> AudioRecord:
    """The same call with each speaker on a channel of their own."""
    names = sorted({turn["speaker"] for turn in turns})
    samples = np.zeros((len(names), record.samples.shape[1]), np.float32)
    for turn in turns:
        place = slice(round(turn["start"] * RATE_HZ), round(turn["end"] * RATE_HZ))
        samples[names.index(turn["speaker"]), place] = record.samples[0, place]
    return AudioRecord("call", samples, RATE_HZ)


@pytest.mark.parametrize("n_speakers", [1, 2, 3])
def test_the_true_number_of_voices_lies_in_the_range(n_speakers: int) -> None:
    folder = Path(__file__).parents[3] / "shared" / "data" / "audio" / "librispeech_train_clean_100"
    if not folder.is_dir():
        pytest.skip("the evaluation data are not here; voices of one synthesiser are too much alike")
    voices = [soundfile.read(path, frames=5 * RATE_HZ, dtype="float32")[0] for path in sorted(folder.glob("*.flac"))]
    record = AudioRecord("a", np.concatenate(voices[:n_speakers])[None], RATE_HZ)
    found = voices_in(record)
    assert found.fewest <= n_speakers <= found.most
    assert found.fewest <= len(found.seconds) <= found.most


def test_the_report_has_as_many_medium_voices_as_there_are_at_least(conversation: tuple[AudioRecord, Any]) -> None:
    record, _ = conversation
    found, voices = AudioSpeakers().scan(record), voices_in(record)
    assert len(found) == voices.most
    assert sum(one.confidence is Confidence.MEDIUM for one in found) == voices.fewest


def test_on_a_call_with_one_side_on_each_channel_each_side_is_somebody(conversation: tuple[AudioRecord, Any]) -> None:
    call = sides(*conversation)
    found = voices_in(call)
    assert found.fewest >= call.samples.shape[0]


def test_channels_of_one_room_are_heard_as_one(conversation: tuple[AudioRecord, Any]) -> None:
    record, _ = conversation
    hum = np.random.default_rng(0).normal(0, 0.003, (3, record.samples.shape[1])).astype(np.float32)
    room = AudioRecord("room", record.samples * np.array([[1.0], [-0.6], [0.8]], np.float32) + hum, RATE_HZ)
    alone, together = voices_in(record), voices_in(room)
    assert together.most <= alone.most + 1
    assert together.speech_s == pytest.approx(alone.speech_s, rel=0.2)


def test_speech_on_one_channel_only_is_found(conversation: tuple[AudioRecord, Any]) -> None:
    call = sides(*conversation)
    both = AudioSpeech().scan(call)
    assert {one.confidence for one in both} & {Confidence.MEDIUM, Confidence.HIGH}
    starts = [one.location.start for one in both]  # type: ignore[union-attr]
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros((1, 0)),
        np.zeros((1, 1)),
        np.zeros((1, 50_000)),
        np.full((1, 50_000), 0.7),
        np.sign(np.sin(np.arange(50_000) / 20))[None] * 5,
        np.random.default_rng(1).normal(0, 0.1, (8, 30_000)),
        np.sin(np.arange(80_000)[None] * np.array([[0.1], [0.15], [0.2]])).sum(axis=0, keepdims=True),
    ],
    ids=["no sample", "one sample", "silence", "direct current", "clipped", "eight channels of noise", "a chord"],
)
def test_what_is_no_speech_gives_nothing_sure_and_no_crash(samples: Any) -> None:
    record = AudioRecord("a", samples.astype(np.float32), RATE_HZ)
    for scanner in (AudioSpeech(), AudioSpeakers()):
        assert all(one.confidence is Confidence.LOW for one in scanner.scan(record)), scanner.name


def test_other_rates_and_formats_are_heard_alike(conversation: tuple[AudioRecord, Any], tmp_path: Path) -> None:
    record, _ = conversation
    import soxr

    record = AudioRecord("a", record.samples[:, : 8 * RATE_HZ], RATE_HZ)
    whole = voices_in(record).speech_s
    for name, rate_hz, options in (
        ("gsm.wav", 8_000, {"subtype": "GSM610"}),
        ("fast.wav", 192_000, {"subtype": "PCM_24"}),
        ("loud.wav", 16_000, {"subtype": "FLOAT"}),
    ):
        sound = soxr.resample(record.samples[0], RATE_HZ, rate_hz) * (3.0 if name == "loud.wav" else 1.0)
        soundfile.write(tmp_path / name, sound, rate_hz, **options)
        assert voices_in(read_audio(tmp_path / name, name)).speech_s == pytest.approx(whole, rel=0.25), name


def test_the_second_scanner_does_not_listen_again(
    conversation: tuple[AudioRecord, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    record, _ = conversation
    first = listen(record)
    monkeypatch.setattr(_listening, "_Listener", None)
    assert listen(record) is first


def test_what_is_read_in_pieces_is_heard_as_whole(
    conversation: tuple[AudioRecord, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    record, _ = conversation
    (whole,) = listen(replace(record, samples=record.samples.copy()))
    monkeypatch.setattr(_listening, "_PIECE_S", 10)
    (pieces,) = listen(replace(record, samples=record.samples.copy()))
    assert pieces is not whole
    for name in ("sure", "likely", "speech", "overlap"):
        assert np.allclose(getattr(whole, name), getattr(pieces, name), atol=1e-3), name


@settings(max_examples=50, deadline=None)
@given(st.lists(st.booleans(), max_size=60), st.sampled_from([0.0, 0.02, 0.05]))
def test_runs_cover_what_is_true_and_bridge_short_gaps_only(mask: list[bool], bridge_s: float) -> None:
    found = runs(np.array(mask, bool), bridge_s)
    covered = {frame for start, end in found for frame in range(start, end)}
    assert {frame for frame, value in enumerate(mask) if value} <= covered
    gaps = [later[0] - earlier[1] for earlier, later in pairwise(found)]
    assert all(gap * 0.01 >= bridge_s - 1e-9 for gap in gaps)


def test_hysteresis_starts_high_and_ends_low() -> None:
    found = hysteresis(np.array([0.3, 0.5, 0.3, 0.3, 0.1, 0.3], np.float32), 0.4, 0.2)
    assert found.tolist() == [False, True, True, True, False, False]


def test_a_path_keeps_to_one_voice_through_a_weak_moment() -> None:
    scores = np.array([[5, 0]] * 3 + [[1, 2]] + [[5, 0]] * 3 + [[0, 9]] * 4, np.float32)
    assert _grouping.best_path(scores / 20, np.eye(2, dtype=np.float32)).tolist() == [0] * 7 + [1] * 4


def test_turns_of_another_engine_become_voices() -> None:
    found = as_voices([(0.0, 2.0, "B"), (1.0, 3.0, "A"), (3.0, 3.0, "C")])
    assert (found.fewest, found.most, found.speech_s, found.overlap_s) == (3, 3, 3.0, 1.0)
    assert found.seconds == {0: 2.0, 1: 2.0}
    assert not as_voices([]).turns


def test_a_pipeline_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    pytest.importorskip("pyannote.audio")
    with pytest.raises(UnreadableError) as caught:
        PyannotePipeline(tmp_path).turns(np.zeros(16_000, np.float32), RATE_HZ)
    assert caught.value.reason is Reason.MISSING_DEPENDENCY


def test_without_pyannote_audio_the_scanner_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyannote.audio", None)
    with pytest.raises(MissingDependencyError, match=r"privacy-audit\[pyannote\]"):
        AudioSpeakers(pipeline=str(tmp_path)).scan(AudioRecord("a", np.zeros((1, 16_000), np.float32), RATE_HZ))
    with pytest.raises(ValueError, match="pipeline"):
        AudioSpeakers(pipeline="")


def test_where_no_speech_is_heard_nobody_is_counted(sample_data: Path) -> None:
    record = read_audio(sample_data / "audio" / "chime.wav", "a")
    assert list(AudioSpeech().scan(record)) == []
    assert list(AudioSpeakers().scan(record)) == []
