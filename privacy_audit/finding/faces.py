"""The same face, by dlib's descriptor, in memory only: biometric, on a declared basis. Needs the extra ``verify``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from privacy_audit.errors import MissingDependencyError, UsageError
from privacy_audit.finding.places import Place
from privacy_audit.models import dlib_faces
from privacy_audit.pipeline import Toolbox, sniffed
from privacy_audit.pipeline.reading import records_of
from privacy_audit.recipe import Recipe
from privacy_audit.sources.folder import FileEntry, walk
from privacy_audit.types import BoundingBox, Confidence, ImageRecord, Record, Scanned
from privacy_audit.verifying.faces import Crop, descriptors_of

__all__ = ["SameFace"]

_SAME_PERSON = 0.6  # dlib's own threshold on its descriptor
_SURE = 0.45
_SCANNER = "image_faces"


class SameFace:
    """One face per picture given; every face found in the data is compared with them."""

    def __init__(self, files: Sequence[Path], recipe: Recipe) -> None:
        import numpy as np

        if not dlib_faces.is_installed():
            raise MissingDependencyError("dlib", "verify")
        scanners = {_SCANNER: recipe.scanners.get(_SCANNER, {})}
        self._toolbox = Toolbox(Recipe("faces", scanners=scanners, limits=recipe.limits))
        asked = []
        for path in files:
            entry = next(iter(walk([path])))
            assert isinstance(entry, FileEntry)  # noqa: S101 - nothing is excluded
            pictures = [item for item in records_of(sniffed(entry), recipe.limits) if isinstance(item, ImageRecord)]
            boxes = self._boxes(pictures[0]) if pictures else []
            if len(boxes) != 1:
                raise UsageError(f"{path}: {len(boxes)} faces were found in it; give a picture of one face")
            asked.append(descriptors_of([Crop(pictures[0].pixels, boxes[0], 0)]))
        self._asked = np.concatenate(asked)

    def _boxes(self, record: ImageRecord) -> list[BoundingBox]:
        found = [
            item
            for outcome in self._toolbox.scan([record])
            if isinstance(outcome, Scanned)
            for item in outcome.findings
        ]
        places = [item.detection.location for item in found if item.detection.entity_type == "FACE"]
        return [box for box in places if isinstance(box, BoundingBox) and box.width_px and box.height_px]

    def in_record(self, record: Record, entry: FileEntry) -> Iterator[Place]:
        """Faces like the one given. Raises UnreadableError."""
        import numpy as np

        if not isinstance(record, ImageRecord) or not record.pixels.size:
            return
        for box in self._boxes(record):
            own = descriptors_of([Crop(record.pixels, box, 0)])
            distance = float(np.linalg.norm(self._asked - own, axis=1).min())
            if distance < _SAME_PERSON:
                sure = Confidence.MEDIUM if distance < _SURE else Confidence.LOW
                yield Place(record.uri, entry.uri, "face", "face", "FACE", box, "like face", 1 - distance, sure)

    def in_file(self, entry: FileEntry) -> Iterator[Place]:
        """Nothing: faces stand in records."""
        return iter(())
