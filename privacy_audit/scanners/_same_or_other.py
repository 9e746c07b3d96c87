"""Which windows of a recording are one voice, and which are two, by the segmentation model: it hears ten seconds at a
time, whatever the line, and two of its voices in the same ten seconds are two people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Pairs", "pairs_of", "surely_heard"]

_ALONE = 0.85  # share of a window's spoken frames in which its voice speaks; any other at most 1 - this
_LEAST_FRAMES = 34  # spoken, of the 150 of a window
_EDGE = 25  # frames: windows centred closer to the end of the ten seconds are left out
_LEAST_PAIRS = 40
"""Fewer pairs of two voices say nothing. Chosen, with the shares above, as the constants of ``_voices``; 20 to 400 give
the same."""

_SURE_FRAMES = 150
"""Alone, of a voice inside ten seconds, for it to count as one more. From 100 on the number was above the true one in
2 of 131 conversations that may be tuned on, from 150 in 1, and never in the even AMI excerpts."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Index pairs of windows that share no frame, int (n, 2): of one voice, and of two."""

    same: NDArray[np.intp]
    other: NDArray[np.intp]

    def telling(self) -> bool:
        """Whether enough pairs are of two voices."""
        return len(self.other) >= _LEAST_PAIRS

    def agreement(self, path: NDArray[np.int_]) -> float:
        """Share of the pairs of two voices that ``path`` keeps apart, less that of the pairs of one voice that it
        parts: 1 where all are as told, 0 for one voice only or by chance. ``path``: the voice of each window.
        """
        apart, parted = (
            float((path[which[:, 0]] != path[which[:, 1]]).mean()) if len(which) else 0.0
            for which in (self.other, self.same)
        )
        return apart - parted


def surely_heard(chunks: Sequence[tuple[int, NDArray[np.bool_]]]) -> int:
    """The most voices that speak in one ten seconds, each alone for 1.5 s at least: so many people there are."""
    return max(
        (int((active[active.sum(axis=1) == 1].sum(axis=0) >= _SURE_FRAMES).sum()) for _, active in chunks), default=0
    )


def pairs_of(chunks: Sequence[tuple[int, NDArray[np.bool_]]], centres: NDArray[np.int_], window_frames: int) -> Pairs:
    """The pairs inside each of ``chunks``: its first frame, and who of its three voices speaks, bool (frames, 3).

    ``centres``: of the windows, in frames, ascending.
    """
    import numpy as np

    same, other = [np.zeros((0, 2), np.intp)], [np.zeros((0, 2), np.intp)]
    half = window_frames // 2
    for first, active in chunks:
        n_frames = len(active)
        within = np.flatnonzero((centres >= first + _EDGE) & (centres < first + n_frames - _EDGE))
        # the last column is anybody
        until = np.pad(np.cumsum(np.column_stack([active, active.any(axis=1)]), axis=0), ((1, 0), (0, 0)))
        start, stop = (np.clip(centres[within] - first + shift, 0, n_frames) for shift in (-half, half))
        frames: NDArray[np.int_] = until[stop] - until[start]
        spoken, ordered = frames[:, -1], np.sort(frames[:, :-1], axis=1)
        alone = (spoken > _LEAST_FRAMES) & (ordered[:, -1] >= _ALONE * spoken)
        alone &= ordered[:, -2] <= (1 - _ALONE) * spoken
        windows, voice = within[alone], frames[alone, :-1].argmax(axis=1)
        earlier, later = np.nonzero(centres[windows][None] - centres[windows][:, None] >= window_frames)
        found = np.column_stack([windows[earlier], windows[later]])
        one = voice[earlier] == voice[later]
        same.append(found[one])
        other.append(found[~one])
    return Pairs(np.concatenate(same), np.concatenate(other))
