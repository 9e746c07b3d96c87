"""What the readable formats say about the law: criteria, likelihood, techniques, what was declared and what was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from privacy_audit.legal.catalogue import legal_row
from privacy_audit.legal.context import Context
from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.matrix import MatrixRow, techniques
from privacy_audit.legal.scoring import Access, likelihood, zone
from privacy_audit.legal.strings import Strings
from privacy_audit.report import _declared, _view
from privacy_audit.types import Effect

_CRITERION_4 = ("nir", "payment_card", "gps_track", "biometric_template")
_SPECIAL = ("art9", "art10")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the nine WP248 criteria. ``status``: indicated, declared or to_assess; ``figure`` says why, or ""."""

    number: int
    status: str
    figure: str


def count(report: ExposureReport, *categories: str) -> int:
    """Findings of all entity types of these categories."""
    return sum(entity.count for entity in report.entities if entity.category in categories)


def count_special(report: ExposureReport) -> int:
    """Findings of special categories and offences (Articles 9 and 10)."""
    return sum(entity.count for entity in report.entities if legal_row(entity.entity_type).special in _SPECIAL)


def raised(level: int, report: ExposureReport) -> int:
    """A severity level with the modulator of a declared vulnerable group: one more, at most 4."""
    vulnerable = report.context is not None and report.context.vulnerable_people is True
    return min(4, level + 1) if vulnerable and level else level


def likelihood_level(report: ExposureReport, access: Access | None = None) -> int | None:
    """Likelihood 1 to 4 from the declared access, or from ``access`` instead; None where it is not declared."""
    context = report.context or Context()
    return likelihood(
        access or context.access, protected=context.protected is True, duplicated=context.duplicated is True
    )


def likelihood_sentences(report: ExposureReport, t: Strings) -> list[str]:
    """Likelihood and priority as declared; without a declared access, what each access would give."""
    gravest = _view.highest(report)
    level = raised(gravest.proposed.level, report) if gravest else 0
    said = (
        [t("vulnerable_raises", level=_view.level_name(level, t))]
        if gravest and level != gravest.proposed.level
        else []
    )
    likely, context = likelihood_level(report), report.context or Context()
    if likely is None:
        said.append(t("likelihood_none"))
        for access in ("restricted", "internal", "shared", "public") if level else ():
            supposed = likelihood_level(report, access)
            name = _view.level_name(supposed or 0, t)
            said.append(
                t("likelihood_if", access=t(f"access_{access}"), level=name, zone=t(f"zone_{zone(level, supposed)}"))
            )
        return said
    name = _view.level_name(likely, t)
    said.append(t("likelihood_declared", level=name, access=t(f"access_{context.access}")))
    said += [t(f"likelihood_{key}") for key in ("protected", "duplicated") if getattr(context, key)]
    if level:
        severity = _view.level_name(level, t)
        said.append(t("zone_is", severity=severity, likelihood=name, zone=t(f"zone_{zone(level, likely)}")))
    return [*said, t("zone_rule")]


def dpia(report: ExposureReport, t: Strings) -> list[Criterion]:
    """The nine criteria of WP248: indicated by the scan, else declared, else to be assessed."""
    context = report.context or Context()
    linked, named = report.linkage.special_linked, report.linkage.named_face_or_voice
    threshold = context.large_scale_people
    people = (
        f"{_view.people(report, t)}; {t.plural('n_files', report.dataset.n_files)}; {t.size(report.dataset.n_bytes)}"
    )
    figures = {
        4: t(
            "dpia_figure_4", linked=linked, nir=count(report, "nir"), cards=count(report, "payment_card"), named=named
        ),
        5: people if threshold is None else f"{people}; {t('dpia_figure_threshold', n=threshold)}",
        7: t("dpia_figure_7"),
        8: t("dpia_figure_8"),
    }
    indicated = {
        4: bool(linked or named or count(report, *_CRITERION_4)),
        5: threshold is not None and report.people.upper >= threshold,
    }
    said = {*context.dpia_criteria, *([7] if context.vulnerable_people else [])}

    def status(number: int) -> str:
        return "indicated" if indicated.get(number) else "declared" if number in said else "to_assess"

    return [Criterion(number, status(number), _view.semicolons(figures.get(number, ""), t)) for number in range(1, 10)]


def dpia_counts(report: ExposureReport, t: Strings) -> str:
    """How many criteria are indicated, declared and to be assessed, and what the CNIL makes of two."""
    statuses = [criterion.status for criterion in dpia(report, t)]
    k, d, u = (statuses.count(status) for status in ("indicated", "declared", "to_assess"))
    return f"{t('dpia_counts', k=k, d=d, u=u)} {t('dpia_output')} {t('dpia_two')}"


def linkage_rows(report: ExposureReport, t: Strings) -> list[tuple[str, int]]:
    """Level of identification in words, and the records that reach it, the highest first."""
    return [(t(f"linkage_level_{level}"), report.linkage.by_identification[str(level)]) for level in (4, 3, 2, 1)]


def linkage_sentences(report: ExposureReport, t: Strings) -> list[str]:
    """Named faces and voices, and all three together."""
    found = report.linkage
    if not sum(found.by_identification.values()):
        return [t("linkage_none")]
    return [
        t.plural("linkage_named", found.named_face_or_voice),
        t.plural("linkage_all", found.named_face_and_voice),
    ]


def special_sentences(report: ExposureReport, t: Strings) -> list[str]:
    """How many records tie a special category to somebody, and how many only mention it."""
    found = report.linkage
    said = [t.plural("say_linked", found.special_linked)] if found.special_linked else []
    return said + ([t.plural("say_topic", found.special_topic)] if found.special_topic else [])


def untreated(report: ExposureReport, t: Strings) -> str:
    """Findings of the source beyond the operations recorded, by kind; "" where there are none."""
    if report.treatment is None:
        return ""
    left = Counter({entity.entity_type: entity.count for entity in report.entities})
    for done in report.treatment.operations:
        left[done.entity_type] -= done.count
    labels = _view.counts(+left, t)
    return t("untreated", labels=labels) if labels else ""


def changed(report: ExposureReport, t: Strings) -> list[str]:
    """How much of texts, pictures and recordings the treatment changed."""
    shares = report.treatment.changed if report.treatment else {}
    said = []
    for kind in ("characters", "pixels", "milliseconds"):
        share = shares.get(kind)
        if share and share.total:
            total = t.duration(share.total / 1000) if kind == "milliseconds" else t.number(share.total)
            said.append(t(f"changed_{kind}", share=t.percent(share.changed / share.total), total=total))
    return said


def stays(report: ExposureReport, t: Strings) -> list[str]:
    """What treatment left and does not do, and that pseudonymised data stay personal."""
    done = report.treatment.operations if report.treatment else ()
    pseudonymised = any(item.effect == Effect.PSEUDONYMISED.value for item in done)
    said = [untreated(report, t), t("not_anonymous"), t("pseudonymised_stays") if pseudonymised else ""]
    return [sentence for sentence in said if sentence]


def brings(row: MatrixRow, t: Strings) -> str:
    """What this report brings on one requirement, or why nothing."""
    nothing = t("matrix_nothing" if row.computed == "none" else "matrix_not_here")
    return row.text("scan", t.language) or nothing


def technique(operator: str, t: Strings) -> str:
    """The name of what an operator does; one of another package is shown by its own name."""
    known = techniques().get(operator)
    if known is None:
        return operator
    return known.fr if t.language == "fr" else known.en


def technique_family(operator: str, t: Strings) -> str:
    """Its family in ISO/IEC 20889, "" for an operator of another package."""
    known = techniques().get(operator)
    if known is None:
        return ""
    return t("technique_iso", family=known.iso_fr if t.language == "fr" else known.iso_en)


def processing(report: ExposureReport, t: Strings, *, previews: bool = False) -> list[tuple[str, str]]:
    """The audit as processing of its own: who, network, templates, excerpts, retention.

    ``previews``: this page shows masked values.
    """
    speakers = any(scanner.scanner == "audio_speakers" and scanner.scanned for scanner in report.coverage.scanners)
    templates = t("audit_templates_speakers" if speakers else "audit_templates_none")
    if report.linking is not None:
        templates = t("audit_templates_linked", basis=report.linking.basis)
    return [
        (t("audit_who"), t("to_complete")),
        (t("audit_network"), t("audit_network_none")),
        (t("audit_templates"), templates),
        (t("audit_excerpts"), t("audit_excerpts_masked" if previews else "audit_excerpts_none")),
        (t("audit_retention"), t("to_complete")),
    ]


def searched_for_special(report: ExposureReport) -> bool:
    """Whether the detector of sensitive words read anything."""
    names: Iterable[str] = (s.scanner for s in report.coverage.scanners if s.scanned)
    return "text_special_categories" in names


def rights(report: ExposureReport, t: Strings) -> list[str]:
    """How somebody's data are found again: places, and values that can be compared."""
    comparable = sum(entity.distinct or 0 for entity in report.entities)
    said = [t("rights_locations"), t("rights_command")]
    if comparable:
        said.append(t.plural("rights_keys", comparable))
    return [*said, t("rights_none"), f"{t('rights_declared')}{t('colon')} {_declared.answer(report, t, 'rights')}"]
