"""Croissant 1.1 with Croissant-RAI 1.0, JSON-LD: what a dataset's metadata says about personal data.

``rai:dataCollectionTimeframe`` and ``rai:dataManipulationProtocol`` are left out: specification and library spell them
differently.
"""

from __future__ import annotations

import json
from typing import Any

from privacy_audit.legal.exposure import EntitySummary, ExposureReport
from privacy_audit.legal.strings import Language, Strings, strings
from privacy_audit.report import _declared, _facts, _law, _view

__all__ = ["render"]

_TERMS = """
column equivalentProperty extract field fileObject fileProperty fileSet format includes isLiveDataset jsonPath key md5
parentField path recordSet references regex repeated replace samplingRate separator source subField transform
""".split()
_CONTEXT: dict[str, Any] = {
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "conformsTo": "dct:conformsTo",
    "citeAs": "cr:citeAs",
    # the rest of the standard context, for readers that expect it whole: this file describes no record
    **{name: f"cr:{name}" for name in _TERMS},
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
}


def render(report: ExposureReport, lang: Language) -> str:
    """One string per category: the specification takes plain texts for the whole dataset."""
    t = strings(lang)
    value: dict[str, Any] = {
        "@context": {"@language": lang, **_CONTEXT},
        "@type": "sc:Dataset",
        "name": _view.printable(report.dataset.name),
        "description": t("croissant_description"),
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "rai:personalSensitiveInformation": [_personal(entity, t) for entity in report.entities] or [t("found_none")],
        "rai:dataLimitations": [_view.coverage(report, t), *_facts.limits(report, t), t("disclaimer")],
        "rai:machineAnnotationTools": [_facts.tool(report), *_detectors(report)],
    }
    if report.treatment:
        value["rai:dataPreprocessingProtocol"] = [
            *(
                t.plural("croissant_preprocessing", n, technique=name, label=label, tool=_facts.tool(report))
                for name, places in _facts.operations(report, t).items()
                for label, n in places.items()
            ),
            t("pia_measure_residual", n=sum(report.treatment.residual.values())),
            *_law.stays(report, t),
        ]
    if _declared.declared(report, "collection", t):
        value["rai:dataCollection"] = _declared.answer(report, t, "collection")
    if _declared.declared(report, "purpose", t):
        value["rai:dataUseCases"] = [_declared.answer(report, t, "purpose")]
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _personal(entity: EntitySummary, t: Strings) -> str:
    label = _view.entity_label(entity.entity_type, t)
    said = t.plural("croissant_personal", entity.count, label=label, files=t.plural("n_files", entity.files))
    return f"{said} {t('croissant_face')}" if entity.category == "face" else said


def _detectors(report: ExposureReport) -> list[str]:
    ran = [scanner.scanner for scanner in report.coverage.scanners if scanner.scanned and scanner.scanner != "*"]
    models = [f"{name} {version}".strip() for name, version in report.tool.models.items()]
    return [f"{name} {report.tool.version}" for name in ran] + models
