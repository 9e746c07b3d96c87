"""What was found as JSON-LD in the W3C Data Privacy Vocabulary 2.3. No conclusion of law is ever among the terms.

Severity: the vocabulary has no scale of four levels; its scale of five stands for it approximately, and the level of
the CNIL is beside it as a text.
"""

from __future__ import annotations

import json
from typing import Any

from privacy_audit.legal.catalogue import legal_row
from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.matrix import techniques
from privacy_audit.legal.strings import Language, strings
from privacy_audit.report import _view

__all__ = ["render"]

_CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "risk": "https://w3id.org/dpv/risk#",
    "gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "dct": "http://purl.org/dc/terms/",
}
_SEVERITY = {1: "VeryLow", 2: "Low", 3: "High", 4: "VeryHigh"}


def render(report: ExposureReport, lang: Language) -> str:
    """One node per kind of data found, one per technique applied, one risk with the gravest proposed level."""
    t = strings(lang)
    value: dict[str, Any] = {
        "@context": _CONTEXT,
        "@id": "urn:privacy-audit:exposure",
        "@type": "dpv:Process",
        "dct:title": {"@value": t("pia_name", name=_view.printable(report.dataset.name)), "@language": lang},
        "dpv:hasPersonalData": [
            {
                "@id": f"urn:privacy-audit:exposure#{entity.entity_type.lower()}",
                "@type": list(legal_row(entity.entity_type).dpv) or ["dpv:PersonalData"],
                "dct:title": {"@value": _view.entity_label(entity.entity_type, t), "@language": lang},
                "dct:extent": entity.count,
            }
            for entity in report.entities
        ],
    }
    done = {item.operator for item in report.treatment.operations} if report.treatment else set()
    terms = sorted({techniques()[name].dpv for name in done if name in techniques()})
    if terms:
        value["dpv:hasTechnicalMeasure"] = [{"@type": term} for term in terms]
    gravest = _view.highest(report)
    if gravest and gravest.proposed.level:
        level = gravest.proposed.level
        value["dpv:hasRisk"] = {
            "@type": "dpv:Risk",
            "dpv:hasSeverity": {"@id": f"risk:{_SEVERITY[level]}Severity"},
            "dct:description": {"@value": _view.level_name(level, t), "@language": lang},
        }
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
