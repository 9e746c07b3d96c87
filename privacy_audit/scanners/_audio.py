"""What the audio scanners share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from privacy_audit.types import AudioRecord

__all__ = ["at_rate"]


def at_rate(record: AudioRecord, sample_rate_hz: int) -> AudioRecord:
    """The same record, its channels apart, at the rate asked for; the same object where it is there already."""
    if record.sample_rate_hz == sample_rate_hz:
        return record
    import numpy as np
    import soxr

    whole = np.asarray(record.samples)
    samples = np.ascontiguousarray(soxr.resample(whole.T, record.sample_rate_hz, sample_rate_hz).T, np.float32)
    return replace(record, samples=samples, sample_rate_hz=sample_rate_hz)
