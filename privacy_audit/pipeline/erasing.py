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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from privacy_audit.errors import UsageError
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

    ``stamps``: file -> (size in bytes, modification time in ns) as it was. ``mark`` tells two lists apart.
    """

    places: Mapping[str, tuple[Detection, ...]] = field(default_factory=dict)
    rows: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    stamps: Mapping[str, tuple[int, int]] = field(default_factory=dict)
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
                stamps[file] = int(value["size_bytes"]), int(value["modified_ns"])
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
        return cls({uri: tuple(own) for uri, own in places.items()}, rows, files, stamps, n_review, (digest,))

    def check_files(self, uris: Iterable[str]) -> None:
        """Raises UsageError when the list names files that are not among those to be treated."""
        missing = self.stamps.keys() - set(uris)
        if missing:
            raise UsageError(
                f"--erase-list: {len(missing)} of its files are not in this source or are left out by the recipe; "
                "make the list again with privacy-audit find on the same folder"
            )

    def concerns(self, file: str) -> bool:
        """True when something of this file is on the list."""
        return file in self.stamps

    def has_changed(self, entry: FileEntry) -> bool:
        """True for a file of the list that is no longer as it was; ``entry`` is the file as it lies, packed or not."""
        return self.concerns(entry.uri) and self.stamps[entry.uri] != (entry.size_bytes, entry.modified_ns)

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

    def dropped_rows(self, file: str) -> list[Operation]:
        """One operation for each row of a file that is dropped."""
        return [
            Operation(f"{file}#row={row}", ERASED, Effect.REMOVED, kind, FieldRef("row"))
            for row, kind in sorted(self.rows.get(file, {}).items())
        ]


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
