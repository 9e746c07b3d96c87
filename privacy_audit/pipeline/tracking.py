"""Boxes of single frames joined over time, so that a face missed in some frames is covered in these too.

Pure functions of times and boxes. Looks both ways: a face seen before and after a gap is taken to be in the gap, and
for a moment before its first and after its last sighting. Joining too much costs pixels, joining too little a face.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from privacy_audit.types import BoundingBox

__all__ = ["Track", "tracks_of"]

MAX_GAP_S, MAX_GAP_FRAMES = 2.0, 5
"""A face lost for up to the longer of the two is taken for the same one."""
EDGE_S, EDGE_FRAMES = 0.4, 3
"""How long it is covered before its first and after its last sighting: the longer of the two. So many seconds lie
between two long looks (``closely_every_s`` of image_faces): what only these see may have been there since the last."""
_REACH = 0.5  # of the size, added on each side before two boxes are compared: a fast face leaves its own box
_MIN_OVERLAP = 0.1  # of the union, of boxes so widened
_GUESS_MARGIN = 0.2  # of the size, added on each side of a box that nobody saw

_Edges = tuple[float, float, float, float]
"""x_min, y_min, x_max, y_max in pixels, not yet inside the picture."""


@dataclass(slots=True)
class Track:
    """One thing over time. ``seen``: frame -> box found there; ``boxes``: these and the frames filled in."""

    seen: dict[int, BoundingBox]
    boxes: dict[int, BoundingBox] = field(default_factory=dict)


def tracks_of(
    times_s: Sequence[float], found: Mapping[int, Sequence[BoundingBox]], width_px: int, height_px: int
) -> list[Track]:
    """Tracks through frames at ``times_s`` (rising); ``found``: frame number -> boxes in it.

    Every box is in exactly one track. Tracks are filled in, and stay inside the picture.
    """
    tracks: list[Track] = []
    alive: list[Track] = []
    for frame in sorted(found):
        alive = [track for track in alive if _within_gap(times_s, max(track.seen), frame)]
        boxes = list(found[frame])
        matched = _matched(times_s, alive, boxes, frame)
        for index, box in enumerate(boxes):
            if index in matched:
                matched[index].seen[frame] = box
            else:
                alive.append(Track({frame: box}))
                tracks.append(alive[-1])
    for track in tracks:
        _fill(times_s, track, width_px, height_px)
    return tracks


def _within_gap(times_s: Sequence[float], last: int, frame: int) -> bool:
    return frame - last <= MAX_GAP_FRAMES + 1 or times_s[frame] - times_s[last] <= MAX_GAP_S


def _matched(
    times_s: Sequence[float], alive: Sequence[Track], boxes: Sequence[BoundingBox], frame: int
) -> dict[int, Track]:
    """Box number -> the track it goes on: the pairs with the largest overlaps together, where they overlap enough."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    if not alive or not boxes:
        return {}
    overlaps = np.array([[_likeness(times_s, track, box, frame) for box in boxes] for track in alive])
    pairs = zip(*linear_sum_assignment(overlaps, maximize=True), strict=True)
    return {int(box): alive[row] for row, box in pairs if overlaps[row, box] >= _MIN_OVERLAP}


def _likeness(times_s: Sequence[float], track: Track, box: BoundingBox, frame: int) -> float:
    """Overlap with where the thing was, or with where its movement has brought it, whichever is larger."""
    wanted = _widened(_edges(box), _REACH)
    last = _edges(track.seen[max(track.seen)])
    moved = _moved_on(times_s, track, frame, forward=True)
    return max(_overlap(_widened(place, _REACH), wanted) for place in (last, moved))


def _fill(times_s: Sequence[float], track: Track, width_px: int, height_px: int) -> None:
    frames = list(track.seen)
    guesses: dict[int, _Edges] = {}
    for before, after in pairwise(frames):
        start, end = _edges(track.seen[before]), _edges(track.seen[after])
        span_s = times_s[after] - times_s[before]
        for frame in range(before + 1, after):
            share = (times_s[frame] - times_s[before]) / span_s if span_s else 0.5
            guesses[frame] = _between(start, end, share)
    first, last = frames[0], frames[-1]
    earliest = min(max(0, first - EDGE_FRAMES), bisect_right(times_s, times_s[first] - EDGE_S))
    for frame in range(earliest, first):
        guesses[frame] = _hull(_edges(track.seen[first]), _moved_on(times_s, track, frame, forward=False))
    latest = max(min(len(times_s) - 1, last + EDGE_FRAMES), bisect_left(times_s, times_s[last] + EDGE_S) - 1)
    for frame in range(last + 1, latest + 1):
        guesses[frame] = _hull(_edges(track.seen[last]), _moved_on(times_s, track, frame, forward=True))
    track.boxes = dict(track.seen)
    for frame, guess in guesses.items():
        track.boxes[frame] = _inside(_widened(guess, _GUESS_MARGIN), width_px, height_px)


def _moved_on(times_s: Sequence[float], track: Track, frame: int, *, forward: bool) -> _Edges:
    """The last box (or the first) carried on to ``frame`` by the movement between it and its neighbour."""
    frames = list(track.seen)
    near, far = (frames[-1], frames[-2:][0]) if forward else (frames[0], frames[:2][-1])
    span_s = times_s[near] - times_s[far]
    if not span_s:
        return _edges(track.seen[near])
    return _between(_edges(track.seen[far]), _edges(track.seen[near]), (times_s[frame] - times_s[far]) / span_s)


def _between(start: _Edges, end: _Edges, share: float) -> _Edges:
    """On the way from ``start`` (0) to ``end`` (1), and beyond; a box that would turn inside out becomes a point."""
    x_min, y_min, x_max, y_max = (a + (b - a) * share for a, b in zip(start, end, strict=True))
    return min(x_min, x_max), min(y_min, y_max), max(x_min, x_max), max(y_min, y_max)


def _edges(box: BoundingBox) -> _Edges:
    return float(box.x_min), float(box.y_min), float(box.x_max), float(box.y_max)


def _hull(one: _Edges, other: _Edges) -> _Edges:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _widened(edges: _Edges, margin: float) -> _Edges:
    wide, high = (edges[2] - edges[0]) * margin, (edges[3] - edges[1]) * margin
    return edges[0] - wide, edges[1] - high, edges[2] + wide, edges[3] + high


def _overlap(one: _Edges, other: _Edges) -> float:
    """Intersection over union."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    areas = [(edges[2] - edges[0]) * (edges[3] - edges[1]) for edges in (one, other)]
    return wide * high / (sum(areas) - wide * high)


def _inside(edges: _Edges, width_px: int, height_px: int) -> BoundingBox:
    x_min, x_max = (min(max(round(edge), 0), width_px) for edge in (edges[0], edges[2]))
    y_min, y_max = (min(max(round(edge), 0), height_px) for edge in (edges[1], edges[3]))
    return BoundingBox(x_min, y_min, x_max, y_max)
