"""Reading a finished audit back: its report and its findings, and whether the two still agree."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacy_audit.errors import UsageError

if TYPE_CHECKING:
    from privacy_audit.legal.exposure import ExposureReport
    from privacy_audit.report._places import Place

__all__ = ["FinishedAudit", "file_of_data", "read_audit"]

_AGAIN = "scan again with this version"
_FINDINGS = "findings.jsonl"


@dataclass(frozen=True, slots=True)
class FinishedAudit:
    """``findings``: where its findings stand, one a line: one file, or the parts of a treated copy.

    Those of a treated copy are what was found in the source, under the names that its files have in the copy.
    """

    report: ExposureReport
    findings: tuple[Path, ...]

    def lines(self) -> Iterator[Mapping[str, Any]]:
        """The findings, one at a time; none where it keeps none. Raises UsageError."""
        return itertools.chain.from_iterable(map(_lines, self.findings))

    def places(self) -> list[Place]:
        """Findings added up per file and kind of data. Raises UsageError."""
        from privacy_audit.report._places import places

        if not self.findings:
            raise UsageError("keeps no findings, or hides the names of its files: scan the copy and render that audit")
        return places(self.lines())


def read_audit(folder: Path) -> FinishedAudit:
    """The audit of a folder that ``scan`` or ``anonymize`` wrote.

    Raises:
        UsageError: no audit there, one of another version, or one that was edited.
    """
    from privacy_audit.report import json
    from privacy_audit.sources.folder import OWN_FOLDER

    path = next((p for p in (folder / "report.json", folder / OWN_FOLDER / "report.json") if p.is_file()), None)
    if path is None:
        raise UsageError(f"{folder}: holds no report.json; give the folder that privacy-audit scan wrote")
    try:
        report = json.parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
    except ValueError as error:  # not UTF-8, not JSON, or not a report of this version
        what = "not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error
        raise UsageError(f"{path}: not a report this version can read ({what}); {_AGAIN}") from None
    findings = path.with_name(_FINDINGS)
    if findings.is_file():
        audit = FinishedAudit(report, (findings,))
    elif report.treatment is not None:
        audit = FinishedAudit(report, tuple(sorted(path.with_name("parts").glob("*.jsonl"))))
    else:
        raise UsageError(f"{findings}: is missing; {_AGAIN}")
    if audit.findings:
        _agree(report, audit.lines(), path.parent)
    return audit if findings.is_file() or _names_are_shown(audit) else FinishedAudit(report, ())


def file_of_data(data: Path, uri: str) -> Path | None:
    """The file that a finding names in the scanned folder; None where it is gone or elsewhere.

    An edited audit must not read there.
    """
    path = data / uri
    return path if path.is_file() and path.resolve().is_relative_to(data.resolve()) else None


def _names_are_shown(audit: FinishedAudit) -> bool:
    """False for a treated copy whose report hides the names of files, which its parts still hold."""
    from privacy_audit.legal.exposure import file_of

    listed = {file.uri for file in audit.report.files}
    return not listed or any(file_of(line["record_uri"]) in listed for line in audit.lines())


def _agree(report: ExposureReport, lines: Iterable[Mapping[str, Any]], folder: Path) -> None:
    """The same numbers of findings in both files, else one of them was edited or belongs to another run."""
    counted = Counter((line["entity_type"], line["confidence"]) for line in lines)
    told = Counter(
        {
            (entity.entity_type, name.upper()): getattr(entity, name)
            for entity in report.entities
            for name in ("high", "medium", "low")
        }
    )
    for kind, confidence in sorted({*counted, *told}):
        here, there = told[kind, confidence], counted[kind, confidence]
        if here != there:
            raise UsageError(
                f"{folder}: report.json tells of {here} {kind} of {confidence} confidence, findings.jsonl of "
                f"{there}; one of them was edited, {_AGAIN}"
            )
    wrong = next((e.entity_type for e in report.entities if e.count != e.high + e.medium + e.low), None)
    if wrong:
        raise UsageError(f"{folder}: report.json: {wrong}: count is not high + medium + low; {_AGAIN}")


def _checked(value: dict[str, Any]) -> Mapping[str, Any]:
    """The line itself. Raises AttributeError, KeyError, TypeError or ValueError when it is no finding."""
    from privacy_audit.types import finding_from_dict

    finding = finding_from_dict(value)
    texts = (finding.record_uri, finding.scanner, finding.detection.entity_type, finding.fingerprint or "")
    if not all(isinstance(text, str) for text in texts):
        raise TypeError
    return value


def _lines(path: Path) -> Iterator[Mapping[str, Any]]:
    """Lines that are findings. Raises UsageError naming the first one that is not."""
    import json

    number = 0
    try:
        with path.open(encoding="utf-8", errors="surrogateescape") as file:
            for line in file:
                number += 1
                value = json.loads(line)
                if path.name != _FINDINGS:  # a part of a treated copy has other lines as well
                    yield from map(_checked, value.get("findings", ()) if "scanned" in value else ())
                else:
                    yield _checked(value)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        raise UsageError(f"{path}, line {number}: not a finding; {_AGAIN}") from None
