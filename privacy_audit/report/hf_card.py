"""The section "Personal and Sensitive Information" of a Hugging Face dataset card, between markers of ours."""

from __future__ import annotations

from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.strings import Language, Strings, strings
from privacy_audit.report import _facts, _law, _links, _view
from privacy_audit.report._markdown import bullets, escaped

__all__ = ["BEGIN", "END", "render"]

BEGIN = "<!-- privacy-audit: begin -->"
END = "<!-- privacy-audit: end -->"
_HEADING = "#### Personal and Sensitive Information"  # as the card template of huggingface_hub has it


def render(report: ExposureReport, lang: Language) -> str:
    """Paste it over the section of that name; a later one goes between the same markers."""
    t = strings(lang)
    lead = t(
        "card_lead",
        tool=_facts.tool(report),
        date=_view.when(report.tool.started_at, t),
        files=t.plural("n_files", report.dataset.n_files),
    )
    caveats = [_view.coverage(report, t), t("method_recall"), t("disclaimer")]
    paragraphs = [
        escaped(f"{lead} {_view.people(report, t)}. {_links.people_note(report, t)}"),
        bullets([*_facts.found(report, t), *_law.special_sentences(report, t)]).rstrip(),
        escaped(_efforts(report, t)),
        escaped(" ".join(caveats)),
        escaped(t("card_machine")),
    ]
    return "\n\n".join([_HEADING, BEGIN, *paragraphs, END]) + "\n"


def _efforts(report: ExposureReport, t: Strings) -> str:
    if report.treatment is None:
        return t("card_efforts_none")
    done = [
        f"{_view.inside(name)} ({t.number(places.total())})" for name, places in _facts.operations(report, t).items()
    ]
    residual = sum(report.treatment.residual.values())
    return f"{t('card_efforts', operations=', '.join(done), n=residual)} {' '.join(_law.stays(report, t))}"
