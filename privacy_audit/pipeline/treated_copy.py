"""anonymize(): a treated copy of a data set. The source is never touched, nothing is overwritten, a stop is resumed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

from privacy_audit.errors import OutputError, UsageError
from privacy_audit.fingerprint import Fingerprinter
from privacy_audit.legal.exposure import ExposureBuilder, ExposureReport
from privacy_audit.pipeline.audit import dataset_name, died, tool_info, unread_lines, write_reports
from privacy_audit.pipeline.engine import Engine, NoProgress, Progress, WorkerDied, in_process
from privacy_audit.pipeline.known_values import KnownValues
from privacy_audit.pipeline.parts import (
    add_line,
    clean_line,
    file_line,
    operation_line,
    outcome_line,
    renamed,
    unscanned_line,
)
from privacy_audit.pipeline.reading import ALL_SCANNERS, sniffed
from privacy_audit.pipeline.renamed_files import RenamedFiles
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.pipeline.treating import FileTreatment, path_operations, treat_file
from privacy_audit.pseudonyms import Pseudonyms
from privacy_audit.recipe import Recipe, load_recipe
from privacy_audit.sources.folder import OWN_FOLDER, FileEntry, LeftOut, common_root, walk
from privacy_audit.store import atomic_writer, read_lines, write_lines
from privacy_audit.types import Confidence, Operation, Reason, finding_to_dict

__all__ = ["anonymize", "source_stamp"]

Task: TypeAlias = tuple[int, FileEntry, str]
"""Position in the walk, the file, and its path in the treated copy."""

_STAGED = "staged"
"""Where files are written before they are whole: a process that is ended half-way leaves nothing among the copies."""


def anonymize(
    path: str | Path,
    output: str | Path,
    recipe: Recipe | None = None,
    *,
    engine: Engine = in_process,
    progress: Progress | None = None,
    pseudonyms: Pseudonyms | None = None,
) -> ExposureReport:
    """Write a treated copy of a file or folder to ``output``, with the same tree.

    ``output/.privacy-audit`` receives ``operations.jsonl`` (what was done where), ``quarantine.jsonl`` (what was not
    copied and why) and the report. Started again on the same output with the same recipe it goes on where it stopped.

    ``pseudonyms`` holds the key of this run. Without it a key is drawn, written nowhere and forgotten: two runs then
    give different pseudonyms, and a run that was stopped cannot go on where an operator must stay consistent.

    Raises:
        UsageError: the path does not exist, the recipe is wrong, or ``output`` cannot be used: it holds other files,
            lies in the source, or was begun with another recipe.
    """
    recipe = recipe or load_recipe()
    progress = progress or NoProgress()
    fingerprinter = Fingerprinter.from_environment()
    pseudonyms = pseudonyms or Pseudonyms.drawn()
    toolbox = Toolbox(recipe, fingerprinter, pseudonyms)
    if not toolbox.operators:
        raise UsageError(f"recipe {recipe.name} switches on no operator: nothing would be treated")
    for operator in toolbox.operators:
        if operator.needs_kept_key and not pseudonyms.kept:
            raise UsageError(f"{operator.name}: nobody could read what it writes without the key; add --key-file FILE")
    source = Path(path)
    root = common_root([source])
    folder = _TreatedFolder(Path(output), source, recipe, toolbox)
    tool = tool_info(recipe, toolbox)
    started_s = time.monotonic()
    builder = ExposureBuilder(dataset_name(root, recipe), tool, recipe.hide_paths)
    known = KnownValues()
    tasks, renamed_files = _plan(source, toolbox, folder, builder, known)
    progress.start(len(tasks), sum(entry.size_bytes for _, entry, _ in tasks))
    to_do = [task for task in tasks if not folder.is_done(task)]
    for _, entry, _ in set(tasks) - set(to_do):
        progress.advance(entry.size_bytes)
    try:
        arguments = (recipe, fingerprinter, pseudonyms, folder.path, known, renamed_files)
        with contextlib.closing(engine(iter(to_do), treat_worker, arguments)) as results:
            for (index, entry, treated_uri), result in results:
                if isinstance(result, WorkerDied):
                    write_lines(folder.part(index), _unread(entry, treated_uri, *died(result)))
                progress.advance(entry.size_bytes)
    except KeyboardInterrupt:
        builder.mark_interrupted()
    shutil.rmtree(folder.own / _STAGED, ignore_errors=True)
    _merge(folder, builder, tasks)
    report = builder.build(duration_s=time.monotonic() - started_s)
    write_reports(report, folder.own / "report.json", folder.own / "report.html", recipe)
    return report


def treat_worker(
    recipe: Recipe,
    fingerprinter: Fingerprinter,
    pseudonyms: Pseudonyms,
    output: Path,
    known: KnownValues,
    renamed_files: RenamedFiles,
) -> Callable[[Task], None]:
    """Runs in each process: the function that treats one file and writes its part."""
    toolbox = Toolbox(recipe, fingerprinter, pseudonyms)
    toolbox.renamed_files = renamed_files

    own = output / OWN_FOLDER

    def handle(task: Task) -> None:
        index, entry, treated_uri = task
        entry = sniffed(entry)
        destination, staged = output / treated_uri, own / _STAGED / f"{index:09d}{entry.path.suffix}"
        if os.path.lexists(destination):
            detail = "the treated copy already holds a file of this name; it was left as it is"
            write_lines(_part(own, index), _unread(entry, treated_uri, Reason.OUTPUT_EXISTS, detail))
            return
        toolbox.known = known.copy()
        treatment = treat_file(toolbox, entry, staged)
        lines = _lines(entry, treated_uri, treatment)
        if treatment.written and not _made(destination.parent):
            staged.unlink()
            detail = "its folder has the name of a file in the treated copy"
            lines = _unread(entry, treated_uri, Reason.OUTPUT_EXISTS, detail)
        # first the part, then the file: a stop in between leaves a part without a file, which is done again
        write_lines(_part(own, index), lines)
        if staged.exists():
            staged.replace(destination)

    return handle


def _made(folder: Path) -> bool:
    """False where a file stands in the way: treatment may give a folder and a file one name."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        return False
    return True


class _TreatedFolder:
    """The output folder and what is known of an earlier run in it."""

    def __init__(self, path: Path, source: Path, recipe: Recipe, toolbox: Toolbox) -> None:
        self.path, self.own = path, path / OWN_FOLDER
        if path.resolve().is_relative_to(source.resolve()):
            raise OutputError(f"{path}: lies in the source; choose a folder outside it")
        digest = hashlib.sha256(repr((str(source.resolve()), recipe)).encode()).hexdigest()
        begun = self.own / "begun-with"
        # one way, and of no use without the key: it tells whether two runs had the same
        key = toolbox.pseudonyms.digest("begun-with", "").hex() if any(o.consistent for o in toolbox.operators) else ""
        try:
            path.mkdir(parents=True, exist_ok=True)
            if begun.is_file():
                begun_digest, _, begun_key = begun.read_text(encoding="ascii").partition(" ")
                if begun_digest != digest:
                    raise OutputError(f"{path}: was begun from another source or recipe; choose another folder")
                if begun_key != key:
                    raise OutputError(
                        f"{path}: was begun with another key, so one person would have two pseudonyms; give its "
                        "--key-file, or choose another folder (without --key-file the key is gone when a run ends)"
                    )
            elif any(path.iterdir()):
                raise OutputError(f"{path}: holds other files, and nothing is overwritten; choose an empty folder")
            shutil.rmtree(self.own / _STAGED, ignore_errors=True)  # of a run that was killed
            (self.own / "parts").mkdir(parents=True, exist_ok=True)
            with atomic_writer(begun) as temporary:
                temporary.write_text(f"{digest} {key}".strip(), encoding="ascii")
        except OSError as error:
            raise OutputError(f"{path}: cannot be used as output folder ({error.strerror})") from None

    def part(self, index: int) -> Path:
        """The part of the ``index``-th file."""
        return _part(self.own, index)

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


def _part(own: Path, index: int) -> Path:
    return own / "parts" / f"{index:09d}.jsonl"


def source_stamp(entry: FileEntry) -> list[Any]:
    """Tells a file that has changed; its path is not written down, since it can be personal data."""
    return [entry.size_bytes, entry.modified_ns, hashlib.sha256(entry.uri.encode()).hexdigest()[:8]]


def _plan(
    source: Path, toolbox: Toolbox, folder: _TreatedFolder, builder: ExposureBuilder, known: KnownValues
) -> tuple[list[Task], RenamedFiles]:
    """Every file with its path in the copy: the same for the same source, so that a second run finds its own work.

    ``known`` learns the names in paths: texts hold them too. Lists of the files need the new names.
    """
    tasks: list[Task] = []
    paths: list[tuple[str, str, Sequence[Operation]]] = []
    taken: set[str] = set()
    for item in walk([source], toolbox.recipe.exclude, folder.path):
        if isinstance(item, LeftOut):
            builder.add_left_out(item.pattern)
        else:
            wanted, operations = path_operations(toolbox, item.uri, known)
            treated_uri = _free(wanted, taken)
            tasks.append((len(tasks), item, treated_uri))
            paths.append((item.uri, treated_uri, operations))
    return tasks, RenamedFiles(paths)


def _free(wanted: str, taken: set[str]) -> str:
    """The path wanted, or numbered where another file has it; capitals do not count, as on some file systems."""
    path, number = PurePosixPath(wanted), 1
    while str(path).casefold() in taken:
        number += 1
        path = PurePosixPath(wanted).with_stem(f"{PurePosixPath(wanted).stem}-{number}")
    taken.add(str(path).casefold())
    return str(path)


def _lines(entry: FileEntry, treated_uri: str, treatment: FileTreatment) -> Iterator[dict[str, Any]]:
    """The part of one file, under its path in the copy: the old one may name somebody."""

    def lines() -> Iterator[dict[str, Any]]:
        yield {**file_line(entry), "stamp": source_stamp(entry), "written": treatment.written}
        for outcome in treatment.outcomes:
            yield outcome_line(outcome)
        yield clean_line(treatment.clean)

    for line in lines():
        yield renamed(line, entry.uri, treated_uri)
    for operation in treatment.operations if treatment.written else ():
        yield {"operation": operation_line(_moved(operation, entry.uri, treated_uri))}
    for finding in treatment.residual:
        moved = replace(finding, record_uri=treated_uri + finding.record_uri[len(entry.uri) :])
        yield {"residual": finding_to_dict(moved)}
    for lost in treatment.quarantined:
        uri = treated_uri + lost.record_uri[len(entry.uri) :]
        yield {"quarantined": unscanned_line(uri, lost.scanner, lost.reason, lost.detail)}


def _moved(operation: Operation, old: str, new: str) -> Operation:
    return replace(operation, record_uri=new + operation.record_uri[len(old) :])


def _unread(entry: FileEntry, treated_uri: str, reason: Reason, detail: str) -> Iterator[dict[str, Any]]:
    yield {**file_line(replace(entry, uri=treated_uri)), "stamp": source_stamp(entry), "written": False}
    lost = unscanned_line(treated_uri, ALL_SCANNERS, reason, detail)
    yield lost
    yield {"quarantined": lost}


def _merge(folder: _TreatedFolder, builder: ExposureBuilder, tasks: list[Task]) -> None:
    """Parts in the order of the files, into the report, the operations and the quarantine."""
    quarantine: list[dict[str, Any]] = []

    def lines() -> Iterator[dict[str, Any]]:
        for index, entry, treated_uri in tasks:
            part = folder.part(index)
            if part.is_file():
                yield from _counted(read_lines(part), index, entry, builder, quarantine)
            else:
                unread = unread_lines(
                    replace(entry, uri=treated_uri), Reason.INTERRUPTED, "the run was stopped before it was treated"
                )
                for line in unread:
                    add_line(builder, line)

    write_lines(folder.own / "operations.jsonl", lines())
    write_lines(folder.own / "quarantine.jsonl", iter(quarantine))


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
    lost = written = 0
    for line in lines:
        if "operation" in line:
            done = line["operation"]
            operations[done["operator"], done["effect"], done["entity_type"]] += 1
            yield done
        elif "residual" in line:
            if Confidence[line["residual"]["confidence"]] >= Confidence.MEDIUM:
                residual[line["residual"]["entity_type"]] += 1
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
    builder.add_treatment_counts(written, int(lost > 0), operations, residual)
