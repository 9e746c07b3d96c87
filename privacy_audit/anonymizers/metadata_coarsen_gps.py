"""Where a picture was taken, roughly; all other metadata go."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from privacy_audit.anonymizers import Operator
from privacy_audit.types import Detection, Effect, FieldRef, ImageRecord, Record

__all__ = ["MetadataCoarsenGps"]


class MetadataCoarsenGps(Operator):
    """Latitude and longitude of EXIF rounded to ``decimals`` of a degree; nothing else of the metadata stays.

    One decimal is 11 km from north to south, none 111 km. JPEG and PNG keep the position, pictures of other kinds have
    none in the copy. It takes the place of ``image_strip_metadata``, which would remove the position as well.
    """

    name = "metadata_coarsen_gps"
    summary = "Rounds the position of a picture and removes all other metadata."
    effect = Effect.OBSCURED
    attacks = (
        "Where few people live, a rounded position still names them.",
        "Many pictures of one person together tell where that person lives and goes.",
        "What the picture shows may tell the place exactly.",
    )
    accepts = (ImageRecord,)
    treats = (FieldRef,)
    unconditional = True

    def __init__(self, *, decimals: int = 1, **options: Any) -> None:
        super().__init__(**options)
        if isinstance(decimals, bool) or not isinstance(decimals, int) or not 0 <= decimals <= 2:
            raise ValueError(f"decimals: got {decimals!r}, expected 0, 1 or 2 decimals of a degree")
        self._decimals = decimals

    def apply(self, record: Record, detections: Sequence[Detection]) -> Record:
        """The same pixels with a rounded position, where both its halves can be read, and no other metadata."""
        assert isinstance(record, ImageRecord)  # noqa: S101 - `accepts` says so
        kept: dict[str, str] = {}
        for name, limit, signs in (("GPSLatitude", 90, "NS"), ("GPSLongitude", 180, "EW")):
            degrees = _degrees(record.metadata, name, limit, signs)
            if degrees is None:
                return ImageRecord(record.uri, record.pixels, {})
            kept[f"{name}Ref"] = record.metadata[f"{name}Ref"]
            kept[name] = f"{round(degrees, self._decimals):g} 0.0 0.0"
        return ImageRecord(record.uri, record.pixels, kept)

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """How many decimals of a degree stay."""
        return (("decimals", str(self._decimals)),)


def _degrees(metadata: Mapping[str, str], name: str, limit: int, signs: str) -> float | None:
    """Of EXIF's ``43.0 28.0 2.814``: degrees, minutes, seconds."""
    try:
        parts = [float(part) for part in metadata[name].split()]
    except (KeyError, ValueError):
        return None
    if not 1 <= len(parts) <= 3 or metadata.get(f"{name}Ref") not in tuple(signs):
        return None
    degrees = sum(part / 60**power for power, part in enumerate(parts))
    return degrees if math.isfinite(degrees) and 0 <= degrees <= limit else None
