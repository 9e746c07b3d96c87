"""``privacy-audit check``: the same detectors on the files given, fast enough for every commit."""

from __future__ import annotations

from pathlib import Path

import click

from privacy_audit.cli._common import chosen_recipe
from privacy_audit.cli.exit_codes import ExitCode

__all__ = ["check"]

_MAX_LINES = 20


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("-r", "--recipe", "recipe_name", default="pre-commit", show_default=True, metavar="NAME|FILE")
@click.option(
    "--gate", type=click.Choice(["LOW", "MEDIUM", "HIGH"]), default=None, help="Fail from this confidence on."
)
def check(files: tuple[Path, ...], recipe_name: str, gate: str | None) -> int:
    """Check FILES with the pre-commit recipe: no model is loaded, nothing is written.

    Says where something was found, never what.
    """
    from privacy_audit.pipeline.checking import check_files

    if not files:
        return ExitCode.OK
    recipe = chosen_recipe(recipe_name, gate=gate)
    result = check_files(files, recipe)
    for line in result.lines[:_MAX_LINES]:
        click.echo(line)
    if len(result.lines) > _MAX_LINES:
        click.echo(f"... and {len(result.lines) - _MAX_LINES} more places")
    if result.n_findings:
        click.echo(
            f"personal data in {result.n_findings} places. Take them out, or treat the files: privacy-audit anonymize",
            err=True,
        )
    if result.n_unread:
        click.echo(f"{result.n_unread} files or parts were not read; not read is not clean", err=True)
    if result.n_findings:
        return ExitCode.FINDINGS
    return ExitCode.INCOMPLETE if result.n_unread else ExitCode.OK
