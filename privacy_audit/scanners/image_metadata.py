"""What a picture file says about people: position, author, device, moment, and a thumbnail of the unblurred picture."""

from __future__ import annotations

import re
from collections.abc import Sequence

from privacy_audit.scanners import Scanner
from privacy_audit.types import Confidence, Detection, FieldRef, ImageRecord, Record

__all__ = ["ImageMetadata"]

_TAGS = {
    **dict.fromkeys(("GPSLatitude", "GPSLongitude", "GPSDestLatitude", "GPSDestLongitude"), "GPS_POSITION"),
    **dict.fromkeys(
        ("Artist", "Copyright", "CameraOwnerName", "XPAuthor", "OwnerName", "Photographer", "ImageEditor"),
        "AUTHOR_METADATA",
    ),
    **dict.fromkeys(("BodySerialNumber", "LensSerialNumber", "CameraSerialNumber", "ImageUniqueID"), "DEVICE_SERIAL"),
    **dict.fromkeys(("DateTime", "DateTimeOriginal", "DateTimeDigitized", "GPSDateStamp"), "CAPTURE_TIMESTAMP"),
    **dict.fromkeys(
        ("ImageDescription", "UserComment", "XPComment", "XPTitle", "XPSubject", "XPKeywords", "Comment"),
        "DESCRIPTION_METADATA",
    ),
    "JPEGInterchangeFormat": "EMBEDDED_THUMBNAIL",
    "IPTC:By-line": "AUTHOR_METADATA",
    "IPTC:CopyrightNotice": "AUTHOR_METADATA",
    "IPTC:Credit": "AUTHOR_METADATA",
    "IPTC:Caption": "DESCRIPTION_METADATA",
}
"""Names from Exif 2.32 and IPTC IIM 4.2."""

_PNG = re.compile(r"PNG:(author|artist|copyright)|PNG:(comment|description|title)", re.IGNORECASE)
_XMP = (
    (re.compile(r"exif:GPSL(?:atitude|ongitude)"), "GPS_POSITION"),
    (re.compile(r"dc:creator|photoshop:AuthorsPosition|dc:rights|aux:OwnerName"), "AUTHOR_METADATA"),
    (re.compile(r"aux:(?:Lens)?SerialNumber|exifEX:BodySerialNumber"), "DEVICE_SERIAL"),
    (re.compile(r"mwg-rs:Name|MPReg:PersonDisplayName|Iptc4xmpExt:PersonInImage"), "FACE_REGION_NAME"),
    (re.compile(r"dc:description|dc:title"), "DESCRIPTION_METADATA"),
    (re.compile(r"xmp:Thumbnails"), "EMBEDDED_THUMBNAIL"),
)


class ImageMetadata(Scanner):
    """EXIF, XMP, IPTC, PNG texts and comments. An author tag may name a firm, a description may name nobody: MEDIUM."""

    name = "image_metadata"
    summary = "Position, author, serial numbers, moment, description and thumbnail in picture files."
    entity_types = (
        "AUTHOR_METADATA",
        "CAPTURE_TIMESTAMP",
        "DESCRIPTION_METADATA",
        "DEVICE_SERIAL",
        "EMBEDDED_THUMBNAIL",
        "FACE_REGION_NAME",
        "GPS_POSITION",
    )
    accepts = (ImageRecord,)

    def scan(self, record: Record) -> Sequence[Detection]:
        """One detection per tag that holds something, by tag name."""
        assert isinstance(record, ImageRecord)  # noqa: S101 - `accepts` says so
        found = []
        for tag, value in sorted(record.metadata.items()):
            if value:
                found += [_detection(entity_type, tag) for entity_type in _entity_types(tag, value)]
        return found


def _entity_types(tag: str, value: str) -> list[str]:
    if tag in _TAGS:
        return [_TAGS[tag]]
    if tag == "XMP":
        return [entity_type for pattern, entity_type in _XMP if pattern.search(value)]
    if match := _PNG.fullmatch(tag):
        return ["AUTHOR_METADATA" if match[1] else "DESCRIPTION_METADATA"]
    return []


def _detection(entity_type: str, tag: str) -> Detection:
    sure = entity_type in ("GPS_POSITION", "DEVICE_SERIAL", "EMBEDDED_THUMBNAIL", "FACE_REGION_NAME")
    return Detection(entity_type, FieldRef(tag), 1.0, Confidence.HIGH if sure else Confidence.MEDIUM)
