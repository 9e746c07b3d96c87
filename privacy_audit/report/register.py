"""An entry of the record of processing activities (GDPR Article 30(1)), as Markdown."""

from __future__ import annotations

from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.strings import Language, strings
from privacy_audit.report import _declared, _facts, _view
from privacy_audit.report._markdown import escaped, table

__all__ = ["render"]


def render(report: ExposureReport, lang: Language) -> str:
    """Categories of data and measures from the scan; everything else as declared, or to be completed."""
    t = strings(lang)
    people = t("register_people_hint", people=_view.people(report, t))
    said = _declared.declared(report, "people", t)
    measures = [f"{name}{t('colon')} {text}" for name, text in _facts.measures(report, t)]
    rows = [
        (t("register_name"), t("pia_name", name=report.dataset.name)),
        *((t(f"register_{key}"), _declared.answer(report, t, key)) for key in ("controller", "dpo")),
        (t("register_purposes"), _declared.answer(report, t, "purpose")),
        (t("register_people"), f"{t('declared_as', text=said)} {people}" if said else people),
        *((t("register_data"), line) for line in _facts.found(report, t)),
        (t("register_recipients"), _declared.answer(report, t, "recipients")),
        (t("register_processors"), _declared.answer(report, t, "processors")),
        (t("register_transfers"), _declared.answer(report, t, "transfers")),
        (t("register_retention"), _declared.answer(report, t, "retention")),
        (t("register_security"), _declared.answer(report, t, "security", "access")),
        *((t("register_measures_tool"), measure) for measure in measures or [t("treatment_none")]),
    ]
    head = f"# {escaped(t('register_title'))}\n\n{escaped(t('disclaimer'))}\n\n"
    return head + table((t("field"), t("content")), rows) + f"\n{escaped(_prefilled(report, lang))}\n"


def _prefilled(report: ExposureReport, lang: Language) -> str:
    t = strings(lang)
    date = _view.when(report.tool.started_at, t)
    return f"{t('prefilled', version=report.tool.version, date=date)} {t('prefilled_confirm')}"
