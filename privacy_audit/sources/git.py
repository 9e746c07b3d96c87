"""A git repository: what a commit or a push would change, and the content that it would hold.

Everything is asked of the ``git`` command, in forms that no setting of the user changes. Names are those of the index:
relative to the top of the work tree, ``/``-separated, bytes that are no UTF-8 as surrogates.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TypeAlias, cast

from privacy_audit.errors import UsageError

__all__ = ["GITLINK", "LINK", "Blobs", "Change", "Repository"]

GITLINK, LINK = "160000", "120000"
"""Modes of a submodule and of a symbolic link."""

_HUNK = re.compile(rb"@@ -\S+ \+(\d+)(?:,(\d+))? @@")
_INDEX = re.compile(rb"index ([0-9a-f]+)\.\.([0-9a-f]+)")
_DIFF = ("diff", "--no-ext-diff", "--no-textconv", "--no-relative", "--no-color", "--find-renames")
_PATCH = ("--patch", "--unified=0", "--inter-hunk-context=0", "--full-index", "--submodule=short")


Lines: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One file of the new state. ``blob`` names its content; ``old_blob`` that of the version before, if there was one.

    ``added``: first and last number of each stretch of new lines, counted from 1; None where git sees no lines, and
    for a new file, where all lines are new. ``moved``: the file had another name, or none.
    """

    path: str
    mode: str
    blob: str
    old_blob: str | None = None
    added: Lines | None = None
    moved: bool = True


class Repository:
    """The repository around a folder. Making one runs git once.

    ``top``: the work tree; ``common``: the folder that all work trees of the repository share, ``.git``.

    Raises:
        UsageError: git is not installed, or the folder lies in no work tree.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        asked = self._ask("rev-parse", "--show-toplevel", "--show-prefix", "--git-common-dir")
        top, self._prefix, common = os.fsdecode(asked).split("\n")[:3]
        self.common = folder / common
        self.top = self._folder = Path(top)

    @classmethod
    def around(cls, folder: Path) -> Repository | None:
        """The repository, or None where there is none."""
        try:
            return cls(folder)
        except UsageError:
            return None

    def name_of(self, path: Path) -> str:
        """The name that a path given in this folder has in the index. Raises UsageError outside the work tree."""
        given = os.fspath(path)
        if os.path.isabs(given):  # noqa: PTH117 - names may hold bytes that are not UTF-8
            name = os.path.relpath(os.path.realpath(os.path.dirname(given)), os.path.realpath(self.top))  # noqa: PTH120
            name = os.path.normpath(os.path.join(name, os.path.basename(given)))  # noqa: PTH118, PTH119
        else:
            name = os.path.normpath(os.path.join(self._prefix, given))  # noqa: PTH118
        if name.startswith(".."):
            raise UsageError(f"{given!a}: lies outside the repository {self.top}")
        return name.replace(os.sep, "/")

    def setting(self, name: str) -> str | None:
        """A value of git's configuration, None where it is not set."""
        done = self._run("config", "--get", name)
        return os.fsdecode(done.stdout).rstrip("\n") if done.returncode == 0 else None

    def set(self, name: str, value: str) -> None:
        """Write a value into the configuration of this repository, which is never pushed."""
        self._ask("config", "--local", name, value)

    def staged(self) -> list[Change]:
        """What the next commit changes, in the order of names; files that it deletes are left out."""
        return self._changes("--cached")

    def between(self, old: str, new: str) -> list[Change]:
        """What a push of ``new`` changes where the other side has ``old``. Raises UsageError on an unknown revision."""
        start, end = self._commit(old), self._commit(new)
        base = self._run("merge-base", start, end)
        return self._changes(os.fsdecode(base.stdout).strip() or start, end)

    def tracked(self, revision: str | None = None) -> dict[str, Change]:
        """Every file of the index, or of a revision, by name; none has a version before."""
        if revision is None:
            listed = self._ask("ls-files", "-z", "--stage")
        else:
            listed = self._ask("ls-tree", "-r", "-z", "--full-tree", self._commit(revision))
        found = {}
        for line in filter(None, listed.split(b"\0")):
            about, _, name = line.partition(b"\t")
            first, *others = os.fsdecode(about).split()
            path = os.fsdecode(name)
            found[path] = Change(path, first, others[0] if revision is None else others[1])
        return found

    def blobs(self) -> Blobs:
        """The door to the contents; to be used as a context manager."""
        return Blobs(self._command("cat-file", "--batch"), self._folder, self._environment())

    def _commit(self, revision: str) -> str:
        done = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if done.returncode:
            raise UsageError(f"{revision!a}: git knows no such commit; a shallow clone has to fetch it first")
        return os.fsdecode(done.stdout).strip()

    def _changes(self, *compared: str) -> list[Change]:
        listed = self._ask(*_DIFF, "--raw", "--no-abbrev", "-z", *compared, "--")
        added: dict[tuple[str, str], Lines] = {}
        changes = list(_raw(listed))
        if any(change.old_blob not in (None, change.blob) for change in changes):
            added = self._added_lines(*compared)
        return [replace(change, added=_added(change, added)) for change in changes]

    def _added_lines(self, *compared: str) -> dict[tuple[str, str], Lines]:
        """New lines by old and new content; contents in which git sees no lines are not there."""
        command = self._command(*_DIFF, *_PATCH, "--diff-filter=MR", *compared, "--")
        found: dict[tuple[str, str], list[tuple[int, int]]] = {}
        pair = None
        with subprocess.Popen(  # noqa: S603 - git, by name, and arguments that no file chose
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self._environment(), cwd=self._folder
        ) as process:
            for line in cast("IO[bytes]", process.stdout):
                # lines of content begin with one of "+-\\", so that these begin none
                if line.startswith(b"diff --git "):
                    pair = None
                elif line.startswith(b"index ") and (match := _INDEX.match(line)):
                    pair = match[1].decode(), match[2].decode()
                elif pair and line.startswith(b"@@ ") and (match := _HUNK.match(line)):
                    first, count = int(match[1]), int(match[2] or 1)
                    lines = found.setdefault(pair, [])
                    if count:
                        lines.append((first, first + count - 1))
        return {pair: tuple(lines) for pair, lines in found.items()}

    def _ask(self, *arguments: str) -> bytes:
        done = self._run(*arguments)
        if done.returncode:
            said = os.fsdecode(done.stderr).strip().splitlines() or ["git failed"]
            raise UsageError(f"git {arguments[0]}: {said[0].removeprefix('fatal: ')}")
        return done.stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603 - git, by name, and arguments that no file chose
                self._command(*arguments), capture_output=True, check=False, env=self._environment(), cwd=self._folder
            )
        except OSError as error:
            raise UsageError(f"git cannot be run ({error.strerror or type(error).__name__})") from None

    def _command(self, *arguments: str) -> list[str]:
        return ["git", "--no-pager", *arguments]

    def _environment(self) -> dict[str, str]:
        # contents that a partial clone lacks are not fetched, and messages are in one language
        return {**os.environ, "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}


class Blobs:
    """Reads contents by name, one after the other, from one ``git cat-file``."""

    def __init__(self, command: Sequence[str], folder: Path, environment: dict[str, str]) -> None:
        self._command, self._folder, self._environment = command, folder, environment
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Blobs:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            cast("IO[bytes]", self._process.stdin).close()
            cast("IO[bytes]", self._process.stdout).close()
            self._process.wait()

    def read(self, name: str) -> Iterator[bytes] | None:
        """The content in blocks, to be read to its end before the next; None where there is none of that name."""
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - git, by name
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._environment,
                cwd=self._folder,
            )
        asked, told = cast("IO[bytes]", self._process.stdin), cast("IO[bytes]", self._process.stdout)
        asked.write(os.fsencode(name) + b"\n")
        asked.flush()
        answer = told.readline().split()  # `NAME missing`, or `OBJECT TYPE BYTES` before the content
        if len(answer) != 3:
            return None
        content = _blocks(told, int(answer[2]))
        if answer[1] != b"blob":
            for _ in content:
                pass
            return None
        return content


def _blocks(told: IO[bytes], size: int) -> Iterator[bytes]:
    while size > 0:
        block = told.read(min(size, 1 << 20))
        if not block:
            raise UsageError("git cat-file: ended before its answer did")
        size -= len(block)
        yield block
    told.read(1)


def _raw(listed: bytes) -> Iterator[Change]:
    """The records of ``git diff --raw -z``, without those of deleted files."""
    fields = iter(listed.split(b"\0"))
    for about in fields:
        if not about.startswith(b":"):
            continue
        old_mode, mode, old_blob, blob, status = about[1:].decode().split(" ")
        path = old_path = os.fsdecode(next(fields))
        if status[0] in "RC":
            path = os.fsdecode(next(fields))
        if status[0] == "D":
            continue
        # a link that becomes a file, or a submodule, has no version before that is like it
        new = status[0] == "A" or old_mode[:3] != mode[:3]
        yield Change(path, mode, blob, None if new else old_blob, moved=status[0] == "A" or path != old_path)


def _added(change: Change, by_contents: dict[tuple[str, str], Lines]) -> Lines | None:
    if change.old_blob is None:
        return None
    return () if change.old_blob == change.blob else by_contents.get((change.old_blob, change.blob))
