"""Fields of the public summary of training content (AI Act Article 53(1)(d)), as Markdown: nothing is inferred."""

from __future__ import annotations

from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.strings import Language, Strings, strings
from privacy_audit.report import _facts
from privacy_audit.report._markdown import escaped, table

__all__ = ["TO_BE_PROVIDED", "render"]

TO_BE_PROVIDED = "TO_BE_PROVIDED"
_IMAGE_BANDS = (1_000_000, 1_000_000_000)
_HOUR_BANDS = (10_000, 1_000_000)
_OPEN = ("2_1", "2_2", "2_3", "2_4", "2_5", "2_6", "3_1", "3_2", "3_3")
"""Yes-or-no questions and free text: a scan of files answers none of them."""


def render(report: ExposureReport, lang: Language) -> str:
    """The fields of the Commission's template in its order; bands are given only for what was measured."""
    t = strings(lang)
    kinds = report.dataset.by_kind
    rows = [
        (t("ai_act_1_1"), TO_BE_PROVIDED),
        (t("ai_act_1_2"), TO_BE_PROVIDED),
        (t("ai_act_1_3_modalities"), _facts.kinds(report, t) or TO_BE_PROVIDED),
        (t("ai_act_1_3_text"), _texts(report, t)),
        (t("ai_act_1_3_image"), _images(kinds.get("image", 0), t)),
        (t("ai_act_1_3_audio"), _audio(report, t)),
        (t("ai_act_1_3_video"), _hours(report.coverage.videos.duration_s, t)),
        *((t(f"ai_act_1_3_{name}"), TO_BE_PROVIDED) for name in ("content", "date", "languages")),
        *((t(f"ai_act_{name}"), TO_BE_PROVIDED) for name in _OPEN),
    ]
    head = f"# {escaped(t('ai_act_title'))}\n\n{escaped(t('ai_act_note'))}\n\n{escaped(t('disclaimer'))}\n\n"
    # the constant stands as it is: programs look for it
    return (head + table((t("field"), t("content")), rows)).replace("TO\\_BE\\_PROVIDED", TO_BE_PROVIDED)


def _texts(report: ExposureReport, t: Strings) -> str:
    n = report.dataset.by_kind.get("text", 0) + report.dataset.by_kind.get("table", 0)
    return t("ai_act_text_files", n=n, size=t.size(report.dataset.n_bytes)) if n else TO_BE_PROVIDED


def _images(n: int, t: Strings) -> str:
    return t(f"ai_act_band_image_{_band(n, _IMAGE_BANDS)}", n=n) if n else TO_BE_PROVIDED


def _audio(report: ExposureReport, t: Strings) -> str:
    """Only speech is measured, not the length of the recordings."""
    speech_s = max((e.duration_s for e in report.entities if e.category == "voice"), default=0.0)
    return t("ai_act_speech", hours=t.duration(speech_s)) if speech_s else TO_BE_PROVIDED


def _hours(duration_s: float, t: Strings) -> str:
    if not duration_s:
        return TO_BE_PROVIDED
    return t(f"ai_act_band_hours_{_band(duration_s / 3600, _HOUR_BANDS)}", hours=t.duration(duration_s))


def _band(value: float, limits: tuple[int, int]) -> int:
    return 1 if value < limits[0] else 2 if value <= limits[1] else 3
