"""``privacy-audit merge``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from privacy_audit.cli._common import context_option
from privacy_audit.cli._outputs import tell_outputs
from privacy_audit.types import Confidence

__all__ = ["merge"]


@click.command()
@click.argument("audits", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Folder of the merged audit.")
@click.option("--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="Language.")
@click.option(
    "--gate",
    type=click.Choice(["LOW", "MEDIUM", "HIGH"]),
    default="MEDIUM",
    show_default=True,
    help="Exit 1 from this confidence on.",
)
@context_option
def merge(
    audits: tuple[Path, ...], output: Path, lang: Literal["fr", "en"], gate: str, context_file: Path | None
) -> int:
    """Put AUDITS of parts of a data set together, as if one run had scanned all of it.

    Each is a folder that `privacy-audit scan` wrote, with the same recipe, version and PRIVACY_AUDIT_KEY; scan the
    parts with the same --root, so that their paths agree. Nothing is scanned again.
    """
    from rich.console import Console

    from privacy_audit.cli.exit_codes import of_report
    from privacy_audit.legal.context import load_context
    from privacy_audit.pipeline.merging import merge as put_together
    from privacy_audit.report import terminal

    context = load_context(context_file) if context_file is not None else None
    report = put_together(audits, output, language=lang, context=context)
    Console().print(terminal.render(report, lang=lang))
    tell_outputs(output)
    return int(of_report(report, Confidence[gate]))
