"""When somebody speaks, per channel, in frames of 10 ms: what the scanners of speech and of speakers start from."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from privacy_audit.models import segmentation, silero

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from privacy_audit.types import AudioRecord

__all__ = ["FRAME_S", "RATE_HZ", "Heard", "hysteresis", "listen", "runs", "speech_frames"]

RATE_HZ = 16_000
FRAME_S = 0.01
_FRAME = 160  # samples
_PIECE_S = 20  # of sound read at a time: longer pieces need more memory and save no time
_STEP_S = 5.0  # the segmentation model hears ten seconds every five
_MIN_LEVEL_DB = -48.0
"""A frame this far below the 95th percentile of the recording's levels is no speech, whatever a model says: the
segmentation model bridges pauses. Chosen, with the thresholds below, on composed conversations of
librispeech_train_clean_100 and the even AMI excerpts: docs/detectors.md."""
_SPEAKS = 0.5  # of one of the segmentation model's voices
ON, OFF = 0.35, 0.25
MIN_SPEECH_S, MIN_PAUSE_S = 0.1, 0.15


@dataclass(frozen=True, slots=True)
class Heard:
    """One channel, per 10 ms: probability of speech, of two voices at once (float32 in [0, 1]), and the silent frames.

    ``sure`` is Silero's own probability, ``likely`` the segmentation model's; ``speech`` the larger of both, 0 where
    the level is too low. ``chunks``: first frame of each ten seconds, and who of the segmentation model's three voices
    speaks in them, bool (frames, 3); voice 1 of one chunk need not be voice 1 of the next.
    """

    sure: NDArray[np.float32]
    likely: NDArray[np.float32]
    speech: NDArray[np.float32]
    overlap: NDArray[np.float32]
    chunks: tuple[tuple[int, NDArray[np.bool_]], ...] = ()


_last: tuple[weakref.ref[Any], list[Heard]] | None = None


def listen(record: AudioRecord) -> list[Heard]:
    """One :class:`Heard` per channel. The last recording's stays, so that two scanners listen once."""
    global _last
    if _last and _last[0]() is record.samples:
        return _last[1]
    heard = [_channel(record, channel) for channel in range(record.samples.shape[0])]
    _last = weakref.ref(record.samples), heard
    return heard


def speech_frames(heard: Heard, on: float = ON, off: float = OFF) -> NDArray[np.bool_]:
    """True where somebody speaks, pauses under .15 s bridged, noises under .1 s dropped."""
    import numpy as np

    found = np.zeros(len(heard.speech), bool)
    for start, end in runs(hysteresis(heard.speech, on, off), MIN_PAUSE_S):
        if (end - start) * FRAME_S >= MIN_SPEECH_S - 1e-9:
            found[start:end] = True
    return found


def hysteresis(probabilities: NDArray[np.float32], on: float, off: float) -> NDArray[np.bool_]:
    """True from where the probability reaches ``on`` until it falls below ``off``."""
    import numpy as np

    found = np.zeros(len(probabilities), bool)
    for start, end in runs(probabilities >= off):
        above = np.flatnonzero(probabilities[start:end] >= on)
        if len(above):
            found[start + above[0] : end] = True
    return found


def runs(mask: NDArray[np.bool_], bridge_s: float = 0.0) -> list[tuple[int, int]]:
    """(first, one past the last) frame of every stretch that is True; gaps shorter than ``bridge_s`` do not end one."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    merged: list[tuple[int, int]] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if merged and (start - merged[-1][1]) * FRAME_S < bridge_s - 1e-9:
            merged[-1] = merged[-1][0], end
        else:
            merged.append((start, end))
    return merged


def _channel(record: AudioRecord, channel: int) -> Heard:
    import numpy as np

    n_samples = record.samples.shape[1]
    n_frames = -(-n_samples // _FRAME)
    likely, overlap, heard_by = (np.zeros(n_frames, np.float32) for _ in range(3))
    level_db = np.full(n_frames, -200.0, np.float32)
    sure, chunks = [], []
    vad = silero.Stream()
    step, chunk = round(_STEP_S * RATE_HZ), round(segmentation.CHUNK_S * RATE_HZ)
    piece = _PIECE_S * RATE_HZ
    for start in range(0, n_samples, piece):
        # ten seconds more than the piece, for the chunks that begin in it
        samples = record.samples[channel, start : min(start + piece + chunk - step, n_samples)]
        own = samples[:piece]
        sure.append(vad.probabilities(own, last=start + piece >= n_samples))
        frames = np.pad(own, (0, -len(own) % _FRAME)).reshape(-1, _FRAME)
        at = start // _FRAME
        level_db[at : at + len(frames)] = 10 * np.log10((frames.astype(np.float64) ** 2).mean(axis=1) + 1e-20)
        # the last chunk begins where the one before it does not reach the end
        starts = [first for first in range(0, len(own), step) if first == 0 or len(samples) - first > chunk - step]
        if start and n_samples - start <= chunk - step:
            starts = []
        for first in starts:
            at = (start + first) // _FRAME
            chunks.append((at, _add_chunk(samples[first : first + chunk], at, likely, overlap, heard_by)))
    heard_by = np.maximum(heard_by, 1)
    likely, overlap = likely / heard_by, overlap / heard_by
    sure_frames = _by_frame(np.concatenate(sure) if sure else np.zeros(0, np.float32), n_frames)
    loud = level_db >= (np.percentile(level_db, 95) if n_frames else 0.0) + _MIN_LEVEL_DB
    speech = np.where(loud, np.maximum(sure_frames, likely), 0).astype(np.float32)
    return Heard(sure_frames, likely.astype(np.float32), speech, overlap.astype(np.float32), tuple(chunks))


def _add_chunk(
    samples: NDArray[np.float32],
    at: int,
    likely: NDArray[np.float32],
    overlap: NDArray[np.float32],
    heard_by: NDArray[np.float32],
) -> NDArray[np.bool_]:
    """Add the two largest of the three voices' probabilities to the frames of the chunk; give who speaks in them."""
    import numpy as np

    chunk = round(segmentation.CHUNK_S * RATE_HZ)
    told = segmentation.voice_activity(np.pad(samples, (0, chunk - len(samples)))[None])[0]
    voices = np.sort(told, axis=1)
    length = min(chunk // _FRAME, len(likely) - at)
    centres_s = (np.arange(length) + 0.5) * FRAME_S
    index = np.round((centres_s - segmentation.FRAME_START_S) / segmentation.FRAME_S).astype(int)
    index = np.clip(index, 0, len(voices) - 1)
    likely[at : at + length] += voices[index, -1]
    overlap[at : at + length] += voices[index, -2]
    heard_by[at : at + length] += 1
    active: NDArray[np.bool_] = told[index] > _SPEAKS
    return active


def _by_frame(probabilities: NDArray[np.float32], n_frames: int) -> NDArray[np.float32]:
    """Silero's 32 ms to 10 ms; it answers a frame late."""
    import numpy as np

    if not len(probabilities):
        return np.zeros(n_frames, np.float32)
    centres_s = (np.arange(n_frames) + 0.5) * FRAME_S + silero.DELAY_S
    index = (centres_s * silero.SAMPLE_RATE_HZ / silero.FRAME_SAMPLES).astype(int)
    by_frame: NDArray[np.float32] = probabilities[np.minimum(index, len(probabilities) - 1)]
    return by_frame
