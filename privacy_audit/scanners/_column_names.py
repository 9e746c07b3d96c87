"""Names of people among the names of columns: without a sentence around it, ``Birth Date`` looks like one."""

from __future__ import annotations

from collections.abc import Sequence

from privacy_audit.scanners._columns import column_words, is_column_name, words_of
from privacy_audit.scanners._names import sure_first_names
from privacy_audit.types import Confidence, Detection, TextRecord, TextSpan

__all__ = ["without_column_words"]


def without_column_words(
    records: Sequence[TextRecord], found: Sequence[Sequence[Detection]]
) -> list[Sequence[Detection]]:
    """What was found in each record; in the name of a column only what could be somebody."""
    return [
        [item for item in detections if _could_be_somebody(record.text, item)]
        if is_column_name(record.uri)
        else detections
        for record, detections in zip(records, found, strict=True)
    ]


def _could_be_somebody(name: str, detection: Detection) -> bool:
    """A known first name, or MEDIUM without a word that columns are named by."""
    assert isinstance(detection.location, TextSpan)  # noqa: S101 - texts have no other places
    found = name[detection.location.start : detection.location.end]
    words = set(words_of(found.replace(".", " ")))
    known = not words.isdisjoint(sure_first_names())
    return known or (detection.confidence >= Confidence.MEDIUM and words.isdisjoint(column_words()))
