"""The finders of faces that a leaderboard compares: ours with each choice of passes, the plain network, deface."""

from __future__ import annotations

from typing import Any, get_args

from privacy_audit.measuring.faces import Candidate, Finder
from privacy_audit.models.centerface import one_pass
from privacy_audit.models.face_fusion import distinct
from privacy_audit.models.face_search import Passes
from privacy_audit.scanners.image_faces import ImageFaces
from privacy_audit.types import BoundingBox, Confidence, ImageRecord

__all__ = ["OUR_PASSES", "deface_finder", "our_finder", "plain_finder"]

OUR_PASSES: tuple[Passes, ...] = get_args(Passes)
_OUR_MARGIN = 0.25  # image_solid's
_PLAIN_SCORE = 0.5  # the authors' own threshold for pictures
_DEFACE_SCORE = 0.2  # deface 1.5.0, --thresh
_DEFACE_MARGIN = 0.15  # it hides 1.3 times a box's size (--mask-scale)


def our_finder(passes: Passes, min_score: float | None = None) -> Finder:
    """The scanner ``image_faces`` with everything that it reports."""
    scanner = ImageFaces(passes=passes, min_score=min_score)

    def find(pixels: Any) -> list[Candidate]:
        found = []
        for detection in scanner.scan(ImageRecord("picture", pixels)):
            place = detection.location
            assert isinstance(place, BoundingBox)  # noqa: S101 - what the scanner gives
            box = (float(place.x_min), float(place.y_min), float(place.x_max), float(place.y_max))
            found.append((box, detection.score, detection.confidence))
        return found

    return Finder(f"image_faces, {passes}", find, _OUR_MARGIN)


def plain_finder() -> Finder:
    """CenterFace at the picture's size, once, from .5."""
    return Finder(
        "CenterFace, one pass", lambda pixels: _candidates(distinct(one_pass(pixels, 1.0, _PLAIN_SCORE))), _OUR_MARGIN
    )


def deface_finder() -> Finder | None:
    """Deface as it ships; None where it is not installed."""
    try:
        from deface.centerface import CenterFace  # type: ignore[import-not-found]  # a peer, never a dependency
    except ImportError:
        return None
    network = CenterFace()  # its own choice: OpenCV, or onnxruntime where the package onnx is installed too

    def find(pixels: Any) -> list[Candidate]:
        boxes, _ = network(pixels, threshold=_DEFACE_SCORE)
        return _candidates(boxes)

    return Finder(f"deface ({network.backend})", find, _DEFACE_MARGIN)


def _candidates(rows: Any) -> list[Candidate]:
    return [
        ((float(row[0]), float(row[1]), float(row[2]), float(row[3])), float(row[4]), Confidence.LOW) for row in rows
    ]
