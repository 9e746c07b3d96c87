"""All tags of a recording, whether they were known to name somebody or not."""

from __future__ import annotations

from collections.abc import Sequence

from privacy_audit.anonymizers import Operator
from privacy_audit.types import AudioRecord, Detection, Effect, FieldRef, Record

__all__ = ["AudioStripTags"]


class AudioStripTags(Operator):
    """The recording is written anew from its samples: no tag, chunk or picture stays."""

    name = "audio_strip_tags"
    summary = "Removes all tags of recordings: artist, title, comment, picture, everything."
    effect = Effect.REMOVED
    attacks = ("The voice, the words and the file name may tell who it is.",)
    accepts = (AudioRecord,)
    treats = (FieldRef,)
    unconditional = True

    def apply(self, record: Record, detections: Sequence[Detection]) -> Record:
        """The same samples with no tags."""
        assert isinstance(record, AudioRecord)  # noqa: S101 - `accepts` says so
        return AudioRecord(record.uri, record.samples, record.sample_rate_hz, {})
