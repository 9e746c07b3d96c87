"""Looking through a baseline, one accepted finding after the other: is it somebody's data or a false alarm?"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

import click

from privacy_audit.baseline import Accepted, Baseline, BaselineKey
from privacy_audit.errors import UnreadableError
from privacy_audit.pipeline.check_result import Place, Told
from privacy_audit.pipeline.checking import Checker, Subject
from privacy_audit.sources.text_file import read_text

__all__ = ["precision_lines", "review"]

_LABELS = {"y": "personal", "n": "not_personal"}
_QUESTION = "Is it somebody's data? [y]es, [n]o, [s]kip, [v]iew the line, [q]uit"
_MAX_LINES_SHOWN = 5
_MAX_CHARS_SHOWN = 200


def review(
    baseline: Baseline, key: BaselineKey, checker: Checker, subjects: Mapping[str, Subject], again: bool
) -> Baseline:
    """Ask about every entry without a label, or ``again`` about all; what was answered before a quit is kept."""
    by_file: dict[str, list[Accepted]] = {}
    for entry in baseline.accepted:
        if again or entry.label is None:
            by_file.setdefault(entry.file, []).append(entry)
    names = {name: uri for uri in subjects for name in (uri, key.seal(uri))}
    labels: dict[Accepted, str] = {}
    n_gone = 0
    for file, entries in by_file.items():
        subject = subjects.get(names.get(file, ""))
        found = list(_matching(checker, subject, entries)) if subject else []
        n_gone += len({*entries} - {entry for entry, _ in found})
        for entry, place in found:
            answer = "s" if entry in labels else _asked(subject, place) if subject else "s"
            if answer == "q":
                return _labelled(baseline, labels)
            if answer in _LABELS:
                labels[entry] = _LABELS[answer]
    if n_gone:
        click.echo(f"{n_gone} entries match nothing any more: privacy-audit baseline update drops them")
    return _labelled(baseline, labels)


def precision_lines(accepted: Iterable[Accepted]) -> Iterator[str]:
    """How many of the labelled findings are somebody's data, in all and by kind, with a 95 % interval."""
    from privacy_audit.measuring.scoring import Wilson

    entries = list(accepted)
    labelled = [entry for entry in entries if entry.label]
    yield f"{len(labelled)} of {len(entries)} accepted findings have a label"
    for kind in ("", *sorted({entry.kind for entry in labelled})):
        own = [entry.label == "personal" for entry in labelled if kind in ("", entry.kind)]
        if own:
            yield f"precision{f' of {kind}' if kind else ''}: {Wilson(sum(own), len(own))}"


def _matching(checker: Checker, subject: Subject, entries: list[Accepted]) -> Iterator[tuple[Accepted, Place]]:
    wanted = Baseline(tuple(entries), "")
    file = entries[0].file
    for item in checker.new_in(subject):
        entry = wanted.accepting((file,), item.mark, item.kind, item.at) if isinstance(item, Place) else None
        if entry is not None and isinstance(item, Place):
            yield entry, item


def _asked(subject: Subject, place: Place) -> str:
    click.echo(f"\n{Told(subject.shown, subject.uri, place)}")
    lines = _lines(subject, place)
    for line in lines:
        click.echo(f"  {_shape(line)}")
    while True:
        answer: str = click.prompt(_QUESTION, type=click.Choice([*"ynsvq"]), show_choices=False)
        if answer != "v":
            return answer
        if not lines:
            click.echo("  there is no line to show: open the file")
        elif not _on_terminal():
            click.echo("  lines are shown on a terminal only")
        else:
            for line in lines:
                click.echo(f"  {_printable(line)}")


def _on_terminal() -> bool:
    return sys.stdout.isatty()


def _lines(subject: Subject, place: Place) -> list[str]:
    """The lines that hold it, as they are."""
    if place.lines is None:
        return []
    first, last = place.lines
    entry = subject.fetch()
    try:
        lines = read_text(entry.path, entry.uri).text.split("\n")
    except UnreadableError:
        return []
    return [line[:_MAX_CHARS_SHOWN] for line in islice(lines, first - 1, min(last, first - 1 + _MAX_LINES_SHOWN))]


def _shape(line: str) -> str:
    """What can be seen of a line that nobody may read: digits as ``9``, letters as ``x``, marks as they are."""
    return "".join("9" if char.isnumeric() else "x" if char.isalpha() else char for char in _printable(line))


def _printable(line: str) -> str:
    return "".join(char if char.isprintable() else " " for char in line)


def _labelled(baseline: Baseline, labels: Mapping[Accepted, str]) -> Baseline:
    accepted = tuple(replace(entry, label=labels.get(entry, entry.label)) for entry in baseline.accepted)
    return Baseline(accepted, baseline.key_check, baseline.version)
