"""The part of an exposure report about what was read and what was not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from privacy_audit.types import Reason

__all__ = ["Coverage", "ScannerCoverage", "UnscannedEntry", "VideoCoverage", "within"]

_REASONS = tuple(Reason.__members__)


def within(name: str, value: object, allowed: Sequence[object]) -> None:
    """A report read back from a file may have been edited by hand."""
    if value not in allowed:
        raise ValueError(f"{name}: got {value!r}, expected one of {', '.join(map(str, allowed))}")


@dataclass(frozen=True, slots=True)
class ScannerCoverage:
    """Records that one scanner read to the end, and that it did not."""

    scanner: str
    scanned: int
    unscanned: int


@dataclass(frozen=True, slots=True)
class UnscannedEntry:
    """One record that one scanner (``*``: all of them) did not read."""

    uri: str
    scanner: str
    reason: str
    detail: str

    def __post_init__(self) -> None:
        within("reason", self.reason, _REASONS)


@dataclass(frozen=True, slots=True)
class VideoCoverage:
    """How much of the videos was looked at: frames of all their frames; ``duration_s``: of all of them, in seconds."""

    files: int
    frames: int
    frames_looked_at: int
    duration_s: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """Files read by every scanner meant for them, by some, by none; ``unlisted`` entries were counted, not kept.

    ``left_out``: glob of the recipe -> files and folders it left out; they are no part of the files counted.
    """

    complete: int
    partial: int
    unscanned: int
    scanners: tuple[ScannerCoverage, ...]
    by_reason: Mapping[str, int]
    entries: tuple[UnscannedEntry, ...]
    unlisted: int
    left_out: Mapping[str, int]
    interrupted: bool
    videos: VideoCoverage

    @property
    def n_files(self) -> int:
        """All files met."""
        return self.complete + self.partial + self.unscanned
