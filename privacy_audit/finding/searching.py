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
from privacy_audit.finding.names import NameMatcher
from privacy_audit.finding.picture_words import picture_words, reads_words
from privacy_audit.finding.places import FindReport, Place, Unread
from privacy_audit.finding.query import Query
from privacy_audit.finding.seekers import Seeker, seekers_for
from privacy_audit.pipeline import Engine, Progress, Toolbox, in_process, sniffed
from privacy_audit.pipeline.engine import NoProgress, WorkerDied
from privacy_audit.pipeline.naming import finder
from privacy_audit.pipeline.reading import path_record, records_of
from privacy_audit.pipeline.spoken import with_speech
from privacy_audit.recipe import Recipe, load_recipe
from privacy_audit.sources.folder import FileEntry, LeftOut, walk
from privacy_audit.sources.text_file import read_text
from privacy_audit.types import (
    AudioRecord,
    Confidence,
    FieldRef,
    ImageRecord,
    Location,
    PathRecord,
    Reason,
    Record,
    Segment,
    TextRecord,
    TextSpan,
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
        return _search(toolbox, query, seekers, sniffed(task[1]), with_words)

    return handle


def _search(toolbox: Toolbox, query: Query, seekers: Sequence[Seeker], entry: FileEntry, with_words: bool) -> Found:
    places: list[Place] = []
    unread: list[Unread] = []
    notes: Counter[str] = Counter()
    n_transcripts = n_sounds = 0
    rows = _Rows(query)
    for record in _records(toolbox, query, entry):
        if isinstance(record, Unscanned):
            unread.append(Unread(record.record_uri, record.reason.value, record.detail))
            continue
        with contextlib.suppress(UnreadableError):
            for seeker in seekers:
                places += seeker.in_record(record, entry)
        if isinstance(record, TextRecord | PathRecord):
            n_transcripts += isinstance(record, TextRecord) and _is_heard(record)
            found = _in_text(query, record, entry)
            places += [*rows.take(record, entry), *found]
            continue
        places += _in_tags(query, record, entry)
        n_sounds += isinstance(record, AudioRecord)
        if isinstance(record, VideoRecord):
            notes[_SAMPLED] += 1
        if isinstance(record, ImageRecord) and record.pixels.size and query.values:
            if with_words:
                for words, place_of in picture_words(record):
                    places += _in_words(query, record.uri, words, place_of, entry)
            else:
                notes[_UNREAD_WORDS] += 1
    places += rows.rest(entry)
    for seeker in seekers:
        places += seeker.in_file(entry)
    if n_sounds and not n_transcripts and query.values:
        notes[_MUTE] += 1
    stamped = [replace(place, size_bytes=entry.size_bytes, modified_ns=entry.modified_ns) for place in places]
    return _with_lines(stamped, entry, toolbox.recipe.limits.max_text_bytes), unread, notes


def _records(toolbox: Toolbox, query: Query, entry: FileEntry) -> Iterator[Record | Unscanned]:
    """As in a scan, so that addresses are the same; names of columns that hold the query are read as well."""
    judge = finder(toolbox)

    def finds(names: Iterable[str]) -> frozenset[str]:
        asked = list(names)
        own = (name for name in asked if any(h.confidence > Confidence.LOW for _, h in query.hits(fold(name))))
        return judge(asked) | frozenset(own)

    yield path_record(entry)
    yield from with_speech(toolbox, entry, records_of(entry, toolbox.recipe.limits, finds))


def _is_heard(record: TextRecord) -> bool:
    return bool(record.pieces) and isinstance(record.pieces[0].place, Segment)


def _in_text(query: Query, record: TextRecord | PathRecord, entry: FileEntry) -> Iterator[Place]:
    fragment = record.uri[len(entry.uri) + 1 :]
    is_path = isinstance(record, PathRecord)
    for matcher, hit in query.hits(fold(record.text, is_path=is_path)):
        location: Location = TextSpan(hit.start, hit.end)
        if isinstance(record, TextRecord) and record.pieces:
            location = record.place_of(TextSpan(hit.start, hit.end))
        whole = record.text[hit.start : hit.end] == record.text.strip()
        medium = "path" if is_path else "speech" if isinstance(location, Segment) else "text"
        if medium == "text" and fragment:
            medium = "cell" if "column=" in fragment and not fragment.startswith("header") else "column name"
        yield Place(
            record.uri,
            entry.uri,
            medium,
            matcher.kind,
            matcher.entity_type,
            location,
            hit.how,
            hit.score,
            hit.confidence,
            whole=whole,
        )


def _in_tags(query: Query, record: Record, entry: FileEntry) -> Iterator[Place]:
    for name, value in getattr(record, "metadata", {}).items():
        for matcher, hit in query.hits(fold(value)):
            yield Place(
                record.uri,
                entry.uri,
                "tag",
                matcher.kind,
                matcher.entity_type,
                FieldRef(name),
                hit.how,
                hit.score,
                hit.confidence,
                whole=value.strip() == value[hit.start : hit.end],
            )


def _in_words(
    query: Query, uri: str, text: str, place_of: Callable[[int, int], Iterable[Location]], entry: FileEntry
) -> Iterator[Place]:
    for matcher, hit in query.hits(fold(text)):
        for box in place_of(hit.start, hit.end):
            yield Place(
                uri,
                entry.uri,
                "picture text",
                matcher.kind,
                matcher.entity_type,
                box,
                hit.how,
                hit.score,
                hit.confidence,
            )


class _Rows:
    """A given name in one column and the family name in another of the same row, or of the same object."""

    def __init__(self, query: Query) -> None:
        self._names = [matcher for matcher in query.matchers if isinstance(matcher, NameMatcher)]
        self._group = ""
        self._parts: list[tuple[int, str, TextRecord]] = []

    def take(self, record: TextRecord | PathRecord, entry: FileEntry) -> list[Place]:
        """The places of the row before, where this record begins another."""
        if not self._names or not isinstance(record, TextRecord):
            return []
        head, column, rest = record.uri[len(entry.uri) :].partition("column=")
        group = head + rest.rpartition(".")[0] if column else ""
        done = self.rest(entry) if group != self._group else []
        self._group = group
        for number, matcher in enumerate(self._names if group or column else ()):
            part = matcher.part(record.text)
            if part:
                self._parts.append((number, part, record))
        return done

    def rest(self, entry: FileEntry) -> list[Place]:
        """The places of the last row."""
        places = []
        for number in range(len(self._names)):
            own = [(part, record) for index, part, record in self._parts if index == number]
            if {part for part, _ in own} == {"given", "family"}:
                places += [
                    Place(
                        record.uri,
                        entry.uri,
                        "cell",
                        "name",
                        "PERSON",
                        TextSpan(0, len(record.text)),
                        "in two columns",
                        0.9,
                        Confidence.HIGH,
                        whole=True,
                    )
                    for _, record in own
                ]
        self._parts = []
        return places


def _with_lines(places: list[Place], entry: FileEntry, max_bytes: int) -> list[Place]:
    """Places in plain texts and transcripts with their line."""
    in_text = [place for place in places if place.medium == "text" and isinstance(place.location, TextSpan)]
    if not in_text:
        return places
    try:
        text = read_text(entry.path, entry.uri, max_bytes=max_bytes).text
    except UnreadableError:
        return places
    numbered = {}
    position, line = 0, 1
    for place in sorted(in_text, key=lambda place: place.location.start):  # type: ignore[union-attr]  # chosen above
        assert isinstance(place.location, TextSpan)  # noqa: S101 - chosen above
        line += text.count("\n", position, place.location.start)
        position = place.location.start
        numbered[place] = replace(place, line=line)
    return [numbered.get(place, place) for place in places]
