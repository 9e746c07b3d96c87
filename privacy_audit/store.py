"""The audit on disk: one part per file while it runs, then findings and reports. Everything appears atomically."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from privacy_audit.errors import OutputError

__all__ = ["AuditFolder", "atomic_writer", "read_lines", "write_lines"]

_REPORT = "report.json"
_FINDINGS = "findings.jsonl"
_OWN = frozenset({_REPORT, _FINDINGS, "report.html", ".parts"})


@contextlib.contextmanager
def atomic_writer(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path``; it takes the place of ``path`` when the block ends without an error."""
    handle, name = tempfile.mkstemp(prefix=".writing-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


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


class AuditFolder:
    """Where one scan writes: ``findings.jsonl``, ``report.json``, ``report.html``.

    Raises:
        OutputError: the folder cannot be made, or holds something other than an earlier audit.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.findings, self.json, self.html = path / _FINDINGS, path / _REPORT, path / "report.html"
        try:
            path.mkdir(parents=True, exist_ok=True)
            held = {child.name for child in path.iterdir()}
        except OSError as error:
            raise OutputError(f"{path}: cannot be used as output folder ({error.strerror})") from None
        strangers = sorted(name for name in held - _OWN if not name.startswith(".writing-"))
        if strangers:
            raise OutputError(f"{path}: holds other things ({len(strangers)} entries); choose an empty folder with -o")
        self.parts = path / ".parts"
        self.clear_parts()
        try:
            self.parts.mkdir()
        except OSError as error:
            raise OutputError(f"{path}: cannot be written ({error.strerror})") from None

    def part(self, index: int) -> Path:
        """The part of the ``index``-th file."""
        return self.parts / f"{index:09d}.jsonl"

    def clear_parts(self) -> None:
        """Forget the parts: they are in ``findings.jsonl`` and the report, or belong to a run that was killed."""
        shutil.rmtree(self.parts, ignore_errors=True)
