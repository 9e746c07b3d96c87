"""What several commands share: options, the progress bar, the choice of processes."""

from __future__ import annotations

import dataclasses
import functools
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click

from privacy_audit.errors import MissingDependencyError, UsageError
from privacy_audit.recipe import DEFAULT_RECIPE, Recipe, load_recipe
from privacy_audit.types import Confidence

if TYPE_CHECKING:
    from privacy_audit.pipeline import Engine

__all__ = [
    "PLACE",
    "ProgressBar",
    "chosen_recipe",
    "context_option",
    "engine_for",
    "engine_option",
    "jobs_option",
    "lang_option",
    "recipe_option",
]


class _Place(click.ParamType):  # type: ignore[type-arg]  # generic in newer versions only
    """A path, or the text of a URL, which no path can hold: ``//`` would become ``/``."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str | Path:
        return value if isinstance(value, str) and "://" in value else Path(value)


PLACE = _Place()
recipe_option = click.option(
    "-r",
    "--recipe",
    "recipe_name",
    default=DEFAULT_RECIPE,
    show_default=True,
    metavar="NAME|FILE",
    help="Bundled recipe, or a YAML file of yours.",
)
jobs_option = click.option(
    "-j", "--jobs", type=click.IntRange(min=1), default=None, help="Processes; by default one per core."
)
engine_option = click.option(
    "--engine",
    "engine_name",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="local: processes of this machine. ray: Ray Data, on the cluster in RAY_ADDRESS, else on this machine.",
)
context_option = click.option(
    "--context",
    "context_file",
    type=click.Path(path_type=Path),
    default=None,
    help="What the controller declares: a file that `privacy-audit init` writes.",
)
lang_option = click.option(
    "--lang",
    type=click.Choice(["fr", "en"]),
    default=None,
    help="Language the report opens in; by default the recipe's.",
)


def chosen_recipe(name: str, **changes: Any) -> Recipe:
    """The recipe with the options given on the command line put over it."""
    given = {key: value for key, value in changes.items() if value is not None}
    if "gate" in given:
        given["gate"] = Confidence[given["gate"]]
    return dataclasses.replace(load_recipe(name), **given)


def engine_for(jobs: int | None, recipe: Recipe, name: str = "local") -> Engine:
    """Ray, or several processes, or for one job none but the caller's.

    Raises:
        UsageError: Ray is not installed, or the recipe compares voices or faces, which stays in memory.
    """
    options = recipe.engine
    if name == "ray":
        if recipe.linking.voices or recipe.linking.faces:
            raise UsageError(
                "--engine ray: the recipe compares voices or faces from file to file, and Ray may put their biometric "
                "templates on disk. Use the local engine, or switch off `linking:`"
            )
        import importlib.util

        from privacy_audit.engines import ray

        if importlib.util.find_spec("ray") is None:
            raise UsageError(f"--engine ray: {MissingDependencyError('ray', 'ray')}")
        return functools.partial(ray.run, jobs=jobs, options=options)
    from privacy_audit.engines.local import default_jobs, run
    from privacy_audit.pipeline import in_process

    # one thread per process: the processes share the cores already
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    n_jobs = jobs or default_jobs()
    return in_process if n_jobs == 1 else functools.partial(run, jobs=n_jobs, limits=options)


class ProgressBar:
    """Files, bytes per second and time left, on stderr; silent where stderr is no terminal."""

    def __init__(self, label: str) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        console = Console(stderr=True)
        self._bar = Progress(
            TextColumn(label),
            BarColumn(),
            TextColumn("{task.fields[n_done]}/{task.fields[n_files]} files"),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._n_done = 0
        self._task = self._bar.add_task("", total=None, n_done=0, n_files="?")

    def __enter__(self) -> ProgressBar:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def start(self, n_files: int, n_bytes: int) -> None:
        """What lies ahead."""
        self._bar.update(self._task, total=n_bytes, n_files=n_files)

    def advance(self, n_bytes: int) -> None:
        """One file is done."""
        self._n_done += 1
        self._bar.update(self._task, advance=n_bytes, n_done=self._n_done)
