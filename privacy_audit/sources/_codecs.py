"""Files packed by gzip, bzip2, xz or Zstandard: opened as what they hold, and written again."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, BinaryIO, cast

from privacy_audit.errors import UnreadableError
from privacy_audit.types import Reason

__all__ = ["PACKED_SUFFIXES", "Budget", "codec_of", "copied", "opened_plain", "packing", "reading"]

_CODECS = {".gz": "gz", ".bz2": "bz2", ".xz": "xz", ".zst": "zst"}
PACKED_SUFFIXES = tuple(_CODECS)
_FREE_BYTES = 64 << 20
"""So much may come out of any file, however small it is: a short file of equal rows is no bomb."""
_BLOCK_BYTES = 1 << 20


class Budget:
    """How many bytes may still come out of one file of the data set, over all that it holds."""

    def __init__(self, size_bytes: int, max_ratio: int) -> None:
        self.left_bytes = max(_FREE_BYTES, size_bytes * max_ratio)
        self._max_ratio = max_ratio

    def check(self, n_bytes: int) -> None:
        """The same error as :meth:`spend`, for a size that is only declared; nothing is spent."""
        if n_bytes > self.left_bytes:
            self.spend(n_bytes)

    def spend(self, n_bytes: int) -> None:
        """Raises UnreadableError (TOO_LARGE) when more comes out than a file of its size may hold."""
        self.left_bytes -= n_bytes
        if self.left_bytes < 0:
            detail = f"unpacks to more than {self._max_ratio} times its size: refused, like a bomb"
            raise UnreadableError(Reason.TOO_LARGE, detail)


def codec_of(name: str) -> str:
    """``gz``, ``bz2``, ``xz`` or ``zst`` by the last suffix; empty for a file that is not packed."""
    low = name.lower()
    return next((codec for suffix, codec in _CODECS.items() if low.endswith(suffix)), "")


class _Counted:
    """A stream of which no more than ``max_bytes`` is read, also where bytes are passed over."""

    def __init__(self, file: BinaryIO, max_bytes: int) -> None:
        self._file, self._left_bytes = file, max_bytes

    def read(self, n_bytes: int = -1) -> bytes:
        block = self._file.read(n_bytes)
        self._left_bytes -= len(block)
        if self._left_bytes < 0:
            raise UnreadableError(Reason.TOO_LARGE, "unpacks to more than a file of its size may: refused, like a bomb")
        return block


@contextlib.contextmanager
def opened_plain(path: Path, codec: str, max_bytes: int | None = None) -> Iterator[BinaryIO]:
    """What the file holds, to be read from its start to its end; with ``max_bytes`` it can only be read.

    Raises:
        UnreadableError: CORRUPT, TRUNCATED, or TOO_LARGE above ``max_bytes``; also while it is read.
    """
    with reading(), _stream(path, codec, "rb") as file:
        yield file if max_bytes is None else cast(BinaryIO, _Counted(file, max_bytes))


def packing(path: Path, codec: str) -> AbstractContextManager[BinaryIO]:
    """A file that packs what is written to it: without a name and without a time, which gzip would note."""
    return _stream(path, codec, "wb")


def copied(file: BinaryIO, destination: Path, max_bytes: int, budget: Budget | None = None) -> int:
    """Write what is left of ``file`` to ``destination``; the number of bytes.

    Raises:
        UnreadableError: TOO_LARGE above ``max_bytes`` or the budget; nothing is left at ``destination``.
    """
    n_bytes = 0
    try:
        with destination.open("xb") as written:
            while block := file.read(_BLOCK_BYTES):
                n_bytes += len(block)
                if n_bytes > max_bytes:
                    raise UnreadableError(Reason.TOO_LARGE, f"unpacks to more than {max_bytes} bytes")
                if budget:
                    budget.spend(len(block))
                written.write(block)
    except BaseException:
        destination.unlink(missing_ok=True)
        raise
    return n_bytes


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """What the libraries raise on damaged files, as an UnreadableError."""
    import lzma

    from backports import zstd

    try:
        yield
    except EOFError:
        raise UnreadableError(Reason.TRUNCATED, "the file breaks off: what it packs is not whole") from None
    except (zlib.error, lzma.LZMAError, zstd.ZstdError) as error:
        raise UnreadableError(Reason.CORRUPT, f"what it packs is damaged ({type(error).__name__})") from None
    except OSError as error:
        if error.errno is not None:  # of the file itself: its disk, its rights
            raise
        raise UnreadableError(Reason.CORRUPT, f"what it packs is damaged ({type(error).__name__})") from None


@contextlib.contextmanager
def _stream(path: Path, codec: str, mode: str) -> Iterator[BinaryIO]:
    with path.open(mode) as raw:
        if not codec:
            yield cast(BinaryIO, raw)
            return
        with _unpacker(cast(BinaryIO, raw), codec, mode) as file:
            yield file


def _unpacker(raw: BinaryIO, codec: str, mode: str) -> Any:
    if codec == "gz":
        import gzip

        return gzip.GzipFile("", mode, 6, raw, mtime=0)
    if codec == "bz2":
        import bz2

        return bz2.BZ2File(raw, mode)  # type: ignore[call-overload]  # the mode is "rb" or "wb"
    if codec == "xz":
        import lzma

        return lzma.LZMAFile(raw, mode)
    from backports import zstd

    return zstd.ZstdFile(raw, mode)  # type: ignore[call-overload]  # the same
