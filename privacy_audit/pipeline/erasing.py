"""What a person asked to have erased: places treated whatever the detectors say, rows dropped, files left out.

The list holds places, never values. It belongs to the files as they were when it was made: a file that has changed
since is not copied.
"""

from __future__ import annotations

import enum
import hashlib
import json
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from privacy_audit.errors import UnreadableError, UsageError
from privacy_audit.sources.folder import FileEntry
from privacy_audit.types import (
    AudioRecord,
    Confidence,
    Detection,
    Effect,
    FieldRef,
    ImageRecord,
    Operation,
    PathRecord,
    Reason,
    TextRecord,
    VideoRecord,
    location_from_dict,
)

__all__ = ["ERASE_LIST_VERSION", "Action", "EraseList"]

ERASE_LIST_VERSION = 1
ERASED = "erase list"
"""The name under which rows that are dropped stand in ``operations.jsonl``, and files left out in the report."""
_ROW = re.compile(r"#row=(\d+)")
_CLASSES: dict[str, tuple[type, ...]] = {
    "text": (TextRecord,),
    "table": (TextRecord,),
    "image": (ImageRecord,),
    "audio": (AudioRecord, VideoRecord),  # sound may stand in the container of videos
    "video": (ImageRecord, AudioRecord, VideoRecord),
}


class Action(enum.Enum):
    """``REVIEW``: nothing is done; a person changes it to one of the others."""

    TREAT = "treat"
    DROP_ROW = "drop_row"
    LEAVE_OUT = "leave_out"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class EraseList:
    """``places``: record URI -> what is treated there; ``rows``: file -> rows; ``files``: those left out.

    ``members``: those of these files that lie in a container. ``stamps``: file of the source -> (size in bytes,
    modification time in ns) as it was. ``mark`` tells two lists apart.
    """

    places: Mapping[str, tuple[Detection, ...]] = field(default_factory=dict)
    rows: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    stamps: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    members: frozenset[str] = frozenset()
    n_review: int = 0
    mark: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path) -> EraseList:
        """The list in a file that ``privacy-audit find --erase-list`` wrote, as a person may have changed it.

        Raises:
            UsageError: it cannot be read, or a line of it is not understood; then nothing may be erased.
        """
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path}: cannot be read as UTF-8 text ({type(error).__name__})") from None
        places: dict[str, list[Detection]] = defaultdict(list)
        rows: dict[str, dict[int, str]] = defaultdict(dict)
        files: dict[str, str] = {}
        stamps: dict[str, tuple[int, int]] = {}
        members: set[str] = set()
        n_review = 0
        for number, line in enumerate(lines, 1):
            try:
                value = json.loads(line)
                if number == 1:
                    if value["erase_list"] != ERASE_LIST_VERSION:
                        raise ValueError
                    continue
                action, file, kind = Action(value["action"]), _text(value["file"]), _text(value["entity_type"])
                if action is Action.REVIEW:
                    n_review += 1
                    continue
                source = _text(value.get("source", file))
                stamps[source] = int(value["size_bytes"]), int(value["modified_ns"])
                if source != file:
                    members.add(file)
                uri = _text(value["record_uri"])
                if action is Action.LEAVE_OUT:
                    files[file] = kind
                elif action is Action.DROP_ROW:
                    rows[file][_row(uri, file)] = kind
                else:
                    places[uri].append(Detection(kind, location_from_dict(value["location"]), 1.0, Confidence.HIGH))
            except (KeyError, TypeError, ValueError, AttributeError):
                raise UsageError(f"{path}, line {number}: no line of an erase list of this version") from None
        if not lines:
            raise UsageError(f"{path}: is empty, no erase list")
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        tied = {uri: tuple(own) for uri, own in places.items()}
        return cls(tied, rows, files, stamps, frozenset(members), n_review, (digest,))

    def check_files(self, uris: Iterable[str]) -> None:
        """Raises UsageError when the list names files that are not among those to be treated."""
        missing = self.stamps.keys() - set(uris)
        if missing:
            raise UsageError(
                f"--erase-list: {len(missing)} of its files are not in this source or are left out by the recipe; "
                "make the list again with privacy-audit find on the same folder"
            )

    def check_members(self, container: str, uris: Iterable[str]) -> None:
        """Raises UnreadableError when the list names a member that a container does not hold."""
        listed = [file for file in self.members if file.startswith(f"{container}::")]
        held = set(uris) if listed else set()
        if not all(any(above in held for above in _holders(file)) for file in listed):
            raise UnreadableError(Reason.UNSUPPORTED, "the erase list names a member that it does not hold")

    def concerns(self, file: str) -> bool:
        """True when something of this file is on the list."""
        return file in self.stamps or file in self.members

    def leaves_out(self, file: str) -> bool:
        """True for a file, of the source or in a container, that is not copied."""
        return file in self.files

    def with_rows(self, rows: Iterable[tuple[FileEntry, int, str]]) -> EraseList:
        """The same, and these rows of files of the source are dropped too, each for the kind of data named."""
        further = list(rows)
        if not further:
            return self  # as for nearly all members of a container: no copy of a long list for each
        dropped = {file: dict(own) for file, own in self.rows.items()}
        stamps = dict(self.stamps)
        for entry, row, kind in further:
            dropped.setdefault(entry.uri, {}).setdefault(row, kind)
            stamps.setdefault(entry.uri, (entry.size_bytes, entry.modified_ns))
        return replace(self, rows=dropped, stamps=stamps)

    def has_changed(self, entry: FileEntry) -> bool:
        """True for a file of the list that is no longer as it was; ``entry`` is the file as it lies, packed or not.

        A member of a container is as it was where the container is.
        """
        return self.stamps.get(entry.uri, now := (entry.size_bytes, entry.modified_ns)) != now

    def problem(self, entry: FileEntry, operator_for: Callable[[type, Detection], object]) -> str | None:
        """Why the file cannot be copied: a place of it is one that no operator treats."""
        own = {
            uri: places for uri, places in self.places.items() if uri == entry.uri or uri.startswith(f"{entry.uri}#")
        }
        for uri, detections in own.items():
            if uri.endswith("#notes"):  # those of a container are never written again
                continue
            classes = (PathRecord,) if uri.endswith("#path") else _CLASSES.get(entry.kind, ())
            for detection in detections:
                if not any(operator_for(record_class, detection) for record_class in classes):
                    return "the erase list has a place in it that no operator of the recipe treats"
        return None

    def add_to(self, found: dict[str, list[Detection]], file: str) -> None:
        """The places of one file, put before what the detectors found; rows that are dropped are gone already."""
        if not self.concerns(file):
            return
        dropped = sorted(self.rows.get(file, ()))
        for uri, detections in self.places.items():
            if uri == file or uri.startswith(f"{file}#"):
                moved = _moved(uri, file, dropped)
                if moved is not None:
                    found[moved] = [*detections, *found.get(moved, ())]

    def left_out(self, container: str, number: int, file: str) -> Operation:
        """What is done to the member of a container that is not copied: told by its number, its name may be theirs."""
        return Operation(container, ERASED, Effect.REMOVED, self.files[file], FieldRef(f"member {number}"))

    def dropped_rows(self, file: str) -> list[Operation]:
        """One operation for each row of a file that is dropped."""
        return [
            Operation(f"{file}#row={row}", ERASED, Effect.REMOVED, kind, FieldRef("row"))
            for row, kind in sorted(self.rows.get(file, {}).items())
        ]


def _holders(file: str) -> Iterator[str]:
    """The member itself, and the containers around it: ``a.tar::b.zip::c.txt``, ``a.tar::b.zip``, ``a.tar``."""
    while file:
        yield file
        file = file.rpartition("::")[0]


def _moved(uri: str, file: str, dropped: Sequence[int]) -> str | None:
    """The record's URI once the rows are gone, None where its own is."""
    match = _ROW.match(uri, len(file))
    if match is None or not dropped:
        return uri
    row = int(match[1])
    if row in dropped:
        return None
    return f"{file}#row={row - bisect_left(dropped, row)}{uri[match.end() :]}"


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _row(uri: str, file: str) -> int:
    match = _ROW.match(uri, len(file))
    if match is None or not uri.startswith(file):
        raise ValueError
    return int(match[1])
