"""Pictures with known faces, and what a finder of faces makes of them: shared by the tables of ``bench.faces``."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacy_audit.measuring.scoring import Box, Wilson, covered_share, iou, matched
from privacy_audit.sources.image_file import read_image
from privacy_audit.types import Confidence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["COVERED", "LARGE_FACE_PX", "MIN_HEIGHT_PX", "Candidate", "Finder", "Found", "Picture", "Tally", "found_in"]

MIN_HEIGHT_PX = 8
LARGE_FACE_PX = 40
COVERED = 0.8  # of a face, for it to count as hidden

Candidate = tuple[Box, float, Confidence]
Finder = Callable[[Any], Sequence[Candidate]]
"""From pixels to boxes with score and confidence."""


@dataclass(frozen=True, slots=True)
class Found:
    """One box. ``truth``: place of the face it matches, None for a false one."""

    box: Box
    score: float
    confidence: Confidence
    truth: int | None


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of the truth and what was found in it."""

    name: str
    faces: list[Box]
    heights_px: list[float]
    """Of each face, upright: a face does not change its size when it is turned."""
    found: list[Found]
    cpu_s: float
    megapixels: float


@dataclass(frozen=True, slots=True)
class Tally:
    """What one selection of boxes comes to over all pictures."""

    recall: Wilson
    precision: Wilson
    covered: Wilson
    large_covered: Wilson
    false_per_picture: float

    @classmethod
    def of(cls, pictures: Sequence[Picture], keep: Callable[[Found], bool], margin: float) -> Tally:
        """``margin``: part of a box's size that is hidden around it on each side."""
        n_faces = n_large = n_boxes = n_right = n_covered = n_large_covered = 0
        for picture in pictures:
            found = [item for item in picture.found if keep(item)]
            n_boxes += len(found)
            n_right += sum(item.truth is not None for item in found)
            for face, height_px in zip(picture.faces, picture.heights_px, strict=True):
                covered = any(covered_share(face, item.box, margin) >= COVERED for item in found)
                large = height_px >= LARGE_FACE_PX
                n_faces, n_large = n_faces + 1, n_large + large
                n_covered, n_large_covered = n_covered + covered, n_large_covered + (covered and large)
        false = (n_boxes - n_right) / max(1, len(pictures))
        return cls(
            Wilson(n_right, n_faces),
            Wilson(n_right, n_boxes),
            Wilson(n_covered, n_faces),
            Wilson(n_large_covered, n_large),
            false,
        )


def found_in(finder: Finder, folder: Path, entry: dict[str, Any], quarters: int = 0, light: float = 1.0) -> Picture:
    """One picture, turned by quarters to the left and darkened first, searched and compared with its truth."""
    pixels = _darkened(_turned(read_image(folder / entry["file"], entry["file"]).pixels, quarters), light)
    counted: list[Box] = []
    heights_px: list[float] = []
    ignored: list[Box] = []
    for face in entry["faces"]:
        box = _turned_box(face["box"], entry["width"], entry["height"], quarters)
        height_px = face["box"][3] - face["box"][1]
        if face["ignore"] or height_px < MIN_HEIGHT_PX:
            ignored.append(box)
        else:
            counted.append(box)
            heights_px.append(height_px)
    start = time.process_time()
    candidates = sorted(finder(pixels), key=lambda candidate: -candidate[1])
    cpu_s = time.process_time() - start
    pairs = matched(counted, [box for box, _, _ in candidates])
    found = [
        Found(box, score, confidence, pairs.get(place))
        for place, (box, score, confidence) in enumerate(candidates)
        if place in pairs or not _on_ignored(box, ignored)
    ]
    return Picture(entry["file"], counted, heights_px, found, cpu_s, pixels.shape[0] * pixels.shape[1] / 1e6)


def _turned(pixels: NDArray[np.uint8], quarters: int) -> NDArray[np.uint8]:
    import numpy as np

    return np.ascontiguousarray(np.rot90(pixels, quarters))


def _darkened(pixels: NDArray[np.uint8], light: float) -> NDArray[np.uint8]:
    """That part of the light, and noise of 4 levels: what a camera makes of a dark room."""
    import numpy as np

    if light == 1:
        return pixels
    noise = np.random.default_rng(1).normal(0, 4, pixels.shape)
    dark: NDArray[np.uint8] = np.clip(pixels * light + noise, 0, 255).astype(np.uint8)
    return dark


def _turned_box(box: Any, width_px: int, height_px: int, quarters: int) -> Box:
    """Where a box lies after ``numpy.rot90``, which turns to the left."""
    x_min, y_min, x_max, y_max = box
    if quarters == 1:
        return y_min, width_px - x_max, y_max, width_px - x_min
    if quarters == 2:
        return width_px - x_max, height_px - y_max, width_px - x_min, height_px - y_min
    return x_min, y_min, x_max, y_max


def _on_ignored(box: Box, ignored: Sequence[Box]) -> bool:
    """Faces that the truth leaves open, or under 8 px: finding them is neither right nor wrong."""
    return any(iou(box, other) >= 0.5 or covered_share(box, other) >= 0.5 for other in ignored)
