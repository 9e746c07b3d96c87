"""Files under one or several paths, in a fixed order. What is no ordinary file is told, never skipped in silence."""

from __future__ import annotations

import fnmatch
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from privacy_audit.errors import UsageError
from privacy_audit.sources.kinds import kind_of_name
from privacy_audit.types import Reason

__all__ = ["OWN_FOLDER", "FileEntry", "LeftOut", "common_root", "is_excluded", "matching_pattern", "walk"]

OWN_FOLDER = ".privacy-audit"
"""What this tool leaves in a treated copy: never part of the data."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One thing met. ``problem`` is set where it cannot be opened as a file at all.

    ``member``: its name in the container that holds it, else empty. ``n_folders_up``: how many folders above its own
    belong to what is scanned; None where ``uri`` tells. ``lost_rows``: ``1000-1999`` or ``1000-``, rows of a table that
    cannot be read. ``remote``: the URL of a file that is not on this machine; ``path`` is then its name only.
    """

    path: Path
    uri: str
    kind: str
    size_bytes: int = 0
    modified_ns: int = 0
    problem: tuple[Reason, str] | None = None
    member: str = ""
    n_folders_up: int | None = None
    lost_rows: tuple[str, ...] = ()
    remote: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """Its path: relative to the root, or inside its container."""
        return self.member or self.uri

    @property
    def depth(self) -> int:
        """How many folders above its own may be looked into for what belongs to it."""
        return self.name.count("/") if self.n_folders_up is None else self.n_folders_up


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file or folder that the recipe excludes by the pattern named."""

    uri: str
    pattern: str


def common_root(places: Sequence[str | Path]) -> Path:
    """The folder that record URIs are relative to; of a URL its last part.

    Raises:
        UsageError: a path does not exist, or there is more than one place and one is a URL.
    """
    if not places:
        raise UsageError("nothing to scan: give at least one file or folder")
    if any(isinstance(place, str) for place in places):
        if len(places) > 1:
            raise UsageError("a URL is read alone: give one URL, or files and folders of this machine")
        return Path(Path(places[0]).name)
    paths = [Path(place) for place in places]
    for path in paths:
        if not os.path.lexists(path):
            raise UsageError(f"{ascii(str(path)) if not str(path).isprintable() else path}: no such file or folder")
    folders = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 - resolve() would follow a link
    return Path(os.path.commonpath([path if path.is_dir() else path.parent for path in folders]))


def walk(
    paths: Sequence[str | Path], exclude: Sequence[str] = (), own: Path | None = None, root: Path | None = None
) -> Iterator[FileEntry | LeftOut]:
    """Every file under ``paths``, sorted by name within each folder; links to folders are not followed.

    A text is a URL, whose files are fetched when they are read. ``own`` is a folder to pass over because this run
    writes there; ``root`` the one that URIs are relative to.

    Raises:
        UsageError: a path does not exist, or a URL cannot be listed.
    """
    root = root or common_root(paths)
    if isinstance(paths[0], str):
        from privacy_audit.sources.remote import walk_url

        yield from walk_url(paths[0], exclude)
        return
    own_real = own.resolve() if own else None
    seen: set[str] = set()
    for path in paths:
        absolute = os.path.abspath(path)  # noqa: PTH100 - resolve() would follow a link
        for item in _walk_one(absolute, root, tuple(exclude), own_real):
            if item.uri not in seen:
                seen.add(item.uri)
                yield item


def _walk_one(path: str, root: Path, exclude: tuple[str, ...], own: Path | None) -> Iterator[FileEntry | LeftOut]:
    pending = [path]
    while pending:
        current = pending.pop()
        uri = _uri(current, root)
        name = os.path.basename(current)  # noqa: PTH119 - names may hold bytes that are not UTF-8
        if name == OWN_FOLDER or (own is not None and Path(os.path.realpath(current)) == own):
            continue
        pattern = matching_pattern(uri, exclude)
        if pattern is not None:
            yield LeftOut(uri, pattern)
            continue
        try:
            status = os.stat(current) if current == path else os.lstat(current)  # noqa: PTH116 - the same
            if stat.S_ISLNK(status.st_mode):
                yield _linked(current, uri, root)
            elif stat.S_ISDIR(status.st_mode):
                # by what a URI shows, so that audits of parts can be put together in the order of one
                inside = sorted(os.listdir(current), key=_shown, reverse=True)  # noqa: PTH208 - the same
                pending.extend(os.path.join(current, child) for child in inside)  # noqa: PTH118 - the same
            else:
                yield _entry(current, uri, status)
        except PermissionError:
            yield FileEntry(Path(current), uri, "other", problem=(Reason.NOT_PERMITTED, "no permission to read it"))
        except OSError as error:
            detail = f"cannot be opened ({error.strerror or type(error).__name__})"
            yield FileEntry(Path(current), uri, "other", problem=(Reason.CORRUPT, detail))


def _entry(path: str, uri: str, status: os.stat_result) -> FileEntry:
    kind = kind_of_name(path)
    if not stat.S_ISREG(status.st_mode):
        names = {stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket"}
        what = names.get(stat.S_IFMT(status.st_mode), "a device")
        return FileEntry(Path(path), uri, kind, problem=(Reason.NOT_A_REGULAR_FILE, f"{what}, not a file; not opened"))
    return FileEntry(Path(path), uri, kind, status.st_size, status.st_mtime_ns)


def _linked(path: str, uri: str, root: Path) -> FileEntry:
    """A link to a file inside the root is read like a file; any other link is told and not followed."""
    kind = kind_of_name(path)
    try:
        target = Path(path).resolve(strict=True)
        status = target.stat()
    except (OSError, RuntimeError):
        problem = (Reason.NOT_A_REGULAR_FILE, "a link that leads nowhere")
        return FileEntry(Path(path), uri, kind, problem=problem)
    if stat.S_ISDIR(status.st_mode):
        problem = (Reason.NOT_A_REGULAR_FILE, "a link to a folder; not followed, scan that folder itself")
        return FileEntry(Path(path), uri, kind, problem=problem)
    if not target.is_relative_to(root.resolve()):
        problem = (Reason.LINK_OUTSIDE, "a link to a file outside the scanned folder; not followed")
        return FileEntry(Path(path), uri, kind, problem=problem)
    return _entry(path, uri, status)


def _uri(path: str, root: Path) -> str:
    relative = os.path.relpath(path, root)
    return _shown(relative.replace(os.sep, "/"))


def _shown(path: str) -> str:
    r"""A path as text; bytes that are not UTF-8 as ``\xe9``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def is_excluded(uri: str, exclude: Sequence[str]) -> bool:
    """Whether a glob leaves out this path, relative to the root, or a folder above it."""
    parts = uri.split("/")
    above = ["/".join(parts[: end + 1]) for end in range(len(parts))]
    return any(matching_pattern(path, exclude) for path in above)


def matching_pattern(uri: str, exclude: Sequence[str]) -> str | None:
    """The first pattern that leaves out the file or folder; one without ``/`` is about its name alone."""
    name = uri.rpartition("/")[2]
    return next((glob for glob in exclude if fnmatch.fnmatchcase(uri if "/" in glob else name, glob)), None)
