"""merge(): audits of parts of a data set into the audit that one run over all of it would have written."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from privacy_audit.errors import UsageError
from privacy_audit.fingerprint import KEY_VARIABLE, Fingerprinter
from privacy_audit.legal.context import Context
from privacy_audit.legal.exposure import ExposureBuilder, ExposureReport, ToolInfo
from privacy_audit.pipeline.finishing import Finishing, write_reports
from privacy_audit.pipeline.keeping import key_mark
from privacy_audit.pipeline.links import DatasetLinks
from privacy_audit.pipeline.made_with import added_by
from privacy_audit.pipeline.write_failures import stopped_by_output
from privacy_audit.recipe import Recipe
from privacy_audit.store import AuditFolder, Part, Segments, finished_segment, made_with

__all__ = ["merge"]

_NAMES_JOINT = " + "
_WHAT = {
    "segment": "versions of the format",
    "tool": "versions of privacy-audit",
    "detectors": "versions of detectors",
    "recipe": "recipes",
    "key": f"keys ({KEY_VARIABLE})",
    "hidden": "ways to tell paths (hide_paths)",
}


def merge(
    audits: Sequence[str | Path],
    output: str | Path,
    *,
    language: Literal["fr", "en"] = "fr",
    context: Context | None = None,
) -> ExposureReport:
    """Put finished audits together; ``output`` becomes an audit like any other. The sources are not needed.

    The same findings and figures as one run over everything, whatever the order: files stand in the order of their
    paths. Only with hidden paths they stand audit by audit. A file that is in several audits counts once; what the
    controller declared is kept where all audits say the same, and ``context`` takes its place.

    Raises:
        UsageError: a folder holds no finished audit of this version, two audits were not made with the same recipe,
            detectors and key, or they tell different things of one path.
        StoppedError: the disk is full.
    """
    with contextlib.ExitStack() as stack:
        if not audits:
            raise UsageError("nothing to merge: give at least one audit")
        read = [_Audit.read(Path(path)) for path in audits]
        for audit in read:
            stack.callback(audit.segments.close)
        made = read[0].made
        for audit in read[1:]:
            _check_alike(read[0], audit)
        fingerprinter = Fingerprinter.from_environment()
        repeats = any(audit.report.duplicates is not None for audit in read)
        if repeats and key_mark(fingerprinter) != made["key"]:
            raise UsageError(f"near-duplicates can be told with the key of the audits only: set {KEY_VARIABLE}")
        folder = stack.enter_context(AuditFolder(Path(output)))
        stack.enter_context(stopped_by_output(folder.path))
        links = DatasetLinks(Recipe("merged", near_duplicates=repeats), fingerprinter)
        reports = [audit.report for audit in read]
        builder = ExposureBuilder(_dataset_name(reports), _tool(reports))
        for report in reports:
            for pattern, n in report.coverage.left_out.items():
                builder.add_left_out(pattern, n)
            if report.coverage.interrupted:
                builder.mark_interrupted()
        with Finishing(folder, made, builder, links) as finishing:
            for number, part in enumerate(_in_order(read)):
                finishing.add(part, part.header["file"] or f"file-{number + 1:06d}")
        merged = links.added(replace(builder.build(), context=context or _context(reports)))
        links.write(folder.links)
        write_reports(merged, folder.json, folder.html, Recipe("merged", language=language), folder.findings)
        folder.finish(finishing.segment, list(folder.store.glob("*.jsonl")), added_by())
    return merged


@dataclass(frozen=True, slots=True)
class _Audit:
    path: Path
    report: ExposureReport
    made: Mapping[str, Any]
    segments: Segments

    @classmethod
    def read(cls, path: Path) -> _Audit:
        from privacy_audit.report import json as report_json

        again = "scan again with this version, with the same -o"
        if not (path / "report.json").is_file():
            raise UsageError(f"{path}: holds no report.json; give folders that privacy-audit scan wrote")
        try:
            report = report_json.parse((path / "report.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            what = "cannot be read as text" if isinstance(error, OSError | UnicodeDecodeError) else error
            raise UsageError(f"{path}: not a report this version can read ({what}); {again}") from None
        if report.treatment is not None:
            raise UsageError(f"{path}: is the audit of a treated copy; scan the copies and merge these audits")
        if report.linking is not None:
            raise UsageError(
                f"{path}: compared faces or voices, and what it compared is kept nowhere; scan all in one run"
            )
        segment = finished_segment(path)
        if segment is None:
            raise UsageError(f"{path}: was not finished, was edited, or is of an earlier version; {again}")
        made = made_with(segment)
        return cls(path, report, made, Segments(segment.parent, made, segment.name))


def _check_alike(first: _Audit, other: _Audit) -> None:
    differing = [name for key, name in _WHAT.items() if first.made.get(key) != other.made.get(key)]
    if differing:
        raise UsageError(
            f"{first.path} and {other.path}: made with different {', '.join(differing)}; scan one of them again"
        )


def _in_order(audits: Sequence[_Audit]) -> Iterator[Part]:
    if audits[0].made["hidden"]:
        ids = Counter(itertools.chain.from_iterable(audit.segments.ids() for audit in audits))
        if any(n > 1 for n in ids.values()):
            raise UsageError("one file is in several audits, and with hidden paths it cannot be told which is right")
        for audit in audits:
            yield from audit.segments.all_parts()
        return
    streams = [audit.segments.all_parts() for audit in audits]
    merged = heapq.merge(*streams, key=lambda part: part.header["file"].split("/"))
    for uri, same in itertools.groupby(merged, key=lambda part: part.header["file"]):
        yield _one_of(uri, list(same))


def _one_of(uri: str, parts: list[Part]) -> Part:
    """What was read before what was not; two that were read must say the same."""
    if len(parts) == 1:
        return parts[0]
    ends = [_end(part.raw) for part in parts]
    read = [index for index, end in enumerate(ends) if not end["again"]]
    if len({ends[index]["end"] for index in read}) > 1:
        raise UsageError(
            f"{uri}: two audits tell different things of it; if these are two files, scan both with the same --root"
        )
    return parts[read[0] if read else min(range(len(parts)), key=lambda index: ends[index]["end"])]


def _end(raw: Iterable[bytes]) -> dict[str, Any]:
    last = b""
    for last in raw:  # noqa: B007 - the last is what is wanted
        pass
    end: dict[str, Any] = json.loads(last)
    return end


def _dataset_name(reports: Sequence[ExposureReport]) -> str:
    return _NAMES_JOINT.join(sorted({name for report in reports for name in report.dataset.name.split(_NAMES_JOINT)}))


def _tool(reports: Sequence[ExposureReport]) -> ToolInfo:
    """The earliest start, the sum of the durations and of the files."""
    tools = [report.tool for report in reports]
    names = sorted({name for tool in tools for name in tool.recipe_name.split(_NAMES_JOINT)})
    reused: Counter[str] = Counter()
    for tool in tools:
        reused.update(tool.files_reused)
    return replace(
        tools[0],
        started_at=min(tool.started_at for tool in tools),
        duration_s=sum(tool.duration_s for tool in tools),
        recipe_name=_NAMES_JOINT.join(names),
        files_read=sum(tool.files_read for tool in tools),
        files_reused=dict(sorted(reused.items())),
    )


def _context(reports: Sequence[ExposureReport]) -> Context | None:
    first = reports[0].context
    return first if all(report.context == first for report in reports) else None
