"""The kind of what was found in place of what was found: ``<PERSON>``, in a path ``PERSON``."""

from __future__ import annotations

from collections.abc import Sequence

from privacy_audit.anonymizers import Operator
from privacy_audit.types import Detection, Effect, PathRecord, Record, TextRecord, TextSpan

__all__ = ["TextLabel"]


class TextLabel(Operator):
    """presidio-anonymizer's ``replace`` with its default label, at every span.

    Overlapping and nested spans are joined first and take the label of the widest: Presidio would keep part of a value
    whose neighbour wins. In a path the label has no brackets, and neither the folders nor the suffix change.
    """

    name = "text_label"
    summary = "Replaces each span by the kind of data that stood there, such as <PERSON>."
    effect = Effect.REDACTED
    accepts = (TextRecord, PathRecord)
    treats = (TextSpan,)

    def apply(self, record: Record, detections: Sequence[Detection]) -> Record:
        """A new record; the text outside the spans stays as it is. Empty spans change nothing."""
        assert isinstance(record, TextRecord | PathRecord)  # noqa: S101 - `accepts` says so
        in_path = isinstance(record, PathRecord)
        pieces, position = [], 0
        for start, end, entity_type in _joined(detections):
            label = entity_type if in_path else _label(entity_type)
            if in_path:
                end = min(end, _suffix_start(record.text, start))
            if start < end:
                pieces += [record.text[position:start], label]
                position = end
        text = "".join([*pieces, record.text[position:]])
        if isinstance(record, PathRecord):
            return PathRecord(record.uri, text)
        return TextRecord(record.uri, text, record.language)


def _joined(detections: Sequence[Detection]) -> list[tuple[int, int, str]]:
    """Spans apart from each other, in order, each with the type of the widest that went into it."""
    joined: list[tuple[int, int, str, int]] = []
    for detection in sorted(detections, key=lambda item: (item.location, item.entity_type)):
        assert isinstance(detection.location, TextSpan)  # noqa: S101 - `treats` says so
        start, end = detection.location.start, detection.location.end
        if joined and start < joined[-1][1]:
            first, last, entity_type, width = joined[-1]
            if end - start > width:
                entity_type, width = detection.entity_type, end - start
            joined[-1] = (first, max(last, end), entity_type, width)
        else:
            joined.append((start, end, detection.entity_type, end - start))
    return [(start, end, entity_type) for start, end, entity_type, _ in joined]


def _label(entity_type: str) -> str:
    from presidio_anonymizer.operators import Replace

    return str(Replace().operate("", {"entity_type": entity_type}))


def _suffix_start(path: str, start: int) -> int:
    """Where the suffix of the path component at ``start`` begins, or its end where it has none."""
    slash = path.find("/", start)
    end = slash if slash >= 0 else len(path)
    dot = path.rfind(".", start, end)
    return dot if dot > start and end - dot <= 6 else end
