"""From a stream of outcomes to an :class:`ExposureReport`.

Memory does not grow with the number of findings: counters, one small integer per file, and bounded lists and sets.
The outcomes of one record should arrive close together (within 50,000 records), else its data are scored apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from privacy_audit.legal._coverage import CoverageTally
from privacy_audit.legal._files import FileTally, PathNames
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
    "record_of",
]

MAX_FILES_LISTED = 2_000
MAX_UNSCANNED_LISTED = 2_000
MAX_TABLES_LISTED = 200


def file_of(record_uri: str) -> str:
    """The file part of a record URI: what stands before ``#``."""
    return record_uri.partition("#")[0]


def record_of(record_uri: str, file_uri: str) -> str:
    """What belongs to one person's record: the row of a table, whatever the column, else the whole file."""
    fragment = record_uri[len(file_uri) + 1 :]
    row = next((part for part in fragment.split("&") if part.startswith("row=")), None)
    return f"{file_uri}#{row}" if row else file_uri


class ExposureBuilder:
    """Adds up files and outcomes, in any order, then :meth:`build`. With ``hide_paths`` files are ``file-000001``."""

    def __init__(self, dataset: str, tool: ToolInfo, hide_paths: bool = False) -> None:
        self._dataset, self._tool = dataset, tool
        self._names = PathNames(hide_paths)
        self._kinds: dict[int, str] = {}  # hash of a file's URI -> its kind
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
        key = hash(uri)
        if key in self._kinds:
            return
        self._kinds[key] = kind
        self._n_bytes += size_bytes
        self._coverage.add_file(uri)
        self._names.shown(uri)

    def add_outcome(self, outcome: Outcome) -> None:
        """One scanner is done with one record."""
        uri = outcome.record_uri
        file_uri = self._file_of(uri)
        if isinstance(outcome, Unscanned):
            self._coverage.add_unscanned(outcome, file_uri, self._names.shown(file_uri) + uri[len(file_uri) :])
            return
        self._coverage.add_scanned(uri, file_uri, outcome.scanner, 1)
        if outcome.findings:
            self._people.add(file_uri, outcome.findings)
            level = self._severity.add(record_of(uri, file_uri), outcome.findings)
            counts = Counter(finding.detection.entity_type for finding in outcome.findings)
            self._files.add(file_uri, counts, level)
            for finding in outcome.findings:
                self._add_finding(finding)
                if isinstance(finding.detection.location, ColumnSet):
                    self._add_columns(file_uri, finding.detection.location)

    def add_scanned_counts(self, uri: str, scanner: str, n_records: int) -> None:
        """``n_records`` more records of one file were read without any finding: cells of a table, for instance."""
        if n_records > 0:
            self._coverage.add_scanned(uri, self._file_of(uri), scanner, n_records)

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
    ) -> None:
        """Treatments already counted; ``operations`` maps (operator, effect, entity type) to a number of places."""
        tally = self._treatment = self._treatment or _TreatmentTally()
        tally.records += records
        tally.quarantined += quarantined
        tally.operations.update(operations)
        tally.residual.update(residual)

    def add_left_out(self, pattern: str) -> None:
        """A file or folder that the recipe left out by this pattern."""
        self._coverage.left_out[pattern] += 1

    def mark_interrupted(self) -> None:
        """The run stopped before its end; every report says so at the top."""
        self._coverage.interrupted = True

    def build(self, duration_s: float | None = None) -> ExposureReport:
        """The report so far; ``duration_s`` replaces the one given with the tool."""
        kinds = Counter(self._kinds.values())
        files, other_files = self._files.build(self._kinds, self._names)
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
            unique_rows=tuple(replace(rows, uri=self._names.shown(rows.uri)) for rows in self._unique_rows),
            other_tables=self._other_tables,
            treatment=self._treatment.build() if self._treatment else None,
        )

    def _file_of(self, record_uri: str) -> str:
        """As :func:`file_of`, but a file that was announced may have ``#`` in its own name."""
        at = len(record_uri)
        while at > 0:
            if hash(record_uri[:at]) in self._kinds:
                return record_uri[:at]
            at = record_uri.rfind("#", 0, at)
        return file_of(record_uri)

    def _add_finding(self, finding: Finding) -> None:
        detection = finding.detection
        self._by_confidence.setdefault(detection.entity_type, Counter())[detection.confidence] += 1
        if isinstance(detection.location, Segment):
            # milliseconds: a Counter holds whole numbers
            self._durations_ms[detection.entity_type] += round(
                1000 * (detection.location.end - detection.location.start)
            )

    def _add_columns(self, file_uri: str, found: ColumnSet) -> None:
        """The first tables in the order met: which rows are worse, a reader judges by the columns."""
        if len(self._unique_rows) < MAX_TABLES_LISTED:
            rows_by_k = dict(zip(K_BANDS, found.rows_by_k, strict=True))
            self._unique_rows.append(UniqueRows(file_uri, found.columns, rows_by_k))
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
        self.records = self.quarantined = 0
        self.operations: Counter[tuple[str, str, str]] = Counter()
        self.residual: Counter[str] = Counter()

    def build(self) -> Treatment:
        operations = tuple(TreatedCount(*key, count) for key, count in sorted(self.operations.items()))
        return Treatment(self.records, self.quarantined, operations, dict(self.residual.most_common()))
