"""``privacy-audit check``: the same detectors on the files given, or on what a commit changes."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from privacy_audit.cli._common import chosen_recipe
from privacy_audit.cli.exit_codes import ExitCode
from privacy_audit.errors import UsageError
from privacy_audit.pipeline.check_result import CheckResult
from privacy_audit.recipe import Recipe

__all__ = ["check"]


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--staged",
    is_flag=True,
    help="Read what the next commit holds and changes, not the work tree: of texts, the added lines. FILES that it "
    "does not change are read whole. Under pre-commit's pre-push, what the push changes.",
)
@click.option(
    "--since", metavar="COMMIT", default=None, help="Read what HEAD changes since it left COMMIT: for CI on a branch."
)
@click.option("-r", "--recipe", "recipe_name", default="pre-commit", show_default=True, metavar="NAME|FILE")
@click.option(
    "--gate", type=click.Choice(["LOW", "MEDIUM", "HIGH"]), default=None, help="Fail from this confidence on."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github", "sarif"]),
    default="text",
    show_default=True,
    help="On standard output; totals go to standard error.",
)
@click.option("--tolerate-unread", is_flag=True, help="Exit 0 where nothing was found and something was not read.")
@click.option("--no-cache", is_flag=True, help="Scan everything again, and keep nothing.")
def check(
    files: tuple[Path, ...],
    staged: bool,
    since: str | None,
    recipe_name: str,
    gate: str | None,
    form: str,
    tolerate_unread: bool,
    no_cache: bool,
) -> int:
    """Check FILES, or what a commit changes, with the pre-commit recipe: no model is loaded.

    Says where something was found, never what. Findings in .privacy-audit.baseline, and on lines with the remark
    "privacy-audit: allow REASON", are counted and not told. Results are kept by content, under .git/privacy-audit.
    """
    if not files and not staged and since is None:
        raise UsageError("nothing to check: give files, or --staged for what the next commit changes")
    if staged and since is not None:
        raise UsageError("--staged and --since: take one of them")
    recipe = chosen_recipe(recipe_name, gate=gate)
    if staged or since is not None:
        result = _check_changes(files, since, recipe, cached=not no_cache)
    else:
        result = _check_work_tree(files, recipe, cached=not no_cache)
    _tell(result, form)
    if result.n_findings:
        return ExitCode.FINDINGS
    return ExitCode.INCOMPLETE if result.n_unread and not tolerate_unread else ExitCode.OK


def _check_work_tree(files: tuple[Path, ...], recipe: Recipe, cached: bool) -> CheckResult:
    from privacy_audit.cli._check_session import checker_for, work_tree_baseline
    from privacy_audit.pipeline.checking import check_files
    from privacy_audit.sources.git import Repository

    repository = Repository.around(Path.cwd())
    checker = checker_for(recipe, repository, work_tree_baseline(repository), cached)
    return check_files(files, recipe, checker=checker, top=repository.top if repository else None)


def _check_changes(files: tuple[Path, ...], since: str | None, recipe: Recipe, cached: bool) -> CheckResult:
    from privacy_audit.cli._check_session import checker_for, kept_baseline
    from privacy_audit.pipeline.check_changes import changed_subjects, chosen
    from privacy_audit.sources.git import Repository

    repository = Repository(Path.cwd())
    # pre-commit says in these what a push would send
    pushed = os.environ.get("PRE_COMMIT_FROM_REF"), os.environ.get("PRE_COMMIT_TO_REF")
    if since is not None:
        revision, changes = "HEAD", repository.between(since, "HEAD")
    elif pushed[0] and pushed[1]:
        revision, changes = pushed[1], repository.between(pushed[0], pushed[1])
    else:
        revision, changes = "", repository.staged()
    names = [repository.name_of(path) for path in files]
    chosen_changes = chosen(changes, names, lambda: repository.tracked(revision or None))
    with repository.blobs() as blobs, tempfile.TemporaryDirectory(prefix="privacy-audit-") as folder:
        checker = checker_for(recipe, repository, kept_baseline(blobs, revision), cached)
        return checker.check(changed_subjects(repository, chosen_changes, blobs, Path(folder), recipe.exclude))


def _tell(result: CheckResult, form: str) -> None:
    if result.told or form == "sarif":
        from privacy_audit.cli._check_formats import FORMATS

        for line in FORMATS[form](result):
            click.echo(line)
    if result.n_findings:
        click.echo(f"personal data in {result.n_findings} places", err=True)
    if result.n_unread:
        click.echo(f"{result.n_unread} files or parts were not read; not read is not clean", err=True)
    silent = [f"{result.n_allowed} allowed on their lines"] * bool(result.n_allowed)
    silent += [f"{result.n_accepted} accepted in the baseline"] * bool(result.n_accepted)
    if silent:
        click.echo(f"not told: {', '.join(silent)}", err=True)
    if result.without_key and result.n_findings:
        from privacy_audit.cli._check_session import NO_KEY

        click.echo(NO_KEY, err=True)
