"""What every measurement shares: its options, the plain tables it prints and the JSON it writes."""

from __future__ import annotations

import argparse
import datetime
import json
import math
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench._data import Half
from privacy_audit.measuring.scoring import Wilson

__all__ = ["Run"]


@dataclass(frozen=True, slots=True)
class _Table:
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


class Run:
    """One measurement: ``add`` tables, then ``finish`` prints them with the date and the command."""

    def __init__(self, name: str, description: str) -> None:
        self.parser = argparse.ArgumentParser(prog=f"python -m bench.{name}", description=description)
        self.parser.add_argument(
            "--half", choices=("report", "tune"), default="report", help="odd or even items; report is the default"
        )
        self.parser.add_argument("--limit", type=int, metavar="N", help="at most N items of each set: a quick look")
        self.parser.add_argument("--json", type=Path, metavar="FILE", help="write the tables there as well")
        self._name = name
        self._tables: list[_Table] = []
        self._options: argparse.Namespace | None = None

    @property
    def options(self) -> Any:
        """The options of the command line, read on first use."""
        if self._options is None:
            self._options = self.parser.parse_args()
        return self._options

    @property
    def half(self) -> Half:
        """The half of a set to read, where something was tuned on the other."""
        half: Half = self.options.half
        return half

    def limited(self, items: Sequence[Any]) -> list[Any]:
        """The first items, as many as ``--limit`` allows."""
        return list(items[: self.options.limit])

    def add(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """A table; its title names the data set and how many items were read."""
        self._tables.append(_Table(title, tuple(columns), tuple(map(tuple, rows))))

    def finish(self) -> None:
        """Print everything, and write the JSON file when one was asked for."""
        command = shlex.join(["python", "-m", f"bench.{self._name}", *sys.argv[1:]])
        date = datetime.datetime.now(datetime.UTC).date().isoformat()
        print(f"{date}  {command}")
        for table in self._tables:
            print(f"\n{table.title}")
            _print_rows([table.columns, *(tuple(map(_text, row)) for row in table.rows)])
        if self.options.json:
            tables = [
                {"title": t.title, "columns": t.columns, "rows": [list(map(_plain, row)) for row in t.rows]}
                for t in self._tables
            ]
            text = json.dumps({"date": date, "command": command, "tables": tables}, indent=1, ensure_ascii=False)
            self.options.json.write_text(text + "\n", encoding="utf-8")


def _plain(cell: object) -> object:
    if isinstance(cell, Wilson):
        low, high = cell.interval
        return {"share": cell.share if cell.n else None, "low": low, "high": high, "hits": cell.hits, "n": cell.n}
    if isinstance(cell, float) and math.isnan(cell):
        return None
    return cell if isinstance(cell, (int, float, tuple)) else str(cell)


def _text(cell: object) -> str:
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell)


def _print_rows(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
