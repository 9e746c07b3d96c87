"""Spoken personal data: what is found in transcripts beside recordings, and whether the bleep covers the words.

Forty invented dialogues of :mod:`bench._dialogues` with a transcript each, treated by ``anonymize`` as a user would.
The recognizers were written while looking at those of even seeds; odd seeds, with other sentences, are reported.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from bench._dialogues import RATE_HZ, Dialogue, Word, dialogue
from bench._run import Run
from privacy_audit.measuring.scoring import Wilson
from privacy_audit.pipeline import anonymize, scan
from privacy_audit.recipe import parse_recipe

_N_DIALOGUES = 40
_RECIPE = """
name: bleep
scanners: {text_patterns: , text_names: , audio_tags: }
operators: {text_label: , audio_strip_tags: , audio_bleep: {pad_s: %s}}
"""
_ENERGY_COVERED = 0.99


def main() -> None:
    """Command line."""
    run = Run("spoken", "Recall of spoken personal data, and coverage by the bleep, on invented dialogues.")
    run.parser.add_argument("--pad", type=float, default=0.05, metavar="S", help="the bleep's margin in seconds; .05")
    run.parser.add_argument("--show", action="store_true", help="print what is missed")
    seeds = run.limited([seed for seed in range(_N_DIALOGUES) if seed % 2 == (run.half == "report")])
    dialogues = [dialogue(seed) for seed in seeds]
    with tempfile.TemporaryDirectory() as folder:
        for jitter_s in (0.0, 0.02):
            for kind in _FORMATS if not jitter_s else ("ctm",):
                _measure(run, dialogues, kind, jitter_s, Path(folder) / f"{kind}-{jitter_s}")
    run.finish()


def _measure(run: Run, dialogues: Sequence[Dialogue], kind: str, jitter_s: float, folder: Path) -> None:
    source = folder / "source"
    source.mkdir(parents=True)
    for item in dialogues:
        soundfile.write(source / f"d{item.seed:02d}.wav", item.samples, RATE_HZ, subtype="PCM_16")
        suffix, text = _FORMATS[kind](_shaken(item, jitter_s))
        (source / f"d{item.seed:02d}{suffix}").write_text(text, encoding="utf-8")
    recipe = parse_recipe(_RECIPE % run.options.pad, "bench")
    scan([source], folder / "audit", recipe)
    anonymize(source, folder / "copy", recipe)
    found = _segments(folder / "audit" / "findings.jsonl")
    hits: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    covered: list[float] = []
    outside = n_right = n_told = 0
    for item in dialogues:
        own = found[f"d{item.seed:02d}.wav"]
        treated, _ = soundfile.read(folder / "copy" / f"d{item.seed:02d}.wav", dtype="float32")
        original, _ = soundfile.read(source / f"d{item.seed:02d}.wav", dtype="float32")
        outside += _changed_outside(original, treated, own, run.options.pad)
        truths = []
        for truth in item.items:
            words = item.words[truth.first : truth.last]
            truths.append((words[0].start_s, words[-1].end_s))
            told = [segment for kind_, *segment in own if kind_ == truth.entity_type]
            whole = all(any(start <= _middle(word) <= end for start, end in told) for word in words)
            touched = any(start < words[-1].end_s and words[0].start_s < end for start, end in told)
            counts = hits[f"{item.language} {truth.entity_type}"]
            counts[0] += 1
            counts[1] += touched
            counts[2] += whole
            if run.options.show and not whole:
                print(kind, item.seed, truth.entity_type, touched, " ".join(word.text for word in words))
            if touched:
                covered += [_covered(original, treated, word) for word in words if _is_told(word, told)]
        n_told += len(own)
        n_right += sum(any(start < last and first < end for first, last in truths) for _, start, end in own)
    title = f"{len(dialogues)} dialogues, transcripts: {kind}" + (f", times shaken by {jitter_s} s" if jitter_s else "")
    rows = [
        (name, counts[0], Wilson(counts[1], counts[0]), Wilson(counts[2], counts[0]))
        for name, counts in sorted(hits.items())
    ]
    total = np.array(list(hits.values())).sum(axis=0)
    rows.append(("all", int(total[0]), Wilson(int(total[1]), int(total[0])), Wilson(int(total[2]), int(total[0]))))
    run.add(title, ("what", "n", "recall", "found with its first and last word"), rows)
    enough = sum(share >= _ENERGY_COVERED for share in covered)
    run.add(
        f"{title}: the bleep",
        (
            "found words",
            f"covered to {_ENERGY_COVERED} of their energy",
            "least covered",
            "samples changed outside",
            "findings that touch a truth",
        ),
        [(len(covered), Wilson(enough, len(covered)), min(covered, default=0.0), outside, Wilson(n_right, n_told))],
    )


def _segments(path: Path) -> dict[str, list[tuple[str, float, float]]]:
    """Recording -> (entity type, start_s, end_s) of what was found said in it."""
    found: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        finding = json.loads(line)
        place = finding["location"]
        if place["kind"] == "segment":
            found[finding["record_uri"]].append((finding["entity_type"], place["start"], place["end"]))
    return found


def _middle(word: Word) -> float:
    return (word.start_s + word.end_s) / 2


def _is_told(word: Word, told: Sequence[Sequence[float]]) -> bool:
    return any(start <= _middle(word) <= end for start, end in told)


def _covered(original: Any, treated: Any, word: Word) -> float:
    """Share of the word's energy in samples that are not as they were."""
    first, last = round(word.start_s * RATE_HZ), round(word.end_s * RATE_HZ)
    energy = original[first:last].astype(np.float64) ** 2
    left = energy[original[first:last] == treated[first:last]]
    return 1.0 - float(left.sum() / energy.sum()) if energy.sum() else 1.0


def _changed_outside(original: Any, treated: Any, own: Sequence[tuple[str, float, float]], pad_s: float) -> int:
    """Samples that differ though no finding, with its margin, holds them."""
    inside = np.zeros(len(original), bool)
    for _, start_s, end_s in own:
        inside[max(0, int((start_s - pad_s) * RATE_HZ) - 30) : int((end_s + pad_s) * RATE_HZ) + 30] = True
    return int((original != treated)[~inside].sum())


def _shaken(item: Dialogue, jitter_s: float) -> Dialogue:
    """Word times moved at random, as a recogniser's are: a Laplace law of this mean deviation."""
    if not jitter_s:
        return item
    rng = np.random.default_rng(item.seed)
    moved = []
    for word in item.words:
        start_s = max(0.0, word.start_s + rng.laplace(0, jitter_s))
        moved.append(
            Word(word.text, start_s, max(start_s, word.end_s + rng.laplace(0, jitter_s)), word.speaker, word.turn)
        )
    return Dialogue(item.seed, item.language, tuple(moved), item.items, item.samples)


def _turns(item: Dialogue) -> Iterator[tuple[float, float, str]]:
    numbers = sorted({word.turn for word in item.words})
    for number in numbers:
        words = [word for word in item.words if word.turn == number]
        yield words[0].start_s, words[-1].end_s, " ".join(word.text for word in words)


def _clock(seconds: float, mark: str) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}{mark}{ms % 1000:03d}"


def _ctm(item: Dialogue) -> tuple[str, str]:
    name = f"d{item.seed:02d}"
    return ".ctm", "".join(f"{name} 1 {w.start_s:.3f} {w.end_s - w.start_s:.3f} {w.text}\n" for w in item.words)


def _srt(item: Dialogue) -> tuple[str, str]:
    cues = enumerate(_turns(item), start=1)
    return ".srt", "".join(f"{n}\n{_clock(a, ',')} --> {_clock(b, ',')}\n{text}\n\n" for n, (a, b, text) in cues)


def _vtt(item: Dialogue) -> tuple[str, str]:
    cues = []
    for number in sorted({word.turn for word in item.words}):
        words = [word for word in item.words if word.turn == number]
        text = " ".join(f"<{_clock(word.start_s, '.')}>{word.text}" for word in words)
        cues.append(f"{_clock(words[0].start_s, '.')} --> {_clock(words[-1].end_s, '.')}\n{text}\n\n")
    return ".vtt", "WEBVTT\n\n" + "".join(cues)


def _textgrid(item: Dialogue) -> tuple[str, str]:
    end_s = len(item.samples) / RATE_HZ
    rows = "".join(f'{w.start_s:.4f}\n{w.end_s:.4f}\n"{w.text}"\n' for w in item.words)
    head = f'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n{end_s}\n<exists>\n1\n'
    return ".TextGrid", f'{head}"IntervalTier"\n"words"\n0\n{end_s}\n{len(item.words)}\n{rows}'


def _whisper(item: Dialogue) -> tuple[str, str]:
    segments = []
    for number in sorted({word.turn for word in item.words}):
        words = [word for word in item.words if word.turn == number]
        told = [{"word": f" {w.text}", "start": round(w.start_s, 3), "end": round(w.end_s, 3)} for w in words]
        text = "".join(str(word["word"]) for word in told)
        segments.append({"start": told[0]["start"], "end": told[-1]["end"], "text": text, "words": told})
    return ".json", json.dumps({"text": "".join(str(s["text"]) for s in segments), "segments": segments})


_FORMATS: dict[str, Callable[[Dialogue], tuple[str, str]]] = {
    "ctm": _ctm,
    "srt": _srt,
    "vtt": _vtt,
    "textgrid": _textgrid,
    "whisper": _whisper,
}

if __name__ == "__main__":
    main()
