"""Who may write in a folder: a lock that the system frees when its holder ends, however it ends."""

from __future__ import annotations

import time
from pathlib import Path
from typing import IO

from privacy_audit.errors import OutputError

__all__ = ["held_lock"]

_PAUSE_S = 0.05


def held_lock(path: Path, folder: Path, *, shared: bool = False, wait_s: float = 0.0) -> IO[bytes]:
    """The file ``path``, locked until it is closed: alone, or together with others that share it.

    ``folder`` is named in the message; ``wait_s`` is how long somebody else's lock is waited for. Where the system or
    the file system has no locks (Windows, some network folders), nothing keeps two runs apart.

    Raises:
        OutputError: another run has the lock.
        OSError: the file cannot be opened.
    """
    file = path.open("ab")
    until_s = time.monotonic() + wait_s
    while not _locked(file, shared=shared):
        if time.monotonic() >= until_s:
            file.close()
            raise OutputError(f"{folder}: another run is writing there; wait for its end, or choose another folder")
        time.sleep(_PAUSE_S)
    return file


def _locked(file: IO[bytes], *, shared: bool) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        return True
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True
