"""From parts, in the order of their files, to what people and programs read: findings, coverage, report."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from privacy_audit.legal.exposure import ExposureBuilder, ExposureReport
from privacy_audit.pipeline.links import DatasetLinks
from privacy_audit.pipeline.parts import add_line, renamed
from privacy_audit.recipe import Recipe
from privacy_audit.store import AuditFolder, Part, SegmentWriter, atomic_writer, read_lines

__all__ = ["Finishing", "write_reports"]


class Finishing:
    """Takes parts one by one, in a ``with`` block; the outputs appear when it ends without an error.

    All parts are put into one segment, in the order of the report: the state that merging and the next run start from.
    """

    def __init__(
        self, folder: AuditFolder, made: Mapping[str, Any], builder: ExposureBuilder, links: DatasetLinks
    ) -> None:
        self._folder, self._builder, self._links = folder, builder, links
        self._segment = SegmentWriter(folder.store, made)
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Finishing:
        self._findings = self._opened(self._folder.findings)
        self._coverage = self._opened(self._folder.coverage)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._segment.close()
        self._stack.__exit__(kind, error, trace)

    @property
    def segment(self) -> Path:
        """Where the parts are put."""
        return self._segment.path

    def add(self, part: Part, shown: str) -> None:
        """The next part; ``shown`` is what outputs call its file."""
        self._segment.copy(replace(part, raw=self._told(part, shown)))

    def _told(self, part: Part, shown: str) -> Iterator[bytes]:
        ledger = _Ledger()
        for raw in part.raw:
            line = json.loads(raw)
            if "end" not in line:
                line = renamed(line, "", shown)
                self._links.add_line(line)
                for finding in add_line(self._builder, line):
                    self._findings.write(json.dumps(finding) + "\n")
                for told in ledger.add(line):
                    self._coverage.write(json.dumps(told) + "\n")
            yield raw
        for told in ledger.close():
            self._coverage.write(json.dumps(told) + "\n")

    def _opened(self, path: Path) -> IO[str]:
        temporary = self._stack.enter_context(atomic_writer(path))
        return self._stack.enter_context(temporary.open("w", encoding="ascii"))


@dataclass(slots=True)
class _FileRead:
    kind: str = "other"
    size_bytes: int = 0
    read: bool = False
    reasons: Counter[str] = field(default_factory=Counter)
    scanned: Counter[str] = field(default_factory=Counter)
    video: Mapping[str, float] | None = None

    def line(self, uri: str) -> dict[str, Any]:
        state = "SKIPPED" if not self.read else "PARTIAL" if self.reasons else "COMPLETE"
        line = {"file": uri, "kind": self.kind, "size_bytes": self.size_bytes, "state": state}
        line |= {"reasons": dict(sorted(self.reasons.items())), "scanned": dict(sorted(self.scanned.items()))}
        return {**line, "video": self.video} if self.video else line


class _Ledger:
    """What ``coverage.jsonl`` says of a file and its members: a line per record that was not read, then their own.

    ``scanned``: scanner -> records that it read to the end (``*``: a container). Every figure of coverage adds up from
    these lines.
    """

    def __init__(self) -> None:
        self._open: dict[str, _FileRead] = {}
        self._last = _FileRead()

    def add(self, line: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        if "file" in line:
            uri = line["file"]
            # a container stays open while its members pass
            yield from self.close([other for other in self._open if not uri.startswith(other)])
            self._last = self._open.setdefault(uri, _FileRead(line["kind"], line["size_bytes"]))
        elif "unscanned" in line:
            self._last.reasons[line["reason"]] += 1
            yield {
                "record": line["unscanned"],
                "state": "SKIPPED",
                "scanner": line["scanner"],
                "reason": line["reason"],
                "detail": line["detail"],
            }
        elif "scanned" in line:
            self._add_scanned(line["scanned"], line["scanner"], 1)
        elif "clean" in line:
            for uri, scanner, count in line["clean"]:
                self._add_scanned(uri, scanner, count)
            if "video" in line:
                self._last.video = dict(zip(("frames", "frames_looked_at", "duration_s"), line["video"], strict=True))

    def _add_scanned(self, uri: str, scanner: str, n_records: int) -> None:
        if n_records:
            self._last.scanned[scanner] += n_records
            self._last.read |= not uri.endswith("#path")

    def close(self, uris: Iterable[str] | None = None) -> Iterator[dict[str, Any]]:
        """These files, or all, have come to their end."""
        for uri in list(self._open if uris is None else uris):
            yield self._open.pop(uri).line(uri)


def write_reports(
    report: ExposureReport, json_path: Path, html_path: Path, recipe: Recipe, findings: Path | None = None
) -> None:
    """``report.json`` and ``report.html``, atomically. ``findings``: what the charts of the page are drawn from."""
    from privacy_audit.report import html, json
    from privacy_audit.report._charts import charts_of

    page = html.render(report, recipe.language, charts=charts_of(read_lines(findings)) if findings else None)
    for path, text in ((json_path, json.render(report)), (html_path, page)):
        with atomic_writer(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
