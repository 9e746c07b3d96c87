"""Can a covered face be matched with its original? And does another detector than ours still see one?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from privacy_audit.errors import UnreadableError
from privacy_audit.models import dlib_faces
from privacy_audit.pipeline import Toolbox
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.image_file import read_images
from privacy_audit.types import BoundingBox, Confidence, Detection, ImageRecord, Scanned
from privacy_audit.verifying.matching import Match, rank_one
from privacy_audit.verifying.pairs import Pair
from privacy_audit.verifying.values import Check, not_tested, settled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Crop", "descriptors_of", "face_linkage", "pixel_vectors", "second_detector"]

_SIDE_PX = 32
_MAX_FACES = 2_000
"""Faces compared at most: the comparison grows with their square."""
_MIN_FACES = 10
"""With fewer, a match says next to nothing."""


@dataclass(frozen=True, slots=True, repr=False)
class Crop:
    """A picture, the place of a face in it, and who that is: the file, or a person where one is known."""

    pixels: NDArray[np.uint8]
    box: BoundingBox
    label: object


def second_detector(copies: Iterable[FileEntry], max_pixels: int) -> Check:
    """Faces that dlib's detector finds in the copy."""
    if not dlib_faces.is_installed():
        return not_tested("second_face_detector", "isolation", "extra_verify")
    n_pictures = n_faces = 0
    for entry in copies:
        for record in _pictures(entry, max_pixels):
            n_pictures, n_faces = n_pictures + 1, n_faces + len(dlib_faces.faces(record.pixels))
    if not n_pictures:
        return not_tested("second_face_detector", "isolation", "no_picture")
    return settled("second_face_detector", "isolation", n_faces > 0, faces=n_faces, pictures=n_pictures)


def face_linkage(toolbox: Toolbox, pairs: Iterable[Pair]) -> list[Check]:
    """Two attackers on the faces that were found in the originals: one compares pixels, one descriptors of dlib.

    A face of the copy counts as matched when, of all faces of the originals, its own is the nearest.
    """
    originals, treated = _crops(toolbox, pairs)
    names = ("face_linkage_pixels", "face_linkage_descriptors")
    if len(originals) < _MIN_FACES:
        return [not_tested(name, "linkage", "few_faces") for name in names]
    labels = [crop.label for crop in originals]
    checks = [_settled(names[0], rank_one(pixel_vectors(treated), labels, pixel_vectors(originals), labels))]
    if dlib_faces.is_installed():
        match = rank_one(descriptors_of(treated), labels, descriptors_of(originals), labels)
        return [*checks, _settled(names[1], match)]
    return [*checks, not_tested(names[1], "linkage", "extra_verify")]


def pixel_vectors(crops: Sequence[Crop]) -> NDArray[np.float32]:
    """Grey 32 x 32 pixels with zero mean and unit length, float32 (n, 1024); an even area is all zeros."""
    import cv2
    import numpy as np

    found = []
    for crop in crops:
        box = crop.box
        grey = cv2.cvtColor(crop.pixels[box.y_min : box.y_max, box.x_min : box.x_max], cv2.COLOR_RGB2GRAY)
        vector = cv2.resize(grey, (_SIDE_PX, _SIDE_PX), interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
        vector -= vector.mean()
        found.append(vector / max(float(np.linalg.norm(vector)), 1e-6))
    return np.stack(found) if found else np.zeros((0, _SIDE_PX**2), np.float32)


def descriptors_of(crops: Sequence[Crop]) -> NDArray[np.float32]:
    """Descriptors of dlib, float32 (n, 128)."""
    import numpy as np

    return np.concatenate([dlib_faces.descriptors(crop.pixels, [crop.box]) for crop in crops])


def _settled(name: str, match: Match) -> Check:
    return settled(
        name, "linkage", match.beats_chance, rank_1=round(match.rate, 4), chance=round(match.chance, 4), faces=match.n
    )


def _crops(toolbox: Toolbox, pairs: Iterable[Pair]) -> tuple[list[Crop], list[Crop]]:
    limit = toolbox.recipe.limits.max_image_pixels
    originals: list[Crop] = []
    treated: list[Crop] = []
    for pair in pairs:
        if pair.treated is None or pair.original.kind != "image":
            continue
        before, after = _pictures(pair.original, limit), _pictures(pair.treated, limit)
        for source, copy in zip(before, after, strict=False):
            if source.pixels.shape != copy.pixels.shape:
                continue
            for number, box in enumerate(_faces(toolbox, source)):
                if len(originals) == _MAX_FACES:
                    return originals, treated
                label = (source.uri, number)
                originals.append(Crop(source.pixels, box, label))
                treated.append(Crop(copy.pixels, box, label))
    return originals, treated


def _faces(toolbox: Toolbox, record: ImageRecord) -> list[BoundingBox]:
    found: list[Detection] = [
        finding.detection
        for outcome in toolbox.scan([record])
        if isinstance(outcome, Scanned)
        for finding in outcome.findings
        if finding.detection.entity_type == "FACE" and finding.detection.confidence >= Confidence.MEDIUM
    ]
    boxes = [detection.location for detection in found if isinstance(detection.location, BoundingBox)]
    return [box for box in boxes if box.width_px and box.height_px]


def _pictures(entry: FileEntry, max_pixels: int) -> list[ImageRecord]:
    if entry.kind != "image":
        return []
    try:
        return [frame for frame in read_images(entry.path, entry.uri, max_pixels=max_pixels) if frame.pixels.size]
    except UnreadableError:
        return []  # the scan tells it
