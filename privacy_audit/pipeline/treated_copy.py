"""anonymize(): a treated copy of a data set. The source is never touched, nothing is overwritten, a stop is resumed."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from privacy_audit.errors import StoppedError, UsageError
from privacy_audit.fingerprint import Fingerprinter
from privacy_audit.legal.exposure import ExposureBuilder, ExposureReport
from privacy_audit.pipeline.audit import dataset_name, died, tool_info, write_reports
from privacy_audit.pipeline.captioned import rows_about_erased
from privacy_audit.pipeline.cut_times import CutTimes
from privacy_audit.pipeline.engine import Engine, NoProgress, Progress, WorkerDied, in_process
from privacy_audit.pipeline.erasing import ERASED, EraseList
from privacy_audit.pipeline.known_values import KnownValues
from privacy_audit.pipeline.new_paths import NewPaths
from privacy_audit.pipeline.parts import (
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
from privacy_audit.pipeline.treated_folder import (
    Task,
    TreatedFolder,
    key_mark,
    part_of,
    shared_lock,
    source_stamp,
    staged_folder,
)
from privacy_audit.pipeline.treating import FileTreatment, path_operations, treat_file
from privacy_audit.pipeline.write_failures import stopped_by_output
from privacy_audit.pseudonyms import Pseudonyms
from privacy_audit.recipe import Recipe, load_recipe
from privacy_audit.sources.containers.unpacking import member_uri
from privacy_audit.sources.folder import OWN_FOLDER, FileEntry, LeftOut, common_root, walk
from privacy_audit.sources.remote import is_url, located
from privacy_audit.store import read_lines, write_lines
from privacy_audit.types import Operation, Reason, finding_to_dict

__all__ = ["anonymize"]


def anonymize(
    path: str | Path,
    output: str | Path,
    recipe: Recipe | None = None,
    *,
    engine: Engine = in_process,
    progress: Progress | None = None,
    pseudonyms: Pseudonyms | None = None,
    erase: EraseList | None = None,
    work: str | Path | None = None,
) -> ExposureReport:
    """Write a treated copy of a file or folder to ``output``, with the same tree; both may be URLs.

    ``output/.privacy-audit`` receives ``operations.jsonl`` (what was done where), ``quarantine.jsonl`` (what was not
    copied and why) and the report. Started again on the same output with the same recipe it goes on where it stopped.

    ``pseudonyms`` holds the key of this run. Without it a key is drawn, written nowhere and forgotten: two runs then
    give different pseudonyms, and a run that was stopped cannot go on where an operator must stay consistent.
    ``work`` is for an output that is a URL: a folder that keeps what is known of the run, so that it can go on.

    Raises:
        UsageError: the path does not exist, the recipe is wrong, or ``output`` cannot be used: it holds other files,
            lies in the source, or was begun with another recipe.
        StoppedError: the disk is full or ``output`` may no longer be written; what was done is kept.
    """
    if is_url(output):
        from privacy_audit.pipeline.remote_copy import treated_at_url

        with treated_at_url(path, str(output), work, engine) as (folder, putting):
            return anonymize(
                path, folder, recipe, engine=putting, progress=progress, pseudonyms=pseudonyms, erase=erase
            )
    recipe = recipe or load_recipe()
    progress = progress or NoProgress()
    pseudonyms = pseudonyms or Pseudonyms.drawn()
    # with a kept key a run that goes on counts a person once, whichever of its parts she stands in
    fingerprinter = Fingerprinter.from_environment(pseudonyms.digest("fingerprint", "") if pseudonyms.kept else None)
    toolbox = Toolbox(recipe, fingerprinter, pseudonyms)
    if not toolbox.operators:
        raise UsageError(f"recipe {recipe.name} switches on no operator: nothing would be treated")
    for operator in toolbox.operators:
        if operator.needs_kept_key and not pseudonyms.kept:
            raise UsageError(f"{operator.name}: nobody could read what it writes without the key; add --key-file FILE")
    source = located(path)
    root = common_root([source])
    tool = tool_info(recipe, toolbox)
    started_s = time.monotonic()
    builder = ExposureBuilder(dataset_name(root, recipe), tool, recipe.hide_paths)
    toolbox.erase = erase or EraseList()
    with TreatedFolder(Path(output), Path(source), recipe, toolbox) as folder:
        known = KnownValues()
        tasks, renamed_files = _plan(source, toolbox, folder.path, builder, known)
        arguments = (recipe, fingerprinter, pseudonyms, folder.path, known, renamed_files, toolbox.erase)
        try:
            with stopped_by_output(folder.path):
                _treat_all(folder, tasks, engine, arguments, progress, builder, toolbox.closes_timeline)
                folder.merge(builder, tasks)
                report = builder.build(duration_s=time.monotonic() - started_s)
                write_reports(report, folder.own / "report.json", folder.own / "report.html", recipe)
        except StoppedError as stop:
            raise StoppedError(
                f"{folder.path}: {stop}; {folder.n_done(tasks)} of {len(tasks)} files are done and kept. "
                "When it can be written again, the same command goes on where it stopped"
            ) from None
    return report


def _treat_all(
    folder: TreatedFolder,
    tasks: Sequence[Task],
    engine: Engine,
    arguments: tuple[Any, ...],
    progress: Progress,
    builder: ExposureBuilder,
    closes_timeline: bool,
) -> None:
    progress.start(len(tasks), sum(entry.size_bytes for _, entry, _ in tasks))
    to_do = [task for task in tasks if not folder.is_done(task)]
    for _, entry, _ in set(tasks) - set(to_do):
        progress.advance(entry.size_bytes)
    sounds = [task for task in to_do if task[1].kind == "audio"] if closes_timeline else []
    others = [task for task in to_do if task not in sounds]
    try:
        for one_after_the_other in filter(None, (sounds, others)):  # transcripts need to know what was cut
            cuts = folder.cuts(tasks) if closes_timeline else CutTimes()
            with contextlib.closing(engine(iter(one_after_the_other), treat_worker, (*arguments, cuts))) as results:
                for (index, entry, treated_uri), result in results:
                    if isinstance(result, StoppedError):
                        raise result
                    if isinstance(result, WorkerDied):
                        write_lines(folder.part(index), _unread(entry, treated_uri, *died(result)))
                    progress.advance(entry.size_bytes)
    except KeyboardInterrupt:
        builder.mark_interrupted()


def treat_worker(
    recipe: Recipe,
    fingerprinter: Fingerprinter,
    pseudonyms: Pseudonyms,
    output: Path,
    known: KnownValues,
    renamed_files: RenamedFiles,
    erase: EraseList,
    cuts: CutTimes,
) -> Callable[[Task], StoppedError | None]:
    """Runs in each process: the function that treats one file and writes its part, or says what stops the run."""
    toolbox = Toolbox(recipe, fingerprinter, pseudonyms)
    toolbox.renamed_files, toolbox.erase, toolbox.cuts = renamed_files, erase, cuts
    own = output / OWN_FOLDER
    mark = key_mark(fingerprinter)

    def handle(task: Task) -> StoppedError | None:
        toolbox.known = known.copy()
        try:
            with shared_lock(own), stopped_by_output(output):
                _treat(toolbox, task, output, mark)
        except StoppedError as stop:
            return stop
        return None

    return handle


def _treat(toolbox: Toolbox, task: Task, output: Path, mark: str) -> None:
    index, entry, treated_uri = task
    entry = sniffed(entry)
    own = output / OWN_FOLDER
    part, destination = part_of(own, index), output / treated_uri
    if os.path.lexists(destination):
        if part.is_file() and next(read_lines(part), {}).get("written"):
            return  # begun twice: the process was lost after its work was done
        detail = "the treated copy already holds a file of this name; it was left as it is"
        write_lines(part, _unread(entry, treated_uri, Reason.OUTPUT_EXISTS, detail))
        return
    staged = staged_folder(own) / f"{index:09d}{entry.path.suffix}"
    treatment = treat_file(toolbox, entry, staged)
    lines = _lines(entry, treated_uri, treatment, mark)
    problem = _cannot_stand(destination) if treatment.written else None
    if problem:
        staged.unlink()
        lines = _unread(entry, treated_uri, *problem)
    # first the part, then the file: a stop in between leaves a part without a file, which is done again
    write_lines(part, lines)
    if staged.exists():
        staged.replace(destination)


def _cannot_stand(destination: Path) -> tuple[Reason, str] | None:
    """Why a file cannot have this path; its folder is made where it is missing."""
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        destination.lstat()
    except FileNotFoundError:
        return None
    except (FileExistsError, NotADirectoryError):
        return Reason.OUTPUT_EXISTS, "its folder has the name of a file in the treated copy"
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return Reason.UNSUPPORTED, "its path in the treated copy is longer than the disk allows"
        raise
    return None


def _plan(
    source: str | Path, toolbox: Toolbox, own: Path, builder: ExposureBuilder, known: KnownValues
) -> tuple[list[Task], RenamedFiles]:
    """Every file with its path in the copy: the same for the same source, so that a second run finds its own work.

    ``known`` learns the names in paths: texts hold them too. Lists of the files need the new names.
    """
    tasks: list[Task] = []
    paths: list[tuple[str, str, Sequence[Operation]]] = []
    new_paths = NewPaths()
    items = list(walk([source], toolbox.recipe.exclude, own))
    entries = [item for item in items if isinstance(item, FileEntry)]
    toolbox.erase.check_files(item.uri for item in entries)
    toolbox.erase = toolbox.erase.with_rows(rows_about_erased(toolbox, entries))
    for item in items:
        if isinstance(item, LeftOut):
            builder.add_left_out(item.pattern)
        elif toolbox.erase.leaves_out(item.uri):
            builder.add_left_out(ERASED)
        else:
            wanted, operations = path_operations(toolbox, item.uri, known)
            treated_uri = new_paths.free(item.uri, wanted, operations)
            tasks.append((len(tasks), item, treated_uri))
            paths.append((item.uri, treated_uri, operations))
    return tasks, RenamedFiles(paths)


def _lines(entry: FileEntry, treated_uri: str, treatment: FileTreatment, mark: str) -> Iterator[dict[str, Any]]:
    """The part of one file, under its path in the copy: the old one may name somebody."""

    def lines() -> Iterator[dict[str, Any]]:
        about = {"stamp": source_stamp(entry), "written": treatment.written, "key_mark": mark}
        yield {**file_line(entry), **about}
        for outcome in treatment.outcomes:
            yield outcome_line(outcome)
        yield clean_line(treatment.clean)

    for line in lines():
        yield renamed(line, entry.uri, treated_uri)
    for operation in treatment.operations if treatment.written else ():
        yield {"operation": operation_line(_moved(operation, entry.uri, treated_uri))}
    if treatment.written:
        yield {"changed": treatment.changed.line()}
        if treatment.cuts:
            yield {"cuts": treatment.cuts}
    for finding in treatment.residual:
        moved = replace(finding, record_uri=treated_uri + finding.record_uri[len(entry.uri) :])
        yield {"residual": finding_to_dict(moved)}
    for lost in treatment.quarantined:
        uri = treated_uri + lost.record_uri[len(entry.uri) :]
        yield {"quarantined": unscanned_line(uri, lost.scanner, lost.reason, lost.detail)}
    for member, name, one in treatment.members or ():
        yield from _lines(member, member_uri(treated_uri, name), one, mark)


def _moved(operation: Operation, old: str, new: str) -> Operation:
    return replace(operation, record_uri=new + operation.record_uri[len(old) :])


def _unread(entry: FileEntry, treated_uri: str, reason: Reason, detail: str) -> Iterator[dict[str, Any]]:
    yield {**file_line(replace(entry, uri=treated_uri)), "stamp": source_stamp(entry), "written": False}
    lost = unscanned_line(treated_uri, ALL_SCANNERS, reason, detail)
    yield lost
    yield {"quarantined": lost}
