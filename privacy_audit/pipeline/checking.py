"""Check files: what is found there and neither allowed nor accepted. Results are kept by content."""

from __future__ import annotations

import functools
import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacy_audit.baseline import FILE_NAME, Baseline, BaselineKey
from privacy_audit.fingerprint import Fingerprinter
from privacy_audit.pipeline.check_cache import CheckCache
from privacy_audit.pipeline.check_result import CheckResult, Place, Told, Unread
from privacy_audit.recipe import Recipe
from privacy_audit.types import Reason

if TYPE_CHECKING:
    from privacy_audit.pipeline.toolbox import Toolbox
    from privacy_audit.sources.folder import FileEntry

__all__ = ["LFS_DETAIL", "Checker", "Subject", "check_files", "lfs_problem", "subjects_of"]

LFS_DETAIL = "a pointer of Git LFS; its content is not here: git lfs fetch"
_LFS = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True, slots=True)
class Subject:
    """One file to check. ``content`` names its content, None where nothing may be kept of it.

    ``fetch`` brings it where it can be read; a link's ``target`` is all of its content. ``added``: its new lines where
    those are known. ``before``: the version that it replaces. ``moved``: its name is new.
    """

    uri: str
    shown: str
    content: str | None
    fetch: Callable[[], FileEntry]
    link: bool = False
    added: tuple[tuple[int, int], ...] | None = None
    before: Subject | None = None
    moved: bool = True


class Checker:
    """One recipe, one baseline, one cache. The scanners load when the first content is met that nothing is known of.

    Raises:
        UsageError: the recipe is wrong, or the baseline was made with another key.
    """

    def __init__(
        self,
        recipe: Recipe,
        *,
        baseline: Baseline | None = None,
        key: BaselineKey | None = None,
        cache: CheckCache | None = None,
    ) -> None:
        self.recipe = recipe
        self._key, self._cache = key, cache
        self._baseline = baseline if key is not None else None
        self._without_key = baseline is not None and key is None
        self._toolbox: Toolbox | None = None
        if baseline is not None and key is not None:
            baseline.require(key)

    @staticmethod
    def settings(recipe: Recipe, key: BaselineKey | None) -> str:
        """What, beside a content and its path, decides what is found: for the name of the cache's entries."""
        return f"{recipe!r} {key.check if key else ''}"

    @property
    def toolbox(self) -> Toolbox:
        """The scanners."""
        if self._toolbox is None:
            from privacy_audit.pipeline.toolbox import Toolbox

            drawn = Fingerprinter(secrets.token_bytes(32))
            self._toolbox = Toolbox(self.recipe, self._key.fingerprinter if self._key else drawn)
        return self._toolbox

    def check(self, subjects: Iterable[Subject]) -> CheckResult:
        """Everything to tell of these files, one after the other."""
        told: list[Told] = []
        n_files = n_allowed = n_accepted = 0
        for subject in subjects:
            n_files += 1
            for item in self.new_in(subject):
                if isinstance(item, Place) and item.allowed == "yes":
                    n_allowed += 1
                elif isinstance(item, Place) and self._is_accepted(subject.uri, item):
                    n_accepted += 1
                else:
                    told.append(Told(subject.shown, subject.uri, item))
        return CheckResult(tuple(told), n_files, n_allowed, n_accepted, self._without_key)

    def new_in(self, subject: Subject) -> list[Place | Unread]:
        """What was not read, and what is found in new lines or, where there are no lines, was not there before."""
        found = self._found(subject)
        before = subject.before
        if before is None:
            return found
        if any(_is_new(item, subject) is None for item in found):
            # without a key every process makes marks of its own, and what another one kept cannot be compared
            keep = self._key is not None
            found = found if keep else self._scan(subject)
            known = {_identity(old) for old in self._found(before, keep) if isinstance(old, Place)}
            found = [item for item in found if _is_new(item, subject) is not None or _identity(item) not in known]
        return [item for item in found if _is_new(item, subject) is not False]

    def _found(self, subject: Subject, keep: bool = True) -> list[Place | Unread]:
        """Everything in it, from the cache where it is known."""
        if not keep or self._cache is None or subject.content is None:
            return self._scan(subject)
        kept = self._cache.read(subject.uri, subject.content)
        try:
            return [_from_dict(item) for item in kept["told"]] if kept else self._scan_and_keep(subject)
        except (KeyError, TypeError, ValueError):  # an entry of another form
            return self._scan_and_keep(subject)

    def _scan_and_keep(self, subject: Subject) -> list[Place | Unread]:
        entry = subject.fetch()
        found = self._read(entry, subject.link)
        lasting = entry.problem is None and all(isinstance(item, Place) or item.lasting for item in found)
        if self._cache and subject.content and lasting:
            self._cache.write(subject.uri, subject.content, {"told": [item.to_dict() for item in found]})
        return found

    def _scan(self, subject: Subject) -> list[Place | Unread]:
        return self._read(subject.fetch(), subject.link)

    def _read(self, entry: FileEntry, link: bool) -> list[Place | Unread]:
        from privacy_audit.pipeline.check_places import places_of, places_of_link

        return places_of_link(self.toolbox, entry) if link else places_of(self.toolbox, entry)

    def _is_accepted(self, uri: str, place: Place) -> bool:
        if self._baseline is None or self._key is None:
            return False
        return self._baseline.accepting((uri, self._key.seal(uri)), place.mark, place.kind, place.at) is not None


def check_files(
    files: Sequence[Path], recipe: Recipe, *, checker: Checker | None = None, top: Path | None = None
) -> CheckResult:
    """Check the files given, or the folders, as they lie there. ``top``: the work tree that names are relative to.

    Raises:
        UsageError: a path does not exist, or the recipe is wrong.
    """
    return (checker or Checker(recipe)).check(subjects_of(files, recipe.exclude, top))


def subjects_of(files: Sequence[Path], exclude: Sequence[str] = (), top: Path | None = None) -> Iterator[Subject]:
    """Files of a disk as what a check reads. Raises UsageError: a path does not exist."""
    from privacy_audit.sources.folder import FileEntry, walk

    real_top = os.path.realpath(top) if top else None
    for item in walk(files, exclude):
        if not isinstance(item, FileEntry) or item.path.name == FILE_NAME:
            continue
        if real_top:
            folder, name = os.path.split(item.path)
            inside = os.path.relpath(os.path.join(os.path.realpath(folder), name), real_top)  # noqa: PTH118
            if not inside.startswith(".."):
                item = replace(item, uri=inside.replace(os.sep, "/"))
        shown = os.path.relpath(item.path)
        problem = item.problem or lfs_problem(item.path)
        item = replace(item, problem=problem)
        content = None if problem else _digest(item.path)
        yield Subject(item.uri, shown, content, functools.partial(_same, item))


def lfs_problem(path: Path) -> tuple[Reason, str] | None:
    """Set where a file only points to a content that Git LFS keeps elsewhere."""
    try:
        with path.open("rb") as file:
            start = file.read(len(_LFS))
    except OSError:
        return None
    return (Reason.UNSUPPORTED, LFS_DETAIL) if start == _LFS else None


def _same(entry: FileEntry) -> FileEntry:
    return entry


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    except OSError:
        return None


def _identity(item: Place | Unread) -> object:
    return (item.kind, item.mark, item.at) if isinstance(item, Place) else item


def _is_new(item: Place | Unread, subject: Subject) -> bool | None:
    """None where lines do not tell. What was not read is no longer known than before, but told each time."""
    if isinstance(item, Unread):
        return True
    if item.in_path:
        return subject.moved
    if subject.before is not None and subject.before.content == subject.content:
        return False
    if item.lines is None or subject.added is None:
        return None
    first, last = item.lines
    return any(start <= last and end >= first for start, end in subject.added)


def _from_dict(value: Mapping[str, Any]) -> Place | Unread:
    return Unread(value["scanner"], value["reason"], value["detail"]) if "detail" in value else Place.from_dict(value)
