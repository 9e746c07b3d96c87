"""All metadata of a picture, whether it was known to name somebody or not."""

from __future__ import annotations

from collections.abc import Sequence

from privacy_audit.anonymizers import Operator
from privacy_audit.types import Detection, Effect, FieldRef, ImageRecord, Record

__all__ = ["ImageStripMetadata"]


class ImageStripMetadata(Operator):
    """No EXIF, XMP, IPTC, comment, thumbnail or second picture stays; of a colour profile only the colours."""

    name = "image_strip_metadata"
    summary = "Removes all metadata of pictures: position, author, thumbnail, everything."
    effect = Effect.REMOVED
    attacks = ("The picture itself may tell where and when it was taken, and noise of the sensor with which camera.",)
    accepts = (ImageRecord,)
    treats = (FieldRef,)
    unconditional = True

    def apply(self, record: Record, detections: Sequence[Detection]) -> Record:
        """The same pixels with no metadata."""
        assert isinstance(record, ImageRecord)  # noqa: S101 - `accepts` says so
        return ImageRecord(record.uri, record.pixels, {})
