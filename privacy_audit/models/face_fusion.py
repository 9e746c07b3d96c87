"""One face found by several passes becomes one box: their mean place, and a score that they vote on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["distinct", "fused"]

_SAME_FACE = 0.4  # of the union, between passes
_OVERLAP = 0.3  # of the union: boxes that overlap more are one face (the authors' code)


def distinct(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """The surest box of each face, the surest first (greedy non-maximum suppression).

    ``boxes``: (n, 5), x_min, y_min, x_max, y_max, score.
    """
    import numpy as np

    boxes = boxes[np.argsort(-boxes[:, 4], kind="stable")]
    alive = np.ones(len(boxes), dtype=bool)
    kept = []
    for index in range(len(boxes)):
        if alive[index]:
            kept.append(index)
            alive &= _overlap(boxes[index], boxes) <= _OVERLAP
    return boxes[kept]


def fused(scales: Sequence[Sequence[NDArray[np.float32]]]) -> NDArray[np.float32]:
    """The faces of several passes, the surest first: per scale, the boxes of each view (as it is, mirrored) at it.

    The score is the mean over the views of one scale, 0 for a view that did not find the face, and the largest of these
    over the scales. The box is the mean of all, weighed by the square of their scores.
    """
    import numpy as np

    views = [(scale, distinct(boxes)) for scale, group in enumerate(scales) for boxes in group]
    boxes = np.concatenate([found for _, found in views])
    origin = np.repeat(np.arange(len(views)), [len(found) for _, found in views])
    scale_of_view = np.array([scale for scale, _ in views])
    order = np.argsort(-boxes[:, 4], kind="stable")
    boxes, origin = boxes[order], origin[order]
    alive = np.ones(len(boxes), dtype=bool)
    merged = []
    for index in range(len(boxes)):
        if not alive[index]:
            continue
        same = alive & (_overlap(boxes[index], boxes) > _SAME_FACE)
        same[index] = True
        alive &= ~same
        votes = np.zeros(len(views))
        np.maximum.at(votes, origin[same], boxes[same, 4])
        score = max(votes[scale_of_view == scale].mean() for scale in range(len(scales)))
        box = np.average(boxes[same, :4], axis=0, weights=boxes[same, 4].astype(np.float64) ** 2)
        merged.append([*box, score])
    return distinct(np.array(merged, np.float32).reshape(-1, 5))


def _overlap(box: NDArray[np.float32], boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Common area over the area of both together."""
    import numpy as np

    common = np.maximum(np.minimum(box[2:4], boxes[:, 2:4]) - np.maximum(box[:2], boxes[:, :2]), 0).prod(axis=1)
    areas = (boxes[:, 2:4] - boxes[:, :2]).prod(axis=1)
    overlap: NDArray[np.float32] = common / ((box[2:4] - box[:2]).prod() + areas - common)
    return overlap
