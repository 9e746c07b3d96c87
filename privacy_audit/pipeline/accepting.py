"""What a baseline accepts: the findings of a repository as entries, and the changes between two looks at it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from privacy_audit.baseline import Accepted, Baseline, BaselineKey
from privacy_audit.pipeline.check_result import Place, Told, Unread
from privacy_audit.pipeline.checking import Checker, Subject

__all__ = ["Found", "found_in", "updated"]


@dataclass(frozen=True, slots=True)
class Found:
    """Entries for everything found. ``read``: the files read to their end, as entries name them; ``unread``: gaps."""

    accepted: tuple[Accepted, ...]
    read: frozenset[str]
    unread: tuple[Told, ...] = field(default=())


def found_in(checker: Checker, key: BaselineKey, subjects: Iterable[Subject]) -> Found:
    """Look at every subject; what a remark on its line allows is no entry."""
    accepted: dict[Accepted, None] = {}
    read: set[str] = set()
    unread: list[Told] = []
    for subject in subjects:
        items = checker.new_in(subject)
        places = [item for item in items if isinstance(item, Place)]
        gaps = [Told(subject.shown, subject.uri, item) for item in items if isinstance(item, Unread)]
        unread += gaps
        sealed = key.seal(subject.uri)
        if not gaps:
            read |= {subject.uri, sealed}
        file = sealed if any(place.in_path for place in places) else subject.uri
        for place in places:
            if place.allowed != "yes":
                accepted[Accepted(place.mark, place.kind, file, place.scanner, place.at)] = None
    return Found(tuple(accepted), frozenset(read), tuple(unread))


def updated(old: Baseline, found: Found, scanners: Iterable[str], whole: bool) -> Baseline:
    """The baseline after another look: what is still there keeps its label, what is gone is dropped, the rest is added.

    What another recipe's ``scanners`` found stays, as does what stands in a file that was not read. ``whole``: all
    files were looked at, so that an entry of any other file is gone. A label follows its value to a renamed file.
    """
    known = set(scanners)
    before = old.accepting
    still = {entry: before((entry.file,), entry.mark, entry.kind, entry.at) for entry in found.accepted}
    unread = {item.uri for item in found.unread}
    matched = set(still.values())
    kept: list[Accepted] = []
    gone: list[Accepted] = []
    for entry in old.accepted:
        looked_at = entry.file in found.read or (whole and entry.file not in unread)
        (gone if entry not in matched and looked_at and entry.scanner in known else kept).append(entry)
    labels = {(entry.mark, entry.kind, entry.at): entry.label for entry in gone}
    added = [
        replace(entry, label=labels.get((entry.mark, entry.kind, entry.at)))
        for entry, match in still.items()
        if match is None
    ]
    return Baseline((*kept, *added), old.key_check)
