"""What a voice sounds like, as a vector, to tell voices apart inside one recording. Vectors stay in memory.

Model: GE2E (Wan et al., arXiv 1710.10467), Apache-2.0, as carried by Resemblyzer 0.1.4; card in ``weights/ge2e.md``.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from privacy_audit.models import onnx_session

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["SAMPLE_RATE_HZ", "WINDOW_S", "embed", "mel_frames"]

SAMPLE_RATE_HZ = 16_000
WINDOW_S = 1.6  # what the encoder was trained on (its hyperparameters)
_N_FFT, _HOP, _N_MELS = 400, 160, 40  # 25 ms, 10 ms, 40 bands (its hyperparameters)
_TARGET_RMS = 10 ** (-30 / 20)  # -30 dBFS, louder recordings stay as they are (its hyperparameters)
_BATCH = 64


def mel_frames(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mel power spectrogram, float32 (frames, 40), one frame per 10 ms, of float32 (samples,) at 16 kHz."""
    import librosa
    import numpy as np

    rms = float(np.sqrt(np.mean(np.square(samples)))) if len(samples) else 0.0
    loud = samples * np.float32(_TARGET_RMS / rms) if 0 < rms < _TARGET_RMS else samples
    power = np.abs(librosa.stft(loud, n_fft=_N_FFT, hop_length=_HOP)) ** 2
    mel: NDArray[np.float32] = (_filters() @ power).T.astype(np.float32)
    return mel


def embed(windows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Unit vectors, float32 (n, 256), for mel frames float32 (n, frames, 40); 160 frames are 1.6 s."""
    import numpy as np

    session = onnx_session("ge2e.onnx")
    batches = [
        session.run(None, {"mel": windows[start : start + _BATCH]})[0] for start in range(0, len(windows), _BATCH)
    ]
    return np.concatenate(batches) if batches else np.zeros((0, 256), np.float32)


@cache
def _filters() -> Any:
    from librosa.filters import mel

    return mel(sr=SAMPLE_RATE_HZ, n_fft=_N_FFT, n_mels=_N_MELS)
