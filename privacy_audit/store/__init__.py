"""The audit on disk: segments that grow while a run goes on, then findings and reports, which appear atomically."""

from __future__ import annotations

from privacy_audit.store.files import atomic_writer, read_lines, remove_unfinished, write_lines
from privacy_audit.store.folder import AuditFolder, finished_segment
from privacy_audit.store.lock import held_lock
from privacy_audit.store.segments import Part, Segments, SegmentWriter, made_with, part_of

__all__ = [
    "AuditFolder",
    "Part",
    "SegmentWriter",
    "Segments",
    "atomic_writer",
    "finished_segment",
    "held_lock",
    "made_with",
    "part_of",
    "read_lines",
    "remove_unfinished",
    "write_lines",
]
