"""Windows of a recording grouped into voices: average linkage, then the likeliest path through time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["best_path", "links_of", "path_of", "unit"]

_MAX_GROUPED = 1_800  # windows: their distances take 13 MB, twice; of longer recordings every n-th window is grouped
_SHARPNESS, _STAY = 20.0, 4.0  # of the path through the windows: per unit of similarity, per change of voice
_SCORED = 1_000  # windows at a time
_ROUNDS = 3


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each row divided by its length."""
    import numpy as np

    found: NDArray[np.float32] = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return found


def links_of(vectors: NDArray[np.float32]) -> tuple[Any, int]:
    """Average linkage of every n-th window, and n."""
    import numpy as np
    from scipy.cluster.hierarchy import linkage

    step = -(-len(vectors) // _MAX_GROUPED)
    chosen = vectors[::step]
    tree = linkage(chosen.astype(np.float64), "average", metric="cosine") if len(chosen) > 1 else None
    return tree, step


def path_of(
    vectors: NDArray[np.float32], links: tuple[Any, int], similarity: float, least: float
) -> tuple[NDArray[np.int_], NDArray[np.float32]]:
    """The voice of each window, int (windows,), and the centre of each voice, float32 (voices, 192).

    ``links``: from :func:`links_of`. ``similarity``: average cosine from which two groups are one voice. ``least``:
    windows that a voice has at least.
    """
    import numpy as np
    from scipy.cluster.hierarchy import fcluster

    tree, step = links
    if tree is None:
        return np.zeros(len(vectors), int), vectors[:1]
    labels = fcluster(tree, 1 - similarity, "distance")
    names, counts = np.unique(labels, return_counts=True)
    kept = [name for name, count in zip(names, counts, strict=True) if count * step >= least] or [
        names[counts.argmax()]
    ]
    centroids = _centres(vectors[::step], labels, kept)
    path = best_path(vectors, centroids)
    for _ in range(_ROUNDS):
        spoken = np.bincount(path, minlength=len(centroids))
        used = np.flatnonzero(spoken >= least)
        centroids = _centres(vectors, path, used if len(used) else [int(spoken.argmax())])
        path = best_path(vectors, centroids)
    return path, centroids


def _centres(
    vectors: NDArray[np.float32], labels: NDArray[np.int_], names: Sequence[int] | NDArray[np.int_]
) -> NDArray[np.float32]:
    import numpy as np

    return unit(np.stack([vectors[labels == name].mean(axis=0) for name in names]))


def best_path(vectors: NDArray[np.float32], centroids: NDArray[np.float32]) -> NDArray[np.int_]:
    """Viterbi: the likeliest voice of each window, int (windows,), when every change costs the same.

    ``vectors``: (windows, 192), at least one. ``centroids``: (voices, 192).
    """
    import numpy as np

    n_windows = len(vectors)
    changed = np.zeros((n_windows, len(centroids)), bool)  # a byte each; all scores at once would take four
    leaders = np.zeros(n_windows, int)
    best = np.zeros(len(centroids))  # of the likeliest path to each voice
    for start in range(0, n_windows, _SCORED):
        scores = vectors[start : start + _SCORED] @ centroids.T
        scores *= _SHARPNESS
        for window, own in enumerate(scores, start):
            if window:
                leaders[window] = best.argmax()
                by_change = best[leaders[window]] - _STAY
                np.less(best, by_change, out=changed[window])
                np.maximum(best, by_change, out=best)
            best += own
    path = np.zeros(n_windows, int)
    path[-1] = voice = int(best.argmax())
    for window in range(n_windows - 1, 0, -1):
        if changed[window, voice]:
            voice = int(leaders[window])
        path[window - 1] = voice
    return path
