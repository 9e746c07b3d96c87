"""What was read and what was not. Reading only the path of a file is not reading the file."""

from __future__ import annotations

from collections import Counter

from privacy_audit.legal.exposure_report import Coverage, ScannerCoverage, UnscannedEntry, VideoCoverage
from privacy_audit.types import Reason, Unscanned

READ, NOT_READ = 1, 2
"""Bits of the state of a file."""


class CoverageTally:
    """Counters per scanner, and the first ``max_listed`` records that were not read."""

    def __init__(self, max_listed: int) -> None:
        self.interrupted = False
        self._max_listed = max_listed
        self._states: Counter[int] = Counter()
        self._scanned: Counter[str] = Counter()
        self._unscanned: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._entries: list[UnscannedEntry] = []
        self.left_out: Counter[str] = Counter()
        self._videos = VideoCoverage(0, 0, 0, 0.0)

    def add_file(self, state: int) -> None:
        """One whole file; without :data:`READ` no scanner has read its content."""
        self._states[state] += 1

    def add_scanned(self, record_uri: str, scanner: str, n_records: int) -> int:
        """One scanner read ``n_records`` records of one file to their end. Returns what that makes of its state."""
        if scanner != "*":  # the container of files: its members were read, each by its own scanners
            self._scanned[scanner] += n_records
        return 0 if record_uri.endswith("#path") else READ

    def add_unscanned(self, outcome: Unscanned, shown_uri: str) -> int:
        """One scanner did not read one record; ``shown_uri`` is what the report may print for it. Returns as above."""
        self._unscanned[outcome.scanner] += 1
        self._reasons[outcome.reason.value] += 1
        self.interrupted |= outcome.reason is Reason.INTERRUPTED
        if len(self._entries) < self._max_listed:
            self._entries.append(UnscannedEntry(shown_uri, outcome.scanner, outcome.reason.value, outcome.detail))
        return NOT_READ

    def add_video(self, n_frames: int, n_looked_at: int, duration_s: float) -> None:
        """One more video, of which ``n_looked_at`` frames were looked at."""
        so_far = self._videos
        self._videos = VideoCoverage(
            so_far.files + 1,
            so_far.frames + n_frames,
            so_far.frames_looked_at + n_looked_at,
            round(so_far.duration_s + duration_s, 3),
        )

    def build(self) -> Coverage:
        """The coverage so far."""
        states = self._states
        scanners = sorted({*self._scanned, *self._unscanned})
        return Coverage(
            complete=states[READ],
            partial=states[READ | NOT_READ],
            unscanned=states[0] + states[NOT_READ],
            scanners=tuple(ScannerCoverage(name, self._scanned[name], self._unscanned[name]) for name in scanners),
            by_reason=dict(self._reasons.most_common()),
            entries=tuple(self._entries),
            unlisted=self._unscanned.total() - len(self._entries),
            left_out=dict(sorted(self.left_out.items())),
            interrupted=self.interrupted,
            videos=self._videos,
        )
