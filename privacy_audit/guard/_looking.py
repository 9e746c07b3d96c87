"""Look at one field of a sample, and treat it: a record, or the bytes of a file."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from privacy_audit.errors import PersonalDataError, PrivacyAuditError, UnreadableError
from privacy_audit.pipeline import FileTreatment, Toolbox, scan_file, sniffed, treat_file
from privacy_audit.pipeline.own_places import OwnPlaces
from privacy_audit.pipeline.parts import outcome_line, renamed, unscanned_line
from privacy_audit.pipeline.reading import ALL_SCANNERS
from privacy_audit.pipeline.scanning import Clean, scan_records
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.kinds import kind_of_name
from privacy_audit.types import (
    AudioRecord,
    Detection,
    ImageRecord,
    Operation,
    Outcome,
    Record,
    Scanned,
    TextRecord,
    Unscanned,
)

__all__ = ["Checked", "Seen", "look_at", "look_at_bytes", "outcomes_of", "unread"]

_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}")
_MAX_ROUNDS = 3
"""As for files: covering one thing can lay another bare."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the report counts of one field. URIs in ``lines`` are relative to it; ``operations`` counts (operator,
    effect, entity type), ``left`` the entity types still found in what goes on.
    """

    name: str
    kind: str
    lines: tuple[Mapping[str, Any], ...] = ()
    clean: tuple[tuple[str, int], ...] = ()
    operations: tuple[tuple[str, str, str], ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """One field after the guard: its value (treated in mode ``redact``), what was found, and why it was not read.

    ``found``: (entity type, confidence, how often) from the recipe's gate on. ``error`` is what mode ``raise`` raises.
    """

    value: Any = field(repr=False)
    found: tuple[tuple[str, str, int], ...] = ()
    unread: str | None = None
    error: PrivacyAuditError | None = field(default=None, repr=False)
    seen: tuple[Seen, ...] = field(default=(), repr=False)


def unread(name: str, value: Any, kind: str, problem: UnreadableError) -> Checked:
    """What is told of a field that could not be read."""
    line = unscanned_line("", ALL_SCANNERS, problem.reason, problem.detail)
    return _unread(name, value, Seen(name, kind, (line,)), problem)


def outcomes_of(toolbox: Toolbox, texts: Iterable[str]) -> dict[str, list[Outcome]]:
    """What is found in each text, and what was not read: many short ones together take a third of the time."""
    records = [TextRecord(f"#{number}", text) for number, text in enumerate(dict.fromkeys(texts))]
    if not records or not toolbox.scanners_for(TextRecord):
        return {}
    found: dict[str, list[Outcome]] = {record.uri: [] for record in records}
    for outcome in scan_records(toolbox, "", records, Clean()):
        found[outcome.record_uri].append(outcome)
    return {record.text: found[record.uri] for record in records}


def look_at(
    toolbox: Toolbox, name: str, record: Record, treat: bool, known: Sequence[Outcome] | None = None
) -> Checked:
    """Scan a record; with ``treat`` also treat it, and look again where something was. ``value`` is the record.

    ``known``: what :func:`outcomes_of` gave for this text.
    """
    if known is None:
        clean = Clean()
        outcomes = list(scan_records(toolbox, record.uri, [record], clean))
        counts = _counts_of(clean)
    else:
        outcomes = [_moved(outcome, record.uri) for outcome in known]
        told = {outcome.scanner for outcome in outcomes}
        counts = tuple((item.name, 1) for item in toolbox.scanners_for(type(record)) if item.name not in told)
    seen = Seen(name, _kind(record), _lines(outcomes, record.uri), counts)
    if lost := _lost(outcomes):
        return _unread(name, record, seen, lost)
    operations: list[Operation] = []
    left: Sequence[Outcome] = outcomes
    if treat:
        treated, operations, left = _treated(toolbox, record, outcomes)
        if lost := _lost(left):
            return _unread(name, record, seen, lost)
        record = treated
    return _checked(toolbox, record, outcomes, _with_treatment(toolbox, seen, operations, _detections(left)))


def look_at_bytes(toolbox: Toolbox, name: str, data: bytes, suffix: str, treat: bool) -> Checked:
    """The same for the bytes of a file of which only the suffix is known; ``value`` is bytes."""
    if not _SUFFIX.fullmatch(suffix):
        suffix = ""  # the first bytes decide
    with tempfile.TemporaryDirectory(prefix="privacy-audit-") as folder:
        path, destination = Path(folder) / f"in{suffix}", Path(folder) / f"out{suffix}"
        path.write_bytes(data)
        entry = sniffed(FileEntry(path, name, kind_of_name(path.name), len(data)))
        treatment = FileTreatment()
        if treat:
            treatment = treat_file(toolbox, entry, destination)
        else:
            treatment.outcomes = list(scan_file(toolbox, entry, treatment.clean))
        seen = Seen(name, entry.kind, _lines(treatment.outcomes, name), _counts_of(treatment.clean))
        if lost := _lost([*treatment.outcomes, *treatment.quarantined]):
            return _unread(name, data, seen, lost)
        left = [finding.detection for finding in treatment.residual] if treat else _detections(treatment.outcomes)
        seen = _with_treatment(toolbox, seen, treatment.operations, left)
        return _checked(toolbox, destination.read_bytes() if treat else data, treatment.outcomes, seen)


def _treated(
    toolbox: Toolbox, record: Record, outcomes: Sequence[Outcome]
) -> tuple[Record, list[Operation], Sequence[Outcome]]:
    """The treated record, what was done, and what is found in it; where nothing was, it is not scanned again."""
    own, operations = OwnPlaces(), list[Operation]()
    for _ in range(_MAX_ROUNDS):
        wanted = [item for item in _detections(outcomes) if item.confidence >= toolbox.recipe.treat_from]
        applied = own.apply(toolbox, record, wanted)
        record = applied.record
        if not applied.operations:
            break
        operations += applied.operations
        again = scan_records(toolbox, record.uri, [record], Clean())
        outcomes = [own.without(outcome, lambda place: [place]) for outcome in again]
        if not any(toolbox.treats_away(type(record), item) for item in _detections(outcomes)):
            break
    return record, operations, outcomes


def _checked(toolbox: Toolbox, value: Any, outcomes: Sequence[Outcome], seen: Seen) -> Checked:
    at_gate = [item for item in _detections(outcomes) if item.confidence >= toolbox.recipe.gate]
    counts = Counter((item.entity_type, item.confidence.name) for item in at_gate)
    found = tuple((*key, count) for key, count in sorted(counts.items()))
    told = ", ".join(f"{entity_type} x {count}" for entity_type, _, count in found)
    return Checked(value, found, error=PersonalDataError(f"{seen.name}: {told}") if found else None, seen=(seen,))


def _unread(name: str, value: Any, seen: Seen, problem: UnreadableError) -> Checked:
    error = UnreadableError(problem.reason, f"{name}: {problem.detail}")
    return Checked(value, unread=f"{problem.reason.value}: {problem.detail}", error=error, seen=(seen,))


def _with_treatment(toolbox: Toolbox, seen: Seen, operations: Iterable[Operation], left: Iterable[Detection]) -> Seen:
    done = tuple((item.operator, item.effect.value, item.entity_type) for item in operations)
    # as in a treated copy, what is below the gate is no remainder
    still = tuple(item.entity_type for item in left if item.confidence >= toolbox.recipe.gate)
    return Seen(seen.name, seen.kind, seen.lines, seen.clean, done, still)


def _lost(outcomes: Iterable[Outcome]) -> UnreadableError | None:
    lost = next((item for item in outcomes if isinstance(item, Unscanned)), None)
    return UnreadableError(lost.reason, f"{lost.scanner}: {lost.detail}") if lost else None


def _detections(outcomes: Iterable[Outcome]) -> list[Detection]:
    return [finding.detection for outcome in outcomes if isinstance(outcome, Scanned) for finding in outcome.findings]


def _lines(outcomes: Iterable[Outcome], uri: str) -> tuple[Mapping[str, Any], ...]:
    return tuple(renamed(outcome_line(outcome), uri, "") for outcome in outcomes)


def _counts_of(clean: Clean) -> tuple[tuple[str, int], ...]:
    """Scanner -> records without a finding; the name of a field is no content of it."""
    counts = Counter[str]()
    for (uri, scanner), count in clean.items():
        if not uri.endswith("#path"):
            counts[scanner] += count
    return tuple(sorted(counts.items()))


def _moved(outcome: Outcome, uri: str) -> Outcome:
    if isinstance(outcome, Unscanned):
        return replace(outcome, record_uri=uri)
    return replace(outcome, record_uri=uri, findings=tuple(replace(item, record_uri=uri) for item in outcome.findings))


def _kind(record: Record) -> str:
    kinds = {TextRecord: "text", ImageRecord: "image", AudioRecord: "audio"}
    return kinds.get(type(record), "other")
