"""Train the recogniser: real pieces and synthetic ones in the shares of config.toml, one process, fixed seed.

    export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
    python -m tools.train_ner.train --prepared /tmp/ner --out /tmp/ner/first
    python -m tools.train_ner.train --prepared /tmp/ner --out /tmp/ner/model --start-from /tmp/ner/first

Keeps the weights that are best on the development parts of the training sets, never on what figures are reported on.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import DocBin
from spacy.training import Example
from spacy.util import fix_random_seed
from thinc.api import Adam, set_current_ops

from tools.train_ner.make_synthetic import Generator, Sample
from tools.train_ner.names import load_pools
from tools.train_ner.pipeline import NumpyProducts, blank_pipeline, document, load_config
from tools.train_ner.scoring import score
from tools.train_ner.texts import joined, recased, sprinkled, swapped, tidied

DEVELOPMENT_WORDS = 6000
"""Of each set: enough to choose by, little enough to do often."""
_SEPARATORS = (" ", "\n", "\n\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prepared", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start-from", type=Path, help="weights to go on from, with the settings under [polish]")
    parser.add_argument("--steps", type=int, help="instead of the number in config.toml, for a trial")
    arguments = parser.parse_args()
    config = load_config()
    if arguments.start_from:
        config.update(config["polish"])
    train(config, arguments.prepared, arguments.out, arguments.steps or config["steps"], arguments.start_from)


def train(config: dict[str, Any], prepared: Path, out: Path, steps: int, start_from: Path | None = None) -> None:
    """Writes the best weights to ``out`` as they come."""
    set_current_ops(NumpyProducts())
    fix_random_seed(config["seed"])
    nlp = blank_pipeline(config["network"])
    real = {name: read(nlp, path) for name in config["sets"] if (path := prepared / f"{name}.train.spacy").exists()}
    pieces = mixed(config, real)
    first = [Example(nlp.make_doc(sample.text), document(nlp, sample)) for sample in islice(pieces, 200)]
    nlp.initialize(lambda: first)
    if start_from:
        nlp.from_disk(start_from)
    optimizer = Adam(config["learn_rate"], L2=0.01, L2_is_weight_decay=True, grad_clip=1.0, use_averages=True)
    development = development_sets(config, nlp, prepared)
    began, words, loss, best = time.process_time(), 0, 0.0, 0.0
    for step in range(1, steps + 1):
        optimizer.learn_rate = learn_rate(config, step, steps)
        batch = []
        size = 0
        while size < config["words_per_step"]:
            gold = document(nlp, next(pieces))
            if len(gold):
                batch.append(Example(nlp.make_doc(gold.text), gold))
                size += len(gold)
        words += size
        loss += nlp.update(batch, sgd=optimizer, drop=config["dropout"])["ner"]
        if step % config["evaluate_every"] == 0 or step == steps:
            with nlp.use_params(optimizer.averages):
                total, told = judged(nlp, development)
                if total > best:
                    best = total
                    nlp.to_disk(out)
            spent = time.process_time() - began
            print(
                f"{step} {words / 1e6:.1f}M words {spent:.0f}s loss {loss / size:.2f} score {total:.4f} {told}",
                flush=True,
            )
            loss = 0.0


def learn_rate(config: dict[str, Any], step: int, steps: int) -> float:
    """Up from nothing, flat, then down on a straight line."""
    high, low = config["learn_rate"], config["final_learn_rate"]
    if step < config["warmup_steps"]:
        return high * step / config["warmup_steps"]
    left = (steps - step) / max(1, steps - config["decay_from"])
    return low + (high - low) * min(1.0, left)


def read(nlp: Language, path: Path) -> list[Sample]:
    """The texts of a prepared file."""
    docs = DocBin().from_disk(path).get_docs(nlp.vocab)
    return [
        Sample(
            doc.text,
            doc.user_data["language"],
            tuple((span.start_char, span.end_char, span.label_) for span in doc.ents),
        )
        for doc in docs
    ]


def mixed(config: dict[str, Any], real: dict[str, list[Sample]]) -> Iterator[Sample]:
    """Pieces without end, real and synthetic, with casing and names changed in the shares of the config."""
    mix, casing = config["mix"], config["casing"]
    rng = random.Random(config["seed"])  # noqa: S311 - which text comes next is no secret
    pools = load_pools()
    synthetic = Generator(pools, config["seed"] + 1, fillers_of(real))
    names = list(real)
    shares = [config["sets"][name]["share"] for name in names]
    while True:
        if rng.random() < mix["synthetic_share"]:
            count = rng.choices((1, 2, 3), (50, 30, 20))[0]
            piece = joined([synthetic.draw() for _ in range(count)], rng.choice(_SEPARATORS))
        else:
            piece = neighbours(rng, real[rng.choices(names, shares)[0]], rng.randint(*mix["words_per_piece"]))
            if rng.random() < 0.5:
                piece = tidied(piece)
            if piece.language in mix["swap_languages"] and rng.random() < mix["swap_share"]:
                piece = swapped(piece, rng, pools)
        how = rng.choices(list(casing), list(casing.values()))[0]
        yield sprinkled(piece, rng) if how == "sprinkled" else recased(piece, how)


def neighbours(rng: random.Random, samples: Sequence[Sample], words: int) -> Sample:
    """Texts that follow one another, until there are so many words."""
    place = rng.randrange(len(samples))
    taken = [samples[place]]
    count = len(samples[place].text.split())
    while count < words and place + 1 < len(samples):
        place += 1
        taken.append(samples[place])
        count += len(samples[place].text.split())
    return joined(taken, rng.choice(_SEPARATORS))


def fillers_of(real: dict[str, list[Sample]]) -> dict[tuple[str, str], list[str]]:
    """The organisations and places of the real sets, by language, for the slots of the templates."""
    found: dict[tuple[str, str], set[str]] = {}
    for samples in real.values():
        for sample in samples:
            for start, end, label in sample.spans:
                value = sample.text[start:end]
                if label != "PER" and value[:1].isupper() and "\n" not in value:
                    found.setdefault((sample.language, label), set()).add(value)
    return {key: sorted(values) for key, values in found.items()}


def development_sets(config: dict[str, Any], nlp: Language, prepared: Path) -> list[tuple[str, float, list[Sample]]]:
    """(name, weight, texts). French weighs as much as English; capitals and lower case count, each a little."""
    found = []
    english = [name for name, one in config["sets"].items() if one["language"] == "en"]
    for name in ("winer_fr", "europeana_fr", *english):
        path = prepared / f"{name}.development.spacy"
        if not path.exists():
            continue
        samples, words = [], 0
        for sample in read(nlp, path):
            samples.append(sample)
            words += len(sample.text.split())
            if words > DEVELOPMENT_WORDS:
                break
        weight = {"winer_fr": 0.30, "europeana_fr": 0.05}.get(name, 0.35 / len(english))
        found.append((name, weight, samples))
        if name in ("winer_fr", "gum"):
            found += [(f"{name}:{how}", 0.075, [recased(one, how) for one in samples]) for how in ("upper", "lower")]
    return found


def judged(nlp: Language, development: list[tuple[str, float, list[Sample]]]) -> tuple[float, str]:
    """The weighted F1 of people, and recall and precision of each set in words."""
    total, told = 0.0, []
    for name, weight, samples in development:
        docs = nlp.pipe(sample.text for sample in samples)
        pairs = [
            (
                [(start, end) for start, end, label in sample.spans if label == "PER"],
                [(span.start_char, span.end_char) for span in doc.ents if span.label_ == "PER"],
            )
            for sample, doc in zip(samples, docs, strict=True)
        ]
        one = score(pairs)
        total += weight * one.f1
        told.append(f"{name} {one.recall:.2f}/{one.precision:.2f}")
    return total, ", ".join(told)


if __name__ == "__main__":
    main()
