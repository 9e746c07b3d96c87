"""The members of a container as files, one at a time, in a private folder that is gone afterwards.

Beside a picture or recording lie, while it is read, the texts that may tell of it, as they would in a folder.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path, PurePosixPath

from privacy_audit.errors import UnreadableError
from privacy_audit.recipe import Limits
from privacy_audit.sources._codecs import Budget, copied
from privacy_audit.sources.containers import Member, ReadContainer, open_container
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.kinds import MEDIA_KINDS, kind_of_name
from privacy_audit.sources.transcripts._kaldi import KALDI_NAMES
from privacy_audit.sources.transcripts._listing import MAX_DOCUMENTS, is_list
from privacy_audit.types import Reason

__all__ = ["Unpacked", "member_uri", "unpacked"]

_MAX_KEPT_BYTES = 512 << 20  # of texts that may tell of other members


def member_uri(container_uri: str, name: str, count: int = 1) -> str:
    """``shard-0001.tar::00042.jpg``; a second member of one name is ``00042.jpg (2)``."""
    return f"{container_uri}::{name}" + (f" ({count})" if count > 1 else "")


class Unpacked:
    """What a container holds. ``index``: all members but folders, in order; ``problem``: why the list is not whole.

    ``notes``: what headers and comments tell beside the names, each once.
    """

    def __init__(self, entry: FileEntry, limits: Limits, budget: Budget, folder: Path) -> None:
        self.entry, self._limits, self._budget = entry, limits, budget
        self._files, self._kept = folder / "files", folder / "kept"
        self._files.mkdir()
        self._kept.mkdir()
        self._clock = itertools.count(1)
        self._max_bytes = budget.left_bytes
        self.problem: UnreadableError | None = None
        self.index: list[Member] = []
        notes: dict[str, None] = {}
        with self._told(), self._opened() as container:
            notes.update(dict.fromkeys(filter(None, [container.comment])))
            for member in _plain(container):
                if len(self.index) == limits.max_members:
                    raise UnreadableError(Reason.TOO_LARGE, f"more than {limits.max_members} members")
                self.index.append(replace(member, said=""))
                notes.update(dict.fromkeys(filter(None, [member.said])))
        self.notes = tuple(notes)
        self._names = {member.number: member.name for member in self.index}
        self._lists: list[int] = []
        self._mates: dict[str, list[int]] = defaultdict(list)
        if any(_is_said_in(member) for member in self.index):
            self._keep_texts()

    def named(self) -> Iterator[tuple[str, str]]:
        """The name of every member and its address, as :meth:`files` gives them."""
        met: Counter[str] = Counter()
        for member in self.index:
            met[member.name] += 1
            yield member.name, member_uri(self.entry.uri, member.name, met[member.name])

    def files(self) -> Iterator[tuple[Member, FileEntry]]:
        """Every member with an entry whose file is there until the next is asked for.

        What cannot be opened has its ``problem``. Ends early where the container breaks off, which
        :attr:`problem` tells.
        """
        with self._told(), self._opened() as container:
            for member, (_, uri) in zip(_plain(container), self.named(), strict=False):
                yield member, self._entry(container, member, uri)

    def _opened(self) -> AbstractContextManager[ReadContainer]:
        return open_container(self.entry.path, self.entry.path.name, self._max_bytes)

    def _entry(self, container: ReadContainer, member: Member, uri: str) -> FileEntry:
        path = self._files / member.name
        kind = kind_of_name(member.name)
        entry = FileEntry(path, uri, kind, member.size_bytes, problem=member.problem, member=member.name)
        if member.problem:
            return entry
        try:
            self._clear()
            self._write(container, member, path)
            for number in self._texts_about(member, kind):
                beside = self._files / self._names[number]
                if not beside.exists():
                    beside.parent.mkdir(parents=True, exist_ok=True)
                    beside.hardlink_to(self._kept / str(number))
            self._touch()
        except UnreadableError as error:
            return replace(entry, problem=(error.reason, error.detail))
        except OSError as error:
            detail = f"cannot be written to the folder for temporary files ({error.strerror})"
            return replace(entry, problem=(Reason.TOO_LARGE, detail))
        return replace(entry, size_bytes=path.stat().st_size)

    def _write(self, container: ReadContainer, member: Member, path: Path) -> None:
        if member.size_bytes > self._limits.max_member_bytes:
            raise UnreadableError(Reason.TOO_LARGE, f"more than {self._limits.max_member_bytes} bytes")
        self._budget.check(member.size_bytes)
        path.parent.mkdir(parents=True, exist_ok=True)
        with container.content(member) as file:
            copied(file, path, self._limits.max_member_bytes, self._budget)

    def _keep_texts(self) -> None:
        kept_bytes = 0
        documents: list[int] = []
        with self._told(), self._opened() as container:
            for member in itertools.islice(_plain(container), len(self.index)):
                kept_bytes += member.size_bytes if _may_tell(member) else 0
                if not _may_tell(member) or kept_bytes > _MAX_KEPT_BYTES:
                    continue
                if member.size_bytes > self._limits.max_text_bytes:
                    continue
                with contextlib.suppress(UnreadableError):  # its own turn tells it
                    with container.content(member) as file:
                        copied(file, self._kept / str(member.number), self._limits.max_text_bytes)
                    if is_list(_base(member)) or _base(member) in KALDI_NAMES:
                        self._lists.append(member.number)
                    else:
                        self._mates[_stem(member)].append(member.number)
                        documents += [member.number] if _base(member).lower().endswith(".json") else []
        if len(documents) <= MAX_DOCUMENTS:  # as in a folder, few of them may tell of all pictures
            self._lists += documents

    def _texts_about(self, member: Member, kind: str) -> list[int]:
        """Lists of the container and texts of its name; a file of a Kaldi folder is known by those beside it."""
        if _base(member) in KALDI_NAMES:
            return [number for number in self._lists if number != member.number]
        return [*self._lists, *self._mates.get(_stem(member), ())] if kind in MEDIA_KINDS else []

    def _clear(self) -> None:
        shutil.rmtree(self._files)
        self._files.mkdir()

    def _touch(self) -> None:
        """Listings of folders are remembered by their time, and two changes may fall into one tick of the clock."""
        for folder, _, _ in os.walk(self._files):
            now = next(self._clock)
            os.utime(folder, ns=(now, now))

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except UnreadableError as error:
            self.problem = self.problem or error


@contextlib.contextmanager
def unpacked(entry: FileEntry, limits: Limits, budget: Budget) -> Iterator[Unpacked]:
    """Open the container ``entry``; its private folder is gone when the block ends. ``TMPDIR`` says where it lies."""
    with tempfile.TemporaryDirectory(prefix="privacy-audit-") as folder:
        yield Unpacked(entry, limits, budget, Path(folder))


def _plain(container: ReadContainer) -> Iterator[Member]:
    return (member for member in container.members() if not member.is_folder)


def _may_tell(member: Member) -> bool:
    plain = not member.problem and member.size_bytes > 0
    return plain and (kind_of_name(member.name) in ("text", "table") or _base(member) in KALDI_NAMES)


def _is_said_in(member: Member) -> bool:
    """True for what other members may speak of, or be told by."""
    return kind_of_name(member.name) in MEDIA_KINDS or _base(member) in KALDI_NAMES


def _base(member: Member) -> str:
    return PurePosixPath(member.name).name


def _stem(member: Member) -> str:
    return _base(member).partition(".")[0].casefold()
