"""Errors that are the output's and not a file's: a full disk, a folder that may no longer be written."""

from __future__ import annotations

import contextlib
import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

from privacy_audit.errors import StoppedError

__all__ = ["stopped_by_output", "write_failure"]

_ALWAYS = {
    errno.ENOSPC: "no space is left on the disk",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "a file would be larger than the system allows",
    errno.EROFS: "the disk is read-only",
}
_OF_THE_OUTPUT = {
    errno.EACCES: "no permission to write there",
    errno.EPERM: "no permission to write there",
    errno.EIO: "the disk reports an error",
}
"""These can come from the source as well: the error must name a path in the output."""
_TOO_LITTLE_BYTES = 1 << 20
"""DuckDB, libsndfile and FFmpeg tell no error number: with less room than this it was the disk."""


@contextlib.contextmanager
def stopped_by_output(folder: Path) -> Iterator[None]:
    """Turns an error of the output that occurs in the block into StoppedError; others pass."""
    try:
        yield
    except StoppedError:
        raise
    except Exception as error:
        told = write_failure(error, folder)
        if told is None:
            raise
        raise StoppedError(told) from None


def write_failure(error: BaseException, folder: Path) -> str | None:
    """What is wrong with the output ``folder``, None where the error has another cause."""
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, OSError) and at.errno is not None:
            if at.errno in _ALWAYS:
                return _ALWAYS[at.errno]
            if at.errno in _OF_THE_OUTPUT and str(at.filename or "").startswith(str(folder)):
                return _OF_THE_OUTPUT[at.errno]
        at = at.__cause__ or at.__context__
    try:
        full = shutil.disk_usage(folder).free < _TOO_LITTLE_BYTES
    except OSError:
        return None
    return _ALWAYS[errno.ENOSPC] if full else None
