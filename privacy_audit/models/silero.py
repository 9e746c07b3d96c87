"""Where somebody speaks, by Silero VAD: it says when, not who and not what.

Model: Silero VAD v6, MIT, as carried by faster-whisper 1.2.1; card in ``weights/silero_vad.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from privacy_audit.models import onnx_session
from privacy_audit.types import Segment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["DELAY_S", "FRAME_SAMPLES", "SAMPLE_RATE_HZ", "Stream", "speech_probabilities", "speech_segments"]

SAMPLE_RATE_HZ = 16_000
FRAME_SAMPLES = 512  # 32 ms at 16 kHz, from the model card
_CONTEXT_SAMPLES = 64  # the end of the frame before, put in front of each, from the model card
DELAY_S = 0.03  # on composed conversations its answers fit the truth best when taken this much earlier
_BATCH_FRAMES = 500  # sixteen seconds at a time bound the memory
_HYSTERESIS = 0.15  # speech ends below the threshold less this (the authors' code)


class Stream:
    """Probabilities of one recording that comes in pieces: the model's state and the open frame are carried on."""

    def __init__(self) -> None:
        import numpy as np

        self._state, self._cell = np.zeros((1, 1, 128), np.float32), np.zeros((1, 1, 128), np.float32)
        self._context = np.zeros((1, _CONTEXT_SAMPLES), np.float32)
        self._open = np.zeros(0, np.float32)

    def probabilities(self, samples: NDArray[np.float32], *, last: bool = False) -> NDArray[np.float32]:
        """Probability of speech in [0, 1], float32 (frames,), of the frames of 32 ms that are whole with this piece.

        ``samples``: float32 (samples,) at 16 kHz. With ``last`` what is left is filled up with silence.
        """
        import numpy as np

        session = onnx_session("silero_vad.onnx", pooled=True)
        joined = np.concatenate([self._open, samples])
        if last:
            joined = np.pad(joined, (0, -len(joined) % FRAME_SAMPLES))
        n_frames = len(joined) // FRAME_SAMPLES
        self._open = joined[n_frames * FRAME_SAMPLES :]
        found = [np.zeros(0, np.float32)]
        for start in range(0, n_frames, _BATCH_FRAMES):
            stop = min(start + _BATCH_FRAMES, n_frames)
            frames = joined[start * FRAME_SAMPLES : stop * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
            before = np.concatenate([self._context, frames[:-1, -_CONTEXT_SAMPLES:]])
            inputs = {"input": np.concatenate([before, frames], axis=1), "h": self._state, "c": self._cell}
            block, self._state, self._cell = session.run(None, inputs)
            self._context = frames[-1:, -_CONTEXT_SAMPLES:]
            found.append(block)
        return np.concatenate(found)


def speech_probabilities(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probability of speech in [0, 1], float32 (frames,), for each 32 ms of float32 (samples,) at 16 kHz."""
    return Stream().probabilities(samples, last=True)


def speech_segments(
    samples: NDArray[np.float32],
    *,
    threshold: float = 0.5,
    min_speech_s: float = 0.25,
    min_silence_s: float = 0.3,
    pad_s: float = 0.1,
) -> list[Segment]:
    """Stretches of speech in float32 (samples,) at 16 kHz, in order, apart by at least ``min_silence_s``.

    Speech shorter than ``min_speech_s`` is dropped: sneezes and clicks are that short. ``pad_s`` is put on both sides.
    """
    duration_s = len(samples) / SAMPLE_RATE_HZ
    frame_s = FRAME_SAMPLES / SAMPLE_RATE_HZ
    raw: list[list[float]] = []
    speaking = False
    for index, probability in enumerate(speech_probabilities(samples)):
        now_s = index * frame_s
        if not speaking and probability >= threshold:
            speaking = True
            if raw and now_s - raw[-1][1] < min_silence_s:
                continue
            raw.append([now_s, now_s])
        elif speaking and probability < threshold - _HYSTERESIS:
            speaking = False
            raw[-1][1] = now_s
    if speaking:
        raw[-1][1] = duration_s
    long_enough = [(start, end) for start, end in raw if end - start >= min_speech_s]
    merged: list[list[float]] = []
    for start, end in ((max(0.0, start - pad_s), min(duration_s, end + pad_s)) for start, end in long_enough):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = end
        else:
            merged.append([start, end])
    return [Segment(start, end) for start, end in merged]
