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
    n_channels, n_samples = record.samples.shape
    listeners = [_Listener(n_samples) for _ in range(n_channels)]
    piece, chunk, step = (round(seconds * RATE_HZ) for seconds in (_PIECE_S, segmentation.CHUNK_S, _STEP_S))
    for start in range(0, n_samples, piece):
        # ten seconds more than the piece, for the chunks that begin in it; all channels at once, so a file is read once
        samples = record.samples[:, start : min(start + piece + chunk - step, n_samples)]
        for listener, own in zip(listeners, samples, strict=True):
            listener.hear(start, own)
    heard = [listener.heard() for listener in listeners]
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


class _Listener:
    """One channel of ``n_samples``, which comes in pieces."""

    def __init__(self, n_samples: int) -> None:
        import numpy as np

        self._n_samples, self._n_frames = n_samples, -(-n_samples // _FRAME)
        self._likely = np.zeros(self._n_frames, np.float32)
        self._overlap, self._heard_by = self._likely.copy(), self._likely.copy()
        self._level_db = np.full(self._n_frames, -200.0, np.float32)
        self._sure: list[NDArray[np.float32]] = []
        self._chunks: list[tuple[int, NDArray[np.bool_]]] = []
        self._vad = silero.Stream()

    def hear(self, start: int, samples: NDArray[np.float32]) -> None:
        """The piece from sample ``start`` on, and of what follows as much as its last ten seconds need."""
        import numpy as np

        step, chunk = round(_STEP_S * RATE_HZ), round(segmentation.CHUNK_S * RATE_HZ)
        piece = _PIECE_S * RATE_HZ
        own = samples[:piece]
        self._sure.append(self._vad.probabilities(own, last=start + piece >= self._n_samples))
        frames = np.pad(own, (0, -len(own) % _FRAME)).reshape(-1, _FRAME)
        at = start // _FRAME
        self._level_db[at : at + len(frames)] = 10 * np.log10((frames.astype(np.float64) ** 2).mean(axis=1) + 1e-20)
        # the last chunk begins where the one before it does not reach the end
        starts = [first for first in range(0, len(own), step) if first == 0 or len(samples) - first > chunk - step]
        if start and self._n_samples - start <= chunk - step:
            starts = []
        for first in starts:
            self._add_chunk(samples[first : first + chunk], (start + first) // _FRAME)

    def heard(self) -> Heard:
        """Of all pieces."""
        import numpy as np

        heard_by = np.maximum(self._heard_by, 1)
        likely, overlap = ((told / heard_by).astype(np.float32) for told in (self._likely, self._overlap))
        sure = np.concatenate(self._sure) if self._sure else np.zeros(0, np.float32)
        sure = _by_frame(sure, self._n_frames)
        loud = self._level_db >= (np.percentile(self._level_db, 95) if self._n_frames else 0.0) + _MIN_LEVEL_DB
        speech = np.where(loud, np.maximum(sure, likely), 0).astype(np.float32)
        return Heard(sure, likely, speech, overlap, tuple(self._chunks))

    def _add_chunk(self, samples: NDArray[np.float32], at: int) -> None:
        """Add the two largest of three voices' probabilities to the frames from ``at`` on; keep who speaks there."""
        import numpy as np

        chunk = round(segmentation.CHUNK_S * RATE_HZ)
        told = segmentation.voice_activity(np.pad(samples, (0, chunk - len(samples)))[None])[0]
        voices = np.sort(told, axis=1)
        length = min(chunk // _FRAME, self._n_frames - at)
        centres_s = (np.arange(length) + 0.5) * FRAME_S
        index = np.round((centres_s - segmentation.FRAME_START_S) / segmentation.FRAME_S).astype(int)
        index = np.clip(index, 0, len(voices) - 1)
        self._likely[at : at + length] += voices[index, -1]
        self._overlap[at : at + length] += voices[index, -2]
        self._heard_by[at : at + length] += 1
        self._chunks.append((at, told[index] > _SPEAKS))


def _by_frame(probabilities: NDArray[np.float32], n_frames: int) -> NDArray[np.float32]:
    """Silero's 32 ms to 10 ms; it answers a frame late."""
    import numpy as np

    if not len(probabilities):
        return np.zeros(n_frames, np.float32)
    centres_s = (np.arange(n_frames) + 0.5) * FRAME_S + silero.DELAY_S
    index = (centres_s * silero.SAMPLE_RATE_HZ / silero.FRAME_SAMPLES).astype(int)
    by_frame: NDArray[np.float32] = probabilities[np.minimum(index, len(probabilities) - 1)]
    return by_frame
