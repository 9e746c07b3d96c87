"""Append-only segments: what processes learnt, one part per file of the data, each whole or not there.

A segment is a file of JSON Lines that one process writes. Its first line says what made it; a part is a header, the
lines of one file, and an end with a checksum of those lines. A process that is killed leaves a part without an end,
which is not read. Nothing is changed in place, and no two processes write one segment, so there is nothing to lock.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import secrets
import time
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

__all__ = ["Part", "SegmentWriter", "Segments", "made_with", "part_of"]

_SUFFIX = ".jsonl"
_HEADER, _END = b'{"part": "', b'{"end": '
_ID_CHARS = 16
_BUFFER_BYTES = 1 << 20
_OFFSET_BITS = 44  # of a place: segments of up to 16 TB, and half a million of them
_AGAIN = 1 << 63


class SegmentWriter:
    """One segment of this process, made when its path is asked for or the first part is added."""

    def __init__(self, folder: Path, made: Mapping[str, Any]) -> None:
        self._folder, self._made = folder, made
        self._file: io.FileIO | None = None

    @property
    def path(self) -> Path:
        """Where it stands."""
        return Path(str(self._opened().name))

    def add(
        self,
        file_id: str,
        header: Mapping[str, Any],
        lines: Iterable[Mapping[str, Any]],
        again: Callable[[], bool] = bool,
    ) -> None:
        """Append one part. ``file_id``: 16 hexadecimal digits.

        ``again`` is asked when the lines are written: whether a later run should read this file again.

        Raises:
            OSError: it could not be written; nothing of the part is left.
        """
        self.copy(part_of(file_id, header, lines, again))

    def copy(self, part: Part) -> None:
        """Append a part as it is. Raises OSError, as :meth:`add`."""
        file = self._opened()
        start = file.seek(0, os.SEEK_END)
        buffer = bytearray()
        try:
            for line in itertools.chain([_line({"part": part.file_id, **part.header})], part.raw):
                buffer += line
                if len(buffer) >= _BUFFER_BYTES:
                    _write(file, buffer)
            _write(file, buffer)
        except BaseException:
            file.truncate(start)
            raise

    def close(self) -> None:
        """Everything is on its way to the disk."""
        if self._file is not None:
            self._file.close()

    def _opened(self) -> io.FileIO:
        if self._file is None:
            # in the order of their names segments are in the order of time
            path = self._folder / f"{time.time_ns():020d}-{secrets.token_hex(4)}{_SUFFIX}"
            self._file = io.FileIO(path, "x")
            _write(self._file, bytearray(_line(self._made)))
        return self._file


@dataclass(frozen=True, slots=True)
class Part:
    """One part; ``raw`` gives its lines and its end, one part at a time."""

    file_id: str
    header: Mapping[str, Any]
    raw: Iterable[bytes]


def made_with(segment: Path) -> dict[str, Any]:
    """The first line of a segment."""
    with segment.open("rb") as file:
        made: dict[str, Any] = json.loads(file.readline())
    return made


def part_of(
    file_id: str, header: Mapping[str, Any], lines: Iterable[Mapping[str, Any]], again: Callable[[], bool] = bool
) -> Part:
    """A part that stands on no disk yet; see :meth:`SegmentWriter.add`."""

    def raw() -> Iterator[bytes]:
        checksum = 0
        for line in map(_line, lines):
            checksum = zlib.crc32(line, checksum)
            yield line
        yield _line({"end": checksum, "again": again()})

    return Part(file_id, header, raw())


class Segments:
    """The segments of a folder that were made with the same; parts are found by the id of their file.

    ``pattern`` chooses among the files of the folder. Memory: 16 bytes per part.
    """

    def __init__(self, folder: Path, made: Mapping[str, Any], pattern: str = f"*{_SUFFIX}") -> None:
        self._folder, self._pattern, self._first_line = folder, pattern, _line(made)
        self.paths: list[Path] = []
        self.others: list[Path] = []
        """Segments that were made with something else."""
        self._files: dict[int, IO[bytes]] = {}
        self._ids, self._places = array("Q"), array("Q")
        self._sorted: Any = None
        self.read_new()

    def read_new(self) -> None:
        """Take in the segments that are there now and were not before."""
        known = {*self.paths, *self.others}
        for path in sorted(self._folder.glob(self._pattern)):
            if path not in known:
                self._index(path)
        self._sorted = None

    def places(self, file_id: str, *, to_keep: bool = False) -> list[int]:
        """Where the parts of one file stand, the newest first; :meth:`part` reads them.

        ``to_keep``: without those that ask to be read again.
        """
        import numpy as np

        if self._sorted is None:
            ids = np.frombuffer(self._ids, dtype=np.uint64)
            order = np.argsort(ids, kind="stable")
            self._sorted = ids[order], np.frombuffer(self._places, dtype=np.uint64)[order]
        ids, places = self._sorted
        wanted = np.uint64(int(file_id, 16))
        first, last = np.searchsorted(ids, wanted, "left"), np.searchsorted(ids, wanted, "right")
        found = [int(place) for place in reversed(places[first:last])]
        return [place for place in found if not place & _AGAIN] if to_keep else found

    def number(self, place: int) -> int:
        """The position in :attr:`paths` of the segment that holds this place."""
        return (place & ~_AGAIN) >> _OFFSET_BITS

    def part(self, place: int) -> Part:
        """The part at one of the :meth:`places`."""
        file = self._opened(self.number(place))
        file.seek(place & ((1 << _OFFSET_BITS) - 1))
        header = json.loads(file.readline())
        return Part(header.pop("part"), header, _Body(file, file.tell()))

    def all_parts(self) -> Iterator[Part]:
        """Every part, segment by segment."""
        for place in self._places:
            yield self.part(place)

    def all_places(self) -> array[int]:
        """Where every part stands, segment by segment."""
        return self._places

    def ids(self) -> list[int]:
        """The ids of the files of all parts."""
        return list(self._ids)

    def close(self) -> None:
        """Close what was opened."""
        for file in self._files.values():
            file.close()
        self._files.clear()

    def _opened(self, number: int) -> IO[bytes]:
        if number not in self._files:
            self._files[number] = self.paths[number].open("rb", buffering=1 << 16)
        return self._files[number]

    def _index(self, path: Path) -> None:
        with path.open("rb", buffering=_BUFFER_BYTES) as file:
            if file.readline() != self._first_line:
                self.others.append(path)
                return
            number = len(self.paths)
            self.paths.append(path)
            start, checksum, file_id = -1, 0, b""
            at = file.tell()
            for line in file:
                if line.startswith(_HEADER):
                    start, checksum, file_id = at, 0, line[len(_HEADER) : len(_HEADER) + _ID_CHARS]
                elif not line.startswith(_END):
                    checksum = zlib.crc32(line, checksum)
                elif start >= 0:
                    end = _end(line)
                    if end.get("end") == checksum:
                        self._ids.append(int(file_id, 16))
                        self._places.append(number << _OFFSET_BITS | start | (_AGAIN if end["again"] else 0))
                    start = -1
                at += len(line)


class _Body:
    """What stands between the header of a part and the next one; can be read again."""

    def __init__(self, file: IO[bytes], start: int) -> None:
        self._file, self._start = file, start

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(self._start)
        for line in self._file:
            yield line
            if line.startswith(_END):
                return


def _end(line: bytes) -> dict[str, Any]:
    try:
        end: dict[str, Any] = json.loads(line)
    except ValueError:  # cut short
        return {}
    return end


def _write(file: io.FileIO, buffer: bytearray) -> None:
    with memoryview(buffer) as view:
        at = 0
        while at < len(view):
            at += file.write(view[at:])
    buffer.clear()


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value).encode("ascii") + b"\n"
