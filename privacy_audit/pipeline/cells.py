"""Files in the cells of a table: each is a file of its own while it is read or treated, in a private folder."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.kinds import kind_of_bytes, kind_of_name, suffix_of_bytes
from privacy_audit.sources.parquet_media import Cell

__all__ = ["as_file", "treated_cell"]


@contextlib.contextmanager
def as_file(entry: FileEntry, cell: Cell) -> Iterator[FileEntry]:
    """The cell as a file called ``cell``, of the kind that its name or else its first bytes tell."""
    with tempfile.TemporaryDirectory(prefix="privacy-audit-") as folder:
        suffix = Path(cell.name).suffix if kind_of_name(cell.name) != "unknown" else suffix_of_bytes(cell.data[:16])
        path = Path(folder) / f"cell{suffix}"
        path.write_bytes(cell.data)
        kind = kind_of_name(path.name)
        if kind == "unknown" and cell.data:
            kind = kind_of_bytes(path)
        yield FileEntry(path, f"{entry.uri}#{cell.place}", kind, len(cell.data), n_folders_up=0)


def treated_cell(entry: FileEntry, cell: Cell, treat: Callable[[FileEntry, Path], None]) -> bytes:
    """The bytes that ``treat`` writes to its second argument."""
    with as_file(entry, cell) as file:
        destination = file.path.with_stem("treated")
        treat(file, destination)
        return destination.read_bytes()
