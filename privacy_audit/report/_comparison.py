"""Two audits side by side: what is new, gone and the same, by kind of data and by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.report._places import Place

__all__ = ["MAX_FILES_COMPARED", "Change", "Comparison", "compare"]

MAX_FILES_COMPARED = 500


@dataclass(frozen=True, slots=True)
class Change:
    """Numbers of findings of one name, before and now.

    ``new`` and ``gone`` are counted file by file where both audits keep their findings: a file that lost one and
    another that got one make one of each. A count does not tell whether a value is the same.
    """

    name: str
    before: int
    now: int
    new: int
    gone: int

    @property
    def same(self) -> int:
        """Found before, and as often now."""
        return self.before - self.gone


@dataclass(frozen=True, slots=True)
class Comparison:
    """``files``: those that differ, the largest change first; ``other_files``: more that differ and are not listed.

    ``by_file`` is False where an audit keeps no findings: then kinds are compared by their sums alone.
    """

    before: ExposureReport
    kinds: tuple[Change, ...]
    files: tuple[Change, ...] = ()
    other_files: int = 0
    same_files: int = 0
    by_file: bool = field(default=True)

    def to_dict(self) -> dict[str, Any]:
        """What the JSON format adds to a report."""
        return {
            "before": {"started_at": self.before.tool.started_at, "version": self.before.tool.version},
            "kinds": [_as_dict(change) for change in self.kinds],
            "by_file": self.by_file,
            "files": [_as_dict(change) for change in self.files],
            "other_files": self.other_files,
            "same_files": self.same_files,
        }


def _as_dict(change: Change) -> dict[str, Any]:
    return {
        "name": change.name,
        "before": change.before,
        "now": change.now,
        "new": change.new,
        "gone": change.gone,
        "same": change.same,
    }


def compare(
    before: ExposureReport,
    now: ExposureReport,
    old: Sequence[Place] | None = None,
    new: Sequence[Place] | None = None,
) -> Comparison:
    """``old`` and ``new``: the findings of either audit per file and kind of data, None where it keeps none."""
    if old is None or new is None:
        sums = [Counter({(e.entity_type, ""): e.count for e in report.entities}) for report in (before, now)]
        return Comparison(before, _changes(sums[0], sums[1], 0), by_file=False)
    ours, theirs = (Counter({(place.entity_type, place.file): place.count for place in items}) for items in (old, new))
    kinds, files = _changes(ours, theirs, 0), _changes(ours, theirs, 1)
    differing = [change for change in files if change.new or change.gone]
    return Comparison(
        before,
        kinds,
        tuple(differing[:MAX_FILES_COMPARED]),
        max(0, len(differing) - MAX_FILES_COMPARED),
        len(files) - len(differing),
    )


def _changes(before: Counter[tuple[str, str]], now: Counter[tuple[str, str]], part: int) -> tuple[Change, ...]:
    """Added up over the kind (0) or the file (1) of each key, the largest change first."""
    sums: dict[str, list[int]] = {}
    for key in {*before, *now}:
        own = sums.setdefault(key[part], [0, 0, 0, 0])
        for index, value in enumerate(
            (before[key], now[key], max(0, now[key] - before[key]), max(0, before[key] - now[key]))
        ):
            own[index] += value
    found = [Change(name, *values) for name, values in sums.items()]
    return tuple(sorted(found, key=lambda change: (-change.new - change.gone, -change.now, change.name)))
