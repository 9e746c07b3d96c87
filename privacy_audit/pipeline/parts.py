"""What one process learnt about one file, as lines on disk, and back into a report and ``findings.jsonl``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from privacy_audit.legal.exposure import ExposureBuilder
from privacy_audit.pipeline.scanning import Clean, scan_tree
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.sources.folder import FileEntry
from privacy_audit.types import (
    Operation,
    Outcome,
    Reason,
    Scanned,
    Unscanned,
    finding_from_dict,
    finding_to_dict,
    location_to_dict,
)

__all__ = [
    "add_line",
    "clean_line",
    "file_line",
    "operation_line",
    "outcome_line",
    "renamed",
    "scan_lines",
    "unscanned_line",
]


def scan_lines(toolbox: Toolbox, entry: FileEntry) -> Iterator[dict[str, Any]]:
    """The lines of one scanned file and of those it holds: the file, its outcomes, the counts of what held nothing."""
    collector = toolbox.collector
    for item in scan_tree(toolbox, entry):
        if isinstance(item, FileEntry):
            yield file_line(item)
        elif isinstance(item, Clean):
            yield clean_line(item)
        else:
            yield outcome_line(item)
        if collector is not None:
            yield from collector.lines()
    if collector is not None:
        yield from collector.lines(ended=True)


def file_line(entry: FileEntry) -> dict[str, Any]:
    """The file met; the bytes of a member are those of its container."""
    return {"file": entry.uri, "kind": entry.kind, "size_bytes": 0 if entry.member else entry.size_bytes}


def clean_line(clean: Clean) -> dict[str, Any]:
    """Records read without a finding, and how much of a video was looked at."""
    line: dict[str, Any] = {"clean": [[uri, scanner, count] for (uri, scanner), count in sorted(clean.items())]}
    if clean.video:
        line["video"] = [clean.video.n_frames, clean.video.n_looked_at, clean.video.duration_s]
    return line


def outcome_line(outcome: Outcome) -> dict[str, Any]:
    """One outcome."""
    if isinstance(outcome, Unscanned):
        return unscanned_line(outcome.record_uri, outcome.scanner, outcome.reason, outcome.detail)
    findings = [finding_to_dict(finding) for finding in outcome.findings]
    return {"scanned": outcome.record_uri, "scanner": outcome.scanner, "findings": findings}


def unscanned_line(uri: str, scanner: str, reason: Reason, detail: str) -> dict[str, Any]:
    """One record that was not read."""
    return {"unscanned": uri, "scanner": scanner, "reason": reason.value, "detail": detail}


def operation_line(operation: Operation) -> dict[str, Any]:
    """One line of ``operations.jsonl``."""
    return {
        "record_uri": operation.record_uri,
        "operator": operation.operator,
        "effect": operation.effect.value,
        "entity_type": operation.entity_type,
        "location": location_to_dict(operation.location),
        "parameters": dict(operation.parameters),
    }


def add_line(builder: ExposureBuilder, line: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Feed one line to the report; the findings in it come back."""
    if "file" in line:
        builder.add_file(line["file"], line["kind"], line["size_bytes"])
    elif "clean" in line:
        for uri, scanner, count in line["clean"]:
            builder.add_scanned_counts(uri, scanner, count)
        if "video" in line:
            builder.add_video(*line["video"])
    elif "unscanned" in line:
        reason = Reason[line["reason"]]
        builder.add_outcome(Unscanned(line["unscanned"], line["scanner"], reason, line["detail"]))
    elif "scanned" in line:
        findings = tuple(finding_from_dict(value) for value in line["findings"])
        builder.add_outcome(Scanned(line["scanned"], line["scanner"], findings))
        return list(line["findings"])
    return []


def renamed(line: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """The line of one file under another name: every URI that starts with the old one."""

    def rename(uri: str) -> str:
        return new + uri[len(old) :]

    line = dict(line)
    for key in ("file", "unscanned", "scanned", "signatures"):
        if key in line:
            line[key] = rename(line[key])
    if "clean" in line:
        line["clean"] = [[rename(uri), scanner, count] for uri, scanner, count in line["clean"]]
    if "findings" in line:
        line["findings"] = [{**value, "record_uri": rename(value["record_uri"])} for value in line["findings"]]
    return line
