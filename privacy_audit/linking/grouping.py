"""Vectors of many files in groups by average linkage: what is one voice, one face or one picture.

Reciprocal agglomerative clustering (Sumengen et al., arXiv 2105.11653): each round merges every two groups that are
each other's nearest, which gives the tree of average linkage. The average similarity of two groups is the inner product
of their means. Groups are compared only where two of their vectors are alike: where none are, their average is below
the threshold too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from privacy_audit.linking.neighbours import alike

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Groups", "grouped"]

_BLOCK = 50_000  # pairs whose means are multiplied at a time


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """``labels``: the group of each vector, int (n,), counted from 0. ``merged_at``: the similarities of the merges."""

    labels: NDArray[np.int_]
    merged_at: NDArray[np.float32]

    def count_at(self, similarity: float) -> int:
        """How many groups there are when only those at least so alike are merged; not below the one grouped by."""
        return len(self.labels) - int((self.merged_at >= similarity).sum())


def grouped(vectors: NDArray[np.float32], similarity: float) -> Groups:
    """Groups whose average cosine similarity is ``similarity`` or more. ``vectors``: float32 (n, d), unit length.

    Equal vectors are one from the start. Deterministic.
    """
    import numpy as np

    if not len(vectors):
        return Groups(np.zeros(0, int), np.zeros(0, np.float32))
    means, which, counts = _distinct(vectors)
    pairs = alike(means, similarity)
    one, other, likeness = pairs.one, pairs.other, pairs.likeness
    parent = np.arange(len(means))
    merged_at = [np.full(len(vectors) - len(means), np.inf, np.float32)]
    draw = np.random.default_rng(0)
    while len(one):
        chosen = _mutual(one, other, likeness, draw.permutation(len(one)), len(means))
        left, right = one[chosen], other[chosen]
        merged_at.append(likeness[chosen])
        total = counts[left] + counts[right]
        share = (counts[left] / total)[:, None].astype(np.float32)
        means[left] = share * means[left] + (1 - share) * means[right]
        counts[left] = total
        parent[right] = left
        moved = np.zeros(len(means), bool)
        moved[left] = moved[right] = True
        one, other, likeness = _joined(one, other, likeness, parent, moved, means)
        kept = likeness >= similarity
        one, other, likeness = one[kept], other[kept], likeness[kept]
    return Groups(_labels(parent)[which], np.concatenate(merged_at))


def _mutual(
    one: NDArray[np.int_],
    other: NDArray[np.int_],
    likeness: NDArray[np.float32],
    lots: NDArray[np.int_],
    n: int,
) -> NDArray[np.int_]:
    """The pairs that are the best of both their groups. ``lots`` decide between equal ones, else many wait for one."""
    import numpy as np

    order = np.lexsort((lots, likeness))  # the best last
    rank = np.empty(len(order), int)
    rank[order] = np.arange(len(order))
    best = np.full(n, -1)
    best[one[order]] = rank[order]  # of several writes the last stays
    ours = best.copy()
    best[other[order]] = rank[order]
    best = np.maximum(best, ours)
    return np.flatnonzero((best[one] == rank) & (best[other] == rank))


def _joined(
    one: NDArray[np.int_],
    other: NDArray[np.int_],
    likeness: NDArray[np.float32],
    parent: NDArray[np.int_],
    moved: NDArray[np.bool_],
    means: NDArray[np.float32],
) -> tuple[NDArray[np.int_], NDArray[np.int_], NDArray[np.float32]]:
    """The pairs between the groups as they are now, each once; compared anew where a group has grown."""
    import numpy as np

    touched = moved[one] | moved[other]
    one, other = parent[one], parent[other]
    low, high = np.minimum(one, other), np.maximum(one, other)
    _, places = np.unique(low * np.int64(len(means)) + high, return_index=True)
    places = places[low[places] != high[places]]
    low, high, likeness, touched = low[places], high[places], likeness[places], touched[places]
    again = np.flatnonzero(touched)
    for start in range(0, len(again), _BLOCK):
        block = again[start : start + _BLOCK]
        likeness[block] = np.einsum("ij,ij->i", means[low[block]], means[high[block]])
    return low, high, likeness


def _distinct(
    vectors: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.int_], NDArray[np.int_]]:
    """The different vectors, for each vector which one it is, and how often each is there."""
    import numpy as np

    rows = np.ascontiguousarray(vectors, np.float32)
    keys = rows.view(np.dtype((np.void, rows.shape[1] * rows.itemsize))).ravel()
    _, first, inverse, counts = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    order = np.argsort(first)  # in the order of the files, whatever the bytes
    place = np.empty(len(order), int)
    place[order] = np.arange(len(order))
    return rows[first[order]], place[inverse.ravel()], counts[order]


def _labels(parent: NDArray[np.int_]) -> NDArray[np.int_]:
    """The group of each, counted from 0 in the order of their first."""
    import numpy as np

    while True:
        above = parent[parent]
        if (above == parent).all():
            labels: NDArray[np.int_] = np.unique(parent, return_inverse=True)[1].ravel()
            return labels
        parent = above
