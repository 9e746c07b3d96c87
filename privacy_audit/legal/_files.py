"""Findings per file, for the heaviest files only, and the names under which files may be printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from privacy_audit.legal.exposure_report import FileSummary


@dataclass(slots=True)
class _Tally:
    counts: Counter[str] = field(default_factory=Counter)
    level: int = 0


class FileTally:
    """At most twice ``max_listed`` files are held; a file that was dropped as light and comes back starts again."""

    def __init__(self, max_listed: int) -> None:
        self._max_listed = max_listed
        self._tallies: dict[str, _Tally] = {}
        self._met: dict[int, int] = {}  # hash of a file's URI -> one bit per entity type already met in it
        self._bits: dict[str, int] = {}
        self.files_by_type: Counter[str] = Counter()

    def add(self, file_uri: str, counts: Mapping[str, int], level: int) -> None:
        """Findings of one record of a file, and the level that this record has reached."""
        key = hash(file_uri)
        for entity_type in counts:
            bit = self._bits.setdefault(entity_type, 1 << len(self._bits))
            if not self._met.get(key, 0) & bit:
                self._met[key] = self._met.get(key, 0) | bit
                self.files_by_type[entity_type] += 1
        tally = self._tallies.setdefault(file_uri, _Tally())
        tally.counts.update(counts)
        tally.level = max(tally.level, level)
        if len(self._tallies) > 2 * self._max_listed:
            self._tallies = dict(self._heaviest())

    def _heaviest(self) -> list[tuple[str, _Tally]]:
        def weight(item: tuple[str, _Tally]) -> tuple[int, int, str]:
            return -item[1].level, -item[1].counts.total(), item[0]

        return sorted(self._tallies.items(), key=weight)[: self._max_listed]

    def build(self, kinds: Mapping[int, str], names: PathNames) -> tuple[tuple[FileSummary, ...], int]:
        """The heaviest files, gravest first, and how many other files hold findings."""
        listed = tuple(
            FileSummary(names.shown(uri), kinds.get(hash(uri), "other"), dict(tally.counts.most_common()), tally.level)
            for uri, tally in self._heaviest()
        )
        return listed, len(self._met) - len(listed)


class PathNames:
    """File names as they are, or numbered in the order met: a path can be personal data too."""

    def __init__(self, hide: bool) -> None:
        self._hide = hide
        self._numbers: dict[str, int] = {}

    def shown(self, file_uri: str) -> str:
        """What a report may print for a file."""
        if not self._hide:
            return file_uri
        return f"file-{self._numbers.setdefault(file_uri, len(self._numbers) + 1):06d}"
