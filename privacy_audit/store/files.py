"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["UNFINISHED", "atomic_writer", "read_lines", "remove_unfinished", "write_lines"]

UNFINISHED = ".writing-"
"""What begins the names of files that are being written."""


@contextlib.contextmanager
def atomic_writer(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path``; it takes the place of ``path`` when the block ends without an error."""
    handle, name = tempfile.mkstemp(prefix=UNFINISHED, suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def remove_unfinished(folder: Path) -> None:
    """Forget what :func:`atomic_writer` was writing in the folder when its process was killed."""
    for left in folder.glob(f"{UNFINISHED}*"):
        left.unlink(missing_ok=True)


def write_lines(path: Path, lines: Iterator[Mapping[str, Any]]) -> None:
    """JSON Lines, ASCII only, atomically."""
    with atomic_writer(path) as temporary, temporary.open("w", encoding="ascii") as file:
        for line in lines:
            file.write(json.dumps(line) + "\n")


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Inverse of :func:`write_lines`, one at a time."""
    with path.open(encoding="ascii") as file:
        for line in file:
            yield json.loads(line)
