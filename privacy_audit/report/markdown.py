"""The exposure report as Markdown, in the order a DPO reads it."""

from __future__ import annotations

from collections.abc import Sequence

from privacy_audit.legal.catalogue import legal_row
from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.matrix import matrix
from privacy_audit.legal.strings import Language, Strings, strings
from privacy_audit.report import _changes, _declared, _facts, _law, _links, _view
from privacy_audit.report._comparison import Change, Comparison
from privacy_audit.report._markdown import bullets, escaped, heading, table

__all__ = ["MAX_FILES", "render"]

MAX_FILES = 50


def render(report: ExposureReport, lang: Language, comparison: Comparison | None = None) -> str:
    """One document, every section of the page that holds no chart; with ``comparison`` also what changed since."""
    t = strings(lang)
    return "".join(
        (
            f"# {escaped(t('report_title'))}\n\n{escaped(t('disclaimer'))}\n",
            _audit(report, t),
            _summary(report, t),
            _since(comparison, report, t) if comparison else "",
            _findings(report, t),
            _linkage(report, t),
            _voice_image_special(report, t),
            _law_section(report, t),
            _rights_and_treatment(report, t),
            _controller(report, t),
        )
    )


def _audit(report: ExposureReport, t: Strings) -> str:
    covered = report.coverage
    text = heading(2, t("section_coverage"))
    if covered.interrupted:
        text += f"\n**{escaped(t('interrupted'))}**\n"
    text += f"\n{escaped(_view.coverage(report, t))}\n\n"
    text += table((t("field"), t("content")), _facts.identity(report, t))
    rows = [(_view.detector(s.scanner, t), t.number(s.scanned), t.number(s.unscanned)) for s in covered.scanners]
    text += "\n" + table((t("detector"), t("records_scanned"), t("records_unscanned")), rows)
    if videos := _view.video_coverage(report, t):
        text += f"\n{escaped(videos)}\n"
    text += heading(3, t("audit_processing")) + f"\n{escaped(t('audit_processing_text'))}\n\n"
    return text + table((t("field"), t("content")), _law.processing(report, t))


def _summary(report: ExposureReport, t: Strings) -> str:
    people = [f"{_view.people(report, t)}. {_links.people_note(report, t)}", *_links.people_method(report, t)]
    return (
        heading(2, t("section_summary"))
        + "\n"
        + bullets(_facts.found(report, t))
        + heading(3, t("summary_people"))
        + "\n"
        + bullets(people)
        + heading(3, t("section_severity"))
        + f"\n{escaped(t('severity_intro'))} {escaped(t('severity_table'))}\n\n"
        + bullets([*_facts.severities(report, t), *_law.likelihood_sentences(report, t), t("to_assess")])
    )


def _since(comparison: Comparison, report: ExposureReport, t: Strings) -> str:
    before = comparison.before
    rows = _changes.rows(before, report, t)
    head = (t("category"), t("changes_before"), t("changes_after"), t("changes_difference"))
    text = heading(2, t("changes_title", date=_view.when(before.tool.started_at, t))) + "\n"
    text += table(head, rows) if rows else f"{escaped(t('changes_none'))}\n"
    if rows:
        text += _compared(comparison, t)
    return text + "\n" + bullets(_changes.sentences(before, report, t))


def _compared(comparison: Comparison, t: Strings) -> str:
    columns = ("changes_found_new", "changes_found_gone", "changes_found_same", "changes_before", "changes_after")

    def rows(changes: Sequence[Change], names: Sequence[str]) -> list[tuple[str, ...]]:
        figures = [(c.new, c.gone, c.same, c.before, c.now) for c in changes]
        return [(name, *map(t.number, own)) for name, own in zip(names, figures, strict=True)]

    labels = [_view.entity_label(change.name, t) for change in comparison.kinds]
    text = heading(3, t("changes_kinds")) + "\n"
    text += table((t("category"), *map(t, columns)), rows(comparison.kinds, labels))
    if not comparison.by_file:
        return text + f"\n{escaped(t('changes_no_files'))}\n"
    text += f"\n{escaped(t('changes_counted'))}\n"
    shown = comparison.files[:MAX_FILES]
    if shown:
        text += heading(3, t("changes_files")) + "\n"
        text += table((t("file"), *map(t, columns)), rows(shown, [change.name for change in shown]))
    others = comparison.other_files + len(comparison.files) - len(shown)
    if others:
        text += f"\n{escaped(t.plural('changes_other_files', others))}\n"
    if comparison.same_files:
        text += f"\n{escaped(t.plural('changes_same_files', comparison.same_files))}\n"
    return text


def _findings(report: ExposureReport, t: Strings) -> str:
    head = (t("category"), t("count"), *(t(f"short_{c}") for c in ("high", "medium", "low")), t("distinct"), t("files"))
    rows = [
        (
            _view.entity_label(e.entity_type, t),
            *(t.number(n) for n in (e.count, e.high, e.medium, e.low)),
            _view.distinct(e, t),
            f"{t.number(e.files)} ({t.percent(e.share)})",
            _view.articles(legal_row(e.entity_type), t),
        )
        for _, group in _view.entities_by_type(report)
        for e in group
    ]
    text = heading(2, t("section_findings")) + f"\n{escaped(t('findings_intro'))}\n\n"
    text += table((*head, t("legal_basis_text")), rows) if rows else escaped(t("found_none")) + "\n"
    if report.files:
        text += heading(3, t("section_files")) + f"\n{escaped(t('files_intro'))} {escaped(t('paths_warning'))}\n\n"
        files = [
            (f.uri, _view.level_name(f.level, t), t.number(f.total), _view.counts(f.counts, t))
            for f in report.files[:MAX_FILES]
        ]
        text += table((t("file"), t("severity"), t("count"), t("category")), files)
        if others := report.other_files + max(0, len(report.files) - MAX_FILES):
            text += f"\n{escaped(t.plural('files_more', others))}\n"
    entries = [
        (
            e.uri,
            _view.detector(e.scanner, t),
            t.texts.get(f"reason_{e.reason}", e.reason),
            e.detail,
        )
        for e in report.coverage.entries[:MAX_FILES]
    ]
    text += heading(3, t("section_unread")) + f"\n{escaped(t('unread_intro' if entries else 'unread_none'))}\n"
    if entries:
        text += "\n" + table((t("item"), t("detector"), t("reason"), t("detail")), entries)
        if more := report.coverage.unlisted + max(0, len(report.coverage.entries) - MAX_FILES):
            text += f"\n{escaped(t.plural('unread_more', more))}\n"
    return text


def _linkage(report: ExposureReport, t: Strings) -> str:
    rows = [(name, t.number(n)) for name, n in _law.linkage_rows(report, t)]
    text = heading(2, t("section_linkage")) + f"\n{escaped(t('linkage_intro'))}\n\n"
    text += table((t("level"), t("records")), rows) + "\n" + bullets(_law.linkage_sentences(report, t))
    if report.unique_rows:
        bands = list(report.unique_rows[0].rows_by_k)
        head = (t("file"), t("columns"), *(t("k_band", k=band) for band in bands))
        tables = [
            (r.uri, ", ".join(r.columns), *(t.number(r.rows_by_k.get(band, 0)) for band in bands))
            for r in report.unique_rows
        ]
        text += heading(3, t("unique_rows")) + f"\n{escaped(t('unique_rows_intro'))}\n\n" + table(head, tables)
    return text + _repeated(report, t)


def _repeated(report: ExposureReport, t: Strings) -> str:
    text = heading(3, t("duplicates_title")) + "\n" + bullets(_links.duplicate_sentences(report, t))
    columns = ("medium", "duplicates_compared", "duplicates_repeated", "duplicates_different")
    if rows := _links.duplicate_rows(report, t):
        text += "\n" + table(tuple(map(t, columns)), [(name, *map(t.number, own)) for name, *own in rows])
    top, others = _links.top_rows(report, t)
    if top:
        head = (t("duplicates_places"), t("medium"), t("duplicates_times"))
        text += "\n" + table(head, [(", ".join(uris), medium, times) for medium, times, uris in top])
    return text + (f"\n{escaped(t.plural('duplicates_more', others))}\n" if others else "")


def _voice_image_special(report: ExposureReport, t: Strings) -> str:
    said = [*_view.faces(report, t), *_view.voices(report, t), *_links.grouping_sentences(report, t)]
    said += [t("say_attribute"), t("say_purpose"), t("to_assess")]
    boxes = [f"{title}{t('colon')} {text}" for title, text in _view.special(report, t)]
    boxes = [*(boxes or [t("found_none")]), *_law.special_sentences(report, t)]
    if not _law.searched_for_special(report):
        boxes.append(t("special_not_searched"))
    return (
        heading(2, t("section_voice_image"))
        + "\n"
        + bullets(said)
        + heading(2, t("section_special"))
        + "\n"
        + bullets([*boxes, t("minors_not_searched"), t("to_assess")])
    )


def _law_section(report: ExposureReport, t: Strings) -> str:
    rows = [
        (
            row.text("ref", t.language) + (f" ({t(f'mark_{row.mark}')})" if row.mark else ""),
            row.text("topic", t.language),
            _law.brings(row, t),
            row.text("declare", t.language),
        )
        for row in matrix()
    ]
    criteria = [(f"{c.number}. {t(f'dpia_{c.number}')}", t(f"dpia_{c.status}"), c.figure) for c in _law.dpia(report, t)]
    head = (t("matrix_ref"), t("matrix_topic"), t("matrix_scan"), t("matrix_declare"))
    return (
        heading(2, t("section_matrix"))
        + f"\n{escaped(t('matrix_intro'))} {escaped(t('matrix_unmarked'))}\n\n"
        + table(head, rows)
        + heading(2, t("section_dpia"))
        + f"\n{escaped(t('dpia_intro'))}\n\n"
        + table((t("criterion"), t("status"), t("figure")), criteria)
        + f"\n{escaped(_law.dpia_counts(report, t))}\n"
    )


def _rights_and_treatment(report: ExposureReport, t: Strings) -> str:
    text = heading(2, t("section_rights")) + "\n" + bullets(_law.rights(report, t)) + heading(2, t("section_treatment"))
    done = report.treatment
    if done is None:
        return text + f"\n{escaped(t('treatment_none'))}\n"
    text += f"\n{escaped(t('treatment_counts', records=done.records, quarantined=done.quarantined))}\n\n"
    text += table(
        (t("technique"), t("operator"), t("category"), t("effect"), t("number")),
        [
            (
                " – ".join(filter(None, (_law.technique(o.operator, t), _law.technique_family(o.operator, t)))),
                o.operator,
                _view.entity_label(o.entity_type, t),
                t(f"effect_{o.effect}"),
                t.number(o.count),
            )
            for o in done.operations
        ],
    )
    if share := _law.changed(report, t):
        text += heading(3, t("changed")) + "\n" + bullets(share)
    left = [f"{_view.entity_label(kind, t)}{t('colon')} {t.number(n)}" for kind, n in done.residual.items()]
    low = [t("residual_low", n=done.residual_low)] if done.residual_low else []
    text += heading(3, t("residual")) + "\n" + bullets([*(left or [t("residual_none")]), *low])
    return text + "\n" + bullets([*_law.stays(report, t), t("treatment_need"), t("technique_note")])


def _controller(report: ExposureReport, t: Strings) -> str:
    rows = [
        (question, t("declared_as", text=said) if said else t("to_complete"))
        for _, question, said in _declared.controller_fields(report, t)
    ]
    limits = [
        *_facts.limits(report, t),
        t("method_confidence"),
        t("method_prejudice"),
        t("method_rule"),
        t("method_topic"),
        t("method_likelihood"),
        t("method_faces"),
    ]
    return (
        heading(2, t("section_controller"))
        + "\n"
        + table((t("field"), t("content")), rows)
        + heading(2, t("section_method"))
        + "\n"
        + bullets(limits)
        + heading(2, t("section_sources"))
        + f"\n{escaped(t('legal_baseline', date=report.legal_baseline_date))}\n\n{escaped(t('sources_intro'))}\n\n"
        + bullets(_facts.sources(t))
    )
