"""The formats a finished audit can be rendered in: one module each."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from privacy_audit.legal.exposure import ExposureReport
    from privacy_audit.legal.strings import Language
    from privacy_audit.report._charts import Charts
    from privacy_audit.report._comparison import Comparison
    from privacy_audit.report._places import Place
    from privacy_audit.report._previews import RecordPreview
    from privacy_audit.report._thumbnails import Thumbnail

__all__ = ["FORMATS", "Format", "render"]


@dataclass(frozen=True, slots=True)
class Format:
    """``places``: lists findings per file. ``baseline``: can show what changed since another audit.

    ``bilingual`` is False where a format holds no sentence. ``charts``: draws findings one by one, thumbnails and
    masked previews.
    """

    module: str
    summary: str
    places: bool = False
    baseline: bool = False
    bilingual: bool = True
    charts: bool = False


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "html": Format("html", "the report as one page, French and English", baseline=True, charts=True),
        "pdf": Format("html", "the same page printed by Chromium, one language", baseline=True, charts=True),
        "markdown": Format("markdown", "the report as Markdown", baseline=True),
        "json": Format("json", "the figures, with a published schema", baseline=True, bilingual=False),
        "terminal": Format("terminal_text", "a short table, as after a scan", baseline=True),
        "csv": Format("csv", "one line per file and kind of data", places=True),
        "sarif": Format("sarif", "SARIF 2.1.0 for code-scanning platforms", places=True),
        "pia": Format("pia", "JSON that the CNIL's PIA software imports"),
        "edpb-dpia": Format("edpb_dpia", "outline after the EDPB's impact-assessment template"),
        "croissant": Format("croissant", "Croissant-RAI metadata (JSON-LD)"),
        "hf-card": Format("hf_card", "section of a Hugging Face dataset card"),
        "register": Format("register", "entry of the record of processing activities (GDPR Art. 30)"),
        "ai-act": Format("ai_act", "fields of the AI Act Art. 53(1)(d) summary"),
        "cnil-sheet": Format("cnil_sheet", "description sheet of the dataset (CNIL sheet 7)"),
        "dpv": Format("dpv", "W3C Data Privacy Vocabulary (JSON-LD)"),
    }
)


def render(
    name: str,
    report: ExposureReport,
    language: Language,
    places: Sequence[Place] = (),
    comparison: Comparison | None = None,
    charts: Charts | None = None,
    thumbnails: Sequence[Thumbnail] = (),
    previews: Sequence[RecordPreview] = (),
) -> str:
    """The text of one format; what a format does not show is not used. Raises KeyError."""
    chosen = FORMATS[name]
    function = importlib.import_module(f"privacy_audit.report.{chosen.module}").render
    arguments: list[Any] = [report, *([language] if chosen.bilingual else []), *([places] if chosen.places else [])]
    more: dict[str, Any] = {"comparison": comparison} if chosen.baseline else {}
    if chosen.charts:
        more |= {"charts": charts, "thumbnails": thumbnails, "previews": previews}
    text: str = function(*arguments, **more)
    return text.encode(errors="backslashreplace").decode()  # a path need not be Unicode
