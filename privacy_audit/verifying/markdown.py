"""A verification as Markdown, in French or English: for a terminal, a file, a ticket."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import resources

from privacy_audit.legal.strings import Language, Strings, strings
from privacy_audit.report._view import entity_label, printable
from privacy_audit.verifying.remainder import recalls
from privacy_audit.verifying.values import Check, Remainder, VerifyReport
from privacy_audit.verifying.voices import EER_GOAL

__all__ = ["render", "words"]

_SHARES = frozenset(("chance", "eer", "rank_1", "share"))
"""Figures in [0, 1]; all others are numbers of things or seconds."""


@cache
def words(language: Language) -> Strings:
    """The sentences of a verification."""
    text = resources.files("privacy_audit.verifying").joinpath(f"words.{language}.toml").read_text(encoding="utf-8")
    return Strings(language, tomllib.loads(text))


def render(report: VerifyReport, language: Language = "en") -> str:
    """The three tests first, then each attack, what is still found, and what is likely left."""
    return "\n".join(_lines(report, words(language), strings(language))) + "\n"


def _lines(report: VerifyReport, t: Strings, of_reports: Strings) -> Iterator[str]:
    yield from (f"# {t('title')}", "", t("intro"), "")
    colon = of_reports("colon")
    yield f"- {t('copy')}{colon} {_cell(report.treated)}"
    yield f"- {t('files')}{colon} {t.number(report.files)}"
    if report.files_unread:
        yield f"- {t('files_unread', n=report.files_unread)}"
    yield f"- {t('against')}{colon} {t('yes' if report.with_original else 'no')}"
    if report.basis:
        yield f"- {t('basis')}{colon} {_cell(report.basis)}"
    yield from ("", f"## {t('tests')}", "")
    for test in ("isolation", "linkage", "inference"):
        yield f"- **{t(f'test_{test}')}**{colon} {_verdict([c for c in report.checks if c.test == test], t)}"
    yield from _voices(report, t)
    yield from ("", f"## {t('attacks')}", "")
    rows = [(t(f"check_{check.name}"), t(f"result_{check.result}"), _said(check, t)) for check in report.checks]
    yield from _table((t("attack"), t("result"), t("detail")), rows)
    yield from ("", f"## {t('residual')}", "")
    levels = ("HIGH", "MEDIUM", "LOW")
    if report.residual:
        head = (t("category"), *(of_reports(f"short_{level.lower()}") for level in levels))
        found = [
            (entity_label(kind, of_reports), *(t.number(counts.get(level, 0)) for level in levels))
            for kind, counts in report.residual.items()
        ]
        yield from _table(head, found)
    else:
        yield t("residual_none")
    if report.remainder:
        yield from ("", f"## {t('remainder')}", "", t("remainder_intro"), "")
        head = tuple(map(t, ("category", "before", "after", "recall", "estimate", "measured_on")))
        yield from _table(head, [_remainder_row(row, t, of_reports) for row in report.remainder])
    if report.without_recall:
        labels = ", ".join(entity_label(kind, of_reports) for kind in report.without_recall)
        yield from ("", t("without_recall", types=labels))
    yield from ("", f"**{t('closing')}**")


def _voices(report: VerifyReport, t: Strings) -> Iterator[str]:
    """The headline of disguised voices: the lowest equal error rate of an attacker, and whether the goal is reached."""
    rates = [check.figures["eer"] for check in report.checks if "eer" in check.figures]
    if rates:
        key = "voices_below_goal" if min(rates) < EER_GOAL else "voices_at_goal"
        yield from ("", t(key, eer=t.percent(min(rates)), goal=t.percent(EER_GOAL)))


def _verdict(checks: Sequence[Check], t: Strings) -> str:
    broken = [t(f"check_{check.name}") for check in checks if check.result == "disproved"]
    if broken:
        return t("disproved_by", names=", ".join(broken))
    n_made = sum(check.result == "not_disproved" for check in checks)
    return t("none_of", n=n_made, total=len(checks)) if n_made else t("nothing_tested")


def _said(check: Check, t: Strings) -> str:
    if check.why_not:
        return t(f"why_{check.why_not}")
    shown = {name: t.percent(value) if name in _SHARES else t.number(value) for name, value in check.figures.items()}
    before = "_before" if "unique_before" in check.figures else ""
    return t(f"said_{check.name}{before}", **shown)


def _remainder_row(row: Remainder, t: Strings, of_reports: Strings) -> tuple[str, ...]:
    return (
        entity_label(row.entity_type, of_reports),
        t.number(row.before),
        t.number(row.after),
        t("range", value=_two(row.recall, t), low=_two(row.recall_low, t), high=_two(row.recall_high, t)),
        t("range", value=row.estimate, low=row.estimate_low, high=row.estimate_high),
        recalls()[row.entity_type].datasets[t.language],
    )


def _two(value: float, t: Strings) -> str:
    return f"{value:.2f}".replace(".", "," if t.language == "fr" else ".")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"


def _cell(text: str) -> str:
    """What was given by a user cannot leave its cell, nor become markup."""
    escaped = printable(text).replace("\\", "\\\\").replace("|", "\\|")
    return escaped.replace("<", "&lt;").replace("[", "\\[").replace("`", "\\`")
