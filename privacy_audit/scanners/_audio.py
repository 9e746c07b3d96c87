"""What the audio scanners share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from privacy_audit.types import AudioRecord

__all__ = ["at_rate"]


def at_rate(record: AudioRecord, sample_rate_hz: int) -> NDArray[np.float32]:
    """The mean of all channels, float32 (samples,), at the rate asked for."""
    import numpy as np
    import soxr

    mono: NDArray[np.float32] = (
        record.samples[0] if record.samples.shape[0] == 1 else record.samples.mean(axis=0, dtype=np.float32)
    )
    if record.sample_rate_hz == sample_rate_hz:
        return mono
    resampled: NDArray[np.float32] = soxr.resample(mono, record.sample_rate_hz, sample_rate_hz)
    return resampled
