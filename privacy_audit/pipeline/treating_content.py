"""Write the treated content of one file: what its reader gives goes through the operators to its writer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from privacy_audit.errors import UnreadableError
from privacy_audit.pipeline.cut_times import with_moved_times
from privacy_audit.pipeline.own_places import OwnPlaces
from privacy_audit.pipeline.reading import is_read_by_pyav, transcript_of
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.pipeline.treating_columns import treated_columns, with_columns_written
from privacy_audit.pipeline.treating_tables import places_with_personal_keys, write_table
from privacy_audit.pipeline.treating_transcript import treated_transcript
from privacy_audit.pipeline.treating_video import write_treated_video
from privacy_audit.sources._audio_covers import is_cover
from privacy_audit.sources.audio_file import read_audio_native, write_audio
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.image_file import read_images, write_images
from privacy_audit.sources.text_file import read_text, rewrite_text
from privacy_audit.sources.transcripts import Transcript
from privacy_audit.types import (
    AudioRecord,
    Detection,
    ImageRecord,
    Operation,
    Reason,
    Record,
    TextRecord,
    VideoRecord,
)

__all__ = ["write_content"]


def write_content(
    toolbox: Toolbox,
    entry: FileEntry,
    found: dict[str, list[Detection]],
    destination: Path,
    own: OwnPlaces,
    lost_rows: Collection[int] = (),
) -> list[Operation]:
    """Apply the operators to ``found`` (record URI -> places) and write ``destination``, of the kind that the entry is.

    ``lost_rows``: rows of Parquet that could not be read; readers of other tables find theirs again.
    Raises UnreadableError.
    """
    operations: list[Operation] = []

    def apply(record: Record) -> Record:
        applied = own.apply(toolbox, record, found.get(record.uri, ()))
        operations.extend(applied.operations)
        return applied.record

    limits = toolbox.recipe.limits
    transcript = transcript_of(entry, limits)
    if transcript is not None:
        written, operations = treated_transcript(toolbox, entry.uri, transcript, found.get(entry.uri, ()), own)
        if toolbox.closes_timeline and own.changed.is_first_round:
            written = _moved(toolbox, entry, transcript, written)
        rewrite_text(entry.path, destination, written)
    elif is_read_by_pyav(entry):
        operations += write_treated_video(toolbox, entry, found, destination, own)
        operations += _covers_left_out(toolbox, entry, found, VideoRecord)
    elif entry.kind == "image":
        frames = map(apply, read_images(entry.path, entry.uri, max_pixels=limits.max_image_pixels))
        pictures = [frame for frame in frames if isinstance(frame, ImageRecord)]
        write_images(pictures, entry.path, destination)
    elif entry.kind == "audio":
        sound = apply(read_audio_native(entry.path, entry.uri, max_duration_s=limits.max_audio_duration_s))
        assert isinstance(sound, AudioRecord)  # noqa: S101 - the same
        write_audio(sound, entry.path, destination)
        operations += _covers_left_out(toolbox, entry, found, AudioRecord)
    elif entry.kind == "text":
        text = apply(read_text(entry.path, entry.uri, max_bytes=limits.max_text_bytes))
        assert isinstance(text, TextRecord)  # noqa: S101 - the same
        rewrite_text(entry.path, destination, text.text)
    else:
        columns = treated_columns(toolbox, entry, found.get(f"{entry.uri}#table", ()))
        operations += columns.operations

        def treat_cell(file: FileEntry, treated: Path) -> None:
            operations.extend(write_content(toolbox, file, found, treated, own))

        held_back = places_with_personal_keys(entry, found)
        with with_columns_written(toolbox, entry, columns, destination) as table:
            write_table(toolbox, table, apply, columns, held_back, destination, treat_cell, lost_rows)
        own.changed.add("characters", columns.n_chars, columns.n_chars)
    return operations


def _moved(toolbox: Toolbox, entry: FileEntry, transcript: Transcript, written: str) -> str:
    """The times follow the recording. What was cut out of the members of a container is not known here."""
    if entry.member and any(part.start_s is not None for part in transcript.parts):
        raise UnreadableError(
            Reason.UNSUPPORTED, "times of a recording in a container; set audio_cut to timeline: kept"
        )
    return with_moved_times(written, entry.path.with_name(entry.uri.rpartition("/")[2]), toolbox.cuts)


def _covers_left_out(
    toolbox: Toolbox, entry: FileEntry, found: Mapping[str, Sequence[Detection]], record_class: type
) -> list[Operation]:
    """What was found in pictures among the tags went with them, by the operator that takes out all tags."""
    every_tag = next((item for item in toolbox.operators if item.unconditional and record_class in item.accepts), None)
    if every_tag is None:
        return []
    return [
        Operation(uri, every_tag.name, every_tag.effect, one.entity_type, one.location, every_tag.parameters())
        for uri, detections in found.items()
        if is_cover(uri, entry.uri)
        for one in detections
    ]
