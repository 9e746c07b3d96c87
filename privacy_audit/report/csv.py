"""One line per file and kind of data, and one per item that was not read: for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from privacy_audit.legal.catalogue import legal_row
from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.strings import Language, Strings, strings
from privacy_audit.report import _view
from privacy_audit.report._places import Place
from privacy_audit.types import Confidence

__all__ = ["render"]

_COLUMNS = "status file entity label cnil articles count high medium low level scanners where".split()


def render(report: ExposureReport, lang: Language, places: Sequence[Place]) -> str:
    """RFC 4180 with a header. No cell can be taken for a formula, whatever a file is called."""
    t = strings(lang)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([t(f"csv_{column}") for column in _COLUMNS])
    for place in places:
        writer.writerow([_safe(cell) for cell in _line(place, t)])
    for entry in report.coverage.entries:
        reason = f"{t.texts.get(f'reason_{entry.reason}', entry.reason)}: {entry.detail}"
        cells = [t("csv_unread"), entry.uri, *[""] * 9, entry.scanner, reason]
        writer.writerow([_safe(cell) for cell in cells])
    return text.getvalue()


def _line(place: Place, t: Strings) -> list[object]:
    row = legal_row(place.entity_type)
    return [
        t("csv_found"),
        place.file,
        place.entity_type,
        _view.entity_label(place.entity_type, t),
        t(f"cnil_{row.cnil_type}"),
        _view.articles(row, t),
        place.count,
        *(place.by_confidence[level] for level in (Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW)),
        place.level,
        " ".join(sorted(place.scanners)),
        "; ".join(" ".join(filter(None, (inside, _location(where)))) for inside, where in place.where),
    ]


def _location(where: object) -> str:
    """``start=3 end=9``: the fields of a location without its kind."""
    assert isinstance(where, dict)  # noqa: S101 - location_to_dict gives one
    return " ".join(f"{key}={value}" for key, value in where.items() if key != "kind")


def _safe(cell: object) -> object:
    """Spreadsheets run what begins with one of these signs; an apostrophe makes it text."""
    if not isinstance(cell, str):
        return cell
    shown = _view.printable(cell)
    return f"'{shown}" if shown[:1] in {"=", "+", "-", "@"} else shown
