"""The exposure report as one self-contained HTML file, in French and English, without any external resource.

Its one script searches in the list of files; the page's policy allows it by its digest, and no other.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from types import ModuleType
from typing import TYPE_CHECKING, Literal

from privacy_audit.legal.catalogue import CNIL_TYPES, catalogue, legal_row
from privacy_audit.legal.detectors import DetectorFigure, detector_figures
from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.matrix import matrix
from privacy_audit.legal.strings import LANGUAGES, strings
from privacy_audit.report import _changes, _charts, _declared, _law, _links, _view
from privacy_audit.report._charts import Charts
from privacy_audit.report._comparison import Comparison
from privacy_audit.report._previews import RecordPreview
from privacy_audit.report._thumbnails import Thumbnail

if TYPE_CHECKING:
    import jinja2
    import markupsafe

__all__ = ["FILES_PER_PAGE", "MAX_FILES_SHOWN", "MAX_UNREAD_SHOWN", "render"]

_OPTION = re.compile(r"--[a-z]+(?:-[a-z]+)*")
_PART_END = re.compile(r"[/_](?=\w)")
MAX_FILES_SHOWN = 500
FILES_PER_PAGE = 50
MAX_UNREAD_SHOWN = 50


def render(
    report: ExposureReport,
    lang: Literal["fr", "en"] = "fr",
    detectors: Sequence[DetectorFigure] | None = None,
    comparison: Comparison | None = None,
    charts: Charts | None = None,
    thumbnails: Sequence[Thumbnail] = (),
    previews: Sequence[RecordPreview] = (),
) -> str:
    """The page. ``lang`` is the language shown first; a switch without script shows the other one.

    ``detectors``: measured error rates to print, by default those of this release for the scanners that ran.
    ``comparison``: what changed since an earlier audit. ``charts``: what needs the findings one by one.
    ``thumbnails``: of pictures with faces, so coarse that nobody is recognised. ``previews``: the gravest records, with
    what was found in them masked.
    """
    modules: dict[str, ModuleType] = {
        "view": _view, "law": _law, "declared": _declared, "changes": _changes, "links": _links, "drawn": _charts,
    }  # fmt: skip
    ran = {scanner.scanner for scanner in report.coverage.scanners if scanner.scanned}
    return _template().render(
        report=report,
        languages=[lang, *(language for language in LANGUAGES if language != lang)],
        strings=strings,
        **modules,
        comparison=comparison,
        charts=charts,
        thumbnails=thumbnails,
        previews=previews,
        cnil_types=CNIL_TYPES,
        script=_script(),
        script_digest=base64.b64encode(hashlib.sha256(_script().encode()).digest()).decode(),
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
    environment.filters["options"] = _options
    environment.filters["breakable"] = _breakable
    return environment.get_template("report.html.j2")


@cache
def _script() -> markupsafe.Markup:
    """Ours, never the data's: it stands in the page as it is."""
    import markupsafe

    text = resources.files("privacy_audit.report").joinpath("report.search.js").read_text(encoding="utf-8")
    return markupsafe.Markup(text)  # noqa: S704 - a file of this package


def _shown(value: object) -> object:
    """No text of the data turns the writing round or breaks the encoding, wherever it is put."""
    return value if hasattr(value, "__html__") or not isinstance(value, str) else _view.printable(value)


def _breakable(name: str) -> markupsafe.Markup:
    """A path or a name, escaped, that breaks between its parts rather than in the middle of one."""
    import markupsafe

    escaped = str(markupsafe.escape(_view.printable(name)))
    return markupsafe.Markup(_PART_END.sub(r"\g<0><wbr>", escaped))  # noqa: S704 - escaped above


def _options(text: str) -> markupsafe.Markup:
    """A sentence of ours in which an option of the command line breaks at none of its hyphens."""
    import markupsafe

    return markupsafe.Markup(_OPTION.sub(r'<code class="option">\g<0></code>', str(markupsafe.escape(text))))  # noqa: S704


def _lines(text: str) -> markupsafe.Markup:
    """Several lines, each shown as text."""
    import markupsafe

    return markupsafe.Markup("\n").join(map(_view.printable, text.splitlines()))
