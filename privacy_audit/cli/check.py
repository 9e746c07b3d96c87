"""``privacy-audit check``: the same detectors on the files given, or on what a commit changes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from privacy_audit.cli._common import chosen_recipe
from privacy_audit.cli.exit_codes import ExitCode
from privacy_audit.errors import UsageError
from privacy_audit.pipeline.check_result import CheckResult
from privacy_audit.recipe import Recipe

if TYPE_CHECKING:
    from privacy_audit.legal.strings import Language

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
@click.option("--lang", type=click.Choice(["fr", "en"]), default="en", show_default=True, help="Of what is told.")
@click.option("--tolerate-unread", is_flag=True, help="Exit 0 where nothing was found and something was not read.")
@click.option("--no-cache", is_flag=True, help="Scan everything again, and keep nothing.")
def check(
    files: tuple[Path, ...],
    staged: bool,
    since: str | None,
    recipe_name: str,
    gate: str | None,
    form: str,
    lang: Language,
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
    _tell(result, form, lang)
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


def _tell(result: CheckResult, form: str, language: Language) -> None:
    if result.told or form == "sarif":
        from privacy_audit.cli._check_formats import FORMATS

        for line in FORMATS[form](result, language):
            click.echo(line)
    if result.n_findings or result.n_unread or result.n_allowed or result.n_accepted:
        for line in _totals(result, language):
            click.echo(line, err=True)


def _totals(result: CheckResult, language: Language) -> Iterator[str]:
    from privacy_audit.legal.strings import check_strings

    t = check_strings(language)
    if result.n_findings:
        yield t("total_found", n=result.n_findings)
    if result.n_unread:
        yield t("total_unread", n=result.n_unread)
    counted = (("silent_allowed", result.n_allowed), ("silent_accepted", result.n_accepted))
    silent = [t(key, n=n) for key, n in counted if n]
    if silent:
        yield t("total_silent", silent=", ".join(silent))
    if result.without_key and result.n_findings:
        from privacy_audit.cli._check_session import no_key

        yield no_key(language)
