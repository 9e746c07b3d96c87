"""One object that watches a training pipeline: audit, redact, drop or raise, for each sample."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from privacy_audit.errors import PersonalDataError, UnreadableError, UsageError
from privacy_audit.fingerprint import Fingerprinter
from privacy_audit.pipeline import FileTreatment, Toolbox, scan_file, sniffed, treat_file
from privacy_audit.pipeline.scanning import Clean, scan_records
from privacy_audit.pseudonyms import Pseudonyms
from privacy_audit.recipe import Recipe, load_recipe
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.kinds import kind_of_name
from privacy_audit.types import Detection, Outcome, Record, Scanned, Unscanned

__all__ = ["Checked", "Guard", "Mode"]

Mode: TypeAlias = Literal["audit", "redact", "drop", "raise"]

_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Checked:
    """One field after the guard: its value (treated in mode ``redact``), what was found, and why it was not read."""

    value: Any = field(repr=False)
    found: tuple[tuple[str, str, int], ...] = ()
    unread: str | None = None


class Guard:
    """Runs a recipe on samples as they pass. Models load on the first sample that needs them; picklable at any time.

    ``mode``: ``audit`` leaves the data as they are and notes what was found; ``redact`` treats them; ``drop`` leaves
    out samples with findings at or above the recipe's gate; ``raise`` stops at the first. A sample that cannot be read
    is never passed on as clean: ``audit`` notes it, ``redact`` and ``drop`` leave it out, ``raise`` stops.

    ``key_file`` holds the key of pseudonyms and surrogates; without it every process draws its own, and one person has
    another pseudonym in each.
    """

    def __init__(
        self, recipe: Recipe | str = "cnil-default", mode: Mode = "audit", key_file: str | Path | None = None
    ) -> None:
        if mode not in get_args(Mode):
            raise UsageError(f"mode: got {mode!r}, expected one of {', '.join(get_args(Mode))}")
        self.recipe = load_recipe(recipe) if isinstance(recipe, str) else recipe
        self.mode: Mode = mode
        self.key_file = None if key_file is None else Path(key_file)
        self._fingerprinter = Fingerprinter.from_environment()
        self._toolbox: Toolbox | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return Guard, (self.recipe, self.mode, self.key_file)  # neither models nor the fingerprint key travel

    @property
    def toolbox(self) -> Toolbox:
        """Scanners and operators, made on first use in each process."""
        if self._toolbox is None:
            pseudonyms = Pseudonyms.from_file(self.key_file) if self.key_file else None
            self._toolbox = Toolbox(self.recipe, self._fingerprinter, pseudonyms)
        return self._toolbox

    def hf(self) -> Callable[[Any], Any]:
        """A function for ``datasets.Dataset.map``, with ``batched=True`` where samples may have to be left out.

        For a streaming data set: ``ds.map(guard.hf().batch, batched=True)``.
        """
        from privacy_audit.hooks.hf import HfHook

        return HfHook(self)

    def webdataset(self) -> Callable[[Iterable[dict[str, Any]]], Iterator[dict[str, Any]]]:
        """A stage for ``webdataset``: ``WebDataset(urls).decode("pil").compose(guard.webdataset())``."""
        from privacy_audit.hooks.webdataset import WebDatasetHook

        return WebDatasetHook(self)

    def check(self, name: str, record: Record) -> Checked:
        """Scan one record, and in mode ``redact`` treat it. ``value`` is the record.

        Raises:
            PersonalDataError: in mode ``raise``, with entity types and counts only.
            UnreadableError: in mode ``raise``, when a scanner could not read it or the recipe has none for it.
        """
        outcomes = list(scan_records(self.toolbox, record.uri, [record], Clean()))
        unread = next((outcome for outcome in outcomes if isinstance(outcome, Unscanned)), None)
        if unread is not None:
            return self.unread(name, record, UnreadableError(unread.reason, f"{unread.scanner}: {unread.detail}"))
        detections = _detections(outcomes)
        at_gate = self._at_gate(outcomes)
        if self.mode == "raise" and at_gate:
            raise PersonalDataError(f"{name}: {_summary(at_gate)}")
        if self.mode == "redact":
            treated = [detection for detection in detections if detection.confidence >= self.recipe.treat_from]
            record = self.toolbox.apply(record, treated).record
        return Checked(record, _counts(at_gate))

    def check_bytes(self, name: str, data: bytes, suffix: str) -> Checked:
        """The same for the bytes of a file of which only the suffix is known, such as ``.jpg``; ``value`` is bytes.

        The bytes pass through a private temporary folder (``TMPDIR`` chooses where), which is emptied at once.
        """
        if not _SUFFIX.fullmatch(suffix):
            suffix = ""  # the first bytes decide
        with tempfile.TemporaryDirectory(prefix="privacy-audit-") as folder:
            path, treated = Path(folder) / f"in{suffix}", Path(folder) / f"out{suffix}"
            path.write_bytes(data)
            entry = sniffed(FileEntry(path, name, kind_of_name(path.name), len(data)))
            treatment = FileTreatment()
            if self.mode == "redact":
                treatment = treat_file(self.toolbox, entry, treated)
            else:
                treatment.outcomes = list(scan_file(self.toolbox, entry, treatment.clean))
            lost = [outcome for outcome in treatment.outcomes if isinstance(outcome, Unscanned)]
            lost += treatment.quarantined
            if lost:
                return self.unread(name, data, UnreadableError(lost[0].reason, f"{lost[0].scanner}: {lost[0].detail}"))
            at_gate = self._at_gate(treatment.outcomes)
            if self.mode == "raise" and at_gate:
                raise PersonalDataError(f"{name}: {_summary(at_gate)}")
            return Checked(treated.read_bytes() if self.mode == "redact" else data, _counts(at_gate))

    def unread(self, name: str, value: Any, error: UnreadableError) -> Checked:
        """What happens to a field that could not be read. Raises it in mode ``raise``."""
        if self.mode == "raise":
            raise UnreadableError(error.reason, f"{name}: {error.detail}")
        return Checked(value, unread=f"{error.reason.value}: {error.detail}")

    def _at_gate(self, outcomes: Sequence[Outcome]) -> list[Detection]:
        return [detection for detection in _detections(outcomes) if detection.confidence >= self.recipe.gate]


def _detections(outcomes: Sequence[Outcome]) -> list[Detection]:
    return [finding.detection for outcome in outcomes if isinstance(outcome, Scanned) for finding in outcome.findings]


def _counts(detections: list[Detection]) -> tuple[tuple[str, str, int], ...]:
    counts: dict[tuple[str, str], int] = {}
    for detection in detections:
        key = (detection.entity_type, detection.confidence.name)
        counts[key] = counts.get(key, 0) + 1
    return tuple((entity_type, confidence, count) for (entity_type, confidence), count in sorted(counts.items()))


def _summary(detections: list[Detection]) -> str:
    return ", ".join(f"{entity_type} x {count}" for entity_type, _, count in _counts(detections))
