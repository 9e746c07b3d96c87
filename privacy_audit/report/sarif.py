"""SARIF 2.1.0: one result per file and kind of data, never the value found, for code-scanning platforms."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from privacy_audit.legal.catalogue import legal_row
from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.scoring import severity
from privacy_audit.legal.strings import Language, Strings, strings
from privacy_audit.report import _view
from privacy_audit.report._places import MAX_WHERE, Place
from privacy_audit.types import Confidence

__all__ = ["MAX_RESULTS", "render"]

MAX_RESULTS = 25_000
"""Results of one run that GitHub accepts (docs, "SARIF support for code scanning")."""

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_PREFIXES = {
    "face": "IMG", "voice": "AUD", "credential": "SEC", "gps_point": "META", "gps_track": "META", "timestamp": "META",
    "device_serial": "META", "author_metadata": "META", "description_metadata": "META", "embedded_picture": "META",
    "provenance": "META",
}  # fmt: skip
_CREDENTIAL_SEVERITY = "8.0"
_PRECISION = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}


def render(report: ExposureReport, lang: Language, places: Sequence[Place]) -> str:
    """Places come gravest first; past the limit the others are counted in a notification."""
    t = strings(lang)
    groups = _by_rule(places)
    shown = groups[:MAX_RESULTS]
    rules = sorted({rule_id(place.entity_type) for place in shown})
    rule_numbers = {rule: number for number, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "privacy-audit",
                "version": report.tool.version,
                "language": lang,
                "rules": [_rule(rule, [p for p in shown if rule_id(p.entity_type) == rule], t) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not report.coverage.interrupted,
                "startTimeUtc": report.tool.started_at,
                "toolExecutionNotifications": _notifications(report, len(groups) - len(shown), t),
            }
        ],
        "results": [_result(place, rule_numbers, t) for place in shown],
        "properties": {"legalBaselineDate": report.legal_baseline_date, "disclaimer": t("disclaimer")},
    }
    if not _is_moment(report.tool.started_at):
        del run["invocations"][0]["startTimeUtc"]  # type: ignore[index]
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def rule_id(entity_type: str) -> str:
    """``PII/email``, ``IMG/face``, ``SEC/credential``."""
    category = legal_row(entity_type).category
    return f"{_PREFIXES.get(category, 'PII')}/{category}"


def _by_rule(places: Sequence[Place]) -> list[Place]:
    """One place per file and category: several entity types can share a category."""
    merged: dict[tuple[str, str], Place] = {}
    for place in places:
        key = place.file, rule_id(place.entity_type)
        so_far = merged.setdefault(key, Place(place.file, place.entity_type, level=place.level))
        so_far.by_confidence.update(place.by_confidence)
        so_far.scanners |= place.scanners
        so_far.where += place.where[: MAX_WHERE - len(so_far.where)]
    return list(merged.values())


def _rule(identifier: str, places: Sequence[Place], t: Strings) -> dict[str, Any]:
    row = legal_row(places[0].entity_type)
    label = _view.category_label(row.category, t)
    by_confidence = {level: sum(place.by_confidence[level] for place in places) for level in Confidence}
    usual = max(by_confidence, key=lambda level: (by_confidence[level], level))
    properties: dict[str, Any] = {
        "tags": ["privacy", row.cnil_type, *row.dpv][:10],
        "precision": _PRECISION[usual],
        "articles": list(row.articles),
    }
    if row.category == "credential":
        properties["tags"] = ["security", *properties["tags"]][:10]
        properties["security-severity"] = _CREDENTIAL_SEVERITY
    full = t("sarif_full", label=label, articles=_view.articles(row, t), cnil=t(f"cnil_{row.cnil_type}"))
    return {
        "id": identifier,
        "name": row.category,
        "shortDescription": {"text": t("sarif_rule", label=label)},
        "fullDescription": {"text": full[:1024]},
        "help": {"text": t("sarif_help")},
        "defaultConfiguration": {"level": _level(severity([row]).level)},
        "properties": properties,
    }


def _level(gravity: int) -> str:
    return "error" if gravity >= 4 else "warning" if gravity == 3 else "note"


def _result(place: Place, rule_numbers: Mapping[str, int], t: Strings) -> dict[str, Any]:
    shown, identifier = place.by_confidence, rule_id(place.entity_type)
    # of the rule and the file alone: both stand beside it, so that it tells nothing of the value
    digest = hashlib.sha256(f"{identifier}\0{place.file}".encode(errors="surrogatepass")).hexdigest()[:16]
    return {
        "ruleId": identifier,
        "ruleIndex": rule_numbers[identifier],
        "level": _level(place.level),
        "message": {
            "text": t.plural(
                "sarif_message",
                place.count,
                label=_view.category_label(legal_row(place.entity_type).category, t),
                high=shown[Confidence.HIGH],
                medium=shown[Confidence.MEDIUM],
                low=shown[Confidence.LOW],
            )
        },
        "locations": [_location(place)],
        "partialFingerprints": {"primaryLocationLineHash": f"{digest}:1"},
        "occurrenceCount": place.count,
        "properties": {"scanners": sorted(place.scanners), "severity": place.level, "where": _where(place)},
    }


def _location(place: Place) -> dict[str, Any]:
    file, _, member = place.file.partition("::")
    inside = [name for name, _ in place.where if name]
    logical = [{"fullyQualifiedName": _view.printable(name), "kind": "member"} for name in filter(None, [member])]
    logical += [{"fullyQualifiedName": _view.printable(name), "kind": "element"} for name in dict.fromkeys(inside)]
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(file.encode(errors="surrogateescape"))},
            "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
        }
    }
    return location | ({"logicalLocations": logical} if logical else {})


def _where(place: Place) -> list[Mapping[str, Any]]:
    """Character offsets, boxes, seconds: what a region of lines cannot say for a picture or a recording."""
    return [{"in": _view.printable(inside), **where} for inside, where in place.where]


def _notifications(report: ExposureReport, n_cut: int, t: Strings) -> list[dict[str, Any]]:
    said = [
        t(
            "sarif_unread",
            uri=_view.printable(entry.uri),
            scanner=_view.detector(entry.scanner, t),
            reason=t.texts.get(f"reason_{entry.reason}", entry.reason),
        )
        for entry in report.coverage.entries
    ]
    if report.coverage.unlisted:
        said.append(t.plural("unread_more", report.coverage.unlisted))
    if report.coverage.interrupted:
        said.append(t("interrupted"))
    if n_cut:
        said.append(t("sarif_cut", n=n_cut, max=MAX_RESULTS))
    return [{"level": "warning", "message": {"text": text}} for text in said]


def _is_moment(text: str) -> bool:
    from datetime import datetime

    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
