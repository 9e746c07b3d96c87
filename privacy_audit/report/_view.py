"""What the readable formats share: the report's figures turned into sentences and rows, one language at a time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

from privacy_audit.legal.catalogue import CNIL_TYPES, LegalRow, catalogue, legal_row
from privacy_audit.legal.exposure import EntitySummary, Exposure, ExposureReport, Level
from privacy_audit.legal.strings import Strings
from privacy_audit.report._charts import FACE_SIZES_PX

_TO_CHECK = ("2", "M")  # marks of a source that is secondary, or was not read again


def printable(text: str) -> str:
    """A path or detail as it can be shown: control, direction-changing and undecodable characters become escapes."""
    return "".join(char if unicodedata.category(char)[0] != "C" else f"\\u{ord(char):04x}" for char in text)


def articles(row: LegalRow, t: Strings) -> str:
    """``RGPD, art. 4(1), 87 ; décret n° 2019-341``, and that it is to be checked where nobody read the text itself."""
    if not row.articles:
        return t("not_classified")
    shown = [t("article_depends", article=name[:-1]) if name.endswith("?") else name for name in row.articles]
    parts = [t("gdpr_short", articles=", ".join(shown)), *row.national_law]
    text = semicolons("; ".join(parts), t)
    if row.source in _TO_CHECK:
        text += f" ({t(f'mark_{row.source}')})"
    if t.language == "fr":
        return text
    in_english = {"LIL art.": "French Act 78-17 Art.", "décret n°": "Decree No", "consid.": "recital"}
    for french, english in in_english.items():
        text = text.replace(french, english)
    return text


def category_label(category: str, t: Strings) -> str:
    """The first label of the catalogue for a category; an unknown one is shown by its own name."""
    row = next((row for row in catalogue().rows.values() if row.category == category), None)
    return row.label(t.language) if row else category.upper()


def entity_label(entity_type: str, t: Strings) -> str:
    """The label of an entity type; one that the catalogue does not know is shown by its own name."""
    row = legal_row(entity_type)
    return row.label(t.language) if row.classified else entity_type


def labels(entities: Iterable[EntitySummary], t: Strings) -> str:
    """The labels of several entity types in one line."""
    return _labels((entity.entity_type for entity in entities), t)


def detector(scanner: str, t: Strings) -> str:
    """The name of a scanner; ``*`` stands for all of them."""
    return t("every_detector") if scanner == "*" else scanner


def counts(found: Mapping[str, int], t: Strings) -> str:
    """``visage visible : 3, adresse électronique : 1``."""
    return ", ".join(f"{inside(entity_label(kind, t))}{t('colon')}\u00a0{t.number(n)}" for kind, n in found.items())


def semicolons(text: str, t: Strings) -> str:
    """Semicolons put between parts by a program, spaced as the language wants them."""
    return re.sub("(?<!\u202f); ", "\u202f; ", text) if t.language == "fr" else text


def when(started_at: str, t: Strings) -> str:
    """``24/11/2026 10:00 UTC``, or ``2026-11-24 10:00 UTC`` in English; what is no ISO 8601 date stays as it is."""
    try:
        at = datetime.fromisoformat(started_at)
    except ValueError:
        return printable(started_at)
    return at.strftime("%d/%m/%Y %H:%M %Z" if t.language == "fr" else "%Y-%m-%d %H:%M %Z").strip()


def reused(report: ExposureReport, t: Strings) -> str:
    """How many files were read, and how many were taken unread from which earlier run; empty where none was."""
    runs = [f"{when(date, t)} ({t.number(n)})" for date, n in report.tool.files_reused.items()]
    return t("files_reused", read=t.number(report.tool.files_read), runs=", ".join(runs)) if runs else ""


def inside(label: str) -> str:
    """A label inside a sentence: small first letter, unless it is an acronym."""
    return label[:1].lower() + label[1:] if label[1:2] == "-" or label[1:2].islower() else label


def distinct(entity: EntitySummary, t: Strings) -> str:
    """How many different values, or that nobody counted."""
    if entity.distinct is None:
        return t("distinct_unknown")
    number = t.number(entity.distinct)
    return number if entity.distinct_complete else t("distinct_at_least", n=number)


def people(report: ExposureReport, t: Strings) -> str:
    """The range of people in words."""
    found = report.people
    if found.upper == 0:
        return t("people_none")
    if found.lower == found.upper:
        return t.plural("people_same", found.upper)
    return t("people_range", lo=found.lower, hi=found.upper)


def coverage(report: ExposureReport, t: Strings) -> str:
    """Coverage in one sentence."""
    covered = report.coverage
    gap = covered.partial + covered.unscanned
    if covered.n_files == covered.unscanned:
        return t("coverage_nothing")
    return t.plural("coverage_gap", gap, total=covered.n_files) if gap else t("coverage_all")


def video_coverage(report: ExposureReport, t: Strings) -> str:
    """How much of the videos was looked at, in one sentence; empty without videos."""
    videos = report.coverage.videos
    if not videos.files:
        return ""
    said = t.plural(
        "video_coverage",
        videos.files,
        looked_at=videos.frames_looked_at,
        frames=videos.frames,
        duration=t.duration(videos.duration_s),
    )
    return f"{said} {t('video_between')}" if videos.frames_looked_at < videos.frames else said


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of a stacked bar, in hundredths of its whole width."""

    name: str
    x: float
    width: float


def stacked(parts: Mapping[str, int], whole: float = 100.0) -> list[Bar]:
    """Parts side by side over ``whole`` hundredths; a part that is not zero stays visible."""
    total = sum(parts.values())
    bars, x = [], 0.0
    for name, value in parts.items():
        width = round(whole * value / total, 2) if total else 0.0
        if value:
            bars.append(Bar(name, round(x, 2), max(width, 0.8)))
        x += width
    return bars


def coverage_bars(report: ExposureReport) -> list[Bar]:
    """Files fully read, partly read, not read."""
    covered = report.coverage
    return stacked({"complete": covered.complete, "partial": covered.partial, "unscanned": covered.unscanned})


def finding_bars(entity: EntitySummary, largest: int) -> list[Bar]:
    """Findings by confidence, on a square-root scale against the largest category."""
    whole = 100 * sqrt(entity.count / largest) if largest else 0.0
    return stacked({"high": entity.high, "medium": entity.medium, "low": entity.low}, whole)


def level_bars(report: ExposureReport) -> list[Bar]:
    """Records by proposed severity, the lightest first."""
    return stacked({f"dot l{number}": n for number, n in sorted(report.records_by_level.items())})


def face_class(index: int, t: Strings) -> str:
    """What a class of face heights is called."""
    borders = FACE_SIZES_PX
    if index == 0:
        return t("chart_faces_first", hi=borders[0])
    if index == len(borders):
        return t("chart_faces_last", lo=borders[-1])
    return t("chart_faces_class", lo=borders[index - 1], hi=borders[index] - 1)


def entities_by_type(report: ExposureReport) -> list[tuple[str, list[EntitySummary]]]:
    """Entity types grouped by CNIL data type, the gravest type first."""
    order = [*reversed(CNIL_TYPES[:3]), CNIL_TYPES[3]]
    groups = {name: [e for e in report.entities if legal_row(e.entity_type).cnil_type == name] for name in order}
    return [(name, group) for name, group in groups.items() if group]


def level_name(level: int, t: Strings) -> str:
    """``3 · Importante``."""
    return f"{level}\u00a0· {t(f'level_{level}')}" if level else t("level_0")


def interval(exposure: Exposure, t: Strings) -> str:
    """From high-confidence findings only to all findings."""
    lower, upper = level_name(exposure.lower.level, t), level_name(exposure.upper.level, t)
    return t("interval_same", lo=lower) if lower == upper else t("interval", lo=lower, hi=upper)


def rule(level: Level, t: Strings) -> str:
    """The sum that gives a level, so that it can be redone by hand."""
    if not level.level:
        return t("severity_only_low_level", meaning=t("severity_low_only"))
    names = " + ".join(inside(category_label(category, t)) for category in level.categories)
    return t(
        "level_rule",
        categories=names[:1].upper() + names[1:],
        i=level.identification,
        p=level.prejudice,
        sum=level.identification + level.prejudice,
        level=level.level,
    )


def highest(report: ExposureReport) -> Exposure | None:
    """The gravest of the exposures by proposed level, then by upper bound."""
    return max(report.exposures, key=lambda e: (e.proposed.level, e.upper.level, e.lower.level), default=None)


def faces(report: ExposureReport, t: Strings) -> list[str]:
    """What to say about faces."""
    face = report.entity("FACE")
    if face is None:
        examined = any("face" in scanner.scanner and scanner.scanned for scanner in report.coverage.scanners)
        return [t("say_no_face") if examined else t("say_not_looked_image")]
    counted = t("say_face_image", faces=t.plural("n_faces", face.count), images=t.plural("n_images", face.files))
    compared = report.linking is not None and report.linking.faces is not None
    return [counted, t("say_face_linked" if compared else "say_face_detect")]


def voices(report: ExposureReport, t: Strings) -> list[str]:
    """What to say about voices."""
    voice, speaker = report.entity("VOICE"), report.entity("SPEAKER")
    if voice is None and speaker is None:
        examined = any(scanner.scanner.startswith("audio_") and scanner.scanned for scanner in report.coverage.scanners)
        return [t("say_no_voice") if examined else t("say_not_looked_voice")]
    duration_s = max(entity.duration_s for entity in (voice, speaker) if entity is not None)
    said = [t("say_voice", h=t.duration(duration_s))]
    compared = report.linking is not None and report.linking.voices is not None
    return [*said, t("say_diarise_linked" if compared else "say_diarise")] if speaker else said


def special(report: ExposureReport, t: Strings) -> list[tuple[str, str]]:
    """Title and text of each box about data that call for particular care."""
    found = {entity.entity_type: entity for entity in report.entities}
    boxes: list[tuple[str, str]] = []
    if "FR_NIR" in found:
        boxes.append((t("special_nir_title"), t("say_nir", n=found["FR_NIR"].count)))
    sensitive = _labels((e for e in found if legal_row(e).special in {"art9", "art10"}), t)
    if sensitive:
        boxes.append((t("special_art9_title"), t("say_art9", labels=sensitive)))
    if "BIOMETRIC_TEMPLATE" in found:
        boxes.append((entity_label("BIOMETRIC_TEMPLATE", t), t("say_template", n=found["BIOMETRIC_TEMPLATE"].count)))
    if found.keys() & {"FACE", "VOICE", "SPEAKER"}:
        boxes.append((t("special_art9_if_title"), t("say_art9_if")))
    counts = {kind: found[kind].count if kind in found else 0 for kind in ("IBAN_CODE", "CREDIT_CARD")}
    if any(counts.values()):
        bank = t("say_bank", iban=counts["IBAN_CODE"], card=counts["CREDIT_CARD"])
        boxes.append((t("special_bank_title"), bank))
    unknown = _labels((e for e in found if not legal_row(e).classified), t)
    if unknown:
        boxes.append((t("special_unknown_title"), t("say_unknown", labels=unknown)))
    return boxes


def _labels(entity_types: Iterable[str], t: Strings) -> str:
    return ", ".join(inside(entity_label(entity_type, t)) for entity_type in entity_types)
