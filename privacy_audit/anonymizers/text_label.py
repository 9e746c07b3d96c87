"""The kind of what was found in place of what was found: ``<PERSON>``, in a path ``PERSON``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from privacy_audit.anonymizers import Operator
from privacy_audit.types import Detection, Effect, PathRecord, Record, TextRecord, TextSpan

__all__ = ["TextLabel"]

_SUFFIX = re.compile(r"(?<=.)\.[A-Za-z0-9]{1,5}$")


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
        for first, last, entity_type in _joined(detections):
            label = entity_type if in_path else _label(entity_type)
            parts = _parts_of_path(record.text, first, last) if in_path else [(first, min(last, len(record.text)))]
            for start, end in parts:
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


def _parts_of_path(path: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span without the slashes and the suffix in it."""
    suffix_start = _suffix_start(path)
    while start < end:
        slash = path.find("/", start)
        stop = slash if slash >= 0 else suffix_start
        yield start, min(end, stop)
        start = stop + 1 if slash >= 0 else end


def _suffix_start(path: str) -> int:
    """Where the suffix of the file begins, or the end of the path; the end of an address, `.fr`, is no suffix."""
    name = path[path.rfind("/") + 1 :]
    match = _SUFFIX.search(name)
    if match is None or ("@" in name and "." not in name[name.rfind("@") : match.start()]):
        return len(path)
    return len(path) - len(match.group())
