"""Two audits compared: every figure that differs, and what that difference can come from."""

from __future__ import annotations

from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.strings import Strings
from privacy_audit.report import _view

__all__ = ["rows", "sentences"]

Row = tuple[str, str, str, str]


def rows(before: ExposureReport, after: ExposureReport, t: Strings) -> list[Row]:
    """What is counted, before, now, difference: only what differs."""
    pairs = [
        (t("files"), before.dataset.n_files, after.dataset.n_files),
        (t("changes_coverage"), before.coverage.complete, after.coverage.complete),
        (t("changes_unread"), _unread(before), _unread(after)),
    ]
    kinds = {entity.entity_type: None for entity in (*after.entities, *before.entities)}
    for kind in kinds:
        old, new = before.entity(kind), after.entity(kind)
        pairs.append((_view.entity_label(kind, t), old.count if old else 0, new.count if new else 0))
    shown = [(label, t.number(old), t.number(new), _difference(old, new, t)) for label, old, new in pairs if old != new]
    return shown + _levels(before, after, t) + _people(before, after, t)


def sentences(before: ExposureReport, after: ExposureReport, t: Strings) -> list[str]:
    """Which versions and recipes are compared, and the caution that goes with it."""
    recipes = [_view.printable(report.tool.recipe_name) or t("recipe_default") for report in (before, after)]
    versions = t(
        "changes_versions",
        before=before.tool.version,
        after=after.tool.version,
        recipe_before=recipes[0],
        recipe_after=recipes[1],
    )
    return [versions, t("changes_caveat")]


def _unread(report: ExposureReport) -> int:
    return report.coverage.partial + report.coverage.unscanned


def _difference(old: int, new: int, t: Strings) -> str:
    sign = "+" if new > old else "−"
    words = "" if old and new else f" ({t('changes_new' if new else 'changes_gone')})"
    return f"{sign}{t.number(abs(new - old))}{words}"


def _levels(before: ExposureReport, after: ExposureReport, t: Strings) -> list[Row]:
    old, new = ({e.cnil_type: e.proposed.level for e in report.exposures} for report in (before, after))
    return [
        (
            f"{t('severity')}{t('colon')} {_view.inside(t(f'cnil_{name}'))}",
            _view.level_name(old.get(name, 0), t),
            _view.level_name(new.get(name, 0), t),
            "",
        )
        for name in dict.fromkeys([*old, *new])
        if old.get(name, 0) != new.get(name, 0)
    ]


def _people(before: ExposureReport, after: ExposureReport, t: Strings) -> list[Row]:
    old, new = _view.people(before, t), _view.people(after, t)
    return [] if old == new else [(t("summary_people"), old, new, "")]
