"""What a recording sounds like every .25 s in which somebody speaks: CAM++ vectors, the mean of the line taken off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from privacy_audit.models import WEIGHTS_DIR, campplus, give_back_freed
from privacy_audit.scanners._listening import RATE_HZ

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["WINDOW", "Windows", "mean_voice", "raw_vectors", "windows_of"]

WINDOW, _HOP = 150, 25  # frames of 10 ms
_CHUNK = 1_000
_MANY = 900  # windows, four minutes of speech: in less than that, less memory is free than it costs to ask again
_MIDDLE, _UPPER = slice(15, 52), slice(64, 78)  # bands of 340 Hz to 2.9 kHz, and of 4.5 to 7.6 kHz
_NARROW = 6.5  # nats by which the upper bands of a telephone line lie below; midway between recordings of both


@dataclass(frozen=True, slots=True)
class Windows:
    """Unit vectors, float32 (windows, 192), the windows' centres in frames, ascending, and whether a telephone line
    carried them.
    """

    vectors: NDArray[np.float32]
    centres: NDArray[np.int_]
    narrow: bool


def windows_of(read: Callable[[int, int], NDArray[np.float32]], spoken: NDArray[np.bool_]) -> Windows:
    """``read(start, stop)`` gives float32 samples at 16 kHz; ten seconds are held. ``spoken``: per frame."""
    import numpy as np

    vectors, centres, below = raw_vectors(read, spoken)
    narrow = below > _NARROW
    vectors -= mean_voice("narrow" if narrow else "wide")
    # in place and without a copy of the squares: an hour of speech has eleven MB of vectors
    vectors /= np.maximum(np.sqrt(np.einsum("ij,ij->i", vectors, vectors)), 1e-9)[:, None]
    return Windows(vectors, centres, narrow)


def raw_vectors(
    read: Callable[[int, int], NDArray[np.float32]], spoken: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.int_], float]:
    """Unit vectors, float32 (windows, 192), of windows of 1.5 s every .25 s in which somebody speaks, their centres in
    frames, and by how much the bands above 4.5 kHz lie below the others, in nats of energy, where somebody speaks.

    The network runs once over ten seconds; a window takes the mean of its spoken frames.
    """
    import numpy as np

    n_frames = len(spoken)
    starts = [start for start in range(0, n_frames, _HOP) if spoken[start : start + _HOP].any()]
    centres = np.array([start + _HOP // 2 for start in starts], int)
    below = n_below = 0.0
    vectors = np.zeros((len(starts), campplus.VECTOR_SIZE), np.float32)
    for chunk in range(0, n_frames, _CHUNK):
        own = np.flatnonzero((centres >= chunk) & (centres < chunk + _CHUNK))
        if not len(own):
            continue
        first = max(0, min(chunk, n_frames - _CHUNK))  # the last ten seconds are whole
        mel = campplus.log_mel(read(first * RATE_HZ // 100, min(first + _CHUNK, n_frames) * RATE_HZ // 100))
        if len(mel) < _HOP:
            continue
        half = (len(mel) + 1) // 2
        here = spoken[first : first + 2 * half : 2][:half]
        here = np.pad(here, (0, half - len(here)))
        loud = mel[::2][:half][here[: len(mel[::2])]]
        below += float((loud[:, _MIDDLE].mean(axis=1) - loud[:, _UPPER].mean(axis=1)).sum())
        n_below += len(loud)
        weights = np.zeros((len(own), half), np.float32)
        for row, window in enumerate(own):
            start = max(0, (centres[window] - WINDOW // 2 - first) // 2)
            stop = min(half, (centres[window] + WINDOW // 2 - first) // 2)
            weights[row, start:stop] = here[start:stop] if here[start:stop].any() else 1
        sums = weights.sum(axis=1, keepdims=True)
        last = len(starts) > _MANY and own[-1] == len(starts) - 1
        vectors[own] = campplus.embed_stretches(mel, weights / np.maximum(sums, 1), last=bool(last))
    if len(starts) > _MANY:
        give_back_freed()
    known = vectors.any(axis=1)
    return vectors[known], centres[known], below / max(n_below, 1.0)


@cache
def mean_voice(line: str) -> NDArray[np.float32]:
    """The mean vector of open speech, float32 (192,), ``wide`` or over a telephone line (``narrow``): its card is
    ``weights/voice_means.md``.
    """
    import numpy as np

    with np.load(WEIGHTS_DIR / "voice_means.npz") as means:
        mean: NDArray[np.float32] = means[line]
        return mean
