"""A description sheet of the dataset, for the documentation that sheet 7 of the CNIL asks for, as Markdown."""

from __future__ import annotations

from privacy_audit.legal.catalogue import legal_row
from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.strings import Language, strings
from privacy_audit.report import _declared, _facts, _law, _links, _view
from privacy_audit.report._markdown import bullets, escaped, heading, table

__all__ = ["render"]


def render(report: ExposureReport, lang: Language) -> str:
    """What the scan knows and what was declared; each of the other headings says that it is to be completed."""
    t = strings(lang)

    def declared(*keys: str) -> list[str]:
        return [_declared.answer(report, t, *keys)]

    sensitive = [
        _facts.found_line(entity, t)
        for entity in report.entities
        if legal_row(entity.entity_type).cnil_type != "courante"
    ]
    treated = [f"{name}{t('colon')} {text}" for name, text in _facts.measures(report, t)]
    if report.treatment:
        treated.append(t("pia_measure_residual", n=sum(report.treatment.residual.values())))
    sections = {
        "purpose": declared("purpose"),
        "sources": declared("sources", "collection"),
        "content": [_facts.kinds(report, t), _view.coverage(report, t)],
        "personal": _facts.found(report, t),
        "sensitive": [*(sensitive or [t("found_none")]), *_law.special_sentences(report, t), t("minors_not_searched")],
        "people": [_view.people(report, t), _links.people_note(report, t), *declared("people")],
        "cleaning": [*(treated or [t("treatment_none")]), *(_law.stays(report, t) if treated else [])],
        "annotation": [t("to_complete")],
        "retention": declared("retention"),
        "security": declared("security", "access"),
        "rights": declared("information", "rights"),
        "limits": _facts.limits(report, t),
    }
    text = f"# {escaped(t('sheet_title'))}\n\n{escaped(t('sheet_note'))}\n\n{escaped(t('disclaimer'))}\n"
    text += heading(2, t("sheet_identity")) + "\n" + table((t("field"), t("content")), _facts.identity(report, t))
    return text + "".join(
        heading(2, t(f"sheet_{name}")) + "\n" + bullets(line for line in lines if line)
        for name, lines in sections.items()
    )
