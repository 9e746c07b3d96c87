"""scan(): from paths to an audit folder. Memory does not grow with the number of records or findings."""

from __future__ import annotations

import contextlib
import os
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from privacy_audit import __version__
from privacy_audit.errors import StoppedError, UsageError
from privacy_audit.fingerprint import KEY_VARIABLE, Fingerprinter
from privacy_audit.legal.context import Context
from privacy_audit.legal.exposure import ExposureBuilder, ExposureReport, ToolInfo
from privacy_audit.pipeline.engine import Engine, NoProgress, Progress, WorkerDied, in_process
from privacy_audit.pipeline.finishing import Finishing, write_reports
from privacy_audit.pipeline.keeping import Keeper, file_id, not_kept, stamped, taken
from privacy_audit.pipeline.links import DatasetLinks, collecting
from privacy_audit.pipeline.made_with import added_by, made_with
from privacy_audit.pipeline.parts import file_line, scan_lines, unscanned_line
from privacy_audit.pipeline.plan import Plan
from privacy_audit.pipeline.reading import ALL_SCANNERS, sniffed
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.pipeline.write_failures import stopped_by_output
from privacy_audit.recipe import Recipe, load_recipe
from privacy_audit.sources.folder import FileEntry, LeftOut, common_root, walk
from privacy_audit.sources.remote import located
from privacy_audit.store import AuditFolder, Part, Segments, finished_segment
from privacy_audit.types import Confidence, Reason

__all__ = ["dataset_name", "died", "findings_at_gate", "scan", "tool_info", "unread_lines", "write_reports"]

Task: TypeAlias = tuple[int, FileEntry]


def scan(
    paths: Sequence[str | Path],
    output: str | Path,
    recipe: Recipe | None = None,
    *,
    engine: Engine = in_process,
    progress: Progress | None = None,
    context: Context | None = None,
    root: str | Path | None = None,
    fresh: bool = False,
) -> ExposureReport:
    """Scan files and folders; ``output`` receives findings, coverage and reports.

    What an earlier run with the same ``output``, recipe, detectors and ``PRIVACY_AUDIT_KEY`` read in files that have
    not changed is taken from there; with ``fresh`` every file is read. ``context``: what the controller declares.
    ``root``: the folder that paths are told relative to; give it where the audits of several are to be merged.
    Ctrl-C ends the scan early: what was read is reported and kept, the rest is Unscanned(INTERRUPTED).

    Raises:
        UsageError: a path does not exist, the recipe is wrong, or the output folder cannot be used.
        StoppedError: the disk is full; what was read is kept, and the next run goes on from there.
    """
    recipe = recipe or load_recipe()
    progress = progress or NoProgress()
    sources = sorted(map(located, paths), key=lambda place: Path(place).absolute().parts)
    base = _root(sources, root)
    fingerprinter = Fingerprinter.from_environment()
    toolbox = Toolbox(recipe, fingerprinter)
    tool = tool_info(recipe, toolbox)
    made = made_with(toolbox, fingerprinter)
    started_s = time.monotonic()
    with AuditFolder(Path(output)) as folder, contextlib.ExitStack() as stack:
        run = _Run(folder, fingerprinter, made, tool.started_at, DatasetLinks(recipe, fingerprinter), fresh)
        stack.callback(run.close)
        builder = ExposureBuilder(dataset_name(base, recipe), tool)
        left_out: Counter[str] = Counter()
        with _told_where(folder.path):
            for item in walk(sources, recipe.exclude, folder.path, base):
                if isinstance(item, LeftOut):
                    left_out[item.pattern] += 1
                else:
                    run.plan.add(item)
            for pattern, n in left_out.items():
                builder.add_left_out(pattern, n)
            try:
                run.read(engine, (recipe, fingerprinter, folder.store.absolute(), made, tool.started_at), progress)
            except KeyboardInterrupt:
                builder.mark_interrupted()
            same = run.report_before(left_out)
            if same is None:
                segment = run.finish(builder, recipe)
                report = run.linked(builder.build())
            else:
                segment, report = same
                report = replace(report, tool=tool, dataset=replace(report.dataset, name=dataset_name(base, recipe)))
            report = run.counted(replace(report, context=context), time.monotonic() - started_s)
            write_reports(report, folder.json, folder.html, recipe, folder.findings)
            folder.finish(segment, run.replaced(), added_by())
    return report


class _Run:
    """One scan: its files, what earlier ones left, and for each file where its part stands."""

    def __init__(
        self,
        folder: AuditFolder,
        fingerprinter: Fingerprinter,
        made: Mapping[str, Any],
        run: str,
        links: DatasetLinks,
        fresh: bool,
    ) -> None:
        self._folder, self._fingerprinter, self._made, self._name = folder, fingerprinter, made, run
        self._links = links
        self._fresh = fresh  # no file is taken from an earlier run
        self.plan = Plan(folder.store)
        self.segments = Segments(folder.store, made)
        self._n_before = len(self.segments.paths)
        self._taken: array[int] = array("Q")  # by position: place of a part that still holds, plus one
        self._reused: Counter[str] = Counter()
        self._n_read = 0
        self._is_other = False  # than what the earlier run has reported

    def read(self, engine: Engine, arguments: tuple[Any, ...], progress: Progress) -> None:
        """Take what still holds, and hand out the rest."""
        keeper = Keeper(self._folder.store, self._made, self._fingerprinter, self._name)
        self._taken = array("Q", bytes(8 * self.plan.n_files))
        progress.start(self.plan.n_files, self.plan.n_bytes)
        with contextlib.closing(engine(self._tasks(progress), scan_worker, arguments)) as results:
            for (index, entry), result in results:
                if isinstance(result, StoppedError):
                    raise result
                if isinstance(result, WorkerDied):
                    keeper.keep(entry, unread_lines(entry, *died(result)))
                self._links.add_templates(index, result)
                self._n_read += 1
                progress.advance(entry.size_bytes)

    def _tasks(self, progress: Progress) -> Iterator[Task]:
        for index, entry in self.plan.large_first():
            again = self._fresh or self._links.needs(entry)
            found = None if again else taken(entry, self.segments, self._fingerprinter)
            if found is None:
                self._is_other = True
                yield index, entry
            else:
                self._is_other |= not found.is_stamped
                self._taken[index] = found.place + 1
                self._reused[found.run] += 1
                progress.advance(entry.size_bytes)

    def finish(self, builder: ExposureBuilder, recipe: Recipe) -> Path:
        """Parts in the order of the files, whatever the order they were made in, so that two runs write the same."""
        self.segments.read_new()
        with Finishing(self._folder, self._made, builder, self._links) as finishing:
            for index, entry in self.plan.in_order():
                shown = f"file-{index + 1:06d}" if recipe.hide_paths else entry.uri
                self._links.name(index, shown)
                finishing.add(self._part(index, entry), shown)
        return finishing.segment

    def _part(self, index: int, entry: FileEntry) -> Part:
        if place := self._taken[index] if index < len(self._taken) else 0:
            return stamped(self.segments.part(place - 1), entry)
        for place in self.segments.places(file_id(self._fingerprinter, entry.uri)):
            if self.segments.number(place) >= self._n_before:
                return self.segments.part(place)
        lines = unread_lines(entry, Reason.INTERRUPTED, "the run was stopped before it was read")
        return not_kept(entry, lines, self._made, self._fingerprinter, self._name)

    def report_before(self, left_out: Mapping[str, int]) -> tuple[Path, ExposureReport] | None:
        """The last report and its segment, where all that is reported is what it was made of: nothing to add up."""
        from privacy_audit.report import json

        segment = finished_segment(self._folder.path, added_by())
        places = array("Q", (place - 1 for place in self._taken if place))
        if segment is None or self.segments.paths != [segment] or places != self.segments.all_places():
            return None
        try:
            report = json.parse(self._folder.json.read_text(encoding="utf-8"))
        except ValueError:
            return None
        whole = len(places) == self.plan.n_files and not (self._is_other or report.coverage.interrupted)
        return (segment, report) if whole and report.coverage.left_out == left_out else None

    def linked(self, report: ExposureReport) -> ExposureReport:
        """With what lies in several files."""
        report = self._links.added(report)
        self._links.write(self._folder.links)
        return report

    def counted(self, report: ExposureReport, duration_s: float) -> ExposureReport:
        """With how long it took, how many files were read, and how many were taken from which run."""
        reused = dict(sorted(self._reused.items()))
        tool = replace(report.tool, duration_s=duration_s, files_read=self._n_read, files_reused=reused)
        return replace(report, tool=tool)

    def replaced(self) -> list[Path]:
        """The segments whose parts that still hold are in the one that the report was made of."""
        return [*self.segments.paths, *self.segments.others]

    def close(self) -> None:
        """Close what was opened."""
        self.plan.close()
        self.segments.close()


def scan_worker(
    recipe: Recipe, fingerprinter: Fingerprinter, store: Path, made: Mapping[str, Any], run: str
) -> Callable[[Task], object]:
    """Runs in each process: the function that scans one file and keeps its part, or says what stops the run."""
    toolbox = Toolbox(recipe, fingerprinter)
    collecting(toolbox)
    keeper = Keeper(store, made, fingerprinter, run)

    def handle(task: Task) -> object:
        entry = sniffed(task[1])
        try:
            with stopped_by_output(store):
                keeper.keep(entry, scan_lines(toolbox, entry))
        except StoppedError as stop:
            return stop
        return toolbox.collector.templates() if toolbox.collector else None

    return handle


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
    if result.limit is not None:
        return result.limit, f"the process that read it was ended: {result.detail}"
    return Reason.SCANNER_FAILED, f"the process that read it ended (exit code {result.exit_code}), perhaps for memory"


def unread_lines(entry: FileEntry, reason: Reason, detail: str) -> Iterator[dict[str, Any]]:
    """The lines of a file that was not read."""
    yield file_line(sniffed(entry))
    yield unscanned_line(entry.uri, ALL_SCANNERS, reason, detail)


def _root(sources: Sequence[str | Path], root: str | Path | None) -> Path:
    """The folder that paths are told relative to. Raises UsageError when a source does not exist or lies elsewhere."""
    common = common_root(sources)
    if root is None:
        return common
    base = Path(root).absolute()
    if not common.is_relative_to(base):
        raise UsageError(f"--root {root}: what is scanned does not lie in it")
    return base


@contextlib.contextmanager
def _told_where(output: Path) -> Iterator[None]:
    try:
        with stopped_by_output(output):
            yield
    except StoppedError as stop:
        goes_on = (
            "when it can be written again, the same command goes on where it stopped"
            if os.environ.get(KEY_VARIABLE)
            else f"without {KEY_VARIABLE} the next run reads everything again"
        )
        raise StoppedError(f"{output}: {stop}; {goes_on}") from None
