"""What the charts show that the figures of a report do not hold: read from findings.jsonl, within bounded memory."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from privacy_audit.legal.catalogue import CNIL_TYPES, legal_row
from privacy_audit.legal.exposure import ExposureReport, FileSummary, file_of

__all__ = ["FACE_SIZES_PX", "Charts", "Folder", "Timeline", "charts_of", "folders", "heat", "positions"]

FACE_SIZES_PX = (16, 32, 64, 128, 256)
"""Upper borders of the classes of face heights; the last class has none."""
MAX_TIMELINES = 20
_MAX_FILES_HELD = 200
_MAX_STRETCHES = 400
MAX_FOLDERS = 25


@dataclass(frozen=True, slots=True)
class Timeline:
    """Where in a recording something was found, in seconds. ``voices``: speech; ``said``: what is said of people."""

    file: str
    end_s: float
    voices: tuple[tuple[float, float], ...]
    said: tuple[tuple[float, float], ...]

    @property
    def voice_s(self) -> float:
        """Seconds of speech, stretches that overlap counted once."""
        total, reached = 0.0, 0.0
        for start, end in sorted(self.voices):
            total += max(0.0, end - max(start, reached))
            reached = max(reached, end)
        return total


@dataclass(frozen=True, slots=True)
class Charts:
    """``face_heights``: number of faces in each class of :data:`FACE_SIZES_PX`, one more than its borders.

    ``timelines``: the recordings with most speech; ``other_recordings``: more with something found and not shown.
    """

    face_heights: tuple[int, ...] = (0,) * (len(FACE_SIZES_PX) + 1)
    timelines: tuple[Timeline, ...] = ()
    other_recordings: int = 0


@dataclass(slots=True)
class _Held:
    voices: list[tuple[float, float]] = field(default_factory=list)
    said: list[tuple[float, float]] = field(default_factory=list)
    end_s: float = 0.0
    voice_s: float = 0.0


def charts_of(lines: Iterable[Mapping[str, Any]]) -> Charts:
    """From the lines of ``findings.jsonl``."""
    heights = [0] * (len(FACE_SIZES_PX) + 1)
    held: dict[str, _Held] = {}
    recordings: set[int] = set()
    for line in lines:
        place = line["location"]
        if line["entity_type"] == "FACE" and place["kind"] == "bounding_box":
            height_px = place["y_max"] - place["y_min"]
            heights[sum(height_px >= border for border in FACE_SIZES_PX)] += 1
        elif place["kind"] == "segment":
            file = file_of(line["record_uri"])
            recordings.add(hash(file))
            own = held.setdefault(file, _Held())
            _add(own, line["entity_type"], place["start"], place["end"])
            if len(held) > _MAX_FILES_HELD:
                held = dict(_longest(held)[: _MAX_FILES_HELD // 2])
    shown = [
        Timeline(file, own.end_s, tuple(own.voices), tuple(own.said)) for file, own in _longest(held)[:MAX_TIMELINES]
    ]
    return Charts(tuple(heights), tuple(shown), len(recordings) - len(shown))


def _add(own: _Held, entity_type: str, start: float, end: float) -> None:
    own.end_s = max(own.end_s, end)
    stretches = own.voices if entity_type == "VOICE" else own.said
    if entity_type == "VOICE":
        own.voice_s += end - start
    if entity_type != "SPEAKER" and len(stretches) < _MAX_STRETCHES:
        stretches.append((start, end))


def _longest(held: Mapping[str, _Held]) -> list[tuple[str, _Held]]:
    return sorted(held.items(), key=lambda item: (-item[1].voice_s, item[0]))


@dataclass(frozen=True, slots=True)
class Folder:
    """Findings in the listed files right in one folder, by the CNIL's type of data, and the gravest proposed level."""

    name: str
    files: int
    by_type: tuple[int, ...]
    level: int


def folders(report: ExposureReport) -> list[Folder]:
    """The folders with most findings, "" for files in none; over the files that the report lists."""
    by_folder: dict[str, list[FileSummary]] = defaultdict(list)
    for file in report.files:
        by_folder[file.uri.rpartition("/")[0]].append(file)
    found = []
    for name, files in by_folder.items():
        counts: Counter[str] = Counter()
        for file in files:
            for kind, n in file.counts.items():
                counts[legal_row(kind).cnil_type] += n
        by_type = tuple(counts[name] for name in CNIL_TYPES)
        found.append(Folder(name, len(files), by_type, max(file.level for file in files)))
    found.sort(key=lambda folder: (-sum(folder.by_type), folder.name))
    return found[:MAX_FOLDERS]


def heat(value: int, largest: int) -> int:
    """0 for nothing, 1 to 4 on a logarithmic scale against the largest."""
    if not value:
        return 0
    step = 1
    while step < 4 and value**4 >= largest**step:
        step += 1
    return step


def positions(stretches: Sequence[tuple[float, float]], end_s: float) -> list[tuple[float, float]]:
    """(x, width) of each stretch in hundredths of the whole; what is short stays visible."""
    if end_s <= 0:
        return []
    return [
        (round(100 * start / end_s, 2), max(0.4, round(100 * (end - start) / end_s, 2))) for start, end in stretches
    ]
