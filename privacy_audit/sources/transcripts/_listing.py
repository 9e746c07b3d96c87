"""What lies in a folder that may speak of its pictures and recordings; each listing is read once."""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from privacy_audit.sources.transcripts import SUFFIXES

__all__ = [
    "MAX_DOCUMENTS",
    "MAX_TABLES",
    "PLAIN",
    "TABLES",
    "Listing",
    "folders_of",
    "is_list",
    "is_plain_file",
    "listing",
    "lists",
    "of_this_name",
    "stamp",
]

MAX_DOCUMENTS = 16
"""A folder with more JSON documents holds one for each of its files, and none that tells of all."""
MAX_TABLES = 64
"""A folder with more tables holds shards: of these only ``metadata.csv`` and the like tell of all its files."""
PLAIN = (".txt", ".lab", ".caption")
TABLES = (".csv", ".tsv", ".jsonl", ".ndjson")
_FOLDERS = frozenset(
    """
    align aligned alignment alignments annotation annotations caption captions ctm eaf json label labels lab srt stm
    subtitle subtitles text textgrid textgrids texts transcript transcription transcriptions transcripts txt vtt
    """.split()
)
_MAX_FOLDERS_UP = 3


@dataclass(frozen=True, slots=True)
class Listing:
    """``lists``: files that may tell of all files of a folder; ``folders``: those that may hold such files.

    ``documents``: JSON that may do the same; ``by_stem``: what may speak of the one file of that name.
    """

    lists: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    by_stem: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def is_list(name: str) -> bool:
    """True for the names of files that may tell what is said or shown in all files of a folder."""
    low = name.lower()
    return low.endswith((".trans.txt", ".ctm", ".stm", ".tsv", ".csv")) or low in ("text", "metadata.jsonl")


def lists(path: Path, n_folders_up: int) -> Iterator[Path]:
    """The lists at or above the place of a file, no more than ``n_folders_up`` folders above its own."""
    for folder in folders_of(path, n_folders_up):
        yield from (folder / name for name in listing(folder).lists if not name.startswith(f"{path.stem}."))


def folders_of(path: Path, n_folders_up: int) -> Iterator[Path]:
    """The folder of a file and those above it that may be looked into."""
    folder = path.parent
    for _ in range(min(n_folders_up, _MAX_FOLDERS_UP) + 1):
        yield folder
        folder = folder.parent


def of_this_name(path: Path, n_folders_up: int) -> Iterator[Path]:
    """What is called like the file, beside it or in a folder beside its own: ``wav/a.wav``, ``TextGrid/a.TextGrid``."""
    stem = path.stem.casefold()
    yield from (path.parent / name for name in listing(path.parent).by_stem.get(stem, ()) if name != path.name)
    inner = Path()
    folder = path.parent
    for _ in range(min(n_folders_up, 2)):
        above = folder.parent
        for name in listing(above).folders:
            if above / name != folder:
                other = above / name / inner
                yield from (other / found for found in listing(other).by_stem.get(stem, ()))
        inner, folder = folder.name / inner, above


def is_plain_file(path: Path) -> bool:
    """A link is followed by the walk alone, which knows where it may lead."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def stamp(path: Path) -> int:
    """When it was changed, in ns; 0 where it is not there."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def listing(folder: Path) -> Listing:
    """The folder as it is now."""
    return _listing(folder, stamp(folder))


@lru_cache(maxsize=16)
def _listing(folder: Path, stamp: int) -> Listing:
    by_stem: dict[str, list[str]] = defaultdict(list)
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names only
    except OSError:
        return Listing()
    for name in names:
        if name.lower().endswith((*SUFFIXES, *PLAIN, ".json")) and not name.lower().endswith(".trans.txt"):
            pieces = name.casefold().split(".")
            for count in range(1, len(pieces)):
                by_stem[".".join(pieces[:count])].append(name)
    documents = tuple(name for name in names if name.lower().endswith(".json"))
    lists = tuple(filter(is_list, names))
    if sum(name.lower().endswith(TABLES) for name in lists) > MAX_TABLES:
        lists = tuple(
            name for name in lists if not name.lower().endswith(TABLES) or name.lower().startswith("metadata.")
        )
    return Listing(
        lists,
        tuple(name for name in names if name.casefold() in _FOLDERS),
        documents if len(documents) <= MAX_DOCUMENTS else (),
        {stem: tuple(found) for stem, found in by_stem.items()},
    )
