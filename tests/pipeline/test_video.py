"""A video from end to end: what is found in it, and what is left of it in the treated copy."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pytest
import soundfile

from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.pipeline import Toolbox, anonymize, scan, treat_file
from privacy_audit.pipeline.checking import check_files
from privacy_audit.recipe import Limits, Recipe
from privacy_audit.scanners import Scanner, all_scanners
from privacy_audit.scanners.audio_speech import AudioSpeech
from privacy_audit.scanners.image_faces import ImageFaces
from privacy_audit.sources._video_sound import native_sounds
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.video_file import frames_of, read_video_tags, timeline_of, upright
from privacy_audit.types import AudioRecord, BoundingBox, Confidence, Detection, ImageRecord, Record, Segment

FULL = Recipe(
    "video",
    scanners={"image_faces": {"passes": "fast"}, "audio_speech": {}, "video_tags": {}},
    operators={"image_solid": {}, "audio_mute": {}, "video_strip_tags": {}},
)
QUICK = Recipe("quick", scanners={"video_tags": {}, "spots": {}, "audio_tags": {}}, operators=FULL.operators)
LIMITS = Limits()
SIZE, RATE_HZ, SECONDS = (320, 240), 10, 10
BEEP_S = 9.2
PLACE = "+48.8584+002.2945/"


class Talk(NamedTuple):
    before: Path
    after: Path
    scanned: ExposureReport
    treated: ExposureReport
    operations: list[dict[str, Any]]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory, clips: ModuleType, sample_data: Path) -> Talk:
    """Ten seconds of two drawn people who move, turn and are hidden, with speech from 1 to 6 s and a tone at 9.2 s."""
    folder = tmp_path_factory.mktemp("talk")
    (folder / "source").mkdir()
    spoken, rate_hz = soundfile.read(sample_data / "audio" / "marie_lefebvre.wav", dtype="float32")
    sound = np.zeros(SECONDS * rate_hz, np.float32)
    sound[rate_hz : 6 * rate_hz] = spoken[: 5 * rate_hz]
    start, count = round(BEEP_S * rate_hz), rate_hz // 5
    sound[start : start + count] = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(count) / rate_hz)
    before = folder / "source" / "talk.mp4"
    frames = clips.drawn_frames(*SIZE, RATE_HZ, SECONDS)
    clips.write_clip(before, frames, RATE_HZ, (sound, rate_hz), tags={"location": PLACE})
    scanned = scan([before], folder / "audit", FULL)
    treated = anonymize(folder / "source", folder / "copy", FULL)
    lines = (folder / "copy" / ".privacy-audit" / "operations.jsonl").read_text().splitlines()
    return Talk(before, folder / "copy" / "talk.mp4", scanned, treated, [json.loads(line) for line in lines])


def test_a_scan_finds_faces_speech_and_the_place_and_says_how_much_it_looked_at(talk: Talk) -> None:
    found = {entity.entity_type: entity.count for entity in talk.scanned.entities}
    assert found["FACE"] >= 15
    assert found["VOICE"] == found["GPS_POSITION"] == 1
    videos = talk.scanned.coverage.videos
    assert (videos.files, videos.frames, videos.frames_looked_at) == (1, 100, 10)
    assert videos.duration_s == pytest.approx(SECONDS, abs=0.1)
    page = (talk.before.parents[1] / "audit" / "report.html").read_text(encoding="utf-8")
    assert "10 frames out of 100 were looked at. A face seen only between them was not found." in page
    assert "10 images examinées sur 100. Un visage visible seulement entre ces images" in page


def test_no_frame_of_the_treated_copy_shows_a_face_at_the_lowest_score_that_counts(talk: Talk) -> None:
    detector = ImageFaces(passes="fast")
    seen = [number for number, (frame, _) in enumerate(frames_of(talk.after, LIMITS)) if faces(detector, frame)]
    assert seen == []


def faces(detector: Scanner, frame: Any) -> Sequence[Detection]:
    return detector.scan(ImageRecord("a", upright(frame)))


def test_the_hidden_frames_are_covered_too(talk: Talk, clips: ModuleType) -> None:
    black = [
        float((upright(frame) < 40).all(axis=2).mean())
        for number, (frame, _) in enumerate(frames_of(talk.after, LIMITS))
        if number in clips.HIDDEN
    ]
    assert len(black) == 5
    assert min(black) > 0.05
    covered = [line for line in talk.operations if line["entity_type"] == "FACE"]
    assert sum(int(line["parameters"]["frames_filled"]) for line in covered) >= 5


def test_the_treated_copy_has_the_same_frames_at_the_same_times_and_size(talk: Talk) -> None:
    before, after = timeline_of(talk.before, LIMITS), timeline_of(talk.after, LIMITS)
    assert len(after.times_s) == SECONDS * RATE_HZ
    assert after == before


def test_the_speech_is_gone_and_the_rest_of_the_sound_is_where_it_was(talk: Talk) -> None:
    (before, after) = (next(native_sounds(path, "a", LIMITS))[0] for path in (talk.before, talk.after))
    assert after.samples.shape == before.samples.shape
    rate_hz = before.sample_rate_hz
    assert float(np.abs(after.samples[0, rate_hz : 6 * rate_hz]).max()) < 0.01
    for sound in (before, after):
        loud = np.flatnonzero(np.abs(sound.samples[0, 7 * rate_hz :]) > 0.2) / rate_hz + 7
        assert len(loud), "the tone was taken for speech and muted"
        assert (loud[0], loud[-1]) == pytest.approx((BEEP_S, BEEP_S + 0.2), abs=0.005)


@pytest.mark.parametrize("start_s", [8.2, 8.203])
def test_a_tone_that_stands_alone_as_in_the_treated_copy_is_no_speech(start_s: float) -> None:
    sound, rate_hz = np.zeros((1, SECONDS * 16_000), np.float32), 16_000
    start, count = round(start_s * rate_hz), rate_hz // 5
    sound[0, start : start + count] = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(count) / rate_hz)
    # the segmentation model gives it .4 to .5, enough to begin a stretch; its score as a whole must not be
    assert AudioSpeech().scan(AudioRecord("a", sound, rate_hz)) == []


def test_where_it_was_filmed_is_gone(talk: Talk) -> None:
    assert PLACE in read_video_tags(talk.before).values()
    assert PLACE.encode() not in talk.after.read_bytes()
    assert not any("location" in name for name in read_video_tags(talk.after))


def test_the_copy_was_looked_at_frame_by_frame_and_nothing_was_found_again(talk: Talk) -> None:
    assert talk.treated.treatment is not None
    assert (talk.treated.treatment.quarantined, talk.treated.treatment.residual) == (0, {})
    videos = talk.treated.coverage.videos
    assert videos.frames_looked_at == videos.frames == 100


def test_each_thing_covered_is_one_operation_with_its_time(talk: Talk) -> None:
    covered = [line for line in talk.operations if line["operator"] == "image_solid"]
    assert 2 <= len(covered) <= 4
    assert {line["location"]["kind"] for line in covered} == {"segment"}
    assert {line["operator"] for line in talk.operations} == {"image_solid", "audio_mute", "video_strip_tags"}


class Spots(Scanner):
    """Finds white squares, in place of a model."""

    name = "spots"
    summary = "Finds white."
    entity_types = ("FACE",)
    accepts = (ImageRecord,)

    def scan(self, record: Record) -> Sequence[Detection]:
        assert isinstance(record, ImageRecord)
        rows, columns = np.nonzero((record.pixels > 180).all(axis=2))
        if not len(rows):
            return []
        box = BoundingBox(int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
        return [Detection("FACE", box, 1.0, Confidence.HIGH)]


@pytest.fixture
def spots(monkeypatch: pytest.MonkeyPatch) -> None:
    installed = {**all_scanners(), "spots": Spots}
    monkeypatch.setattr("privacy_audit.pipeline.toolbox.all_scanners", lambda: installed)


def white_spot(count: int = 10, width: int = 64, height: int = 48) -> list[Any]:
    frames = np.full((count, height, width, 3), 60, np.uint8)
    for number in range(count):
        frames[number, 10:26, 4 + 2 * number : 20 + 2 * number] = 255
    return list(frames)


def tone(rate_hz: int = 48_000) -> tuple[Any, int]:
    return (0.3 * np.sin(2 * np.pi * 440 * np.arange(rate_hz) / rate_hz)).astype(np.float32), rate_hz


def treated(path: Path, recipe: Recipe = QUICK, kind: str = "video") -> tuple[Path, Any]:
    copy = path.with_name(f"copy-{path.name}")
    return copy, treat_file(Toolbox(recipe), FileEntry(path, path.name, kind, path.stat().st_size), copy)


@pytest.mark.usefixtures("spots")
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.mp4", {}),
        ("a.mp4", {"rotation": -90}),
        ("a.mp4", {"pts": [0, 1, 2, 5, 9, 10, 11, 20, 22, 25]}),
        ("a.m4v", {}),
        ("a.mov", {}),
        ("a.mkv", {}),
        ("a.mkv", {"pts": [0, 1, 2, 5, 9, 10, 11, 20, 22, 25]}),
        ("a.mkv", {"codec": "ffv1", "width": 65, "height": 49}),
        ("a.webm", {"codec": "libvpx-vp9"}),
        ("a.avi", {"codec": "mpeg4"}),
        ("nameless", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else ",".join(value) or "plain",
)
def test_every_container_keeps_frames_times_size_and_sound(
    tmp_path: Path, clips: ModuleType, name: str, options: dict[str, Any]
) -> None:
    options = dict(options)
    size = options.pop("width", 64), options.pop("height", 48)
    path = tmp_path / (f"{name}.mp4" if name == "nameless" else name)
    clips.write_clip(path, white_spot(10, *size), 10, tone(), tags={"title": "x"}, **options)
    path = path.rename(tmp_path / name)
    copy, treatment = treated(path)
    assert treatment.written, treatment.quarantined
    assert treatment.residual == []
    assert timeline_of(copy, LIMITS) == timeline_of(path, LIMITS)
    sounds = [next(native_sounds(one, "a", LIMITS))[0] for one in (path, copy)]
    assert sounds[1].duration_s == pytest.approx(sounds[0].duration_s, abs=0.03)
    loudness = [float(np.sqrt((sound.samples**2).mean())) for sound in sounds]
    assert loudness[1] == pytest.approx(loudness[0], rel=0.05)
    assert "title" not in read_video_tags(copy)
    assert not any((upright(frame) > 180).all(axis=2).any() for frame, _ in frames_of(copy, LIMITS))


@pytest.mark.usefixtures("spots")
def test_sound_alone_stays_sound_alone_in_m4a_and_mp4(tmp_path: Path, clips: ModuleType) -> None:
    for name, kind in (("a.m4a", "audio"), ("a.mp4", "video")):
        clips.write_clip(tmp_path / name, (), 10, tone(), tags={"title": "x"})
        copy, treatment = treated(tmp_path / name, kind=kind)
        assert treatment.written, treatment.quarantined
        assert "title" not in read_video_tags(copy)
        assert next(native_sounds(copy, "a", LIMITS))[0].duration_s == pytest.approx(1.0, abs=0.03)


@pytest.mark.usefixtures("spots")
def test_tracks_beside_picture_and_sound_are_told_and_dropped(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as target:
        stream = target.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        target.add_attachment("marie.ttf", "font/ttf", b"marie")
        target.add_attachment("marie.jpg", "image/jpeg", b"\xff\xd8\xff\xe0marie")
        title = {"title": "Marie"}
        target.set_chapters([{"id": 1, "start": 0, "end": 5, "time_base": Fraction(1, 10), "metadata": title}])
        for pixels in white_spot():
            target.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        target.mux(stream.encode())
    copy, treatment = treated(path)
    assert treatment.written, treatment.quarantined
    dropped = {done.location.name for done in treatment.operations if done.operator == "video_strip_tags"}
    assert {"chapters", "stream 1: attachment", "stream 2: picture"} <= dropped
    assert b"arie" not in copy.read_bytes()
    with av.open(str(copy)) as container:
        assert [item.type for item in container.streams] == ["video"]
        assert container.chapters() == []


def test_a_recipe_that_hears_no_sound_does_not_copy_a_video_with_sound(tmp_path: Path, clips: ModuleType) -> None:
    clips.write_clip(tmp_path / "a.mp4", white_spot(), 10, tone())
    recipe = dataclasses.replace(QUICK, scanners={"video_tags": {}, "image_metadata": {}})
    copy, treatment = treated(tmp_path / "a.mp4", recipe)
    assert not copy.exists()
    assert [(lost.record_uri, lost.scanner) for lost in treatment.quarantined] == [("a.mp4#audio", "*")]


def test_a_recipe_that_looks_at_no_picture_says_so_once_and_not_for_each_frame(
    tmp_path: Path, clips: ModuleType
) -> None:
    clips.write_clip(tmp_path / "a.mp4", white_spot(100), 10)
    report = scan([tmp_path / "a.mp4"], tmp_path / "audit", Recipe("tags", scanners={"video_tags": {}}))
    assert [(entry.uri, entry.reason) for entry in report.coverage.entries] == [("a.mp4#t=0", "UNSUPPORTED")]


def test_without_pyav_a_video_is_not_scanned_and_the_report_says_what_to_install(
    tmp_path: Path, clips: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips.write_clip(tmp_path / "a.mp4", white_spot(), 10)
    monkeypatch.setitem(sys.modules, "av", None)
    report = scan([tmp_path / "a.mp4"], tmp_path / "audit", FULL)
    (entry,) = report.coverage.entries
    assert (entry.reason, entry.detail) == (
        "MISSING_DEPENDENCY",
        "needs PyAV. Install with: pip install 'privacy-audit[video]'",
    )


@pytest.mark.usefixtures("spots")
def test_a_check_says_at_which_second(tmp_path: Path, clips: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    clips.write_clip(tmp_path / "a.mp4", [np.zeros((48, 64, 3), np.uint8)] * 12 + white_spot(1), 10)
    result = check_files([tmp_path / "a.mp4"], dataclasses.replace(QUICK, limits=Limits(video_sample_every_s=1)))
    assert result.lines == ("a.mp4: at 1.2 s: FACE (high confidence)",)


@pytest.mark.usefixtures("spots")
def test_an_operation_tells_which_operator_covered_a_thing_and_no_other(tmp_path: Path, clips: ModuleType) -> None:
    clips.write_clip(tmp_path / "a.mp4", white_spot(), 10)
    plates = {"image_solid": {"only": ["LICENCE_PLATE"]}, "image_pixelate": {}, "image_blur": {}}
    recipe = dataclasses.replace(QUICK, operators=plates)
    _, treatment = treated(tmp_path / "a.mp4", recipe)
    assert treatment.written, treatment.quarantined
    assert {done.operator for done in treatment.operations if done.entity_type == "FACE"} == {"image_pixelate"}
    recipe = dataclasses.replace(QUICK, operators={"image_solid": {"only": ["LICENCE_PLATE"]}})
    (tmp_path / "copy-a.mp4").unlink()
    _, treatment = treated(tmp_path / "a.mp4", recipe)
    assert treatment.written, treatment.quarantined
    assert treatment.operations == []
    assert {finding.detection.entity_type for finding in treatment.residual} == {"FACE"}


class Stretch(Scanner):
    """Finds a voice always, and a number while the sound is loud at its end."""

    name = "stretch"
    summary = "Finds fixed stretches."
    entity_types = ("VOICE", "PHONE_NUMBER")
    accepts = (AudioRecord,)

    def scan(self, record: Record) -> Sequence[Detection]:
        assert isinstance(record, AudioRecord)
        found = [Detection("VOICE", Segment(0.1, 0.6), 1.0, Confidence.HIGH)]
        if np.abs(record.samples[0, record.samples.shape[1] * 8 // 10 :]).max() > 0.1:
            found.append(Detection("PHONE_NUMBER", Segment(0.75, 1.0), 1.0, Confidence.HIGH))
        elif self.rounds_left():
            found.append(Detection("PHONE_NUMBER", Segment(0.65, 0.7), 1.0, Confidence.HIGH))
        return found

    def rounds_left(self) -> bool:
        self.n_looks = getattr(self, "n_looks", 0) + 1
        return self.n_looks == 1


def test_a_voice_is_disguised_once_though_the_file_is_treated_in_two_rounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("privacy_audit.pipeline.toolbox.all_scanners", lambda: {**all_scanners(), "stretch": Stretch})
    sound, rate_hz = tone(16_000)
    soundfile.write(tmp_path / "a.wav", sound, rate_hz, subtype="FLOAT")
    operators: dict[str, Any] = {"audio_disguise": {}, "audio_mute": {"only": ["PHONE_NUMBER"], "pad_s": 0}}
    recipe = Recipe("t", scanners={"stretch": {}, "audio_tags": {}}, operators=operators)
    copy, treatment = treated(tmp_path / "a.wav", recipe, "audio")
    assert treatment.written, treatment.quarantined
    done = [(item.operator, item.location) for item in treatment.operations]
    assert done == [
        ("audio_disguise", Segment(0.1, 0.6)),
        ("audio_mute", Segment(0.75, 1.0)),
        ("audio_mute", Segment(0.65, 0.7)),
    ]
    assert [finding.detection.entity_type for finding in treatment.residual] == ["VOICE"]
    assert copy.exists()
