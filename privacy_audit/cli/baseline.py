"""``privacy-audit baseline create|update|audit``: findings that a repository has accepted, to be dealt with later."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from privacy_audit.cli._common import chosen_recipe
from privacy_audit.cli.exit_codes import ExitCode
from privacy_audit.errors import UsageError

if TYPE_CHECKING:
    from privacy_audit.baseline import Accepted, Baseline, BaselineKey
    from privacy_audit.pipeline.accepting import Found
    from privacy_audit.pipeline.checking import Checker, Subject
    from privacy_audit.recipe import Recipe
    from privacy_audit.sources.git import Repository

__all__ = ["baseline"]

_recipe = click.option("-r", "--recipe", "recipe_name", default="pre-commit", show_default=True, metavar="NAME|FILE")
_files = click.argument("files", nargs=-1, type=click.Path(path_type=Path))


@click.group()
def baseline() -> None:
    """Keep findings that are there already silent, without writing down any value.

    The file .privacy-audit.baseline holds keyed marks; commit it. The key stays out of the repository: in git's
    configuration (privacy-audit.key) or in PRIVACY_AUDIT_KEY. Exit code 4: the file was rewritten and has to be
    committed.
    """


@baseline.command()
@_recipe
@click.option("--force", is_flag=True, help="Make it anew where there is one; labels are lost.")
def create(recipe_name: str, force: bool) -> int:
    """Accept everything that the recipe finds in the files of the index.

    Draws a key where there is none, and has git merge the file by lines (.gitattributes).
    """
    from privacy_audit.baseline import FILE_NAME, KEY_SETTING, Baseline, BaselineKey, drawn_key
    from privacy_audit.cli._check_session import key_for
    from privacy_audit.fingerprint import KEY_VARIABLE
    from privacy_audit.sources.git import Repository

    repository = Repository(Path.cwd())
    file = repository.top / FILE_NAME
    if file.exists() and not force:
        raise UsageError(f"{FILE_NAME} is there already: privacy-audit baseline update, or create --force")
    key = key_for(repository)
    if key is None:
        value = drawn_key()
        repository.set(KEY_SETTING, value)
        key = BaselineKey(value)
        click.echo(
            f"a key was drawn into this repository's git config ({KEY_SETTING}), which is never pushed. Whoever else "
            f"checks this repository needs it: git config {KEY_SETTING} shows it; in CI it is the secret {KEY_VARIABLE}"
        )
    recipe = chosen_recipe(recipe_name)
    found = _found(repository, recipe, key, ())
    _write(file, Baseline(found.accepted, key.check))
    _add_attribute(repository.top)
    _tell(found, found.accepted)
    return ExitCode.INCOMPLETE if found.unread else ExitCode.OK


@baseline.command()
@_recipe
@_files
def update(recipe_name: str, files: tuple[Path, ...]) -> int:
    """Accept what is new in the index, or in FILES of it, and drop what is gone. Labels stay."""
    from privacy_audit.pipeline.accepting import updated

    repository, old, key = _opened()
    recipe = chosen_recipe(recipe_name)
    found = _found(repository, recipe, key, tuple(map(repository.name_of, files)))
    new = updated(old, found, recipe.scanners, whole=not files)
    before = {entry.identity for entry in old.accepted}
    after = {entry.identity for entry in new.accepted}
    _tell(found, after - before)
    click.echo(f"{len(before - after)} accepted before are gone")
    if _write(repository.top / _file_name(), new):
        click.echo(f"{_file_name()} was rewritten: look through it (privacy-audit baseline audit) and commit it")
        return ExitCode.BASELINE_REWRITTEN
    return ExitCode.INCOMPLETE if found.unread else ExitCode.OK


@baseline.command()
@_recipe
@click.option("--again", is_flag=True, help="Ask about those that have a label, too.")
@click.option("--stats", is_flag=True, help="Ask nothing; only print the figures.")
def audit(recipe_name: str, again: bool, stats: bool) -> int:
    """Look through accepted findings: somebody's data, or a false alarm? Ends with the precision of the detectors.

    Lines are shown as shapes (x for letters, 9 for digits); "v" shows one as it is, on a terminal only.
    """
    from privacy_audit.cli._baseline_audit import precision_lines, review

    repository, current, key = _opened()
    if not stats:
        recipe = chosen_recipe(recipe_name)
        with _session(repository, recipe, key, ()) as (checker, subjects):
            current = review(current, key, checker, {subject.uri: subject for subject in subjects}, again)
        _write(repository.top / _file_name(), current)
    for line in precision_lines(current.accepted):
        click.echo(line)
    return ExitCode.OK


def _opened() -> tuple[Repository, Baseline, BaselineKey]:
    """The repository here, its baseline and the key of that. Raises UsageError where one of them is not there."""
    from privacy_audit.cli._check_session import key_for, no_key, work_tree_baseline
    from privacy_audit.sources.git import Repository

    repository = Repository(Path.cwd())
    found = work_tree_baseline(repository)
    if found is None:
        raise UsageError(f"{_file_name()}: not there; make it: privacy-audit baseline create")
    key = key_for(repository, found)
    if key is None:
        raise UsageError(no_key())
    found.require(key)
    return repository, found, key


@contextmanager
def _session(
    repository: Repository, recipe: Recipe, key: BaselineKey, names: tuple[str, ...]
) -> Iterator[tuple[Checker, Iterable[Subject]]]:
    """A checker that accepts nothing, and the files of the index as what it reads."""
    from privacy_audit.pipeline.check_cache import CheckCache
    from privacy_audit.pipeline.check_changes import changed_subjects, chosen
    from privacy_audit.pipeline.checking import Checker

    tracked = repository.tracked()
    changes = chosen(list(tracked.values()), names, lambda: tracked)
    cache = CheckCache(repository.common / "privacy-audit", Checker.settings(recipe, key))
    with repository.blobs() as blobs, tempfile.TemporaryDirectory(prefix="privacy-audit-") as folder:
        subjects = changed_subjects(repository, changes, blobs, Path(folder), recipe.exclude)
        yield Checker(recipe, key=key, cache=cache), subjects


def _found(repository: Repository, recipe: Recipe, key: BaselineKey, names: tuple[str, ...]) -> Found:
    from privacy_audit.pipeline.accepting import found_in

    with _session(repository, recipe, key, names) as (checker, subjects):
        return found_in(checker, key, subjects)


def _tell(found: Found, new: Iterable[Accepted]) -> None:
    for item in found.unread:
        click.echo(str(item), err=True)
    kinds = Counter(entry.kind for entry in new)
    for kind, count in sorted(kinds.items()):
        click.echo(f"{count:6} {kind}")
    click.echo(f"{kinds.total()} newly accepted")


def _write(file: Path, content: Baseline) -> bool:
    """True when the file changed."""
    from privacy_audit.store import atomic_writer

    text = content.text()
    if file.exists() and file.read_bytes() == text.encode():
        return False
    with atomic_writer(file) as written:
        written.write_text(text, encoding="utf-8", newline="\n")
    return True


def _add_attribute(top: Path) -> None:
    from privacy_audit.baseline import ATTRIBUTE

    file = top / ".gitattributes"
    text = file.read_text(encoding="utf-8", errors="surrogateescape") if file.exists() else ""
    if ATTRIBUTE not in text.splitlines():
        joint = "" if not text or text.endswith("\n") else "\n"
        file.write_text(f"{text}{joint}{ATTRIBUTE}\n", encoding="utf-8", errors="surrogateescape")


def _file_name() -> str:
    from privacy_audit.baseline import FILE_NAME

    return FILE_NAME
