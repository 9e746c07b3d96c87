"""The same voice, by CAM++ vectors, in memory only. Biometric: runs on a declared basis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from privacy_audit.errors import UsageError
from privacy_audit.finding.places import Place
from privacy_audit.models import campplus, silero
from privacy_audit.recipe import Recipe
from privacy_audit.sources.audio_file import read_audio
from privacy_audit.sources.folder import FileEntry
from privacy_audit.types import AudioRecord, Confidence, Record, Segment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["SameVoice"]

_RATE_HZ = campplus.SAMPLE_RATE_HZ
_STRETCH_S, _LEAST_S = 6.0, 2.0
_LIKE, _SURE = 0.6, 0.7
"""Cosine with what is asked for: on the half that they were set on, recordings of the same person reached 0.74 and
more, those of others 0.55 at most (LibriSpeech, read speech; ``bench/find_people.py``).
"""


class SameVoice:
    """One voice per recording given; stretches of speech of up to six seconds are compared with their mean."""

    def __init__(self, files: Sequence[Path], recipe: Recipe) -> None:
        import numpy as np

        asked = []
        for path in files:
            samples = np.asarray(read_audio(path, path.name, sample_rate_hz=_RATE_HZ).samples).mean(axis=0)
            vectors = [vector for _, vector in _stretches(samples)]
            if not vectors:
                raise UsageError(f"{path}: less than {_LEAST_S:.0f} s of speech were found in it")
            mean = np.mean(vectors, axis=0)
            asked.append(mean / np.linalg.norm(mean))
        self._asked = np.stack(asked)

    def in_record(self, record: Record, entry: FileEntry) -> Iterator[Place]:
        """Stretches whose voice is like the one given; neighbours are told as one."""
        import numpy as np
        import soxr

        if not isinstance(record, AudioRecord):
            return
        samples = np.asarray(record.samples).mean(axis=0)
        if record.sample_rate_hz != _RATE_HZ:
            samples = soxr.resample(samples, record.sample_rate_hz, _RATE_HZ)
        likeness = [(segment, float((self._asked @ vector).max())) for segment, vector in _stretches(samples)]
        for start, end, score in _joined([(item, score) for item, score in likeness if score >= _LIKE]):
            sure = Confidence.MEDIUM if score >= _SURE else Confidence.LOW
            yield Place(
                record.uri,
                entry.uri,
                "voice",
                "voice",
                "VOICE",
                Segment(start, end),
                "like voice",
                min(1.0, score),
                sure,
            )

    def in_file(self, entry: FileEntry) -> Iterator[Place]:
        """Nothing: voices stand in records."""
        return iter(())


def _stretches(samples: NDArray[np.float32]) -> Iterator[tuple[Segment, NDArray[np.float32]]]:
    """Speech of float32 (samples,) at 16 kHz in stretches of 2 to 6 s, each with its vector of length 1."""
    for segment in silero.speech_segments(samples):
        start = segment.start
        while segment.end - start >= _LEAST_S:
            end = segment.end if segment.end - start < _STRETCH_S + _LEAST_S else start + _STRETCH_S
            frames = campplus.log_mel(samples[round(start * _RATE_HZ) : round(end * _RATE_HZ)])
            yield Segment(start, end), campplus.embed([frames])[0]
            start = end


def _joined(found: Sequence[tuple[Segment, float]]) -> Iterator[tuple[float, float, float]]:
    """(start, end, best score) of stretches that lie at most a second apart."""
    row: list[tuple[Segment, float]] = []
    for item in [*found, None]:
        if row and (item is None or item[0].start - row[-1][0].end > 1.0):
            yield row[0][0].start, row[-1][0].end, max(score for _, score in row)
            row = []
        if item is not None:
            row.append(item)
