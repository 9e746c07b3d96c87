"""Treat one transcript: every place in each part it touches, speakers kept apart, times and form as they were."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from privacy_audit.pipeline.own_places import FOLLOWED, OwnPlaces
from privacy_audit.pipeline.renamed_files import RenamedFiles
from privacy_audit.pipeline.toolbox import Applied, Toolbox
from privacy_audit.sources.transcripts import Part, Transcript
from privacy_audit.types import Detection, Effect, Operation, PathRecord, TextRecord, TextSpan

__all__ = ["said_places", "treated_transcript"]

_RECORDING = "recording "
"""How tracks of names of recordings begin."""


def said_places(transcript: Transcript) -> Callable[[TextSpan], list[TextSpan]]:
    """For a place of the file: the stretches of it in each part it touches, all of one voice or tier."""
    starts = [part.start for part in transcript.parts]

    def stretches(place: TextSpan) -> list[TextSpan]:
        touched = (transcript.parts[index] for index in _touched(transcript, starts, place))
        return [
            TextSpan(max(part.start, place.start), max(part.start, min(part.end, place.end))) for part in touched
        ] or [place]

    return stretches


def treated_transcript(
    toolbox: Toolbox, uri: str, transcript: Transcript, detections: Sequence[Detection], own: OwnPlaces
) -> tuple[str, list[Operation]]:
    """The file's text with every place treated in each part it touches, and what was done.

    A speaker's name is treated alike wherever it stands, and numbered, so that speakers stay apart; a pseudonym or
    surrogate tells them apart by itself. ``own`` learns where the run's own texts stand.
    """
    parts = transcript.parts
    starts = [part.start for part in parts]
    local: dict[int, list[Detection]] = defaultdict(list)
    for detection in detections:
        span = detection.location
        if isinstance(span, TextSpan):
            for index in _touched(transcript, starts, span):
                local[index].append(replace(detection, location=_inside(transcript, parts[index], span)))
    earlier = {effect: _by_part(transcript, starts, own.spans(uri, effect)) for effect in FOLLOWED}
    later: dict[Effect, list[TextSpan]] = {effect: [] for effect in FOLLOWED}
    labels: dict[str, tuple[str, OwnPlaces]] = {}
    taken: set[str] = set()
    operations: list[Operation] = []
    pieces, position, shift = [], 0, 0
    for index, part in enumerate(parts):
        if part.role == "label" and part.track in labels:
            text, within = labels[part.track]
        else:
            within = OwnPlaces()
            for effect in FOLLOWED:
                within.set_spans(uri, effect, [inner for inner, _ in earlier[effect].get(index, ())])
            applied = within.apply(toolbox, _record(toolbox, uri, part), local.get(index, ()))
            assert isinstance(applied.record, TextRecord | PathRecord)  # noqa: S101 - operators return what they get
            place = TextSpan(part.start, part.end)
            operations += [replace(operation, location=place) for operation in applied.operations]
            text = applied.record.text
            if part.role == "label" and text != part.text:
                text = _label(applied, part, taken, toolbox.renamed_files)
                if len(text) != len(applied.record.text) and within.spans(uri, Effect.OBSCURED):
                    within.set_spans(uri, Effect.OBSCURED, [TextSpan(0, len(text))])
                taken.add(text)
                labels[part.track] = text, within
        if part.role != "label":
            replaced = sum(edit.end - edit.start for edit in applied.edits)
            own.changed.add("characters", replaced, len(part.text))
        if text == part.text:
            for effect in FOLLOWED:
                spans = [span for _, span in earlier[effect].get(index, ())]
                later[effect] += [TextSpan(span.start + shift, span.end + shift) for span in spans]
            continue
        written = transcript.escape(text)
        for effect in FOLLOWED:
            later[effect] += _escaped(transcript, text, within.spans(uri, effect), part.start + shift)
        pieces += [transcript.text[position : part.start], written]
        position = part.end
        shift += len(written) - (part.end - part.start)
    for effect, spans in later.items():
        own.set_spans(uri, effect, spans)
    return "".join([*pieces, transcript.text[position:]]), operations


def _record(toolbox: Toolbox, uri: str, part: Part) -> TextRecord | PathRecord:
    """The part as a record. A recording is named after its file, so its name is treated as a path, unless it is a
    file's name as it stands.
    """
    listed = toolbox.renamed_files is not None and any(toolbox.renamed_files.places(part.text))
    named = part.role == "label" and part.track.startswith(_RECORDING)
    return PathRecord(uri, part.text) if named and not listed else TextRecord(uri, part.text)


def _touched(transcript: Transcript, starts: Sequence[int], span: TextSpan) -> Iterator[int]:
    """Indices of the parts that a place touches, in the voice or tier in which it begins."""
    parts = transcript.parts
    at = max(0, bisect_left(starts, span.start + 1) - 1)
    for index in range(at, bisect_left(starts, max(span.end, span.start + 1))):
        part = parts[index]
        if (part.role, part.track) == (parts[at].role, parts[at].track) and part.end > span.start:
            yield index


def _by_part(
    transcript: Transcript, starts: Sequence[int], spans: Sequence[TextSpan]
) -> dict[int, list[tuple[TextSpan, TextSpan]]]:
    """By index of the part: each place in the part's own text, and in the file. One that leaves its part is dropped."""
    found: dict[int, list[tuple[TextSpan, TextSpan]]] = defaultdict(list)
    for span in spans:
        for index in _touched(transcript, starts, span):
            if span.end <= transcript.parts[index].end:
                found[index].append((_inside(transcript, transcript.parts[index], span), span))
            break
    return found


def _escaped(transcript: Transcript, text: str, spans: Sequence[TextSpan], start: int) -> Iterator[TextSpan]:
    """Places of a text, in the file in which it is written from ``start`` on; none where it is written otherwise."""
    written = transcript.escape(text)
    for span in spans:
        own = transcript.escape(text[span.start : span.end])
        first = len(transcript.escape(text[: span.start])) if span.start else 0
        if written[first : first + len(own)] == own:
            yield TextSpan(start + first, start + first + len(own))


def _label(applied: Applied, part: Part, taken: Collection[str], renamed_files: RenamedFiles | None) -> str:
    """The new name of a speaker, tier or recording; a field that held no space holds none."""
    assert isinstance(applied.record, TextRecord | PathRecord)  # noqa: S101 - as above
    file_name = renamed_files.stem(part.text) if renamed_files and part.track.startswith(_RECORDING) else None
    if file_name and not any(char.isspace() for char in file_name):
        return file_name
    text = applied.record.text
    if any(edit.operator.effect is Effect.PSEUDONYMISED or edit.is_file_name for edit in applied.edits):
        return text if " " in part.text else text.replace(" ", "_")
    return _numbered(text.replace("<", "").replace(">", "").replace(" ", "_"), part.track, taken)


def _numbered(plain: str, track: str, taken: Collection[str]) -> str:
    """Speakers and tiers always have a number; recordings from the second on, as their files in the copy."""
    if not track.startswith(_RECORDING):
        return f"{plain}_{len(taken) + 1}"
    name, number = plain, 1
    while name in taken:
        number += 1
        name = f"{plain}-{number}"
    return name


def _inside(transcript: Transcript, part: Part, span: TextSpan) -> TextSpan:
    """The place in the part's own text."""
    touched = [item for item in transcript.stretches(part) if item[2] < span.end and span.start < item[3]]
    if not touched:
        return TextSpan(0, len(part.text))
    (start, _, first, _), (_, end, _, last) = touched[0], touched[-1]
    if touched[0][1] - start == touched[0][3] - first:
        start += max(0, span.start - first)
    if end - touched[-1][0] == last - touched[-1][2]:
        end -= max(0, last - span.end)
    return TextSpan(start, max(start, end))
