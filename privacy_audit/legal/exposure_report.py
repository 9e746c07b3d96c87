"""The exposure report as plain values: what was read, what was found, how exposed people are. No personal value."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

__all__ = [
    "SCHEMA_VERSION",
    "Coverage",
    "Dataset",
    "EntitySummary",
    "Exposure",
    "ExposureReport",
    "FileSummary",
    "Level",
    "People",
    "ScannerCoverage",
    "ToolInfo",
    "TreatedCount",
    "Treatment",
    "UniqueRows",
    "UnscannedEntry",
    "VideoCoverage",
]

SCHEMA_VERSION = 1
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ToolInfo:
    """The run. ``started_at``: ISO 8601; ``scanners``: name -> summary; ``models``: name -> version."""

    version: str
    started_at: str
    duration_s: float = 0.0
    recipe_name: str = ""
    scanners: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dataset:
    """What was handed to the audit. ``by_kind``: text, table, image, audio, video or other -> number of files."""

    name: str
    n_files: int
    n_bytes: int
    by_kind: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ScannerCoverage:
    """Records that one scanner read to the end, and that it did not."""

    scanner: str
    scanned: int
    unscanned: int


@dataclass(frozen=True, slots=True)
class UnscannedEntry:
    """One record that one scanner (``*``: all of them) did not read."""

    uri: str
    scanner: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class VideoCoverage:
    """How much of the videos was looked at: frames of all their frames; ``duration_s``: of all of them, in seconds."""

    files: int
    frames: int
    frames_looked_at: int
    duration_s: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """Files read by every scanner meant for them, by some, by none; ``unlisted`` entries were counted, not kept.

    ``left_out``: glob of the recipe -> files and folders it left out; they are no part of the files counted.
    """

    complete: int
    partial: int
    unscanned: int
    scanners: tuple[ScannerCoverage, ...]
    by_reason: Mapping[str, int]
    entries: tuple[UnscannedEntry, ...]
    unlisted: int
    left_out: Mapping[str, int]
    interrupted: bool
    videos: VideoCoverage

    @property
    def n_files(self) -> int:
        """All files met."""
        return self.complete + self.partial + self.unscanned


@dataclass(frozen=True, slots=True)
class EntitySummary:
    """One entity type. ``share``: of all files, 0 to 1. ``duration_s``: sum of the segments, for sound only.

    ``distinct`` counts different values by fingerprint, None when values have none; ``distinct_complete`` is False
    when counting stopped at its limit.
    """

    entity_type: str
    category: str
    count: int
    high: int
    medium: int
    low: int
    files: int
    share: float
    distinct: int | None
    distinct_complete: bool
    duration_s: float


@dataclass(frozen=True, slots=True)
class Level:
    """One proposed severity: ``level`` = scale of ``identification + prejudice``, reached by ``categories``."""

    level: int
    identification: int
    prejudice: int
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exposure:
    """Severity for one data type of the CNIL: high-confidence findings only, high and medium, all.

    ``records`` counts the records (a row of a table, or a file) that hold this type.
    """

    cnil_type: str
    lower: Level
    proposed: Level
    upper: Level
    records: int


@dataclass(frozen=True, slots=True)
class People:
    """An estimate of how many different people were detected, without identifying anyone.

    ``lower``: the largest of ``faces_in_one_picture``, ``speakers_in_one_file``, ``distinct_nir`` and, when any name
    was found, 1. ``upper``: the sum of distinct values and of faces and speakers, each counted apart.
    """

    lower: int
    upper: int
    faces_in_one_picture: int
    speakers_in_one_file: int
    distinct_nir: int
    distinct_names: int
    faces: int
    speakers: int
    other_identifiers: int


@dataclass(frozen=True, slots=True)
class FileSummary:
    """One file: findings by entity type and the highest proposed severity among its records."""

    uri: str
    kind: str
    counts: Mapping[str, int]
    level: int

    @property
    def total(self) -> int:
        """All findings of this file."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class UniqueRows:
    """Columns of one table that together single out rows. ``rows_by_k``: band of k (``1``, ``2-4``...) -> rows."""

    uri: str
    columns: tuple[str, ...]
    rows_by_k: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class TreatedCount:
    """How often one operator treated one entity type. ``effect``: REDACTED, OBSCURED, PSEUDONYMISED, REMOVED."""

    operator: str
    effect: str
    entity_type: str
    count: int


@dataclass(frozen=True, slots=True)
class Treatment:
    """What was done, what the same detectors still find (``residual``), and what was set aside, not copied."""

    records: int
    quarantined: int
    operations: tuple[TreatedCount, ...]
    residual: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ExposureReport:
    """Everything a report format needs. ``records_by_level``: level "1" to "4" -> records holding findings."""

    schema_version: int
    legal_baseline_date: str
    tool: ToolInfo
    dataset: Dataset
    coverage: Coverage
    entities: tuple[EntitySummary, ...]
    exposures: tuple[Exposure, ...]
    records_by_level: Mapping[str, int]
    people: People
    files: tuple[FileSummary, ...]
    other_files: int
    unique_rows: tuple[UniqueRows, ...] = ()
    other_tables: int = 0
    treatment: Treatment | None = None

    @property
    def n_findings(self) -> int:
        """All findings, whatever their confidence."""
        return sum(entity.count for entity in self.entities)

    def entity(self, entity_type: str) -> EntitySummary | None:
        """The summary of one entity type, None when nothing of it was detected."""
        return next((entity for entity in self.entities if entity.entity_type == entity_type), None)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> ExposureReport:
        """Inverse of :meth:`to_dict`. Raises ValueError on another schema version, KeyError on a missing field."""
        if value.get("schema_version") != SCHEMA_VERSION:
            raise ValueError(f"schema_version must be {SCHEMA_VERSION}, got {value.get('schema_version')!r}")
        return _decode(cls, value)


def _decode(cls: type[_T], value: Mapping[str, Any]) -> _T:
    hints = typing.get_type_hints(cls)
    return cls(**{name: _decode_field(hints[name], value[name]) for name in hints})


def _decode_field(hint: Any, value: Any) -> Any:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _decode(hint, value)
    if typing.get_origin(hint) is tuple:
        return tuple(_decode_field(typing.get_args(hint)[0], item) for item in value)
    if isinstance(hint, types.UnionType) and value is not None:
        return _decode_field(typing.get_args(hint)[0], value)
    return dict(value) if isinstance(value, Mapping) else value
