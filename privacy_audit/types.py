"""The values that flow from a source to a report. Standard library only.

Only a record holds personal data, and its payload never shows in a ``repr``. A Detection says
*where*, never *what*. Every number wears its unit in its name or its docstring.
"""

from __future__ import annotations

import enum
import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "K_BANDS",
    "QUALIFIERS",
    "AudioRecord",
    "BoundingBox",
    "ColumnSet",
    "Confidence",
    "Detection",
    "Effect",
    "FieldRef",
    "Finding",
    "ImageRecord",
    "Location",
    "Operation",
    "Outcome",
    "PathRecord",
    "Piece",
    "Reason",
    "Record",
    "Scanned",
    "Segment",
    "TableRecord",
    "TextRecord",
    "TextSpan",
    "Treated",
    "Unscanned",
    "VideoRecord",
    "finding_from_dict",
    "finding_to_dict",
    "location_from_dict",
    "location_to_dict",
]


class Confidence(enum.IntEnum):
    """How sure a detector is, from measured precision (``docs/detectors.md``), not from its raw score."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Effect(enum.Enum):
    """What an operator does to personal data. None of these makes data anonymous."""

    REDACTED = "REDACTED"
    OBSCURED = "OBSCURED"
    PSEUDONYMISED = "PSEUDONYMISED"
    REMOVED = "REMOVED"


class Reason(enum.Enum):
    """Why a record ended as Unscanned."""

    EMPTY = "EMPTY"
    CORRUPT = "CORRUPT"
    TRUNCATED = "TRUNCATED"
    TOO_LARGE = "TOO_LARGE"
    ENCODING = "ENCODING"
    MISLABELLED = "MISLABELLED"
    UNSUPPORTED = "UNSUPPORTED"
    NOT_PERMITTED = "NOT_PERMITTED"
    NOT_A_REGULAR_FILE = "NOT_A_REGULAR_FILE"
    LINK_OUTSIDE = "LINK_OUTSIDE"
    MISSING_DEPENDENCY = "MISSING_DEPENDENCY"
    SCANNER_FAILED = "SCANNER_FAILED"
    OUTPUT_EXISTS = "OUTPUT_EXISTS"
    INTERRUPTED = "INTERRUPTED"
    UNREACHABLE = "UNREACHABLE"
    TIMEOUT = "TIMEOUT"
    MEMORY = "MEMORY"


@dataclass(frozen=True, slots=True)
class Piece:
    """``text[start:end]`` of a text that was put together, and the place that it came from."""

    start: int
    end: int
    place: TextSpan | Segment


@dataclass(frozen=True, slots=True)
class TextRecord:
    """A text: a whole file or one cell of a table. ``language`` is BCP 47, or None when not known.

    ``pieces``, in order, where the text was put together from a transcript: what is found is then told by the places
    they came from, code points of the file or seconds of the recording.
    """

    uri: str
    text: str = field(repr=False)
    language: str | None = None
    pieces: tuple[Piece, ...] = field(default=(), repr=False)

    def place_of(self, span: TextSpan) -> TextSpan | Segment:
        """Where ``text[span.start:span.end]`` comes from: the span itself, or from its first piece to its last."""
        first = bisect_right(self.pieces, span.start, key=lambda piece: piece.end)
        last = bisect_left(self.pieces, max(span.end, span.start + 1), key=lambda piece: piece.start)
        touched = self.pieces[first : max(last, first + 1)] or self.pieces[-1:]
        if not touched:
            return span
        if isinstance(touched[0].place, Segment):
            return Segment(min(piece.place.start for piece in touched), max(piece.place.end for piece in touched))
        # a piece that reads as it stands is told to the character
        start, end = touched[0].place.start, touched[-1].place.end
        if touched[0].place.end - start == touched[0].end - touched[0].start:
            start += max(0, span.start - touched[0].start)
        if end - touched[-1].place.start == touched[-1].end - touched[-1].start:
            end -= max(0, touched[-1].end - span.end)
        return TextSpan(int(start), int(max(start, end)))


@dataclass(frozen=True, slots=True)
class PathRecord:
    """The path of a file relative to the scanned root, ``/``-separated: a path can be personal data too."""

    uri: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class ImageRecord:
    """A picture.

    ``pixels``: uint8 (height, width, 3), RGB, EXIF orientation already applied; (0, 0, 3) where the file tells of
    itself and its pixels cannot be decoded: scanners of pixels then raise UnreadableError.
    ``metadata``: tag name (``EXIF:Artist``, ``XMP``, ``PNG:Comment``) -> value as text.
    """

    uri: str
    pixels: NDArray[np.uint8] = field(repr=False)
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.pixels.ndim != 3 or self.pixels.shape[2] != 3 or str(self.pixels.dtype) != "uint8":
            raise ValueError("pixels must be uint8 (height, width, 3)")


@dataclass(frozen=True, slots=True, eq=False)
class AudioRecord:
    """A recording.

    ``samples``: float32 (channels, samples), nominally in [-1, 1].
    ``metadata``: tag name (``artist``, ``INFO:IART``) -> value as text.
    """

    uri: str
    samples: NDArray[np.float32] = field(repr=False)
    sample_rate_hz: int
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or str(self.samples.dtype) != "float32":
            raise ValueError("samples must be float32 (channels, samples)")
        if self.sample_rate_hz <= 0:
            raise ValueError("sample_rate_hz must be positive")

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return float(self.samples.shape[1]) / self.sample_rate_hz


@dataclass(frozen=True, slots=True)
class TableRecord:
    """A table as a whole, beside the records of its cells.

    ``sample``: column name -> the texts of its first cells, numbers as text; ``path``: where the whole table lies.
    """

    uri: str
    path: Path = field(repr=False)
    sample: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class VideoRecord:
    """A video as a whole, beside the records of its frames and its sound.

    ``metadata``: tag name (``location``, ``stream 1: title``) -> value as text; ``n_looked_at`` of its ``n_frames``
    came as pictures; ``duration_s`` in seconds.
    """

    uri: str
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False)
    n_frames: int = 0
    n_looked_at: int = 0
    duration_s: float = 0.0


Record: TypeAlias = TextRecord | PathRecord | ImageRecord | AudioRecord | TableRecord | VideoRecord


@dataclass(frozen=True, slots=True, order=True)
class TextSpan:
    """Unicode code points, half-open: ``text[start:end]``."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"need 0 <= start <= end, got {self.start}, {self.end}")


@dataclass(frozen=True, slots=True, order=True)
class BoundingBox:
    """Pixels, half-open, origin at the top left, inside the image."""

    x_min: int
    y_min: int
    x_max: int
    y_max: int

    def __post_init__(self) -> None:
        if not (0 <= self.x_min <= self.x_max and 0 <= self.y_min <= self.y_max):
            raise ValueError("need 0 <= min <= max on both axes")

    @property
    def width_px(self) -> int:
        """Width in pixels."""
        return self.x_max - self.x_min

    @property
    def height_px(self) -> int:
        """Height in pixels."""
        return self.y_max - self.y_min


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """Seconds, half-open: pyannote's name for a stretch of time."""

    start: float
    end: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start) and math.isfinite(self.end) and 0 <= self.start <= self.end):
            raise ValueError(f"need finite 0 <= start <= end, got {self.start}, {self.end}")


@dataclass(frozen=True, slots=True, order=True)
class FieldRef:
    """A named field of a record: an EXIF tag, an audio tag, a column."""

    name: str


K_BANDS = ("1", "2-4", "5-9", "10+")
"""k of a row is how many rows share its values; these are the bands in which k is counted."""


@dataclass(frozen=True, slots=True, order=True)
class ColumnSet:
    """Columns of a table taken together. ``rows_by_k``: rows in each band of :data:`K_BANDS`; 0 where not counted."""

    columns: tuple[str, ...]
    rows_by_k: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.rows_by_k) != len(K_BANDS) or min(self.rows_by_k) < 0:
            raise ValueError(f"rows_by_k: need {len(K_BANDS)} numbers of rows, got {self.rows_by_k!r}")


Location: TypeAlias = TextSpan | BoundingBox | Segment | FieldRef | ColumnSet


QUALIFIERS = frozenset({"linked", "placeholder", "private", "role", "topic"})
"""``placeholder``: a value kept for examples and tests. ``private``: an address of no public network. ``role``: a
mailbox of a function. ``topic``: a sensitive subject that the sentence ties to nobody; ``linked``: to somebody."""


@dataclass(frozen=True, slots=True)
class Detection:
    """Something found by one scanner. ``score`` in [0, 1] is the detector's own and compares with no other's.

    ``qualifier`` tells apart what has the form of personal data and may be none: one of :data:`QUALIFIERS`.
    """

    entity_type: str
    location: Location
    score: float
    confidence: Confidence
    qualifier: str | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.score <= 1.0:
            raise ValueError(f"score must be in [0, 1], got {self.score}")
        if self.qualifier is not None and self.qualifier not in QUALIFIERS:
            raise ValueError(f"qualifier: got {self.qualifier!r}, expected one of {', '.join(sorted(QUALIFIERS))}")


@dataclass(frozen=True, slots=True)
class Finding:
    """A Detection with its address. ``fingerprint`` is a keyed HMAC of the value found, or None."""

    record_uri: str
    scanner: str
    detection: Detection
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Scanned:
    """One scanner read one record to its end. No findings means none found, not that none exist."""

    record_uri: str
    scanner: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Unscanned:
    """One scanner (or, with ``scanner="*"``, all of them) did not read one record. ``detail`` holds no content."""

    record_uri: str
    scanner: str
    reason: Reason
    detail: str


Outcome: TypeAlias = Scanned | Unscanned


@dataclass(frozen=True, slots=True)
class Operation:
    """What was done at one place. ``parameters`` are the operator's settings as text."""

    record_uri: str
    operator: str
    effect: Effect
    entity_type: str
    location: Location
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Treated:
    """A record after treatment: what was done, and what the same scanners still find in it."""

    record: Record
    operations: tuple[Operation, ...]
    residual: tuple[Finding, ...]


_KINDS: dict[str, type[TextSpan] | type[BoundingBox] | type[Segment] | type[FieldRef]] = {
    "text_span": TextSpan,
    "bounding_box": BoundingBox,
    "segment": Segment,
    "field": FieldRef,
}


def location_to_dict(location: Location) -> dict[str, Any]:
    """The JSON form, told apart by ``kind``; seconds are rounded to the millisecond."""
    match location:
        case TextSpan(start, end):
            return {"kind": "text_span", "start": start, "end": end}
        case BoundingBox(x_min, y_min, x_max, y_max):
            return {"kind": "bounding_box", "x_min": x_min, "y_min": y_min, "x_max": x_max, "y_max": y_max}
        case Segment(start, end):
            return {"kind": "segment", "start": round(start, 3), "end": round(end, 3)}
        case FieldRef(name):
            return {"kind": "field", "name": name}
        case ColumnSet(columns, rows_by_k):
            return {
                "kind": "columns",
                "columns": list(columns),
                "rows_by_k": dict(zip(K_BANDS, rows_by_k, strict=True)),
            }


def location_from_dict(value: Mapping[str, Any]) -> Location:
    """Inverse of :func:`location_to_dict`. Raises KeyError, TypeError or ValueError on an unknown form."""
    if value["kind"] == "columns":
        return ColumnSet(tuple(value["columns"]), tuple(value["rows_by_k"][band] for band in K_BANDS))
    fields = {key: item for key, item in value.items() if key != "kind"}
    return _KINDS[value["kind"]](**fields)


def finding_to_dict(finding: Finding) -> dict[str, Any]:
    """One line of ``findings.jsonl``."""
    detection = finding.detection
    return {
        "record_uri": finding.record_uri,
        "scanner": finding.scanner,
        "entity_type": detection.entity_type,
        "location": location_to_dict(detection.location),
        "score": round(detection.score, 4),
        "confidence": detection.confidence.name,
        "qualifier": detection.qualifier,
        "fingerprint": finding.fingerprint,
    }


def finding_from_dict(value: Mapping[str, Any]) -> Finding:
    """Inverse of :func:`finding_to_dict`, up to its rounding."""
    detection = Detection(
        value["entity_type"],
        location_from_dict(value["location"]),
        float(value["score"]),
        Confidence[value["confidence"]],
        value.get("qualifier"),
    )
    return Finding(value["record_uri"], value["scanner"], detection, value["fingerprint"])
