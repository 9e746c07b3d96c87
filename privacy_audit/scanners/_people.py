"""Names of people in texts: an entity recogniser, a list of first names, and words that announce a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from privacy_audit.models import spacy_ner
from privacy_audit.recognizers._places import Taken
from privacy_audit.scanners._columns import column_of, holds_things, names_people
from privacy_audit.scanners._language import guess_language
from privacy_audit.scanners._person_spans import (
    NameSpan,
    announced_spans,
    first_name_spans,
    has_capitals,
    is_in_brand,
    mentions_of_surnames,
    shouting_lowered,
    trimmed,
)
from privacy_audit.scanners._worth_reading import stretches
from privacy_audit.types import Confidence, Detection, TextRecord, TextSpan

__all__ = ["MODELS", "people_in"]

MODELS = ("person_ner (privacy-audit)",)
"""What the scanners that look for people name in the report."""

_LETTERS = re.compile(r"[^\W\d_]{2}")
_NAME_CELL = re.compile(r"\s*[^\W\d_][^\W\d_'’\-]*\.?(?:[ '’,\-]{1,2}[^\W\d_][^\W\d_'’\-]*\.?){0,5}\s*")
_SHORT_CELL_CHARS = 60
_PERSON_LABELS, _PLACE_LABELS = ("PER", "PERSON"), ("LOC", "GPE")
Entity: TypeAlias = tuple[int, int, str]
"""[start, end) in code points and the label that the model gave."""

_SCORES = {Confidence.HIGH: 0.9, Confidence.MEDIUM: 0.7, Confidence.LOW: 0.4}


def people_in(texts: Sequence[TextRecord], second_model: bool = False) -> list[Sequence[Detection]]:
    """People per text, in order of place, none overlapping another; the recogniser is faster in batches."""
    results: list[Sequence[Detection]] = [_in_name_cell(record) or () for record in texts]
    languages = [_language(record) for record in texts]
    for language in sorted(set(languages)):
        wanted = [
            index
            for index, record in enumerate(texts)
            if languages[index] == language and not results[index] and _LETTERS.search(record.text)
        ]
        read = [shouting_lowered(texts[index].text) for index in wanted]
        found = _entities(spacy_ner.model_for(language), read)
        second = spacy_ner.SECOND_MODEL.get(language) if second_model else None
        also = _entities(second, read) if second else [[] for _ in read]
        for index, text, entities, more in zip(wanted, read, found, also, strict=True):
            results[index] = _as_sure_as_its_column(texts[index], _detections(texts[index].text, text, entities, more))
    return results


def _as_sure_as_its_column(record: TextRecord, found: list[Detection]) -> list[Detection]:
    """In a short cell of a column of things a name is most likely that of a thing."""
    if len(record.text) > _SHORT_CELL_CHARS or not holds_things(column_of(record.uri) or ""):
        return found
    return [replace(item, score=_SCORES[Confidence.LOW], confidence=Confidence.LOW) for item in found]


def _entities(model: str, texts: Sequence[str]) -> list[list[Entity]]:
    """What the recogniser finds in each text; it reads only the sentences that can hold a name."""
    parts = [(index, *place) for index, text in enumerate(texts) for place in stretches(text)]
    found: list[list[Entity]] = [[] for _ in texts]
    read = spacy_ner.entities(model, [texts[index][start:end] for index, start, end in parts])
    for (index, start, _), spans in zip(parts, read, strict=True):
        found[index] += [(start + first, start + last, label) for first, last, label in spans]
    return found


def _language(record: TextRecord) -> str:
    """``fr`` or ``en``; what cannot be told is read as French."""
    declared = (record.language or "").lower()[:2]
    return declared if declared in ("fr", "en") else guess_language(record.text) or "fr"


def _in_name_cell(record: TextRecord) -> list[Detection]:
    """A cell of a column that holds names, when the cell looks like one."""
    column = column_of(record.uri)
    says = names_people(column) if column else "no"
    text = record.text
    if says == "no" or not _LETTERS.search(text) or len(text) > 80 or not _NAME_CELL.fullmatch(text):
        return []
    span = trimmed(text, 0, len(text))
    if span is None or (says == "perhaps" and not span.known_first_name):
        return []
    confidence = Confidence.HIGH if span.known_first_name else Confidence.MEDIUM
    return [_detection(span, confidence)]


def _detections(original: str, read: str, found: list[Entity], also: list[Entity]) -> list[Detection]:
    """``read`` is what the models read: ``original`` with its shouting lines in lower case, offset for offset.

    ``also`` is what a second model found.
    """
    spans: dict[NameSpan, Confidence] = {}
    taken = Taken()
    for span in announced_spans(original):
        if taken.take(span.start, span.end):
            spans[span] = Confidence.HIGH if span.known_first_name and span.n_words > 1 else Confidence.MEDIUM
    for person in _people(read, found):
        if taken.take(person.start, person.end):
            spans[person] = _confidence(person)
    for person in _people(read, also):
        if taken.take(person.start, person.end):
            spans[person] = Confidence.LOW
    for span in first_name_spans(original):
        if span.n_words >= 2 and taken.take(span.start, span.end):
            spans[span] = Confidence.MEDIUM
    places = Taken()
    for start, end, label in found:
        if label in _PLACE_LABELS:
            places.take(start, end)
    surnames = {original[span.start : span.end].split()[-1] for span in spans if span.n_words >= 2}
    for span in list(spans):
        if span.n_words == 1 and original[span.start : span.end] in surnames:
            spans[span] = max(spans[span], Confidence.MEDIUM)
    for span in mentions_of_surnames(original, [span for span in spans if spans[span] >= Confidence.MEDIUM]):
        if places.is_free(span.start, span.end) and taken.take(span.start, span.end):
            spans[span] = Confidence.LOW
    told = sorted(spans.items(), key=lambda item: item[0].start)
    return [_detection(span, sure) for span, sure in told if not is_in_brand(original, span)]


def _people(read: str, found: list[Entity]) -> list[NameSpan]:
    capitals = has_capitals(read)
    spans = [trimmed(read, start, end, capitals) for start, end, label in found if label in _PERSON_LABELS]
    return [span for span in spans if span is not None]


def _confidence(span: NameSpan) -> Confidence:
    """By how often such spans were right on ewt_dev and the development part of winer_fr (docs/detectors.md)."""
    if span.known_first_name:
        return Confidence.HIGH if span.n_words >= 2 else Confidence.MEDIUM
    return Confidence.MEDIUM if span.n_words >= 2 else Confidence.LOW


def _detection(span: NameSpan, confidence: Confidence) -> Detection:
    return Detection("PERSON", TextSpan(span.start, span.end), _SCORES[confidence], confidence)
