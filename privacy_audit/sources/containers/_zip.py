"""Zip by the standard library: what is encrypted, overlaps or does not keep its checksum is told."""

from __future__ import annotations

import contextlib
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from privacy_audit.errors import UnreadableError
from privacy_audit.sources.containers import Member, name_problem, shown_name
from privacy_audit.types import Reason

__all__ = ["new_zip", "opened_zip"]

_ENCRYPTED = 0x1
_READ = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_BLOCK_BYTES = 1 << 20


class _ReadZip:
    def __init__(self, archive: zipfile.ZipFile, size_bytes: int) -> None:
        self._archive = archive
        self.comment = archive.comment.decode("utf-8", "replace")
        if sum(info.compress_size for info in archive.infolist()) > size_bytes:
            # many names for one run of bytes: a few kilobytes would unpack to terabytes
            raise UnreadableError(Reason.CORRUPT, "members that overlap: refused, like a bomb")

    def members(self) -> Iterator[Member]:
        for number, info in enumerate(self._archive.infolist()):
            name = shown_name(info.filename.rstrip("/") if info.is_dir() else info.filename)
            comment = info.comment.decode("utf-8", "replace")
            yield Member(
                number,
                name,
                info.file_size,
                info.is_dir(),
                name_problem(name) or _problem(info),
                comment,
                info.compress_type != zipfile.ZIP_STORED,
            )

    @contextlib.contextmanager
    def content(self, member: Member) -> Iterator[BinaryIO]:
        with _reading(), self._archive.open(self._archive.infolist()[member.number]) as file:
            yield cast(BinaryIO, file)


class _NewZip:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def add(self, source: Member, name: str, path: Path | None) -> None:
        info = zipfile.ZipInfo(name if path is not None else f"{name}/", _EARLIEST)
        info.compress_type = zipfile.ZIP_DEFLATED if source.packed else zipfile.ZIP_STORED
        info.external_attr = (stat.S_IFREG | 0o644) << 16 if path is not None else ((stat.S_IFDIR | 0o755) << 16) | 0x10
        if path is None:
            self._archive.writestr(info, b"")
            return
        info.file_size = path.stat().st_size  # so that large ones get long fields
        with path.open("rb") as file, self._archive.open(info, "w") as written:
            while block := file.read(_BLOCK_BYTES):
                written.write(block)


@contextlib.contextmanager
def opened_zip(path: Path) -> Iterator[_ReadZip]:
    """The members that the directory at the end of the file lists. Without it nothing can be read."""
    with _reading():
        archive = zipfile.ZipFile(path)
    with archive:
        yield _ReadZip(archive, path.stat().st_size)


@contextlib.contextmanager
def new_zip(path: Path) -> Iterator[_NewZip]:
    """Write a zip. Members are compressed as those that they were made from."""
    with zipfile.ZipFile(path, "w") as archive:
        yield _NewZip(archive)


def _problem(info: zipfile.ZipInfo) -> tuple[Reason, str] | None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        what = "a link" if kind == stat.S_IFLNK else "a device or a pipe"
        return Reason.NOT_A_REGULAR_FILE, f"{what}, not a file; not opened"
    if info.flag_bits & _ENCRYPTED:
        return Reason.UNSUPPORTED, "encrypted; it cannot be read without its password"
    if info.compress_type not in _READ:
        return Reason.UNSUPPORTED, "packed by a method that is not read by this version"
    return None


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    import lzma

    try:
        yield
    except zipfile.BadZipFile as error:
        if "not a zip file" in str(error):
            raise UnreadableError(Reason.CORRUPT, "no directory of a zip at its end: cut off, or no zip") from None
        raise UnreadableError(Reason.CORRUPT, "the zip is damaged") from None
    except EOFError:
        raise UnreadableError(Reason.TRUNCATED, "the file breaks off inside a member") from None
    except (NotImplementedError, RuntimeError):
        raise UnreadableError(Reason.UNSUPPORTED, "a kind of zip that is not read by this version") from None
    except (zlib.error, lzma.LZMAError, ValueError, OverflowError) as error:
        raise UnreadableError(Reason.CORRUPT, f"the zip is damaged ({type(error).__name__})") from None
