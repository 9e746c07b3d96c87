"""The exposure report as plain values: what was read, what was found, how exposed people are. No personal value."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from privacy_audit.legal._decode import decode
from privacy_audit.legal.catalogue import CNIL_TYPES
from privacy_audit.legal.context import Context
from privacy_audit.legal.coverage_report import Coverage, ScannerCoverage, UnscannedEntry, VideoCoverage, within
from privacy_audit.legal.links_report import Grouped, Linking, NearDuplicates, Repeated
from privacy_audit.types import Effect

__all__ = [
    "SCHEMA_VERSION",
    "Coverage",
    "Dataset",
    "EntitySummary",
    "Exposure",
    "ExposureReport",
    "FileSummary",
    "Grouped",
    "Level",
    "Linkage",
    "Linking",
    "NearDuplicates",
    "People",
    "Repeated",
    "ScannerCoverage",
    "Share",
    "ToolInfo",
    "TreatedCount",
    "Treatment",
    "UniqueRows",
    "UnscannedEntry",
    "VideoCoverage",
]

SCHEMA_VERSION = 3
_UPGRADED = 2
"""The oldest version that is still read: all that was added since has a value for reports without it."""
_LEVELS = range(5)
_NUMBERS = ("1", "2", "3", "4")  # keys of counts by level


@dataclass(frozen=True, slots=True)
class ToolInfo:
    """The run. ``started_at``: ISO 8601; ``scanners``: name -> summary; ``models``: name -> version.

    ``files_read`` in this run; ``files_reused``: start of an earlier run, ISO 8601 -> files taken from it unread,
    because they have not changed since.
    """

    version: str
    started_at: str
    duration_s: float = 0.0
    recipe_name: str = ""
    scanners: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    files_read: int = 0
    files_reused: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dataset:
    """What was handed to the audit. ``by_kind``: text, table, image, audio, video or other -> number of files."""

    name: str
    n_files: int
    n_bytes: int
    by_kind: Mapping[str, int]


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

    def __post_init__(self) -> None:
        within("level", self.level, _LEVELS)
        within("identification", self.identification, _LEVELS)
        within("prejudice", self.prejudice, _LEVELS)


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

    def __post_init__(self) -> None:
        within("cnil_type", self.cnil_type, CNIL_TYPES)


@dataclass(frozen=True, slots=True)
class Linkage:
    """Records that bring data about one person together. A record is a row of a table, or a file.

    ``by_identification``: level of identification "1" to "4" -> records, from medium confidence on, as are
    ``named_face_or_voice`` and, among them, ``named_face_and_voice``. ``special_linked`` and ``special_topic`` count
    records with a special category (Articles 9 and 10) beside an identifier, or tied to nobody: all findings.
    """

    by_identification: Mapping[str, int]
    named_face_or_voice: int
    named_face_and_voice: int
    special_linked: int
    special_topic: int

    def __post_init__(self) -> None:
        within("by_identification", tuple(self.by_identification), (_NUMBERS,))


@dataclass(frozen=True, slots=True)
class People:
    """An estimate of how many different people were detected, without identifying anyone.

    ``lower``: the largest of ``faces_in_one_picture``, ``speakers_in_one_file``, ``distinct_nir`` and, when any name
    was found, 1. ``upper``: the sum of distinct values and of faces and speakers, each counted apart. Where faces or
    voices were compared from file to file, both ends take that into account: ``linked_people``. ``speakers`` holds
    ``not_told_apart`` recordings with speech in which no speaker was told apart, each as one person.
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
    not_told_apart: int = 0


@dataclass(frozen=True, slots=True)
class FileSummary:
    """One file: findings by entity type and the highest proposed severity among its records."""

    uri: str
    kind: str
    counts: Mapping[str, int]
    level: int

    def __post_init__(self) -> None:
        within("level", self.level, _LEVELS)

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

    def __post_init__(self) -> None:
        within("effect", self.effect, tuple(Effect.__members__))


@dataclass(frozen=True, slots=True)
class Share:
    """``changed`` of ``total``."""

    changed: int
    total: int


@dataclass(frozen=True, slots=True)
class Treatment:
    """What was done, what the same detectors still find (``residual``), and what was set aside, not copied.

    ``residual`` counts from medium confidence on, ``residual_low`` what is below. ``changed``: how much of the texts
    (``characters``), pictures (``pixels``) and recordings (``milliseconds``) that were copied is not as it was.
    """

    records: int
    quarantined: int
    operations: tuple[TreatedCount, ...]
    residual: Mapping[str, int]
    residual_low: int = 0
    changed: Mapping[str, Share] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExposureReport:
    """Everything a report format needs. ``records_by_level``: level "1" to "4" -> records holding findings.

    ``context`` is what the controller declared, None where nothing was. ``duplicates`` and ``linking`` are None where
    the recipe did not ask for them.
    """

    schema_version: int
    legal_baseline_date: str
    tool: ToolInfo
    dataset: Dataset
    coverage: Coverage
    entities: tuple[EntitySummary, ...]
    exposures: tuple[Exposure, ...]
    records_by_level: Mapping[str, int]
    linkage: Linkage
    people: People
    files: tuple[FileSummary, ...]
    other_files: int
    unique_rows: tuple[UniqueRows, ...] = ()
    other_tables: int = 0
    treatment: Treatment | None = None
    context: Context | None = None
    duplicates: NearDuplicates | None = None
    linking: Linking | None = None

    def __post_init__(self) -> None:
        within("records_by_level", tuple(self.records_by_level), (_NUMBERS,))

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
        """Inverse of :meth:`to_dict`.

        Raises:
            ValueError: another schema version, or a field that is missing, unknown, of another type or out of range.
        """
        version = value.get("schema_version")
        if version not in range(_UPGRADED, SCHEMA_VERSION + 1):
            raise ValueError(f"schema_version: got {version!r}, this version reads {_UPGRADED} to {SCHEMA_VERSION}")
        if version != SCHEMA_VERSION:
            value = {**_defaults(cls), **value, "schema_version": SCHEMA_VERSION}
            for key, part in (("tool", ToolInfo), ("people", People), ("treatment", Treatment)):
                if isinstance(value.get(key), Mapping):
                    value[key] = {**_defaults(part), **value[key]}
        return decode(cls, value)


def _defaults(cls: type) -> dict[str, Any]:
    """What a field holds in a report that is older than the field."""
    found = {}
    for item in dataclasses.fields(cls):
        if item.default_factory is not dataclasses.MISSING:
            found[item.name] = item.default_factory()
        elif item.default is not dataclasses.MISSING:
            found[item.name] = item.default
    return found
