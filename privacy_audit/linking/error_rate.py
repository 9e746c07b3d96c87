"""The equal error rate of comparisons: of the attackers in `verify`, of the linking, of the voice encoder."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["equal_error_rate"]


def equal_error_rate(same: Sequence[float], different: Sequence[float]) -> float:
    """Where as many same pairs are rejected as different ones accepted; scores grow with likeness. In [0, 1]."""
    import numpy as np

    ours, others = np.sort(np.asarray(same)), np.sort(np.asarray(different))
    thresholds = np.unique(np.concatenate([ours, others]))
    rejected = np.searchsorted(ours, thresholds, side="left") / len(ours)
    accepted = 1 - np.searchsorted(others, thresholds, side="left") / len(others)
    best = int(np.argmin(np.abs(rejected - accepted)))
    return float((rejected[best] + accepted[best]) / 2)
