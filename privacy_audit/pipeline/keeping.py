"""What is kept of one file that was read, and when a later run may take it instead of reading the file again."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from privacy_audit.fingerprint import Fingerprinter
from privacy_audit.pipeline.parts import renamed
from privacy_audit.recipe import Limits
from privacy_audit.sources.captions import captions_of
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.kinds import kind_of_name
from privacy_audit.sources.transcripts.beside import read_beside
from privacy_audit.store import Part, Segments, SegmentWriter, part_of
from privacy_audit.types import Reason

__all__ = ["Keeper", "Taken", "file_id", "key_mark", "not_kept", "stamped", "taken"]

_SETTLED_NS = 2_000_000_000
"""A file changed so shortly before it was read may change again within one tick of the disk's clock."""
_TRY_AGAIN = frozenset(
    reason.value
    for reason in (
        Reason.INTERRUPTED,
        Reason.MEMORY,
        Reason.MISSING_DEPENDENCY,
        Reason.NOT_PERMITTED,
        Reason.SCANNER_FAILED,
        Reason.TIMEOUT,
        Reason.UNREACHABLE,
    )
)
"""Reasons that lie in the machine or the moment, not in the file."""


class Keeper:
    """Writes parts to a segment of this process. ``run``: when the run began, ISO 8601."""

    def __init__(self, store: Path, made: Mapping[str, Any], fingerprinter: Fingerprinter, run: str) -> None:
        self._writer = SegmentWriter(store, made)
        self._made, self._fingerprinter, self._run = made, fingerprinter, run

    def keep(self, entry: FileEntry, lines: Iterable[dict[str, Any]]) -> None:
        """The lines of one file, as they come. Raises OSError where they cannot be written."""
        header = _header(entry, self._made, self._run, _stamp(entry, self._fingerprinter))
        again = False

        def told() -> Iterator[dict[str, Any]]:
            nonlocal again
            for line in lines:
                again |= line.get("reason") in _TRY_AGAIN
                yield line

        self._writer.add(
            file_id(self._fingerprinter, entry.uri),
            header,
            _relative(told(), entry.uri, self._made),
            lambda: again or not _is_unchanged(entry),
        )


def not_kept(
    entry: FileEntry, lines: Iterable[dict[str, Any]], made: Mapping[str, Any], fingerprinter: Fingerprinter, run: str
) -> Part:
    """A part of a file that was not read, for the report alone."""
    header = _header(entry, made, run, None)
    told = _relative(lines, entry.uri, made)
    return part_of(file_id(fingerprinter, entry.uri), header, told, lambda: True)


@dataclass(frozen=True, slots=True)
class Taken:
    """Where a part of an earlier run stands that still holds, and when that run began.

    ``is_stamped``: that it says when the file was changed as the file does now.
    """

    place: int
    run: str
    is_stamped: bool


def taken(entry: FileEntry, segments: Segments, fingerprinter: Fingerprinter) -> Taken | None:
    """What an earlier run read in this very file: same path, size and time, or else the same bytes.

    A recording depends on the transcripts beside it too, and a picture on its captions.
    """
    if entry.problem:
        return None
    for place in segments.places(file_id(fingerprinter, entry.uri), to_keep=True):
        header = segments.part(place).header
        stamp = header["stamp"]
        if stamp is None or stamp["size"] != entry.size_bytes or stamp["beside"] != _beside(entry, fingerprinter):
            continue
        same = stamp["mtime_ns"] == entry.modified_ns and stamp["settled"]
        if same or (stamp["sha256"] is not None and stamp["sha256"] == _sha256(entry)):
            return Taken(place, header["run"], stamp == {**stamp, **_times(entry)})
    return None


def stamped(part: Part, entry: FileEntry) -> Part:
    """The same part, for the file as it is now: its time may have changed while its content has not."""
    stamp = part.header["stamp"]
    return replace(part, header={**part.header, "stamp": {**stamp, **_times(entry)}})


def key_mark(fingerprinter: Fingerprinter) -> str:
    """Tells results of two keys apart, and nothing about the keys."""
    return fingerprinter.of_bytes("KEY", b"made_with")[:16]


def file_id(fingerprinter: Fingerprinter, uri: str) -> str:
    """Keyed, so that it tells nothing of a path that is hidden."""
    return fingerprinter.of_bytes("FILE", uri.encode("utf-8", "surrogatepass"))[:16]


def _relative(lines: Iterable[dict[str, Any]], uri: str, made: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The lines without the path of the file; where paths are hidden its members are numbers."""
    if not made["hidden"]:
        for line in lines:
            yield renamed(line, uri, "")
        return
    names: dict[str, str] = {}
    for line in lines:
        uri = line.get("file", uri)
        # the first is the file itself, the others are what it holds
        yield renamed(line, uri, names.setdefault(uri, f"::{len(names):06d}" if names else ""))


def _header(entry: FileEntry, made: Mapping[str, Any], run: str, stamp: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"file": None if made["hidden"] else entry.uri, "run": run, "stamp": stamp}


def _stamp(entry: FileEntry, fingerprinter: Fingerprinter) -> dict[str, Any] | None:
    digest = None if entry.problem or entry.remote else _sha256(entry)
    if entry.remote:
        # a store tells size and time; what lies beside a recording there is not known
        if not entry.modified_ns or _may_have_beside(entry):
            return None
    elif digest is None:
        return None
    return {"size": entry.size_bytes, "sha256": digest, "beside": _beside(entry, fingerprinter), **_times(entry)}


def _times(entry: FileEntry) -> dict[str, Any]:
    return {"mtime_ns": entry.modified_ns, "settled": time.time_ns() - entry.modified_ns > _SETTLED_NS}


def _sha256(entry: FileEntry) -> str | None:
    try:
        with entry.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _is_unchanged(entry: FileEntry) -> bool:
    if entry.remote:
        return True
    try:
        status = entry.path.stat()
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (entry.size_bytes, entry.modified_ns)


def _may_have_beside(entry: FileEntry) -> bool:
    return kind_of_name(entry.path.name) in ("audio", "video", "unknown")


def _beside(entry: FileEntry, fingerprinter: Fingerprinter) -> str:
    if entry.remote:
        return ""
    if entry.kind == "image":  # by what is written of it, not by the table: pictures are many, and its rows change
        told = captions_of(entry.path, entry.kind, entry.depth, Limits().max_text_bytes)
        return fingerprinter.of_bytes("BESIDE", json.dumps(told).encode()) if told else ""
    if not _may_have_beside(entry):
        return ""
    told = []
    for path in read_beside(entry.path, entry.depth):
        try:
            status = os.stat(path)  # noqa: PTH116 - names may hold bytes that are not UTF-8
        except OSError:
            continue
        told.append(f"{path.name} {status.st_size} {status.st_mtime_ns}")
    return fingerprinter.of_bytes("BESIDE", "\n".join(sorted(told)).encode("utf-8", "surrogateescape")) if told else ""
