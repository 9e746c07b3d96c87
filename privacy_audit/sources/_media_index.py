"""What a table or document tells of many media, by their names: 16 bytes of memory for each, the texts on disk."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO

__all__ = ["MediaIndex", "Told", "parts_of", "stem_of"]


@dataclass(frozen=True, slots=True)
class Told:
    """What one row, or one image of COCO, tells of the media at ``path``; ``row`` -1 where there are no rows.

    ``texts``: by column.
    """

    path: str = field(repr=False)
    row: int
    texts: Mapping[str, str] = field(repr=False)


class MediaIndex:
    """Built once from all that is told; the texts lie in a file without a name, which goes with this object."""

    def __init__(self, told: Iterable[Told] = ()) -> None:
        self._file: IO[bytes] | None = None  # most tables tell of no media, and need none
        marks, places = array("Q"), array("Q")
        for item in told:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 - as long as this object
            marks.append(_mark(stem_of(item.path)))
            places.append(self._file.tell())
            self._file.write(json.dumps([item.path, item.row, dict(item.texts)]).encode() + b"\n")
        order = sorted(range(len(marks)), key=marks.__getitem__)
        self._marks = array("Q", map(marks.__getitem__, order))
        self._places = array("Q", map(places.__getitem__, order))

    def about(self, stem: str) -> Iterator[Told]:
        """What is told of files of this name without folder and suffix, in lower case, in the order it was told."""
        mark = _mark(stem)
        at = bisect_left(self._marks, mark)
        while self._file is not None and at < len(self._marks) and self._marks[at] == mark:
            self._file.seek(self._places[at])
            item = Told(*json.loads(self._file.readline()))
            if stem_of(item.path) == stem:  # two names of a million share a mark with a chance of one in 30 million
                yield item
            at += 1


def stem_of(name: str) -> str:
    """The name without folder and suffix, in lower case."""
    return os.path.splitext(parts_of(name)[-1])[0].casefold()  # noqa: PTH122 - a text of a table, not a path here


def parts_of(name: str) -> list[str]:
    """Folders and name of a path as tables write it, with slashes of either kind."""
    return [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")] or [""]


def _mark(stem: str) -> int:
    return int.from_bytes(hashlib.blake2b(stem.encode("utf-8", "surrogatepass"), digest_size=8).digest())
