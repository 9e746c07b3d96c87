"""Videos: frames as upright pictures, sound tracks as recordings, and what the file says, as records.

Frames come one at a time: memory holds one frame and one sound track, however long the video is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacy_audit.errors import UnreadableError
from privacy_audit.recipe import Limits
from privacy_audit.sources._containers import opened
from privacy_audit.sources._video_sound import sound_tracks
from privacy_audit.sources._video_tags import video_tags
from privacy_audit.types import ImageRecord, Reason, VideoRecord

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from privacy_audit.types import Record

__all__ = ["Timeline", "check", "frame_uri", "frames_of", "iter_video", "read_video_tags", "timeline_of", "upright"]

_SCENE_CHANGE = 20.0
"""Mean difference of grey values, 0 to 255, from the frame last looked at, on 32 by 32 points: chosen so that a cut
and a pan are seen and noise is not."""
_THUMB_PX = 32
_MISSING_S = 1.0
_MISSING_SHARE = 0.05
"""A video that ends earlier than its header says, by more than both, is truncated; less is how encoders round."""


def iter_video(path: Path, uri: str, limits: Limits) -> Iterator[Record]:
    """Frames looked at (``talk.mp4#t=12.4``), then sound tracks (``talk.mp4#audio``), then the video as a whole.

    A frame is looked at when the scene changes and at least every ``limits.video_sample_every_s`` seconds; every frame
    when that is 0. A video of sound only has no frames. What the file says about itself comes even where the rest of
    it cannot be read.

    Raises:
        UnreadableError: as :func:`opened`; TOO_LARGE (length or picture size), UNSUPPORTED (several pictures),
            EMPTY (neither picture nor sound).
    """
    n_frames = n_looked_at = n_sounds = 0
    start_s = end_s = 0.0
    problem: UnreadableError | None = None
    tags = read_video_tags(path)
    try:
        sampler = _Sampler(limits.video_sample_every_s)
        for frame, now_s in frames_of(path, limits):
            start_s, end_s = (start_s if n_frames else now_s), now_s
            n_frames += 1
            if sampler.wants(frame, now_s):
                n_looked_at += 1
                yield ImageRecord(frame_uri(uri, now_s), upright(frame))
        for sound in sound_tracks(path, uri, limits):
            n_sounds += 1
            end_s = max(end_s, sound.duration_s)
            yield sound
        if not n_frames + n_sounds:
            raise UnreadableError(Reason.EMPTY, "a video without picture and sound")
    except UnreadableError as error:
        problem = error
    yield VideoRecord(uri, tags, n_frames, n_looked_at, end_s - start_s)
    if problem:
        raise problem


def read_video_tags(path: Path) -> dict[str, str]:
    """Tags and presence of other tracks: :func:`video_tags`. Raises UnreadableError."""
    with opened(path) as container:
        return video_tags(container)


def frame_uri(uri: str, now_s: float) -> str:
    """``talk.mp4#t=12.4``: the media fragment of the W3C, to the microsecond."""
    return f"{uri}#t={f'{now_s:.6f}'.rstrip('0').rstrip('.')}"


@dataclass(frozen=True, slots=True)
class Timeline:
    """The time of every frame in seconds, rising, and the size of the upright picture in pixels."""

    times_s: tuple[float, ...]
    width_px: int
    height_px: int


def timeline_of(path: Path, limits: Limits) -> Timeline:
    """When the frames of :func:`frames_of` are shown. Raises the same."""
    times_s: list[float] = []
    width_px = height_px = 0
    for frame, now_s in frames_of(path, limits):
        if not times_s:
            height_px, width_px = upright(frame).shape[:2]
        times_s.append(now_s)
    return Timeline(tuple(times_s), width_px, height_px)


def frames_of(path: Path, limits: Limits) -> Iterator[tuple[Any, float]]:
    """Every frame as PyAV's, with its time in seconds; nothing where there is only sound. ``pts`` always grow.

    Raises:
        UnreadableError: as :func:`iter_video`; TRUNCATED when frames are missing at the end.
    """
    with opened(path) as container:
        stream = check(container, limits)
        if stream is None:
            return
        stream.thread_count = 1
        stream.codec_context.options = {"max_pixels": str(limits.max_image_pixels)}
        step = max(1, round(1 / (float(stream.average_rate or 25) * float(stream.time_base))))
        last = start = None
        now_s = 0.0
        for frame in container.decode(stream):
            pts = frame.pts if frame.pts is not None else (0 if last is None else last + step)
            frame.pts = last = pts if last is None else max(pts, last + 1)
            now_s = float(last * stream.time_base)
            start = now_s if start is None else start
            if now_s - start > limits.max_video_duration_s:
                raise _too_long(now_s - start, limits)
            if frame.width * frame.height > limits.max_image_pixels:
                raise _too_wide(frame.width, frame.height, limits)
            yield frame, now_s
        if start is None:
            raise UnreadableError(Reason.CORRUPT, "a video track without a frame that can be decoded")
        declared_s = float(stream.duration * stream.time_base) if stream.duration else 0.0
        missing_s = declared_s - (now_s - start)
        if missing_s > max(_MISSING_S, 2 * step * float(stream.time_base), _MISSING_SHARE * declared_s):
            raise UnreadableError(Reason.TRUNCATED, "the frames end before the header says")


def check(container: Any, limits: Limits) -> Any:
    """The picture track, None in a video of sound only; cover pictures are none. Nothing is decoded.

    Raises:
        UnreadableError: TOO_LARGE or UNSUPPORTED.
    """
    streams = [item for item in container.streams.video if not item.disposition & item.disposition.attached_pic]
    lengths_s = [float(item.duration * item.time_base) for item in container.streams if item.duration]
    length_s = max([*lengths_s, (container.duration or 0) / 1_000_000])
    if length_s > limits.max_video_duration_s:
        raise _too_long(length_s, limits)
    if len(streams) > 1:
        raise UnreadableError(Reason.UNSUPPORTED, f"{len(streams)} pictures at once; this version reads videos of one")
    if not streams:
        return None
    context = streams[0].codec_context
    if context is None:
        raise UnreadableError(Reason.UNSUPPORTED, "the picture is coded in a way that PyAV does not read")
    if context.width * context.height > limits.max_image_pixels:
        raise _too_wide(context.width, context.height, limits)
    return streams[0]


def upright(frame: Any) -> NDArray[np.uint8]:
    """uint8 (height, width, 3) RGB, turned by the rotation that phones write beside the picture."""
    import numpy as np

    pixels = frame.to_ndarray(format="rgb24")
    return np.ascontiguousarray(np.rot90(pixels, round(frame.rotation / 90) % 4))


def _too_long(length_s: float, limits: Limits) -> UnreadableError:
    shown = f"{length_s:.0f} s" if math.isfinite(length_s) else "endless"
    return UnreadableError(Reason.TOO_LARGE, f"{shown}, more than the limit of {limits.max_video_duration_s} s")


def _too_wide(width: int, height: int, limits: Limits) -> UnreadableError:
    detail = f"{width * height} pixels per frame, more than the limit of {limits.max_image_pixels}"
    return UnreadableError(Reason.TOO_LARGE, detail)


class _Sampler:
    """Which frames are looked at."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._last_s = -math.inf
        self._thumb: NDArray[np.int16] | None = None

    def wants(self, frame: Any, now_s: float) -> bool:
        """True for the first frame, a new scene, and when the time has come."""
        import numpy as np

        if not self._every_s:
            return True
        thumb = frame.reformat(_THUMB_PX, _THUMB_PX, "gray").to_ndarray().astype(np.int16)
        # half a millisecond: time stamps are rounded
        due = now_s - self._last_s >= self._every_s - 0.0005
        if self._thumb is None or due or float(np.abs(thumb - self._thumb).mean()) > _SCENE_CHANGE:
            self._last_s, self._thumb = now_s, thumb
            return True
        return False
