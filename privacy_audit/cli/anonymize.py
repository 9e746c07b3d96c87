"""``privacy-audit anonymize``."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from privacy_audit.cli._common import (
    PLACE,
    ProgressBar,
    chosen_recipe,
    engine_for,
    engine_option,
    jobs_option,
    lang_option,
    recipe_option,
)
from privacy_audit.errors import UsageError
from privacy_audit.recipe import Recipe

__all__ = ["anonymize"]

_AUDIO = {"mute": "audio_mute", "cut": "audio_cut", "disguise": "audio_disguise", "bleep": "audio_bleep"}


@click.command()
@click.argument("path", type=PLACE)
@click.option("-o", "--output", type=PLACE, required=True, help="Folder or URL for the treated copy.")
@recipe_option
@jobs_option
@engine_option
@lang_option
@click.option(
    "--audio",
    type=click.Choice(list(_AUDIO)),
    default=None,
    help="mute: speech becomes silence. cut: it is taken out, recordings get shorter. disguise: speech is kept and "
    "remains personal data. bleep: a tone over what transcripts say of people, voices are kept. By default the "
    "recipe's.",
)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path),
    default=None,
    help="Key of pseudonyms, surrogates and encryption; made with rights 0600 where it is missing. It makes runs "
    "repeatable and names readable again: deleting it cannot be undone. By default a key is drawn and written nowhere.",
)
@click.option(
    "--erase-list",
    type=click.Path(path_type=Path),
    default=None,
    help="Places that `find --erase-list` wrote: they are treated, rows dropped and files left out as it says.",
)
@click.option(
    "--work-folder",
    type=click.Path(path_type=Path),
    default=None,
    help="For an output that is a URL: keeps what is known of the run, so that a run that was stopped goes on.",
)
@click.pass_context
def anonymize(
    ctx: click.Context,
    path: str | Path,
    output: str | Path,
    recipe_name: str,
    jobs: int | None,
    engine_name: str,
    lang: str | None,
    audio: str | None,
    key_file: Path | None,
    erase_list: Path | None,
    work_folder: Path | None,
) -> int:
    """Write a treated copy of PATH with the same tree; the source is never touched. Both may be URLs (s3://...).

    What could not be scanned is not copied: OUTPUT/.privacy-audit/quarantine.jsonl lists it. operations.jsonl beside
    it says what was done where. Run again on the same folders, it goes on where it stopped. The copy is treated, not
    anonymous.
    """
    from rich.console import Console

    from privacy_audit import pipeline
    from privacy_audit.cli.exit_codes import ExitCode
    from privacy_audit.pipeline.erasing import EraseList
    from privacy_audit.pseudonyms import Pseudonyms
    from privacy_audit.report import terminal
    from privacy_audit.sources.folder import OWN_FOLDER
    from privacy_audit.sources.remote import shown_url

    recipe = chosen_recipe(recipe_name, language=lang)
    if audio:
        recipe = _with_audio(recipe, _AUDIO[audio])
    if key_file and isinstance(output, Path) and key_file.absolute().is_relative_to(output.absolute()):
        raise UsageError(f"{key_file}: lies in the treated copy, and who has both has the names; keep it elsewhere")
    pseudonyms = Pseudonyms.from_file(key_file) if key_file else None
    erase = EraseList.read(erase_list) if erase_list else None
    if erase and erase.n_review:
        click.echo(f"{erase_list}: {erase.n_review} places are for review and are left to the detectors", err=True)
    engine = engine_for(jobs, recipe, engine_name)
    with ProgressBar("anonymize") as bar:
        report = pipeline.anonymize(
            path,
            output,
            recipe,
            engine=engine,
            progress=bar,
            pseudonyms=pseudonyms,
            erase=erase,
            work=work_folder,
        )
    Console().print(terminal.render(report, lang="fr" if lang == "fr" else "en"))
    treatment = report.treatment
    done = treatment.records if treatment else 0
    quarantined = treatment.quarantined if treatment else 0
    residual = sum(treatment.residual.values()) if treatment else 0
    low = treatment.residual_low if treatment else 0
    click.echo(f"{done} files written, {quarantined} with parts in quarantine")
    click.echo(f"found again in the copy: {residual} of medium or high confidence, {low} of low confidence")
    for name in ("operations.jsonl", "quarantine.jsonl", "report.html"):
        click.echo(f"{shown_url(output) if isinstance(output, str) else output}/{OWN_FOLDER}/{name}")
    if report.coverage.interrupted or quarantined or not report.coverage.n_files:
        return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if residual else ExitCode.OK


def _with_audio(recipe: Recipe, operator: str) -> Recipe:
    operators = {name: options for name, options in recipe.operators.items() if name not in _AUDIO.values()}
    return dataclasses.replace(recipe, operators={**operators, operator: recipe.operators.get(operator, {})})
