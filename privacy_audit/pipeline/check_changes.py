"""What a commit or a push changes, as what a check reads: contents come from git, not from the work tree."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from privacy_audit.baseline import FILE_NAME
from privacy_audit.errors import UsageError
from privacy_audit.pipeline.checking import LFS_DETAIL, Subject, lfs_problem
from privacy_audit.sources.git import GITLINK, LINK, Blobs, Change, Repository
from privacy_audit.types import Reason

if TYPE_CHECKING:
    from privacy_audit.sources.folder import FileEntry

__all__ = ["changed_subjects", "chosen"]

_MAX_POINTER_BYTES = 1024
_LFS_OBJECT = "oid sha256:"


def chosen(
    changes: Sequence[Change], files: Sequence[str], tracked: Callable[[], Mapping[str, Change]]
) -> list[Change]:
    """The changes to these files or folders, all of them where none is given.

    A file that is named and not changed is read whole: that is how a hook is run over all files. Names are those of
    the index. Raises UsageError: git does not know such a file.
    """
    if not files:
        return list(changes)
    by_path = {change.path: change for change in changes}
    kept: dict[str, Change] = {}
    for name in files:
        inside = [path for path in by_path if _is_in(path, name)]
        if not inside:
            known = tracked()
            inside = [path for path in known if _is_in(path, name)]
            by_path.update((path, known[path]) for path in inside)
        if not inside:
            raise UsageError(f"{name if name.isprintable() else ascii(name)}: not among the files that git has here")
        kept.update((path, by_path[path]) for path in inside)
    return list(kept.values())


def changed_subjects(
    repository: Repository, changes: Sequence[Change], blobs: Blobs, folder: Path, exclude: Sequence[str]
) -> Iterator[Subject]:
    """The files of these changes that the recipe does not leave out. Contents are written into ``folder`` when asked
    for, in the tree of the repository, since what lies beside a recording may tell what is said in it.
    """
    for change in changes:
        if change.path == FILE_NAME or _is_left_out(change.path, exclude):
            continue
        shown = os.path.relpath(repository.top / change.path)
        bring = functools.partial(_fetch, repository, blobs, change)
        if change.mode == GITLINK:
            yield Subject(change.path, shown, None, functools.partial(_unread, change.path, _SUBMODULE))
            continue
        old = None
        if change.old_blob is not None:
            fetch_old = functools.partial(_fetch, repository, blobs, change, change.old_blob, folder / "old")
            old = Subject(change.path, shown, f"git:{change.old_blob}", fetch_old, change.mode == LINK)
        yield Subject(
            change.path,
            shown,
            f"git:{change.blob}",
            functools.partial(bring, change.blob, folder / "new"),
            change.mode == LINK,
            change.added,
            old,
            change.moved,
        )


_SUBMODULE = "a submodule: check it in its own repository"


def _is_in(path: str, name: str) -> bool:
    return name in (path, ".") or path.startswith(f"{name}/")


def _is_left_out(path: str, exclude: Sequence[str]) -> bool:
    from privacy_audit.sources.folder import OWN_FOLDER, is_excluded

    return is_excluded(path, (*exclude, OWN_FOLDER))


def _fetch(repository: Repository, blobs: Blobs, change: Change, blob: str, folder: Path) -> FileEntry:
    """The content as a file under the path it has in the repository."""
    from privacy_audit.sources.folder import FileEntry
    from privacy_audit.sources.kinds import kind_of_name

    blocks = blobs.read(blob)
    if blocks is None:
        return _unread(change.path, "git has no content of it: the clone is partial, or a merge is not finished")
    path = folder / change.path
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.writelines(blocks)
    size_bytes = path.stat().st_size
    if size_bytes <= _MAX_POINTER_BYTES and lfs_problem(path):
        kept = _lfs_object(repository, path)
        if kept is None:
            return _unread(change.path, LFS_DETAIL)
        path.unlink()
        path.symlink_to(kept.resolve())  # under its own name, which says what kind of file it is
        size_bytes = kept.stat().st_size
    return FileEntry(path, change.path, kind_of_name(change.path), size_bytes)


def _unread(uri: str, detail: str) -> FileEntry:
    from privacy_audit.sources.folder import FileEntry

    return FileEntry(Path(uri), uri, "other", problem=(Reason.UNSUPPORTED, detail))


def _lfs_object(repository: Repository, pointer: Path) -> Path | None:
    """The file that Git LFS keeps for this pointer in this clone."""
    for line in pointer.read_text(encoding="ascii", errors="replace").splitlines():
        name = line.removeprefix(_LFS_OBJECT)
        if line.startswith(_LFS_OBJECT) and len(name) == 64 and name.isalnum():
            kept = repository.common / "lfs" / "objects" / name[:2] / name[2:4] / name
            return kept if kept.is_file() else None
    return None
