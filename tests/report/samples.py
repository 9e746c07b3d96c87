"""Audits made up for the tests of the formats: everything a report can hold, and names that try to break it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from privacy_audit.legal.context import Context
from privacy_audit.legal.exposure import ExposureBuilder, ExposureReport, ToolInfo
from privacy_audit.report._places import Place, places
from privacy_audit.report.formats import FORMATS
from privacy_audit.report.formats import render as render_format
from privacy_audit.types import (
    BoundingBox,
    ColumnSet,
    Confidence,
    Detection,
    Finding,
    Location,
    Reason,
    Scanned,
    Segment,
    TextSpan,
    Unscanned,
    finding_to_dict,
)

HOSTILE = '"><script>alert(1)</script>|`*[x](javascript:alert(1))\u202egpj\n=cmd.txt'
TOOL = ToolInfo("0.1.0", "2026-11-24T10:00:00+00:00", 12.0, "cnil-default", models={"CenterFace": "1"})
CONTEXT = Context(
    controller="Laboratoire inventé",
    purpose="Entraîner un modèle",
    sources="corpus inventé\nautre corpus",
    retention="24 mois",
    access="internal",
    dpia_criteria=(8,),
)


def _finding(uri: str, kind: str, where: Location, confidence: Confidence, fingerprint: str | None = None) -> Finding:
    qualifier = "linked" if kind == "HEALTH" else None
    return Finding(uri, "text_all", Detection(kind, where, 0.9, confidence, qualifier), fingerprint)


def findings(name: str = "a.txt") -> list[Finding]:
    """A text with everything beside a name, a table whose rows are people, a picture, a recording."""
    high, medium, low = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW
    return [
        _finding(name, "PERSON", TextSpan(0, 4), high, "1" * 32),
        _finding(name, "EMAIL_ADDRESS", TextSpan(5, 9), high, "2" * 32),
        _finding(name, "EMAIL_ADDRESS", TextSpan(15, 19), high, "2" * 32),
        _finding(name, "FR_NIR", TextSpan(20, 35), high, "3" * 32),
        _finding(name, "HEALTH", TextSpan(40, 45), low),
        _finding(name, "CREDENTIAL", TextSpan(50, 60), medium, "4" * 32),
        _finding(name, "ACME_BADGE", TextSpan(70, 75), medium),
        _finding("rows.csv#row=3&column=iban", "IBAN_CODE", TextSpan(0, 27), high, "5" * 32),
        _finding("rows.csv#row=3&column=nom", "PERSON", TextSpan(0, 5), medium, "6" * 32),
        _finding("rows.csv#table", "UNIQUE_COMBINATION", ColumnSet(("age", name), (7, 0, 0, 12)), medium),
        _finding("shard.tar::jean.jpg", "FACE", BoundingBox(1, 2, 30, 40), high),
        _finding("shard.tar::jean.jpg", "PERSON", TextSpan(0, 4), medium, "7" * 32),
        _finding("shard.tar::jean.jpg", "CAPTURE_TIMESTAMP", TextSpan(0, 4), medium, "8" * 32),
        _finding("b.wav", "VOICE", Segment(0.0, 61.0), medium),
    ]


def lines(name: str = "a.txt") -> Iterator[dict[str, Any]]:
    """The same as in ``findings.jsonl``."""
    return map(finding_to_dict, findings(name))


def audit(name: str = "a.txt", *, treated: bool = True, context: Context | None = CONTEXT) -> ExposureReport:
    """A report over :func:`findings`, one unread picture and, with ``treated``, a treated copy."""
    builder = ExposureBuilder(name, TOOL)
    kinds = {name: "text", "rows.csv": "table", "shard.tar::jean.jpg": "image", "b.wav": "audio", "c.jpg": "image"}
    for uri, kind in kinds.items():
        builder.add_file(uri, kind, 10)
    for finding in findings(name):
        builder.add_outcome(Scanned(finding.record_uri, finding.scanner, (finding,)))
    builder.add_outcome(Unscanned("c.jpg", "*", Reason.CORRUPT, name))
    builder.add_left_out("*.py")
    builder.add_video(100, 10, 60.0)
    if treated:
        builder.add_treatment_counts(2, 1, {("text_label", "REDACTED", "PERSON"): 3}, {"PERSON": 1})
    return dataclasses.replace(builder.build(), context=context)


def empty() -> ExposureReport:
    """Nothing scanned, nothing declared."""
    return ExposureBuilder("data", ToolInfo("0", "not a date")).build()


def rendered(format_name: str, report: ExposureReport, language: str, name: str = "a.txt") -> str:
    """A format with whatever it needs."""
    found: list[Place] = places(lines(name)) if FORMATS[format_name].places and report.entities else []
    return render_format(format_name, report, "fr" if language == "fr" else "en", found)
