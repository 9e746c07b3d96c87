"""Scan one file, or all that it holds: paths and content, in batches, with every scanner of the recipe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from privacy_audit.pipeline.captioned import with_captions
from privacy_audit.pipeline.engine import still_working
from privacy_audit.pipeline.naming import finder
from privacy_audit.pipeline.reading import ALL_SCANNERS, path_record, records_of, sniffed
from privacy_audit.pipeline.spoken import with_speech
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.recipe import Limits
from privacy_audit.sources._audio_covers import is_cover
from privacy_audit.sources._codecs import Budget
from privacy_audit.sources.containers import is_container
from privacy_audit.sources.containers.unpacking import Unpacked, unpacked
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.remote import fetched
from privacy_audit.types import (
    ImageRecord,
    Outcome,
    PathRecord,
    Reason,
    Record,
    Scanned,
    TableRecord,
    TextRecord,
    Unscanned,
    VideoRecord,
)

__all__ = [
    "Clean",
    "container_read",
    "files_within",
    "notes_record",
    "opens_as_container",
    "scan_file",
    "scan_records",
    "scan_tree",
]

_BATCH_RECORDS = 256
_BATCH_CHARS = 200_000


class Clean(Counter[tuple[str, str]]):
    """(file or path URI, scanner) -> records read without a finding: too many to keep one by one.

    ``video`` is set for a video: not all of its frames need have been looked at.
    """

    video: VideoRecord | None = None


def scan_tree(
    toolbox: Toolbox, entry: FileEntry, *, every_frame: bool = False, depth: int = 0, budget: Budget | None = None
) -> Iterator[FileEntry | Outcome | Clean]:
    """One file, and where it holds others, each of these: the entry, then its outcomes, then what was only counted.

    ``depth`` counts the containers around it, and ``budget`` what may still come out of the outermost.
    """
    if entry.remote:
        with fetched(entry, toolbox.recipe.limits) as local:
            yield from scan_tree(toolbox, local, every_frame=every_frame)
        return
    entry = sniffed(entry)
    yield entry
    clean = Clean()
    limits = toolbox.recipe.limits
    if not opens_as_container(entry, limits, depth):
        yield from scan_file(toolbox, entry, clean, every_frame=every_frame)
        yield clean
        return
    path = path_record(entry)
    yield from scan_records(toolbox, path.uri, [path], clean)
    budget = budget or Budget(entry.size_bytes, limits.max_container_ratio)
    with unpacked(entry, limits, budget) as container:
        if container.notes and toolbox.scanners_for(TextRecord):
            yield from scan_records(toolbox, entry.uri, [notes_record(container)], clean)
        yield clean
        for _, inner in container.files():
            yield from scan_tree(toolbox, inner, every_frame=every_frame, depth=depth + 1, budget=budget)
        yield entry  # again: what follows is about the container
        yield from container_read(container)


def files_within(entry: FileEntry, limits: Limits, depth: int = 0, budget: Budget | None = None) -> Iterator[FileEntry]:
    """The file itself, or each one that it holds; that one is there until the next is asked for."""
    if entry.remote:
        with fetched(entry, limits) as local:
            yield from files_within(local, limits)
        return
    entry = sniffed(entry)
    if not opens_as_container(entry, limits, depth):
        yield entry
        return
    budget = budget or Budget(entry.size_bytes, limits.max_container_ratio)
    with unpacked(entry, limits, budget) as container:
        for _, inner in container.files():
            yield from files_within(inner, limits, depth + 1, budget)


def container_read(container: Unpacked) -> Iterator[Outcome | Clean]:
    """That a container was read to its end, or why it was not."""
    if container.problem:
        yield Unscanned(container.entry.uri, ALL_SCANNERS, container.problem.reason, container.problem.detail)
    elif not container.index:
        yield Unscanned(container.entry.uri, ALL_SCANNERS, Reason.EMPTY, "it holds no file")
    else:
        read = Clean()
        read[container.entry.uri, ALL_SCANNERS] = 1
        yield read


def notes_record(container: Unpacked) -> TextRecord:
    """What the headers of a container tell: accounts of owners, comments."""
    return TextRecord(f"{container.entry.uri}#notes", "\n".join(container.notes))


def opens_as_container(entry: FileEntry, limits: Limits, depth: int) -> bool:
    """True for a file that holds files and is to be opened; beyond the limit it is read as a file, which fails."""
    whole = not entry.problem and entry.size_bytes > 0
    return whole and is_container(entry.path.name) and depth < limits.max_container_depth


def scan_file(toolbox: Toolbox, entry: FileEntry, clean: Clean, *, every_frame: bool = False) -> Iterator[Outcome]:
    """Every outcome that says something; those without a finding are only counted in ``clean``.

    Of a video the frames that the recipe's sampling chooses are read, or all of them.
    """
    limits = toolbox.recipe.limits
    if every_frame:
        limits = replace(limits, video_sample_every_s=0)
    path = path_record(entry)
    yield from scan_records(toolbox, path.uri, [path], clean)
    records = records_of(entry, limits, finder(toolbox))
    if entry.kind in ("audio", "video") and not toolbox.scanners_for(ImageRecord):
        # who listens only need not look at covers: audio_tags tells that there are some
        records = (record for record in records if not is_cover(_uri_of(record), entry.uri))
    if toolbox.scanners_for(TextRecord):
        records = with_captions(limits, entry, with_speech(toolbox, entry, records))
    yield from scan_records(toolbox, entry.uri, records, clean)


def scan_records(toolbox: Toolbox, uri: str, records: Iterable[Record | Unscanned], clean: Clean) -> Iterator[Outcome]:
    """The same for records at hand, all of the file ``uri``. A record that no scanner reads is Unscanned, not clean."""
    told: set[type] = set()
    for batch in _batches(records):
        still_working()
        if isinstance(batch, Unscanned):
            yield batch
            continue
        if isinstance(batch[0], VideoRecord):
            clean.video = replace(batch[0], metadata={})
        if not toolbox.scanners_for(type(batch[0])):
            # the content of the first three is read elsewhere; of a video's frames one speaks for all
            if not isinstance(batch[0], PathRecord | TableRecord | VideoRecord) and type(batch[0]) not in told:
                told.add(type(batch[0]))
                detail = f"recipe {toolbox.recipe.name} switches on no scanner for this kind of file"
                yield Unscanned(batch[0].uri, ALL_SCANNERS, Reason.UNSUPPORTED, detail)
            continue
        outcomes = toolbox.scan(batch)
        if toolbox.collector is not None:
            toolbox.collector.take(uri, batch, outcomes)
        for outcome in outcomes:
            if isinstance(outcome, Scanned) and not outcome.findings:
                clean[uri, outcome.scanner] += 1
            else:
                yield outcome


def _uri_of(record: Record | Unscanned) -> str:
    return record.record_uri if isinstance(record, Unscanned) else record.uri


def _batches(records: Iterable[Record | Unscanned]) -> Iterator[list[Record] | Unscanned]:
    """Texts together, anything else alone, in order."""
    batch: list[Record] = []
    n_chars = 0
    for record in records:
        if isinstance(record, TextRecord) and len(batch) < _BATCH_RECORDS and n_chars + len(record.text) < _BATCH_CHARS:
            batch.append(record)
            n_chars += len(record.text)
            continue
        if batch:
            yield batch
        batch, n_chars = [], 0
        if isinstance(record, TextRecord):
            batch, n_chars = [record], len(record.text)
        else:
            yield record if isinstance(record, Unscanned) else [record]
    if batch:
        yield batch
