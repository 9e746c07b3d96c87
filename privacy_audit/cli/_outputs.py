"""What a scan or a merge has written, told at its end."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["tell_outputs"]

_NAMES = ("report.html", "report.json", "findings.jsonl", "coverage.jsonl", "links.jsonl")


def tell_outputs(output: Path) -> None:
    """A line for each file in the folder of an audit; ``links.jsonl`` is there where records were compared."""
    for name in _NAMES:
        if (output / name).exists():
            click.echo(str(output / name))
