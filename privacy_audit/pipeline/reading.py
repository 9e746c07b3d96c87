"""From a file to its records. What cannot be read comes out as Unscanned with its reason.

The readers of pictures, sounds, videos and Parquet load when they are needed: a commit hook reads texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from privacy_audit.errors import MissingDependencyError, UnreadableError
from privacy_audit.pipeline.spoken import transcript_records
from privacy_audit.recipe import Limits
from privacy_audit.sources._annotations import is_yolo
from privacy_audit.sources._column_names import Finds, finds_nothing
from privacy_audit.sources.containers import is_container
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.json_file import iter_json
from privacy_audit.sources.kinds import kind_of_bytes, kind_of_name
from privacy_audit.sources.opened import opened
from privacy_audit.sources.table_file import read_table
from privacy_audit.sources.text_file import BadRow, iter_csv, iter_jsonl, read_text
from privacy_audit.sources.transcripts import Transcript, read_transcript
from privacy_audit.types import AudioRecord, PathRecord, Piece, Reason, Record, Segment, TextRecord, Unscanned

__all__ = ["ALL_SCANNERS", "is_read_by_pyav", "path_record", "records_of", "sniffed", "table_records", "transcript_of"]

ALL_SCANNERS = "*"


def path_record(entry: FileEntry) -> PathRecord:
    """The path itself as a record; of a member the name in its container, since that of the container is read once."""
    return PathRecord(f"{entry.uri}#path", entry.name)


def is_read_by_pyav(entry: FileEntry) -> bool:
    """True for videos, and for sound in the container of videos."""
    return entry.kind == "video" or (entry.kind == "audio" and entry.path.suffix.lower() == ".m4a")


def sniffed(entry: FileEntry) -> FileEntry:
    """The same entry; a kind that its name does not tell is taken from its first bytes."""
    if entry.kind != "unknown":
        return entry
    if entry.problem or entry.size_bytes == 0 or entry.remote:
        return replace(entry, kind="other")
    try:
        return replace(entry, kind=kind_of_bytes(entry.path))
    except (OSError, UnreadableError):
        return replace(entry, kind="other")


def records_of(entry: FileEntry, limits: Limits, finds: Finds = finds_nothing) -> Iterator[Record | Unscanned]:
    """Every record of one file, one at a time; always at least one item. ``finds`` judges names of columns."""
    try:
        with opened(entry, limits) as plain:
            yield from _records(plain, limits, finds)
    except UnreadableError as error:
        yield Unscanned(entry.uri, ALL_SCANNERS, error.reason, error.detail)
    except MissingDependencyError as error:
        yield Unscanned(entry.uri, ALL_SCANNERS, Reason.MISSING_DEPENDENCY, str(error))
    except PermissionError:
        yield Unscanned(entry.uri, ALL_SCANNERS, Reason.NOT_PERMITTED, "no permission to read it")
    except MemoryError:
        yield Unscanned(entry.uri, ALL_SCANNERS, Reason.TOO_LARGE, "not enough memory to read it")
    except Exception as error:
        # only the class of the error: its message may quote the content
        yield Unscanned(entry.uri, ALL_SCANNERS, Reason.CORRUPT, f"cannot be read ({type(error).__name__})")


def table_records(entry: FileEntry, limits: Limits, finds: Finds = finds_nothing) -> Iterator[Record | BadRow]:
    """The cells of a table in order; a row that cannot be read is a BadRow. Raises UnreadableError."""
    suffix = entry.path.suffix.lower()
    if suffix == ".json":
        return iter_json(entry.path, entry.uri, max_bytes=limits.max_text_bytes, finds=finds)
    if suffix in (".jsonl", ".ndjson"):
        return iter_jsonl(entry.path, entry.uri, max_line_bytes=limits.max_line_bytes, finds=finds)
    if suffix == ".parquet":
        return _parquet_records(entry, limits, finds)
    return iter_csv(entry.path, entry.uri, max_field_bytes=limits.max_line_bytes, finds=finds)


def _parquet_records(entry: FileEntry, limits: Limits, finds: Finds) -> Iterator[Record | BadRow]:
    from privacy_audit.sources.parquet_file import iter_parquet, media_columns, unread_columns
    from privacy_audit.sources.parquet_media import is_file_name

    for rows in entry.lost_rows:
        yield BadRow(f"{entry.uri}#row={rows}", Reason.CORRUPT, "these rows are damaged")
    for uri in unread_columns(entry.path, entry.uri, finds):
        yield BadRow(uri, Reason.UNSUPPORTED, "a column of bytes in a form that is not read by this version")
    media = media_columns(entry.path, finds).values()
    for record in iter_parquet(entry.path, entry.uri, max_row_bytes=limits.max_line_bytes, finds=finds):
        is_name = media and is_file_name(record.uri, media)
        yield PathRecord(record.uri, record.text) if is_name else record


def _cell_records(entry: FileEntry, limits: Limits, finds: Finds) -> Iterator[Record | Unscanned]:
    """What files in the cells of a table hold, and what other columns of a row say of its recording."""
    from privacy_audit.pipeline.cells import as_file
    from privacy_audit.sources.parquet_file import media_columns
    from privacy_audit.sources.parquet_media import cells

    media = media_columns(entry.path, finds)
    told: set[str] = set()
    for cell in cells(entry.path, media) if media else ():
        with as_file(entry, cell) as file:
            column = cell.place.partition("&")[2]
            if file.kind == "other":
                if column not in told:  # a column of other things: one line says it
                    told.add(column)
                    detail = "a column of bytes that are neither pictures, sounds, videos nor texts"
                    yield Unscanned(f"{entry.uri}#{column}", ALL_SCANNERS, Reason.UNSUPPORTED, detail)
                continue
            n_sounds = 0
            for record in records_of(file, limits, finds):
                yield record
                if isinstance(record, AudioRecord) and n_sounds == 0:
                    n_sounds += 1
                    for text in cell.said:
                        piece = Piece(0, len(text), Segment(0.0, record.duration_s))
                        yield TextRecord(record.uri, text, pieces=(piece,))


def transcript_of(entry: FileEntry, limits: Limits) -> Transcript | None:
    """The transcript in a file of texts, None where it is another kind. Raises UnreadableError."""
    if entry.kind not in ("text", "table"):
        return None
    return read_transcript(entry.path, entry.uri, max_bytes=limits.max_text_bytes)


def _records(entry: FileEntry, limits: Limits, finds: Finds) -> Iterator[Record | Unscanned]:
    if entry.problem:
        raise UnreadableError(*entry.problem)
    if entry.size_bytes == 0:
        raise UnreadableError(Reason.EMPTY, "the file is empty")
    transcript = transcript_of(entry, limits)
    if transcript is not None:
        yield from transcript_records(transcript, entry.uri)
    elif is_read_by_pyav(entry):
        from privacy_audit.sources._video_covers import iter_video_covers
        from privacy_audit.sources.video_file import iter_video

        yield from iter_video(entry.path, entry.uri, limits)
        yield from iter_video_covers(entry.path, entry.uri, max_pixels=limits.max_image_pixels)
    elif entry.kind == "text":
        text = read_text(entry.path, entry.uri, max_bytes=limits.max_text_bytes)
        yield replace(text, text="") if is_yolo(text.text) else text  # boxes hold nothing to read
    elif entry.kind == "image":
        from privacy_audit.sources.image_file import read_images

        yield from read_images(entry.path, entry.uri, max_pixels=limits.max_image_pixels)
    elif entry.kind == "audio":
        from privacy_audit.sources.audio_file import iter_audio, iter_covers

        yield from iter_audio(entry.path, entry.uri, max_duration_s=limits.max_audio_duration_s)
        yield from iter_covers(entry.path, entry.uri, max_pixels=limits.max_image_pixels)
    elif entry.kind == "table":
        if entry.path.suffix.lower() != ".json":  # a document has no columns
            yield read_table(entry.path, entry.uri, max_line_bytes=limits.max_line_bytes, finds=finds)
        empty = True
        for item in table_records(entry, limits, finds):
            empty = False
            if isinstance(item, BadRow):
                yield Unscanned(item.uri, ALL_SCANNERS, item.reason, item.detail)
            else:
                yield item
        if entry.path.suffix.lower() == ".parquet":
            for found in _cell_records(entry, limits, finds):
                empty = False
                yield found
        if empty:  # a table of numbers only was read to its end all the same: one empty text says so
            yield TextRecord(entry.uri, "")
    elif is_container(entry.path.name):
        raise UnreadableError(Reason.UNSUPPORTED, "a file that holds files; it was not opened here")
    else:
        # an unknown suffix is not told: it may be part of somebody's name
        known = kind_of_name(entry.path.name) != "unknown"
        suffix = entry.path.suffix.lower() if known else "this kind of file"
        raise UnreadableError(Reason.UNSUPPORTED, f"{suffix}: not read by this version")
