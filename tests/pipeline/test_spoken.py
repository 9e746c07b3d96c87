"""What is said: found in transcripts, tied to the recording, bleeped there and replaced in the transcript alike."""

from __future__ import annotations

import json
import re
import sys
import types
from pathlib import Path
from typing import Any, ClassVar
from xml.etree import ElementTree

import numpy as np
import pytest
import soundfile

from privacy_audit.errors import RecipeError
from privacy_audit.pipeline import FileTreatment, Toolbox, scan_file, treat_file
from privacy_audit.pipeline.scanning import Clean
from privacy_audit.pipeline.treating import treated_path
from privacy_audit.pseudonyms import Pseudonyms
from privacy_audit.recipe import parse_recipe
from privacy_audit.recognizers._readable import folded
from privacy_audit.sources.folder import FileEntry, walk
from privacy_audit.types import Reason, Scanned, Segment, TextSpan, Unscanned

RATE_HZ = 16_000
SECONDS = 12
WORDS = "la commande puis zéro six trente neuf quatre vingt dix huit douze quarante cinq puis mardi".split()
NUMBER = slice(3, 14)
TIMES = [(word, 1 + 0.5 * at, 1 + 0.5 * at + 0.4) for at, word in enumerate(WORDS)]
START_S, END_S = TIMES[NUMBER][0][1], TIMES[NUMBER][-1][2]
RECIPE = """
name: bleep
scanners: {file_names: , text_patterns: , audio_tags: }
operators: {text_label: , audio_bleep: , audio_strip_tags: }
"""


def as_srt() -> str:
    return "".join(
        f"{at}\n00:00:{s:06.3f} --> 00:00:{e:06.3f}\n{w}\n\n".replace(".", ",") for at, (w, s, e) in enumerate(TIMES, 1)
    )


def as_vtt() -> str:
    return "WEBVTT\n\n00:01.000 --> 00:10.000\n" + " ".join(f"<00:{s:06.3f}><c>{w}</c>" for w, s, _ in TIMES) + "\n"


def as_ctm() -> str:
    return "".join(f"talk 1 {s:.2f} {e - s:.2f} {w} 0.9\n" for w, s, e in TIMES)


def as_textgrid() -> str:
    head = f'"ooTextFile"\n"TextGrid"\n0\n{SECONDS}\n<exists>\n1\n"IntervalTier"\n"mots"\n0\n{SECONDS}\n{len(TIMES)}\n'
    return head + "".join(f'{s}\n{e}\n"{w}"\n' for w, s, e in TIMES)


def as_eaf() -> str:
    slots = "".join(
        f'<TIME_SLOT TIME_SLOT_ID="s{n}" TIME_VALUE="{s * 1000:.0f}"/><TIME_SLOT TIME_SLOT_ID="e{n}" TIME_VALUE="{e * 1000:.0f}"/>'
        for n, (_, s, e) in enumerate(TIMES)
    )
    words = "".join(
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a{n}" TIME_SLOT_REF1="s{n}" TIME_SLOT_REF2="e{n}"><ANNOTATION_VALUE>{w}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>'
        for n, (w, _, _) in enumerate(TIMES)
    )
    return f'<ANNOTATION_DOCUMENT><TIME_ORDER>{slots}</TIME_ORDER><TIER TIER_ID="mots">{words}</TIER></ANNOTATION_DOCUMENT>'


def as_whisper() -> str:
    words = [{"word": f" {w}", "start": s, "end": e} for w, s, e in TIMES]
    text = " " + " ".join(WORDS)
    return json.dumps({"text": text, "segments": [{"start": 1.0, "end": 10.0, "text": text, "words": words}]})


WRITERS = {"srt": as_srt, "vtt": as_vtt, "ctm": as_ctm, "TextGrid": as_textgrid, "eaf": as_eaf, "json": as_whisper}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    noise = np.random.default_rng(7).uniform(-0.5, 0.5, SECONDS * RATE_HZ)
    (tmp_path / "in").mkdir()
    soundfile.write(tmp_path / "in" / "talk.wav", noise, RATE_HZ, subtype="PCM_16")
    return tmp_path / "in"


def entry_of(folder: Path, name: str) -> FileEntry:
    return next(item for item in walk([folder]) if isinstance(item, FileEntry) and item.uri == name)


def found(toolbox: Toolbox, folder: Path, name: str) -> list[tuple[str, Any]]:
    outcomes = scan_file(toolbox, entry_of(folder, name), Clean())
    return [
        (item.detection.entity_type, item.detection.location)
        for outcome in outcomes
        if isinstance(outcome, Scanned)
        for item in outcome.findings
    ]


def unread(toolbox: Toolbox, folder: Path, name: str) -> list[Unscanned]:
    return [item for item in scan_file(toolbox, entry_of(folder, name), Clean()) if isinstance(item, Unscanned)]


def treated(toolbox: Toolbox, folder: Path, name: str) -> tuple[FileTreatment, Path]:
    path = folder.parent / "out" / name
    return treat_file(toolbox, entry_of(folder, name), path), path


@pytest.fixture
def toolbox() -> Toolbox:
    return Toolbox(parse_recipe(RECIPE, "test"))


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_number_is_found_in_the_transcript_and_at_its_time_in_the_recording(
    toolbox: Toolbox, folder: Path, suffix: str
) -> None:
    (folder / f"talk.{suffix}").write_text(WRITERS[suffix](), encoding="utf-8")
    kinds = found(toolbox, folder, f"talk.{suffix}")
    assert {kind for kind, _ in kinds} == {"PHONE_NUMBER"}
    text = (folder / f"talk.{suffix}").read_text(encoding="utf-8")
    place = kinds[0][1]
    assert isinstance(place, TextSpan)
    assert re.match(r"z(é|\\u00e9)ro", text[place.start : place.end])
    assert text[place.start : place.end].endswith("cinq")
    ((kind, segment),) = found(toolbox, folder, "talk.wav")
    assert kind == "PHONE_NUMBER"
    # VTT tells when the next word begins, not when a word ends
    assert (segment.start, segment.end) == pytest.approx((START_S, END_S), abs=0.11)


@pytest.mark.parametrize("suffix", WRITERS)
def test_the_number_is_bleeped_and_replaced_and_nothing_else_changes(
    toolbox: Toolbox, folder: Path, suffix: str
) -> None:
    (folder / f"talk.{suffix}").write_text(WRITERS[suffix](), encoding="utf-8")
    treatment, path = treated(toolbox, folder, "talk.wav")
    assert treatment.written
    assert treatment.residual == []
    before, _ = soundfile.read(folder / "talk.wav", dtype="int16")
    after, _ = soundfile.read(path, dtype="int16")
    start, end = round((START_S - 0.05) * RATE_HZ), round((END_S + 0.05) * RATE_HZ)
    late = end + round(0.11 * RATE_HZ)
    assert np.array_equal(before[: start - 2], after[: start - 2])
    assert np.array_equal(before[late:], after[late:])
    inside = after[start + 2 : end - 2].astype(float)
    assert np.abs(np.corrcoef(before[start + 2 : end - 2], inside)[0, 1]) < 0.02
    spectrum = np.abs(np.fft.rfft(inside))
    assert abs(np.argmax(spectrum) * RATE_HZ / len(inside) - 1000) < 2

    treatment, path = treated(toolbox, folder, f"talk.{suffix}")
    assert treatment.written
    assert treatment.residual == []
    text = path.read_text(encoding="utf-8")
    assert not re.search("zéro|z\\\\u00e9ro|trente|quatre|vingt|quarante", text)
    assert "commande" in text
    assert "mardi" in text
    if suffix == "json":
        assert [word["start"] for word in json.loads(text)["segments"][0]["words"]] == [start for _, start, _ in TIMES]
    elif suffix == "eaf":
        assert len(list(ElementTree.fromstring(text).iter("ANNOTATION_VALUE"))) == len(WORDS)  # noqa: S314 - our own
    elif suffix == "ctm":
        assert [len(line.split()) for line in text.splitlines()] == [6] * len(WORDS)
    else:
        assert text.count("PHONE_NUMBER") == len(TIMES[NUMBER])
    # the copy of the transcript lies beside the copy of the recording: nothing is found any more
    assert found(toolbox, folder.parent / "out", "talk.wav") == []


def test_names_of_speakers_get_numbers_and_stay_apart(folder: Path) -> None:
    toolbox = Toolbox(parse_recipe(RECIPE.replace("text_patterns: ", "text_patterns: , text_names: "), "test"))
    lines = [("marie_dupont", 1), ("SPEAKER_01", 2), ("paul_martin", 3), ("marie_dupont", 4), ("B", 5)]
    (folder / "talk.rttm").write_text(
        "".join(f"SPEAKER talk 1 {at}.0 0.9 <NA> <NA> {name} <NA> <NA>\n" for name, at in lines)
    )
    treatment, path = treated(toolbox, folder, "talk.rttm")
    assert treatment.written
    rows = [line.split() for line in path.read_text().splitlines()]
    assert [row[7] for row in rows] == ["PERSON_1", "SPEAKER_01", "PERSON_2", "PERSON_1", "B"]
    assert [len(row) for row in rows] == [10] * 5


NAMES_RECIPE = RECIPE.replace("text_patterns: ", "text_patterns: , text_names: ")


@pytest.mark.parametrize("operator", ["text_pseudonym", "text_surrogate"])
@pytest.mark.parametrize("suffix", WRITERS)
def test_what_the_run_put_into_a_transcript_is_no_finding_that_was_left(
    folder: Path, suffix: str, operator: str
) -> None:
    toolbox = Toolbox(parse_recipe(RECIPE.replace("text_label", operator), "test"), pseudonyms=Pseudonyms(b"k" * 32))
    (folder / f"talk.{suffix}").write_text(WRITERS[suffix](), encoding="utf-8")
    treatment, path = treated(toolbox, folder, f"talk.{suffix}")
    assert treatment.written, treatment.quarantined
    assert treatment.residual == []
    assert not re.search("zéro|z\\\\u00e9ro|trente|vingt", path.read_text(encoding="utf-8"))


def test_a_surrogate_in_a_line_does_not_hide_what_was_missed_beside_it(folder: Path) -> None:
    recipe = RECIPE.replace("text_label: ", "text_surrogate: {only: [EMAIL_ADDRESS]}")
    toolbox = Toolbox(parse_recipe(recipe, "test"))
    line = "Voici a.b@courriel-invente.fr &amp; le 06 39 98 12 45, ou c.d@courriel-invente.fr."
    (folder / "talk.vtt").write_text(f"WEBVTT\n\n00:01.000 --> 00:10.000\n{line}\n")
    treatment, path = treated(toolbox, folder, "talk.vtt")
    assert treatment.written, treatment.quarantined
    text = path.read_text()
    assert text.count("@example.org") == 2
    (left,) = treatment.residual
    assert left.detection.entity_type == "PHONE_NUMBER"
    assert isinstance(left.detection.location, TextSpan)
    assert text[left.detection.location.start : left.detection.location.end] == "06 39 98 12 45"


@pytest.mark.parametrize("operator", ["text_pseudonym", "text_surrogate"])
def test_names_of_speakers_and_recordings_have_the_pseudonym_of_tables_and_paths(folder: Path, operator: str) -> None:
    recipe = parse_recipe(NAMES_RECIPE.replace("text_label", operator), "test")
    toolbox = Toolbox(recipe, pseudonyms=Pseudonyms(b"k" * 32))
    (folder / "talk.rttm").write_text(
        "".join(f"SPEAKER marie_dupont 1 {at}.0 0.9 <NA> <NA> marie_dupont <NA> <NA>\n" for at in (1, 2))
    )
    (folder / "talk.ctm").write_text("marie_dupont 1 1.00 0.40 bonjour 0.9\n")
    (folder / "talk.TextGrid").write_text(as_textgrid().replace('"mots"', '"Marie Dupont"'), encoding="utf-8")
    (folder / "people.csv").write_text("nom,ville\nMarie Dupont,Lyon\n")
    texts = {}
    for name in ("talk.rttm", "talk.ctm", "talk.TextGrid", "people.csv"):
        treatment, path = treated(toolbox, folder, name)
        assert treatment.written, treatment.quarantined
        assert treatment.residual == [], name
        texts[name] = path.read_text(encoding="utf-8")
    spaced = texts["people.csv"].splitlines()[1].split(",")[0]
    joined = treated_path(toolbox, "marie_dupont.wav").removesuffix(".wav")
    assert joined in (spaced, folded(spaced).replace(" ", "_"))
    rows = [row.split() for row in texts["talk.rttm"].splitlines()]
    assert [row[1] for row in rows] == [joined] * 2
    # a speaker keeps the accents of a text, a path has none
    assert {row[7].replace("_", " ").casefold() for row in rows} == {spaced.replace("_", " ").casefold()}
    assert texts["talk.ctm"].split()[0] == joined
    assert f'"{spaced}"' in texts["talk.TextGrid"]


def test_what_is_said_at_no_known_time_is_bleeped_over_the_whole_recording(toolbox: Toolbox, folder: Path) -> None:
    (folder / "talk.txt").write_text(" ".join(WORDS), encoding="utf-8")
    assert found(toolbox, folder, "talk.wav") == [("PHONE_NUMBER", Segment(0.0, float(SECONDS)))]
    treatment, path = treated(toolbox, folder, "talk.wav")
    assert treatment.written
    before, _ = soundfile.read(folder / "talk.wav", dtype="int16")
    after, _ = soundfile.read(path, dtype="int16")
    assert (before == after).mean() < 0.01


def test_a_sentence_is_not_bleeped_where_its_words_are_known(toolbox: Toolbox, folder: Path) -> None:
    (folder / "talk.srt").write_text(f"1\n00:00:00,000 --> 00:00:11,000\n{' '.join(WORDS)}\n", encoding="utf-8")
    (folder / "talk.ctm").write_text(as_ctm(), encoding="utf-8")
    ((kind, place),) = found(toolbox, folder, "talk.wav")
    assert kind == "PHONE_NUMBER"
    assert (place.start, place.end) == pytest.approx((START_S, END_S))


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("talk.TextGrid", as_textgrid()[:-40], Reason.TRUNCATED),
        ("talk.eaf", "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", Reason.NOT_PERMITTED),
        ("talk.ctm", as_ctm().replace("talk 1 4.00", "talk 1 4000.00"), Reason.CORRUPT),
    ],
)
def test_a_recording_whose_transcript_cannot_be_tied_is_not_copied(
    toolbox: Toolbox, folder: Path, name: str, text: str, reason: Reason
) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    (lost,) = unread(toolbox, folder, "talk.wav")
    assert lost.reason is reason
    assert lost.detail.startswith("a transcript beside it")
    treatment, path = treated(toolbox, folder, "talk.wav")
    assert not treatment.written
    assert not path.exists()


def test_a_recording_without_transcript_and_a_transcript_without_recording_are_read(
    toolbox: Toolbox, folder: Path
) -> None:
    (folder / "other.ctm").write_text(as_ctm().replace("talk", "other"), encoding="utf-8")
    assert found(toolbox, folder, "talk.wav") == []
    assert unread(toolbox, folder, "talk.wav") == []
    assert [kind for kind, _ in found(toolbox, folder, "other.ctm")] == ["PHONE_NUMBER"]


def test_a_recipe_that_only_disguises_voices_says_that_the_words_stay(folder: Path) -> None:
    toolbox = Toolbox(parse_recipe(RECIPE.replace("audio_bleep", "audio_disguise"), "test"))
    (folder / "talk.ctm").write_text(as_ctm(), encoding="utf-8")
    treatment, _ = treated(toolbox, folder, "talk.wav")
    assert treatment.written
    assert [item.detection.entity_type for item in treatment.residual] == ["PHONE_NUMBER"]
    assert treatment.operations == []


def test_sound_in_an_mpeg_4_container_is_bleeped_too(toolbox: Toolbox, folder: Path) -> None:
    av = pytest.importorskip("av")
    samples, _ = soundfile.read(folder / "talk.wav", dtype="float32")
    (folder / "talk.wav").unlink()
    with av.open(str(folder / "talk.m4a"), "w") as container:
        stream = container.add_stream("aac", rate=RATE_HZ, layout="mono")
        for at in range(0, len(samples) - 1023, 1024):
            frame = av.AudioFrame.from_ndarray(samples[None, at : at + 1024], format="fltp", layout="mono")
            frame.sample_rate, frame.pts = RATE_HZ, at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    (folder / "talk.ctm").write_text(as_ctm(), encoding="utf-8")
    treatment, path = treated(toolbox, folder, "talk.m4a")
    assert treatment.written, treatment.quarantined
    with av.open(str(path)) as container:
        heard = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)[0]
    loudness = [
        float(np.sqrt((heard[round(a * RATE_HZ) : round(b * RATE_HZ)] ** 2).mean())) for a, b in ((1, 2), (4, 6))
    ]
    assert loudness[0] > 0.2, "noise before the number"
    assert loudness[1] < 0.1, "a quiet tone in its place"


class FakeWhisper:
    """Stands for ``faster_whisper.WhisperModel``."""

    made: ClassVar[list[tuple[str, dict[str, Any]]]] = []

    def __init__(self, folder: str, **options: Any) -> None:
        FakeWhisper.made.append((folder, options))

    def transcribe(self, samples: Any, **options: Any) -> tuple[list[Any], None]:
        assert samples.dtype == np.float32
        assert samples.ndim == 1
        assert options["word_timestamps"]
        heard = np.abs(samples[4 * RATE_HZ : 6 * RATE_HZ]).mean() > 0.15  # noise there, and not a quiet tone
        samples[:] = 0  # as its voice activity detection does with the end
        words = [types.SimpleNamespace(word=f" {w}", start=s, end=e) for w, s, e in TIMES if heard]
        return [types.SimpleNamespace(words=words), types.SimpleNamespace(words=None)], None


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "whisper-tiny"
    path.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
        (path / name).write_bytes(b"x")
    FakeWhisper.made = []
    monkeypatch.setitem(sys.modules, "faster_whisper", types.SimpleNamespace(WhisperModel=FakeWhisper))
    return path


def test_what_the_recogniser_hears_is_found_and_bleeped(folder: Path, model: Path) -> None:
    toolbox = Toolbox(parse_recipe(f"{RECIPE}transcribe: {{model: {model}, language: fr}}\n", "test"))
    ((kind, place),) = found(toolbox, folder, "talk.wav")
    assert kind == "PHONE_NUMBER"
    assert (place.start, place.end) == pytest.approx((START_S, END_S))
    ((path, options),) = FakeWhisper.made
    assert path == str(model)
    assert options["local_files_only"] is True
    treatment, _ = treated(toolbox, folder, "talk.wav")
    assert treatment.written
    assert treatment.residual == [], "the recogniser listens to the copy too"


@pytest.mark.parametrize("missing", ["model.bin", "tokenizer.json", "config.json", "vocabulary.txt"])
def test_a_model_that_lacks_a_file_is_told_before_anything_is_read(model: Path, missing: str) -> None:
    (model / missing).unlink()
    with pytest.raises(RecipeError, match=f"transcribe: model: .*lacks .*{missing}.*nothing is downloaded"):
        Toolbox(parse_recipe(f"{RECIPE}transcribe: {{model: {model}}}\n", "test"))


@pytest.mark.parametrize(
    ("options", "message"),
    [("model: /nowhere", "no such folder"), ("language: fr", "model"), ("model: 3", "model"), ("modell: x", "modell")],
)
def test_a_wrong_transcriber_is_a_wrong_recipe(options: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        Toolbox(parse_recipe(f"{RECIPE}transcribe: {{{options}}}\n", "test"))


def test_without_faster_whisper_the_recording_is_not_read(
    folder: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    toolbox = Toolbox(parse_recipe(f"{RECIPE}transcribe: {{model: {model}}}\n", "test"))
    (lost,) = unread(toolbox, folder, "talk.wav")
    assert (lost.reason, lost.scanner) == (Reason.MISSING_DEPENDENCY, "transcribe")
    assert "pip install 'privacy-audit[asr]'" in lost.detail


def test_a_recogniser_that_fails_is_told_without_what_it_heard(
    folder: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("zéro six")

    monkeypatch.setattr(FakeWhisper, "transcribe", fail)
    toolbox = Toolbox(parse_recipe(f"{RECIPE}transcribe: {{model: {model}}}\n", "test"))
    (lost,) = unread(toolbox, folder, "talk.wav")
    assert (lost.reason, lost.detail) == (Reason.SCANNER_FAILED, "the speech recogniser failed (RuntimeError)")
