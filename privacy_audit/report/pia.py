"""JSON that the CNIL's PIA software imports (LINCnil/pia 4.1.0): what the scan knows, and blanks for the rest.

Form and question numbers were read in the code of that software; the sentences are ours. Evaluations belong to a human
evaluator and stay empty. Every answer that is filled in names its figure.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.strings import Language, Strings, strings
from privacy_audit.report import _declared, _facts, _law, _view

__all__ = ["QUESTIONS", "render"]

QUESTIONS = (
    111, 112, 113, 121, 122, 123, 211, 212, 213, 214, 215, 221, 222, 223, 224, 225, 226, 227,
    321, 322, 323, 324, 325, 326, 331, 332, 333, 334, 335, 336, 341, 342, 343, 344, 345, 346,
)  # fmt: skip
"""Ids of the 36 questions (``pia_architecture.json``); lookups compare them as integers."""

_IN_PROGRESS = 0


def render(report: ExposureReport, lang: Language) -> str:
    """The five keys that the import needs; a question that nobody answered is absent and so stays blank there."""
    t = strings(lang)
    at = _moment(report.tool.started_at)
    texts, lists, gauges = _texts(report, t), _lists(report, t), _gauges(report, t)
    answers = [
        {
            "reference_to": question,
            "data": {
                "text": gauges[question][0] if question in gauges else texts.get(question),
                "gauge": gauges[question][1] if question in gauges else None,
                "list": lists.get(question, []),
            },
            "created_at": at,
        }
        for question in QUESTIONS
        if question in texts or question in gauges or lists.get(question)
    ]
    value = {
        "pia": _pia(report, at, t),
        "answers": answers,
        "measures": [
            {
                "id": number,
                "title": name,
                "content": _paragraph(text, _residual(report, t)),
                "placeholder": "measures.default_placeholder",
                "created_at": at,
            }
            for number, (name, text) in enumerate(_facts.measures(report, t), start=1)
        ],
        "evaluations": [],
        "comments": [
            {
                "description": _prefilled(report, t) + " " + t("prefilled_confirm"),
                "reference_to": answer["reference_to"],
                "for_measure": False,
                "created_at": at,
            }
            for answer in answers
        ],
    }
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _pia(report: ExposureReport, at: str, t: Strings) -> dict[str, Any]:
    blank = dict.fromkeys(
        "author_name evaluator_name validator_name dpo_opinion dpos_names concerned_people_opinion "
        "concerned_people_searched_content people_names rejection_reason applied_adjustments".split(),
        "",
    )
    undecided = dict.fromkeys(("dpo_status", "concerned_people_status", "concerned_people_searched_opinion"))
    return {
        "name": t("pia_name", name=_view.printable(report.dataset.name)),
        "category": t("pia_category"),
        **blank,
        **undecided,
        "dpos_names": _declared.declared(report, "dpo", t),
        "status": _IN_PROGRESS,
        "created_at": at,
        "updated_at": at,
    }


def _texts(report: ExposureReport, t: Strings) -> dict[int, str]:
    """Question -> HTML. What was declared is marked as declared."""
    files, size = t.plural("n_files", report.dataset.n_files), t.size(report.dataset.n_bytes)
    kinds = _facts.kinds(report, t)
    named = t("dataset_named", name=_view.printable(report.dataset.name))
    purpose = _declared.declared(report, "purpose", t)
    processing = _paragraph(
        f"{named}{t('colon')} {files}, {size} ({kinds}).",
        _declared.answer(report, t, "purpose") if purpose else t("pia_purpose_blank"),
    )
    lifecycle = [t("pia_lifecycle", date=_view.when(report.tool.started_at, t), recipe=_recipe(report, t), files=files)]
    if report.treatment:
        done = report.treatment
        lifecycle.append(t("pia_lifecycle_treated", records=done.records, quarantined=done.quarantined))
    retention = [] if _declared.declared(report, "retention", t) else [t("pia_retention_blank")]
    filled = {
        111: processing,
        113: _paragraph(t("pia_standards")) + _list(_facts.sources(t)),
        121: _list(_facts.found(report, t)) + _paragraph(*retention),
        122: _paragraph(*lifecycle),
        123: _paragraph(t("pia_assets", files=files, size=size, kinds=kinds)),
        212: _paragraph(t("pia_basis")) + _list(_basis(report, t)),
        213: _paragraph(t("pia_minimisation")) + _list(_minimisation(report, t)) + _paragraph(_residual(report, t)),
        215: _paragraph(_dates(report, t)),
        221: _paragraph(_information(report, t)),
        223: _paragraph(f"{t('pia_access', n=report.n_findings)} {t('rights_command')}"),
        224: _paragraph(f"{t('pia_access', n=report.n_findings)} {t('rights_erasing')}"),
    }
    for question, keys in _DECLARED.items():
        said = [_declared.answer(report, t, key) for key in keys if _declared.declared(report, key, t)]
        if said:
            filled[question] = filled.get(question, "") + _paragraph(*said)
    return filled


_DECLARED = {
    112: ("controller", "dpo", "processors"),
    121: ("people", "recipients", "retention"),
    123: ("security",),
    211: ("purpose",),
    212: ("legal_basis", "article9_exception", "nir_authorisation"),
    213: ("minimisation",),
    215: ("retention",),
    221: ("information", "sources", "collection"),
    223: ("rights",),
    226: ("processors",),
    227: ("transfers",),
}


def _basis(report: ExposureReport, t: Strings) -> list[str]:
    nir, linked = _law.count(report, "nir"), report.linkage.special_linked
    said = [t.plural("pia_basis_special", linked)] if linked else []
    if nir:
        said.append(t("pia_basis_nir", n=nir))
    if report.linkage.special_topic:
        said.append(t.plural("say_topic", report.linkage.special_topic))
    return said or [t("pia_basis_none")]


def _minimisation(report: ExposureReport, t: Strings) -> list[str]:
    return [
        t("pia_minimisation_line", label=_view.entity_label(e.entity_type, t), share=t.percent(e.share))
        for e in report.entities
    ] or [t("found_none")]


def _dates(report: ExposureReport, t: Strings) -> str:
    dated = report.entity("CAPTURE_TIMESTAMP")
    return t.plural("pia_dates", dated.files) if dated else t("pia_dates_none")


def _information(report: ExposureReport, t: Strings) -> str:
    if not report.entities:
        return t("found_none")
    shown = [f"{_view.inside(_view.entity_label(e.entity_type, t))} ({t.number(e.count)})" for e in report.entities]
    return t("pia_information", labels=", ".join(shown))


def _residual(report: ExposureReport, t: Strings) -> str:
    if report.treatment is None:
        return ""
    left = t("pia_measure_residual", n=sum(report.treatment.residual.values()))
    return f"{left} {_law.untreated(report, t)}".strip()


def _lists(report: ExposureReport, t: Strings) -> dict[int, list[str]]:
    """Impacts, threats and titles of measures for illegitimate access; the rest is for the evaluator."""
    impacts = {
        "phishing": _law.count(report, "email", "phone"),
        "identity": _law.count(report, "person_name", "nir", "national_id", "passport", "id_document"),
        "fraud": _law.count(report, "iban", "payment_card"),
        "likeness": _law.count(report, "face", "voice", "biometric_template"),
        "location": _law.count(report, "gps_point", "gps_track", "postal_address"),
        "discrimination": _law.count_special(report),
        "accounts": _law.count(report, "credential"),
    }
    threats = [t("pia_threat_published", n=report.dataset.n_files)] if report.n_findings else []
    if report.n_findings:
        threats.append(t("pia_threat_memorised", n=report.n_findings))
    return {
        321: [t(f"pia_impact_{name}", n=n) for name, n in impacts.items() if n],
        322: threats,
        324: [name for name, _ in _facts.measures(report, t)],
    }


def _gauges(report: ExposureReport, t: Strings) -> dict[int, tuple[str, int]]:
    """Severity as proposed, with its sum; likelihood only from what was declared, else 0 (undefined)."""
    gravest = _view.highest(report)
    if gravest is None or not gravest.proposed.level:
        return {}
    level, likely = _law.raised(gravest.proposed.level, report), _law.likelihood_level(report)
    proposed = t(
        "severity_line",
        level=_view.level_name(level, t),
        interval=_view.interval(gravest, t),
        rule=_view.rule(gravest.proposed, t),
    )
    sentences = _law.likelihood_sentences(report, t)
    said = [t("vulnerable_raises", level=_view.level_name(level, t))] if level != gravest.proposed.level else []
    return {
        325: (_paragraph(proposed, *said), level),
        326: (_paragraph(t("pia_likelihood_none")), 0) if likely is None else (_paragraph(*sentences), likely),
    }


def _recipe(report: ExposureReport, t: Strings) -> str:
    return _view.printable(report.tool.recipe_name) or t("recipe_default")


def _prefilled(report: ExposureReport, t: Strings) -> str:
    return t("prefilled", version=report.tool.version, date=_view.when(report.tool.started_at, t))


def _paragraph(*sentences: str) -> str:
    """Escaped here: the software shows answers as HTML."""
    lines = (line for sentence in sentences for line in sentence.splitlines())
    return "".join(f"<p>{_escaped(line)}</p>" for line in lines if line)


def _list(items: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{_escaped(item)}</li>" for item in items) + "</ul>"


def _escaped(text: str) -> str:
    return html.escape(_view.printable(text), quote=False)


def _moment(started_at: str) -> str:
    """As the software writes moments: ``2026-10-06T09:00:00.000Z``."""
    try:
        at = datetime.fromisoformat(started_at)
    except ValueError:
        at = datetime.fromtimestamp(0, UTC)
    at = at.astimezone(UTC) if at.tzinfo else at
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
