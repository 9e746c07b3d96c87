"""Which of many vectors are alike, without comparing all pairs: an inverted file of cells, in numpy.

As the IVF index of Jégou, Douze and Schmid (IEEE PAMI 2011) without its compression, with two sets of cells, since what
one tears apart the other may not. Up to :data:`EXACT` vectors all pairs are compared. Time grows with n to the power of
1.5; time and share of pairs found: ``python -m bench.linking``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["EXACT", "Pairs", "alike"]

EXACT = 8_192
_SETS, _PROBES = 2, 8  # sets of cells, and the cells of each that are looked into for one vector
_TRAINED_ON, _ROUNDS = 40_000, 5
_BLOCK = 2_048


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of vectors, each once: ``one`` < ``other``, int (m,), and their inner products, float32 (m,)."""

    one: NDArray[np.int_]
    other: NDArray[np.int_]
    likeness: NDArray[np.float32]


def alike(vectors: NDArray[np.float32], similarity: float, at_most: int = 32) -> Pairs:
    """Pairs whose inner product is ``similarity`` or more; of each vector the ``at_most`` best.

    ``vectors``: float32 (n, d), unit length. Deterministic. Memory: 16 bytes a pair, up to twice while they are sorted.
    """
    import numpy as np

    found = list(_found(np.ascontiguousarray(vectors, np.float32), similarity, at_most))
    one, other, likeness = (np.concatenate(column) for column in zip(*found, strict=True))
    best = np.lexsort((-likeness, one))
    one, other, likeness = one[best], other[best], likeness[best]
    first = np.searchsorted(one, one)
    kept = np.arange(len(one)) - first < _SETS * at_most  # a pair may come once from each set
    low, high = np.minimum(one[kept], other[kept]), np.maximum(one[kept], other[kept])
    _, places = np.unique(low * np.int64(len(vectors)) + high, return_index=True)
    return Pairs(low[places], high[places], likeness[kept][places])


def _found(
    vectors: NDArray[np.float32], similarity: float, at_most: int
) -> Iterator[tuple[NDArray[np.int_], NDArray[np.int_], NDArray[np.float32]]]:
    import numpy as np

    everything = np.arange(len(vectors))
    yield np.zeros(0, int), np.zeros(0, int), np.zeros(0, np.float32)
    if len(vectors) <= EXACT:
        yield from _between(vectors, everything, everything, similarity, at_most)
        return
    for seed in range(_SETS):
        centres = _centres(vectors, seed)
        probes = _best_cells(vectors, centres, _PROBES)
        members = _lists(_best_cells(vectors, centres, 1).ravel(), len(centres))
        for cell, places in enumerate(_lists(probes.ravel(), len(centres))):
            yield from _between(vectors, places // probes.shape[1], members[cell], similarity, at_most)


def _between(
    vectors: NDArray[np.float32], askers: NDArray[np.int_], others: NDArray[np.int_], similarity: float, at_most: int
) -> Iterator[tuple[NDArray[np.int_], NDArray[np.int_], NDArray[np.float32]]]:
    """The pairs of these with those, of each asker the ``at_most`` best."""
    import numpy as np

    for start in range(0, len(askers), _BLOCK):
        rows = askers[start : start + _BLOCK]
        products = vectors[rows] @ vectors[others].T
        products[rows[:, None] == others[None]] = -np.inf
        if len(others) > at_most:
            many = np.flatnonzero((products >= similarity).sum(axis=1) > at_most)
            if len(many):
                least = np.partition(products[many], -at_most, axis=1)[:, -at_most]
                products[many] = np.where(products[many] >= least[:, None], products[many], -np.inf)
        row, column = np.nonzero(products >= similarity)
        yield rows[row], others[column], products[row, column]


def _centres(vectors: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """Spherical k-means on a sample, as many cells as the root of the number of vectors."""
    import numpy as np

    draw = np.random.default_rng(seed)
    sample = vectors[draw.choice(len(vectors), min(len(vectors), _TRAINED_ON), replace=False)]
    centres = sample[draw.choice(len(sample), int(len(vectors) ** 0.5), replace=False)]
    for _ in range(_ROUNDS):
        own = _best_cells(sample, centres, 1)[:, 0]
        sums = np.zeros_like(centres)
        np.add.at(sums, own, sample)
        used = np.bincount(own, minlength=len(centres)) > 0
        centres[used] = sums[used] / np.maximum(np.linalg.norm(sums[used], axis=1, keepdims=True), 1e-9)
    return centres


def _best_cells(vectors: NDArray[np.float32], centres: NDArray[np.float32], n_cells: int) -> NDArray[np.int_]:
    """(n, n_cells): the nearest centres of each."""
    import numpy as np

    found = np.empty((len(vectors), n_cells), int)
    for start in range(0, len(vectors), _BLOCK):
        products = vectors[start : start + _BLOCK] @ centres.T
        best = np.argpartition(products, -n_cells, axis=1)[:, -n_cells:] if n_cells > 1 else products.argmax(axis=1)
        found[start : start + _BLOCK] = best.reshape(-1, n_cells)
    return found


def _lists(cells: NDArray[np.int_], n_cells: int) -> list[NDArray[np.int_]]:
    """Per cell the places at which it stands."""
    import numpy as np

    order = np.argsort(cells, kind="stable")
    return np.split(order, np.searchsorted(cells[order], np.arange(1, n_cells)))
