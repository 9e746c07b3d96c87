"""Tar by the standard library, which stops in silence where a header is damaged; here that is told."""

from __future__ import annotations

import contextlib
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from privacy_audit.errors import UnreadableError
from privacy_audit.sources._codecs import opened_plain, packing, reading
from privacy_audit.sources.containers import Member, name_problem, shown_name
from privacy_audit.types import Reason

__all__ = ["new_tar", "opened_tar"]

_BLOCK_BYTES = 1 << 20
_MAX_HEADER_BYTES = 1 << 20  # a long name or a note in front of a member is read into memory
_HEADERS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
_WHAT = {
    tarfile.SYMTYPE: "a link",
    tarfile.LNKTYPE: "a link",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a named pipe",
}
_NAMELESS = frozenset("root wheel staff users nobody nogroup user ubuntu www-data admin adm daemon docker".split())
"""Accounts that every machine has."""
_NOTES = ("comment", "LIBARCHIVE.", "SCHILY.xattr.")
"""Keys of extended headers (POSIX pax) that may hold free text."""


class _Header(tarfile.TarInfo):
    """A header; what the library would take for the end of the file is told apart."""

    @classmethod
    def frombuf(cls, buf: Any, encoding: str, errors: str) -> _Header:
        header = super().frombuf(buf, encoding, errors)
        if header.size < 0 or (header.type in _HEADERS and header.size > _MAX_HEADER_BYTES):
            raise UnreadableError(Reason.CORRUPT, "a header with a size that makes no sense")
        return header

    @classmethod
    def fromtarfile(cls, tar: Any) -> _Header:
        try:
            return super().fromtarfile(tar)
        except (tarfile.HeaderError, ValueError, OverflowError) as error:
            kind = type(error).__name__  # the kinds of HeaderError are no public names
            if kind == "EOFHeaderError":
                raise
            if kind == "EmptyHeaderError" and tar.offset:
                raise UnreadableError(Reason.TRUNCATED, "the file ends before its end mark") from None
            if kind == "EmptyHeaderError":
                raise UnreadableError(Reason.EMPTY, "the file is empty") from None
            if kind == "TruncatedHeaderError":
                raise UnreadableError(Reason.TRUNCATED, "the file breaks off inside a header") from None
            if tar.offset:
                raise UnreadableError(Reason.CORRUPT, "a header is damaged; nothing behind it was read") from None
            raise UnreadableError(Reason.MISLABELLED, "the content is no tar") from None


class _ReadTar:
    comment = ""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._current: tarfile.TarInfo | None = None

    def members(self) -> Iterator[Member]:
        number = last_offset = 0
        with _reading():
            while (header := self._tar.next()) is not None:
                _forget(self._tar)
                if header.size < 0 or self._tar.offset <= last_offset:
                    raise UnreadableError(Reason.CORRUPT, "a header with a size that makes no sense")
                last_offset = self._tar.offset
                self._current = header
                yield _member(number, header)
                number += 1
            self._check_end()

    @contextlib.contextmanager
    def content(self, member: Member) -> Iterator[BinaryIO]:
        assert self._current is not None  # noqa: S101 - the caller has just got the member
        with _reading():
            file = self._tar.extractfile(self._current)
            assert file is not None  # noqa: S101 - a plain file: the others have a problem
            with file:
                yield cast(BinaryIO, _Whole(file, member.size_bytes))

    def _check_end(self) -> None:
        """Behind the end mark there are zeros at most: a second tar there would be read by nobody."""
        stream: Any = self._tar.fileobj
        while block := stream.read(_BLOCK_BYTES):
            if block.strip(b"\0"):
                raise UnreadableError(Reason.UNSUPPORTED, "data behind the end mark; they were not read")


class _Whole:
    """A member that breaks off before its declared size is not read in silence."""

    def __init__(self, file: Any, size_bytes: int) -> None:
        self._file, self._left_bytes = file, size_bytes

    def read(self, n_bytes: int = -1) -> bytes:
        block: bytes = self._file.read(n_bytes)
        self._left_bytes -= len(block)
        if not block and self._left_bytes > 0 and n_bytes:
            raise UnreadableError(Reason.TRUNCATED, "the file breaks off inside a member")
        return block


class _NewTar:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, source: Member, name: str, path: Path | None) -> None:
        header = tarfile.TarInfo(name)  # owner 0 without a name, time 0
        header.mode = 0o755 if path is None else 0o644
        if path is None:
            header.type = tarfile.DIRTYPE
            self._tar.addfile(header)
            return
        header.size = path.stat().st_size
        with path.open("rb") as file:
            self._tar.addfile(header, file)
        _forget(self._tar)


@contextlib.contextmanager
def opened_tar(path: Path, codec: str, max_bytes: int) -> Iterator[_ReadTar]:
    """Packed tars are read as a stream; of plain ones what is not wanted is passed over unread."""
    with opened_plain(path, codec, max_bytes if codec else None) as file, _reading():
        mode: Any = "r|" if codec else "r:"
        with tarfile.TarFile.open(fileobj=file, mode=mode, tarinfo=_Header, errors="surrogateescape") as tar:
            yield _ReadTar(tar)


@contextlib.contextmanager
def new_tar(path: Path, codec: str) -> Iterator[_NewTar]:
    """Write a tar in the POSIX format of 2001, which holds names and sizes of any length."""
    with (
        packing(path, codec) as file,
        tarfile.TarFile(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        yield _NewTar(tar)


def _forget(tar: Any) -> None:
    """The library keeps the header of every member."""
    tar.members = []


def _member(number: int, header: tarfile.TarInfo) -> Member:
    name = shown_name(header.name)
    problem = None if header.isdir() and name in ("", ".") else name_problem(name)
    if problem is None and not (header.isreg() or header.isdir()):
        what = _WHAT.get(header.type, "of a type that is not known")
        problem = (Reason.NOT_A_REGULAR_FILE, f"{what}, not a file; not opened")
    return Member(number, name, header.size, header.isdir(), problem, _said(header))


def _said(header: tarfile.TarInfo) -> str:
    accounts = [name for name in (header.uname, header.gname) if name and name.lower() not in _NAMELESS]
    lines = [f"username: {name}" for name in dict.fromkeys(accounts)]
    lines += [str(value) for key, value in sorted(header.pax_headers.items()) if key.startswith(_NOTES)]
    return "\n".join(lines)


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    try:
        with reading():
            yield
    except tarfile.TarError as error:
        if "end of data" in str(error):
            raise UnreadableError(Reason.TRUNCATED, "the file breaks off inside a member") from None
        raise UnreadableError(Reason.CORRUPT, "the tar is damaged") from None
