"""What a picture file says about people: position, author, device, moment, and pictures inside the picture."""

from __future__ import annotations

import re
from collections.abc import Sequence

from privacy_audit.scanners import Scanner
from privacy_audit.scanners._xmp import METADATA_TYPES, declares_synthetic, entity_types_in_xmp
from privacy_audit.types import Confidence, Detection, FieldRef, ImageRecord, Record

__all__ = ["ImageMetadata"]

_TAGS = {
    **dict.fromkeys(("GPSLatitude", "GPSLongitude", "GPSDestLatitude", "GPSDestLongitude"), "GPS_POSITION"),
    **dict.fromkeys(
        ("Artist", "Copyright", "CameraOwnerName", "XPAuthor", "OwnerName", "Photographer", "ImageEditor"),
        "AUTHOR_METADATA",
    ),
    **dict.fromkeys(("MakerNote:OwnerName", "CIFF:OwnerName", "Meta:OwnerName", "C2PA:author"), "AUTHOR_METADATA"),
    **dict.fromkeys(
        ("IPTC:By-line", "IPTC:CopyrightNotice", "IPTC:Credit", "IPTC:Contact", "IPTC:Writer"), "AUTHOR_METADATA"
    ),
    **dict.fromkeys(("BodySerialNumber", "LensSerialNumber", "CameraSerialNumber", "ImageUniqueID"), "DEVICE_SERIAL"),
    **dict.fromkeys(
        ("MakerNote:SerialNumber", "MakerNote:ImageUniqueID", "Meta:SerialNumber", "PictureInfo:SerialNumber"),
        "DEVICE_SERIAL",
    ),
    **dict.fromkeys(("MakerNote", "CIFF"), "DEVICE_SERIAL"),
    "MakerNote:PersonName": "FACE_REGION_NAME",
    **dict.fromkeys(("DateTime", "DateTimeOriginal", "DateTimeDigitized", "GPSDateStamp"), "CAPTURE_TIMESTAMP"),
    "IPTC:DateCreated": "CAPTURE_TIMESTAMP",
    **dict.fromkeys(
        ("ImageDescription", "UserComment", "XPComment", "XPTitle", "XPSubject", "XPKeywords", "Comment"),
        "DESCRIPTION_METADATA",
    ),
    **dict.fromkeys(
        ("IPTC:Caption", "IPTC:Headline", "IPTC:ObjectName", "IPTC:Keywords", "IPTC:City", "IPTC:Sub-location"),
        "DESCRIPTION_METADATA",
    ),
    **dict.fromkeys(
        (
            *("JPEGInterchangeFormat", "JFIF:Thumbnail", "JFXX:Thumbnail", "Photoshop:Thumbnail", "SubIFDs"),
            "HEIF:Thumbnail",
        ),
        "EMBEDDED_THUMBNAIL",
    ),
    **dict.fromkeys(("HEIF:Pictures", "MPF", "Trailer"), "EMBEDDED_PICTURE"),
}
"""Names from Exif 2.32 and IPTC IIM 4.2, and those that the source gives to what has none."""

_PNG = re.compile(r"PNG:(?:(?P<author>author|artist|copyright)|(?P<text>comment|description|title))", re.IGNORECASE)
_GENERATOR = re.compile(r"\bSteps: \d+, Sampler: ")
"""How programs that make pictures from texts write their settings into ``PNG:parameters``."""
_SURE = frozenset(("DEVICE_SERIAL", "EMBEDDED_PICTURE", "EMBEDDED_THUMBNAIL", "FACE_REGION_NAME", "GPS_POSITION"))
_NOT_READ = frozenset(("MakerNote", "CIFF"))
"""Forms of camera makers: most hold a serial number, and what of it is known has tags of its own."""


class ImageMetadata(Scanner):
    """EXIF, XMP, IPTC, makers' notes, PNG texts, comments. An author tag may name a firm, a description nobody: MEDIUM.

    A maker's note is LOW: it is read in part. So is the declaration that a picture is synthetic (IPTC digital source
    type, C2PA): it is counted, since who is seen may be nobody, and proves nothing.
    """

    name = "image_metadata"
    summary = (
        "Position, author, serial numbers, moment, names of faces, inner pictures and provenance in picture files."
    )
    entity_types = METADATA_TYPES
    accepts = (ImageRecord,)

    def scan(self, record: Record) -> Sequence[Detection]:
        """One detection per tag that holds something, by tag name."""
        assert isinstance(record, ImageRecord)  # noqa: S101 - `accepts` says so
        found = []
        for tag, value in sorted(record.metadata.items()):
            if value.strip():
                found += [_detection(entity_type, tag) for entity_type in _entity_types(tag, value)]
        return found


def _entity_types(tag: str, value: str) -> list[str]:
    if tag in _TAGS:
        return [_TAGS[tag]]
    if tag in ("XMP", "Photoshop:XMP"):
        return list(entity_types_in_xmp(value))
    if tag == "C2PA":
        return ["PROVENANCE_SYNTHETIC"] if declares_synthetic(value) else []
    if tag == "PNG:parameters":
        return ["PROVENANCE_SYNTHETIC"] if _GENERATOR.search(value) else []
    if match := _PNG.fullmatch(tag):
        return ["AUTHOR_METADATA" if match["author"] else "DESCRIPTION_METADATA"]
    return []


def _detection(entity_type: str, tag: str) -> Detection:
    if tag in _NOT_READ or entity_type == "PROVENANCE_SYNTHETIC":
        return Detection(entity_type, FieldRef(tag), 0.5, Confidence.LOW)
    return Detection(entity_type, FieldRef(tag), 1.0, Confidence.HIGH if entity_type in _SURE else Confidence.MEDIUM)
