"""What the tags of a recording say about people."""

from __future__ import annotations

from collections.abc import Sequence

from privacy_audit.scanners import Scanner
from privacy_audit.types import AudioRecord, Confidence, Detection, FieldRef, Record

__all__ = ["AudioTags"]

_AUTHORS = frozenset(
    (
        *("artist", "albumartist", "author", "performer", "composer", "conductor", "lyricist", "copyright", "contact"),
        *("publisher", "organization", "INFO:IENG", "INFO:ITCH", "INFO:ISTR", "INFO:ICMS", "BWF:Originator"),
        *("ID3:TPE2", "ID3:TPE3", "ID3:TPE4", "ID3:TEXT", "ID3:TOWN", "ID3:TENC", "ID3:TOPE", "ID3:IPLS", "ID3:WOAR"),
    )
)
_DESCRIPTIONS = frozenset(
    (
        *("title", "comment", "description", "lyrics", "location", "INFO:ISBJ", "INFO:IKEY", "BWF:Description"),
        *("ID3:TIT1", "ID3:TIT3", "ID3:USLT", "ID3:TXXX", "damaged tags"),
    )
)


class AudioTags(Scanner):
    """RIFF INFO, BWF, AIFF, ID3 and Vorbis comments. An artist may be a band and a title nobody: MEDIUM."""

    name = "audio_tags"
    summary = "Authors, descriptions, dates and pictures in the tags of recordings."
    entity_types = ("AUTHOR_METADATA", "CAPTURE_TIMESTAMP", "DESCRIPTION_METADATA", "EMBEDDED_PICTURE")
    accepts = (AudioRecord,)

    def scan(self, record: Record) -> Sequence[Detection]:
        """One detection per tag that holds something, by tag name."""
        assert isinstance(record, AudioRecord)  # noqa: S101 - `accepts` says so
        found = []
        for tag, value in sorted(record.metadata.items()):
            entity_type = _entity_type(tag)
            if value and entity_type:
                confidence = Confidence.LOW if entity_type == "CAPTURE_TIMESTAMP" else Confidence.MEDIUM
                found.append(Detection(entity_type, FieldRef(tag), 1.0, confidence))
        return found


def _entity_type(tag: str) -> str | None:
    if tag in _AUTHORS:
        return "AUTHOR_METADATA"
    if tag in _DESCRIPTIONS:
        return "DESCRIPTION_METADATA"
    if tag == "date":
        return "CAPTURE_TIMESTAMP"
    return "EMBEDDED_PICTURE" if tag == "picture" else None
