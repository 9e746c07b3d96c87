"""The places found, for a terminal, a program or a spreadsheet. No value that was asked for stands in any of them."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from typing import TYPE_CHECKING

from privacy_audit.finding.places import FindReport
from privacy_audit.report._view import printable
from privacy_audit.types import Confidence

if TYPE_CHECKING:
    from rich.console import Group

__all__ = ["as_csv", "as_json", "as_table"]

_COLUMNS = "file record_uri medium asked how score confidence line row column location".split()
_NOT_PROOF = "Not found does not prove absence. What was found may be somebody else of the same name: a person decides."
_NO_TEMPLATE = "The comparison of faces or voices is biometric processing; no template was kept."


def as_json(report: FindReport) -> str:
    """Indented JSON, ASCII only."""
    return json.dumps(report.to_dict(), indent=2) + "\n"


def as_csv(report: FindReport) -> str:
    """RFC 4180 with a header. No cell can be taken for a formula, whatever a file is called."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for place in report.places:
        line = place.to_dict()
        line["location"] = " ".join(f"{key}={value}" for key, value in (line["location"] or {}).items())
        writer.writerow([_safe(line[name]) for name in _COLUMNS])
    return text.getvalue()


def _safe(cell: object) -> object:
    if not isinstance(cell, str):
        return "" if cell is None else cell
    shown = printable(cell)
    return f"'{shown}" if shown[:1] in {"=", "+", "-", "@"} else shown


def as_table(report: FindReport) -> Group:
    """The surest first within each file; what was not searched below."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("file", "where", "in", "asked", "how", "confidence"):
        table.add_column(name)
    for place in report.places:
        shown = (place.file, place.where, place.medium, place.asked, place.how, place.confidence.name)
        table.add_row(*(Text(printable(cell)) for cell in shown))
    levels = Counter(place.confidence for place in report.places)
    told = ", ".join(f"{levels[level]} {level.name}" for level in reversed(Confidence) if levels[level])
    files = len({place.file for place in report.places})
    lines = [f"{len(report.places)} places in {files} of {report.n_files} files" + (f": {told}" if told else "")]
    lines += report.notes
    if report.unread:
        lines.append(f"{len(report.unread)} records could not be searched:")
        lines += [f"  {printable(item.record_uri)}: {item.detail}" for item in report.unread[:20]]
        if len(report.unread) > 20:
            lines.append(f"  and {len(report.unread) - 20} more; --format json lists all")
    if report.basis:
        lines.append(f"Basis declared: {printable(report.basis)}. {_NO_TEMPLATE}")
    parts: list[object] = [table] if report.places else []
    return Group(*parts, *(Text(line) for line in (*lines, _NOT_PROOF)))  # type: ignore[arg-type]  # tables and texts
