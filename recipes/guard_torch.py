"""Train a small model on texts that a guard redacts, with two worker processes.

Shows ``Guard.torch()`` around a ``DataLoader``: samples that must be left out are, batches that nothing is left of are
passed over, and one report holds what every worker saw. Run it with ``python recipes/guard_torch.py``; it needs
``pip install 'privacy-audit[torch]'``.
"""

from __future__ import annotations

import torch
from torch.utils.data import DataLoader

from privacy_audit import Guard

# Invented people; numbers from the ranges kept for fiction.
TEXTS = [("Camille Durand adore, camille.durand@courriel-invente.fr", 1), ("Lent et triste, 06 39 98 12 45", 0)] * 20


def features(texts: list[str]) -> torch.Tensor:
    """How often each letter occurs."""
    return torch.tensor([[text.count(chr(97 + letter)) / len(text) for letter in range(26)] for text in texts])


def main() -> None:
    """Train for three epochs and print the loss, a text as the model saw it, and the counts of the report."""
    torch.manual_seed(0)
    guard = Guard("text-corpus", mode="redact")
    loader = guard.torch(DataLoader(TEXTS, batch_size=8, shuffle=True, num_workers=2))
    model = torch.nn.Linear(26, 2)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    for epoch in range(3):
        for texts, labels in loader:
            loss = torch.nn.functional.cross_entropy(model(features(texts)), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.2f}")
    print(sorted(texts)[0])
    report = guard.report()
    print(report.dataset.n_files, {entity.entity_type: entity.count for entity in report.entities})


if __name__ == "__main__":
    main()
