"""The files of one run, met once and kept in their order outside memory."""

from __future__ import annotations

import heapq
import pickle
import tempfile
from collections.abc import Iterator
from pathlib import Path

from privacy_audit.sources.folder import FileEntry

__all__ = ["Plan"]

_N_FIRST = 256
_LARGE_BYTES = 1_000_000


class Plan:
    """Every file with its position. The list lies in a file of ``folder`` that has no name and goes with the process:
    paths can be personal data.
    """

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - as long as this object
        self._largest: list[tuple[int, int, FileEntry]] = []
        self.n_files = self.n_bytes = 0

    def add(self, entry: FileEntry) -> None:
        """The next file."""
        pickle.dump(entry, self._file)
        if entry.size_bytes >= _LARGE_BYTES:
            heapq.heappush(self._largest, (entry.size_bytes, -self.n_files, entry))
            if len(self._largest) > _N_FIRST:
                heapq.heappop(self._largest)
        self.n_files += 1
        self.n_bytes += entry.size_bytes

    def in_order(self) -> Iterator[tuple[int, FileEntry]]:
        """Every file with its position, as they were added. One such loop at a time."""
        self._file.seek(0)
        for index in range(self.n_files):
            yield index, pickle.load(self._file)  # noqa: S301 - written by this very process

    def large_first(self) -> Iterator[tuple[int, FileEntry]]:
        """The same with the largest in front: the last process to end must not be at the start of a long file."""
        first = {-number: entry for _, number, entry in sorted(self._largest, reverse=True)}
        yield from first.items()
        for index, entry in self.in_order():
            if index not in first:
                yield index, entry

    def close(self) -> None:
        """Forget the list."""
        self._file.close()
