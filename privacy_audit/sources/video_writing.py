"""Treated copies of videos: every frame and every sample written anew, nothing else taken over.

H.264 where the FFmpeg at hand has it, else MPEG-4 part 2; VP9 in WebM; MPEG-4 part 2 in AVI. Sound as AAC, Opus or
PCM, whichever keeps its place on the clock in that container.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacy_audit.errors import UnreadableError
from privacy_audit.recipe import Limits
from privacy_audit.sources._containers import opened, pyav
from privacy_audit.sources.video_file import check, frames_of, upright
from privacy_audit.types import AudioRecord, Reason

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["write_video"]

Cover = Callable[[int, "NDArray[np.uint8]"], "NDArray[np.uint8]"]
"""Number of the frame and its upright pixels -> the pixels to write."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A container and what goes into it, the first codec that is there."""

    muxer: str
    pictures: tuple[str, ...]
    sound: str


_MP4 = _Form("mp4", ("libx264", "mpeg4"), "aac")
_MKV = _Form("matroska", ("libx264", "mpeg4"), "libopus")
_FORMS = {
    ".mp4": _MP4,
    ".m4v": _MP4,
    ".m4a": _MP4,
    ".mov": _Form("mov", _MP4.pictures, "aac"),
    ".mkv": _MKV,
    ".webm": _Form("webm", ("libvpx-vp9",), "libopus"),
    ".avi": _Form("avi", ("mpeg4",), "pcm_s16le"),
}
_BY_DEMUXER = {"mov": _MP4, "matroska": _MKV, "avi": _FORMS[".avi"]}
"""For a file whose name does not tell."""
_OPTIONS = {
    # near lossless, and no frames out of order, so that time stamps stay as they are
    "libx264": {"crf": "18", "preset": "veryfast", "bf": "0"},
    "libvpx-vp9": {"crf": "24", "b": "0", "deadline": "realtime", "cpu-used": "6", "auto-alt-ref": "0"},
    "mpeg4": {"flags": "+qscale", "global_quality": str(3 * 118), "bf": "0"},  # 118: FFmpeg's unit of quality
}
_MAX_MPEG4_TICKS = 65_535  # per second, a limit of MPEG-4 part 2
_OPUS_RATES_HZ = (48_000, 24_000, 16_000, 12_000, 8_000)
_SOUND_BITS_PER_S = 96_000  # per channel
_CHUNK_S = 1.0


def write_video(
    source: Path, destination: Path, cover: Cover, sounds: Sequence[tuple[AudioRecord, str]], limits: Limits
) -> None:
    """The frames of ``source``, each through ``cover``, at their own times, and ``sounds`` with their layouts.

    Size (upright), number and times of the frames stay. Tags, chapters, subtitles, attachments and data are left out.

    Raises:
        UnreadableError: as reading; UNSUPPORTED when the picture changes its size or an encoder refuses.
    """
    av = pyav()
    with destination.open("wb") as file:
        try:
            form = _form(source)
            with av.open(file, "w", format=form.muxer, options={"fflags": "+bitexact"}) as target:
                pictures = _Pictures(target, form, source, limits)
                tracks = [_Sound(target, form.sound, record, layout) for record, layout in sounds]
                for frame, now_s in frames_of(source, limits):
                    pictures.write(frame, cover)
                    for track in tracks:
                        track.write_until(now_s)
                pictures.finish()
                for track in tracks:
                    track.finish()
        except (av.error.FFmpegError, ValueError) as error:
            detail = f"this kind of video cannot be written ({type(error).__name__})"
            raise UnreadableError(Reason.UNSUPPORTED, detail) from None


def _form(source: Path) -> _Form:
    known = _FORMS.get(source.suffix.lower())
    if known:
        return known
    with opened(source) as container:
        return next(form for demuxer, form in _BY_DEMUXER.items() if demuxer in container.format.name)


class _Pictures:
    """The picture track of the copy; none for a video of sound only."""

    def __init__(self, target: Any, form: _Form, source: Path, limits: Limits) -> None:
        self._target, self._stream, self._number, self._last_pts = target, None, 0, -1
        with opened(source) as container:
            stream = check(container, limits)
            if stream is None:
                return
            self._codec = next(name for name in form.pictures if name in pyav().codec.codecs_available)
            self._time_base = stream.time_base
            self._ratio = stream.sample_aspect_ratio
            self._rate = Fraction(stream.average_rate or 25).limit_denominator(_MAX_MPEG4_TICKS)
            # the muxer wants all tracks before the first packet; the size comes with the first frame
            self._stream = target.add_stream(self._codec, rate=self._rate, options=dict(_OPTIONS[self._codec]))
            self._stream.codec_context.thread_count = 1

    def write(self, frame: Any, cover: Cover) -> None:
        """One frame, covered."""
        import numpy as np

        assert self._stream is not None  # noqa: S101 - there are frames, so there is a track
        pixels = np.ascontiguousarray(cover(self._number, upright(frame)))
        height, width = pixels.shape[:2]
        context = self._stream.codec_context
        if not self._number:
            self._start(frame, width, height)
        elif (width, height) != (context.width, context.height):
            raise UnreadableError(Reason.UNSUPPORTED, "the picture changes its size")
        colours = pyav().video.reformatter
        space = colours.Colorspace.ITU709 if frame.colorspace == 1 else colours.Colorspace.ITU601
        written = pyav().VideoFrame.from_ndarray(pixels, format="rgb24")
        written = written.reformat(
            format=context.pix_fmt, dst_colorspace=space, dst_color_range=colours.ColorRange.MPEG
        )
        self._last_pts = max(self._last_pts + 1, round(frame.pts * self._time_base / context.time_base))
        written.pts, written.time_base = self._last_pts, context.time_base
        written.duration = round((frame.duration or 0) * self._time_base / context.time_base)
        self._target.mux(self._stream.encode(written))
        self._number += 1

    def finish(self) -> None:
        """What the encoder still holds."""
        if self._stream is not None:
            self._target.mux(self._stream.encode())

    def _start(self, frame: Any, width: int, height: int) -> None:
        assert self._stream is not None  # noqa: S101 - as above
        context = self._stream.codec_context
        context.width, context.height = width, height
        odd = width % 2 or height % 2
        context.pix_fmt = "yuv444p" if odd and self._codec != "mpeg4" else "yuv420p"
        fits = self._codec != "mpeg4" or self._time_base.denominator <= _MAX_MPEG4_TICKS
        context.time_base = self._time_base if fits else Fraction(1, _MAX_MPEG4_TICKS)
        context.colorspace, context.color_primaries = frame.colorspace, frame.color_primaries
        context.color_trc = frame.color_trc
        if self._ratio:
            turned = round(frame.rotation / 90) % 2
            context.sample_aspect_ratio = 1 / self._ratio if turned else self._ratio


class _Sound:
    """One sound track of the copy, written in step with the pictures."""

    def __init__(self, target: Any, codec: str, record: AudioRecord, layout: str) -> None:
        self._target, self._record, self._layout, self._done = target, record, layout, 0
        rate_hz = record.sample_rate_hz
        if codec == "libopus" and rate_hz not in _OPUS_RATES_HZ:
            rate_hz = _OPUS_RATES_HZ[0]
        self._stream = target.add_stream(codec, rate=rate_hz, layout=layout)
        if codec != "pcm_s16le":
            self._stream.codec_context.bit_rate = _SOUND_BITS_PER_S * record.samples.shape[0]

    def write_until(self, now_s: float) -> None:
        """All sound before this time, in chunks of a second."""
        rate_hz = self._record.sample_rate_hz
        while self._done < min(now_s * rate_hz, self._record.samples.shape[1]):
            self._write(self._record.samples[:, self._done : self._done + round(_CHUNK_S * rate_hz)])

    def finish(self) -> None:
        """The rest."""
        self.write_until(float("inf"))
        self._target.mux(self._stream.encode(None))

    def _write(self, samples: NDArray[np.float32]) -> None:
        import numpy as np

        clipped = np.ascontiguousarray(np.clip(samples, -1.0, 1.0))
        frame = pyav().AudioFrame.from_ndarray(clipped, format="fltp", layout=self._layout)
        frame.sample_rate = self._record.sample_rate_hz
        frame.pts, frame.time_base = self._done, Fraction(1, self._record.sample_rate_hz)
        self._done += samples.shape[1]
        self._target.mux(self._stream.encode(frame))
