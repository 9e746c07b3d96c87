"""Names of people: recall and precision of the text scanners of the recipe text-corpus at each level of confidence.

A set is a JSON Lines file as ``privacy-audit bench text`` reads it, which compares detectors; this compares levels.
Each set is read as written, in capitals and in small letters. The language is not told, as in a folder of texts.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench._data import data_dir, half_of
from bench._run import Run
from privacy_audit.measuring.gold import CASINGS, Casing, GoldText, in_casing, read_gold
from privacy_audit.measuring.scoring import Rates, Span, Wilson, overlapping
from privacy_audit.pipeline import Toolbox
from privacy_audit.recipe import load_recipe
from privacy_audit.types import Confidence, Scanned, TextRecord, TextSpan, Unscanned

_SETS = ("winer_fr", "ewt_dev")
_BATCH = 64


@dataclass(frozen=True, slots=True)
class _Document:
    """The true names of one text, and those found in it."""

    gold: list[Span]
    found: list[tuple[Span, Confidence]]


def main() -> None:
    """Command line."""
    run = Run("names", "Recall and precision of PERSON, by the text scanners of the recipe text-corpus.")
    run.parser.add_argument("sets", nargs="*", metavar="SET", help="files, or names under text/: winer_fr, ewt_dev")
    run.parser.add_argument("--whole", action="store_true", help="read both halves: for sets that nothing was tuned on")
    toolbox = Toolbox(load_recipe("text-corpus"))
    # what loads once per process is no part of the speed
    toolbox.scan([TextRecord("warm-up", "Bonjour, Lucie Garnier vous répond.")])
    for name in run.options.sets or _SETS:
        path = Path(name) if name.endswith(".jsonl") else data_dir("text", f"{name}.jsonl")
        texts = read_gold([path])
        _measure(run, toolbox, path.stem, run.limited(texts if run.options.whole else half_of(texts, run.half)))
    run.finish()


def _measure(run: Run, toolbox: Toolbox, name: str, texts: Sequence[GoldText]) -> None:
    part = "whole" if run.options.whole else f"{run.half} half"
    n_chars = sum(len(text.text) for text in texts)
    rows: list[tuple[object, ...]] = []
    speeds = []
    n_names = 0
    for casing in CASINGS:
        start_s = time.process_time()
        documents = _scanned(toolbox, texts, casing)
        speeds.append((casing, f"{n_chars / (time.process_time() - start_s):,.0f}"))
        n_names = sum(len(document.gold) for document in documents)
        rows += [(casing, level.name, *_row(documents, level)) for level in Confidence]
    run.add(
        f"{name}, {part}: {len(texts)} texts, {n_chars} characters, {n_names} names; overlap, exact, this level alone",
        ("casing", "from", "recall", "precision", "F2", "exact recall", "exact precision", "precision, level alone"),
        rows,
    )
    run.add(f"{name}: all text scanners of the recipe", ("casing", "characters per CPU-second"), speeds)


def _scanned(toolbox: Toolbox, texts: Sequence[GoldText], casing: Casing) -> list[_Document]:
    documents = []
    for start in range(0, len(texts), _BATCH):
        batch = [in_casing(text, casing) for text in texts[start : start + _BATCH]]
        found: list[list[tuple[Span, Confidence]]] = [[] for _ in batch]
        for outcome in toolbox.scan([TextRecord(str(place), text.text) for place, text in enumerate(batch)]):
            if isinstance(outcome, Unscanned):
                raise SystemExit(f"{outcome.scanner} did not read a text: {outcome.detail}")
            found[int(outcome.record_uri)] += _people(outcome)
        for text, own in zip(batch, found, strict=True):
            gold: list[Span] = [(span.start, span.end) for span in text.spans if span.entity_type == "PERSON"]
            documents.append(_Document(gold, own))
    return documents


def _people(outcome: Scanned) -> Iterator[tuple[Span, Confidence]]:
    for finding in outcome.findings:
        detection = finding.detection
        if detection.entity_type == "PERSON" and isinstance(detection.location, TextSpan):
            yield (detection.location.start, detection.location.end), detection.confidence


def _row(documents: Sequence[_Document], level: Confidence) -> tuple[object, ...]:
    n_gold = n_found = n_recalled = n_right = n_exact = n_alone = n_alone_right = 0
    for document in documents:
        found = [span for span, confidence in document.found if confidence >= level]
        alone = [span for span, confidence in document.found if confidence == level]
        n_gold, n_found, n_alone = n_gold + len(document.gold), n_found + len(found), n_alone + len(alone)
        n_recalled += overlapping(document.gold, found)
        n_right += overlapping(found, document.gold)
        n_alone_right += overlapping(alone, document.gold)
        n_exact += len({*document.gold} & {*found})
    rates = Rates(Wilson(n_recalled, n_gold), Wilson(n_right, n_found))
    exact = Wilson(n_exact, n_gold).share, Wilson(n_exact, n_found).share
    return rates.recall, rates.precision, rates.f2, *exact, Wilson(n_alone_right, n_alone)


if __name__ == "__main__":
    main()
