"""Which voice speaks when inside one recording: its windows grouped into voices, then laid out over time.

How the constants were chosen: ``_counting`` and docs/detectors.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from privacy_audit.scanners._counting import Counted, count_voices
from privacy_audit.scanners._listening import FRAME_S, hysteresis, runs, speech_frames
from privacy_audit.scanners._windows import Windows, windows_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from privacy_audit.scanners._listening import Heard

__all__ = ["Turn", "Voices", "as_voices", "laid_out", "voices_of"]

_OVERLAP_ON, _OVERLAP_OFF = 0.50, 0.40
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
    return laid_out(windows_of(read, speech_frames(heard)), heard)


def laid_out(windows: Windows, heard: Heard, count: Callable[[Windows, Heard], Counted] = count_voices) -> Voices:
    """The turns of what ``count`` makes of the windows."""
    import numpy as np

    spoken = speech_frames(heard)
    centres = windows.centres
    if not len(centres):
        return Voices((), 0, 0, None, 0.0, float(spoken.sum() * FRAME_S))
    if not spoken.all() and (heard.speech[~spoken] == 0).mean() > _SILENT:
        spoken = speech_frames(heard, _QUIET_ON, _QUIET_OFF)
    counted = count(windows, heard)
    path, centroids = counted.path, counted.centroids
    likeness = windows.vectors @ centroids.T
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
    n_heard = len({turn.voice for turn in turns})
    fit = likeness[np.arange(len(path)), path]
    at_s = float(centres[int(fit.argmin())]) * FRAME_S
    doubtful = min(turns, key=lambda turn: max(turn.start_s - at_s, at_s - turn.end_s, 0.0), default=None)
    overlap_s, speech_s = float(both.sum() * FRAME_S), float(spoken.sum() * FRAME_S)
    return Voices(tuple(turns), min(counted.fewest, n_heard), counted.most, doubtful, overlap_s, speech_s, centroids)


def _second(likeness: NDArray[np.float32], path: NDArray[np.int_]) -> NDArray[np.int_]:
    """Per window the voice, other than its own, that is most alike over the windows around it."""
    import numpy as np

    around = np.ones(_SMOOTHED) / _SMOOTHED
    smooth = _others(likeness, path)
    for column in smooth.T:  # in place: of an hour with many voices each further copy takes megabytes
        column[:] = np.convolve(column, around, "same")[: len(path)]
    smooth[np.arange(len(path)), path] = -np.inf
    second: NDArray[np.int_] = smooth.argmax(axis=1)
    return second


def _others(likeness: NDArray[np.float32], path: NDArray[np.int_]) -> NDArray[np.float32]:
    """The likeness with each window's own voice put down to that voice's least, so that it does not count around it."""
    import numpy as np

    others = likeness.copy()
    others[np.arange(len(path)), path] = likeness.min(axis=0)[path]
    return others
