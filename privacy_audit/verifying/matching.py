"""How well an attacker matches what he sees with what he knows: rank-1, with its chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Match", "rank_one"]


@dataclass(frozen=True, slots=True)
class Match:
    """``right`` of ``n`` probes were matched with the right person first; ``chance`` is the share expected blindly."""

    right: int
    n: int
    chance: float

    @property
    def rate(self) -> float:
        """Rank-1."""
        return self.right / self.n if self.n else 0.0

    @property
    def beats_chance(self) -> bool:
        """True when so many right answers by chance alone have a probability below 2.5 % (binomial, one side)."""
        from math import comb

        p = self.chance
        below = sum(comb(self.n, k) * p**k * (1 - p) ** (self.n - k) for k in range(self.right))
        return self.n > 0 and 1 - below < 0.025


def rank_one(
    probes: NDArray[np.float32],
    probe_labels: Sequence[object],
    gallery: NDArray[np.float32],
    gallery_labels: Sequence[object],
    *,
    leave_out_same_index: bool = False,
) -> Match:
    """Nearest neighbour by Euclidean distance. ``leave_out_same_index``: probe i and gallery i are one picture.

    Probes float32 (n, d), gallery float32 (m, d). Ties count as a draw among those that tie.
    """
    import numpy as np

    right, chance = 0.0, 0.0
    labels = np.asarray([hash(label) for label in gallery_labels])
    for index, (probe, label) in enumerate(zip(probes, probe_labels, strict=True)):
        allowed = np.ones(len(gallery), bool)
        if leave_out_same_index:
            allowed[index] = False
        same = (labels == hash(label)) & allowed
        distances = np.where(allowed, np.linalg.norm(gallery - probe, axis=1), np.inf)
        nearest = distances <= distances.min() + 1e-6
        right += same[nearest].mean()
        chance += same.sum() / max(1, allowed.sum())
    n = len(probe_labels)
    return Match(round(right), n, chance / n if n else 0.0)
