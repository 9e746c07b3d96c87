"""Speech in a recording: when somebody speaks, not what and not who."""

from __future__ import annotations

from collections.abc import Sequence

from privacy_audit.models.silero import SAMPLE_RATE_HZ, speech_segments
from privacy_audit.scanners import Scanner
from privacy_audit.scanners._audio import at_rate
from privacy_audit.types import AudioRecord, Confidence, Detection, Record, Segment

__all__ = ["AudioSpeech"]

_HIGH_S = 1.0
_MEDIUM_S = 0.5
"""Seconds of speech in one stretch. Of 45 clips without speech (the even half of esc10_non_speech) 3 reach .25 s and
none .5 s, by ``python -m bench.speech --half tune``; sneezes of the larger set do: docs/detectors.md."""
_PAD_S = 0.1


class AudioSpeech(Scanner):
    """Silero VAD. Pauses under .3 s are bridged, so a sentence is one detection."""

    name = "audio_speech"
    summary = "Stretches of speech in recordings (Silero VAD)."
    entity_types = ("VOICE",)
    accepts = (AudioRecord,)
    needs_model = True
    models = ("Silero VAD v6 (faster-whisper 1.2.1)",)

    def scan(self, record: Record) -> Sequence[Detection]:
        """One detection per stretch; ``score`` grows with its length, to 1 at one second."""
        assert isinstance(record, AudioRecord)  # noqa: S101 - `accepts` says so
        segments = speech_segments(at_rate(record, SAMPLE_RATE_HZ), pad_s=_PAD_S)
        return [Detection("VOICE", segment, _score(segment), _confidence(segment)) for segment in segments]


def _spoken_s(segment: Segment) -> float:
    return max(0.0, segment.end - segment.start - 2 * _PAD_S)


def _score(segment: Segment) -> float:
    return min(1.0, _spoken_s(segment) / _HIGH_S)


def _confidence(segment: Segment) -> Confidence:
    if _spoken_s(segment) >= _HIGH_S:
        return Confidence.HIGH
    return Confidence.MEDIUM if _spoken_s(segment) >= _MEDIUM_S else Confidence.LOW
