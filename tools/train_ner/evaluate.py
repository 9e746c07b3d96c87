"""Recall and precision of person names by span overlap, for our model, another one, both together and where both agree.

    python -m tools.train_ner.evaluate --model privacy_audit/models/weights/person_ner --reference fr_core_news_sm \
        --set ../shared/data/text/winer_fr.jsonl:odd --set ../shared/data/text/ewt_dev.jsonl \
        --set ../shared/data/text/presidio_research_synth_dev.jsonl \
        --clean tests/data/clean_fr.txt --clean tests/data/clean_en.txt --by-origin

A set is a JSON Lines file of {"id", "lang", "text", "spans": [{"start", "end", "label"}]}; `:odd` takes the documents
at odd places, which training never saw.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path

import spacy
from spacy.language import Language

from tools.train_ner.make_synthetic import Sample
from tools.train_ner.names import load_pools
from tools.train_ner.scoring import Range, score
from tools.train_ner.texts import read_samples, recased

CASINGS = ("as_written", "upper", "lower")
NOT_NEEDED = ["parser", "morphologizer", "tagger", "attribute_ruler", "lemmatizer", "senter"]
NAMES_PER_ORIGIN = 300

# Not among the templates of training.
CARRIERS = (
    "Le colis pour {} attend à l'accueil.",
    "J'ai croisé {} au marché ce matin.",
    "Ce matin {} nous a parlé de son voyage.",
    "Une lettre de {} est arrivée ce matin.",
    "The parcel for {} is at the front desk.",
    "Yesterday {} told us about the trip.",
    "A letter from {} came this morning.",
    "Have you asked {} for the keys?",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="folder or installed package")
    parser.add_argument("--reference", help="a second model, alone, in union and in agreement with the first")
    parser.add_argument("--set", action="append", default=[], dest="sets", metavar="FILE[:odd]")
    parser.add_argument("--clean", action="append", default=[], type=Path, help="text file without any name")
    parser.add_argument("--by-origin", action="store_true", help="recall by origin of names kept back from training")
    arguments = parser.parse_args()
    models = [spacy.load(arguments.model)]
    if arguments.reference:
        models.append(spacy.load(arguments.reference, exclude=NOT_NEEDED))
    for one in arguments.sets:
        path, _, half = one.partition(":")
        samples = [sample for _, sample in read_samples(Path(path))]
        report(Path(path).stem + (f" ({half})" if half else ""), samples[1::2] if half == "odd" else samples, models)
    for path in arguments.clean:
        report_clean(path, models)
    if arguments.by_origin:
        report_origins(models[0])


def report(name: str, samples: Sequence[Sample], models: Sequence[Language]) -> None:
    """A table: one row for each way to use the models, one column for each casing."""
    truth = [[(start, end) for start, end, label in sample.spans if label == "PER"] for sample in samples]
    print(f"\n{name}: {len(samples)} texts, {sum(map(len, truth))} people; recall / precision")
    print(f"{'':12}" + "".join(f"{how:>16}" for how in CASINGS) + f"{'chars/CPU-s':>14}")
    table: dict[str, list[str]] = {}
    speeds: dict[str, str] = {}
    for how in CASINGS:
        texts = [recased(sample, how).text for sample in samples]
        found = []
        for index, model in enumerate(models):
            spans, chars_per_s = people(model, texts)
            found.append(spans)
            row = ("own", "reference")[index]
            table.setdefault(row, []).append(str(score(zip(truth, spans, strict=True))))
            speeds.setdefault(row, f"{chars_per_s:,.0f}")
        if len(found) == 2:
            both = list(zip(*found, strict=True))
            union = [merged([*one, *other]) for one, other in both]
            agreed = [[span for span in one if touches(span, other)] for one, other in both]
            table.setdefault("union", []).append(str(score(zip(truth, union, strict=True))))
            table.setdefault("agreement", []).append(str(score(zip(truth, agreed, strict=True))))
    for row, cells in table.items():
        print(f"{row:12}" + "".join(f"{cell:>16}" for cell in cells) + f"{speeds.get(row, ''):>14}")


def people(model: Language, texts: Sequence[str]) -> tuple[list[list[Range]], float]:
    """The person spans in every text, and how many characters were read in a second of processor time."""
    began = time.process_time()
    found = [
        [(span.start_char, span.end_char) for span in doc.ents if span.label_ in ("PER", "PERSON")]
        for doc in model.pipe(texts, batch_size=64)
    ]
    return found, sum(map(len, texts)) / max(1e-9, time.process_time() - began)


def merged(spans: Sequence[Range]) -> list[Range]:
    """Overlapping spans as one."""
    found: list[Range] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def touches(span: Range, others: Sequence[Range]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def report_clean(path: Path, models: Sequence[Language]) -> None:
    """How many sentences without a name have a hit."""
    texts = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and line[0] != "#"]
    for row, model in zip(("own", "reference"), models, strict=False):
        hits = sum(map(bool, people(model, texts)[0]))
        print(f"{path.name}: {row} finds a person in {hits} of {len(texts)} sentences without one")


def report_origins(model: Language) -> None:
    """Recall of full names that training never saw, first and family name of one origin, in plain sentences."""
    print("\nrecall by origin: names kept back from training, full name / family name alone / first name alone")
    rng = random.Random(7)  # noqa: S311 - a sample to measure on
    for group, pool in load_pools(held_out=True).items():
        rates = []
        for form in ("{0} {1}", "{1}", "{0}"):
            texts, truth = [], []
            for _ in range(NAMES_PER_ORIGIN):
                name = form.format(rng.choice(pool.first), rng.choice(pool.last))
                before, after = rng.choice(CARRIERS).split("{}")
                texts.append(before + name + after)
                truth.append([(len(before), len(before) + len(name))])
            rates.append(score(zip(truth, people(model, texts)[0], strict=True)).recall)
        told = " / ".join(f"{rate:.2f}" for rate in rates)
        print(f"{group:22} {told}   ({len(pool.first)} first, {len(pool.last)} family names)")


if __name__ == "__main__":
    main()
