"""``find`` on news: each name of two or three words that a text holds is looked for in that text.

Counts what was told by the text around (``M. Dupont``, ``Dupont``, ``Jean D.``) and whether people who read the text
marked it as a person; whether as this one is not in the data. Words were chosen on even texts of winer_fr, odd ones are
reported.
"""

from __future__ import annotations

from collections import Counter

from bench._data import data_dir, half_of, read_jsonl
from bench._run import Run
from privacy_audit.finding.folding import fold
from privacy_audit.finding.hits import best
from privacy_audit.finding.names import NameMatcher
from privacy_audit.measuring.scoring import Wilson
from privacy_audit.types import Confidence

_SETS = ("winer_fr", "ewt_dev", "gum_dev", "crossner_dev")


def main() -> None:
    """Command line."""
    run = Run("find_context", "Of what find tells by the text around, the share that stands in a person's name.")
    for name in _SETS:
        texts = run.limited(half_of(read_jsonl(data_dir("text", f"{name}.jsonl")), run.half))
        found: Counter[tuple[str, Confidence, bool]] = Counter()
        n_names = 0
        for item in texts:
            text = item["text"]
            people = [(span["start"], span["end"]) for span in item["spans"] if span["label"] == "PER"]
            folded = fold(text)
            for asked in sorted({text[start:end] for start, end in people}):
                if len(asked.split()) not in (2, 3):
                    continue
                n_names += 1
                for hit in best(NameMatcher(asked).hits(folded)):
                    if "nearby" in hit.how:
                        is_person = any(start < hit.end and hit.start < end for start, end in people)
                        found[hit.how, hit.confidence, is_person] += 1
        kinds = sorted({(how, level) for how, level, _ in found})
        rows = [
            (how, level.name, Wilson(found[how, level, True], found[how, level, True] + found[how, level, False]))
            for how, level in kinds
        ]
        run.add(f"{name}, {run.half} half: {n_names} names in {len(texts)} texts", ("told by", "level", "people"), rows)
    run.finish()


if __name__ == "__main__":
    main()
