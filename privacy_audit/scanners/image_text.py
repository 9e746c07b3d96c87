"""Text in pictures, letters, badges, screens and plates among them: read by RapidOCR, searched like any text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from privacy_audit.errors import UnreadableError
from privacy_audit.models.ocr import read_lines
from privacy_audit.recognizers import all_recognizers
from privacy_audit.recognizers._search import search
from privacy_audit.scanners import Scanner
from privacy_audit.scanners._people import MODELS, people_in
from privacy_audit.scanners._person_spans import announced_spans, shouting_lowered, trimmed
from privacy_audit.scanners._picture_text import Piece, Row, Sheet, cells, columns, machine_readable, rows, sheet_of
from privacy_audit.scanners._plates import plate_confidence
from privacy_audit.types import Confidence, Detection, ImageRecord, Reason, Record, TextRecord, TextSpan

__all__ = ["ImageText"]

SURE_LINE = 0.85
"""A value in a line read with a lower score is one level less sure than its form makes it."""
_LOW_NAME_SCORE = 0.4
_PLATE_SCORES = {Confidence.MEDIUM: 0.7, Confidence.LOW: 0.3}


@dataclass(frozen=True, slots=True)
class _Found:
    """``detection`` is in a text of its own; ``pieces`` say where in the picture that is."""

    detection: Detection
    pieces: tuple[Piece, ...]

    @property
    def kind(self) -> str:
        """The entity type."""
        return self.detection.entity_type

    @property
    def places(self) -> set[tuple[int, int]]:
        """Line and character, for telling whether two overlap."""
        return {(id(line), index) for line, start, end in self.pieces for index in range(start, end)}


class ImageText(Scanner):
    """Needs the extra ``ocr``. A value that stands on two lines has a box on each.

    The confidence is that of the text detectors, one level less in a line that was hard to read; ``score`` is theirs
    times that of the reading. Plates are told by their form alone, and only where one is a whole line.
    """

    name = "image_text"
    summary = "Names, numbers and plates written in pictures (RapidOCR, then the detectors of texts)."
    entity_types = tuple(
        sorted({"PERSON", "LICENSE_PLATE", *(item.entity_type for item in all_recognizers().values())})
    )
    accepts = (ImageRecord,)
    needs_model = True
    models = ("PP-OCRv6 small (rapidocr 3.10)", *MODELS)

    def scan(self, record: Record) -> Sequence[Detection]:
        """Boxes from top to bottom; one per line that a value stands on."""
        assert isinstance(record, ImageRecord)  # noqa: S101 - `accepts` says so
        height_px, width_px = record.pixels.shape[:2]
        if not record.pixels.size:
            raise UnreadableError(Reason.UNSUPPORTED, "its pixels were not decoded")
        found = [item for rows_of_text in rows(read_lines(record.pixels)) for item in _in_rows(rows_of_text)]
        detections = {
            replace(
                item.detection,
                location=line.box(start, end, (width_px, height_px)),
                score=item.detection.score * line.score,
                confidence=_as_read(item.detection.confidence, line.score),
            )
            for item in found
            for line, start, end in item.pieces
        }
        return sorted(detections, key=lambda item: (item.location.y_min, item.location.x_min, item.entity_type))  # type: ignore[union-attr]  # all boxes


def _as_read(confidence: Confidence, score: float) -> Confidence:
    return confidence if score >= SURE_LINE else Confidence(max(confidence - 1, Confidence.LOW))


def _in_rows(rows_of_text: list[Row]) -> list[_Found]:
    sheet = sheet_of(rows_of_text)
    found = list(_machine_readable(rows_of_text))
    # columns first: read across, the street of one address goes on in the next
    for text in (sheet_of(columns(rows_of_text)), sheet):
        found += _new(found, _from_sheet(search(text.text), text))
    found += _new(found, _plates(rows_of_text))
    return [*found, *_from_sheet(_people(sheet.text), sheet)]


def _new(found: Sequence[_Found], more: Iterable[_Found]) -> list[_Found]:
    """What touches no other of its kind that is as sure, and is not covered by one of another kind."""
    return [
        item
        for item in more
        if not any(
            item.detection.confidence <= other.detection.confidence
            and (item.places & other.places if item.kind == other.kind else item.places <= other.places)
            for other in found
        )
    ]


def _people(text: str) -> Iterator[Detection]:
    """Signs and brands have no sentence around them: the recogniser alone is LOW here.

    Kept as they are: what holds a known first name, and what is announced as a name.
    """
    (people,) = people_in([TextRecord("", text)])
    announced, read = list(announced_spans(text)), shouting_lowered(text)
    for detection in people:
        assert isinstance(detection.location, TextSpan)  # noqa: S101 - the detectors of texts give nothing else
        start, end = detection.location.start, detection.location.end
        span = trimmed(read, start, end)
        known = span is not None and span.known_first_name
        if known or any(start < other.end and other.start < end for other in announced):
            yield detection
        else:
            yield replace(detection, confidence=Confidence.LOW, score=min(detection.score, _LOW_NAME_SCORE))


def _from_sheet(detections: Iterable[Detection], sheet: Sheet) -> Iterator[_Found]:
    for detection in detections:
        assert isinstance(detection.location, TextSpan)  # noqa: S101 - the detectors of texts give nothing else
        yield _Found(detection, tuple(sheet.pieces(detection.location.start, detection.location.end)))


def _machine_readable(rows_of_text: list[Row]) -> Iterator[_Found]:
    for text, lines_of_rows in machine_readable(rows_of_text):
        for detection in search(text, names=("mrz",)):
            assert isinstance(detection.location, TextSpan)  # noqa: S101 - the detectors of texts give nothing else
            first = text.count("\n", 0, detection.location.start)
            last = text.count("\n", 0, detection.location.end)
            lines = [line for of_row in lines_of_rows[first : last + 1] for line in of_row]
            yield _Found(detection, tuple((line, 0, len(line.text)) for line in lines))


def _plates(rows_of_text: list[Row]) -> Iterator[_Found]:
    for row in rows_of_text:
        for lines in cells(row):
            confidence = plate_confidence(" ".join(line.text for line in lines))
            if confidence is not None:
                detection = Detection("LICENSE_PLATE", TextSpan(0, 0), _PLATE_SCORES[confidence], confidence)
                yield _Found(detection, tuple((line, 0, len(line.text)) for line in lines))
