"""What a finder of faces makes of pictures with known faces: recall by height, precision, false boxes, time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from privacy_audit.measuring.pictures import Condition, KnownPicture, made_harder
from privacy_audit.measuring.scoring import Box, Wilson, covered_share, iou, matched
from privacy_audit.types import Confidence

__all__ = ["HEIGHTS_PX", "Candidate", "Finder", "Found", "Searched", "Tally", "by_height", "height_name", "searched"]

HEIGHTS_PX = (8, 12, 20, 40, 80)
"""Where the classes of height begin; the last has no upper end."""
_LARGE_FACE_PX = 40
_COVERED = 0.8  # of a face, for it to count as hidden

Candidate = tuple[Box, float, Confidence]


@dataclass(frozen=True, slots=True)
class Finder:
    """A name for the table, the function from RGB pixels to boxes with score and confidence, and the margin that it
    hides around a box, as a part of the box's size on each side.
    """

    name: str
    find: Callable[[Any], Sequence[Candidate]]
    margin: float


@dataclass(frozen=True, slots=True)
class Found:
    """One box. ``truth``: place of the face that it matches, None for a false one."""

    box: Box
    score: float
    confidence: Confidence
    truth: int | None


@dataclass(frozen=True, slots=True)
class Searched:
    """One picture and what was found in it. ``heights_px``: of each face as it stands in the picture before turning."""

    name: str
    faces: tuple[Box, ...]
    heights_px: tuple[float, ...]
    found: tuple[Found, ...]
    cpu_s: float
    wall_s: float
    megapixels: float


@dataclass(frozen=True, slots=True)
class Tally:
    """What one selection of boxes comes to over all pictures. A face is covered by a box with its margin."""

    recall: Wilson
    precision: Wilson
    covered: Wilson
    large_covered: Wilson
    false_per_picture: float

    @classmethod
    def of(cls, pictures: Sequence[Searched], keep: Callable[[Found], bool], margin: float) -> Tally:
        """``margin``: part of a box's size that is hidden around it on each side."""
        n_boxes = n_right = 0
        covered: list[tuple[bool, bool]] = []
        for picture in pictures:
            found = [item for item in picture.found if keep(item)]
            n_boxes += len(found)
            n_right += sum(item.truth is not None for item in found)
            for face, height_px in zip(picture.faces, picture.heights_px, strict=True):
                hidden = any(covered_share(face, item.box, margin) >= _COVERED for item in found)
                covered.append((hidden, height_px >= _LARGE_FACE_PX))
        n_large = sum(large for _, large in covered)
        return cls(
            Wilson(n_right, len(covered)),
            Wilson(n_right, n_boxes),
            Wilson(sum(hidden for hidden, _ in covered), len(covered)),
            Wilson(sum(hidden and large for hidden, large in covered), n_large),
            (n_boxes - n_right) / max(1, len(pictures)),
        )


def searched(finder: Finder, picture: KnownPicture, pixels: Any, condition: Condition) -> Searched:
    """One picture under one condition, searched and compared with its truth.

    A box on an ignored face counts neither way; a face may be matched once, by the surest box (IoU of .5 or more).
    """
    n_faces = len(picture.faces)
    pixels, boxes = made_harder(pixels, (*picture.faces, *picture.ignored), condition)
    faces, ignored = tuple(boxes[:n_faces]), boxes[n_faces:]
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    candidates = sorted(finder.find(pixels), key=lambda candidate: -candidate[1])
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    pairs = matched(faces, [box for box, _, _ in candidates])
    found = tuple(
        Found(box, score, confidence, pairs.get(place))
        for place, (box, score, confidence) in enumerate(candidates)
        if place in pairs or not _on_ignored(box, ignored)
    )
    heights_px = tuple(box[3] - box[1] for box in picture.faces)
    megapixels = pixels.shape[0] * pixels.shape[1] / 1e6
    return Searched(picture.path.name, faces, heights_px, found, cpu_s, wall_s, megapixels)


def by_height(pictures: Sequence[Searched], keep: Callable[[Found], bool]) -> Iterator[Wilson]:
    """Recall of each class of ``HEIGHTS_PX``."""
    hits = [{item.truth for item in picture.found if keep(item)} for picture in pictures]
    for low, high in zip(HEIGHTS_PX, (*HEIGHTS_PX[1:], float("inf")), strict=True):
        inside = [
            index in hit
            for picture, hit in zip(pictures, hits, strict=True)
            for index, height_px in enumerate(picture.heights_px)
            if low <= height_px < high
        ]
        yield Wilson(sum(inside), len(inside))


def height_name(place: int) -> str:
    """``12-20 px``."""
    low, *rest = HEIGHTS_PX[place:]
    return f"{low}-{rest[0]} px" if rest else f">= {low} px"


def _on_ignored(box: Box, ignored: Sequence[Box]) -> bool:
    return any(iou(box, other) >= 0.5 or covered_share(box, other) >= 0.5 for other in ignored)
