"""What a video file says about people: where it was filmed, by whom, with what, when."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from privacy_audit.scanners import Scanner
from privacy_audit.scanners._xmp import METADATA_TYPES, entity_types_in_xmp
from privacy_audit.types import Confidence, Detection, FieldRef, Record, VideoRecord

__all__ = ["VideoTags"]

_RULES: tuple[tuple[re.Pattern[str], str, Confidence], ...] = tuple(
    (re.compile(pattern), entity_type, confidence)
    for pattern, entity_type, confidence in (
        (r".*(?:location|iso6709|gps|latitude|longitude).*|xyz", "GPS_POSITION", Confidence.HIGH),
        (r"data track (?:gpmd|camm|mebx|mett)", "GPS_POSITION", Confidence.MEDIUM),
        (r".*serial.*|.*(?:camera|device)[._ ]?(?:identifier|id)", "DEVICE_SERIAL", Confidence.HIGH),
        (
            r"(?:album_?)?artist|author|composer|copyright|director|producer|performer|publisher|owner|actor"
            r"|encoded_by|written_by|artists?|contact|organization",
            "AUTHOR_METADATA",
            Confidence.MEDIUM,
        ),
        (r"creation_?(?:time|date)|date(?:_\w+)?|year", "CAPTURE_TIMESTAMP", Confidence.LOW),
        (r"picture", "EMBEDDED_PICTURE", Confidence.MEDIUM),
        (
            r"title|comment|description|synopsis|summary|subject|keywords?|lyrics|album|show|information"
            r"|chapters|subtitle track",
            "DESCRIPTION_METADATA",
            Confidence.MEDIUM,
        ),
        (r"make|manufacturer|model|software|attachment|data track.*", "DESCRIPTION_METADATA", Confidence.LOW),
    )
)
"""Names as FFmpeg gives them, in small letters, without the domain (``com.apple.quicktime.``) and the language.
gpmd, camm, mebx and mett are the marks under which GoPro, Android and Apple keep positions second by second."""
_SURE = ("DEVICE_SERIAL", "FACE_REGION_NAME", "GPS_POSITION")
_UNSURE = ("CAPTURE_TIMESTAMP", "PROVENANCE_SYNTHETIC")


class VideoTags(Scanner):
    """Tags of MPEG-4, QuickTime, Matroska and AVI, and which tracks lie beside picture and sound."""

    name = "video_tags"
    summary = "Position, author, device, moment and description in video files; subtitles and other tracks."
    entity_types = METADATA_TYPES
    accepts = (VideoRecord,)

    def scan(self, record: Record) -> Sequence[Detection]:
        """One detection per tag or track that says something, by name; an XMP packet may say several things."""
        assert isinstance(record, VideoRecord)  # noqa: S101 - `accepts` says so
        found = []
        for tag, value in sorted(record.metadata.items()):
            kinds = _kinds(tag, value) if value else ()
            found += [Detection(entity_type, FieldRef(tag), 1.0, confidence) for entity_type, confidence in kinds]
        return found


def _kinds(tag: str, value: str) -> Iterator[tuple[str, Confidence]]:
    name = re.sub(r"-[a-z]{2,3}$", "", tag.rpartition(": ")[2].rpartition(".")[2])
    if name == "xmp":
        for entity_type in entity_types_in_xmp(value):
            unsure = Confidence.LOW if entity_type in _UNSURE else Confidence.MEDIUM
            yield entity_type, Confidence.HIGH if entity_type in _SURE else unsure
        return
    for pattern, entity_type, confidence in _RULES:
        if pattern.fullmatch(name):
            yield entity_type, confidence
            return
