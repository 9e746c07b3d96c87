"""Files that hold files: tar, plain or packed, among them WebDataset shards, and zip.

Nothing is extracted under its own path: members are read one at a time, in their order, and what is no plain file
inside the container (links, devices, ``../``, absolute names) is told and never opened.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from privacy_audit.types import Reason

__all__ = [
    "SUFFIXES",
    "Member",
    "ReadContainer",
    "WrittenContainer",
    "is_container",
    "name_problem",
    "new_container",
    "open_container",
    "shown_name",
]

_TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".tzst")
_ZIP = ".zip"
SUFFIXES = (*_TARS, _ZIP)
_MAX_NAME_BYTES = 200  # of one folder or file; file systems allow 255, and the copy may number it


@dataclass(frozen=True, slots=True)
class Member:
    """One thing in a container, ``number`` counting from 0. ``problem`` is set where it cannot be read at all.

    ``said``: what its header tells beside the name, such as the account of its owner. ``packed``: in a zip, that it
    is compressed.
    """

    number: int
    name: str
    size_bytes: int
    is_folder: bool = False
    problem: tuple[Reason, str] | None = None
    said: str = ""
    packed: bool = False


class ReadContainer(Protocol):
    """An open container."""

    comment: str
    """What the container tells of itself beside its members."""

    def members(self) -> Iterator[Member]:
        """Every member in order, once. Raises UnreadableError where the container cannot be read on."""

    def content(self, member: Member) -> AbstractContextManager[BinaryIO]:
        """The bytes of the member that :meth:`members` gave last. Raises UnreadableError, also while it is read."""


class WrittenContainer(Protocol):
    """A container that is written. Times, owners and comments are personal data too: none is written."""

    def add(self, source: Member, name: str, path: Path | None) -> None:
        """Put the file, or with None the folder, behind what is there; ``source`` is the member it was made from."""


def is_container(name: str) -> bool:
    """True for the names of files that hold files."""
    return name.lower().endswith(SUFFIXES)


def shown_name(name: str) -> str:
    """The name as it stands in URIs: without ``./`` before it, bytes that are no UTF-8 spelled out."""
    while name.startswith("./"):
        name = name[2:].lstrip("/")
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def name_problem(name: str) -> tuple[Reason, str] | None:
    """Why a member of this name is not opened; None where it lies inside its container and nowhere else."""
    parts = name.split("/")
    if ".." in parts or ".." in name.split("\\"):
        return Reason.LINK_OUTSIDE, "its name leads out of the container (`..`); not opened"
    if name.startswith(("/", "\\")) or (name[1:2] == ":" and name[:1].isalpha() and name[2:3] in ("/", "\\")):
        return Reason.LINK_OUTSIDE, "an absolute name; not opened"
    if not name or "\0" in name or any(len(part.encode("utf-8", "replace")) > _MAX_NAME_BYTES for part in parts):
        return Reason.CORRUPT, "a name that no file can have"
    return None


@contextlib.contextmanager
def open_container(path: Path, name: str, max_bytes: int) -> Iterator[ReadContainer]:
    """Open a container; ``name`` tells which kind it is, and ``max_bytes`` what a packed one may unpack to.

    Raises:
        UnreadableError: also in the body.
    """
    from privacy_audit.sources.containers._tar import opened_tar
    from privacy_audit.sources.containers._zip import opened_zip

    with opened_zip(path) if name.lower().endswith(_ZIP) else opened_tar(path, _codec(name), max_bytes) as container:
        yield container


@contextlib.contextmanager
def new_container(path: Path, name: str) -> Iterator[WrittenContainer]:
    """Write a container of the kind that ``name`` tells to ``path``."""
    from privacy_audit.sources.containers._tar import new_tar
    from privacy_audit.sources.containers._zip import new_zip

    with new_zip(path) if name.lower().endswith(_ZIP) else new_tar(path, _codec(name)) as container:
        yield container


def _codec(name: str) -> str:
    suffix = next(suffix for suffix in reversed(_TARS) if name.lower().endswith(suffix))
    return {"tgz": "gz", "tbz": "bz2", "tbz2": "bz2", "txz": "xz", "tzst": "zst", "tar": ""}.get(
        last := suffix.rpartition(".")[2], last
    )
