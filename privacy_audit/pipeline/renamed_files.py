"""Files that have another name in the copy: texts and tables that list them get the new one.

The old names are personal data: they stay in memory, and nothing here shows them.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from privacy_audit.anonymizers._text import Claim, Edit, TextOperator
from privacy_audit.types import Operation, TextSpan

__all__ = ["NewName", "RenamedFiles", "apart_from"]

_WORD = re.compile(r"\w+")
_SUFFIX = re.compile(r"(?<=.)\.[A-Za-z0-9]{1,5}$")
_LONGER_BEFORE = re.compile(r"[\w.@-]")
_LONGER_BEHIND = re.compile(r"[\w/\\]|[-.@]\w")


@dataclass(frozen=True, slots=True)
class NewName:
    """What stands in place of an old name, and the operators and entity types that made it so."""

    new: str
    made_by: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Renaming:
    """One old name in a text."""

    place: TextSpan
    edit: Edit
    made_by: tuple[tuple[str, str], ...] = field(repr=False)


class RenamedFiles:
    """Paths and base names, as they are written, composed or decomposed (NFC, NFD).

    A base name needs a suffix, else it may be any word; one that would get two new names is left to the operators.
    """

    def __init__(self, files: Iterable[tuple[str, str, Sequence[Operation]]] = ()) -> None:
        """``files``: every file's old and new path, relative to the root, and what was done to the path."""
        names: dict[str, NewName] = {}
        bases: dict[str, NewName | None] = {}
        for old, new, operations in files:
            cut = old.rfind("/") + 1
            made_by = tuple(dict.fromkeys((done.operator, done.entity_type) for done in operations))
            in_base = tuple(
                dict.fromkeys(
                    (done.operator, done.entity_type)
                    for done in operations
                    if isinstance(done.location, TextSpan) and done.location.end > cut
                )
            )
            base = NewName(new[new.rfind("/") + 1 :], in_base)
            known = bases.setdefault(old[cut:], base)
            if known is None or known.new != base.new:
                bases[old[cut:]] = None
            if old != new and made_by and ("/" in old or _SUFFIX.search(old)):
                names[old] = NewName(new, made_by)
        for name, told in bases.items():
            if told is not None and told.made_by and told.new != name and _SUFFIX.search(name):
                names.setdefault(name, told)
        self._names = {
            unicodedata.normalize(form, name): told for form in ("NFD", "NFC") for name, told in names.items()
        } | names
        self._lengths = self._lengths_by_word()
        self._stems = {
            _SUFFIX.sub("", name.rpartition("/")[2]): _SUFFIX.sub("", told.new.rpartition("/")[2])
            for name, told in self._names.items()
        }

    def stem(self, name: str) -> str | None:
        """The new name, without its suffix, of files whose name without its suffix is this one."""
        return self._stems.get(name)

    def joined(self, other: RenamedFiles | None) -> RenamedFiles:
        """The names of both; where both know one, this one's."""
        both = RenamedFiles()
        both._names = {**(other._names if other else {}), **self._names}
        both._stems = {**(other._stems if other else {}), **self._stems}
        both._lengths = both._lengths_by_word()
        return both

    def _lengths_by_word(self) -> dict[str, list[tuple[int, int]]]:
        lengths: dict[str, set[tuple[int, int]]] = {}
        for name in self._names:
            if word := _WORD.search(name):
                lengths.setdefault(word.group(), set()).add((word.start(), len(name)))
        return {word: sorted(found, key=lambda item: -item[1]) for word, found in lengths.items()}

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"RenamedFiles({len(self)} hidden)"

    def places(self, text: str) -> Iterator[tuple[int, int, NewName]]:
        """[start, end) in code points of each old name that is no part of a longer one, the longest first, in order."""
        position = 0
        for word in _WORD.finditer(text) if self._lengths else ():
            for before, length in self._lengths.get(word.group(), ()):
                start = word.start() - before
                told = self._names.get(text[start : start + length]) if start >= position else None
                if told is None or _LONGER_BEHIND.match(text, start + length):
                    continue
                if start == 0 or not _LONGER_BEFORE.match(text, start - 1):
                    yield start, start + length, told
                    position = start + length
                    break

    def renamings(self, text: str, operators: Iterable[object], settled: Sequence[TextSpan]) -> list[Renaming]:
        """What is to be done in a text, in order. Nothing inside ``settled``: a new name may be another's old one."""
        by_name = {item.name: item for item in operators if isinstance(item, TextOperator)}
        return [
            Renaming(TextSpan(start, end), Edit(start, end, told.new, by_name[told.made_by[0][0]], True), told.made_by)
            for start, end, told in self.places(text)
            if told.made_by[0][0] in by_name and not any(start < span.end and span.start < end for span in settled)
        ]


def apart_from(claims: Sequence[Claim], spans: Sequence[TextSpan]) -> list[Claim]:
    """The claims without what lies inside the spans, which are in order and apart."""
    if not spans:
        return list(claims)
    left: list[Claim] = []
    for operator, detection in claims:
        place = detection.location
        assert isinstance(place, TextSpan)  # noqa: S101 - operators of texts treat nothing else
        start = place.start
        for span in spans[bisect_right(spans, start, key=lambda span: span.end) :]:
            if span.start >= place.end:
                break
            if start < min(span.start, place.end):
                left.append((operator, replace(detection, location=TextSpan(start, min(span.start, place.end)))))
            start = max(start, span.end)
        if start < place.end:
            left.append((operator, replace(detection, location=TextSpan(start, place.end))))
    return left
