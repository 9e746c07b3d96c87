"""A file as the readers want it: plain, and on this machine. What is packed is unpacked into a private folder."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from privacy_audit.errors import UnreadableError
from privacy_audit.recipe import Limits
from privacy_audit.sources._codecs import Budget, codec_of, copied, opened_plain, packing
from privacy_audit.sources.arrow_file import (
    arrow_to_parquet,
    damaged_groups,
    parquet_to_arrow,
    without_damaged_groups,
)
from privacy_audit.sources.containers import is_container
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.kinds import kind_of_name
from privacy_audit.types import Reason

_ARROW = (".arrow", ".feather")

__all__ = ["is_wrapped", "opened", "sealed"]


def is_wrapped(entry: FileEntry) -> bool:
    """True for a file that readers cannot take as it lies: packed, Arrow, or Parquet that is damaged in part."""
    if entry.problem or not entry.size_bytes or entry.lost_rows:
        return False
    suffix = entry.path.suffix.lower()
    return bool(_codec(entry)) or suffix in _ARROW or (suffix == ".parquet" and bool(damaged_groups(entry.path)))


@contextlib.contextmanager
def opened(entry: FileEntry, limits: Limits) -> Iterator[FileEntry]:
    """The same entry with the path of a plain file, gone when the block ends; ``TMPDIR`` says where it lies.

    Raises:
        UnreadableError: EMPTY, CORRUPT, TRUNCATED, or TOO_LARGE above the limits of the recipe.
    """
    if not is_wrapped(entry):
        yield entry
        return
    with tempfile.TemporaryDirectory(prefix="privacy-audit-") as folder:
        if not _codec(entry):
            yield _as_parquet(entry, Path(folder) / "rows.parquet")
            return
        path = Path(folder) / Path(entry.path.stem).name
        budget = Budget(entry.size_bytes, limits.max_container_ratio)
        with opened_plain(entry.path, _codec(entry)) as packed:
            size_bytes = copied(packed, path, limits.max_member_bytes, budget)
        if not size_bytes:
            raise UnreadableError(Reason.EMPTY, "what it packs is empty")
        kind = entry.kind if kind_of_name(path.name) == "unknown" else kind_of_name(path.name)
        plain = replace(entry, path=path, kind=kind, size_bytes=size_bytes, n_folders_up=0)
        with opened(plain, limits) as inner:  # an Arrow file may be packed
            yield inner


def sealed(entry: FileEntry, plain: Path, destination: Path) -> None:
    """Write the plain file to ``destination`` in the form that ``entry`` has. Inverse of :func:`opened`.

    Raises:
        UnreadableError: UNSUPPORTED, where that form cannot be written.
    """
    if not _codec(entry):
        if entry.path.suffix.lower() in _ARROW:
            parquet_to_arrow(plain, entry.path, destination)
        else:
            shutil.copyfile(plain, destination)
        return
    if Path(entry.path.stem).suffix.lower() in _ARROW:
        raise UnreadableError(Reason.UNSUPPORTED, "a packed Arrow file is read, and not written by this version")
    with plain.open("rb") as source, packing(destination, _codec(entry)) as file:
        shutil.copyfileobj(source, file, 1 << 20)


def _as_parquet(entry: FileEntry, path: Path) -> FileEntry:
    if entry.path.suffix.lower() in _ARROW:
        lost = arrow_to_parquet(entry.path, path)
    else:
        lost = damaged_groups(entry.path)
        without_damaged_groups(entry.path, path)
    rows = tuple(f"{first}-{'' if last is None else last}" for first, last in lost)
    return replace(entry, path=path, kind="table", size_bytes=path.stat().st_size, n_folders_up=0, lost_rows=rows)


def _codec(entry: FileEntry) -> str:
    return "" if is_container(entry.path.name) else codec_of(entry.path.name)
