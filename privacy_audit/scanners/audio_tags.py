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
        *(
            "ID3:TIPL",
            "ID3:TMCL",
            "ID3:POPM",
            "ID3:OWNE",
            "ID3:COMR",
            "album artist",
            "ensemble",
            "encoded-by",
            "writer",
        ),
    )
)
_DESCRIPTIONS = frozenset(
    (
        *("title", "comment", "description", "lyrics", "location", "INFO:ISBJ", "INFO:IKEY", "BWF:Description"),
        *("ID3:TIT1", "ID3:TIT3", "ID3:USLT", "ID3:TXXX", "damaged tags", "RIFF:iXML", "RIFF:label", "RIFF:XMP"),
    )
)
_TECHNICAL = frozenset(
    (
        *(
            "encoder",
            "encoder_options",
            "encoding",
            "tracknumber",
            "tracktotal",
            "discnumber",
            "disctotal",
            "totaltracks",
        ),
        *("compilation", "language", "bpm", "genre", "waveformatextensible_channel_mask", "media", "isrc", "barcode"),
        *(
            "INFO:ISFT",
            "INFO:IGNR",
            "INFO:ITRK",
            "INFO:IPRT",
            "INFO:ILNG",
            "ID3:TSSE",
            "ID3:TRCK",
            "ID3:TPOS",
            "ID3:TCON",
        ),
        *("ID3:TLEN", "ID3:TBPM", "ID3:TKEY", "ID3:TLAN", "ID3:TMED", "ID3:TFLT", "ID3:TSRC", "ID3:TCMP", "ID3:TDLY"),
        *("ID3:TSIZ", "ID3:TCON", "totaltracks"),
    )
)
_TECHNICAL_STARTS = ("replaygain_", "r128_", "mp3gain_", "musicbrainz_", "acoustid_")
"""Say how the file was made, not by whom. Any other tag that is not known is told, as LOW."""


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
            entity_type, known = _entity_type(tag)
            if value and entity_type:
                low = entity_type == "CAPTURE_TIMESTAMP" or not known
                found.append(Detection(entity_type, FieldRef(tag), 1.0, Confidence.LOW if low else Confidence.MEDIUM))
        return found


def _entity_type(tag: str) -> tuple[str | None, bool]:
    """The kind of what a tag holds, and whether the tag is a known one."""
    if tag in _AUTHORS:
        return "AUTHOR_METADATA", True
    if tag in _DESCRIPTIONS:
        return "DESCRIPTION_METADATA", True
    if tag == "date":
        return "CAPTURE_TIMESTAMP", True
    if tag == "picture":
        return "EMBEDDED_PICTURE", True
    technical = tag in _TECHNICAL or tag.startswith(_TECHNICAL_STARTS)
    return None if technical else "DESCRIPTION_METADATA", False
