"""Treat one file: apply the operators to what was found, write, read what was written, and look again."""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from privacy_audit.errors import UnreadableError
from privacy_audit.pipeline.known_values import KnownValues
from privacy_audit.pipeline.naming import finder
from privacy_audit.pipeline.own_places import OwnPlaces, Stretches
from privacy_audit.pipeline.reading import is_read_by_pyav, transcript_of
from privacy_audit.pipeline.scanning import Clean, scan_file
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.pipeline.treating_columns import TreatedColumns, treated_columns
from privacy_audit.pipeline.treating_transcript import said_places, treated_transcript
from privacy_audit.pipeline.treating_video import write_treated_video
from privacy_audit.sources.audio_file import read_audio_native, write_audio
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.image_file import read_images, write_images
from privacy_audit.sources.json_file import rewrite_json
from privacy_audit.sources.parquet_file import rewrite_parquet
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
    Segment,
    TextRecord,
    TextSpan,
    Unscanned,
    VideoRecord,
)

__all__ = ["FileTreatment", "path_operations", "treat_file", "treated_path"]

_MAX_ROUNDS = 3
"""Covering one thing can lay another bare (a second face beside the first), so the treated file is treated again."""

_KEY = re.compile(r"((?:#row=\d+)?)[#&]key=\d+")
"""Behind a file's URI: a key of a JSON object, in a row or in a document."""
_KEYS_STAY = "a key holds personal data, and this version replaces values only"


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
    return path_operations(toolbox, uri)[0]


def path_operations(toolbox: Toolbox, uri: str, known: KnownValues | None = None) -> tuple[str, tuple[Operation, ...]]:
    """:func:`treated_path` and what was done; ``known`` learns what was replaced."""
    record = PathRecord(f"{uri}#path", uri)
    detections = _detections(toolbox, toolbox.scan([record])).get(record.uri, [])
    for detection in detections:
        if known is not None and isinstance(detection.location, TextSpan):
            known.add(detection.entity_type, uri[detection.location.start : detection.location.end])
    applied = toolbox.apply(record, detections)
    assert isinstance(applied.record, PathRecord)  # noqa: S101 - operators return the class they were given
    return applied.record.text, applied.operations


def treat_file(toolbox: Toolbox, entry: FileEntry, destination: Path) -> FileTreatment:
    """Write the treated copy of one file to ``destination``, atomically, or nothing at all.

    A file of which anything was not scanned is not copied. Rows of a table that cannot be read are left out, and
    rows and documents with personal data in a key.
    """
    treatment = FileTreatment()
    treatment.outcomes = list(scan_file(toolbox, entry, treatment.clean, every_frame=True))
    treatment.quarantined = [outcome for outcome in treatment.outcomes if isinstance(outcome, Unscanned)]
    if any(not _is_lost_row(outcome, entry) for outcome in treatment.quarantined):
        return treatment
    path_uri = f"{entry.uri}#path"
    found = _detections(toolbox, treatment.outcomes)
    held_back = _places_with_personal_keys(entry, found)
    treatment.quarantined += [Unscanned(uri, "*", Reason.UNSUPPORTED, _KEYS_STAY) for uri in held_back]
    if entry.uri in held_back:
        return treatment
    path_record = PathRecord(path_uri, entry.uri)
    own = OwnPlaces()
    try:
        treatment.operations += toolbox.apply(path_record, found.pop(path_uri, [])).operations
        destination.parent.mkdir(parents=True, exist_ok=True)
        with _temporaries(destination) as temporaries:
            current = entry.path
            for temporary in temporaries:
                treatment.operations += _write(toolbox, replace(entry, path=current), found, temporary, own)
                current = temporary
                written = replace(entry, path=current, size_bytes=current.stat().st_size)
                outcomes = list(scan_file(toolbox, written, Clean(), every_frame=True))
                lost = [outcome for outcome in outcomes if isinstance(outcome, Unscanned)]
                if lost:
                    treatment.quarantined += lost
                    return treatment
                stretches = _stretches(toolbox, written)
                outcomes = [own.without(outcome, stretches) for outcome in outcomes]
                found = _detections(toolbox, outcomes)
                found.pop(path_uri, None)
                found.pop(f"{entry.uri}#table", None)  # a band of a band would be less than was asked for
                if not _worth_another_round(toolbox, entry, found):
                    break
            treatment.residual = _content_findings(outcomes, path_uri) + _still_said(toolbox, treatment.outcomes)
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


def _write(
    toolbox: Toolbox, entry: FileEntry, found: dict[str, list[Detection]], destination: Path, own: OwnPlaces
) -> list[Operation]:
    operations: list[Operation] = []

    def apply(record: Record) -> Record:
        applied = own.apply(toolbox, record, found.get(record.uri, ()))
        operations.extend(applied.operations)
        return applied.record

    limits = toolbox.recipe.limits
    transcript = transcript_of(entry, limits)
    if transcript is not None:
        written, operations = treated_transcript(toolbox, entry.uri, transcript, found.get(entry.uri, ()), own)
        rewrite_text(entry.path, destination, written)
    elif is_read_by_pyav(entry):
        operations += write_treated_video(toolbox, entry, found, destination, own)
    elif entry.kind == "image":
        frames = map(apply, read_images(entry.path, entry.uri, max_pixels=limits.max_image_pixels))
        pictures = [frame for frame in frames if isinstance(frame, ImageRecord)]
        write_images(pictures, entry.path, destination)
    elif entry.kind == "audio":
        sound = apply(read_audio_native(entry.path, entry.uri, max_duration_s=limits.max_audio_duration_s))
        assert isinstance(sound, AudioRecord)  # noqa: S101 - the same
        write_audio(sound, entry.path, destination)
    elif entry.kind == "text":
        text = apply(read_text(entry.path, entry.uri, max_bytes=limits.max_text_bytes))
        assert isinstance(text, TextRecord)  # noqa: S101 - the same
        rewrite_text(entry.path, destination, text.text)
    else:
        columns = treated_columns(toolbox, entry, found.get(f"{entry.uri}#table", ()))
        operations += columns.operations
        _write_table(toolbox, entry, apply, columns, _places_with_personal_keys(entry, found), destination)
    return operations


def _write_table(
    toolbox: Toolbox,
    entry: FileEntry,
    apply: Callable[[Record], Record],
    columns: TreatedColumns,
    held_back: Sequence[str],
    destination: Path,
) -> None:
    limits, finds = toolbox.recipe.limits, finder(toolbox)

    def cell(fragment: str, text: str) -> str:
        new = columns.cell(fragment, text)
        if new is not None:
            return new
        treated = apply(TextRecord(f"{entry.uri}#{fragment}", text))
        assert isinstance(treated, TextRecord)  # noqa: S101 - operators return the class they were given
        return treated.text

    suffix = entry.path.suffix.lower()
    if suffix == ".json":
        rewrite_json(entry.path, destination, cell, max_bytes=limits.max_text_bytes, finds=finds)
    elif suffix in (".jsonl", ".ndjson"):
        rows = {int(uri.rpartition("=")[2]) for uri in held_back}
        rewrite_jsonl(entry.path, destination, cell, max_line_bytes=limits.max_line_bytes, finds=finds, leave_out=rows)
    elif suffix == ".parquet":
        rewrite_parquet(entry.path, destination, cell, max_row_bytes=limits.max_line_bytes, finds=finds)
    else:
        rewrite_csv(entry.path, destination, cell, max_field_bytes=limits.max_line_bytes, finds=finds)


def _stretches(toolbox: Toolbox, written: FileEntry) -> Stretches:
    transcript = transcript_of(written, toolbox.recipe.limits)
    return (lambda place: [place]) if transcript is None else said_places(transcript)


def _places_with_personal_keys(entry: FileEntry, found: Mapping[str, Sequence[Detection]]) -> list[str]:
    """URIs of the rows, or of the document, that cannot be treated because a key holds what should be."""
    keys = (_KEY.fullmatch(uri[len(entry.uri) :]) for uri in found)
    return list(dict.fromkeys(entry.uri + key[1] for key in keys if key))


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
    of_kind: dict[str, tuple[type, ...]] = {"image": (ImageRecord,), "audio": (AudioRecord,)}
    classes = (ImageRecord, AudioRecord, VideoRecord) if is_read_by_pyav(entry) else of_kind.get(entry.kind)
    return any(
        toolbox.treats_away(record_class, detection)
        for detections in found.values()
        for detection in detections
        for record_class in classes or (TextRecord,)
    )


def _content_findings(outcomes: Sequence[Outcome], path_uri: str) -> list[Finding]:
    return [
        finding
        for outcome in outcomes
        if isinstance(outcome, Scanned) and outcome.record_uri != path_uri
        for finding in outcome.findings
    ]


def _still_said(toolbox: Toolbox, outcomes: Sequence[Outcome]) -> list[Finding]:
    """What transcripts beside a recording tell and no operator takes out: they do not lie beside its copy yet."""
    return [
        finding
        for outcome in outcomes
        if isinstance(outcome, Scanned)
        for finding in outcome.findings
        if isinstance(finding.detection.location, Segment)
        and finding.detection.entity_type not in ("SPEAKER", "VOICE")
        and (
            finding.detection.confidence < toolbox.recipe.treat_from
            or not toolbox.treats_away(AudioRecord, finding.detection)
        )
    ]


def _is_lost_row(outcome: Unscanned, entry: FileEntry) -> bool:
    """A row that the writer leaves out as the reader does; a scanner that failed on one cell is no lost row."""
    return outcome.scanner == "*" and outcome.record_uri.startswith(f"{entry.uri}#row=")


@contextlib.contextmanager
def _temporaries(destination: Path) -> Iterator[list[Path]]:
    """Paths beside the destination, with its suffix, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=destination.parent) as folder:
        yield [Path(folder) / f"{number}{destination.suffix}" for number in range(_MAX_ROUNDS)]
