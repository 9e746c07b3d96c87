"""Can a covered face be told whose it is? Rank-1 of two attackers on people with several pictures each, per operator.

Clean: the attacker knows untreated pictures of the people. Informed: he treats what he knows the same way first. The
picture itself is never among those he knows. Needs the extra ``verify`` for the descriptors of dlib.
"""

from __future__ import annotations

from pathlib import Path

from bench._data import data_dir
from bench._run import Run
from privacy_audit.anonymizers import Operator, all_operators
from privacy_audit.measuring.scoring import Wilson
from privacy_audit.models import dlib_faces
from privacy_audit.scanners.image_faces import ImageFaces
from privacy_audit.sources.image_file import read_image
from privacy_audit.types import BoundingBox, Confidence, Detection, ImageRecord
from privacy_audit.verifying.faces import Crop, descriptors_of, pixel_vectors
from privacy_audit.verifying.matching import rank_one

_SUFFIXES = (".jpg", ".png", ".pgm")
_OPERATORS = ("image_solid", "image_blur", "image_pixelate", "image_silhouette", "image_inpaint")


def main() -> None:
    """Command line."""
    run = Run("reidentification", "Rank-1 of attackers on treated faces.")
    attackers = {"pixels": pixel_vectors}
    if dlib_faces.is_installed():
        attackers["dlib"] = descriptors_of
    installed = all_operators()
    operators: list[Operator | None] = [None, *(installed[name]() for name in _OPERATORS if name in installed)]
    for name in ("identities_lfw", "identities_orl"):
        crops = run.limited(_crops(data_dir("image", name)))
        labels = [crop.label for crop in crops]
        rows = []
        for operator in operators:
            treated = crops if operator is None else [_treated(crop, operator) for crop in crops]
            for attacker, vectors in attackers.items():
                probes, plain = vectors(treated), vectors(crops)
                clean = rank_one(probes, labels, plain, labels, leave_out_same_index=True)
                informed = rank_one(probes, labels, probes, labels, leave_out_same_index=True)
                rows.append(
                    (
                        operator.name if operator else "none",
                        attacker,
                        Wilson(clean.right, clean.n),
                        Wilson(informed.right, informed.n),
                        round(clean.chance, 3),
                        "yes" if clean.beats_chance or informed.beats_chance else "no",
                    )
                )
        people = len(set(labels))
        run.add(
            f"{name}: {len(crops)} pictures of {people} people",
            ("operator", "attacker", "clean rank-1", "informed rank-1", "chance", "beats chance"),
            rows,
        )
    run.finish()


def _crops(folder: Path) -> list[Crop]:
    """One face per picture, the largest found; where none is found the middle of the picture."""
    scanner, crops = ImageFaces(), []
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES):
        record = read_image(path, path.name)
        boxes = [item.location for item in scanner.scan(record) if isinstance(item.location, BoundingBox)]
        height_px, width_px = record.pixels.shape[:2]
        middle = BoundingBox(width_px // 4, height_px // 4, 3 * width_px // 4, 3 * height_px // 4)
        box = max(boxes, key=lambda item: item.width_px * item.height_px, default=middle)
        crops.append(Crop(record.pixels, box, path.parent.name))
    return crops


def _treated(crop: Crop, operator: Operator) -> Crop:
    face = Detection("FACE", crop.box, 1.0, Confidence.HIGH)
    record = operator.apply(ImageRecord("", crop.pixels, {}), [face])
    assert isinstance(record, ImageRecord)
    return Crop(record.pixels, crop.box, crop.label)


if __name__ == "__main__":
    main()
