"""Which voice speaks when inside one recording: vectors of short windows, grouped, then smoothed over time.

Every constant was chosen on conversations composed of librispeech_train_clean_100, plain and over a simulated line, and
the even-numbered AMI excerpts; what else was tried, with figures: docs/detectors.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from privacy_audit.models import WEIGHTS_DIR, campplus
from privacy_audit.scanners._grouping import links_of, path_of, unit
from privacy_audit.scanners._listening import FRAME_S, RATE_HZ, hysteresis, runs, speech_frames
from privacy_audit.scanners._same_or_other import Pairs, pairs_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from privacy_audit.scanners._listening import Heard

__all__ = ["Turn", "Voices", "as_voices", "mean_voice", "raw_vectors", "voices_of"]

_SAME_VOICE = 0.25
"""Average cosine similarity above which two groups of windows are one voice, the mean of its line taken off."""
_SURELY_OTHER, _PERHAPS_OTHER = -0.05, 0.07
"""Added to it, to ask strictly and loosely: the ends of the range of the number of voices."""
_HIGHER, _STEP = 0.60, 0.02
_MORE_AGREEMENT, _PER_SIMILARITY = 0.40, 0.5
"""A similarity up to ``_HIGHER`` takes the place of ``_SAME_VOICE`` where its voices agree with the segmentation model
by so much more, ``_PER_SIMILARITY`` times the difference taken off."""
_WINDOW, _HOP = 150, 25  # frames of 10 ms
_CHUNK = 1_000
_LEAST, _LEAST_OF_RANGE = 4, 3  # windows of a voice, of one for the range
_OVERLAP_ON, _OVERLAP_OFF = 0.50, 0.40
_MIDDLE, _UPPER = slice(15, 52), slice(64, 78)  # bands of 340 Hz to 2.9 kHz, and of 4.5 to 7.6 kHz
_NARROW = 6.5  # nats by which the upper bands of a telephone line lie below; midway between recordings of both
_QUIET_ON, _QUIET_OFF, _SILENT = 0.2, 0.1, 0.5
"""Where somebody speaks, in a recording of whose pauses more than ``_SILENT`` are too low for speech: little else is
heard there. Noise in the pauses of telephone lines and rooms is taken for speech at these."""
_SMOOTHED = 9  # windows over which the second voice of an overlap is looked for


@dataclass(frozen=True, slots=True)
class Turn:
    """``voice`` speaks from ``start_s`` to ``end_s``."""

    start_s: float
    end_s: float
    voice: int


@dataclass(frozen=True, slots=True)
class Voices:
    """Who speaks when: the turns of the likeliest number of voices, and the range that number lies in.

    ``doubtful``: the turn that fits its own voice worst, where one more voice would be. ``overlap_s``: seconds in which
    two speak at once. ``centroids``: the vector of each voice, float32 (voices, 192), None from another engine.
    """

    turns: tuple[Turn, ...]
    fewest: int
    most: int
    doubtful: Turn | None
    overlap_s: float
    speech_s: float
    centroids: NDArray[np.float32] | None = field(default=None, repr=False, compare=False)

    @property
    def seconds(self) -> dict[int, float]:
        """Voice -> seconds it speaks, the one that speaks most first."""
        total: dict[int, float] = {}
        for turn in self.turns:
            total[turn.voice] = total.get(turn.voice, 0.0) + turn.end_s - turn.start_s
        return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))

    @property
    def n_voices(self) -> int:
        """How many there are; they count from 0."""
        return 1 + max((turn.voice for turn in self.turns), default=-1)

    def annotation(self) -> Any:
        """The turns as a pyannote.core Annotation, for its metrics and tools. Raises ImportError without it."""
        from pyannote.core import Annotation, Segment

        made = Annotation()
        for track, turn in enumerate(self.turns):
            made[Segment(turn.start_s, turn.end_s), track] = f"voice {turn.voice + 1}"
        return made


def as_voices(turns: Sequence[tuple[float, float, str]]) -> Voices:
    """What another engine told, (start, end, name) in seconds: its number of voices is both ends of the range."""
    names = {name: number for number, name in enumerate(dict.fromkeys(name for *_, name in turns))}
    found = tuple(Turn(start, end, names[name]) for start, end, name in sorted(turns) if end > start)
    speech_s = sum(end - start for start, end in _union([(turn.start_s, turn.end_s) for turn in found]))
    overlap_s = sum(turn.end_s - turn.start_s for turn in found) - speech_s
    return Voices(found, len(names), len(names), None, overlap_s, speech_s)


def _union(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged


def voices_of(read: Callable[[int, int], NDArray[np.float32]], heard: Heard) -> Voices:
    """The voices of one channel. ``read(start, stop)`` gives float32 samples at 16 kHz; ten seconds are held."""
    import numpy as np

    spoken = speech_frames(heard)
    vectors, centres, below = raw_vectors(read, spoken)
    if not len(vectors):
        return Voices((), 0, 0, None, 0.0, float(spoken.sum() * FRAME_S))
    if not spoken.all() and (heard.speech[~spoken] == 0).mean() > _SILENT:
        spoken = speech_frames(heard, _QUIET_ON, _QUIET_OFF)
    speech_s = float(spoken.sum() * FRAME_S)
    vectors = unit(vectors - mean_voice("narrow" if below > _NARROW else "wide"))
    links = links_of(vectors)
    same_voice = _similarity(vectors, links, pairs_of(heard.chunks, centres, _WINDOW))
    path, centroids = path_of(vectors, links, same_voice, _LEAST)
    fewest, loosely = (
        len(path_of(vectors, links, same_voice + shift, _LEAST_OF_RANGE)[1])
        for shift in (_SURELY_OTHER, _PERHAPS_OTHER)
    )
    likeness = vectors @ centroids.T
    nearest = np.clip(np.searchsorted((centres[1:] + centres[:-1]) / 2, np.arange(len(spoken))), 0, len(centres) - 1)
    active = np.zeros((len(spoken), len(centroids)), bool)
    active[np.flatnonzero(spoken), path[nearest][spoken]] = True
    both = np.zeros(len(spoken), bool)
    if len(centroids) > 1:
        both = hysteresis(heard.overlap, _OVERLAP_ON, _OVERLAP_OFF) & spoken
        active[np.flatnonzero(both), _second(likeness, path)[nearest][both]] = True
    turns = [
        Turn(start * FRAME_S, end * FRAME_S, voice)
        for voice in range(active.shape[1])
        for start, end in runs(active[:, voice])
    ]
    turns.sort(key=lambda turn: (turn.start_s, turn.voice))
    count = len({turn.voice for turn in turns})
    # somebody who speaks little is taken for another: with two voices or more there may be one more
    most = max(count, loosely + 1 if loosely > 1 else loosely)
    fit = likeness[np.arange(len(path)), path]
    at_s = float(centres[int(fit.argmin())]) * FRAME_S
    doubtful = min(turns, key=lambda turn: max(turn.start_s - at_s, at_s - turn.end_s, 0.0), default=None)
    return Voices(tuple(turns), min(fewest, count), most, doubtful, float(both.sum() * FRAME_S), speech_s, centroids)


def raw_vectors(
    read: Callable[[int, int], NDArray[np.float32]], spoken: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.int_], float]:
    """Unit vectors, float32 (windows, 192), of windows of 1.5 s every .25 s in which somebody speaks, their centres in
    frames, and by how much the bands above 4.5 kHz lie below the others, in nats of energy, where somebody speaks.

    The network runs once over ten seconds; a window takes the mean of its spoken frames.
    """
    import numpy as np

    n_frames = len(spoken)
    starts = [start for start in range(0, n_frames, _HOP) if spoken[start : start + _HOP].any()]
    centres = np.array([start + _HOP // 2 for start in starts], int)
    below = n_below = 0.0
    vectors = np.zeros((len(starts), campplus.VECTOR_SIZE), np.float32)
    for chunk in range(0, n_frames, _CHUNK):
        own = np.flatnonzero((centres >= chunk) & (centres < chunk + _CHUNK))
        if not len(own):
            continue
        first = max(0, min(chunk, n_frames - _CHUNK))  # the last ten seconds are whole
        mel = campplus.log_mel(read(first * RATE_HZ // 100, min(first + _CHUNK, n_frames) * RATE_HZ // 100))
        if len(mel) < _HOP:
            continue
        half = (len(mel) + 1) // 2
        here = spoken[first : first + 2 * half : 2][:half]
        here = np.pad(here, (0, half - len(here)))
        loud = mel[::2][:half][here[: len(mel[::2])]]
        below += float((loud[:, _MIDDLE].mean(axis=1) - loud[:, _UPPER].mean(axis=1)).sum())
        n_below += len(loud)
        weights = np.zeros((len(own), half), np.float32)
        for row, window in enumerate(own):
            start = max(0, (centres[window] - _WINDOW // 2 - first) // 2)
            stop = min(half, (centres[window] + _WINDOW // 2 - first) // 2)
            weights[row, start:stop] = here[start:stop] if here[start:stop].any() else 1
        sums = weights.sum(axis=1, keepdims=True)
        vectors[own] = campplus.embed_stretches(mel, weights / np.maximum(sums, 1))
    known = np.linalg.norm(vectors, axis=1) > 0
    return vectors[known], centres[known], below / max(n_below, 1.0)


@cache
def mean_voice(line: str) -> NDArray[np.float32]:
    """The mean vector of open speech, float32 (192,), ``wide`` or over a telephone line (``narrow``): its card is
    ``weights/voice_means.md``.
    """
    import numpy as np

    with np.load(WEIGHTS_DIR / "voice_means.npz") as means:
        mean: NDArray[np.float32] = means[line]
        return mean


def _similarity(vectors: NDArray[np.float32], links: tuple[Any, int], pairs: Pairs) -> float:
    """The average similarity from which groups are one voice in this recording: on some lines all voices are alike, and
    the segmentation model still tells that two speak.
    """
    import numpy as np

    if not pairs.telling():
        return _SAME_VOICE
    usual = pairs.agreement(path_of(vectors, links, _SAME_VOICE, _LEAST)[0])
    if usual > 1 - _MORE_AGREEMENT:
        return _SAME_VOICE  # none can agree by so much more
    chosen, most = _SAME_VOICE, usual + _MORE_AGREEMENT
    for similarity in np.arange(_SAME_VOICE + _STEP, _HIGHER, _STEP).tolist():
        agreement = pairs.agreement(path_of(vectors, links, similarity, _LEAST)[0])
        agreement -= _PER_SIMILARITY * (similarity - _SAME_VOICE)
        if agreement > most:
            chosen, most = similarity, agreement
    return chosen


def _second(likeness: NDArray[np.float32], path: NDArray[np.int_]) -> NDArray[np.int_]:
    """Per window the voice, other than its own, that is most alike over the windows around it."""
    import numpy as np

    around = np.ones(_SMOOTHED) / _SMOOTHED
    smooth = np.stack(
        [np.convolve(column, around, "same")[: len(path)] for column in _others(likeness, path).T], axis=1
    )
    smooth[np.arange(len(path)), path] = -np.inf
    second: NDArray[np.int_] = smooth.argmax(axis=1)
    return second


def _others(likeness: NDArray[np.float32], path: NDArray[np.int_]) -> NDArray[np.float32]:
    """The likeness with each window's own voice put down to that voice's least, so that it does not count around it."""
    import numpy as np

    others = likeness.copy()
    others[np.arange(len(path)), path] = likeness.min(axis=0)[path]
    return others
