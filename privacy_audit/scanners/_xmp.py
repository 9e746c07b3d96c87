"""What an XMP packet says about people, by the names of its properties (XMP part 2; IPTC Photo Metadata 2024.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["METADATA_TYPES", "declares_synthetic", "entity_types_in_xmp"]

METADATA_TYPES = (
    "AUTHOR_METADATA",
    "CAPTURE_TIMESTAMP",
    "DESCRIPTION_METADATA",
    "DEVICE_SERIAL",
    "EMBEDDED_PICTURE",
    "EMBEDDED_THUMBNAIL",
    "FACE_REGION_NAME",
    "GPS_POSITION",
    "PROVENANCE_SYNTHETIC",
)
"""What the tags of a picture or a video can tell, in XMP or otherwise."""

_KINDS = (
    ("GPS_POSITION", "GPSLatitude GPSLongitude GPSDestLatitude GPSDestLongitude"),
    (
        "AUTHOR_METADATA",
        """
        dc:creator dc:rights photoshop:AuthorsPosition photoshop:Credit photoshop:CaptionWriter OwnerName
        CameraOwnerName tiff:Artist tiff:Copyright exif:Artist exif:Copyright Photographer xmpRights:Owner
        CreatorContactInfo ImageCreatorName CopyrightOwnerName LicensorName LicensorEmail
        """,
    ),
    ("DEVICE_SERIAL", "SerialNumber LensSerialNumber BodySerialNumber InternalSerialNumber ImageUniqueID"),
    (
        "FACE_REGION_NAME",
        "mwg-rs:Name MPReg:PersonDisplayName PersonInImage PersonInImageWDetails PersonName RPersonDisplayName",
    ),
    (
        "DESCRIPTION_METADATA",
        """
        dc:description dc:title dc:subject photoshop:Headline photoshop:City exif:UserComment tiff:ImageDescription
        hierarchicalSubject TagsList LocationCreated LocationShown Iptc4xmpCore:Location
        """,
    ),
    ("CAPTURE_TIMESTAMP", "xmp:CreateDate photoshop:DateCreated DateTimeOriginal DateTimeDigitized"),
    ("EMBEDDED_THUMBNAIL", "xmp:Thumbnails xmpGImg:image"),
    ("EMBEDDED_PICTURE", "GImage:Data GDepth:Data Container:Directory MotionPhoto MicroVideo"),
)
_PEOPLE_TAG = re.compile(r">\s*(?:People|Personnes|Persons?|Gens|Famille|Family)\s*[|/]\s*\w", re.IGNORECASE)
"""How photo software files the people of a picture among its keywords."""
_SYNTHETIC = re.compile(
    r"\b(?:trainedAlgorithmicMedia|compositeWithTrainedAlgorithmicMedia|compositeSynthetic|algorithmicMedia)\b"
)
_EMPTY = re.compile(r"""\s*(?:/>|=\s*(?:"\s*"|'\s*')|>(?:\s|<rdf:(?:Alt|Seq|Bag|li)[^>]*?/?>|</rdf:\w+>)*</(?!rdf:))""")


def entity_types_in_xmp(xmp: str) -> Iterator[str]:
    """Each type once; a property without a value says nothing."""
    for entity_type, pattern in _PATTERNS:
        said = any(not _EMPTY.match(xmp, match.end()) for match in pattern.finditer(xmp))
        if said or (entity_type == "FACE_REGION_NAME" and _PEOPLE_TAG.search(xmp)):
            yield entity_type
    if declares_synthetic(xmp):
        yield "PROVENANCE_SYNTHETIC"


def declares_synthetic(text: str) -> bool:
    """True where one of IPTC's digital source types says that no camera saw this."""
    return bool(_SYNTHETIC.search(text))


def _pattern(names: str) -> re.Pattern[str]:
    """A property as element or attribute; without a prefix of its own, under any."""
    choices = "|".join(name if ":" in name else rf"[\w\-]+:{name}" for name in names.split())
    return re.compile(rf"(?<=[<\s])(?:{choices})(?![\w\-:])")


_PATTERNS = tuple((entity_type, _pattern(names)) for entity_type, names in _KINDS)
