"""Text in pictures, read line by line by RapidOCR with the models that lie in its package.

PP-OCRv6 small (detection and recognition) and the classifier of upside-down lines of PP-OCR 2.0, all Apache-2.0. They
are given by path: by name, RapidOCR would download what it does not find.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacy_audit.errors import MissingDependencyError
from privacy_audit.models._text_boxes import Corners, find_boxes
from privacy_audit.types import BoundingBox

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Line", "read_lines"]

_MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
}
_MIN_SCORE = 0.5  # RapidOCR's own
_SURE_SCORE = 0.9
"""A line read worse is read upside down too: the classifier overlooks one long line in three (docs/detectors.md)."""
_STANDING = 1.5  # higher than wide by this much: the line runs up or down
_EDGE = 0.2  # of the height of a line: added beside the first and the last character of a box
_LOCK = threading.Lock()  # the engine keeps the settings of a call in itself


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text. ``corners``: in pixels of the picture, from the first character's upper left, clockwise.

    ``edges``: where each character begins, and the last one ends, as shares of the line's length. ``score`` is the mean
    probability of its characters.
    """

    text: str = field(repr=False)
    score: float
    corners: Corners
    edges: tuple[float, ...] = field(repr=False)

    @property
    def height_px(self) -> float:
        """Of the line as it is read, whichever way it runs."""
        (x0, y0), _, _, (x3, y3) = self.corners
        return float(((x3 - x0) ** 2 + (y3 - y0) ** 2) ** 0.5)

    def box(self, start: int, end: int, size_px: tuple[int, int]) -> BoundingBox:
        """The upright box around ``text[start:end]``; ``size_px`` is the width and height of the picture."""
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = self.corners
        length_px = max(1.0, ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5)
        beside = _EDGE * self.height_px / length_px
        places = [max(0.0, self.edges[start] - beside), min(1.0, self.edges[end] + beside)]
        xs = [x for t in places for x in (x0 + (x1 - x0) * t, x3 + (x2 - x3) * t)]
        ys = [y for t in places for y in (y0 + (y1 - y0) * t, y3 + (y2 - y3) * t)]
        x_min, x_max = _whole_pixels(xs, size_px[0])
        y_min, y_max = _whole_pixels(ys, size_px[1])
        return BoundingBox(x_min, y_min, x_max, y_max)


def _whole_pixels(values: list[float], limit: int) -> tuple[int, int]:
    low = min(max(int(min(values)), 0), limit - 1)
    return low, min(max(int(-(-max(values) // 1)), low + 1), limit)


def read_lines(pixels: NDArray[np.uint8]) -> list[Line]:
    """Every line of text that was read with some certainty, whichever way it runs. Nothing is read where none is found.

    ``pixels``: uint8 (height, width, 3), RGB.

    Raises:
        MissingDependencyError: RapidOCR, or its models, are not installed.
    """
    import numpy as np

    engine = _engine()
    if not pixels.size:
        return []
    blue_first = np.ascontiguousarray(pixels[:, :, ::-1])
    with _LOCK:
        boxes = find_boxes(blue_first, lambda part: _detected(engine, part))
        lines = [_read(engine, blue_first, corners) for corners in boxes]
    return [line for line in lines if line is not None]


@cache
def _engine() -> Any:
    try:
        import rapidocr
    except ImportError:
        raise MissingDependencyError("rapidocr", "ocr") from None
    folder = Path(rapidocr.__file__).parent / "models"
    if not all((folder / name).is_file() for name in _MODELS.values()):
        raise MissingDependencyError("rapidocr 3.10 or newer with the PP-OCRv6 models in it", "ocr")
    return rapidocr.RapidOCR(
        params={
            **{f"{part}.model_path": str(folder / name) for part, name in _MODELS.items()},
            # several processes share the work better than several threads do
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Global.log_level": "critical",
            # sizes and edges are seen to by find_boxes, for pictures of every shape
            "Global.use_preprocess_img": False,
            "Global.use_vertical_padding": False,
            "Det.limit_side_len": 32,
        }
    )


def _detected(engine: Any, part: NDArray[np.uint8]) -> list[Corners]:
    found = engine(part, use_det=True, use_cls=False, use_rec=False).boxes
    points = [[(float(x), float(y)) for x, y in box] for box in (found if found is not None else ())]
    return [(box[0], box[1], box[2], box[3]) for box in points]


def _read(engine: Any, pixels: NDArray[np.uint8], corners: Corners) -> Line | None:
    """The line in one box. A standing box is read from below first, as it lies after a quarter turn to the right."""
    upper_left, upper_right, lower_right, lower_left = corners
    if _apart(upper_left, lower_left) >= _STANDING * _apart(upper_left, upper_right):
        corners = upper_right, lower_right, lower_left, upper_left
    crop = _cut_out(pixels, corners)
    label, _ = engine(crop, use_det=False, use_cls=True, use_rec=False).cls_res[0]
    first = _recognised(engine, crop, corners, "180" in label)
    if first.score >= _SURE_SCORE:
        return first
    other = _recognised(engine, crop, corners, "180" not in label)
    best = max(first, other, key=lambda line: line.score)
    return best if best.score >= _MIN_SCORE and best.text.strip() else None


def _recognised(engine: Any, crop: NDArray[np.uint8], corners: Corners, upside_down: bool) -> Line:
    import numpy as np

    if upside_down:
        crop = np.ascontiguousarray(crop[::-1, ::-1])
        corners = corners[2], corners[3], corners[0], corners[1]
    found = engine(crop, use_det=False, use_cls=False, use_rec=True, return_word_box=True)
    text, words = found.txts[0], found.word_results[0]
    columns = [column for word in words.word_cols for column in word]
    return Line(text, float(found.scores[0]), corners, _edges(text, columns, words.line_txt_len))


def _edges(text: str, columns: list[int], n_columns: float) -> tuple[float, ...]:
    """Characters meet half way between their middles; a space has no width of its own."""
    middles = [min(1.0, (column + 0.5) / n_columns) for column in columns]
    meets = [0.0, *((left + right) / 2 for left, right in pairwise(middles)), 1.0]
    edges, n_before = [], 0
    for char in text:
        edges.append(meets[min(n_before, len(meets) - 1)])
        n_before += not char.isspace()
    return (*edges, 1.0)


def _cut_out(pixels: NDArray[np.uint8], corners: Corners) -> NDArray[np.uint8]:
    """The box as a rectangle that reads from left to right."""
    import cv2
    import numpy as np

    upper_left, upper_right, lower_right, lower_left = corners
    width_px = max(1, round(max(_apart(upper_left, upper_right), _apart(lower_left, lower_right))))
    height_px = max(1, round(max(_apart(upper_left, lower_left), _apart(upper_right, lower_right))))
    target = np.array([[0, 0], [width_px, 0], [width_px, height_px], [0, height_px]], np.float32)
    turn = cv2.getPerspectiveTransform(np.array(corners, np.float32), target)
    cut: NDArray[np.uint8] = cv2.warpPerspective(
        pixels, turn, (width_px, height_px), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return cut


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)
