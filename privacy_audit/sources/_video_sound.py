"""The sound of a video, placed on the video's own clock: sample 0 is second 0, and a gap is silence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacy_audit.errors import UnreadableError
from privacy_audit.recipe import Limits
from privacy_audit.sources._audio_blocks import channel_groups, mixed
from privacy_audit.sources._containers import opened, pyav
from privacy_audit.types import AudioRecord, Reason

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["native_sounds", "sound_tracks", "sound_uri"]

_LISTENED_HZ = 16_000
_JITTER_S = 0.05  # time stamps of some containers are rounded; less than this is no gap
_MAX_NATIVE_BYTES = 2_000_000_000
"""A treated track is held whole, all channels at their own rate; above this it is Unscanned(TOO_LARGE)."""


def sound_uri(uri: str, number: int) -> str:
    """``talk.mp4#audio`` for the first track, ``talk.mp4#audio=2`` for the second."""
    return f"{uri}#audio" if number == 1 else f"{uri}#audio={number}"


def sound_tracks(path: Path, uri: str, limits: Limits) -> Iterator[AudioRecord]:
    """Every track at 16 kHz, its channels kept as :func:`channel_groups` says: what the scanners listen to.

    A track is decoded twice: first to see which channels hold the same sound, then to keep only those.

    Raises:
        UnreadableError: TOO_LARGE (longer than ``limits.max_audio_duration_s``), CORRUPT, UNSUPPORTED.
    """
    import numpy as np
    import soxr

    for number in range(1, _n_tracks(path) + 1):
        products: NDArray[np.float64] | None = None
        for block, _ in _blocks(path, number - 1, limits):
            own = block.astype(np.float64) @ block.T
            products = own if products is None else products + own
        if products is None:
            continue
        groups = channel_groups(products)
        blocks, stream = [], None
        for block, rate_hz in _blocks(path, number - 1, limits):
            kept = mixed(block, groups).T
            if stream is None and rate_hz != _LISTENED_HZ:
                stream = soxr.ResampleStream(rate_hz, _LISTENED_HZ, len(groups), dtype="float32")
            blocks.append(kept if stream is None else stream.resample_chunk(kept))
        if stream is not None:
            blocks.append(stream.resample_chunk(np.zeros((0, len(groups)), np.float32), last=True))
        samples = np.ascontiguousarray(np.concatenate(blocks).T, np.float32)
        yield AudioRecord(sound_uri(uri, number), samples, _LISTENED_HZ)


def native_sounds(path: Path, uri: str, limits: Limits) -> Iterator[tuple[AudioRecord, str]]:
    """Every track with all its channels at its own rate, and the name of their layout: what an operator treats.

    Raises:
        UnreadableError: as :func:`sound_tracks`, and TOO_LARGE above 2 GB of samples.
    """
    import numpy as np

    for number in range(1, _n_tracks(path) + 1):
        blocks, n_bytes, rate_hz = [], 0, 0
        for block, rate_hz in _blocks(path, number - 1, limits):  # noqa: B007 - the last one is used below
            n_bytes += block.nbytes
            if n_bytes > _MAX_NATIVE_BYTES:
                raise UnreadableError(Reason.TOO_LARGE, f"more than {_MAX_NATIVE_BYTES} bytes of samples")
            blocks.append(block)
        if blocks:
            with opened(path) as container:
                layout = container.streams.audio[number - 1].codec_context.layout.name
            yield AudioRecord(sound_uri(uri, number), np.concatenate(blocks, axis=1), rate_hz), layout


def _n_tracks(path: Path) -> int:
    with opened(path) as container:
        return len(container.streams.audio)


def _blocks(path: Path, position: int, limits: Limits) -> Iterator[tuple[NDArray[np.float32], int]]:
    """float32 (channels, samples) from second 0 on, without a gap, and the rate in Hz."""
    import numpy as np

    with opened(path) as container:
        stream = container.streams.audio[position]
        context = stream.codec_context
        if context is None or not context.rate or not context.layout.nb_channels:
            raise UnreadableError(Reason.UNSUPPORTED, "the sound is coded in a way that PyAV does not read")
        stream.thread_count = 1
        rate_hz = int(context.rate)
        resampler = pyav().AudioResampler(format="fltp", layout=context.layout, rate=rate_hz)
        done = 0
        for frame in _converted(container, stream, resampler):
            samples = frame.to_ndarray()
            if not np.isfinite(samples).all():
                raise UnreadableError(Reason.CORRUPT, "holds samples that are no numbers")
            start = done if frame.pts is None else round(frame.pts * frame.time_base * rate_hz)
            if max(start, done) > limits.max_audio_duration_s * rate_hz:
                detail = f"sound of more than the limit of {limits.max_audio_duration_s} s"
                raise UnreadableError(Reason.TOO_LARGE, detail)
            late = start - done
            if late > (_JITTER_S * rate_hz if done else 0):
                yield np.zeros((samples.shape[0], late), np.float32), rate_hz
                done += late
            elif late < (-_JITTER_S * rate_hz if done else 0):  # before second 0, or said twice
                samples = samples[:, -late:]
            if samples.shape[1]:
                done += samples.shape[1]
                yield np.ascontiguousarray(samples, np.float32), rate_hz


def _converted(container: Any, stream: Any, resampler: Any) -> Iterator[Any]:
    for frame in container.decode(stream):
        yield from resampler.resample(frame)
    yield from resampler.resample(None)
