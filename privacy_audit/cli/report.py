"""``privacy-audit report``."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from privacy_audit.report.formats import FORMATS

if TYPE_CHECKING:
    from privacy_audit.legal.strings import Language

__all__ = ["report"]

_WITH_BASELINE = ", ".join(name for name, chosen in FORMATS.items() if chosen.baseline)


@click.command(epilog="\b\nFormats:\n" + "\n".join(f"  {name:<11}{item.summary}" for name, item in FORMATS.items()))
@click.argument("audit", type=click.Path(path_type=Path))
@click.option("--format", "name", type=click.Choice(list(FORMATS)), default="html", show_default=True)
@click.option("--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="Language.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=None, help="File; by default standard output.")
@click.option(
    "--context",
    "context_file",
    type=click.Path(path_type=Path),
    default=None,
    help="What the controller declares: a file that `privacy-audit init` writes.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    default=None,
    help=f"Earlier audit: show what changed ({_WITH_BASELINE}).",
)
def report(
    audit: Path, name: str, lang: Language, output: Path | None, context_file: Path | None, baseline: Path | None
) -> int:
    """Render a finished AUDIT again, in any format, without scanning again.

    AUDIT is a folder that `privacy-audit scan` or `anonymize` wrote. Nothing in it is changed.
    """
    from privacy_audit.cli._finished import read_audit
    from privacy_audit.errors import UsageError
    from privacy_audit.legal.context import load_context
    from privacy_audit.report.formats import render

    chosen = FORMATS[name]
    if baseline is not None and not chosen.baseline:
        raise UsageError(f"--baseline: --format {name} cannot show what changed; use one of {_WITH_BASELINE}")
    finished = read_audit(audit)
    found = finished.report
    if context_file is not None:
        found = dataclasses.replace(found, context=load_context(context_file))
    text = render(
        name,
        found,
        lang,
        finished.places() if chosen.places else (),
        read_audit(baseline).report if baseline is not None else None,
    )
    if output is None:
        click.echo(text, nl=False)
    else:
        _write(output, text)
        click.echo(str(output))
    return 0


def _write(path: Path, text: str) -> None:
    from privacy_audit.errors import OutputError
    from privacy_audit.store import atomic_writer

    if path.is_dir():
        raise OutputError(f"{path}: is a folder; give the name of a file with -o")
    try:
        with atomic_writer(path) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror})") from None
