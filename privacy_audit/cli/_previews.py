"""The gravest records of a finished audit, read again so that the report can show masked what was found in them."""

from __future__ import annotations

import heapq
import os
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from privacy_audit.fingerprint import Fingerprinter
    from privacy_audit.report._previews import RecordPreview
    from privacy_audit.sources.folder import FileEntry
    from privacy_audit.types import Finding, Record

__all__ = ["MAX_RECORDS", "read_previews"]

MAX_RECORDS = 50
_MAX_ITEMS = 12
"""Findings shown of one record: a long text may hold hundreds."""
_MAX_OPEN = 8_192
"""Records added up at once: those of one batch, whose findings stand scanner by scanner."""


def read_previews(data: Path, lines: Iterable[Mapping[str, Any]]) -> list[RecordPreview]:
    """The gravest records with what was found, masked; nothing of a file that is gone or inside a container.

    With ``PRIVACY_AUDIT_KEY`` each value is compared with the fingerprint of its finding; another one is left out.

    Raises:
        UsageError: ``data`` is no folder, or holds none of the files.
    """
    from privacy_audit.errors import UsageError
    from privacy_audit.fingerprint import KEY_VARIABLE, Fingerprinter
    from privacy_audit.legal.exposure import file_of
    from privacy_audit.report._previews import RecordPreview, masked

    chosen = _gravest(lines)
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for _, _, findings in chosen:
        for finding in findings:
            by_file[file_of(finding.record_uri)].append(finding)
    fingerprinter = Fingerprinter.from_environment() if os.environ.get(KEY_VARIABLE) else None
    entries = {uri: entry for uri in by_file if (entry := _entry(data, uri)) is not None}
    if by_file and not entries:
        raise UsageError(f"--previews: {data}: holds none of the files of this audit; give the scanned folder")
    values: dict[int, str] = {}
    for uri, entry in entries.items():
        values |= _values(entry, by_file[uri], fingerprinter)
    return [
        RecordPreview(
            record,
            level,
            [
                (kind := item.detection.entity_type, item.detection.confidence,
                 masked(kind, values[id(item)]) if id(item) in values else "")
                for item in findings
            ],
        )
        for level, record, findings in chosen
    ]  # fmt: skip


def _gravest(lines: Iterable[Mapping[str, Any]]) -> list[tuple[int, str, list[Finding]]]:
    """(level, record, its first findings): gravest first, then those with most kinds of data."""
    from privacy_audit.legal.exposure import SeverityTally, file_of, record_of
    from privacy_audit.types import finding_from_dict

    severity = SeverityTally()
    best: list[tuple[int, int, int, str, list[Finding]]] = []
    open_records: OrderedDict[str, tuple[int, list[Finding]]] = OrderedDict()
    n_closed = 0

    def close() -> None:
        nonlocal n_closed
        n_closed += 1
        record, (level, findings) = open_records.popitem(last=False)
        item = (level, len({found.detection.entity_type for found in findings}), -n_closed, record, findings)
        heapq.heappush(best, item) if len(best) < MAX_RECORDS else heapq.heappushpop(best, item)

    for finding in map(finding_from_dict, lines):
        record = record_of(finding.record_uri, file_of(finding.record_uri))
        _, findings = open_records.get(record, (0, []))
        if len(findings) < _MAX_ITEMS:
            findings.append(finding)
        open_records[record] = severity.add(record, [finding]), findings
        if len(open_records) > _MAX_OPEN:
            close()
    while open_records:
        close()
    return [(level, record, findings) for level, _, _, record, findings in sorted(best, reverse=True)]


def _entry(data: Path, uri: str) -> FileEntry | None:
    """The file as a scan meets it; None where it is gone, elsewhere or inside a container."""
    from privacy_audit.cli._finished import file_of_data
    from privacy_audit.pipeline import sniffed
    from privacy_audit.sources.folder import FileEntry, walk

    path = None if "::" in uri else file_of_data(data, uri)
    if path is None:
        return None
    entry = next(iter(walk([path])), None)
    return sniffed(replace(entry, uri=uri)) if isinstance(entry, FileEntry) else None


def _values(
    entry: FileEntry, findings: Sequence[Finding], fingerprinter: Fingerprinter | None
) -> Iterator[tuple[int, str]]:
    """(id of the finding, what it stands on): texts, cells, tags and names of files."""
    from privacy_audit.pipeline.reading import path_record, records_of
    from privacy_audit.recipe import Limits
    from privacy_audit.types import FieldRef, TextSpan, Unscanned

    wanted: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if isinstance(finding.detection.location, TextSpan | FieldRef):
            wanted[finding.record_uri].append(finding)

    def records() -> Iterator[Record | Unscanned]:
        yield path_record(entry)
        yield from records_of(entry, Limits())

    for record in records() if wanted else ():
        if isinstance(record, Unscanned):
            continue
        for finding in wanted.pop(record.uri, ()):
            value = _value(record, finding)
            kind = finding.detection.entity_type
            if value and (fingerprinter is None or fingerprinter.of_text(kind, value) == finding.fingerprint):
                yield id(finding), value
        if not wanted:
            return


def _value(record: Record, finding: Finding) -> str:
    from privacy_audit.types import FieldRef, TextSpan

    place = finding.detection.location
    text = getattr(record, "text", None)
    if isinstance(place, TextSpan) and isinstance(text, str) and not getattr(record, "pieces", ()):
        return text[place.start : place.end]
    if isinstance(place, FieldRef):
        return str(getattr(record, "metadata", {}).get(place.name, ""))
    return ""
