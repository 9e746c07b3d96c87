"""An outline after the EDPB's template for impact assessments (v1.0, draft), as Markdown. The decision is blank."""

from __future__ import annotations

from privacy_audit.legal.catalogue import legal_row
from privacy_audit.legal.exposure import EntitySummary, ExposureReport
from privacy_audit.legal.strings import Language, Strings, strings
from privacy_audit.report import _declared, _facts, _law, _links, _view
from privacy_audit.report._markdown import bullets, escaped, heading, table

__all__ = ["render"]


def render(report: ExposureReport, lang: Language) -> str:
    """Rows of 1.1.a are numbered, and the tables after it refer to those numbers."""
    t = strings(lang)
    items = list(enumerate((e for _, group in _view.entities_by_type(report) for e in group), start=1))
    head = f"# {escaped(t('edpb_title'))}\n\n{escaped(t('edpb_note'))}\n\n{escaped(t('disclaimer'))}\n"
    return head + "".join(
        (
            _reasons(report, t),
            _description(report, items, t),
            _necessity(report, items, t),
            _threats(report, t),
            _risks(report, t),
            *(heading(2, t(key)) + f"\n{escaped(t('to_complete'))}\n" for key in ("edpb_5", "edpb_6")),
        )
    )


def _section(key: str, lines: list[str], t: Strings) -> str:
    return heading(3, t(key)) + "\n" + bullets(line for line in lines if line)


def _reasons(report: ExposureReport, t: Strings) -> str:
    criteria = [(f"{c.number}. {t(f'dpia_{c.number}')}", t(f"dpia_{c.status}"), c.figure) for c in _law.dpia(report, t)]
    left_out = [f"{t('left_out')}{t('colon')} {glob} ({t.number(n)})" for glob, n in report.coverage.left_out.items()]
    return (
        heading(2, t("edpb_0"))
        + heading(3, t("edpb_0_5"))
        + "\n"
        + table((t("criterion"), t("status"), t("figure")), criteria)
        + f"\n{escaped(_law.dpia_counts(report, t))}\n"
        + _section("edpb_scope", [_view.coverage(report, t), _view.video_coverage(report, t), *left_out], t)
        + _section("edpb_references", [t("legal_baseline", date=report.legal_baseline_date), *_facts.sources(t)], t)
    )


def _description(report: ExposureReport, items: list[tuple[int, EntitySummary]], t: Strings) -> str:
    rows = [
        (
            number,
            _view.entity_label(e.entity_type, t),
            t.number(e.count),
            t.percent(e.share),
            t(f"cnil_{legal_row(e.entity_type).cnil_type}"),
            _facts.special_label(legal_row(e.entity_type), t),
        )
        for number, e in items
    ]
    head = (t("edpb_column_number"), t("category"), t("count"), t("files"), t("cnil_type"), t("edpb_column_special"))
    scope = [
        f"{t.plural('n_files', report.dataset.n_files)}, {t.size(report.dataset.n_bytes)}, {_facts.kinds(report, t)}",
        f"{_view.people(report, t)}. {_links.people_note(report, t)}",
        _declared.answer(report, t, "people", "collection"),
    ]
    return (
        heading(2, t("edpb_1"))
        + heading(3, t("edpb_1_1_a"))
        + "\n"
        + (table(head, rows) if rows else escaped(t("found_none")) + "\n")
        + _section("edpb_1_1_b", [_declared.answer(report, t, "purpose")], t)
        + _section("edpb_1_1_d", scope, t)
        + _section("edpb_1_2", [_phase(report, t), t("to_complete")], t)
        + _section("edpb_1_3", [_facts.kinds(report, t), _declared.answer(report, t, "security")], t)
    )


def _phase(report: ExposureReport, t: Strings) -> str:
    return t(
        "pia_lifecycle",
        date=_view.when(report.tool.started_at, t),
        recipe=report.tool.recipe_name or t("recipe_default"),
        files=t.plural("n_files", report.dataset.n_files),
    )


def _necessity(report: ExposureReport, items: list[tuple[int, EntitySummary]], t: Strings) -> str:
    def each(key: str, chosen: list[tuple[int, EntitySummary]]) -> str:
        rows = [(n, _view.entity_label(e.entity_type, t), _declared.answer(report, t, key)) for n, e in chosen]
        head = (t("edpb_column_number"), t("category"), t("content"))
        return "\n" + (table(head, rows) if rows else escaped(t("found_none")) + "\n")

    special = [(n, e) for n, e in items if legal_row(e.entity_type).special in {"art9", "art9_if", "art10"}]
    left = sum(report.treatment.residual.values()) if report.treatment else 0
    measures = [
        (f"{name}{t('colon')} {text}", t("edpb_status_implemented", n=left))
        for name, text in _facts.measures(report, t)
    ]
    return (
        heading(2, t("edpb_2"))
        + _section("edpb_2_1_a", [_declared.answer(report, t, "legal_basis")], t)
        + heading(3, t("edpb_2_1_b"))
        + each("article9_exception", special)
        + heading(3, t("edpb_2_2_a"))
        + each("minimisation", items)
        + _section("edpb_2_2_b", [t("to_complete")], t)
        + heading(3, t("edpb_2_3"))
        + "\n"
        + table((t("technique"), t("edpb_status")), measures or [(t("edpb_status_none"), t("to_complete"))])
    )


def _threats(report: ExposureReport, t: Strings) -> str:
    linked = report.linkage.named_face_or_voice
    said = [t("edpb_threat_link", n=linked)] if linked else []
    if report.n_findings:
        said.append(t("edpb_threat_memory", n=report.n_findings))
    return heading(2, t("edpb_3")) + _section("edpb_3_1", [*said, t("to_complete")], t)


def _risks(report: ExposureReport, t: Strings) -> str:
    method = ("severity_intro", "severity_table", "zone_rule", "method_confidence", "method_prejudice", "method_rule")
    aggravating = [_view.people(report, t), *_law.special_sentences(report, t), *_law.linkage_sentences(report, t)]
    mitigating = [f"{name}{t('colon')} {text}" for name, text in _facts.measures(report, t)]
    residual = [f"{_view.entity_label(kind, t)}{t('colon')} {t.number(n)}" for kind, n in _residual(report).items()]
    return (
        heading(2, t("edpb_4"))
        + _section("edpb_4_1_a", [t(f"edpb_threat_{name}") for name in ("access", "change", "loss")], t)
        + _section("edpb_4_1_b", [t(name) for name in method], t)
        + _section("edpb_4_1_c", [*_facts.severities(report, t), *_law.likelihood_sentences(report, t)], t)
        + _section("edpb_aggravating", aggravating, t)
        + _section("edpb_mitigating", mitigating or [t("edpb_status_none")], t)
        + _section("edpb_4_2", [*residual, *(_law.stays(report, t) if report.treatment else []), t("to_complete")], t)
    )


def _residual(report: ExposureReport) -> dict[str, int]:
    return dict(report.treatment.residual) if report.treatment else {}
