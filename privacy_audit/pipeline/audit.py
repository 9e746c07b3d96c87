"""scan(): from paths to an audit folder. Memory does not grow with the number of files or findings."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from privacy_audit import __version__
from privacy_audit.fingerprint import Fingerprinter
from privacy_audit.legal.context import Context
from privacy_audit.legal.exposure import ExposureBuilder, ExposureReport, ToolInfo
from privacy_audit.pipeline.engine import Engine, NoProgress, Progress, WorkerDied, in_process
from privacy_audit.pipeline.parts import add_line, file_line, renamed, scan_lines, unscanned_line
from privacy_audit.pipeline.reading import ALL_SCANNERS, sniffed
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.recipe import Recipe, load_recipe
from privacy_audit.sources.folder import FileEntry, LeftOut, common_root, walk
from privacy_audit.store import AuditFolder, read_lines, write_lines
from privacy_audit.types import Confidence, Reason

__all__ = ["dataset_name", "files_to_read", "findings_at_gate", "scan", "tool_info", "unread_lines", "write_reports"]

Task: TypeAlias = tuple[int, FileEntry]


def scan(
    paths: Sequence[str | Path],
    output: str | Path,
    recipe: Recipe | None = None,
    *,
    engine: Engine = in_process,
    progress: Progress | None = None,
    context: Context | None = None,
) -> ExposureReport:
    """Scan files and folders; ``output`` receives ``findings.jsonl``, ``report.json`` and ``report.html``.

    ``context``: what the controller declares; the report prints it as declared.
    Ctrl-C ends the scan early: what was read is reported, the rest is Unscanned(INTERRUPTED).

    Raises:
        UsageError: a path does not exist, the recipe is wrong, or the output folder cannot be used.
    """
    recipe = recipe or load_recipe()
    progress = progress or NoProgress()
    sources = [Path(path) for path in paths]
    root = common_root(sources)
    fingerprinter = Fingerprinter.from_environment()
    tool = tool_info(recipe, Toolbox(recipe, fingerprinter))
    folder = AuditFolder(Path(output))
    started_s = time.monotonic()
    progress.start(*_totals(sources, recipe, folder.path))
    builder = ExposureBuilder(dataset_name(root, recipe), tool)
    items = files_to_read(sources, recipe, folder.path, builder)
    running: dict[int, FileEntry] = {}
    n_given = 0

    def tasks() -> Iterator[Task]:
        nonlocal n_given
        for task in items:
            running[task[0]] = task[1]
            n_given = task[0] + 1
            yield task

    try:
        with contextlib.closing(engine(tasks(), scan_worker, (recipe, fingerprinter, folder.parts))) as results:
            for (index, entry), result in results:
                del running[index]
                if isinstance(result, WorkerDied):
                    write_lines(folder.part(index), unread_lines(entry, *died(result)))
                progress.advance(entry.size_bytes)
    except KeyboardInterrupt:
        builder.mark_interrupted()
        # the stop may have ended the walk itself: it is walked again, past the files that were given out
        items = itertools.islice(files_to_read(sources, recipe, folder.path), n_given, None)
    _merge(folder, builder, recipe, n_given, running, items)
    report = replace(builder.build(duration_s=time.monotonic() - started_s), context=context)
    write_reports(report, folder.json, folder.html, recipe)
    folder.clear_parts()
    return report


def scan_worker(recipe: Recipe, fingerprinter: Fingerprinter, parts: Path) -> Callable[[Task], None]:
    """Runs in each process: the function that scans one file and writes its part."""
    toolbox = Toolbox(recipe, fingerprinter)

    def handle(task: Task) -> None:
        index, entry = task
        write_lines(parts / f"{index:09d}.jsonl", scan_lines(toolbox, sniffed(entry)))

    return handle


def files_to_read(
    sources: Sequence[Path], recipe: Recipe, own: Path, builder: ExposureBuilder | None = None
) -> Iterator[Task]:
    """The files with their position; what the recipe leaves out is counted in the report."""
    index = 0
    for item in walk(sources, recipe.exclude, own):
        if isinstance(item, LeftOut):
            if builder:
                builder.add_left_out(item.pattern)
        else:
            yield index, item
            index += 1


def findings_at_gate(report: ExposureReport, gate: Confidence) -> int:
    """How many findings reach the gate."""
    counts = {Confidence.LOW: "low", Confidence.MEDIUM: "medium", Confidence.HIGH: "high"}
    return sum(getattr(entity, counts[level]) for entity in report.entities for level in counts if level >= gate)


def dataset_name(root: Path, recipe: Recipe) -> str:
    """What the report calls the data: the folder's name, which can name somebody too."""
    return "dataset" if recipe.hide_paths else root.name or str(root)


def tool_info(recipe: Recipe, toolbox: Toolbox) -> ToolInfo:
    """What the report says about the run."""
    return ToolInfo(
        version=__version__,
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        recipe_name=recipe.name,
        scanners={scanner.name: scanner.summary for scanner in toolbox.scanners},
        models={
            **{model: "" for scanner in toolbox.scanners for model in scanner.models},
            **({toolbox.transcriber.name: ""} if toolbox.transcriber else {}),
        },
    )


def died(result: WorkerDied) -> tuple[Reason, str]:
    """How a lost process is told."""
    return Reason.SCANNER_FAILED, f"the process that read it ended (exit code {result.exit_code}), perhaps for memory"


def unread_lines(entry: FileEntry, reason: Reason, detail: str) -> Iterator[dict[str, Any]]:
    """The lines of a file that was not read."""
    yield file_line(sniffed(entry))
    yield unscanned_line(entry.uri, ALL_SCANNERS, reason, detail)


def write_reports(report: ExposureReport, json_path: Path, html_path: Path, recipe: Recipe) -> None:
    """``report.json`` and ``report.html``, atomically."""
    from privacy_audit.report import html, json
    from privacy_audit.store import atomic_writer

    for path, text in ((json_path, json.render(report)), (html_path, html.render(report, recipe.language))):
        with atomic_writer(path) as temporary:
            temporary.write_text(text, encoding="utf-8")


def _totals(sources: Sequence[Path], recipe: Recipe, own: Path) -> tuple[int, int]:
    n_files = n_bytes = 0
    for _, entry in files_to_read(sources, recipe, own):
        n_files += 1
        n_bytes += entry.size_bytes
    return n_files, n_bytes


def _merge(
    folder: AuditFolder,
    builder: ExposureBuilder,
    recipe: Recipe,
    n_given: int,
    running: dict[int, FileEntry],
    not_given: Iterator[Task],
) -> None:
    """Parts in the order of the files, whatever the order they were made in, so that two runs write the same."""

    def lines() -> Iterator[dict[str, Any]]:
        for index in range(n_given):
            part = folder.part(index)
            if part.is_file():
                yield from _named(read_lines(part), index, recipe)
            else:
                yield from _named(_interrupted(running[index]), index, recipe)
        for index, entry in not_given:
            yield from _named(_interrupted(entry), index, recipe)

    def findings() -> Iterator[dict[str, Any]]:
        for line in lines():
            yield from add_line(builder, line)

    write_lines(folder.findings, findings())


def _interrupted(entry: FileEntry) -> Iterator[dict[str, Any]]:
    return unread_lines(entry, Reason.INTERRUPTED, "the run was stopped before it was read")


def _named(lines: Iterator[dict[str, Any]], index: int, recipe: Recipe) -> Iterator[dict[str, Any]]:
    """The lines as they are, or under a number instead of the path, which can be personal data too."""
    uri = ""
    for line in lines:
        uri = line.get("file", uri)
        yield renamed(line, uri, f"file-{index + 1:06d}") if recipe.hide_paths else line
