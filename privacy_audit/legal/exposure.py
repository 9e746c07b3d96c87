"""From a stream of outcomes to an :class:`ExposureReport`.

Memory does not grow with the number of files or findings: counters, bounded lists, and 8 bytes per distinct value.
The outcomes of one file arrive together, within a thousand files (its members come between those of a container), and
those of one record within 8,000 records; what comes later counts as another file, and is scored apart.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import replace

from privacy_audit.legal._coverage import CoverageTally
from privacy_audit.legal._files import FileTally, OpenFile
from privacy_audit.legal._people import PeopleTally
from privacy_audit.legal._severity import SeverityTally
from privacy_audit.legal.catalogue import catalogue, legal_row
from privacy_audit.legal.exposure_report import (
    SCHEMA_VERSION,
    Coverage,
    Dataset,
    EntitySummary,
    Exposure,
    ExposureReport,
    FileSummary,
    Level,
    Linkage,
    People,
    ScannerCoverage,
    Share,
    ToolInfo,
    TreatedCount,
    Treatment,
    UniqueRows,
    UnscannedEntry,
    VideoCoverage,
)
from privacy_audit.types import K_BANDS, ColumnSet, Confidence, Finding, Outcome, Segment, Treated, Unscanned

__all__ = [
    "Coverage",
    "Dataset",
    "EntitySummary",
    "Exposure",
    "ExposureBuilder",
    "ExposureReport",
    "FileSummary",
    "Level",
    "Linkage",
    "People",
    "ScannerCoverage",
    "SeverityTally",
    "ToolInfo",
    "TreatedCount",
    "Treatment",
    "UniqueRows",
    "UnscannedEntry",
    "VideoCoverage",
    "file_of",
    "is_caption",
    "record_of",
]

MAX_FILES_LISTED = 2_000
MAX_UNSCANNED_LISTED = 2_000
MAX_TABLES_LISTED = 200
_FILES_OPEN = 1_000
_PLACE = re.compile(
    r"#(?:(?:row|column|key|caption|image|frame|t|audio|picture)=|header&|(?:path|target|table|notes|alpha|audio|key)(?:&|$))"
)


def file_of(record_uri: str) -> str:
    """The file part of a record URI: what stands before the first ``#`` that a place inside a file follows.

    Another ``#`` belongs to the name: ``lettre#2.txt#path`` is in ``lettre#2.txt``.
    """
    place = _PLACE.search(record_uri)
    return record_uri[: place.start()] if place else record_uri


def record_of(record_uri: str, file_uri: str) -> str:
    """What belongs to one person's record: the row of a table, whatever the column, what a COCO document tells of one
    image, else the whole file, with the captions that lie beside it.
    """
    fragment = record_uri[len(file_uri) + 1 :]
    row = next((part for part in fragment.split("&") if part.startswith(("row=", "image="))), None)
    return f"{file_uri}#{row}" if row else file_uri


def is_caption(record_uri: str, file_uri: str) -> bool:
    """True for what is written of a picture or recording in another file: ``a.jpg#caption=0``."""
    return record_uri.startswith(f"{file_uri}#caption=")


class ExposureBuilder:
    """Adds up files and outcomes, then :meth:`build`. With ``hide_paths`` files are ``file-000001``."""

    def __init__(self, dataset: str, tool: ToolInfo, hide_paths: bool = False) -> None:
        self._dataset, self._tool, self._hide_paths = dataset, tool, hide_paths
        self._open: OrderedDict[str, OpenFile] = OrderedDict()
        self._n_opened = 0
        self._kinds: Counter[str] = Counter()
        self._n_bytes = 0
        self._coverage = CoverageTally(MAX_UNSCANNED_LISTED)
        self._files = FileTally(MAX_FILES_LISTED)
        self._severity = SeverityTally()
        self._people = PeopleTally()
        self._by_confidence: dict[str, Counter[Confidence]] = {}
        self._durations_ms: Counter[str] = Counter()
        self._unique_rows: list[UniqueRows] = []
        self._other_tables = 0
        self._treatment: _TreatmentTally | None = None

    def add_file(self, uri: str, kind: str, size_bytes: int) -> None:
        """One file met, readable or not; ``kind``: text, table, image, audio, video or other."""
        if uri in self._open:
            self._open.move_to_end(uri)
            return
        self._opened(uri).kind = kind
        self._kinds[kind] += 1
        self._n_bytes += size_bytes

    def add_outcome(self, outcome: Outcome) -> None:
        """One scanner is done with one record."""
        uri = outcome.record_uri
        file = self._file_of(uri)
        if isinstance(outcome, Unscanned):
            file.state |= self._coverage.add_unscanned(outcome, file.shown + uri[len(file.uri) :])
            return
        file.state |= self._coverage.add_scanned(uri, outcome.scanner, 1)
        if outcome.findings:
            self._people.add(file, outcome.findings)
            file.level = max(file.level, self._severity.add(record_of(uri, file.uri), outcome.findings))
            file.counts.update(finding.detection.entity_type for finding in outcome.findings)
            for finding in outcome.findings:
                self._add_finding(finding)
                if isinstance(finding.detection.location, ColumnSet):
                    self._add_columns(file.shown, finding.detection.location)

    def add_scanned_counts(self, uri: str, scanner: str, n_records: int) -> None:
        """``n_records`` more records of one file were read without any finding: cells of a table, for instance."""
        if n_records > 0:
            self._file_of(uri).state |= self._coverage.add_scanned(uri, scanner, n_records)

    def add_video(self, n_frames: int, n_looked_at: int, duration_s: float) -> None:
        """One more video, of which ``n_looked_at`` frames were looked at; ``duration_s`` in seconds."""
        self._coverage.add_video(n_frames, n_looked_at, duration_s)

    def add_treated(self, treated: Treated) -> None:
        """One record was treated: what was done, and what the same detectors still find in it."""
        operations = Counter((done.operator, done.effect.value, done.entity_type) for done in treated.operations)
        residual = Counter(finding.detection.entity_type for finding in treated.residual)
        self.add_treatment_counts(1, 0, operations, residual)

    def add_treatment_counts(
        self,
        records: int,
        quarantined: int,
        operations: Mapping[tuple[str, str, str], int],
        residual: Mapping[str, int],
        residual_low: int = 0,
    ) -> None:
        """Treatments already counted; ``operations`` maps (operator, effect, entity type) to a number of places.

        ``residual_low``: what is still found with low confidence, beside ``residual``.
        """
        tally = self._treatment = self._treatment or _TreatmentTally()
        tally.records += records
        tally.quarantined += quarantined
        tally.operations.update(operations)
        tally.residual.update(residual)
        tally.residual_low += residual_low

    def add_changed(self, kind: str, changed: int, total: int) -> None:
        """``changed`` of ``total`` characters, pixels or milliseconds of treated files."""
        tally = self._treatment = self._treatment or _TreatmentTally()
        before = tally.changed.get(kind, Share(0, 0))
        tally.changed[kind] = Share(before.changed + changed, before.total + total)

    def add_left_out(self, pattern: str, n: int = 1) -> None:
        """Files or folders that the recipe left out by this pattern."""
        self._coverage.left_out[pattern] += n

    def mark_interrupted(self) -> None:
        """The run stopped before its end; every report says so at the top."""
        self._coverage.interrupted = True

    def build(self, duration_s: float | None = None) -> ExposureReport:
        """The report; ``duration_s`` replaces the one given with the tool. Files that come after it are new ones."""
        while self._open:
            self._close(next(iter(self._open)))
        kinds = self._kinds
        files, other_files = self._files.build()
        return ExposureReport(
            schema_version=SCHEMA_VERSION,
            legal_baseline_date=catalogue().legal_baseline_date,
            tool=self._tool if duration_s is None else replace(self._tool, duration_s=duration_s),
            dataset=Dataset(self._dataset, kinds.total(), self._n_bytes, dict(sorted(kinds.items()))),
            coverage=self._coverage.build(),
            entities=self._entity_summaries(max(kinds.total(), 1)),
            exposures=self._severity.exposures(),
            records_by_level=self._severity.records_by_level(),
            linkage=self._severity.linkage(),
            people=self._people.build(),
            files=files,
            other_files=other_files,
            unique_rows=tuple(self._unique_rows),
            other_tables=self._other_tables,
            treatment=self._treatment.build() if self._treatment else None,
        )

    def _file_of(self, record_uri: str) -> OpenFile:
        """As :func:`file_of`, but a file that was announced may have ``#`` in its own name."""
        at = len(record_uri)
        while at > 0:
            if (file := self._open.get(record_uri[:at])) is not None:
                return file
            at = record_uri.rfind("#", 0, at)
        return self._opened(file_of(record_uri))

    def _opened(self, uri: str) -> OpenFile:
        self._n_opened += 1
        file = OpenFile(uri, f"file-{self._n_opened:06d}" if self._hide_paths else uri)
        self._open[uri] = file
        if len(self._open) > _FILES_OPEN:
            # a container stays open while its members pass
            self._close(next(open_uri for open_uri in self._open if not uri.startswith(open_uri)))
        return file

    def _close(self, uri: str) -> None:
        file = self._open.pop(uri)
        self._coverage.add_file(file.state)
        self._files.add(file)
        self._people.add_file(file)

    def _add_finding(self, finding: Finding) -> None:
        detection = finding.detection
        self._by_confidence.setdefault(detection.entity_type, Counter())[detection.confidence] += 1
        if isinstance(detection.location, Segment):
            # milliseconds: a Counter holds whole numbers
            self._durations_ms[detection.entity_type] += round(
                1000 * (detection.location.end - detection.location.start)
            )

    def _add_columns(self, shown: str, found: ColumnSet) -> None:
        """The first tables in the order met: which rows are worse, a reader judges by the columns."""
        if len(self._unique_rows) < MAX_TABLES_LISTED:
            rows_by_k = dict(zip(K_BANDS, found.rows_by_k, strict=True))
            self._unique_rows.append(UniqueRows(shown, found.columns, rows_by_k))
        else:
            self._other_tables += 1

    def _entity_summaries(self, n_files: int) -> tuple[EntitySummary, ...]:
        summaries = []
        for entity_type, counts in self._by_confidence.items():
            distinct, complete = self._people.distinct(entity_type)
            files = self._files.files_by_type[entity_type]
            summaries.append(
                EntitySummary(
                    entity_type=entity_type,
                    category=legal_row(entity_type).category,
                    count=counts.total(),
                    high=counts[Confidence.HIGH],
                    medium=counts[Confidence.MEDIUM],
                    low=counts[Confidence.LOW],
                    files=files,
                    share=round(min(1.0, files / n_files), 4),
                    distinct=distinct,
                    distinct_complete=complete,
                    duration_s=self._durations_ms[entity_type] / 1000,
                )
            )
        return tuple(sorted(summaries, key=lambda summary: (-summary.count, summary.entity_type)))


class _TreatmentTally:
    def __init__(self) -> None:
        self.records = self.quarantined = self.residual_low = 0
        self.changed: dict[str, Share] = {}
        self.operations: Counter[tuple[str, str, str]] = Counter()
        self.residual: Counter[str] = Counter()

    def build(self) -> Treatment:
        operations = tuple(TreatedCount(*key, count) for key, count in sorted(self.operations.items()))
        return Treatment(
            self.records,
            self.quarantined,
            operations,
            dict(self.residual.most_common()),
            self.residual_low,
            dict(sorted(self.changed.items())),
        )
