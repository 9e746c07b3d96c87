"""The McAdams transform: the resonances of a vocal tract moved, the words left.

Patino et al., "Speaker anonymisation using the McAdams coefficient" (Interspeech 2021, arXiv 2011.01130): in each frame
the poles of a linear prediction turn from angle phi to phi ** coefficient; 1 leaves the voice as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["mcadams"]

_FRAME_S, _HOP_S, _ORDER = 0.020, 0.010, 20  # as in the paper
_SILENT = 1e-10  # energy of a frame below which there is no voice to turn


def mcadams(samples: NDArray[np.float32], rate_hz: int, coefficient: float) -> NDArray[np.float32]:
    """float32 (samples,) with the same length and loudness. ``coefficient`` in (0, 1.5]."""
    import numpy as np
    from scipy.linalg import solve_toeplitz
    from scipy.signal import lfilter

    hop = max(1, round(_HOP_S * rate_hz))
    frame = 2 * hop
    window = np.sqrt(np.hanning(frame + 1)[:-1])  # squared and moved by half a frame it adds up to one
    n_frames = -(-len(samples) // hop) + 1
    padded = np.zeros((n_frames + 1) * hop)
    padded[hop : hop + len(samples)] = samples
    out = np.zeros_like(padded)
    for index in range(n_frames):
        place = slice(index * hop, index * hop + frame)
        piece = padded[place] * window
        energy = float(piece @ piece)
        if energy < _SILENT:
            out[place] += piece * window
            continue
        correlation = np.correlate(piece, piece, "full")[frame - 1 : frame + _ORDER]
        correlation[0] *= 1 + 1e-6  # white noise far below hearing keeps the equations solvable
        prediction = np.concatenate(([1.0], -solve_toeplitz(correlation[:-1], correlation[1:])))
        turned = np.real(np.poly(_turned(np.roots(prediction).astype(np.complex128), coefficient)))
        made = lfilter([1.0], turned, lfilter(prediction, [1.0], piece))
        made_energy = float(made @ made)
        if not np.isfinite(made_energy) or made_energy <= 0:
            continue  # silence is safe, the voice as it was is not
        out[place] += made * np.sqrt(energy / made_energy) * window
    return out[hop : hop + len(samples)].astype(np.float32)


def _turned(poles: NDArray[np.complex128], coefficient: float) -> NDArray[np.complex128]:
    import numpy as np

    angles = np.angle(poles)
    moved = np.sign(angles) * np.minimum(np.abs(angles) ** coefficient, np.pi)
    real = np.abs(poles.imag) < 1e-12
    return np.where(real, poles, np.minimum(np.abs(poles), 0.999) * np.exp(1j * moved))
