"""Videos in every container: frames, sound and tags as records; what cannot be read is told."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from privacy_audit.errors import MissingDependencyError, UnreadableError
from privacy_audit.recipe import Limits
from privacy_audit.sources import _containers
from privacy_audit.sources._video_sound import native_sounds
from privacy_audit.sources.video_file import frames_of, iter_video, read_video_tags, timeline_of, upright
from privacy_audit.types import AudioRecord, ImageRecord, Reason, VideoRecord

CONTAINERS = {
    "a.mp4": "libx264",
    "a.m4v": "libx264",
    "a.mov": "libx264",
    "a.mkv": "libx264",
    "a.webm": "libvpx-vp9",
    "a.avi": "mpeg4",
}
EVERY_FRAME = Limits(video_sample_every_s=0)
RATE_HZ = 48_000
Write = Callable[..., Path]


def corners(count: int = 30, width: int = 64, height: int = 48) -> Iterator[Any]:
    """Red above left, blue above right, black below right; the blue grows brighter."""
    for number in range(count):
        pixels = np.zeros((height, width, 3), np.uint8)
        pixels[:, : width // 2] = (200, 40, 90)
        pixels[: height // 2, width // 2 :] = (20, number * 255 // count, 220)
        yield pixels


def beep(at_s: float = 2.0, length_s: float = 3.0) -> tuple[Any, int]:
    samples = np.zeros(round(length_s * RATE_HZ), np.float32)
    start, count = round(at_s * RATE_HZ), RATE_HZ // 10
    samples[start : start + count] = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(count) / RATE_HZ)
    return samples, RATE_HZ


@pytest.fixture
def write(tmp_path: Path, clips: ModuleType) -> Write:
    def make(name: str, frames: Any = None, sound: Any = None, **options: Any) -> Path:
        options.setdefault("codec", CONTAINERS.get(name, "libx264"))
        clips.write_clip(tmp_path / name, corners() if frames is None else frames, 10, sound, **options)
        return tmp_path / name

    return make


def refused(path: Path, limits: Limits = EVERY_FRAME) -> tuple[Reason, str]:
    with pytest.raises(UnreadableError) as told:
        list(iter_video(path, "a", limits))
    return told.value.reason, told.value.detail


@pytest.mark.parametrize("name", CONTAINERS)
def test_frames_sound_and_the_video_itself_come_as_records(write: Write, name: str) -> None:
    *frames, sound, video = iter_video(write(name, sound=beep()), name, EVERY_FRAME)
    assert [frame.uri for frame in frames[:3]] == [f"{name}#t=0", f"{name}#t=0.1", f"{name}#t=0.2"]
    assert len(frames) == 30
    for frame in frames:
        assert isinstance(frame, ImageRecord)
        assert frame.pixels.shape == (48, 64, 3)
        assert np.abs(frame.pixels[4, 4].astype(int) - (200, 40, 90)).max() < 12
    assert isinstance(sound, AudioRecord)
    assert (sound.uri, sound.sample_rate_hz, sound.samples.shape[0]) == (f"{name}#audio", 16_000, 1)
    onset = np.flatnonzero(np.abs(sound.samples[0]) > 0.1)[0] / sound.sample_rate_hz
    assert abs(onset - 2.0) < 0.02
    assert isinstance(video, VideoRecord)
    assert (video.uri, video.n_frames, video.n_looked_at) == (name, 30, 30)


def test_a_frame_is_looked_at_every_so_many_seconds_and_the_others_are_counted(write: Write) -> None:
    path = write("a.mp4", [next(corners())] * 100)
    for every_s, expected in ((1, 10), (2, 5), (60, 1)):
        *frames, video = iter_video(path, "a", Limits(video_sample_every_s=every_s))
        assert isinstance(video, VideoRecord)
        assert (len(frames), video.n_looked_at, video.n_frames) == (expected, expected, 100)


def test_a_new_scene_is_looked_at_at_once(write: Write) -> None:
    scenes = [np.full((48, 64, 3), grey, np.uint8) for grey in [20] * 13 + [200] * 4 + [20] * 13]
    *frames, _ = iter_video(write("a.mp4", scenes), "a", Limits(video_sample_every_s=60))
    assert [frame.uri for frame in frames] == ["a#t=0", "a#t=1.3", "a#t=1.7"]


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_frames_of_a_varying_rate_keep_their_times(write: Write, name: str) -> None:
    pts = [0, 1, 2, 5, 9, 10, 11, 20, 22, 25]
    path = write(name, corners(10), pts=pts)
    assert timeline_of(path, EVERY_FRAME).times_s == pytest.approx([number / 10 for number in pts])


def test_the_rotation_that_a_phone_writes_is_applied(write: Write) -> None:
    path = write("a.mp4", rotation=-90)
    held_upright = b"".join(number.to_bytes(4, "big") for number in (0, 0x10000, 0, 0xFFFF0000, 0))
    assert held_upright in path.read_bytes()  # the matrix of a phone held upright: a quarter clockwise
    frame = upright(next(frames_of(path, EVERY_FRAME))[0])
    assert frame.shape == (64, 48, 3)
    above_left, above_right, below_left = (frame[y, x].astype(int) for y, x in ((4, 4), (4, -4), (-4, 4)))
    assert min(above_left[0], above_right[0]) > 150
    assert below_left.max() < 40


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv"])
def test_tags_are_read(write: Write, name: str) -> None:
    tags = read_video_tags(write(name, tags={"title": "Chez Marie", "artist": "Marie Lefebvre"}))
    assert (tags["title"], tags["artist"]) == ("Chez Marie", "Marie Lefebvre")


def test_the_place_where_a_phone_filmed_is_read_once(write: Write) -> None:
    path = write("a.mp4", tags={"location": "+48.8584+002.2945/"})
    assert [value for name, value in read_video_tags(path).items() if "location" in name] == ["+48.8584+002.2945/"]


def test_sound_alone_is_read_without_frames(write: Write) -> None:
    sound, video = iter_video(write("a.mp4", (), beep()), "a", EVERY_FRAME)
    assert isinstance(sound, AudioRecord)
    assert isinstance(video, VideoRecord)
    assert (sound.uri, video.n_frames) == ("a#audio", 0)


def test_all_channels_are_kept_for_treatment(write: Write) -> None:
    ((record, layout),) = native_sounds(write("a.mov", sound=beep()), "a", EVERY_FRAME)
    assert (record.sample_rate_hz, record.samples.shape[0], layout) == (RATE_HZ, 1, "mono")


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_file_cut_short_is_truncated(write: Write, name: str) -> None:
    path = write(name, sound=beep())
    data = path.read_bytes()
    for share in (0.5, 0.9):
        path.write_bytes(data[: round(share * len(data))])
        assert refused(path)[0] is Reason.TRUNCATED


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_file_with_noise_in_it_is_told_or_read_and_never_crashes(write: Write, name: str) -> None:
    path = write(name, sound=beep())
    data = bytearray(path.read_bytes())
    rng = np.random.default_rng(3)
    for _ in range(25):
        noisy = data.copy()
        for place in rng.integers(8, len(data), 40).tolist():
            noisy[place] = int(rng.integers(256))
        path.write_bytes(noisy)
        try:
            list(iter_video(path, "a", EVERY_FRAME))
        except UnreadableError as error:
            assert error.detail  # noqa: PT017 - either is right


def test_a_video_longer_than_the_limit_is_too_large_before_anything_is_decoded(write: Write) -> None:
    path = write("a.mp4", corners(2), pts=[0, 8 * 3600 * 10])
    assert refused(path, Limits()) == (Reason.TOO_LARGE, "28800 s, more than the limit of 14400 s")


def test_a_picture_larger_than_the_limit_is_too_large(write: Write) -> None:
    told = refused(write("a.mp4"), dataclasses.replace(EVERY_FRAME, max_image_pixels=64 * 48 - 1))
    assert told == (Reason.TOO_LARGE, "3072 pixels per frame, more than the limit of 3071")


def test_a_header_of_absurd_size_is_too_large_or_corrupt_and_takes_no_memory(write: Write) -> None:
    path = write("a.avi", codec="rawvideo")  # whose header alone says how large it is
    data = path.read_bytes()
    size = (64).to_bytes(4, "little") + (48).to_bytes(4, "little")
    path.write_bytes(data.replace(size, b"\xff\xff\xff\x7f" * 2))
    assert refused(path)[0] in (Reason.TOO_LARGE, Reason.CORRUPT)


def test_a_video_without_picture_and_sound_is_empty(tmp_path: Path) -> None:
    def box(name: bytes, content: bytes) -> bytes:
        return (8 + len(content)).to_bytes(4, "big") + name + content

    header = bytes(12) + (1000).to_bytes(4, "big") + bytes(84)
    path = tmp_path / "a.mp4"
    path.write_bytes(box(b"ftyp", b"isom\0\0\2\0isom") + box(b"moov", box(b"mvhd", header)))
    assert refused(path) == (Reason.EMPTY, "a video without picture and sound")


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.avi"])
def test_a_video_with_no_frames_is_told(tmp_path: Path, name: str) -> None:
    av = pytest.importorskip("av")
    path = tmp_path / name
    with av.open(str(path), "w") as target:
        stream = target.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        target.start_encoding()
    assert refused(path)[0] in (Reason.CORRUPT, Reason.EMPTY)


def test_what_a_file_says_comes_even_where_its_frames_cannot_be_read(write: Write) -> None:
    path = write("a.mp4", corners(2), pts=[0, 8 * 3600 * 10], tags={"location": "+48.8584+002.2945/"})
    records = iter_video(path, "a", Limits())
    video = next(records)
    assert isinstance(video, VideoRecord)
    assert "+48.8584+002.2945/" in video.metadata.values()
    with pytest.raises(UnreadableError):
        next(records)


def test_ffmpeg_is_never_given_a_name_and_no_second_file_is_opened(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("a.mp4")
    real = _containers.pyav()
    given: list[Any] = []

    class Watched:
        error = real.error

        @staticmethod
        def open(file: Any, *arguments: Any, **options: Any) -> Any:
            given.append((file, options))
            return real.open(file, *arguments, **options)

    monkeypatch.setattr(_containers, "pyav", Watched)
    read_video_tags(path)
    ((file, options),) = given
    assert file.read
    assert options["format"] in ("mov", "matroska", "avi")
    with pytest.raises(UnreadableError, match="refers to another file"):
        options["io_open"]("http://example.org/a.mp4", 0, {})


def test_without_pyav_the_message_says_how_to_install_it(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("a.mp4")
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'privacy-audit\[video\]'"):
        list(iter_video(path, "a", EVERY_FRAME))
