"""The exposure report as one self-contained HTML file, in French and English: no script, no external resource."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Literal

from privacy_audit.legal.catalogue import catalogue, legal_row
from privacy_audit.legal.detectors import DetectorFigure, detector_figures
from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.matrix import matrix
from privacy_audit.legal.strings import LANGUAGES, strings
from privacy_audit.report import _changes, _declared, _law, _view

if TYPE_CHECKING:
    import jinja2
    import markupsafe

__all__ = ["FILES_PER_PAGE", "MAX_FILES_SHOWN", "MAX_UNREAD_SHOWN", "render"]

MAX_FILES_SHOWN = 500
FILES_PER_PAGE = 50
MAX_UNREAD_SHOWN = 50


def render(
    report: ExposureReport,
    lang: Literal["fr", "en"] = "fr",
    detectors: Sequence[DetectorFigure] | None = None,
    baseline: ExposureReport | None = None,
) -> str:
    """The page. ``lang`` is the language shown first; a switch without script shows the other one.

    ``detectors``: measured error rates to print, by default those of this release for the scanners that ran.
    ``baseline``: an earlier audit; the page then shows what changed since.
    """
    modules: dict[str, ModuleType] = {"view": _view, "law": _law, "declared": _declared, "changes": _changes}
    ran = {scanner.scanner for scanner in report.coverage.scanners if scanner.scanned}
    return _template().render(
        report=report,
        languages=[lang, *(language for language in LANGUAGES if language != lang)],
        strings=strings,
        **modules,
        baseline=baseline,
        matrix=matrix(),
        legal_row=legal_row,
        catalogue=catalogue(),
        detectors=[f for f in detector_figures() if f.scanner in ran] if detectors is None else detectors,
        max_files=MAX_FILES_SHOWN,
        page_size=FILES_PER_PAGE,
        max_unread=MAX_UNREAD_SHOWN,
    )


@cache
def _template() -> jinja2.Template:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("privacy_audit.report", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["printable_lines"] = _lines
    return environment.get_template("report.html.j2")


def _shown(value: object) -> object:
    """No text of the data turns the writing round or breaks the encoding, wherever it is put."""
    return value if hasattr(value, "__html__") or not isinstance(value, str) else _view.printable(value)


def _lines(text: str) -> markupsafe.Markup:
    """Several lines, each shown as text."""
    import markupsafe

    return markupsafe.Markup("\n").join(map(_view.printable, text.splitlines()))
