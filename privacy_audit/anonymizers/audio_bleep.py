"""A tone in place of words: what was said is gone, and the rest is as it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from privacy_audit.anonymizers import Operator
from privacy_audit.types import AudioRecord, Detection, Effect, Record, Segment

__all__ = ["AudioBleep"]

_VOICES = ("SPEAKER", "VOICE")


class AudioBleep(Operator):
    """Every sample inside the words found, and ``pad_s`` on each side, becomes a tone, or silence at ``tone_hz: 0``.

    Where the words are comes from transcripts with times, or from ``transcribe``. At 0 s of margin all but 1 % of the
    energy is covered for 73 % of 400 words, at .05 s for 98 %, at .15 s for all (research/audio.md: word times are
    exact to .01 s at the median). Voices stay: somebody may know them.
    """

    name = "audio_bleep"
    summary = "Puts a tone in place of spoken names and numbers, with a margin. Voices stay as they are."
    effect = Effect.REMOVED
    attacks = ("Somebody may know the voice.", "The words around a bleep may single out who is meant.")
    accepts = (AudioRecord,)
    treats = (Segment,)

    def __init__(self, *, pad_s: float = 0.05, tone_hz: float = 1000.0, level: float = 0.1, **options: Any) -> None:
        super().__init__(**options)
        if not 0 <= pad_s <= 10:
            raise ValueError(f"pad_s: got {pad_s}, expected seconds from 0 to 10")
        if not (tone_hz == 0 or 20 <= tone_hz <= 20_000):
            raise ValueError(f"tone_hz: got {tone_hz}, expected 0 for silence or 20 to 20000 Hz")
        if not 0 <= level <= 1:
            raise ValueError(f"level: got {level}, expected the tone's peak from 0 to 1")
        self._pad_s, self._tone_hz, self._level = pad_s, tone_hz, level

    def wants(self, detection: Detection) -> bool:
        """Everything found at a time but voices."""
        return super().wants(detection) and detection.entity_type not in _VOICES

    def apply(self, record: Record, detections: Sequence[Detection]) -> Record:
        """A new recording of the same length; samples outside the widened segments stay as they are."""
        assert isinstance(record, AudioRecord)  # noqa: S101 - `accepts` says so
        import numpy as np

        rate_hz = record.sample_rate_hz
        samples = record.samples.copy()
        for detection in detections:
            assert isinstance(detection.location, Segment)  # noqa: S101 - `treats` says so
            start = max(0, int((detection.location.start - self._pad_s) * rate_hz))
            end = min(samples.shape[1], int((detection.location.end + self._pad_s) * rate_hz) + 1)
            # one clock for all tones: where two words meet there is no click
            times_s = np.arange(start, max(start, end)) / rate_hz
            samples[:, start:end] = (self._level * np.sin(2 * np.pi * self._tone_hz * times_s)).astype(np.float32)
        return AudioRecord(record.uri, samples, rate_hz, record.metadata)

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The margin and the tone."""
        return (("pad_s", f"{self._pad_s:g}"), ("tone_hz", f"{self._tone_hz:g}"))
