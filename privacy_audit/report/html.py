"""The exposure report as one self-contained HTML file, in French and English: no script, no external resource."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Literal

from privacy_audit.legal.catalogue import catalogue, legal_row
from privacy_audit.legal.detectors import DetectorFigure, detector_figures
from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.strings import LANGUAGES, strings
from privacy_audit.report import _view

__all__ = ["MAX_FILES_SHOWN", "MAX_UNREAD_SHOWN", "render"]

MAX_FILES_SHOWN = 30
MAX_UNREAD_SHOWN = 50


def render(
    report: ExposureReport, lang: Literal["fr", "en"] = "fr", detectors: Sequence[DetectorFigure] | None = None
) -> str:
    """The page. ``lang`` is the language shown first; a switch without script shows the other one.

    ``detectors``: measured error rates to print, by default those of this release.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("privacy_audit.report", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["printable"] = _view.printable
    view: ModuleType = _view
    return environment.get_template("report.html.j2").render(
        report=report,
        languages=[lang, *(language for language in LANGUAGES if language != lang)],
        strings=strings,
        view=view,
        legal_row=legal_row,
        catalogue=catalogue(),
        detectors=detector_figures() if detectors is None else detectors,
        max_files=MAX_FILES_SHOWN,
        max_unread=MAX_UNREAD_SHOWN,
        has_nir=report.entity("FR_NIR") is not None,
    )
