"""The short table of a terminal as text, and what changed since an earlier audit."""

from __future__ import annotations

import io
import shutil

from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.strings import Language, strings
from privacy_audit.report import _changes, _view, terminal
from privacy_audit.report._comparison import Comparison

__all__ = ["render"]

_MAX_FILES = 20


def render(report: ExposureReport, lang: Language, comparison: Comparison | None = None) -> str:
    """Plain text as wide as the terminal, 100 columns where there is none."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    t = strings(lang)
    console = Console(file=io.StringIO(), width=shutil.get_terminal_size((100, 24)).columns)
    console.print(terminal.render(report, lang))
    if comparison is not None:
        before = comparison.before
        console.print(Text(f"\n{t('changes_title', date=_view.when(before.tool.started_at, t))}"))
        kinds = [(_view.entity_label(change.name, t), change) for change in comparison.kinds]
        files = [(_view.printable(change.name), change) for change in comparison.files[:_MAX_FILES]]
        for head, rows in ((t("changes_kinds"), kinds), (t("changes_files"), files)):
            if rows:
                table = Table(box=None, pad_edge=False, header_style="dim")
                table.add_column(head)
                for key in ("new", "gone", "same"):
                    table.add_column(t(f"changes_found_{key}"), justify="right")
                for name, change in rows:
                    table.add_row(Text(name), *map(t.number, (change.new, change.gone, change.same)))
                console.print(table)
        others = comparison.other_files + len(comparison.files) - len(files)
        notes = [t.plural("changes_other_files", others)] if others else []
        notes += [t("changes_counted" if comparison.by_file else "changes_no_files")]
        for note in (*notes, *_changes.sentences(before, report, t)):
            console.print(Text(note))
    assert isinstance(console.file, io.StringIO)  # noqa: S101 - given above
    return console.file.getvalue()
