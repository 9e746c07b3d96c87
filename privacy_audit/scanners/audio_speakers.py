"""How many voices are in one recording. Voices are compared inside the file only; vectors never leave memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from privacy_audit.models import ge2e
from privacy_audit.models.silero import speech_segments
from privacy_audit.scanners import Scanner
from privacy_audit.scanners._audio import at_rate
from privacy_audit.types import AudioRecord, Confidence, Detection, Record, Segment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["AudioSpeakers"]

_HOP_S = 0.8
_SAME_VOICE_SIMILARITY = 0.68
"""Average cosine similarity above which two groups are one voice. On conversations composed from
librispeech_train_clean_100 .60 to .68 count alike and .70 and above worse; the highest of these, since real
conversations are counted too low. Measured on other speakers by ``python -m bench.speakers``: docs/detectors.md."""
_MIN_SHARE = 0.04  # of the windows: a group smaller than this, and than two windows, is noise of the grouping


class AudioSpeakers(Scanner):
    """GE2E vectors of 1.6 s windows, grouped. The count is an order of magnitude on real conversations.

    The first voice is as sure as speech is; each further one is LOW: on real meetings the count was right in 1 of 14.
    """

    name = "audio_speakers"
    summary = "Number of different voices inside each recording (GE2E vectors, grouped in memory)."
    entity_types = ("SPEAKER",)
    accepts = (AudioRecord,)
    needs_model = True
    models = ("GE2E (Resemblyzer 0.1.4)", "Silero VAD v6 (faster-whisper 1.2.1)")

    def __init__(self, *, same_voice_similarity: float = _SAME_VOICE_SIMILARITY, **options: Any) -> None:
        super().__init__(**options)
        if not 0 < same_voice_similarity < 1:
            raise ValueError(f"same_voice_similarity: got {same_voice_similarity}, expected between 0 and 1")
        self._similarity = same_voice_similarity

    def scan(self, record: Record) -> Sequence[Detection]:
        """One detection per voice, at its longest turn, the voice that speaks most first."""
        assert isinstance(record, AudioRecord)  # noqa: S101 - `accepts` says so
        samples = at_rate(record, ge2e.SAMPLE_RATE_HZ)
        segments = [segment for segment in speech_segments(samples, pad_s=0.0) if _length_s(segment) >= 0.5]
        if not segments:
            return []
        windows = [window for segment in segments for window in _windows(segment)]
        if len(windows) == 1:
            return [Detection("SPEAKER", segments[0], 1.0, Confidence.MEDIUM)]
        labels = _grouped(_vectors(samples, windows), 1 - self._similarity)
        detections = []
        for position, label in enumerate(_by_weight(labels)):
            turn = _longest_turn([window for window, own in zip(windows, labels, strict=True) if own == label])
            share = labels.count(label) / len(labels)
            detections.append(Detection("SPEAKER", turn, share, Confidence.LOW if position else Confidence.MEDIUM))
        return detections


def _length_s(segment: Segment) -> float:
    return segment.end - segment.start


def _windows(segment: Segment) -> list[Segment]:
    """Windows of 1.6 s, half overlapping, inside one stretch of speech; a short stretch is one window."""
    count = max(1, 1 + int((_length_s(segment) - ge2e.WINDOW_S) / _HOP_S))
    starts = [segment.start + number * _HOP_S for number in range(count)]
    return [Segment(start, min(start + ge2e.WINDOW_S, segment.end)) for start in starts]


def _vectors(samples: NDArray[np.float32], windows: Sequence[Segment]) -> NDArray[np.float32]:
    import numpy as np

    mel = ge2e.mel_frames(samples)
    n_frames = round(ge2e.WINDOW_S * 100)
    cut = []
    for window in windows:
        frames = mel[round(window.start * 100) : round(window.start * 100) + round(_length_s(window) * 100)]
        repeats = -(-n_frames // max(1, len(frames)))  # a short stretch is said again rather than filled with silence
        cut.append(np.tile(frames, (repeats, 1))[:n_frames])
    return ge2e.embed(np.stack(cut).astype(np.float32))


def _grouped(vectors: NDArray[np.float32], max_distance: float) -> list[int]:
    """Average-linkage clustering; groups too small to be a voice go to the nearest one."""
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage

    labels = fcluster(linkage(vectors, "average", metric="cosine"), max_distance, "distance")
    counts = {int(label): int((labels == label).sum()) for label in np.unique(labels)}
    largest = max(counts.values())
    kept = [label for label, count in counts.items() if count == largest or count >= max(2, _MIN_SHARE * len(labels))]
    centres = np.stack([vectors[labels == label].mean(axis=0) for label in kept])
    nearest = np.argmax(vectors @ centres.T, axis=1)
    return [int(label) if int(label) in kept else kept[int(near)] for label, near in zip(labels, nearest, strict=True)]


def _by_weight(labels: list[int]) -> list[int]:
    return sorted(set(labels), key=lambda label: (-labels.count(label), labels.index(label)))


def _longest_turn(windows: list[Segment]) -> Segment:
    turns: list[Segment] = []
    for window in windows:
        if turns and window.start <= turns[-1].end + 1e-6:
            turns[-1] = Segment(turns[-1].start, max(turns[-1].end, window.end))
        else:
            turns.append(window)
    return max(turns, key=_length_s)
