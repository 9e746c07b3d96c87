"""How well speech and speakers are found in recordings whose turns are known (RTTM): the figures of ``bench audio``."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacy_audit.errors import MissingDependencyError, UsageError
from privacy_audit.linking.error_rate import equal_error_rate
from privacy_audit.measuring.scoring import Span, Wilson, overlap_length, union
from privacy_audit.types import AudioRecord

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from privacy_audit.scanners._voices import Voices

__all__ = [
    "AudioFigures",
    "Engine",
    "Turns",
    "measure_audio",
    "our_engine",
    "pyannote_engine",
    "read_rttm",
    "telephone",
]

_COLLARS_S = (0.0, 0.25)  # on each side of a boundary; pyannote.metrics wants both sides together
_EER_WINDOW_S = 1.5

Turns = list[tuple[float, float, str]]
"""start, end in seconds, speaker."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A name for the table and the function that tells who speaks when."""

    name: str
    voices: Callable[[AudioRecord], Voices]


@dataclass(frozen=True, slots=True)
class AudioFigures:
    """One engine on all recordings. Shares of seconds; ``der`` by collar in seconds on each side.

    ``missed``, ``false_alarm`` and ``confused`` add up to the DER without a collar. ``in_range``: recordings whose true
    number of speakers lies in the range that the engine gives; ``width``: mean of most - fewest. ``pairs_eer``: error
    rate of telling whether two windows of 1.5 s of one recording are of one voice; nan where no pair can be made.
    """

    engine: str
    n: int
    vad_recall: float
    vad_precision: float
    der: Mapping[float, float]
    missed: float
    false_alarm: float
    confused: float
    exact: Wilson
    mean_error: float
    in_range: Wilson
    width: float
    pairs_eer: float
    cpu_s_per_s: float


def our_engine() -> Engine:
    """The one that the scanner ``audio_speakers`` uses by default."""
    from privacy_audit.scanners._audio import at_rate
    from privacy_audit.scanners._listening import RATE_HZ
    from privacy_audit.scanners.audio_speakers import voices_in

    return Engine("privacy-audit", lambda record: voices_in(at_rate(record, RATE_HZ)))


def pyannote_engine(folder: Path) -> Engine:
    """A pipeline of pyannote.audio on this disk; channels are heard as one."""
    import numpy as np

    from privacy_audit.models.pyannote import PyannotePipeline
    from privacy_audit.scanners._audio import at_rate
    from privacy_audit.scanners._listening import RATE_HZ
    from privacy_audit.scanners._voices import as_voices

    pipeline = PyannotePipeline(folder)

    def voices(record: AudioRecord) -> Voices:
        samples = np.asarray(at_rate(record, RATE_HZ).samples).mean(axis=0)
        return as_voices(pipeline.turns(samples, RATE_HZ))

    return Engine(f"pyannote ({folder.name})", voices)


def read_rttm(paths: Sequence[Path]) -> dict[str, Turns]:
    """Turns per recording, by its name in the file.

    Raises:
        UsageError: a line that begins with SPEAKER and is no RTTM, or no turn at all.
    """
    turns: dict[str, Turns] = {}
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            words = line.split()
            if not words or words[0] != "SPEAKER":
                continue
            try:
                start_s, length_s = float(words[3]), float(words[4])
                turns.setdefault(words[1], []).append((start_s, start_s + length_s, words[7]))
            except (IndexError, ValueError):
                raise UsageError(f"{path.name}: line {number}: no RTTM: want SPEAKER file 1 start length ...") from None
    if not turns:
        raise UsageError("the RTTM files hold no line that begins with SPEAKER")
    return turns


def measure_audio(
    engine: Engine, recordings: Sequence[tuple[AudioRecord, Turns]], *, pairs: bool = True
) -> AudioFigures:
    """All recordings by one engine; ``pairs_eer``, which takes longest, is nan without ``pairs``.

    Raises:
        MissingDependencyError: pyannote.metrics is not installed.
    """
    try:
        from pyannote.core import Segment, Timeline
        from pyannote.metrics.diarization import DiarizationErrorRate
    except ImportError:
        raise MissingDependencyError("pyannote.metrics", "bench") from None
    rates = {collar: DiarizationErrorRate(collar=2 * collar) for collar in _COLLARS_S}
    counts: list[tuple[int, int, int, int]] = []
    spoken_s = found_s = common_s = listened_s = 0.0
    started_s = time.process_time()
    found = [engine.voices(record) for record, _ in recordings]
    cpu_s = time.process_time() - started_s
    for (record, turns), voices in zip(recordings, found, strict=True):
        where = Timeline([Segment(0, record.duration_s)])
        for rate in rates.values():
            rate(_annotation(turns), voices.annotation(), uem=where)
        true_s = union([(start, end) for start, end, _ in turns])
        heard_s = union([(turn.start_s, turn.end_s) for turn in voices.turns])
        common_s += overlap_length(true_s, heard_s)
        spoken_s, found_s = spoken_s + _total(true_s), found_s + _total(heard_s)
        listened_s += record.duration_s
        counts.append((len({name for *_, name in turns}), voices.fewest, len(voices.seconds), voices.most))
    parts = rates[0.0][:]
    total_s = max(float(parts["total"]), 1e-9)
    n = len(counts)
    return AudioFigures(
        engine.name,
        n,
        vad_recall=common_s / max(spoken_s, 1e-9),
        vad_precision=common_s / found_s if found_s else math.nan,
        der={collar: float(abs(rate)) for collar, rate in rates.items()},
        missed=float(parts["missed detection"]) / total_s,
        false_alarm=float(parts["false alarm"]) / total_s,
        confused=float(parts["confusion"]) / total_s,
        exact=Wilson(sum(true == count for true, _, count, _ in counts), n),
        mean_error=sum(abs(true - count) for true, _, count, _ in counts) / max(n, 1),
        in_range=Wilson(sum(fewest <= true <= most for true, fewest, _, most in counts), n),
        width=sum(most - fewest for _, fewest, _, most in counts) / max(n, 1),
        pairs_eer=_pairs_eer(recordings) if pairs else math.nan,
        cpu_s_per_s=cpu_s / max(listened_s, 1e-9),
    )


def _annotation(turns: Turns) -> Any:
    from pyannote.core import Annotation, Segment

    made = Annotation()
    for track, (start_s, end_s, name) in enumerate(turns):
        made[Segment(start_s, end_s), track] = name
    return made


def _total(spans: Sequence[Span]) -> float:
    return sum(end - start for start, end in spans)


def _pairs_eer(recordings: Sequence[tuple[AudioRecord, Turns]]) -> float:
    """Of the vendored voice encoder, on pairs of windows of one recording in which one person speaks alone."""
    import numpy as np

    from privacy_audit.models import campplus
    from privacy_audit.scanners._audio import at_rate
    from privacy_audit.scanners._listening import RATE_HZ

    same: list[float] = []
    different: list[float] = []
    for record, turns in recordings:
        own = at_rate(record, RATE_HZ)
        vectors, names = [], []
        for start_s, name in _windows(turns):
            cut = np.asarray(own.samples[:, round(start_s * RATE_HZ) : round((start_s + _EER_WINDOW_S) * RATE_HZ)])
            vectors.append(campplus.embed([campplus.log_mel(cut.mean(axis=0))])[0])
            names.append(name)
        for first in range(len(names)):
            for second in range(first + 1, len(names)):
                alike = float(vectors[first] @ vectors[second])
                (same if names[first] == names[second] else different).append(alike)
    if not same or not different:
        return math.nan
    return equal_error_rate(same, different)


def _windows(turns: Turns) -> list[tuple[float, str]]:
    """Starts of windows of 1.5 s, apart from each other, inside the turns of one person while nobody else speaks."""
    found = []
    for start_s, end_s, name in turns:
        others = [(other_start, other_end) for other_start, other_end, other in turns if other != name]
        for number in range(int((end_s - start_s) / _EER_WINDOW_S)):
            at_s = start_s + number * _EER_WINDOW_S
            if not overlap_length([(at_s, at_s + _EER_WINDOW_S)], others):
                found.append((at_s, name))
    return found


def telephone(samples: NDArray[np.float32], draw: np.random.Generator) -> NDArray[np.float32]:
    """8 kHz, 300 to 3400 Hz, noise at -45 dB, mu-law with 8 bits, and back to 16 kHz."""
    import numpy as np
    import soxr

    narrow = soxr.resample(samples, 16_000, 8_000)
    spectrum, hz = np.fft.rfft(narrow), np.fft.rfftfreq(len(narrow), 1 / 8_000)
    spectrum[(hz < 300) | (hz > 3_400)] = 0
    narrow = np.fft.irfft(spectrum, len(narrow))
    narrow = 0.5 * narrow / max(1e-6, np.abs(narrow).max()) + draw.normal(0, 0.5 * 10 ** (-45 / 20), len(narrow))
    coded = np.round(127 * np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256)) / 127
    heard = np.sign(coded) * np.expm1(np.abs(coded) * np.log(256)) / 255
    resampled: NDArray[np.float32] = soxr.resample(heard.astype(np.float32), 8_000, 16_000)
    return resampled
