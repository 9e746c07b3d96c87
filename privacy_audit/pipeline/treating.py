"""Treat one file: apply the operators to what was found, write, read what was written, and look again."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from privacy_audit.errors import StoppedError, UnreadableError
from privacy_audit.legal.exposure import is_caption
from privacy_audit.pipeline.changed import Changed
from privacy_audit.pipeline.cut_times import Rounds
from privacy_audit.pipeline.dropping_rows import drop_rows
from privacy_audit.pipeline.own_places import OwnPlaces, Stretches
from privacy_audit.pipeline.paths import path_operations, to_be_treated, treated_path
from privacy_audit.pipeline.reading import is_read_by_pyav, sniffed, transcript_of
from privacy_audit.pipeline.scanning import Clean, opens_as_container, scan_file
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.pipeline.treating_container import MemberTreatments, treat_container
from privacy_audit.pipeline.treating_content import write_content
from privacy_audit.pipeline.treating_tables import places_with_personal_keys, rows_of
from privacy_audit.pipeline.treating_transcript import said_places
from privacy_audit.pipeline.write_failures import stopped_by_output
from privacy_audit.sources._audio_covers import is_cover
from privacy_audit.sources._codecs import Budget
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.opened import is_wrapped, opened, sealed
from privacy_audit.sources.remote import fetched
from privacy_audit.types import (
    AudioRecord,
    Detection,
    Finding,
    ImageRecord,
    Operation,
    Outcome,
    PathRecord,
    Reason,
    Scanned,
    Segment,
    TextRecord,
    Unscanned,
    VideoRecord,
)

__all__ = ["FileTreatment", "path_operations", "treat_file", "treated_path"]

_MAX_ROUNDS = 3
"""Covering one thing can lay another bare (a second face beside the first), so the treated file is treated again."""

_LIST_IS_OLD = "has changed since the erase list was made; make the list again"
_KEYS_STAY = "a key holds personal data, and this version replaces values only"


@dataclass(slots=True)
class FileTreatment:
    """What happened to one file. ``quarantined`` says what was not copied: the file, or rows of it.

    ``members``: what happened to the files that a container holds.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    clean: Clean = field(default_factory=Clean)
    operations: list[Operation] = field(default_factory=list)
    residual: list[Finding] = field(default_factory=list)
    quarantined: list[Unscanned] = field(default_factory=list)
    written: bool = False
    changed: Changed = field(default_factory=Changed)
    cuts: Rounds = ()
    members: MemberTreatments | None = None


def treat_file(
    toolbox: Toolbox, entry: FileEntry, destination: Path, depth: int = 0, budget: Budget | None = None
) -> FileTreatment:
    """Write the treated copy of one file to ``destination``, atomically, or nothing at all.

    A file of which anything was not scanned is not copied. Rows of a table that cannot be read are left out, and
    rows and documents with personal data in a key. Raises StoppedError when the disk is full or may not be written.

    Of a container the members are treated, each as a file. ``depth`` counts the containers around it, and ``budget``
    what may still come out of the outermost.
    """
    if entry.remote:
        with fetched(entry, toolbox.recipe.limits) as local:
            return treat_file(toolbox, sniffed(local), destination)
    if toolbox.erase.has_changed(entry):
        return FileTreatment(quarantined=[Unscanned(entry.uri, "*", Reason.UNSUPPORTED, _LIST_IS_OLD)])
    if opens_as_container(entry, toolbox.recipe.limits, depth):
        return _treat_members(toolbox, entry, destination, depth, budget)
    if is_wrapped(entry):
        return _treat_wrapped(toolbox, entry, destination)
    return _treat_plain(toolbox, entry, destination)


def _treat_members(
    toolbox: Toolbox, entry: FileEntry, destination: Path, depth: int, budget: Budget | None
) -> FileTreatment:
    treatment = FileTreatment()
    if toolbox.erase.concerns(entry.uri) and (problem := toolbox.erase.problem(entry, toolbox.operator_for)):
        treatment.quarantined.append(Unscanned(entry.uri, "*", Reason.UNSUPPORTED, problem))
        return treatment

    def treat(member: FileEntry, path: Path, budget: Budget) -> FileTreatment:
        return treat_file(toolbox, member, path, depth + 1, budget)

    budget = budget or Budget(entry.size_bytes, toolbox.recipe.limits.max_container_ratio)
    with _failing_closed(entry, treatment), stopped_by_output(destination.parent):
        treat_container(toolbox, entry, destination, treatment, budget, treat)
    return treatment


def _treat_wrapped(toolbox: Toolbox, entry: FileEntry, destination: Path) -> FileTreatment:
    """A packed file is treated as what it packs, and packed again."""
    failed = FileTreatment()
    with _failing_closed(entry, failed), stopped_by_output(destination.parent), contextlib.ExitStack() as stack:
        try:
            plain = stack.enter_context(opened(entry, toolbox.recipe.limits))
        except UnreadableError:
            return _treat(toolbox, entry, destination)  # which tells it, as of any file that cannot be read
        destination.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=".writing-", dir=destination.parent)))
        treated, packed = folder / plain.path.name, folder / "packed"
        # the erase list knows it as it lies, packed
        listed = toolbox.erase.concerns(entry.uri)
        treatment = (_treat_plain if listed else treat_file)(toolbox, plain, treated)
        if treatment.written:
            sealed(entry, treated, packed)
            packed.chmod(0o644)
            packed.replace(destination)
        return treatment
    return failed


@contextlib.contextmanager
def _failing_closed(entry: FileEntry, treatment: FileTreatment) -> Iterator[None]:
    """A file that cannot be treated is not copied, and the treatment says why."""
    try:
        yield
    except StoppedError:
        raise
    except UnreadableError as error:
        treatment.quarantined.append(Unscanned(entry.uri, "*", error.reason, error.detail))
    except Exception as error:
        # an operator that fails costs one file; only the class of the error: its message may quote the content
        detail = f"could not be treated ({type(error).__name__})"
        treatment.quarantined.append(Unscanned(entry.uri, "*", Reason.SCANNER_FAILED, detail))


def _treat_plain(toolbox: Toolbox, entry: FileEntry, destination: Path) -> FileTreatment:
    """A file that readers take as it is. Rows on the erase list go first, so that the rest is one table."""
    if not toolbox.erase.concerns(entry.uri):
        return _treat(toolbox, entry, destination)
    problem = toolbox.erase.problem(entry, toolbox.operator_for)
    if problem:
        return FileTreatment(quarantined=[Unscanned(entry.uri, "*", Reason.UNSUPPORTED, problem)])
    rows = toolbox.erase.rows.get(entry.uri)
    if not rows:
        return _treat(toolbox, entry, destination)
    destination.parent.mkdir(parents=True, exist_ok=True)
    with _temporaries(destination) as temporaries:
        reduced = temporaries[0]
        try:
            lost = drop_rows(entry, reduced, rows, toolbox.recipe.limits)
        except UnreadableError as error:
            return FileTreatment(quarantined=[Unscanned(entry.uri, "*", error.reason, error.detail)])
        treatment = _treat(toolbox, replace(entry, path=reduced, size_bytes=reduced.stat().st_size), destination)
    if lost:
        detail = f"{lost} rows cannot be read"
        treatment.quarantined.append(Unscanned(entry.uri, "*", Reason.CORRUPT, detail))
    treatment.operations += toolbox.erase.dropped_rows(entry.uri)
    return treatment


def _treat(toolbox: Toolbox, entry: FileEntry, destination: Path) -> FileTreatment:
    treatment = FileTreatment()
    treatment.outcomes = list(scan_file(toolbox, entry, treatment.clean, every_frame=True))
    treatment.quarantined = [outcome for outcome in treatment.outcomes if isinstance(outcome, Unscanned)]
    if any(not _is_lost_row(outcome, entry) for outcome in treatment.quarantined):
        return treatment
    path_uri = f"{entry.uri}#path"
    found = to_be_treated(toolbox, treatment.outcomes)
    # what is written of it elsewhere is treated there
    found = {uri: detections for uri, detections in found.items() if not is_caption(uri, entry.uri)}
    toolbox.erase.add_to(found, entry.uri)
    held_back = places_with_personal_keys(entry, found)
    treatment.quarantined += [Unscanned(uri, "*", Reason.UNSUPPORTED, _KEYS_STAY) for uri in held_back]
    if entry.uri in held_back:
        return treatment
    path_record = PathRecord(path_uri, entry.name)
    own = OwnPlaces()
    lost_rows = rows_of(treatment.quarantined)
    with _failing_closed(entry, treatment):
        treatment.operations += toolbox.apply(path_record, found.pop(path_uri, [])).operations
        destination.parent.mkdir(parents=True, exist_ok=True)
        with _temporaries(destination) as temporaries, stopped_by_output(destination.parent):
            current = entry.path
            for temporary in temporaries:
                plain = replace(entry, path=current)
                treatment.operations += write_content(toolbox, plain, found, temporary, own, lost_rows)
                lost_rows = set()
                own.changed.next_round()
                current = temporary
                written = replace(entry, path=current, size_bytes=current.stat().st_size, lost_rows=())
                outcomes = list(scan_file(toolbox, written, Clean(), every_frame=True))
                lost = [outcome for outcome in outcomes if isinstance(outcome, Unscanned)]
                if lost:
                    treatment.quarantined += lost
                    return treatment
                stretches = _stretches(toolbox, written)
                outcomes = [own.without(outcome, stretches) for outcome in outcomes]
                found = to_be_treated(toolbox, outcomes)
                found.pop(path_uri, None)
                found.pop(f"{entry.uri}#table", None)  # a band of a band would be less than was asked for
                if not _worth_another_round(toolbox, entry, found):
                    break
            treatment.residual = _content_findings(outcomes, path_uri)
            if entry.kind != "table":  # what speaks of a recording in a cell stands in its row, and was read again
                treatment.residual += _still_said(toolbox, treatment.outcomes)
            current.chmod(0o644)
            current.replace(destination)
            treatment.written = True
            treatment.changed, treatment.cuts = own.changed, own.cuts
    return treatment


def _stretches(toolbox: Toolbox, written: FileEntry) -> Stretches:
    transcript = transcript_of(written, toolbox.recipe.limits)
    return (lambda place: [place]) if transcript is None else said_places(transcript)


def _worth_another_round(toolbox: Toolbox, entry: FileEntry, found: dict[str, list[Detection]]) -> bool:
    of_kind: dict[str, tuple[type, ...]] = {
        "image": (ImageRecord,),
        "audio": (AudioRecord,),
        "table": (TextRecord, ImageRecord, AudioRecord),  # files in its cells
    }
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
    """A row that the writer leaves out as the reader does, or a cover; a scanner that failed on a cell is neither."""
    uri = outcome.record_uri
    return outcome.scanner == "*" and (uri.startswith(f"{entry.uri}#row=") or is_cover(uri, entry.uri))


@contextlib.contextmanager
def _temporaries(destination: Path) -> Iterator[list[Path]]:
    """Paths beside the destination, with its suffix, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=destination.parent) as folder:
        yield [Path(folder) / f"{number}{destination.suffix}" for number in range(_MAX_ROUNDS)]
