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

__all__ = ["SAMPLE_RATE_HZ", "speech_probabilities", "speech_segments"]

SAMPLE_RATE_HZ = 16_000
FRAME_SAMPLES = 512  # 32 ms at 16 kHz, from the model card
_CONTEXT_SAMPLES = 64  # the end of the frame before, put in front of each, from the model card
_BATCH_FRAMES = 10_000  # five minutes at a time bound the memory
_HYSTERESIS = 0.15  # speech ends below the threshold less this (the authors' code)


def speech_probabilities(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probability of speech in [0, 1], float32 (frames,), for each 32 ms of float32 (samples,) at 16 kHz."""
    import numpy as np

    session = onnx_session("silero_vad.onnx")
    n_frames = -(-len(samples) // FRAME_SAMPLES)
    state, cell = np.zeros((1, 1, 128), np.float32), np.zeros((1, 1, 128), np.float32)
    context = np.zeros((1, _CONTEXT_SAMPLES), np.float32)
    probabilities = []
    for start in range(0, n_frames, _BATCH_FRAMES):
        block = samples[start * FRAME_SAMPLES : (start + _BATCH_FRAMES) * FRAME_SAMPLES]
        frames = np.pad(block, (0, -len(block) % FRAME_SAMPLES)).reshape(-1, FRAME_SAMPLES)
        before = np.concatenate([context, frames[:-1, -_CONTEXT_SAMPLES:]])
        inputs = {"input": np.concatenate([before, frames], axis=1), "h": state, "c": cell}
        found, state, cell = session.run(None, inputs)
        context = frames[-1:, -_CONTEXT_SAMPLES:]
        probabilities.append(found)
    return np.concatenate(probabilities) if probabilities else np.zeros(0, np.float32)


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
