"""Writing Markdown in which no file name, column or declared text can do more than be read."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from privacy_audit.report import _view

__all__ = ["bullets", "escaped", "heading", "table"]

_SPECIAL = re.compile(r"([\\`*_\[\]|~$])")


def escaped(text: object) -> str:
    """Text as it reads: control characters as escapes, no tag, no link, no emphasis, no column break, on one line."""
    lines = " / ".join(str(text).splitlines())
    return _SPECIAL.sub(r"\\\1", html.escape(_view.printable(lines), quote=False))


def heading(level: int, text: str) -> str:
    """A heading with the blank lines it needs."""
    return f"\n{'#' * level} {escaped(text)}\n"


def bullets(items: Iterable[str]) -> str:
    """A list, one item a line; the items are escaped here."""
    return "\n".join(f"- {escaped(item)}" for item in items) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of GitHub's Markdown; every cell is escaped here."""
    lines = [head, ["---"] * len(head), *rows]
    return (
        "\n".join(
            "| " + " | ".join(cell if index == 1 else escaped(cell) for cell in map(str, line)) + " |"
            for index, line in enumerate(lines)
        )
        + "\n"
    )
