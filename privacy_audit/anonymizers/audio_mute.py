"""Silence in place of speech: the words and the voice are gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from privacy_audit.anonymizers import Operator
from privacy_audit.types import AudioRecord, Detection, Effect, Record, Segment

__all__ = ["AudioMute"]


class AudioMute(Operator):
    """Every sample inside the segments becomes zero, and ``pad_s`` on each side.

    At the default .15 s all of a word's energy was covered for 100 % of 400 words (research/audio.md).
    """

    name = "audio_mute"
    summary = "Silences each stretch of speech, with a margin."
    effect = Effect.REMOVED
    attacks = ("How long and when somebody spoke stays, and so does what is heard around the speech.",)
    accepts = (AudioRecord,)
    treats = (Segment,)

    def __init__(self, *, pad_s: float = 0.15, **options: Any) -> None:
        super().__init__(**options)
        if not 0 <= pad_s <= 10:
            raise ValueError(f"pad_s: got {pad_s}, expected seconds from 0 to 10")
        self._pad_s = pad_s

    def apply(self, record: Record, detections: Sequence[Detection]) -> Record:
        """A new recording of the same length; samples outside the widened segments stay as they are."""
        assert isinstance(record, AudioRecord)  # noqa: S101 - `accepts` says so
        samples = record.samples.copy()
        for detection in detections:
            assert isinstance(detection.location, Segment)  # noqa: S101 - `treats` says so
            start = max(0, int((detection.location.start - self._pad_s) * record.sample_rate_hz))
            end = int((detection.location.end + self._pad_s) * record.sample_rate_hz) + 1
            samples[:, start:end] = 0.0
        return AudioRecord(record.uri, samples, record.sample_rate_hz, record.metadata)

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The margin."""
        return (("pad_s", f"{self._pad_s:g}"),)
