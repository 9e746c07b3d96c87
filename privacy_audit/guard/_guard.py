"""The guard: recipe, mode, and a door to each loader."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from privacy_audit.errors import OutputError, UnreadableError, UsageError
from privacy_audit.fingerprint import KEY_VARIABLE, Fingerprinter
from privacy_audit.recipe import Recipe, load_recipe
from privacy_audit.types import Outcome, Record, TextRecord

if TYPE_CHECKING:
    from privacy_audit.guard._counting import Counts
    from privacy_audit.guard._looking import Checked, Seen
    from privacy_audit.legal.exposure import ExposureReport
    from privacy_audit.pipeline import Toolbox
    from privacy_audit.sources._column_names import Finds

__all__ = ["Guard", "Mode", "arrived"]

Mode: TypeAlias = Literal["audit", "redact", "drop", "raise"]

_FOLDER_VARIABLE = "PRIVACY_AUDIT_GUARD_"
"""Followed by a digest of a guard's settings: where its workers count. See :meth:`Guard.settings`."""


class Guard:
    """Runs a recipe on samples as they pass. Models load on the first sample that needs them; picklable at any time.

    ``mode``: ``audit`` leaves the data as they are and notes what was found; ``redact`` treats them; ``drop`` leaves
    out samples with findings at or above the recipe's gate; ``raise`` stops at the first. A sample that cannot be read
    is never passed on as clean: ``audit`` notes it, ``redact`` and ``drop`` leave it out, ``raise`` stops.

    ``key_file`` holds the key of pseudonyms and surrogates; without it every process draws its own, and one person has
    another pseudonym in each.

    ``report_folder``: where every process counts what it saw, for :meth:`report`; on several machines, one that all of
    them reach. Without it the counts lie in a private temporary folder of this machine and go when this process ends.
    ``dataset`` is what the report calls the data.
    """

    def __init__(
        self,
        recipe: Recipe | str = "cnil-default",
        mode: Mode = "audit",
        key_file: str | Path | None = None,
        *,
        report_folder: str | Path | None = None,
        dataset: str = "samples",
    ) -> None:
        if mode not in get_args(Mode):
            raise UsageError(f"mode: got {mode!r}, expected one of {', '.join(get_args(Mode))}")
        self.recipe = load_recipe(recipe) if isinstance(recipe, str) else recipe
        self.mode: Mode = mode
        self.key_file = None if key_file is None else Path(key_file)
        self.report_folder = None if report_folder is None else Path(report_folder)
        self.dataset = dataset
        self._folder: Path | None = None
        self._fingerprinter = Fingerprinter.from_environment()
        self._toolbox: Toolbox | None = None
        self._counts: Counts | None = None
        self._finds: Finds | None = None
        self._ahead: Mapping[str, Sequence[Outcome]] = {}
        self._n_doors = 0

    def __reduce__(self) -> tuple[Any, ...]:
        return arrived, (*self.settings(), self._counts_folder())  # neither models nor the fingerprint key travel

    def settings(self) -> tuple[Any, ...]:
        """What makes two guards alike, for the caches of loaders: the same in every process and every session."""
        return self.recipe, self.mode, self.key_file, self.report_folder, self.dataset

    @property
    def toolbox(self) -> Toolbox:
        """Scanners and operators, made on first use in each process."""
        if self._toolbox is None:
            from privacy_audit.pipeline import Toolbox
            from privacy_audit.pseudonyms import Pseudonyms

            pseudonyms = Pseudonyms.from_file(self.key_file) if self.key_file else None
            self._toolbox = Toolbox(self.recipe, self._fingerprinter, pseudonyms)
        return self._toolbox

    def hf(self) -> Callable[[Any], Any]:
        """A function for ``datasets.Dataset.map``, with ``batched=True`` where samples may have to be left out.

        For a streaming data set: ``ds.map(guard.hf().batch, batched=True)``.
        """
        from privacy_audit.hooks.hf import HfHook

        self._counts_folder()  # before a fork, which would make its own
        return HfHook(self)

    def webdataset(self) -> Callable[[Iterable[dict[str, Any]]], Iterator[dict[str, Any]]]:
        """A stage for ``webdataset``: ``WebDataset(urls).compose(guard.webdataset()).decode("pil")``, or after it."""
        from privacy_audit.hooks.webdataset import WebDatasetHook

        self._counts_folder()
        return WebDatasetHook(self)

    def torch(self, data: Any) -> Any:
        """A ``torch`` Dataset, IterableDataset or DataLoader behind this guard, of the same kind."""
        from privacy_audit.hooks.torch import guarded

        self._counts_folder()
        self._n_doors += 1
        return guarded(self, data, f"torch-{self._n_doors}")

    def ray(self) -> type:
        """A class for ``ray.data.Dataset.map_batches``, with ``concurrency``: its actors hold the models."""
        from privacy_audit.hooks.ray import hook_class

        self._counts_folder()
        return hook_class(self)

    def datatrove(self) -> Any:
        """A ``PipelineStep`` for ``datatrove``, between a reader and a writer."""
        from privacy_audit.hooks.datatrove import DatatroveHook

        self._counts_folder()
        return DatatroveHook(self)

    def check(self, name: str, record: Record) -> Checked:
        """Scan one record, and in mode ``redact`` treat it. ``value`` is the record. Counted in no report.

        Raises:
            PersonalDataError: in mode ``raise``, with entity types and counts only.
            UnreadableError: in mode ``raise``, when a scanner could not read it or the recipe has none for it.
        """
        return self._unless_raised(self.look(name, record))

    def check_bytes(self, name: str, data: bytes, suffix: str) -> Checked:
        """The same for the bytes of a file of which only the suffix is known, such as ``.jpg``; ``value`` is bytes.

        The bytes pass through a private temporary folder (``TMPDIR`` chooses where), which is emptied at once.
        """
        return self._unless_raised(self.look_bytes(name, data, suffix))

    def look(self, name: str, record: Record) -> Checked:
        """As :meth:`check`; in mode ``raise`` the error is in the result."""
        from privacy_audit.guard._looking import look_at

        known = self._ahead.get(record.text) if type(record) is TextRecord else None
        return look_at(self.toolbox, name, record, self.mode == "redact", known)

    @contextlib.contextmanager
    def ahead(self, texts: Iterable[str]) -> Iterator[None]:
        """Look at the texts of a whole batch at once; within the block :meth:`look` knows them."""
        from privacy_audit.guard._looking import outcomes_of

        self._ahead = outcomes_of(self.toolbox, texts)
        try:
            yield
        finally:
            self._ahead = {}

    def look_bytes(self, name: str, data: bytes, suffix: str) -> Checked:
        """As :meth:`check_bytes`; in mode ``raise`` the error is in the result."""
        from privacy_audit.guard._looking import look_at_bytes

        return look_at_bytes(self.toolbox, name, data, suffix, self.mode == "redact")

    def unread(self, name: str, value: Any, problem: UnreadableError, kind: str = "other") -> Checked:
        """The result for what could not be read."""
        from privacy_audit.guard._looking import unread

        return unread(name, value, kind, problem)

    def finds(self, names: Iterable[str]) -> frozenset[str]:
        """Those names of fields and keys that hold personal data."""
        if self._finds is None:
            from privacy_audit.pipeline.naming import finder

            self._finds = finder(self.toolbox)
        return self._finds(names)

    def count(self, address: str | None, size_bytes: int, seen: Sequence[Seen], kept: bool) -> None:
        """One sample for the report; ``address`` where it has one that no other sample has."""
        if self._counts is None:
            from privacy_audit.guard._counting import Counts

            self._counts = Counts(self._counts_folder(), self._head())
        self._counts.add(None if self.recipe.hide_paths else address, size_bytes, seen, kept)

    def report(self) -> ExposureReport:
        """What passed this guard, in every process: what was read, what was found, and in modes ``redact`` and
        ``drop`` what was done, what was left out and what is still found in what went on. A file of it is a sample.

        Samples that a loader took from its cache did not pass; with a ``report_folder`` the counts of the run that
        filled the cache are still there.

        Raises:
            UsageError: the report folder holds counts of another recipe or mode.
        """
        from privacy_audit.guard._counting import add_counts
        from privacy_audit.legal.exposure import ExposureBuilder
        from privacy_audit.pipeline.audit import tool_info

        builder = ExposureBuilder(self.dataset, tool_info(self.recipe, self.toolbox), self.recipe.hide_paths)
        add_counts(self._counts_folder(), self._head(), builder, treats=self.mode in ("redact", "drop"))
        return builder.build()

    def publish(self) -> None:
        """Tell processes started from now on where guards of these settings count.

        A path that changes with each run must not be part of what a cache compares.
        """
        os.environ[_variable(self.settings())] = str(self._counts_folder())

    def _head(self) -> dict[str, Any]:
        return {"recipe": self.recipe.name, "mode": self.mode, "keyed": bool(os.environ.get(KEY_VARIABLE))}

    def _counts_folder(self) -> Path:
        if self._folder is None:
            if self.report_folder is not None:
                try:
                    self.report_folder.mkdir(parents=True, exist_ok=True)
                except OSError as error:
                    raise OutputError(
                        f"{self.report_folder}: cannot be used as report folder ({error.strerror})"
                    ) from None
                self._folder = self.report_folder
            else:
                self._folder = Path(tempfile.mkdtemp(prefix="privacy-audit-guard-"))
                weakref.finalize(self, _remove, self._folder, os.getpid())
        return self._folder

    def _unless_raised(self, checked: Checked) -> Checked:
        if self.mode == "raise" and checked.error:
            raise checked.error
        return checked


def arrived(
    recipe: Recipe,
    mode: Mode,
    key_file: Path | None,
    report_folder: Path | None,
    dataset: str,
    folder: Path | None = None,
) -> Guard:
    """A guard in another process; ``folder`` is where it counts, None where :meth:`Guard.publish` told."""
    guard = Guard(recipe, mode, key_file, report_folder=report_folder, dataset=dataset)
    if folder is None:
        told = os.environ.get(_variable(guard.settings()))
        folder = Path(told) if told else None
    guard._folder = folder
    return guard


def _variable(settings: tuple[Any, ...]) -> str:
    return _FOLDER_VARIABLE + hashlib.sha256(repr(settings).encode()).hexdigest()[:16]


def _remove(folder: Path, owner: int) -> None:
    if os.getpid() == owner:  # a fork is not the one that made it
        shutil.rmtree(folder, ignore_errors=True)
