"""The places of a query in one record: a text, a name of a file, tags, words in a picture, cells of one row."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import replace

from privacy_audit.errors import UnreadableError
from privacy_audit.finding.folding import fold
from privacy_audit.finding.hits import Matcher, best
from privacy_audit.finding.misread import misread
from privacy_audit.finding.names import NameMatcher
from privacy_audit.finding.places import Place
from privacy_audit.finding.query import Query
from privacy_audit.legal.exposure import is_caption
from privacy_audit.pipeline.reading import path_record
from privacy_audit.recipe import Limits
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.opened import opened
from privacy_audit.sources.text_file import read_text
from privacy_audit.types import Confidence, FieldRef, Location, PathRecord, Record, Segment, TextRecord, TextSpan

__all__ = ["Rows", "in_tags", "in_text", "in_words", "is_heard", "named_after", "with_lines"]


def is_heard(record: TextRecord) -> bool:
    """True for what is said in a recording, tied to its times."""
    return bool(record.pieces) and isinstance(record.pieces[0].place, Segment)


def named_after(query: Query, entry: FileEntry) -> frozenset[Matcher]:
    """Whose whole name stands in the name of the file or of a folder around it."""
    hits = query.hits(fold(path_record(entry).text, is_path=True))
    return frozenset(matcher for matcher, hit in hits if hit.confidence is Confidence.HIGH)


def in_text(
    query: Query, record: TextRecord | PathRecord, entry: FileEntry, named: Container[Matcher] = ()
) -> Iterator[Place]:
    """Places in a text, a cell, a name of a column, a transcript or a path. ``named``: of :func:`named_after`."""
    fragment = record.uri[len(entry.uri) + 1 :]
    is_path = isinstance(record, PathRecord)
    about = () if "row=" in fragment else named  # the rows of a table tell of many
    for matcher, hit in query.hits(fold(record.text, is_path=is_path), about):
        location: Location = TextSpan(hit.start, hit.end)
        if isinstance(record, TextRecord) and record.pieces:
            location = record.place_of(TextSpan(hit.start, hit.end))
        whole = record.text[hit.start : hit.end] == record.text.strip()
        medium = "path" if is_path else "speech" if isinstance(location, Segment) else "text"
        if is_caption(record.uri, entry.uri):
            medium = "caption"
        elif medium == "text" and fragment:
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


def in_tags(query: Query, record: Record, entry: FileEntry) -> Iterator[Place]:
    """Tags whose value holds something of the query."""
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


def in_words(
    query: Query, uri: str, text: str, place_of: Callable[[int, int], Iterable[Location]], entry: FileEntry
) -> Iterator[Place]:
    """Boxes of words in a picture; ``place_of`` gives those of ``text[start:end]``."""
    folded = fold(text)
    hits = query.hits(folded)
    for matcher in query.matchers:
        if isinstance(matcher, NameMatcher):
            taken = [(hit.start, hit.end) for _, hit in hits]
            near = (hit for hit in best(misread(matcher.orders, folded)))
            hits += [(matcher, hit) for hit in near if not any(hit.start < e and s < hit.end for s, e in taken)]
    for matcher, hit in hits:
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


class Rows:
    """A given name in one column and the family name in another of the same row, or of the same object."""

    def __init__(self, query: Query) -> None:
        self._names = [matcher for matcher in query.matchers if isinstance(matcher, NameMatcher)]
        self._group = ""
        self._parts: dict[tuple[int, int], list[tuple[str, TextRecord]]] = {}

    def take(self, record: TextRecord | PathRecord, entry: FileEntry) -> list[Place]:
        """The places of the row before, where this record begins another."""
        if not self._names or not isinstance(record, TextRecord):
            return []
        head, column, rest = record.uri[len(entry.uri) :].partition("column=")
        group = head + rest.rpartition(".")[0] if column else ""
        done = self.rest(entry) if group != self._group else []
        self._group = group
        for number, matcher in enumerate(self._names if group or column else ()):
            for cut, part in matcher.parts(record.text):
                self._parts.setdefault((number, cut), []).append((part, record))
        return done

    def rest(self, entry: FileEntry) -> list[Place]:
        """The places of the last row."""
        places = []
        for own in self._parts.values():
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
        self._parts = {}
        return list(dict.fromkeys(places))


def with_lines(places: list[Place], entry: FileEntry, limits: Limits) -> list[Place]:
    """Places in plain texts and transcripts with their line."""
    in_text = [place for place in places if place.medium == "text" and isinstance(place.location, TextSpan)]
    if not in_text:
        return places
    try:
        with opened(entry, limits) as plain:
            text = read_text(plain.path, entry.uri, max_bytes=limits.max_text_bytes).text
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
