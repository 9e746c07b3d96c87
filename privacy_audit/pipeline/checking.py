"""Check single files in this process and say where something is: for a commit hook."""

from __future__ import annotations

import bisect
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

from privacy_audit.pipeline.reading import sniffed
from privacy_audit.pipeline.scanning import Clean, scan_file
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.recipe import Limits, Recipe
from privacy_audit.sources.folder import FileEntry, walk
from privacy_audit.sources.text_file import read_text
from privacy_audit.types import ColumnSet, FieldRef, Finding, Reason, Segment, TextSpan, Unscanned

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
    for item in walk(files, recipe.exclude):
        if not isinstance(item, FileEntry):
            continue
        entry = sniffed(item)
        for outcome in scan_file(toolbox, entry, Clean()):
            if isinstance(outcome, Unscanned):
                if outcome.reason is not Reason.EMPTY:
                    n_unread += 1
                    lines.append(_line(entry, f"not scanned by {_name(outcome)}: {outcome.detail}"))
                continue
            told = [finding for finding in outcome.findings if finding.detection.confidence >= recipe.gate]
            n_findings += len(told)
            lines += [_line(entry, text) for text in _places(entry, told, recipe.limits)]
    return CheckResult(tuple(lines), n_findings, n_unread)


def _places(entry: FileEntry, findings: Sequence[Finding], limits: Limits) -> Iterator[str]:
    lines: _Lines | None = None
    for finding in findings:
        detection = finding.detection
        if entry.kind == "text" and lines is None and not finding.record_uri.endswith("#path"):
            lines = _Lines(read_text(entry.path, entry.uri, max_bytes=limits.max_text_bytes).text)
        where = _where(entry, finding, lines)
        yield f"{where}{detection.entity_type} ({detection.confidence.name.lower()} confidence)"


def _where(entry: FileEntry, finding: Finding, lines: _Lines | None) -> str:
    fragment = finding.record_uri[len(entry.uri) + 1 :]
    location = finding.detection.location
    if fragment == "path":
        return "in the file's name: "
    if fragment == "table" and isinstance(location, FieldRef):
        return f"column {location.name!r}: "
    if isinstance(location, ColumnSet):
        return f"columns {', '.join(map(repr, location.columns))}: "
    if fragment:
        address = parse_qs(fragment, keep_blank_values=True)
        row = f"row {address['row'][0]}, " if "row" in address else ""
        row = "in the header, " if "header" in address else row
        if "frame" in address:
            place = f"tag {location.name}: " if isinstance(location, FieldRef) else ""
            return f"frame {address['frame'][0]}, {place}" if place else f"frame {address['frame'][0]}: "
        if "key" in address:
            return f"{row}in a key: "
        if "t" in address:
            return f"at {address['t'][0]} s: "
        if fragment.partition("=")[0] == "audio":
            return "in the sound: "
        return f"{row}column {address.get('column', ['?'])[0]!r}: "
    if isinstance(location, Segment):
        return f"at {location.start:.1f} s: "
    if isinstance(location, TextSpan) and lines:
        return f"line {lines.number(location.start)}: "
    if isinstance(location, FieldRef):
        return f"tag {location.name}: "
    return ""


class _Lines:
    """Line numbers in one text, from 1 as editors count."""

    def __init__(self, text: str) -> None:
        self._ends = [match.start() for match in re.finditer("\n", text)]

    def number(self, start: int) -> int:
        """The line that holds this code point."""
        return bisect.bisect_left(self._ends, start) + 1


def _name(outcome: Unscanned) -> str:
    return "any scanner" if outcome.scanner == "*" else outcome.scanner


def _line(entry: FileEntry, text: str) -> str:
    shown = os.path.relpath(entry.path)
    return f"{shown if shown.isprintable() else ascii(shown)}: {text}"
