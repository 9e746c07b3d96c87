"""Redact the texts of a Hugging Face dataset while it is mapped.

Shows ``Guard.hf()``: with ``batched=True`` a sample that cannot be read is left out instead of passing as clean. The
dataset is made in memory, so nothing is downloaded. Run it with ``python recipes/guard_hf_dataset.py``; it needs
``pip install 'privacy-audit[hf]'``.
"""

from __future__ import annotations

from datasets import Dataset, disable_progress_bars

from privacy_audit import Guard

# Invented people; numbers from the ranges kept for fiction.
SAMPLES = [
    {"id": 0, "text": "Je m'appelle Camille Durand, écrivez-moi à camille.durand@courriel-invente.fr."},
    {"id": 1, "text": "La notice était claire, je recommande."},
    {"id": 2, "text": "On peut rappeler Julien Moreau au 06 39 98 12 45 après six heures."},
]


def main() -> None:
    """Map the guard over the dataset and print the texts that go on to training."""
    disable_progress_bars()
    dataset = Dataset.from_list(SAMPLES)
    guard = Guard("text-corpus", mode="redact")
    for sample in dataset.map(guard.hf(), batched=True):
        print(sample["id"], sample["text"])


if __name__ == "__main__":
    main()
