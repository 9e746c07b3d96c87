"""``privacy-audit scan``."""

from __future__ import annotations

from pathlib import Path

import click

from privacy_audit.cli._common import (
    PLACE,
    ProgressBar,
    chosen_recipe,
    context_option,
    engine_for,
    engine_option,
    jobs_option,
    lang_option,
    recipe_option,
)
from privacy_audit.cli._outputs import tell_outputs

__all__ = ["scan"]


@click.command()
@click.argument("paths", nargs=-1, required=True, type=PLACE)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("audit"), show_default=True, help="Output folder."
)
@recipe_option
@jobs_option
@engine_option
@lang_option
@click.option(
    "--gate", type=click.Choice(["LOW", "MEDIUM", "HIGH"]), default=None, help="Exit 1 from this confidence on."
)
@context_option
@click.option("--hide-paths", is_flag=True, default=None, help="Number the files instead of naming them.")
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder that paths are told relative to: the same for audits that are to be merged.",
)
@click.option("--fresh", is_flag=True, help="Read every file, also those that an earlier run has read.")
@click.pass_context
def scan(
    ctx: click.Context,
    paths: tuple[str | Path, ...],
    output: Path,
    recipe_name: str,
    jobs: int | None,
    engine_name: str,
    lang: str | None,
    gate: str | None,
    context_file: Path | None,
    hide_paths: bool | None,
    root: Path | None,
    fresh: bool,
) -> int:
    """Find personal data in PATHS and write an exposure report. One URL, such as s3://bucket/folder, is read too.

    The output folder receives report.html (for people), report.json (for programs), findings.jsonl (one finding per
    line: where it is, never what it is), coverage.jsonl (one line per file: whether it was read) and, where files were
    compared, links.jsonl (what repeats).

    With PRIVACY_AUDIT_KEY set, a second run with the same output and recipe reads only what has changed, and a run that
    was stopped goes on.
    """
    from rich.console import Console

    from privacy_audit import pipeline
    from privacy_audit.cli.exit_codes import of_report
    from privacy_audit.legal.context import load_context
    from privacy_audit.report import terminal

    recipe = chosen_recipe(recipe_name, language=lang, gate=gate, hide_paths=hide_paths)
    context = load_context(context_file) if context_file is not None else None
    engine = engine_for(jobs, recipe, engine_name)
    with ProgressBar("scan") as bar:
        report = pipeline.scan(
            paths, output, recipe, engine=engine, progress=bar, context=context, root=root, fresh=fresh
        )
    console = Console()
    console.print(terminal.render(report, lang="fr" if lang == "fr" else "en"))
    tell_outputs(output)
    return int(of_report(report, recipe.gate))
