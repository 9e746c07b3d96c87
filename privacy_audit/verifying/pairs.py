"""Which file of the treated copy was made from which file of the original."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from privacy_audit.pipeline.reading import sniffed
from privacy_audit.pipeline.treated_folder import source_stamp
from privacy_audit.recipe import Recipe
from privacy_audit.sources.folder import OWN_FOLDER, FileEntry, LeftOut, walk
from privacy_audit.store import read_lines

__all__ = ["Pair", "pairs_of"]


@dataclass(frozen=True, slots=True)
class Pair:
    """``treated`` is None where the file was not copied, or where the original is no longer what was treated.

    ``notes``: what the copy says of it.
    """

    original: FileEntry
    treated: FileEntry | None
    notes: Path

    def copy_uris(self) -> dict[tuple[Any, ...], str]:
        """``source_stamp`` of the original, and of each file in it that was copied -> its URI in the copy."""
        lines = read_lines(self.notes) if self.treated else ()
        return {tuple(line["stamp"]): line["file"] for line in lines if "file" in line and line["written"]}


def pairs_of(original: Path, treated: Path, recipe: Recipe) -> Iterator[Pair]:
    """One pair per file of the original, in the order of the walk; the copy's own notes say what was made of it."""
    notes = treated / OWN_FOLDER / "parts"
    index = 0
    for item in walk([original], recipe.exclude, treated):
        if isinstance(item, LeftOut):
            continue
        entry, copy = sniffed(item), None
        part = notes / f"{index:09d}.jsonl"
        try:
            first = next(read_lines(part), {})
        except OSError:
            first = {}
        index += 1
        path = treated / str(first.get("file", ""))
        if first.get("written") and first.get("stamp") == source_stamp(item) and path.is_file():
            copy = replace(entry, path=path, uri=str(first["file"]), size_bytes=path.stat().st_size)
        yield Pair(entry, copy, part)
