"""Findings added up per file and entity type: what CSV and SARIF list, where a report holds the heaviest files only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from privacy_audit.legal.exposure import SeverityTally, file_of, record_of
from privacy_audit.types import Confidence, Finding, finding_from_dict, location_to_dict

__all__ = ["MAX_WHERE", "Place", "places"]

MAX_WHERE = 10
"""Locations kept per file and entity type; findings.jsonl holds all of them."""


@dataclass(slots=True)
class Place:
    """One entity type in one file. ``level``: highest proposed severity among the records of the file, 0 to 4.

    ``where``: (what follows the file in the record's URI, location as in ``findings.jsonl``), the first ones.
    """

    file: str
    entity_type: str
    by_confidence: Counter[Confidence] = field(default_factory=Counter)
    scanners: set[str] = field(default_factory=set)
    where: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    level: int = 0

    @property
    def count(self) -> int:
        """All findings of this type in this file."""
        return self.by_confidence.total()


def places(lines: Iterable[Mapping[str, Any]]) -> list[Place]:
    """From the lines of ``findings.jsonl``: gravest files first, then most findings, then names.

    Raises KeyError, TypeError or ValueError on a line that is no finding.
    """
    found: dict[tuple[str, str], Place] = {}
    levels: Counter[str] = Counter()
    severity = SeverityTally()
    for uri, group in groupby(map(finding_from_dict, lines), lambda finding: finding.record_uri):
        findings, file = list(group), file_of(uri)
        levels[file] = max(levels[file], severity.add(record_of(uri, file), findings))
        for finding in findings:
            _add(found, file, finding)
    for place in found.values():
        place.level = levels[place.file]
    return sorted(found.values(), key=lambda place: (-place.level, -place.count, place.file, place.entity_type))


def _add(found: dict[tuple[str, str], Place], file: str, finding: Finding) -> None:
    detection = finding.detection
    place = found.setdefault((file, detection.entity_type), Place(file, detection.entity_type))
    place.by_confidence[detection.confidence] += 1
    place.scanners.add(finding.scanner)
    if len(place.where) < MAX_WHERE:
        place.where.append((finding.record_uri[len(file) + 1 :], location_to_dict(detection.location)))
