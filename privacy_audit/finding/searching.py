"""Look for a query in a data set, file by file: names of files, texts, cells, tags, transcripts, words in pictures."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from privacy_audit.errors import UnreadableError
from privacy_audit.finding.folding import fold
from privacy_audit.finding.in_records import Rows, in_tags, in_text, in_words, is_heard, named_after, with_lines
from privacy_audit.finding.picture_words import picture_words, reads_words
from privacy_audit.finding.places import FindReport, Place, Unread
from privacy_audit.finding.query import Query
from privacy_audit.finding.seekers import Seeker, seekers_for
from privacy_audit.pipeline import Engine, Progress, Toolbox, in_process, sniffed
from privacy_audit.pipeline.captioned import with_captions
from privacy_audit.pipeline.engine import NoProgress, WorkerDied
from privacy_audit.pipeline.naming import finder
from privacy_audit.pipeline.reading import path_record, records_of
from privacy_audit.pipeline.scanning import container_read, notes_record, opens_as_container
from privacy_audit.pipeline.spoken import with_speech
from privacy_audit.recipe import Recipe, load_recipe
from privacy_audit.sources._codecs import Budget
from privacy_audit.sources.containers.unpacking import unpacked
from privacy_audit.sources.folder import FileEntry, LeftOut, walk
from privacy_audit.sources.remote import fetched
from privacy_audit.types import (
    AudioRecord,
    Confidence,
    ImageRecord,
    PathRecord,
    Reason,
    Record,
    TextRecord,
    Unscanned,
    VideoRecord,
)

__all__ = ["find"]

Task: TypeAlias = tuple[int, FileEntry]
Found: TypeAlias = tuple[list[Place], list[Unread], Counter[str]]

_MUTE = "recordings without a transcript: what is said in them was not searched"
_UNREAD_WORDS = "pictures whose words were not read (extra ocr, or --no-ocr)"
_SAMPLED = "videos: one frame in each second and at each new scene was looked at"


def find(
    paths: Sequence[str | Path],
    query: Query,
    recipe: Recipe | None = None,
    *,
    ocr: bool | None = None,
    engine: Engine = in_process,
    progress: Progress | None = None,
) -> FindReport:
    """Every place in files and folders where something of the query was met.

    ``recipe`` says what is left out, the limits, and how recordings are transcribed. ``ocr``: read words in pictures;
    by default where the extra is installed. Nothing is written.

    Raises:
        UsageError: a path does not exist, or the recipe is wrong.
        MissingDependencyError: ``ocr`` or faces are asked for and their extra is not installed.
    """
    recipe = recipe or load_recipe()
    progress = progress or NoProgress()
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    with_words = reads_words(ocr)
    seekers_for(query, recipe)  # a file that cannot be read is told before the search
    items = list(walk([Path(path) for path in paths], recipe.exclude))
    tasks = list(enumerate(item for item in items if isinstance(item, FileEntry)))
    progress.start(len(tasks), sum(entry.size_bytes for _, entry in tasks))
    found: dict[int, Found] = {}
    with contextlib.closing(engine(iter(tasks), search_worker, (query, recipe, with_words))) as results:
        for (index, entry), result in results:
            if isinstance(result, WorkerDied):
                result = (
                    [],
                    [Unread(entry.uri, Reason.SCANNER_FAILED.value, "the process that read it ended")],
                    Counter(),
                )
            found[index] = result
            progress.advance(entry.size_bytes)
    ordered = [found[index] for index in sorted(found)]
    counted = sum((notes for _, _, notes in ordered), Counter[str]())
    left_out = Counter(item.pattern for item in items if isinstance(item, LeftOut))
    notes = [f"{n} {text}" for text, n in counted.items()]
    notes += [f"{n} files left out by the recipe ({pattern})" for pattern, n in sorted(left_out.items())]
    return FindReport(
        started_at=started_at,
        asked=query.kinds,
        basis=query.basis,
        n_files=len(tasks),
        places=tuple(place for places, _, _ in ordered for place in places),
        unread=tuple(item for _, unread, _ in ordered for item in unread),
        notes=tuple(notes),
    )


def search_worker(query: Query, recipe: Recipe, with_words: bool) -> Callable[[Task], Found]:
    """Runs in each process: the function that searches one file."""
    toolbox = Toolbox(recipe)
    seekers = seekers_for(query, recipe)

    def handle(task: Task) -> Found:
        places: list[Place] = []
        unread: list[Unread] = []
        notes: Counter[str] = Counter()
        for own_places, own_unread, own_notes in _search_tree(toolbox, query, seekers, task[1], with_words):
            places += own_places
            unread += own_unread
            notes += own_notes
        return [_stamped(place, task[1]) for place in places], unread, notes

    return handle


def _stamped(place: Place, source: FileEntry) -> Place:
    """The place with the file of the data set that holds it, as that is now."""
    holder = "" if place.file == source.uri else source.uri
    return replace(place, size_bytes=source.size_bytes, modified_ns=source.modified_ns, source=holder)


def _search_tree(
    toolbox: Toolbox,
    query: Query,
    seekers: Sequence[Seeker],
    entry: FileEntry,
    with_words: bool,
    depth: int = 0,
    budget: Budget | None = None,
) -> Iterator[Found]:
    """One file, and where it holds others, each of these, as in a scan."""
    limits = toolbox.recipe.limits
    if entry.remote:
        with fetched(entry, limits) as local:
            yield from _search_tree(toolbox, query, seekers, local, with_words)
        return
    entry = sniffed(entry)
    if not opens_as_container(entry, limits, depth):
        yield _search(toolbox, query, seekers, entry, with_words)
        return
    budget = budget or Budget(entry.size_bytes, limits.max_container_ratio)
    with unpacked(entry, limits, budget) as container:
        around: list[TextRecord | PathRecord] = [path_record(entry)]
        around += [notes_record(container)] if container.notes else []
        places = [place for record in around for place in in_text(query, record, entry)]
        places += [place for seeker in seekers for place in seeker.in_file(entry)]
        yield places, [], Counter()
        for _, inner in container.files():
            yield from _search_tree(toolbox, query, seekers, inner, with_words, depth + 1, budget)
        ends = (item for item in container_read(container) if isinstance(item, Unscanned))
        yield [], [Unread(item.record_uri, item.reason.value, item.detail) for item in ends], Counter()


def _search(toolbox: Toolbox, query: Query, seekers: Sequence[Seeker], entry: FileEntry, with_words: bool) -> Found:
    places: list[Place] = []
    unread: list[Unread] = []
    notes: Counter[str] = Counter()
    n_transcripts = n_sounds = 0
    rows = Rows(query)
    named = named_after(query, entry)
    for record in _records(toolbox, query, entry):
        if isinstance(record, Unscanned):
            unread.append(Unread(record.record_uri, record.reason.value, record.detail))
            continue
        with contextlib.suppress(UnreadableError):
            for seeker in seekers:
                places += seeker.in_record(record, entry)
        if isinstance(record, TextRecord | PathRecord):
            n_transcripts += isinstance(record, TextRecord) and is_heard(record)
            found = in_text(query, record, entry, named)
            places += [*rows.take(record, entry), *found]
            continue
        places += in_tags(query, record, entry)
        n_sounds += isinstance(record, AudioRecord)
        if isinstance(record, VideoRecord):
            notes[_SAMPLED] += 1
        if isinstance(record, ImageRecord) and record.pixels.size and query.values:
            if with_words:
                for words, place_of in picture_words(record):
                    places += in_words(query, record.uri, words, place_of, entry)
            else:
                notes[_UNREAD_WORDS] += 1
    places += rows.rest(entry)
    for seeker in seekers:
        places += seeker.in_file(entry)
    if n_sounds and not n_transcripts and query.values:
        notes[_MUTE] += 1
    return with_lines(places, entry, toolbox.recipe.limits), unread, notes


def _records(toolbox: Toolbox, query: Query, entry: FileEntry) -> Iterator[Record | Unscanned]:
    """As in a scan, so that addresses are the same; names of columns that hold the query are read as well."""
    judge = finder(toolbox)

    def finds(names: Iterable[str]) -> frozenset[str]:
        asked = list(names)
        own = (name for name in asked if any(h.confidence > Confidence.LOW for _, h in query.hits(fold(name))))
        return judge(asked) | frozenset(own)

    yield path_record(entry)
    limits = toolbox.recipe.limits
    yield from with_captions(limits, entry, with_speech(toolbox, entry, records_of(entry, limits, finds)))
