"""A recording out of which speech is cut becomes shorter, and the times of its transcripts move alike."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.anonymizers.audio_cut import AudioCut
from privacy_audit.errors import UnreadableError
from privacy_audit.pipeline import anonymize
from privacy_audit.pipeline.cut_times import CutTimes, with_moved_times
from privacy_audit.recipe import Recipe
from privacy_audit.types import AudioRecord, Confidence, Detection, Segment

RATE_HZ = 8000
RECORD = AudioRecord("a", np.arange(1, 2 * RATE_HZ + 1, dtype=np.float32).reshape(1, -1) / 20_000, RATE_HZ)
SPANS = st.lists(st.tuples(st.integers(0, 2 * RATE_HZ), st.integers(0, 2 * RATE_HZ)).map(sorted), max_size=4)


def found(spans: list[Any]) -> list[Detection]:
    return [Detection("VOICE", Segment(start / RATE_HZ, end / RATE_HZ), 1.0, Confidence.HIGH) for start, end in spans]


@settings(max_examples=50, deadline=None)
@given(spans=SPANS, pad_s=st.sampled_from([0.0, 0.05, 3.0]))
def test_what_is_left_are_the_samples_outside_in_their_order(spans: list[Any], pad_s: float) -> None:
    operator = AudioCut(pad_s=pad_s)
    treated: Any = operator.apply(RECORD, found(spans))
    gone = np.zeros(2 * RATE_HZ, bool)
    for start, end in operator.stretches(RECORD, found(spans)):
        gone[round(start * RATE_HZ) : round(end * RATE_HZ)] = True
    assert np.array_equal(treated.samples, RECORD.samples[:, ~gone])
    for start, end in spans:
        assert gone[start:end].all(), "a sample found is left"
    near = np.zeros(2 * RATE_HZ, bool)
    for start, end in spans:
        near[max(0, round(start - pad_s * RATE_HZ) - 2) : round(end + pad_s * RATE_HZ) + 2] = True
    assert not gone[~near].any(), "a sample outside is gone"


def test_with_the_timeline_kept_silence_stands_there() -> None:
    treated: Any = AudioCut(timeline="kept", pad_s=0).apply(RECORD, found([(100, 200)]))
    assert treated.samples.shape == RECORD.samples.shape
    assert not treated.samples[0, 100:200].any()
    assert np.array_equal(treated.samples[0, 202:], RECORD.samples[0, 202:])


@pytest.mark.parametrize("options", [{"timeline": "open"}, {"pad_s": -1.0}])
def test_a_setting_out_of_range_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected"):
        AudioCut(**options)


ROUNDS = [[(1.0, 2.0), (4.0, 5.5)], [(0.0, 0.5)]]  # the second on what the first had left


def cuts() -> CutTimes:
    made = CutTimes()
    made.add("audio/talk.wav", ROUNDS)
    return made


@pytest.mark.parametrize(
    ("old_s", "new_s"), [(0, 0), (0.5, 0), (0.9, 0.4), (1, 0.5), (1.5, 0.5), (2, 0.5), (3, 1.5), (5, 2.5), (10, 7.0)]
)
def test_a_moment_moves_by_what_was_cut_before_it_round_after_round(old_s: float, new_s: float) -> None:
    move = cuts().mover("Talk")
    assert move is not None
    assert move(old_s) == pytest.approx(new_s)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), max_size=5), st.integers(0, 90), st.integers(0, 90))
def test_no_moment_overtakes_another(spans: list[tuple[int, int]], one: int, other: int) -> None:
    rounds, reached = [], 0
    for gap, length in spans:
        rounds.append((float(reached + gap), float(reached + gap + length)))
        reached += gap + length
    made = CutTimes()
    made.add("a.wav", [rounds])
    move = made.mover("a") or float
    early, late = sorted((one, other))
    assert 0 <= move(early) <= move(late) <= late


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("talk.srt", "1\n00:00:03,000 --> 00:00:10,000\nÀ 00:00:03,000\n", "1\n00:00:01,500 --> 00:00:07,000\nÀ 00:00:03,000\n"),
        ("talk.fr.vtt", "WEBVTT\n\n00:03.000 --> 00:10.000\n<00:05.000>a\n", "WEBVTT\n\n00:01.500 --> 00:07.000\n<00:02.500>a\n"),
        ("x.rttm", "SPEAKER talk 1 3.00 7.00 <NA> <NA> a <NA> <NA>\n", "SPEAKER talk 1 1.50 5.50 <NA> <NA> a <NA> <NA>\n"),
        ("x.rttm", "SPEAKER talk 1 10.0 1.0 <NA> <NA> a <NA> <NA>\n", "SPEAKER talk 1  7.0 1.0 <NA> <NA> a <NA> <NA>\n"),
        ("x.ctm", ";; talk 1 3.0 7.0 a\ntalk 1 3.0 7.0 a\nplain 1 3.0 7.0 a\n", ";; talk 1 3.0 7.0 a\ntalk 1 1.5 5.5 a\nplain 1 3.0 7.0 a\n"),
        ("x.stm", "talk 1 a 3.000 10.000 bonjour\n", "talk 1 a 1.500  7.000 bonjour\n"),
        ("other.srt", "1\n00:00:03,000 --> 00:00:10,000\na\n", "1\n00:00:03,000 --> 00:00:10,000\na\n"),
    ],
)  # fmt: skip
def test_times_of_a_transcript_move_and_keep_their_width(name: str, old: str, new: str) -> None:
    assert with_moved_times(old, Path(name), cuts()) == new
    assert len(new) == len(old)


@pytest.mark.parametrize("name", ["talk.TextGrid", "talk.eaf", "talk.json", "segments"])
def test_forms_whose_times_cannot_be_moved_are_refused(name: str) -> None:
    with pytest.raises(UnreadableError, match="timeline: kept"):
        with_moved_times("x", Path(name), cuts())
    assert with_moved_times("x", Path(name), CutTimes()) == "x"


def test_two_recordings_of_one_name_of_which_other_parts_were_cut_are_refused() -> None:
    made = cuts()
    made.add("other/talk.wav", [[(0.0, 1.0)]])
    with pytest.raises(UnreadableError, match="timeline: kept"):
        with_moved_times("x --> y", Path("talk.srt"), made)


def test_a_run_cuts_the_recording_and_moves_its_subtitles_and_turns(sample_data: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    samples, rate_hz = soundfile.read(sample_data / "audio" / "chime.wav")
    voice, voice_rate_hz = soundfile.read(sample_data / "audio" / "radio_en.wav")
    assert rate_hz == voice_rate_hz
    quiet = np.zeros(rate_hz)
    soundfile.write(
        source / "a.wav", np.concatenate([quiet, voice[: 3 * rate_hz], quiet, samples[: 2 * rate_hz]]), rate_hz
    )
    (source / "a.srt").write_text("1\n00:00:06,000 --> 00:00:06,500\n[carillon]\n", encoding="utf-8")
    (source / "a.rttm").write_text("SPEAKER a 1 6.000 0.500 <NA> <NA> spk1 <NA> <NA>\n")
    recipe = Recipe(
        "t",
        scanners={"audio_speech": {}, "audio_tags": {}, "text_patterns": {}, "file_names": {}},
        operators={"audio_cut": {}, "audio_strip_tags": {}, "text_label": {}},
    )
    report = anonymize(source, tmp_path / "copy", recipe)
    assert report.treatment is not None
    assert report.treatment.quarantined == 0
    before_s, after_s = (soundfile.info(folder / "a.wav").duration for folder in (source, tmp_path / "copy"))
    gone_s = before_s - after_s
    assert gone_s > 2
    start = re.search(r"00:00:(\d\d),(\d\d\d) -->", (tmp_path / "copy" / "a.srt").read_text(encoding="utf-8"))
    assert start
    assert int(start[1]) + int(start[2]) / 1000 == pytest.approx(6 - gone_s, abs=0.002)
    assert float((tmp_path / "copy" / "a.rttm").read_text().split()[3]) == pytest.approx(6 - gone_s, abs=0.002)
    changed = report.treatment.changed["milliseconds"]
    assert changed.changed / 1000 == pytest.approx(gone_s, abs=0.05)


def test_videos_are_not_copied_with_a_closed_timeline(clips: Any, tmp_path: Path) -> None:
    from privacy_audit.pipeline.own_places import OwnPlaces
    from privacy_audit.pipeline.toolbox import Toolbox
    from privacy_audit.pipeline.treating_video import write_treated_video
    from privacy_audit.sources.folder import FileEntry

    toolbox = Toolbox(Recipe("t", operators={"audio_cut": {}}))
    with pytest.raises(UnreadableError, match="would part it from the picture"):
        write_treated_video(
            toolbox, FileEntry(tmp_path / "a.mp4", "a.mp4", "video"), {}, tmp_path / "b.mp4", OwnPlaces()
        )
