"""The same file, picture or recording again: exact bytes, or signatures that survive another size or codec.

No template of a face or voice is made: another picture of the same person is not found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from privacy_audit.errors import UnreadableError, UsageError
from privacy_audit.finding.places import Place
from privacy_audit.linking.fingerprints import (
    NEAR_AUDIO,
    NEAR_PICTURE,
    audio_distance,
    audio_fingerprint,
    picture_distance,
    picture_hash,
)
from privacy_audit.pipeline import sniffed
from privacy_audit.pipeline.reading import records_of
from privacy_audit.recipe import Recipe
from privacy_audit.sources.folder import FileEntry, walk
from privacy_audit.types import AudioRecord, Confidence, ImageRecord, Record

__all__ = ["SameFile"]

_SURE = 0.5
"""Of the distance at which two are taken for one: below this share of it the match is HIGH."""


class SameFile:
    """The files of the query, as digests and signatures in memory. A picture is also looked for mirrored."""

    def __init__(self, files: Sequence[Path], recipe: Recipe) -> None:
        self._digests = set()
        self._pictures: list[bytes] = []
        self._sounds: list[bytes] = []
        for path in files:
            try:
                self._digests.add(_digest(path))
            except OSError as error:
                raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
            entry = next(iter(walk([path])))
            assert isinstance(entry, FileEntry)  # noqa: S101 - nothing is excluded
            for record in records_of(sniffed(entry), recipe.limits):
                if isinstance(record, ImageRecord) and record.uri == entry.uri:
                    self._add_picture(record)
                elif isinstance(record, AudioRecord):
                    signature = audio_fingerprint(record.samples, record.sample_rate_hz)
                    self._sounds += [signature] if signature else []

    def _add_picture(self, record: ImageRecord) -> None:
        for pixels in (record.pixels, record.pixels[:, ::-1]):
            signature = picture_hash(pixels)
            self._pictures += [signature] if signature else []

    def in_record(self, record: Record, entry: FileEntry) -> Iterator[Place]:
        """The picture or recording that this record is. Raises UnreadableError."""
        if isinstance(record, ImageRecord) and self._pictures:
            own = picture_hash(record.pixels)
            distance = min((picture_distance(own, other) for other in self._pictures), default=1.0) if own else 1.0
            if distance <= NEAR_PICTURE:
                yield _place(record.uri, entry, "same picture", distance / NEAR_PICTURE)
        if isinstance(record, AudioRecord) and self._sounds:
            own = audio_fingerprint(record.samples, record.sample_rate_hz)
            distance = min((audio_distance(own, other) for other in self._sounds), default=1.0) if own else 1.0
            if distance <= NEAR_AUDIO:
                yield _place(record.uri, entry, "same recording", distance / NEAR_AUDIO)

    def in_file(self, entry: FileEntry) -> Iterator[Place]:
        """The file, where its bytes are those of one that was given."""
        if entry.problem or not self._digests:
            return
        try:
            same = _digest(entry.path) in self._digests
        except (OSError, UnreadableError):
            return  # the search tells it
        if same:
            yield _place(entry.uri, entry, "same bytes", 0.0)


def _place(uri: str, entry: FileEntry, how: str, share: float) -> Place:
    """``share``: the distance as a share of the one at which two are taken for one."""
    confidence = Confidence.HIGH if share <= _SURE else Confidence.MEDIUM
    entity_type = "FILE"
    return Place(uri, entry.uri, "file", "file", entity_type, None, how, 1 - share / 2, confidence)


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
