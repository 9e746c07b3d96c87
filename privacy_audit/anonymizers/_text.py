"""What all operators of texts share: spans that overlap are joined, paths stay paths, all else stays as it is."""

from __future__ import annotations

import abc
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from privacy_audit.anonymizers import Operator
from privacy_audit.pseudonyms.surrogates import Place, document_of
from privacy_audit.types import Detection, Effect, PathRecord, Record, TextRecord, TextSpan

__all__ = ["Claim", "Edit", "TextOperator", "edits_of", "placed", "with_edits"]

_SUFFIX = re.compile(r"(?<=.)\.[A-Za-z0-9]{1,5}$")
_UNFIT_FOR_A_PATH = re.compile(r"[/\\\x00-\x1f<>:\"|?*]")


class TextOperator(Operator):
    """Puts something else at every span. Overlapping and nested spans are joined and take the type of the widest:
    side by side they would leave part of a value. In a path neither the folders nor the suffix change.
    """

    accepts = (TextRecord, PathRecord)
    treats = (TextSpan,)

    @abc.abstractmethod
    def replacement(self, place: Place) -> str:
        """What stands there instead. In a path, what no file name may hold is made ``_``."""

    def apply(self, record: Record, detections: Sequence[Detection]) -> Record:
        """A new record; the text outside the spans stays as it is. Empty spans change nothing."""
        assert isinstance(record, TextRecord | PathRecord)  # noqa: S101 - `accepts` says so
        return with_edits(record, edits_of(record, [(self, detection) for detection in detections]))


@dataclass(frozen=True, slots=True)
class Edit:
    """``new`` in place of ``text[start:end]``, by this operator."""

    start: int
    end: int
    new: str
    operator: TextOperator
    is_file_name: bool = False
    """The name that a file has in the copy: it stays as it is, whatever the operator's effect."""


Claim: TypeAlias = tuple[TextOperator, Detection]


def edits_of(record: TextRecord | PathRecord, claims: Sequence[Claim]) -> list[Edit]:
    """What is to be done, in order and apart from each other. Where spans of several operators meet, one treats all."""
    in_path = isinstance(record, PathRecord)
    edits = []
    for first, last, entity_type, operator in _joined(claims):
        parts = _parts_of_path(record.text, first, last) if in_path else [(first, min(last, len(record.text)))]
        for start, end in parts:
            if start < end:
                new = operator.replacement(Place(record.text[start:end], entity_type, document_of(record.uri), in_path))
                edits.append(Edit(start, end, _fit(new) if in_path else new, operator))
    return edits


def with_edits(record: TextRecord | PathRecord, edits: Sequence[Edit]) -> TextRecord | PathRecord:
    """A new record with what is to be done done."""
    pieces, position = [], 0
    for edit in edits:
        pieces += [record.text[position : edit.start], edit.new]
        position = edit.end
    text = "".join([*pieces, record.text[position:]])
    return (
        PathRecord(record.uri, text)
        if isinstance(record, PathRecord)
        else TextRecord(record.uri, text, record.language)
    )


def placed(before: Sequence[TextSpan], edits: Sequence[Edit], effect: Effect) -> list[TextSpan]:
    """Where things of this effect, and names of files, stand after the edits: those of before that no edit touches,
    moved, and the new.
    """
    spans, shift, index = [], 0, 0
    for edit in (*edits, None):
        while index < len(before) and (edit is None or before[index].start < edit.end):
            span = before[index]
            if edit is None or span.end <= edit.start:
                spans.append(TextSpan(span.start + shift, span.end + shift))
            index += 1
        if edit is not None:
            if edit.operator.effect is effect or edit.is_file_name:
                spans.append(TextSpan(edit.start + shift, edit.start + shift + len(edit.new)))
            shift += len(edit.new) - (edit.end - edit.start)
    return spans


def _joined(claims: Sequence[Claim]) -> list[tuple[int, int, str, TextOperator]]:
    """Spans apart from each other, in order, each with the type and the operator of the widest that went into it."""
    joined: list[tuple[int, int, str, TextOperator, int]] = []
    for operator, detection in sorted(claims, key=lambda claim: (claim[1].location, claim[1].entity_type)):
        assert isinstance(detection.location, TextSpan)  # noqa: S101 - `treats` says so
        start, end = detection.location.start, detection.location.end
        if joined and start < joined[-1][1]:
            first, last, entity_type, chosen, width = joined[-1]
            if end - start > width:
                entity_type, chosen, width = detection.entity_type, operator, end - start
            joined[-1] = (first, max(last, end), entity_type, chosen, width)
        else:
            joined.append((start, end, detection.entity_type, operator, end - start))
    return [item[:4] for item in joined]


def _fit(new: str) -> str:
    """For one part of a path: no separator, nothing that some file system refuses, neither empty nor dots alone."""
    fit = _UNFIT_FOR_A_PATH.sub("_", new)
    return fit if fit.strip(". ") else "_"


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
