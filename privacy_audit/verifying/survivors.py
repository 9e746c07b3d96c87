"""Values that were found in the original and still stand in the copy, in its paths or in what was written beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from privacy_audit.pipeline import Toolbox
from privacy_audit.pipeline.known_values import KnownValues
from privacy_audit.pipeline.naming import finder
from privacy_audit.pipeline.reading import path_record, records_of
from privacy_audit.pipeline.scanning import files_within
from privacy_audit.sources.folder import OWN_FOLDER, FileEntry
from privacy_audit.types import Confidence, PathRecord, Record, Scanned, TextRecord, TextSpan
from privacy_audit.verifying.pairs import Pair
from privacy_audit.verifying.values import Check, settled

__all__ = ["surviving_values", "values_of"]

_BATCH_RECORDS = 256
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")  # how JSON writes an accent in ASCII
_OWN_FILES = ("operations.jsonl", "quarantine.jsonl", "report.json", "report.html")


def surviving_values(toolbox: Toolbox, pairs: Iterable[Pair], treated: Path) -> Check:
    """Reads both sides. Values of MEDIUM confidence or above are looked for, of the kinds that KnownValues keeps."""
    known, copies = KnownValues(), []
    for pair in pairs:
        if pair.treated:
            values_of(toolbox, pair.original, known)
            copies.append(pair.treated)
    n_left = n_files = 0
    for copy in copies:
        found = sum(len(list(known.places(record.text))) for record in _texts(toolbox, copy))
        n_left, n_files = n_left + found, n_files + bool(found)
    for name in _OWN_FILES:
        path = treated / OWN_FOLDER / name
        if path.is_file():
            with path.open(encoding="utf-8", errors="replace") as lines:
                n_left += sum(len(list(known.places(_ESCAPE.sub(_unescaped, line)))) for line in lines)
    return settled("surviving_values", "linkage", n_left > 0, values=len(known), left=n_left, files=n_files)


def values_of(toolbox: Toolbox, entry: FileEntry, known: KnownValues) -> None:
    """Adds what the scanners find in the texts of one file and in its path."""
    batch: list[TextRecord | PathRecord] = []
    for record in _texts(toolbox, entry):
        batch.append(record)
        if len(batch) == _BATCH_RECORDS:
            _add(toolbox, batch, known)
            batch = []
    _add(toolbox, batch, known)


def _add(toolbox: Toolbox, records: list[TextRecord | PathRecord], known: KnownValues) -> None:
    texts = {record.uri: record.text for record in records}
    for outcome in toolbox.scan(list[Record](records)):
        for finding in outcome.findings if isinstance(outcome, Scanned) else ():
            place = finding.detection.location
            if isinstance(place, TextSpan) and finding.detection.confidence >= Confidence.MEDIUM:
                known.add(finding.detection.entity_type, texts[finding.record_uri][place.start : place.end])


def _texts(toolbox: Toolbox, entry: FileEntry) -> Iterator[TextRecord | PathRecord]:
    """Paths, and the content of texts and tables, also in containers; what cannot be read was told by the scan."""
    yield path_record(entry)
    for file in files_within(entry, toolbox.recipe.limits):
        if file.member:
            yield path_record(file)
        if file.kind in ("text", "table"):
            for record in records_of(file, toolbox.recipe.limits, finder(toolbox)):
                if isinstance(record, TextRecord):
                    yield record


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))
