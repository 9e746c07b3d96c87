"""Texts with labelled spans: reading them, changing their case, putting other names into them, joining them."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tools.train_ner.make_synthetic import Sample, Span, as_heard
from tools.train_ner.names import NamePool, draw_person

__all__ = ["joined", "read_samples", "recased", "rewritten", "sprinkled", "swapped", "tidied"]

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_SPACE_BEFORE = re.compile(r" (?=[,.)])|(?<=\() ")


def read_samples(path: Path) -> list[tuple[str, Sample]]:
    """(id, text with spans) for each line of a JSON Lines file; the label PERSON becomes PER."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        spans = sorted((s["start"], s["end"], s["label"].replace("PERSON", "PER")) for s in row["spans"])
        found.append((row["id"], Sample(row["text"], row["lang"], tuple(spans))))
    return found


def recased(sample: Sample, how: str) -> Sample:
    """``as_written``, ``lower``, ``upper``, ``title`` or ``heard``. No length changes, so spans stay right."""
    match how:
        case "as_written":
            return sample
        case "heard":
            return as_heard(sample)
        case "title":
            text = re.sub(r"[^\W\d_]+", lambda word: _each(word[0][:1], str.upper) + word[0][1:], sample.text)
        case "upper":
            text = _each(sample.text, str.upper)
        case "lower":
            text = _each(sample.text, str.lower)
        case _:
            raise ValueError(f"no such casing: {how}")
    return Sample(text, sample.language, sample.spans)


def sprinkled(sample: Sample, rng: random.Random) -> Sample:
    """With capitals at a fifth of the ordinary words: a capital alone makes no name."""
    inside = {index for start, end, _ in sample.spans for index in range(start, end)}
    letters = list(sample.text)
    for word in _WORD.finditer(sample.text):
        if len(word[0]) > 2 and word.start() not in inside and rng.random() < 0.2:
            letters[word.start()] = _each(letters[word.start()], str.upper)
    return Sample("".join(letters), sample.language, sample.spans)


def _each(text: str, change: object) -> str:
    """Letter by letter: some letters have no other case of the same length."""
    assert callable(change)
    return "".join(new if len(new := change(char)) == 1 else char for char in text)


def rewritten(sample: Sample, changes: Iterable[tuple[int, int, str]]) -> Sample:
    """With [start, end) replaced for each change; changes are in order and cross no edge of a span."""
    text, place, shift = "", 0, [0] * (len(sample.text) + 1)
    moved = 0
    for start, end, new in changes:
        for index in range(place, start + 1):
            shift[index] = moved
        text += sample.text[place:start] + new
        for index in range(start + 1, end):
            shift[index] = moved
        moved += len(new) - (end - start)
        place = end
    for index in range(place, len(shift)):
        shift[index] = moved
    spans = tuple((start + shift[start], end + shift[end], label) for start, end, label in sample.spans)
    return Sample(text + sample.text[place:], sample.language, spans)


def tidied(sample: Sample) -> Sample:
    """Without the spaces that tokenised sets have before a comma or inside brackets, outside spans."""
    inside = {index for start, end, _ in sample.spans for index in range(start, end)}
    changes = [(m.start(), m.end(), "") for m in _SPACE_BEFORE.finditer(sample.text) if m.start() not in inside]
    return rewritten(sample, changes)


def swapped(sample: Sample, rng: random.Random, pools: Mapping[str, NamePool]) -> Sample:
    """With other people in the places of the people: one word is replaced alike everywhere in the text."""
    renamed: dict[str, str] = {}
    changes = []
    for start, end, label in sample.spans:
        if label != "PER":
            continue
        words = [word for word in _WORD.finditer(sample.text, start, end) if len(word[0]) > 1 and word[0][0].isupper()]
        person = draw_person(rng, pools, sample.language)
        for place, word in enumerate(words):
            alone = len(words) == 1
            family = place == len(words) - 1 and not (alone and rng.random() < 0.5)
            new = renamed.setdefault(word[0], person.last if family else person.first)
            changes.append((word.start(), word.end(), new.upper() if word[0].isupper() else new))
    return rewritten(sample, changes)


def joined(samples: Sequence[Sample], separator: str) -> Sample:
    """One text of several, in the language of the first."""
    text, spans = "", list[Span]()
    for sample in samples:
        if text:
            text += separator
        spans += [(start + len(text), end + len(text), label) for start, end, label in sample.spans]
        text += sample.text
    return Sample(text, samples[0].language, tuple(spans))
