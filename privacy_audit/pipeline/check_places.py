"""What a check says of one file: where something stands, on which lines, and whether a remark there allows it."""

from __future__ import annotations

import bisect
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import parse_qs

from privacy_audit.errors import UnreadableError
from privacy_audit.legal.exposure import is_caption
from privacy_audit.pipeline.check_result import Place, Unread
from privacy_audit.pipeline.scanning import Clean, scan_tree
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.row_lines import row_lines
from privacy_audit.sources.text_file import read_text
from privacy_audit.types import (
    BoundingBox,
    ColumnSet,
    FieldRef,
    Finding,
    Outcome,
    PathRecord,
    Reason,
    Segment,
    TextSpan,
    Unscanned,
)

__all__ = ["places_of", "places_of_link"]

_REMARK = re.compile(r"privacy-audit: ?allow\b(.*)")
_OF_PATHS = frozenset(("path", "target"))
_END_OF_COMMENT = re.compile(r"-->|\*/|#\}|%>")
_NO_REASON = re.compile(r"[\W_]+")
_MIN_REASON_CHARS = 3
_BOX_GRID_PX, _TIME_GRID_S = 32, 1  # how coarse a place in a baseline is


def places_of(toolbox: Toolbox, entry: FileEntry) -> list[Place | Unread]:
    """Everything at or above the recipe's gate, and everything that was not read, in the order of the file.

    An empty file is no gap: git is full of them. What a container holds has no lines of the container's file.
    """
    told: list[Place | Unread] = []
    current, outcomes = entry, list[Outcome]()
    for item in scan_tree(toolbox, entry):
        if isinstance(item, FileEntry):
            current = item
        elif not isinstance(item, Clean):
            outcomes.append(item)
        else:  # the outcomes of this file are all there, and the file itself still is
            told += _told(toolbox, current, outcomes, entry)
            outcomes = []
    return told + _told(toolbox, entry, outcomes, entry)


def places_of_link(toolbox: Toolbox, entry: FileEntry) -> list[Place | Unread]:
    """The same for a symbolic link as git keeps it: a file with the path that it leads to."""
    target = os.fsdecode(entry.path.read_bytes())
    records = [PathRecord(f"{entry.uri}#path", entry.uri), PathRecord(f"{entry.uri}#target", target)]
    return _told(toolbox, entry, toolbox.scan(records), entry)


def _told(
    toolbox: Toolbox, entry: FileEntry, outcomes: Iterable[Outcome], outermost: FileEntry
) -> list[Place | Unread]:
    inside = entry.uri[len(outermost.uri) :].removeprefix("::")
    told: list[Finding | Unread] = []
    for outcome in outcomes:
        if not isinstance(outcome, Unscanned):
            if is_caption(outcome.record_uri, entry.uri):
                continue  # told where it stands, and no content of this file
            told += [item for item in outcome.findings if item.detection.confidence >= toolbox.recipe.gate]
        elif outcome.reason is not Reason.EMPTY:
            lasting = outcome.reason not in (Reason.MISSING_DEPENDENCY, Reason.SCANNER_FAILED, Reason.NOT_PERMITTED)
            detail = f"member {inside!r}: {outcome.detail}" if inside else outcome.detail
            told.append(Unread(outcome.scanner, outcome.reason.value, detail, lasting))
    placer = _Placer(toolbox, entry, [item for item in told if isinstance(item, Finding)])
    placed = [item if isinstance(item, Unread) else placer.place(item) for item in told]
    return [_of_member(item, inside) if inside and isinstance(item, Place) else item for item in placed]


def _of_member(place: Place, member: str) -> Place:
    return replace(place, where=(("member", repr(member)), *place.where), lines=None, in_path=False)


class _Placer:
    """The lines of one file, and the remarks on them."""

    def __init__(self, toolbox: Toolbox, entry: FileEntry, findings: Sequence[Finding]) -> None:
        self._toolbox, self._entry = toolbox, entry
        self._ends: list[int] = []
        self._rows: dict[str, tuple[int, int]] = {}
        self._remarks: Mapping[int, bool] = {}
        self._content: bytes | None = None
        fragments = {_fragment(entry, item) for item in findings}
        if entry.kind in ("text", "table") and fragments - _OF_PATHS:
            self._read_lines(set(map(_row, fragments)))

    def place(self, finding: Finding) -> Place:
        """The finding in the words of a check."""
        location, detection = finding.detection.location, finding.detection
        fragment = _fragment(self._entry, finding)
        lines = self._lines(fragment, location)
        held = range(lines[0], lines[1] + 1) if lines else ()
        remarks = [self._remarks[line] for line in held if line in self._remarks]
        where = tuple(_where(fragment, location))
        if not where and lines:
            where = (("line", str(lines[0])),)
        mark, at = self._mark(finding)
        return Place(
            where,
            lines,
            detection.entity_type,
            detection.confidence,
            finding.scanner,
            ("yes" if any(remarks) else "bare") if remarks else "no",
            fragment == "path",
            mark,
            at,
        )

    def _read_lines(self, rows: set[str]) -> None:
        try:
            limits = self._toolbox.recipe.limits
            text = read_text(self._entry.path, self._entry.uri, max_bytes=limits.max_text_bytes).text
            self._ends = [match.start() for match in re.finditer("\n", text)]
            found = ((bisect.bisect_left(self._ends, match.start()) + 1, match[1]) for match in _REMARK.finditer(text))
            self._remarks = {line: _is_reason(rest) for line, rest in found}
            if self._entry.kind == "table":
                listed = row_lines(self._entry.path, max_line_bytes=limits.max_line_bytes)
                self._rows = {row: (first, last) for row, first, last in listed if row in rows}
        except UnreadableError:
            pass  # too long to be read at once, or in another encoding: told without lines

    def _lines(self, fragment: str, location: object) -> tuple[int, int] | None:
        if self._entry.kind == "table":
            return self._rows.get(_row(fragment))
        if self._entry.kind != "text" or fragment or not isinstance(location, TextSpan):
            return None
        first = bisect.bisect_left(self._ends, location.start)
        return first + 1, bisect.bisect_left(self._ends, max(location.start, location.end - 1)) + 1

    def _mark(self, finding: Finding) -> tuple[str, tuple[int, ...]]:
        kind, location = finding.detection.entity_type, finding.detection.location
        fingerprinter = self._toolbox.fingerprinter
        of_medium = self._entry.kind not in ("text", "table") and isinstance(location, BoundingBox | Segment)
        if of_medium or (finding.fingerprint is None and not isinstance(location, FieldRef | ColumnSet)):
            return fingerprinter.of_bytes(kind, self._digest()), _coarse(location)
        if finding.fingerprint is not None:
            return finding.fingerprint, ()
        names = (location.name,) if isinstance(location, FieldRef) else getattr(location, "columns", ())
        return fingerprinter.of_text(kind, "\0".join(names)), ()

    def _digest(self) -> bytes:
        if self._content is None:
            with self._entry.path.open("rb") as file:
                self._content = hashlib.file_digest(file, "sha256").digest()
        return self._content


def _fragment(entry: FileEntry, finding: Finding) -> str:
    return finding.record_uri[len(entry.uri) + 1 :]


def _is_reason(rest: str) -> bool:
    return len(_NO_REASON.sub("", _END_OF_COMMENT.split(rest)[0])) >= _MIN_REASON_CHARS


def _row(fragment: str) -> str:
    """The row of a cell; what is said of a table as a whole, or of its columns, stands at its header."""
    if fragment == "table" or fragment.startswith("header"):
        return "header"
    return fragment.removeprefix("row=").partition("&")[0] if fragment.startswith("row=") else ""


def _coarse(location: object) -> tuple[int, ...]:
    if isinstance(location, BoundingBox):
        return (
            (location.x_min + location.x_max) // 2 // _BOX_GRID_PX,
            (location.y_min + location.y_max) // 2 // _BOX_GRID_PX,
        )
    return (int((location.start + location.end) / 2 // _TIME_GRID_S),) if isinstance(location, Segment) else ()


def _where(fragment: str, location: object) -> Iterator[tuple[str, str]]:
    """(kind of place, value) as ``legal/check.en.toml`` has words for them."""
    if fragment in _OF_PATHS:
        yield fragment, ""
        return
    if isinstance(location, ColumnSet):
        yield "columns", ", ".join(map(repr, location.columns))
        return
    if fragment == "table" and isinstance(location, FieldRef):
        yield "column", repr(location.name)
        return
    address = parse_qs(fragment, keep_blank_values=True)
    if "row" in address:
        yield "row", address["row"][0]
    if "header" in address:
        yield "header", ""
    if "frame" in address:
        yield "frame", address["frame"][0]
    if "key" in address:
        yield "key", ""
    elif "column" in address:
        yield "column", repr(address["column"][0])
    if "t" in address:
        yield "seconds", address["t"][0]
    elif isinstance(location, Segment):
        yield "seconds", f"{location.start:.1f}"
    elif fragment.partition("=")[0] == "audio":
        yield "sound", ""
    if isinstance(location, FieldRef):
        yield "tag", location.name
    elif isinstance(location, BoundingBox) and "t" not in address:
        yield "box", f"{location.x_min},{location.y_min} {location.x_max},{location.y_max}"
