"""What a run itself put into one file, round after round: found again, it is no finding and not treated again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from privacy_audit.anonymizers._text import placed
from privacy_audit.anonymizers.audio_cut import AudioCut
from privacy_audit.pipeline.changed import Changed
from privacy_audit.pipeline.toolbox import Applied, Toolbox
from privacy_audit.types import (
    AudioRecord,
    BoundingBox,
    Detection,
    Effect,
    ImageRecord,
    Location,
    Outcome,
    Record,
    Scanned,
    Segment,
    TextSpan,
)

__all__ = ["FOLLOWED", "OwnPlaces", "Stretches"]

Stretches: TypeAlias = Callable[[TextSpan], Sequence[TextSpan]]
"""The stretches of the file that a place of a text stands for; in a transcript there may be several."""

FOLLOWED = (Effect.PSEUDONYMISED, Effect.OBSCURED)
_SAME_THING = 0.5
"""Share of a box inside one that is obscured: boxes of one face found twice differ by some pixels, and a second face
that begins beside it must still be covered."""


class OwnPlaces:
    """By record of one file: where stand-ins and new names of files stand in the treated text, and what is obscured."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, Effect], list[TextSpan]] = {}
        self._obscured: dict[str, list[Location]] = {}
        self.cuts: list[list[tuple[float, float]]] = []
        """What each round cut out of the recording, in seconds."""
        self.changed = Changed()
        """How much of the file was changed."""

    def spans(self, uri: str, effect: Effect) -> Sequence[TextSpan]:
        """Places of a treated text, in order: PSEUDONYMISED for stand-ins and new names of files, or OBSCURED."""
        return self._texts.get((uri, effect), ())

    def set_spans(self, uri: str, effect: Effect, spans: Sequence[TextSpan]) -> None:
        """Tell where they stand, in order, for a text that was treated part by part."""
        self._texts[uri, effect] = list(spans)

    def apply(self, toolbox: Toolbox, record: Record, detections: Sequence[Detection]) -> Applied:
        """:meth:`Toolbox.apply` without what is obscured already; what it did is remembered."""
        uri = record.uri
        wanted = self.not_obscured(toolbox, type(record), uri, detections)
        applied = toolbox.apply(record, wanted, self.spans(uri, Effect.PSEUDONYMISED))
        self.changed.add_record(record, applied.record, applied.edits)
        if isinstance(record, AudioRecord) and toolbox.closes_timeline:
            self.cuts.append(_cuts(toolbox, record, wanted))
        if applied.edits:
            for effect in FOLLOWED:
                self._texts[uri, effect] = placed(self.spans(uri, effect), applied.edits, effect)
        if isinstance(record, AudioRecord | ImageRecord):
            obscured = [done.location for done in applied.operations if done.effect is Effect.OBSCURED]
            if obscured:
                self._obscured.setdefault(uri, []).extend(obscured)
        return applied

    def not_obscured(
        self, toolbox: Toolbox, record_class: type, uri: str, detections: Sequence[Detection]
    ) -> list[Detection]:
        """The detections without what an operator would obscure a second time; of a segment the rest is left."""
        masked, before = self.spans(uri, Effect.OBSCURED), self._obscured.get(uri, ())
        if not masked and not before:
            return list(detections)
        kept: list[Detection] = []
        for detection in detections:
            operator = toolbox.operator_for(record_class, detection)
            if operator is None or operator.effect is not Effect.OBSCURED:
                kept.append(detection)
            elif isinstance(detection.location, TextSpan):
                kept += [] if _is_inside(detection.location, masked) else [detection]
            else:
                kept += [replace(detection, location=rest) for rest in _rest(detection.location, before)]
        return kept

    def without(self, outcome: Outcome, stretches: Stretches) -> Outcome:
        """The outcome without what the run put there: a surrogate is a name, but it names nobody of the source."""
        own = self.spans(outcome.record_uri, Effect.PSEUDONYMISED)
        if not own or not isinstance(outcome, Scanned):
            return outcome
        kept = []
        for finding in outcome.findings:
            place = finding.detection.location
            if not isinstance(place, TextSpan) or not all(_is_inside(span, own) for span in stretches(place)):
                kept.append(finding)
        return replace(outcome, findings=tuple(kept))


def _cuts(toolbox: Toolbox, record: AudioRecord, detections: Sequence[Detection]) -> list[tuple[float, float]]:
    for cutter in (operator for operator in toolbox.operators if isinstance(operator, AudioCut)):
        own = [item for item in detections if toolbox.operator_for(AudioRecord, item) is cutter]
        return [] if cutter.keeps_length else cutter.stretches(record, own)
    return []


def _is_inside(place: TextSpan, spans: Sequence[TextSpan]) -> bool:
    index = bisect_right(spans, place.start, key=lambda span: span.start) - 1
    return index >= 0 and place.end <= spans[index].end


def _rest(location: Location, before: Sequence[Location]) -> Iterator[Location]:
    """What of a place lies outside places of before."""
    if isinstance(location, Segment):
        start = location.start
        for one in sorted(item for item in before if isinstance(item, Segment)):
            if start < min(one.start, location.end):
                yield Segment(start, min(one.start, location.end))
            start = max(start, one.end)
        if start < location.end:
            yield Segment(start, location.end)
    elif not isinstance(location, BoundingBox) or not any(
        _share(location, one) >= _SAME_THING for one in before if isinstance(one, BoundingBox)
    ):
        yield location


def _share(box: BoundingBox, other: BoundingBox) -> float:
    """Of the box's area inside the other, in [0, 1]."""
    width = min(box.x_max, other.x_max) - max(box.x_min, other.x_min)
    height = min(box.y_max, other.y_max) - max(box.y_min, other.y_min)
    area = box.width_px * box.height_px
    return max(0, width) * max(0, height) / area if area else 0.0
