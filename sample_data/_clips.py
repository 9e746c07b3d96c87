"""Clips of drawn people that move, turn and hide, for the tests of video: nothing of this is in the sample data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from _faces import PEOPLE, draw_person
from numpy.typing import NDArray
from PIL import Image, ImageFilter

__all__ = ["HIDDEN", "drawn_frames", "write_clip"]

Pixels = NDArray[np.uint8]
HIDDEN = range(40, 45)
"""The frames in which a screen stands before the first person's face."""


def drawn_frames(width: int, height: int, rate_hz: int, seconds: float) -> Iterator[Pixels]:
    """Two people before a soft wall: one walks across and turns away and back, the other nods. RGB, uint8."""
    rng = np.random.default_rng(5)
    shades = rng.integers(60, 150, (6, 8, 3), dtype=np.uint8)
    wall = Image.fromarray(shades).resize((width, height), Image.Resampling.BICUBIC)
    wall = wall.filter(ImageFilter.GaussianBlur(width / 40))
    for number in range(round(rate_hz * seconds)):
        now_s = number / rate_hz
        scene = wall.copy()
        high = round(height * 0.92)
        turn = 0.72 + 0.28 * np.cos(2 * np.pi * now_s / 4)  # seen narrower as the head turns
        walker = draw_person(PEOPLE[0]).resize((max(8, round(high * 400 / 520 * turn)), high))
        walker = walker.rotate(8 * np.sin(now_s), Image.Resampling.BILINEAR)
        x = round(width * (0.02 + 0.3 * (1 + np.sin(2 * np.pi * now_s / 10 - np.pi / 2)) / 2))
        scene.paste(walker, (x, height - high), walker)
        low = round(height * 0.7)
        nodder = draw_person(PEOPLE[3]).resize((round(low * 400 / 520), low))
        y = height - low + round(0.04 * height * np.sin(2 * np.pi * now_s / 1.5))
        scene.paste(nodder, (round(width * 0.58), y), nodder)
        if number in HIDDEN:
            scene.paste((70, 80, 70), (x, 0, x + walker.width, height))
        yield np.asarray(scene)


def write_clip(
    path: Path,
    frames: Iterable[Pixels],
    rate_hz: int,
    sound: tuple[NDArray[np.float32], int] | None = None,
    *,
    tags: Mapping[str, str] | None = None,
    pts: Iterable[int] | None = None,
    codec: str = "libx264",
    rotation: int = 0,
) -> None:
    """Any container that PyAV writes. ``sound``: float32 (samples,) and its rate; ``pts``: in 1/``rate_hz`` s."""
    times = iter(pts) if pts is not None else None
    with av.open(str(path), "w", options={"movflags": "use_metadata_tags"} if path.suffix == ".mp4" else {}) as target:
        target.metadata.update(tags or {})
        stream: Any = None
        track: Any = None
        for number, pixels in enumerate(frames):
            if stream is None:
                stream = target.add_stream(codec, rate=rate_hz)
                stream.height, stream.width = pixels.shape[:2]
                stream.pix_fmt = "yuv420p"
                stream.codec_context.time_base = Fraction(1, rate_hz)
                if codec == "libx264":
                    stream.codec_context.options = {"crf": "20", "preset": "veryfast"}
                if rotation:
                    stream.set_display_rotation(rotation)
                if sound is not None:
                    track = target.add_stream(_SOUND.get(path.suffix, "aac"), rate=sound[1], layout="mono")
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = next(times) if times else number, Fraction(1, rate_hz)
            target.mux(stream.encode(frame))
        if stream is None and sound is not None:
            track = target.add_stream(_SOUND.get(path.suffix, "aac"), rate=sound[1], layout="mono")
        if sound is not None:
            samples = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[0][None]), format="fltp", layout="mono")
            samples.sample_rate, samples.pts, samples.time_base = sound[1], 0, Fraction(1, sound[1])
            target.mux(track.encode(samples))
            target.mux(track.encode(None))
        if stream is not None:
            target.mux(stream.encode())


_SOUND = {".webm": "libopus", ".mkv": "libopus", ".avi": "pcm_s16le"}
