"""Treat one file: apply the operators to what was found, write, read what was written, and look again."""

from __future__ import annotations

import contextlib
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

from privacy_audit.errors import UnreadableError
from privacy_audit.pipeline.scanning import Clean, scan_file
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.sources.audio_file import read_audio_native, write_audio
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.image_file import read_image, write_image
from privacy_audit.sources.json_file import rewrite_json
from privacy_audit.sources.text_file import read_text, rewrite_csv, rewrite_jsonl, rewrite_text
from privacy_audit.types import (
    AudioRecord,
    Detection,
    Finding,
    ImageRecord,
    Operation,
    Outcome,
    PathRecord,
    Reason,
    Record,
    Scanned,
    TextRecord,
    Unscanned,
)

__all__ = ["FileTreatment", "treat_file", "treated_path"]

_MAX_ROUNDS = 3
"""Covering one thing can lay another bare (a second face beside the first), so the treated file is treated again."""


@dataclass(slots=True)
class FileTreatment:
    """What happened to one file. ``quarantined`` says what was not copied: the file, or rows of it."""

    outcomes: list[Outcome] = field(default_factory=list)
    clean: Clean = field(default_factory=Clean)
    operations: list[Operation] = field(default_factory=list)
    residual: list[Finding] = field(default_factory=list)
    quarantined: list[Unscanned] = field(default_factory=list)
    written: bool = False


def treated_path(toolbox: Toolbox, uri: str) -> str:
    """The path with names and numbers in it replaced; folders and suffix stay where they are."""
    record = PathRecord(f"{uri}#path", uri)
    detections = _detections(toolbox, toolbox.scan([record])).get(record.uri, [])
    treated = toolbox.apply(record, detections).record
    assert isinstance(treated, PathRecord)  # noqa: S101 - operators return the class they were given
    return treated.text


def treat_file(toolbox: Toolbox, entry: FileEntry, destination: Path) -> FileTreatment:
    """Write the treated copy of one file to ``destination``, atomically, or nothing at all.

    A file of which anything was not scanned is not copied. Rows of a table that cannot be read are left out.
    """
    treatment = FileTreatment()
    treatment.outcomes = list(scan_file(toolbox, entry, treatment.clean))
    treatment.quarantined = [outcome for outcome in treatment.outcomes if isinstance(outcome, Unscanned)]
    if any(not _is_lost_row(outcome, entry) for outcome in treatment.quarantined):
        return treatment
    path_uri = f"{entry.uri}#path"
    found = _detections(toolbox, treatment.outcomes)
    path_record = PathRecord(path_uri, entry.uri)
    try:
        treatment.operations += toolbox.apply(path_record, found.pop(path_uri, [])).operations
        destination.parent.mkdir(parents=True, exist_ok=True)
        with _temporaries(destination) as temporaries:
            current = entry.path
            for temporary in temporaries:
                treatment.operations += _write(toolbox, replace(entry, path=current), found, temporary)
                current = temporary
                written = replace(entry, path=current, size_bytes=current.stat().st_size)
                outcomes = list(scan_file(toolbox, written, Clean()))
                lost = [outcome for outcome in outcomes if isinstance(outcome, Unscanned)]
                if lost:
                    treatment.quarantined += lost
                    return treatment
                found = _detections(toolbox, outcomes)
                found.pop(path_uri, None)
                if not _worth_another_round(toolbox, entry, found):
                    break
            treatment.residual = _content_findings(outcomes, path_uri)
            current.chmod(0o644)
            current.replace(destination)
            treatment.written = True
    except UnreadableError as error:
        treatment.quarantined.append(Unscanned(entry.uri, "*", error.reason, error.detail))
    except Exception as error:
        # an operator that fails costs one file; only the class of the error: its message may quote the content
        detail = f"could not be treated ({type(error).__name__})"
        treatment.quarantined.append(Unscanned(entry.uri, "*", Reason.SCANNER_FAILED, detail))
    return treatment


def _write(toolbox: Toolbox, entry: FileEntry, found: dict[str, list[Detection]], destination: Path) -> list[Operation]:
    operations: list[Operation] = []

    def apply(record: Record) -> Record:
        applied = toolbox.apply(record, found.get(record.uri, ()))
        operations.extend(applied.operations)
        return applied.record

    limits = toolbox.recipe.limits
    if entry.kind == "image":
        picture = apply(read_image(entry.path, entry.uri, max_pixels=limits.max_image_pixels))
        assert isinstance(picture, ImageRecord)  # noqa: S101 - operators return the class they were given
        write_image(picture, entry.path, destination)
    elif entry.kind == "audio":
        sound = apply(read_audio_native(entry.path, entry.uri, max_duration_s=limits.max_audio_duration_s))
        assert isinstance(sound, AudioRecord)  # noqa: S101 - the same
        write_audio(sound, entry.path, destination)
    elif entry.kind == "text":
        text = apply(read_text(entry.path, entry.uri, max_bytes=limits.max_text_bytes))
        assert isinstance(text, TextRecord)  # noqa: S101 - the same
        rewrite_text(entry.path, destination, text.text)
    else:
        _write_table(toolbox, entry, apply, destination)
    return operations


def _write_table(toolbox: Toolbox, entry: FileEntry, apply: Callable[[Record], Record], destination: Path) -> None:
    limits = toolbox.recipe.limits

    def text_of(uri: str, text: str) -> str:
        treated = apply(TextRecord(uri, text))
        assert isinstance(treated, TextRecord)  # noqa: S101 - operators return the class they were given
        return treated.text

    def cell(row: int, column: str, text: str) -> str:
        return text_of(f"{entry.uri}#row={row}&column={quote(column, safe='')}", text)

    suffix = entry.path.suffix.lower()
    if suffix == ".json":
        rewrite_json(
            entry.path,
            destination,
            lambda column, text: text_of(f"{entry.uri}#column={quote(column, safe='')}", text),
            max_bytes=limits.max_text_bytes,
        )
    elif suffix in (".jsonl", ".ndjson"):
        rewrite_jsonl(entry.path, destination, cell, max_line_bytes=limits.max_line_bytes)
    else:
        rewrite_csv(entry.path, destination, cell, max_field_bytes=limits.max_line_bytes)


def _detections(toolbox: Toolbox, outcomes: Sequence[Outcome]) -> dict[str, list[Detection]]:
    """What this recipe treats, by record."""
    found: dict[str, list[Detection]] = defaultdict(list)
    for outcome in outcomes:
        if isinstance(outcome, Scanned):
            for finding in outcome.findings:
                if finding.detection.confidence >= toolbox.recipe.treat_from:
                    found[outcome.record_uri].append(finding.detection)
    return found


def _worth_another_round(toolbox: Toolbox, entry: FileEntry, found: dict[str, list[Detection]]) -> bool:
    record_class = {"image": ImageRecord, "audio": AudioRecord}.get(entry.kind, TextRecord)
    return any(
        toolbox.treats_away(record_class, detection) for detections in found.values() for detection in detections
    )


def _content_findings(outcomes: Sequence[Outcome], path_uri: str) -> list[Finding]:
    return [
        finding
        for outcome in outcomes
        if isinstance(outcome, Scanned) and outcome.record_uri != path_uri
        for finding in outcome.findings
    ]


def _is_lost_row(outcome: Unscanned, entry: FileEntry) -> bool:
    """A row that the writer leaves out as the reader does; a scanner that failed on one cell is no lost row."""
    return outcome.scanner == "*" and outcome.record_uri.startswith(f"{entry.uri}#row=")


@contextlib.contextmanager
def _temporaries(destination: Path) -> Iterator[list[Path]]:
    """Paths beside the destination, with its suffix, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=destination.parent) as folder:
        yield [Path(folder) / f"{number}{destination.suffix}" for number in range(_MAX_ROUNDS)]
