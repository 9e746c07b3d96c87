"""Findings per file: of the files at hand, and of the heaviest of all that have passed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from privacy_audit.legal.exposure_report import FileSummary


@dataclass(slots=True)
class OpenFile:
    """What is known of one file so far. ``shown``: what a report may print for its path."""

    uri: str
    shown: str
    kind: str = "other"
    state: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    level: int = 0
    n_speakers: int = 0
    has_voice: bool = False


class FileTally:
    """At most twice ``max_listed`` files are held."""

    def __init__(self, max_listed: int) -> None:
        self._max_listed = max_listed
        self._held: list[OpenFile] = []
        self._n_files = 0
        self.files_by_type: Counter[str] = Counter()

    def add(self, file: OpenFile) -> None:
        """One whole file."""
        if not file.counts:
            return
        self._n_files += 1
        self.files_by_type.update(file.counts.keys())
        self._held.append(file)
        if len(self._held) > 2 * self._max_listed:
            self._held = self._heaviest()

    def _heaviest(self) -> list[OpenFile]:
        return sorted(self._held, key=lambda file: (-file.level, -file.counts.total(), file.uri))[: self._max_listed]

    def build(self) -> tuple[tuple[FileSummary, ...], int]:
        """The heaviest files, gravest first, and how many other files hold findings."""
        listed = tuple(
            FileSummary(file.shown, file.kind, dict(file.counts.most_common()), file.level) for file in self._heaviest()
        )
        return listed, self._n_files - len(listed)
