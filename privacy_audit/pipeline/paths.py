"""Paths of files and of members of containers, treated; and what of all findings a recipe treats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from privacy_audit.pipeline.known_values import KnownValues
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.types import Detection, Operation, Outcome, PathRecord, Scanned, TextSpan

__all__ = ["path_operations", "to_be_treated", "treated_path"]


def treated_path(toolbox: Toolbox, uri: str) -> str:
    """The path with names and numbers in it replaced; folders and suffix stay where they are."""
    return path_operations(toolbox, uri)[0]


def path_operations(
    toolbox: Toolbox, uri: str, known: KnownValues | None = None, address: str = ""
) -> tuple[str, tuple[Operation, ...]]:
    """:func:`treated_path` and what was done; ``known`` learns what was replaced.

    ``address``: of a member of a container, whose ``uri`` is its name in there.
    """
    record = PathRecord(f"{address or uri}#path", uri)
    found = to_be_treated(toolbox, toolbox.scan([record]))
    toolbox.erase.add_to(found, address or uri)
    detections = found.get(record.uri, [])
    for detection in detections:
        if known is not None and isinstance(detection.location, TextSpan):
            known.add(detection.entity_type, uri[detection.location.start : detection.location.end])
    applied = toolbox.apply(record, detections)
    assert isinstance(applied.record, PathRecord)  # noqa: S101 - operators return the class they were given
    return applied.record.text, applied.operations


def to_be_treated(toolbox: Toolbox, outcomes: Sequence[Outcome]) -> dict[str, list[Detection]]:
    """What this recipe treats, by record."""
    found: dict[str, list[Detection]] = defaultdict(list)
    for outcome in outcomes:
        if isinstance(outcome, Scanned):
            for finding in outcome.findings:
                if finding.detection.confidence >= toolbox.recipe.treat_from:
                    found[outcome.record_uri].append(finding.detection)
    return found
