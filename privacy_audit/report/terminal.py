"""The exposure report as a short table for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.strings import strings
from privacy_audit.report import _view

if TYPE_CHECKING:
    from rich.console import Group

__all__ = ["render"]


def render(report: ExposureReport, lang: Literal["fr", "en"] = "en") -> Group:
    """Coverage first, then one line per category, then people and severity: print it with ``rich``."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    t = strings(lang)
    covered = report.coverage
    incomplete = covered.partial + covered.unscanned or covered.interrupted
    head = [
        Text(f"{_view.printable(report.dataset.name)}{t('colon')} {t.plural('n_files', covered.n_files)}", style="bold")
    ]
    head.append(Text(_view.coverage(report, t), style="yellow" if incomplete else "green"))
    if videos := _view.video_coverage(report, t):
        head.append(Text(videos, style="dim"))
    if reused := _view.reused(report, t):
        head.append(Text(reused, style="dim"))
    if covered.left_out:
        patterns = ", ".join(f"{_view.printable(glob)} ({t.number(n)})" for glob, n in covered.left_out.items())
        head.append(Text(f"{t('left_out')}{t('colon')} {patterns}", style="dim"))
    if covered.interrupted:
        head.append(Text(t("interrupted"), style="yellow"))
    if not report.entities:
        return Group(*head, Text(f"{t('summary_none')} {t('summary_none_caveat')}"))
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(t("category"))
    for key in ("count", "short_high", "short_medium", "short_low", "files"):
        table.add_column(t(key), justify="right", no_wrap=True)
    for entity in report.entities:
        numbers = (entity.count, entity.high, entity.medium, entity.low, entity.files)
        label = _view.entity_label(entity.entity_type, t)
        table.add_row(Text(label), *(t.number(number) for number in numbers))
    lines = [Text(f"{t('summary_people')}{t('colon')} {_view.people(report, t)}")]
    gravest = _view.highest(report)
    if gravest is not None:
        level = _view.level_name(gravest.proposed.level, t)
        lines.append(Text(f"{t('summary_severity')}{t('colon')} {level} ({t('proposed').lower()})"))
    return Group(*head, table, *lines)
