"""From the open sets to spaCy's binary form: which sets, which parts, and what is cleaned on the way.

    python -m tools.train_ner.prepare --data ../shared/data/text --out /tmp/ner            # without share-alike sets
    python -m tools.train_ner.prepare --data ../shared/data/text --out /tmp/ner_sa --with-share-alike

`winer_fr` gives its even documents only: the odd ones are what the figures are reported on.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import DocBin

from tools.train_ner.make_synthetic import Sample
from tools.train_ner.pipeline import blank_pipeline, document, load_config
from tools.train_ner.texts import read_samples

DEVELOPMENT_EVERY = 20
_EDGES = " \t\n,.;:«»\"'’()[]-–—"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the .jsonl files")
    parser.add_argument("--out", type=Path, required=True)
    share_alike = parser.add_mutually_exclusive_group()
    share_alike.add_argument("--without-share-alike", action="store_true", help="the default; to say it aloud")
    share_alike.add_argument("--with-share-alike", action="store_true")
    arguments = parser.parse_args()
    config = load_config()
    nlp = blank_pipeline(config["network"])
    arguments.out.mkdir(parents=True, exist_ok=True)
    listing = {}
    seen: set[str] = set()
    for name, one in config["sets"].items():
        if one.get("share_alike") and not arguments.with_share_alike:
            continue
        parts = {"development": [], "train": []}
        for part, sample in parts_of(one, arguments.data):
            cleaned = clean(name, sample)
            # a sentence that several sets have, or one set twice, counts once
            key = " ".join(cleaned.text.split()).lower()
            if key and key not in seen:
                seen.add(key)
                parts[part].append(cleaned)
        listing[name] = {part: write(nlp, samples, arguments.out, name, part) for part, samples in parts.items()}
        print(name, listing[name])
    (arguments.out / "sets.json").write_text(json.dumps(listing, indent=1) + "\n", encoding="utf-8")


def parts_of(one: dict[str, Any], data: Path) -> Iterator[tuple[str, Sample]]:
    """("train" or "development", text): whole documents are cut at their line ends."""
    for filename in one.get("development", ()):
        yield from (
            ("development", sample) for key, sample in read_samples(data / f"{filename}.jsonl") if wanted(one, key)
        )
    own_development = not one.get("development")
    for filename in one["files"]:
        rows = read_samples(data / f"{filename}.jsonl")
        if one.get("pick") == "even":
            rows = rows[::2]
        for place, (key, sample) in enumerate(rows):
            part = "development" if own_development and place % DEVELOPMENT_EVERY == 0 else "train"
            if wanted(one, key):
                yield from ((part, piece) for piece in lines_of(sample))


def wanted(one: dict[str, Any], key: str) -> bool:
    """By the beginning of a document's name."""
    if "only_ids" in one:
        return key.startswith(tuple(one["only_ids"]))
    return not key.startswith(tuple(one.get("skip_ids", ())) or "\0")


def lines_of(sample: Sample) -> Iterator[Sample]:
    """The non-empty lines of a text as texts."""
    for line in re.finditer(r"[^\n]+", sample.text):
        start, end = line.span()
        spans = tuple((s - start, e - start, label) for s, e, label in sample.spans if start <= s and e <= end)
        if line.group().strip():
            yield Sample(line.group(), sample.language, spans)


def clean(name: str, sample: Sample) -> Sample:
    """Spans without the punctuation at their edges; without what these sets call a person and we do not."""
    text, spans = sample.text, []
    for start, end, label in sample.spans:
        if label == "PER" and is_no_name(name, text, start, end):
            continue
        if name == "ro_ronec" and label == "PER" and "," in text[start:end]:
            end = start + text[start:end].index(",")
        while start < end and text[start] in _EDGES:
            start += 1
        while start < end and text[end - 1] in _EDGES and not re.search(r"\b[A-Z]\.$", text[start:end]):
            end -= 1
        follows = (
            spans and name == "europeana_nl" and spans[-1][2] == label and text[spans[-1][1] : start] in (" ", ". ")
        )
        if follows:
            # this set's pieces of one name are marked apart
            spans[-1] = (spans[-1][0], end, label)
        elif start < end:
            spans.append((start, end, label))
    return Sample(text, sample.language, tuple(spans))


def is_no_name(name: str, text: str, start: int, end: int) -> bool:
    """Handles (three quarters of the Broad Twitter Corpus's people) and, in RONEC, nouns such as `player`."""
    handle = "@" in text[max(0, start - 2) : end] or (name == "btc" and "_" in text[start:end])
    return handle or (name == "ro_ronec" and not text[start].isupper())


def write(nlp: Language, samples: list[Sample], out: Path, name: str, part: str) -> dict[str, int]:
    """A file of one set's part; what is in it is counted."""
    store = DocBin(attrs=["ENT_IOB", "ENT_TYPE", "SPACY"], store_user_data=True)
    counts = {"texts": len(samples), "words": 0, "people": 0}
    for sample in samples:
        doc = document(nlp, sample)
        doc.user_data["language"] = sample.language
        store.add(doc)
        counts["words"] += len(doc)
        counts["people"] += sum(span.label_ == "PER" for span in doc.ents)
    store.to_disk(out / f"{name}.{part}.spacy")
    return counts


if __name__ == "__main__":
    main()
