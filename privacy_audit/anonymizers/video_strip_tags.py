"""All that a video file holds beside picture and sound, whether it was known to name somebody or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from privacy_audit.anonymizers import Operator
from privacy_audit.types import Detection, Effect, FieldRef, Record, VideoRecord

__all__ = ["VideoStripTags"]


class VideoStripTags(Operator):
    """The video is written anew from frames and samples: no tag, chapter, subtitle, attachment or data track stays."""

    name = "video_strip_tags"
    summary = "Removes all tags, chapters, subtitles, attachments and data tracks of videos."
    effect = Effect.REMOVED
    attacks = ("Picture and sound themselves may tell where, when and who.",)
    accepts = (VideoRecord,)
    treats = (FieldRef,)
    unconditional = True

    def apply(self, record: Record, detections: Sequence[Detection]) -> Record:
        """The same video with no tags."""
        assert isinstance(record, VideoRecord)  # noqa: S101 - `accepts` says so
        return replace(record, metadata={})
