"""What ``check`` writes: plain text, annotations for GitHub, SARIF. Never a value."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from privacy_audit import __version__
from privacy_audit.legal.catalogue import legal_row
from privacy_audit.legal.strings import Language, Strings, check_strings
from privacy_audit.legal.why import why
from privacy_audit.pipeline.check_result import CheckResult, Place, Told, Unread

__all__ = ["FORMATS"]

_WAYS = ("way_treat", "way_allow", "way_accept")
_MAX_LINES = 20
_MAX_RESULTS = 5_000  # of one run that GitHub shows (docs, "SARIF support for code scanning")
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def text(result: CheckResult, language: Language) -> Iterator[str]:
    """Where, why it matters, and the three ways out."""
    t = check_strings(language)
    for item in result.told[:_MAX_LINES]:
        yield f"{item.line(language)}{_remark(item, t)}"
    if len(result.told) > _MAX_LINES:
        yield t("more_places", n=len(result.told) - _MAX_LINES)
    if result.n_findings:
        kinds = {place.what.kind for place in result.told if isinstance(place.what, Place)}
        yield ""
        yield t("why_heading")
        yield from (f"  {sentence}" for sentence in sorted({why(legal_row(kind), language) for kind in kinds}))
        yield t("ways_heading")
        yield from (f"  {number}. {t(way)}" for number, way in enumerate(_WAYS, 1))


def github(result: CheckResult, language: Language) -> Iterator[str]:
    """Workflow commands, which GitHub shows beside the changed lines."""
    t = check_strings(language)
    for item in result.told:
        if isinstance(item.what, Unread):
            title, message, level = t("not_scanned"), item.line(language), "warning"
            place = f"file={_property(item.file)}"
        else:
            title, level = f"{item.what.kind} ({t(f'confidence_{item.what.confidence.name}')})", "error"
            words = item.what.words(language)
            where = f"{words}. " if words else ""
            ways = t("ways_short", ways=_ways(t))
            message = f"{where}{why(legal_row(item.what.kind), language)}{_remark(item, t)} {ways}"
            place = f"file={_property(item.file)}"
            if item.what.lines:
                place += f",line={item.what.lines[0]},endLine={item.what.lines[1]}"
        yield f"::{level} {place},title={_property(title)}::{_message(message)}"


def sarif(result: CheckResult, language: Language) -> Iterator[str]:
    """SARIF 2.1.0: one result per place; what was not read is a notification."""
    t = check_strings(language)
    places = [(item, item.what) for item in result.told if isinstance(item.what, Place)]
    kinds = sorted({place.kind for _, place in places})
    notes = [item.line(language) for item in result.told if isinstance(item.what, Unread)]
    if len(places) > _MAX_RESULTS:
        notes.append(t("sarif_more", n=len(places) - _MAX_RESULTS, most=str(_MAX_RESULTS)))
    run = {
        "tool": {
            "driver": {"name": "privacy-audit", "version": __version__, "rules": [_rule(kind, t) for kind in kinds]},
        },
        "language": language,
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not any(isinstance(item.what, Unread) for item in result.told),
                "toolExecutionNotifications": [{"level": "warning", "message": {"text": note}} for note in notes],
            }
        ],
        "results": [_result(item, place, kinds.index(place.kind), t) for item, place in places[:_MAX_RESULTS]],
    }
    yield json.dumps({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)


FORMATS: Mapping[str, Callable[[CheckResult, Language], Iterator[str]]] = MappingProxyType(
    {"text": text, "github": github, "sarif": sarif}
)


def _ways(t: Strings) -> str:
    return t("ways_or").join(map(t, _WAYS))


def _remark(item: Told, t: Strings) -> str:
    return f" {t('bare')}" if isinstance(item.what, Place) and item.what.allowed == "bare" else ""


def _rule(kind: str, t: Strings) -> dict[str, Any]:
    row = legal_row(kind)
    return {
        "id": kind,
        "shortDescription": {"text": row.label(t.language)},
        "fullDescription": {"text": why(row, t.language)},
        "help": {"text": t("ways_in_one", ways=_ways(t))},
        "defaultConfiguration": {"level": "error" if row.prejudice >= 3 else "warning"},
        "properties": {"tags": ["privacy", row.category]},
    }


def _result(item: Told, place: Place, rule_index: int, t: Strings) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(item.uri.encode(errors="surrogateescape"))}}
    if place.lines:
        location["region"] = {"startLine": place.lines[0], "endLine": place.lines[1]}
    words = place.words(t.language)
    confidence = t(f"confidence_{place.confidence.name}")
    found = t("sarif_found", confidence=confidence, where=f", {words}" if words else "")
    return {
        "ruleId": place.kind,
        "ruleIndex": rule_index,
        "level": "error" if legal_row(place.kind).prejudice >= 3 else "warning",
        "message": {"text": f"{why(legal_row(place.kind), t.language)} {found}{_remark(item, t)}"},
        "locations": [{"physicalLocation": location}],
        "properties": {"scanner": place.scanner, "where": words},
    }


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    shown = text if text.isprintable() else ascii(text)
    return _message(shown).replace(":", "%3A").replace(",", "%2C")
