"""Scan one file: its path and its content, in batches, with every scanner of the recipe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from privacy_audit.pipeline.naming import finder
from privacy_audit.pipeline.reading import ALL_SCANNERS, path_record, records_of
from privacy_audit.pipeline.spoken import with_speech
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.sources.folder import FileEntry
from privacy_audit.types import (
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

__all__ = ["Clean", "scan_file", "scan_records"]

_BATCH_RECORDS = 256
_BATCH_CHARS = 200_000


class Clean(Counter[tuple[str, str]]):
    """(file or path URI, scanner) -> records read without a finding: too many to keep one by one.

    ``video`` is set for a video: not all of its frames need have been looked at.
    """

    video: VideoRecord | None = None


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
    if toolbox.scanners_for(TextRecord):
        records = with_speech(toolbox, entry, records)
    yield from scan_records(toolbox, entry.uri, records, clean)


def scan_records(toolbox: Toolbox, uri: str, records: Iterable[Record | Unscanned], clean: Clean) -> Iterator[Outcome]:
    """The same for records at hand, all of the file ``uri``. A record that no scanner reads is Unscanned, not clean."""
    told: set[type] = set()
    for batch in _batches(records):
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
        for outcome in toolbox.scan(batch):
            if isinstance(outcome, Scanned) and not outcome.findings:
                clean[uri, outcome.scanner] += 1
            else:
                yield outcome


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
