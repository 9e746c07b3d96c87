"""Speech cut out of a recording: the words, the voice and, where the timeline is closed, their length are gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from privacy_audit.anonymizers import Operator
from privacy_audit.types import AudioRecord, Detection, Effect, Record, Segment

__all__ = ["AudioCut"]


class AudioCut(Operator):
    """The segments, with ``pad_s`` on each side, are taken out.

    ``timeline``: ``closed``, what follows moves up and the recording becomes shorter; or ``kept``, silence stands
    there. With a closed timeline the times of SRT, VTT, RTTM, CTM and STM transcripts of the recording move alike;
    transcripts of other forms with times are not copied, and neither are videos, whose picture would not fit.
    """

    name = "audio_cut"
    summary = "Cuts each stretch of speech out, with a margin; the recording becomes shorter."
    effect = Effect.REMOVED
    attacks = (
        "What is heard around the speech stays.",
        "A list of times made before the cut, kept elsewhere, tells how long somebody spoke.",
    )
    accepts = (AudioRecord,)
    treats = (Segment,)

    def __init__(self, *, pad_s: float = 0.15, timeline: str = "closed", **options: Any) -> None:
        super().__init__(**options)
        if not 0 <= pad_s <= 10:
            raise ValueError(f"pad_s: got {pad_s}, expected seconds from 0 to 10")
        if timeline not in ("closed", "kept"):
            raise ValueError(f"timeline: got {timeline!r}, expected closed or kept")
        self._pad_s, self.keeps_length = pad_s, timeline == "kept"

    def apply(self, record: Record, detections: Sequence[Detection]) -> Record:
        """A new recording; samples outside the widened segments stay as they are, one behind the other."""
        assert isinstance(record, AudioRecord)  # noqa: S101 - `accepts` says so
        import numpy as np

        inside = np.zeros(record.samples.shape[1], bool)
        for start, end in self._spans(record, detections):
            inside[start:end] = True
        samples = np.where(inside, np.float32(0), record.samples) if self.keeps_length else record.samples[:, ~inside]
        return AudioRecord(record.uri, samples, record.sample_rate_hz, record.metadata)

    def stretches(self, record: AudioRecord, detections: Sequence[Detection]) -> list[tuple[float, float]]:
        """[start, end) in seconds of what :meth:`apply` takes out, in order and apart."""
        joined: list[tuple[int, int]] = []
        for start, end in sorted(self._spans(record, detections)):
            if joined and start <= joined[-1][1]:
                joined[-1] = joined[-1][0], max(end, joined[-1][1])
            elif start < end:
                joined.append((start, end))
        return [(start / record.sample_rate_hz, end / record.sample_rate_hz) for start, end in joined]

    def _spans(self, record: AudioRecord, detections: Sequence[Detection]) -> list[tuple[int, int]]:
        rate_hz, n_samples = record.sample_rate_hz, record.samples.shape[1]
        spans = []
        for detection in detections:
            assert isinstance(detection.location, Segment)  # noqa: S101 - `treats` says so
            start = max(0, int((detection.location.start - self._pad_s) * rate_hz))
            end = int((detection.location.end + self._pad_s) * rate_hz) + 1
            spans.append((min(start, n_samples), min(end, n_samples)))
        return spans

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The margin, and what becomes of the timeline."""
        return (("pad_s", f"{self._pad_s:g}"), ("timeline", "kept" if self.keeps_length else "closed"))
