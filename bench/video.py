"""Video: whether a treated clip of drawn people shows a face in any frame, and keeps its frames, times and sound.

The clip is made here: two drawn people who move, turn and are hidden for five frames, speech from 1 to 6 s, a tone at
9.2 s. It is treated by the command in a process of its own; then every frame of the copy gets the long look.
``--backwards`` plays the pictures from the end to the start, mirrored: a second clip, on which nothing was chosen.
"""

from __future__ import annotations

import importlib
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from bench._run import Run
from privacy_audit.recipe import Limits
from privacy_audit.scanners.image_faces import ImageFaces
from privacy_audit.sources._video_sound import native_sounds
from privacy_audit.sources.video_file import frames_of, timeline_of, upright
from privacy_audit.types import ImageRecord

_SAMPLE_DATA = Path(__file__).resolve().parents[1] / "sample_data"
_SPEECH_S, _TONE_S, _TONE_LENGTH_S, _TONE_HZ = (1, 6), 9.2, 0.2, 1000
_SCENE = (640, 480, 25, 10.0)
_RECIPE = """name: video
language: en
scanners:
  image_faces: {{passes: {passes}, closely_every_s: {every_s:g}}}
  audio_speech:
  video_tags:
operators:
  image_solid:
  audio_mute:
  video_strip_tags:
"""
_LIMITS = Limits()


def main() -> None:
    """Command line."""
    run = Run("video", "A clip of drawn people, treated, and every frame of the copy looked at again.")
    run.parser.add_argument("--passes", choices=("thorough", "fast"), default="thorough", help="of image_faces")
    run.parser.add_argument("--every-s", type=float, default=0.4, help="its closely_every_s; 0: every frame")
    run.parser.add_argument("--backwards", action="store_true", help="the clip from its end, mirrored")
    run.parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave clip and copy there")
    options = run.options
    with tempfile.TemporaryDirectory(prefix="privacy-audit-video-") as temporary:
        folder = options.keep or Path(temporary)
        (folder / "source").mkdir(parents=True, exist_ok=True)
        before, after = folder / "source" / "clip.mp4", folder / "copy" / "clip.mp4"
        _draw(before, backwards=options.backwards)
        cpu_s, peak_bytes = _treated(folder, _RECIPE.format(passes=options.passes, every_s=options.every_s))
        run.add(
            f"anonymize with image_faces {options.passes}, closely every {options.every_s:g} s, one process",
            ("CPU s", "peak memory, MB"),
            [(f"{cpu_s:.0f}", f"{peak_bytes / 1e6:.0f}")],
        )
        run.add(
            "frames in which a face is found from LOW",
            ("by", "clip", "copy", "which of the copy"),
            _seen(before, after),
        )
        run.add("what stays", ("what", "clip", "copy"), _kept(before, after))
    run.finish()


def _draw(path: Path, *, backwards: bool) -> None:
    sys.path.insert(0, str(_SAMPLE_DATA))
    clips = importlib.import_module("_clips")
    width, height, rate_hz, seconds = _SCENE
    spoken, sound_hz = soundfile.read(_SAMPLE_DATA / "audio" / "marie_lefebvre.wav", dtype="float32")
    sound = np.zeros(round(seconds * sound_hz), np.float32)
    start, end = (second * sound_hz for second in _SPEECH_S)
    sound[start:end] = spoken[: end - start]
    start, count = round(_TONE_S * sound_hz), round(_TONE_LENGTH_S * sound_hz)
    sound[start : start + count] = 0.5 * np.sin(2 * np.pi * _TONE_HZ * np.arange(count) / sound_hz)
    frames = clips.drawn_frames(width, height, rate_hz, seconds)
    if backwards:
        frames = [np.ascontiguousarray(frame[:, ::-1]) for frame in frames][::-1]
    clips.write_clip(path, frames, rate_hz, (sound, sound_hz))


def _treated(folder: Path, recipe: str) -> tuple[float, int]:
    """CPU seconds and peak memory in bytes of the command."""
    path = folder / "recipe.yaml"
    path.write_text(recipe, encoding="utf-8")
    command = [sys.executable, "-m", "privacy_audit", "anonymize", str(folder / "source"), "-o", str(folder / "copy")]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(  # noqa: S603 - our own program
        [*command, "-r", str(path), "-j", "1"], capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1) or not (folder / "copy" / "clip.mp4").is_file():
        raise SystemExit(f"exit code {done.returncode}: {done.stdout}{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss * 1024


def _seen(before: Path, after: Path) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for passes, paths in (("fast", (before, after)), ("thorough", (after,))):
        scanner = ImageFaces(passes=passes, closely_every_s=0)  # type: ignore[arg-type]  # one of the two
        started_s = time.process_time()
        *of_clip, of_copy = (_frames_with_a_face(scanner, path) for path in paths)
        cpu_s = (time.process_time() - started_s) / len(paths)
        shown = ", ".join(map(str, of_copy)) or "none"
        seen = len(of_clip[0]) if of_clip else ""  # the long look at the clip itself costs minutes and says no more
        rows.append((f"{passes}, every frame, {cpu_s:.0f} s of CPU", seen, len(of_copy), shown))
    return rows


def _frames_with_a_face(scanner: ImageFaces, path: Path) -> list[int]:
    return [
        number
        for number, (frame, _) in enumerate(frames_of(path, _LIMITS))
        if scanner.scan(ImageRecord("frame", upright(frame)))
    ]


def _kept(before: Path, after: Path) -> Sequence[tuple[object, ...]]:
    paths = (before, after)
    times = [timeline_of(path, _LIMITS) for path in paths]
    sounds = [next(native_sounds(path, "clip", _LIMITS))[0] for path in paths]
    tones = [_tone_starts_s(sound.samples[0], sound.sample_rate_hz) for sound in sounds]
    moved_s = max(abs(one - other) for one, other in zip(*(item.times_s for item in times), strict=False))
    return (
        ("frames", *(len(item.times_s) for item in times)),
        ("size, px", *(f"{item.width_px} x {item.height_px}" for item in times)),
        ("last frame at, s", *(f"{item.times_s[-1]:.3f}" for item in times)),
        ("largest shift of a frame, s", "", f"{moved_s:.4f}"),
        ("sound, s", *(f"{item.duration_s:.3f}" for item in sounds)),
        ("tone begins at, s", *(f"{start_s:.4f}" for start_s in tones)),
        ("loudest sample from 1 to 6 s", *(f"{_loudest(item.samples[0], item.sample_rate_hz):.3f}" for item in sounds)),
    )


def _tone_starts_s(samples: Any, rate_hz: int) -> float:
    from_sample = round(8 * rate_hz)  # behind the speech
    return float(from_sample + np.flatnonzero(np.abs(samples[from_sample:]) > 0.2)[0]) / rate_hz


def _loudest(samples: Any, rate_hz: int) -> float:
    start, end = (second * rate_hz for second in _SPEECH_S)
    return float(np.abs(samples[start:end]).max())


if __name__ == "__main__":
    main()
