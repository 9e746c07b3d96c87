"""Check single files in this process and say where something is: for a commit hook."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

from privacy_audit.pipeline.reading import sniffed
from privacy_audit.pipeline.scanning import Clean, scan_file
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.recipe import Recipe
from privacy_audit.sources.folder import FileEntry, walk
from privacy_audit.types import FieldRef, Finding, Reason, TextSpan, Unscanned

__all__ = ["CheckResult", "check_files"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line per place, in the order of the files."""

    lines: tuple[str, ...]
    n_findings: int
    n_unread: int


def check_files(files: Sequence[Path], recipe: Recipe) -> CheckResult:
    """Scan the files given, or the folders, with one recipe. Empty files pass: git is full of them.

    Raises:
        UsageError: a path does not exist, or the recipe is wrong.
    """
    toolbox = Toolbox(recipe)
    lines: list[str] = []
    n_findings = n_unread = 0
    for entry in walk(files, recipe.exclude):
        if not isinstance(entry, FileEntry):
            continue
        for outcome in scan_file(toolbox, sniffed(entry), Clean()):
            if isinstance(outcome, Unscanned):
                if outcome.reason is not Reason.EMPTY:
                    n_unread += 1
                    lines.append(_line(entry, f"not scanned by {_name(outcome)}: {outcome.detail}"))
                continue
            told = [finding for finding in outcome.findings if finding.detection.confidence >= recipe.gate]
            n_findings += len(told)
            lines += [_line(entry, text) for text in _places(entry, told)]
    return CheckResult(tuple(lines), n_findings, n_unread)


def _places(entry: FileEntry, findings: Sequence[Finding]) -> Iterator[str]:
    for finding in findings:
        detection = finding.detection
        where = _where(entry, finding)
        yield f"{where}{detection.entity_type} ({detection.confidence.name.lower()} confidence)"


def _where(entry: FileEntry, finding: Finding) -> str:
    fragment = finding.record_uri[len(entry.uri) + 1 :]
    location = finding.detection.location
    if fragment == "path":
        return "in the file's name: "
    if fragment == "table" and isinstance(location, FieldRef):
        return f"column {location.name!r}: "
    if fragment:
        address = parse_qs(fragment)
        row = f"row {address['row'][0]}, " if "row" in address else ""
        return f"{row}column {address.get('column', ['?'])[0]!r}: "
    if isinstance(location, TextSpan):
        return f"line {_line_number(entry.path, location.start)}: "
    if isinstance(location, FieldRef):
        return f"tag {location.name}: "
    return ""


def _line_number(path: Path, start: int) -> int:
    """Lines are counted as editors do, from 1."""
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return file.read(start).count("\n") + 1


def _name(outcome: Unscanned) -> str:
    return "any scanner" if outcome.scanner == "*" else outcome.scanner


def _line(entry: FileEntry, text: str) -> str:
    shown = os.path.relpath(entry.path)
    return f"{shown if shown.isprintable() else ascii(shown)}: {text}"
