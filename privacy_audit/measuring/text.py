"""Recall and precision of text detectors on labelled texts, with the same work done by plain Presidio beside them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from privacy_audit.measuring.gold import CASINGS, Casing, GoldText, in_casing
from privacy_audit.measuring.scoring import Rates, Span, Wilson, overlapping
from privacy_audit.pipeline import Toolbox
from privacy_audit.recipe import Recipe
from privacy_audit.types import Confidence, Scanned, TextRecord, TextSpan

__all__ = ["Detector", "Found", "Row", "Speed", "measure", "our_detectors", "speed_of"]

_BATCH_TEXTS = 64

Found = dict[str, list[Span]]
"""Entity type -> spans, of one text."""


@dataclass(frozen=True, slots=True)
class Detector:
    """A name for the table, what it can find, and the function that finds it."""

    name: str
    entity_types: frozenset[str]
    find: Callable[[Sequence[GoldText]], list[Found]]


@dataclass(frozen=True, slots=True)
class Row:
    """One detector on one entity type, language and casing. ``exact_recall`` wants both ends right."""

    detector: str
    entity_type: str
    language: str
    casing: Casing
    rates: Rates
    exact_recall: Wilson


@dataclass(frozen=True, slots=True)
class Speed:
    """Characters per second of CPU, on the texts as written; it means something beside another figure of one run."""

    detector: str
    chars_per_cpu_s: float


def our_detectors(recipe: Recipe, at_least: Confidence = Confidence.LOW) -> list[Detector]:
    """All text scanners of the recipe together, then each alone."""
    toolbox = Toolbox(recipe)
    scanners = toolbox.scanners_for(TextRecord)
    whole = Detector(
        f"privacy-audit ({recipe.name})",
        frozenset(kind for scanner in scanners for kind in scanner.entity_types),
        lambda texts: _found(toolbox, texts, at_least),
    )
    alone = []
    for scanner in scanners:
        own = Toolbox(Recipe(scanner.name, scanners={scanner.name: recipe.scanners[scanner.name]}))
        kinds = frozenset(scanner.entity_types)
        alone.append(Detector(scanner.name, kinds, lambda texts, box=own: _found(box, texts, at_least)))  # type: ignore[misc]  # a default binds the loop's value
    return [whole, *alone]


def measure(detectors: Sequence[Detector], texts: Sequence[GoldText], casings: Sequence[Casing] = CASINGS) -> list[Row]:
    """A row per detector, entity type that it claims and the texts are labelled with, language (or "all"), casing."""
    labelled = sorted({span.entity_type for text in texts for span in text.spans})
    languages = sorted({text.language or "?" for text in texts})
    rows: list[Row] = []
    for casing in casings:
        cased = [in_casing(text, casing) for text in texts]
        for detector in detectors:
            claimed = [kind for kind in labelled if kind in detector.entity_types]
            if not claimed:
                continue
            found = [
                item
                for start in range(0, len(cased), _BATCH_TEXTS)
                for item in detector.find(cased[start : start + _BATCH_TEXTS])
            ]
            for language in ["all", *languages] if len(languages) > 1 else languages:
                chosen = [index for index, text in enumerate(cased) if language in ("all", text.language or "?")]
                for kind in claimed:
                    pairs = [(_true_spans(cased[index], kind), found[index].get(kind, [])) for index in chosen]
                    rows.append(_row(detector.name, kind, language, casing, pairs))
                if len(claimed) > 1:
                    every = [
                        pair
                        for index in chosen
                        for kind in claimed
                        for pair in [(_true_spans(cased[index], kind), found[index].get(kind, []))]
                    ]
                    rows.append(_row(detector.name, "all claimed", language, casing, every))
    return rows


def speed_of(detector: Detector, texts: Sequence[GoldText]) -> Speed:
    """One pass over the texts, after one that loads the models."""
    detector.find(texts[:2])
    start_s = time.process_time()
    for start in range(0, len(texts), _BATCH_TEXTS):
        detector.find(texts[start : start + _BATCH_TEXTS])
    n_chars = sum(len(text.text) for text in texts)
    return Speed(detector.name, n_chars / max(time.process_time() - start_s, 1e-9))


def _row(name: str, kind: str, language: str, casing: Casing, pairs: list[tuple[list[Span], list[Span]]]) -> Row:
    n_true = sum(len(true) for true, _ in pairs)
    n_found = sum(len(found) for _, found in pairs)
    recall = Wilson(sum(overlapping(true, found) for true, found in pairs), n_true)
    precision = Wilson(sum(overlapping(found, true) for true, found in pairs), n_found)
    exact = Wilson(sum(span in found for true, found in pairs for span in true), n_true)
    return Row(name, kind, language, casing, Rates(recall, precision), exact)


def _true_spans(text: GoldText, kind: str) -> list[Span]:
    return [(span.start, span.end) for span in text.spans if span.entity_type == kind]


def _found(toolbox: Toolbox, texts: Sequence[GoldText], at_least: Confidence) -> list[Found]:
    # the language is not passed on: a user's records seldom carry it
    records = [TextRecord(str(index), text.text) for index, text in enumerate(texts)]
    found: list[Found] = [{} for _ in texts]
    for index, kind, span in _detections(toolbox, records, at_least):
        found[index].setdefault(kind, []).append(span)
    return found


def _detections(
    toolbox: Toolbox, records: Sequence[TextRecord], at_least: Confidence
) -> Iterator[tuple[int, str, Span]]:
    for outcome in toolbox.scan(records):
        if isinstance(outcome, Scanned):
            for finding in outcome.findings:
                detection = finding.detection
                if detection.confidence >= at_least and isinstance(detection.location, TextSpan):
                    place = detection.location
                    yield int(outcome.record_uri), detection.entity_type, (place.start, place.end)
