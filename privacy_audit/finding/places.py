"""Where something of the person was met: places only, never what stands there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from privacy_audit.types import BoundingBox, Confidence, FieldRef, Location, Segment, TextSpan, location_to_dict

__all__ = ["FindReport", "Place", "Unread"]


@dataclass(frozen=True, slots=True)
class Place:
    """One place. ``medium``: text, cell, column name, path, tag, speech, caption (written of a picture or
    recording in another file), picture text, file, face or voice.

    ``asked``: the kind of value that was looked for. ``how``: in which spelling, or by which comparison, it was met.
    ``location`` None stands for the whole record. ``line`` counts from 1, in texts. ``source``: the file of the
    data set that holds it, where ``file`` is a member of a container; ``size_bytes`` and ``modified_ns`` are those of
    the file of the data set as it was read.
    """

    record_uri: str
    file: str
    medium: str
    asked: str
    entity_type: str
    location: Location | None
    how: str
    score: float
    confidence: Confidence
    line: int | None = None
    whole: bool = False
    """The place is all that its record says: a cell that holds the name and nothing else."""
    size_bytes: int = 0
    modified_ns: int = 0
    source: str = ""

    @property
    def row(self) -> int | None:
        """Row of a table, from 0."""
        values = self._address().get("row")
        return int(values[0]) if values and values[0].isdigit() else None

    @property
    def column(self) -> str | None:
        """Name of the column, as in the record's URI."""
        values = self._address().get("column")
        return values[0] if values else None

    def _address(self) -> dict[str, list[str]]:
        return parse_qs(self.record_uri[len(self.file) + 1 :], keep_blank_values=True)

    @property
    def where(self) -> str:
        """``line 12, characters 4-15``: for a table on a terminal."""
        parts = [] if self.row is None else [f"row {self.row}"]
        if self.column is not None:
            parts.append(f"column {self.column}")
        for key in ("t", "frame"):
            if key in self._address():
                parts.append(f"{'at' if key == 't' else 'frame'} {self._address()[key][0]}{' s' if key == 't' else ''}")
        if self.medium == "caption":
            parts.append("in its caption")
        if self.line is not None:
            parts.append(f"line {self.line}")
        match self.location:
            case TextSpan(start, end):
                parts.append(f"characters {start}-{end}")
            case Segment(start_s, end_s):
                parts.append(f"{start_s:.1f}-{end_s:.1f} s")
            case BoundingBox(x_min, y_min, x_max, y_max):
                parts.append(f"box {x_min},{y_min} {x_max},{y_max}")
            case FieldRef(name):
                parts.append(f"tag {name}")
        return ", ".join(parts) or "the whole file"

    def to_dict(self) -> dict[str, Any]:
        """One place of the JSON output."""
        return {
            "record_uri": self.record_uri,
            "file": self.file,
            "medium": self.medium,
            "asked": self.asked,
            "how": self.how,
            "score": round(self.score, 3),
            "confidence": self.confidence.name,
            "line": self.line,
            "row": self.row,
            "column": self.column,
            "location": None if self.location is None else location_to_dict(self.location),
        }


@dataclass(frozen=True, slots=True)
class Unread:
    """A record that was not searched, and why. ``detail`` holds no content."""

    record_uri: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class FindReport:
    """``asked``: kinds of values, without the values. ``notes``: what was not searched at all."""

    started_at: str
    asked: Sequence[str]
    basis: str
    n_files: int
    places: Sequence[Place]
    unread: Sequence[Unread]
    notes: Sequence[str]

    def to_dict(self) -> dict[str, Any]:
        """The JSON output."""
        return {
            "schema_version": 1,
            "started_at": self.started_at,
            "asked": list(self.asked),
            "basis": self.basis or None,
            "files": self.n_files,
            "not_searched": [
                {"record_uri": item.record_uri, "reason": item.reason, "detail": item.detail} for item in self.unread
            ],
            "notes": list(self.notes),
            "places": [place.to_dict() for place in self.places],
        }
