"""The folder of a treated copy: what an earlier run left in it, the notes of this one, and who may write there."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, TypeAlias

from privacy_audit.errors import OutputError
from privacy_audit.fingerprint import Fingerprinter
from privacy_audit.legal.exposure import ExposureBuilder
from privacy_audit.pipeline.audit import unread_lines
from privacy_audit.pipeline.cut_times import CutTimes
from privacy_audit.pipeline.parts import add_line
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.recipe import Recipe
from privacy_audit.sources.folder import OWN_FOLDER, FileEntry
from privacy_audit.store import atomic_writer, held_lock, read_lines, remove_unfinished, write_lines
from privacy_audit.types import Confidence, Reason

__all__ = ["Task", "TreatedFolder", "key_mark", "part_of", "shared_lock", "source_stamp", "staged_folder"]

Task: TypeAlias = tuple[int, FileEntry, str]
"""Position in the walk, the file, and its path in the treated copy."""

_WAIT_S = 20.0
"""Processes of a run that was killed end by themselves within a moment."""


class TreatedFolder:
    """Held by one run at a time, in a ``with`` block. What a killed run left unfinished is removed.

    Raises:
        OutputError: it lies in the source, holds other files, was begun with another recipe, source or key, cannot be
            written, or another run is writing there.
    """

    def __init__(self, path: Path, source: Path, recipe: Recipe, toolbox: Toolbox) -> None:
        self.path, self.own = path, path / OWN_FOLDER
        self.key_mark = key_mark(toolbox.fingerprinter)
        if path.resolve().is_relative_to(source.resolve()):
            raise OutputError(f"{path}: lies in the source; choose a folder outside it")
        digest = hashlib.sha256(repr((str(source.resolve()), recipe, *toolbox.erase.mark)).encode()).hexdigest()
        # one way, and of no use without the key: it tells whether two runs had the same
        key = toolbox.pseudonyms.digest("begun-with", "").hex() if any(o.consistent for o in toolbox.operators) else ""
        begun = self.own / "begun-with"
        try:
            path.mkdir(parents=True, exist_ok=True)
            if begun.is_file():
                _check_same_run(path, begun.read_text(encoding="ascii"), digest, key)
            elif not _is_free(path):
                raise OutputError(f"{path}: holds other files, and nothing is overwritten; choose an empty folder")
            parts = self.own / "parts"
            parts.mkdir(parents=True, exist_ok=True)
            self._lock = _lock_of_run(self.own)
            shutil.rmtree(staged_folder(self.own), ignore_errors=True)
            for folder in (self.own, parts):
                remove_unfinished(folder)
            if not begun.is_file():
                with atomic_writer(begun) as temporary:
                    temporary.write_text(f"{digest} {key}".strip(), encoding="ascii")
        except OSError as error:
            raise OutputError(f"{path}: cannot be used as output folder ({error.strerror})") from None

    def __enter__(self) -> TreatedFolder:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing half written stays, and others may write again."""
        shutil.rmtree(staged_folder(self.own), ignore_errors=True)
        self._lock.close()

    def part(self, index: int) -> Path:
        """The part of the ``index``-th file."""
        return part_of(self.own, index)

    def is_done(self, task: Task) -> bool:
        """True when this very file was treated before and its copy is there. A part of another file is forgotten."""
        index, entry, treated_uri = task
        try:
            first = next(read_lines(self.part(index)), {})
        except OSError:
            return False
        same = first.get("stamp") == source_stamp(entry) and first.get("file") == treated_uri
        if same and (not first["written"] or (self.path / treated_uri).is_file()):
            return bool(first["written"])  # what was not copied is tried again
        self.part(index).unlink()
        return False

    def n_done(self, tasks: Sequence[Task]) -> int:
        """How many of the files have their copy or their place in the quarantine."""
        return sum(self.part(index).is_file() for index, _, _ in tasks)

    def cuts(self, tasks: Sequence[Task]) -> CutTimes:
        """What was cut out of the recordings treated so far."""
        cuts = CutTimes()
        for index, entry, _ in tasks:
            if entry.kind == "audio" and self.part(index).is_file():
                for line in read_lines(self.part(index)):
                    if "cuts" in line:
                        cuts.add(entry.uri, [[(start, end) for start, end in one] for one in line["cuts"]])
        return cuts

    def merge(self, builder: ExposureBuilder, tasks: Sequence[Task]) -> None:
        """Parts in the order of the files, into the report, the operations and the quarantine."""
        quarantine: list[dict[str, Any]] = []

        def lines() -> Iterator[dict[str, Any]]:
            for index, entry, treated_uri in tasks:
                part = self.part(index)
                if part.is_file():
                    yield from _counted(self._comparable(read_lines(part)), index, entry, builder, quarantine)
                else:
                    unread = unread_lines(
                        replace(entry, uri=treated_uri), Reason.INTERRUPTED, "the run was stopped before it was treated"
                    )
                    for line in unread:
                        add_line(builder, line)

        write_lines(self.own / "operations.jsonl", lines())
        write_lines(self.own / "quarantine.jsonl", iter(quarantine))

    def _comparable(self, lines: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The lines of a part without fingerprints of another key: one person would be counted as two."""
        other = False
        for line in lines:
            if "file" in line:
                other = line.get("key_mark") != self.key_mark
            if other and "findings" in line:
                line = {**line, "findings": [{**finding, "fingerprint": None} for finding in line["findings"]]}
            yield line


def part_of(own: Path, index: int) -> Path:
    """Where the notes about the ``index``-th file stand."""
    return own / "parts" / f"{index:09d}.jsonl"


def staged_folder(own: Path) -> Path:
    """Where files are written before they are whole: a process that ends half-way leaves nothing among the copies."""
    return own / "staged"


def source_stamp(entry: FileEntry) -> list[Any]:
    """Tells a file that has changed; its path is not written down, since it can be personal data."""
    return [entry.size_bytes, entry.modified_ns, hashlib.sha256(entry.uri.encode()).hexdigest()[:8]]


def key_mark(fingerprinter: Fingerprinter) -> str:
    """Tells fingerprints of two keys apart, and nothing about the keys."""
    return fingerprinter.of_text("key_mark", "")[:8]


def shared_lock(own: Path) -> IO[bytes]:
    """To be held while a file is written, whatever the process. Raises OutputError where another run has the folder."""
    return held_lock(own / "lock", own.parent, shared=True)


def _lock_of_run(own: Path) -> IO[bytes]:
    """The lock, first held alone, so that nobody else is writing; then shared with this run's processes."""
    held_lock(own / "lock", own.parent, wait_s=_WAIT_S).close()
    return shared_lock(own)


def _check_same_run(path: Path, begun: str, digest: str, key: str) -> None:
    begun_digest, _, begun_key = begun.partition(" ")
    if begun_digest != digest:
        raise OutputError(f"{path}: was begun from another source or recipe; choose another folder")
    if begun_key != key:
        raise OutputError(
            f"{path}: was begun with another key, so one person would have two pseudonyms; give its "
            "--key-file, or choose another folder (without --key-file the key is gone when a run ends)"
        )


def _is_free(path: Path) -> bool:
    """Empty, or begun by a run that was killed before it had written a word."""
    own = path / OWN_FOLDER
    notes = [child for child in own.rglob("*") if child.is_file()] if own.is_dir() else []
    return all(child == own for child in path.iterdir()) and all(
        note.name == "lock" or note.name.startswith(".writing-") for note in notes
    )


def _counted(
    lines: Iterator[dict[str, Any]],
    index: int,
    entry: FileEntry,
    builder: ExposureBuilder,
    quarantine: list[dict[str, Any]],
) -> Iterator[dict[str, Any]]:
    """Feeds the report with one part and gives its operations."""
    operations: Counter[tuple[str, str, str]] = Counter()
    residual: Counter[str] = Counter()
    lost = written = low = 0
    for line in lines:
        if "operation" in line:
            done = line["operation"]
            operations[done["operator"], done["effect"], done["entity_type"]] += 1
            yield done
        elif "residual" in line:
            if Confidence[line["residual"]["confidence"]] >= Confidence.MEDIUM:
                residual[line["residual"]["entity_type"]] += 1
            else:
                low += 1
        elif "changed" in line:
            for kind, (changed, total) in line["changed"].items():
                builder.add_changed(kind, changed, total)
        elif "quarantined" in line:
            lost += 1
            told = line["quarantined"]
            quarantine.append(
                {
                    "path": told["unscanned"],
                    "source_position": index,
                    "size_bytes": entry.size_bytes,
                    "scanner": told["scanner"],
                    "reason": told["reason"],
                    "detail": told["detail"],
                }
            )
        else:
            written += bool(line.get("written"))
            add_line(builder, line)
    builder.add_treatment_counts(written, int(lost > 0), operations, residual, low)
