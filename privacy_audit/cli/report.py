"""``privacy-audit report``."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from privacy_audit.cli._common import context_option
from privacy_audit.report.formats import FORMATS

if TYPE_CHECKING:
    from privacy_audit.cli._finished import FinishedAudit
    from privacy_audit.legal.strings import Language
    from privacy_audit.report._comparison import Comparison

__all__ = ["report"]

_WITH_BASELINE = ", ".join(name for name, chosen in FORMATS.items() if chosen.baseline)


@click.command(epilog="\b\nFormats:\n" + "\n".join(f"  {name:<11}{item.summary}" for name, item in FORMATS.items()))
@click.argument("audit", type=click.Path(path_type=Path))
@click.option("--format", "name", type=click.Choice(list(FORMATS)), default="html", show_default=True)
@click.option("--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="Language.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=None, help="File; by default standard output.")
@context_option
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    default=None,
    help=f"Earlier audit: show what is new, gone and the same ({_WITH_BASELINE}).",
)
@click.option(
    "--thumbnails",
    type=click.Path(path_type=Path),
    default=None,
    metavar="DATA",
    help="The scanned folder: html and pdf then show coarse mosaics of pictures with their faces covered.",
)
@click.option(
    "--previews",
    type=click.Path(path_type=Path),
    default=None,
    metavar="DATA",
    help="The scanned folder: html and pdf then list the gravest records with what was found, masked (j•••@e•••.fr). "
    "Such a page holds traces of the data.",
)
@click.option("--pdf", is_flag=True, help="The html page printed by Chromium; needs -o.")
def report(
    audit: Path,
    name: str,
    lang: Language,
    output: Path | None,
    context_file: Path | None,
    baseline: Path | None,
    thumbnails: Path | None,
    previews: Path | None,
    pdf: bool,
) -> int:
    """Render a finished AUDIT again, in any format, without scanning again.

    AUDIT is a folder that `privacy-audit scan` or `anonymize` wrote. Nothing in it is changed.
    """
    from privacy_audit.cli._finished import read_audit
    from privacy_audit.cli._previews import read_previews
    from privacy_audit.cli._thumbnails import read_thumbnails
    from privacy_audit.errors import UsageError
    from privacy_audit.legal.context import load_context
    from privacy_audit.report._charts import charts_of
    from privacy_audit.report.formats import render

    if pdf and name not in ("html", "pdf"):
        raise UsageError(f"--pdf prints the html page; --format {name} is text")
    name = "pdf" if pdf else name
    chosen = FORMATS[name]
    if name == "pdf" and output is None:
        raise UsageError("a PDF needs a file: give its name with -o")
    if thumbnails is not None and not chosen.charts:
        raise UsageError(f"--thumbnails: --format {name} shows no pictures; use html or pdf")
    if previews is not None and not chosen.charts:
        raise UsageError(f"--previews: --format {name} shows no records; use html or pdf")
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
        _compared(read_audit(baseline), finished) if baseline is not None else None,
        charts_of(finished.lines()) if chosen.charts and finished.findings else None,
        read_thumbnails(thumbnails, finished.lines()) if thumbnails is not None else (),
        read_previews(previews, finished.lines()) if previews is not None else (),
    )
    if output is None:
        click.echo(text, nl=False)
        return 0
    if name == "pdf":
        from privacy_audit.cli._chromium import print_page

        print_page(text, output)
    else:
        _write(output, text)
    click.echo(str(output))
    return 0


def _compared(before: FinishedAudit, now: FinishedAudit) -> Comparison:
    from privacy_audit.report._comparison import compare

    both = before.findings and now.findings
    return compare(before.report, now.report, *((before.places(), now.places()) if both else ()))


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
