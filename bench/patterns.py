"""Patterns: recall and precision of text_patterns, and what random digits and news set off."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from bench._data import data_dir, half_of
from bench._run import Run
from privacy_audit.measuring.gold import GoldText, read_gold
from privacy_audit.measuring.scoring import Rates, Span, Wilson, overlapping
from privacy_audit.scanners.text_patterns import TextPatterns
from privacy_audit.types import Confidence, Detection, TextRecord, TextSpan

_TYPES = ("EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "IP_ADDRESS")
"""Types that the set labels and text_patterns looks for."""
_RANDOM = 10_000


def _digits(draw: random.Random, n: int) -> str:
    return "".join(draw.choice("0123456789") for _ in range(n))


_FORMS: tuple[tuple[str, str, Callable[[random.Random], str]], ...] = (
    ("15 digits, the first 1 or 2", "FR_NIR", lambda draw: draw.choice("12") + _digits(draw, 14)),
    ("16 digits, the first 4", "CREDIT_CARD", lambda draw: "4" + _digits(draw, 15)),
    ("FR and 25 digits", "IBAN_CODE", lambda draw: "FR" + _digits(draw, 25)),
    ("10 digits, the first 0", "PHONE_NUMBER", lambda draw: "0" + _digits(draw, 9)),
)


def main() -> None:
    """Command line."""
    run = Run("patterns", "Recall, precision and chance hits of the scanner text_patterns.")
    scanner = TextPatterns()
    name = "presidio_research_synth_dev"
    texts = run.limited(half_of(read_gold([data_dir("text", f"{name}.jsonl")]), run.half))
    found = [_found(scanner, text.text) for text in texts]
    run.add(
        f"{name}, {run.half} half: {len(texts)} texts in English with values of many countries; overlap",
        ("type", "from", "recall", "precision", "F2"),
        list(_rows(texts, found)),
    )
    run.add(
        f"{_RANDOM} random numbers of each form, alone in a sentence without a word that announces them",
        ("form", "taken for", *(f"from {level.name}" for level in Confidence)),
        [(form, kind, *_chance(scanner, kind, make)) for form, kind, make in _FORMS],
    )
    news = run.limited(half_of(read_gold([data_dir("text", "winer_fr.jsonl")]), run.half))
    n_chars = sum(len(text.text) for text in news)
    hits = Counter(
        (item.entity_type, item.confidence.name)
        for text in news
        for item in _found(scanner, text.text)
        if item.confidence >= Confidence.MEDIUM
    )
    run.add(
        f"winer_fr, {run.half} half: {len(news)} news texts, {n_chars} characters; everything found from MEDIUM on",
        ("type", "confidence", "n", "per million characters"),
        [(kind, level, n, f"{n / n_chars * 1e6:.1f}") for (kind, level), n in sorted(hits.items())],
    )
    run.finish()


def _found(scanner: TextPatterns, text: str) -> Sequence[Detection]:
    return scanner.scan(TextRecord("text", text))


def _rows(texts: Sequence[GoldText], found: Sequence[Sequence[Detection]]) -> Iterator[tuple[object, ...]]:
    for kind in _TYPES:
        for level in (Confidence.LOW, Confidence.MEDIUM):
            n_gold = n_found = n_recalled = n_right = 0
            for text, detections in zip(texts, found, strict=True):
                gold: list[Span] = [(span.start, span.end) for span in text.spans if span.entity_type == kind]
                own = [
                    (item.location.start, item.location.end)
                    for item in detections
                    if item.entity_type == kind and item.confidence >= level and isinstance(item.location, TextSpan)
                ]
                n_gold, n_found = n_gold + len(gold), n_found + len(own)
                n_recalled += overlapping(gold, own)
                n_right += overlapping(own, gold)
            rates = Rates(Wilson(n_recalled, n_gold), Wilson(n_right, n_found))
            yield kind, level.name, rates.recall, rates.precision, rates.f2


def _chance(scanner: TextPatterns, kind: str, make: Callable[[random.Random], str]) -> Iterator[Wilson]:
    draw = random.Random(0)
    texts = [f"La pièce {make(draw)} est au fond." for _ in range(_RANDOM)]
    surest = [
        max((item.confidence for item in _found(scanner, text) if item.entity_type == kind), default=None)
        for text in texts
    ]
    return (Wilson(sum(best is not None and best >= level for best in surest), _RANDOM) for level in Confidence)


if __name__ == "__main__":
    main()
