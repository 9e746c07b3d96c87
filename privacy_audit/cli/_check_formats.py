"""What ``check`` writes: plain text, annotations for GitHub, SARIF. Never a value."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from privacy_audit import __version__
from privacy_audit.legal.catalogue import legal_row
from privacy_audit.legal.why import why
from privacy_audit.pipeline.check_result import CheckResult, Place, Told, Unread
from privacy_audit.types import Confidence

__all__ = ["FORMATS", "WAYS_OUT"]

WAYS_OUT = (
    "take it out, or treat the file: privacy-audit anonymize FILE -o treated",
    "it may stay: write 'privacy-audit: allow' and the reason in a comment on that line",
    "it was there before and is dealt with later: privacy-audit baseline create, or update",
)
_MAX_LINES = 20
_MAX_RESULTS = 5_000  # of one run that GitHub shows (docs, "SARIF support for code scanning")
_BARE = "'privacy-audit: allow' gives no reason, and so allows nothing."
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_PRECISION = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}


def text(result: CheckResult) -> Iterator[str]:
    """Where, why it matters, and the three ways out."""
    for item in result.told[:_MAX_LINES]:
        yield f"{item}{_remark(item)}"
    if len(result.told) > _MAX_LINES:
        yield f"... and {len(result.told) - _MAX_LINES} more places"
    if result.n_findings:
        kinds = {place.what.kind for place in result.told if isinstance(place.what, Place)}
        yield ""
        yield "why it matters (what is pushed stays in the history of every clone):"
        yield from (f"  {sentence}" for sentence in sorted({why(legal_row(kind)) for kind in kinds}))
        yield "three ways out:"
        yield from (f"  {number}. {way}" for number, way in enumerate(WAYS_OUT, 1))


def github(result: CheckResult) -> Iterator[str]:
    """Workflow commands, which GitHub shows beside the changed lines."""
    for item in result.told:
        if isinstance(item.what, Unread):
            title, message, level = "not scanned", str(item), "warning"
            place = f"file={_property(item.file)}"
        else:
            title, level = f"{item.what.kind} ({item.what.confidence.name.lower()} confidence)", "error"
            where = f"{item.what.where}. " if item.what.where else ""
            message = f"{where}{why(legal_row(item.what.kind))}{_remark(item)} Ways out: {'; or '.join(WAYS_OUT)}."
            place = f"file={_property(item.file)}"
            if item.what.lines:
                place += f",line={item.what.lines[0]},endLine={item.what.lines[1]}"
        yield f"::{level} {place},title={_property(title)}::{_message(message)}"


def sarif(result: CheckResult) -> Iterator[str]:
    """SARIF 2.1.0: one result per place; what was not read is a notification."""
    places = [(item, item.what) for item in result.told if isinstance(item.what, Place)]
    kinds = sorted({place.kind for _, place in places})
    notes = [str(item) for item in result.told if isinstance(item.what, Unread)]
    if len(places) > _MAX_RESULTS:
        notes.append(f"{len(places) - _MAX_RESULTS} more places are not listed: a platform shows {_MAX_RESULTS}")
    run = {
        "tool": {
            "driver": {"name": "privacy-audit", "version": __version__, "rules": [_rule(kind) for kind in kinds]},
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not any(isinstance(item.what, Unread) for item in result.told),
                "toolExecutionNotifications": [{"level": "warning", "message": {"text": note}} for note in notes],
            }
        ],
        "results": [_result(item, place, kinds.index(place.kind)) for item, place in places[:_MAX_RESULTS]],
    }
    yield json.dumps({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)


FORMATS: Mapping[str, Callable[[CheckResult], Iterator[str]]] = MappingProxyType(
    {"text": text, "github": github, "sarif": sarif}
)


def _remark(item: Told) -> str:
    return f" {_BARE}" if isinstance(item.what, Place) and item.what.allowed == "bare" else ""


def _rule(kind: str) -> dict[str, Any]:
    row = legal_row(kind)
    return {
        "id": kind,
        "shortDescription": {"text": row.label("en")},
        "fullDescription": {"text": why(row)},
        "help": {"text": "Three ways out: " + "; or ".join(WAYS_OUT) + "."},
        "defaultConfiguration": {"level": "error" if row.prejudice >= 3 else "warning"},
        "properties": {"tags": ["privacy", row.category]},
    }


def _result(item: Told, place: Place, rule_index: int) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(item.uri.encode(errors="surrogateescape"))}}
    if place.lines:
        location["region"] = {"startLine": place.lines[0], "endLine": place.lines[1]}
    found = f"Found at {_PRECISION[place.confidence]} confidence{f', {place.where}' if place.where else ''}."
    return {
        "ruleId": place.kind,
        "ruleIndex": rule_index,
        "level": "error" if legal_row(place.kind).prejudice >= 3 else "warning",
        "message": {"text": f"{why(legal_row(place.kind))} {found}{_remark(item)}"},
        "locations": [{"physicalLocation": location}],
        "properties": {"scanner": place.scanner, "where": place.where},
    }


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    shown = text if text.isprintable() else ascii(text)
    return _message(shown).replace(":", "%3A").replace(",", "%2C")
