"""What passed a guard, counted by every process for itself in a file of one folder, and the report over all of them."""

from __future__ import annotations

import json
import os
import uuid
import weakref
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from privacy_audit.errors import UsageError
from privacy_audit.guard._looking import Seen
from privacy_audit.legal.exposure import ExposureBuilder
from privacy_audit.pipeline.parts import add_line, renamed

__all__ = ["Counts", "add_counts"]

_KINDS = ("video", "image", "audio", "table", "text")
"""A sample of several fields is counted as the first of these that it holds."""


class Counts:
    """One line per sample, written at once: a worker may be ended at any time. Places and numbers, no content."""

    def __init__(self, folder: Path, head: Mapping[str, Any]) -> None:
        self._folder, self._head = folder, head
        self._file, self._process, self._n_samples, self._name = -1, 0, 0, ""

    def add(self, address: str | None, size_bytes: int, seen: Sequence[Seen], kept: bool) -> None:
        """One sample. One with an address of its own is reported once, however often it passes."""
        if self._process != os.getpid():  # a fork has its own file
            self._open()
        self._n_samples += 1
        at = address or f"sample-{self._name}-{self._n_samples:06d}"
        clean, operations, left = Counter[str](), Counter[tuple[str, str, str]](), Counter[str]()
        lines = []
        for field in seen:
            clean.update(dict(field.clean))
            operations.update(field.operations)
            left.update(field.left)
            lines += [renamed(dict(line), "", f"{at}#column={quote(field.name)}") for line in field.lines]
        kinds = {field.kind for field in seen}
        line = {
            "at": at,
            "once": address is not None,
            "kind": next((kind for kind in _KINDS if kind in kinds), "other"),
            "size_bytes": size_bytes,
            "kept": kept,
            "lines": lines,
            "clean": clean,
            "operations": [[*key, count] for key, count in operations.items()],
            "left": left,
        }
        self._write({key: value for key, value in line.items() if value})

    def _write(self, line: Mapping[str, Any]) -> None:
        try:
            os.write(self._file, (json.dumps(line) + "\n").encode())
        except OSError as error:
            raise self._cannot(error) from None

    def _open(self) -> None:
        name = uuid.uuid4().hex[:8]
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        try:
            self._file = os.open(self._folder / f"{name}.jsonl", flags, 0o600)
        except OSError as error:
            raise self._cannot(error) from None
        weakref.finalize(self, os.close, self._file)
        self._process, self._n_samples, self._name = os.getpid(), 0, name
        self._write(self._head)

    def _cannot(self, error: OSError) -> UsageError:
        return UsageError(
            f"{self._folder}: the counts of a guard cannot be written there ({error.strerror}); give Guard a "
            "report_folder that every process and machine reaches"
        )


def add_counts(folder: Path, head: Mapping[str, Any], builder: ExposureBuilder, treats: bool) -> None:
    """Feed the report with what every process counted.

    Fingerprints under keys that processes drew for themselves do not compare, so with several they are left out.

    Raises:
        UsageError: the folder holds counts of another recipe or mode.
    """
    paths = sorted(folder.glob("*.jsonl"))
    comparable = bool(head["keyed"]) or len(paths) < 2
    met: set[int] = set()
    for path in paths:
        lines = _whole_lines(path)
        first = next(lines, None)
        if first is None:
            continue
        for key in ("recipe", "mode"):
            if first.get(key) != head[key]:
                raise UsageError(f"{folder}: holds counts of another {key} ({first.get(key)}); choose another folder")
        for sample in lines:
            if sample.get("once"):
                if hash(sample["at"]) in met:
                    continue
                met.add(hash(sample["at"]))
            _add(builder, sample, comparable, treats)


def _add(builder: ExposureBuilder, sample: Mapping[str, Any], comparable: bool, treats: bool) -> None:
    at = sample["at"]
    builder.add_file(at, sample["kind"], sample.get("size_bytes", 0))
    for line in sample.get("lines", ()):
        for finding in line.get("findings", ()) if not comparable else ():
            finding["fingerprint"] = None
        add_line(builder, line)
    for scanner, count in sample.get("clean", {}).items():
        builder.add_scanned_counts(at, scanner, count)
    if treats:
        operations = {tuple(done[:3]): done[3] for done in sample.get("operations", ())}
        kept = bool(sample.get("kept"))
        builder.add_treatment_counts(int(kept), int(not kept), operations, sample.get("left", {}) if kept else {})


def _whole_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The last line of a process that was ended may be cut."""
    with path.open(encoding="ascii") as file:
        for line in file:
            if line.endswith("\n"):
                yield json.loads(line)
