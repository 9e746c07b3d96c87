"""Lines that several exports share, each with its figure."""

from __future__ import annotations

from collections import Counter

from privacy_audit.legal.catalogue import LegalRow, catalogue
from privacy_audit.legal.detectors import detector_figures
from privacy_audit.legal.exposure import EntitySummary, ExposureReport
from privacy_audit.legal.strings import Strings
from privacy_audit.report import _law, _view

__all__ = [
    "found",
    "found_line",
    "identity",
    "kinds",
    "limits",
    "measures",
    "operations",
    "severities",
    "sources",
    "special_label",
    "tool",
]


def tool(report: ExposureReport) -> str:
    """Name and version."""
    return f"privacy-audit {report.tool.version}"


def kinds(report: ExposureReport, t: Strings) -> str:
    """``images : 12, texte : 3``."""
    named = {kind: t.texts.get(f"kind_{kind}", kind) for kind in report.dataset.by_kind}
    return ", ".join(t("kinds_line", kind=named[kind], n=n) for kind, n in report.dataset.by_kind.items())


def identity(report: ExposureReport, t: Strings) -> list[tuple[str, str]]:
    """What was audited, when and with what."""
    return [
        (t("dataset"), report.dataset.name),
        (t("files"), t.number(report.dataset.n_files)),
        (t("size"), t.size(report.dataset.n_bytes)),
        (t("contents_by_kind"), kinds(report, t)),
        (t("started"), _view.when(report.tool.started_at, t)),
        (t("duration"), t.duration(report.tool.duration_s)),
        (t("recipe"), report.tool.recipe_name or t("recipe_default")),
        (t("tool"), tool(report)),
        *([(t("files_reused_label"), reused)] if (reused := _view.reused(report, t)) else []),
    ]


def found_line(entity: EntitySummary, t: Strings) -> str:
    """One entity type: count, confidence classes, files."""
    return t(
        "found_line",
        label=_view.entity_label(entity.entity_type, t),
        n=entity.count,
        high=entity.high,
        medium=entity.medium,
        low=entity.low,
        files=t.plural("n_files", entity.files),
    )


def found(report: ExposureReport, t: Strings) -> list[str]:
    """One line per entity type, the gravest data type first, or that nothing was detected."""
    lines = [found_line(entity, t) for _, group in _view.entities_by_type(report) for entity in group]
    return lines or [t("found_none")]


def special_label(row: LegalRow, t: Strings) -> str:
    """``art. 9``, ``art. 9 selon la finalité``, ``non``..."""
    return t("special_none_short") if row.special == "none" else t(f"special_{row.special}")


def severities(report: ExposureReport, t: Strings) -> list[str]:
    """One line per data type: level, interval, the sum that gives it."""
    return [
        f"{t(f'cnil_{exposure.cnil_type}')}{t('colon')} "
        + t(
            "severity_line",
            level=_view.level_name(exposure.proposed.level, t),
            interval=_view.interval(exposure, t),
            rule=_view.rule(exposure.proposed, t),
        )
        for exposure in report.exposures
    ]


def operations(report: ExposureReport, t: Strings) -> dict[str, Counter[str]]:
    """Technique -> label of what was treated -> number of places."""
    done: dict[str, Counter[str]] = {}
    for item in report.treatment.operations if report.treatment else ():
        label = _view.inside(_view.entity_label(item.entity_type, t))
        done.setdefault(_law.technique(item.operator, t), Counter())[label] += item.count
    return done


def measures(report: ExposureReport, t: Strings) -> list[tuple[str, str]]:
    """Technique, and what it did: places treated by kind of data."""
    return [
        (
            name,
            t.plural(
                "pia_measure_content",
                places.total(),
                labels=", ".join(f"{label} {t.number(n)}" for label, n in places.most_common()),
            ),
        )
        for name, places in operations(report, t).items()
    ]


def sources(t: Strings) -> list[str]:
    """The texts the legal catalogue rests on, each with how it was read."""
    return [
        f"{source.label_fr if t.language == 'fr' else source.label_en} ({t(f'mark_{source.mark}')})"
        for source in catalogue().sources
    ]


def limits(report: ExposureReport, t: Strings) -> list[str]:
    """What was not read, what detectors miss, and the measured figures of the detectors that ran."""
    ran = {scanner.scanner for scanner in report.coverage.scanners if scanner.scanned}
    figures = [
        f"{figure.label(t.language)}{t('colon')} {figure.figure(t.language)} ({figure.dataset(t.language)})"
        for figure in detector_figures()
        if figure.scanner in ran
    ]
    gap = report.coverage.partial + report.coverage.unscanned
    unread = [t.plural("sheet_unread", gap)] if gap else []
    return [*unread, t("croissant_limit_enabled"), t("method_recall"), *figures]
