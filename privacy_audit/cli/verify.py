"""``privacy-audit verify``."""

from __future__ import annotations

from pathlib import Path

import click

from privacy_audit.cli._common import ProgressBar, chosen_recipe, engine_for, jobs_option, lang_option, recipe_option

__all__ = ["verify"]


@click.command()
@click.argument("treated", type=click.Path(path_type=Path))
@click.option("--original", type=click.Path(path_type=Path), default=None, help="What the copy was made from.")
@click.option(
    "--basis",
    default="",
    metavar="TEXT",
    help="Your reason to compare faces and voices with those of the original; the report repeats it.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("verification"),
    show_default=True,
    help="Output folder.",
)
@recipe_option
@jobs_option
@lang_option
def verify(
    treated: Path,
    original: Path | None,
    basis: str,
    output: Path,
    recipe_name: str,
    jobs: int | None,
    lang: str | None,
) -> int:
    """Attack TREATED, a copy that `anonymize` wrote: what is still there, and what can still be linked?

    Give the recipe that the copy was made with. An attack that fails proves nothing; one that succeeds disproves.

    Exit codes: 0 no attack succeeded; 1 at least one did; 2 usage; 3 a file of the copy was not wholly read.
    """
    from privacy_audit.cli.exit_codes import ExitCode
    from privacy_audit.verifying import verify as attack
    from privacy_audit.verifying import write

    recipe = chosen_recipe(recipe_name, language=lang)
    with ProgressBar("verify") as bar:
        engine = engine_for(jobs, recipe)
        report = attack(treated, output, recipe, original=original, basis=basis, engine=engine, progress=bar)
    for path in write(report, output, recipe.language):
        click.echo(str(path))
    if report.disproved:
        return ExitCode.FINDINGS
    return ExitCode.INCOMPLETE if report.files_unread or not report.files else ExitCode.OK
