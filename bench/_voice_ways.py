"""Other ways of grouping the windows of a recording into voices, which were tried and not taken: docs/detectors.md.

Spectral clustering with a gap of the eigenvalues (Park et al., IEEE SPL 2020), scores normalised against a cohort
(s-norm, Matejka et al., Interspeech 2017), linear discriminants, and VBx (Landini et al., CSL 2022). The cohort, from
which the last two learn as well, is the 50 even-numbered speakers of librispeech_train_clean_100, as they are and over
a simulated line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np
import scipy.linalg
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.cluster.vq import kmeans2
from scipy.special import logsumexp

from bench._conversations import voice_of
from bench._data import data_dir, sound_files
from privacy_audit.measuring.audio import telephone
from privacy_audit.scanners._counting import CHOSEN, Counted, count_voices
from privacy_audit.scanners._grouping import best_path, unit
from privacy_audit.scanners._listening import Heard
from privacy_audit.scanners._windows import Windows, windows_of

__all__ = ["WAYS", "Way"]

Way = Callable[[Windows, Heard], Counted]
_Floats = NDArray[Any]

_MOST_VOICES = 8
_KEPT_NEIGHBOURS = (0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.25)  # shares of all windows
_NEAREST = 20  # people of the cohort whose scores normalise one
_DIMENSIONS, _RIDGE = 48, 0.1  # of the discriminants; share of the mean variance added to each within voices
_ROUNDS = 3  # as in _grouping


def _settled(vectors: _Floats, labels: _Floats) -> Counted:
    """Centres of the groups, then the likeliest path through time, as the scanner does; the range is one number."""
    names, counts = np.unique(labels, return_counts=True)
    kept = [name for name, count in zip(names, counts, strict=True) if count >= CHOSEN.least] or [
        names[counts.argmax()]
    ]
    centres = unit(np.stack([vectors[labels == name].mean(axis=0) for name in kept]))
    path = best_path(vectors, centres)
    for _ in range(_ROUNDS):
        windows = np.bincount(path, minlength=len(centres))
        used = np.flatnonzero(windows >= CHOSEN.least)
        used = used if len(used) else np.array([windows.argmax()])
        centres = unit(np.stack([vectors[path == name].mean(axis=0) for name in used]))
        path = best_path(vectors, centres)
    return Counted(path, centres, len(centres), len(centres))


def _linked(alike: _Floats, threshold: float) -> _Floats:
    """Average linkage of a matrix of similarities."""
    if len(alike) < 2:
        return np.ones(len(alike), int)
    most = alike.max()
    apart = most - (alike + alike.T) / 2
    tree = linkage(apart[np.triu_indices(len(alike), 1)], "average")
    labels: _Floats = fcluster(tree, most - threshold, "distance")
    return labels


def _vectors(samples: NDArray[np.float32]) -> _Floats:
    spoken = np.ones(-(-len(samples) // 160), bool)
    return windows_of(lambda start, stop: samples[start:stop], spoken).vectors


@cache
def _cohort(narrow: bool) -> list[_Floats]:
    """Windows of each speaker."""
    import random

    draw, found = np.random.default_rng(0), []
    for path in sound_files(data_dir("audio", "librispeech_train_clean_100"))[::2]:
        samples = voice_of([path], random.Random(0))[: 12 * 16_000]
        if narrow:
            samples = telephone(samples, draw)
        found.append(_vectors(samples))
    return found


def spectral(windows: Windows, heard: Heard) -> Counted:
    """The number of neighbours is the one whose gap is largest for what it keeps."""
    vectors = windows.vectors
    n_windows = len(vectors)
    order = np.argsort(-(vectors @ vectors.T), axis=1)
    best: tuple[float, int, _Floats] | None = None
    for kept in sorted({max(2, int(n_windows * share)) for share in _KEPT_NEIGHBOURS}):
        if n_windows < 2 * _MOST_VOICES:
            break
        graph = np.zeros((n_windows, n_windows))
        np.put_along_axis(graph, order[:, :kept], 1, axis=1)
        graph = (graph + graph.T) / 2
        values, columns = scipy.linalg.eigh(np.diag(graph.sum(axis=1)) - graph)
        gaps = np.diff(values[: _MOST_VOICES + 1]) / values[-1]
        ratio = kept / n_windows / (gaps.max() + 1e-10)
        if best is None or ratio < best[0]:
            best = ratio, int(gaps.argmax()) + 1, columns
    if best is None or best[1] == 1:
        return _settled(vectors, np.zeros(n_windows, int))
    places = unit(best[2][:, : best[1]])
    tries = [kmeans2(places, best[1], minit="++", rng=np.random.default_rng(seed)) for seed in range(5)]
    _, labels = min(tries, key=lambda found: float(((places - found[0][found[1]]) ** 2).sum()))
    return _settled(vectors, labels)


def normalised(windows: Windows, heard: Heard, *, threshold: float) -> Counted:
    """Average linkage of scores less what each window has with the people of the cohort who are most like it."""
    people = unit(np.stack([own.mean(axis=0) for own in _cohort(windows.narrow)]))
    near = np.sort(windows.vectors @ people.T, axis=1)[:, -_NEAREST:]
    mean, deviation = near.mean(axis=1), near.std(axis=1) + 1e-6
    alike = windows.vectors @ windows.vectors.T
    scores = ((alike - mean[:, None]) / deviation[:, None] + (alike - mean) / deviation) / 2
    return _settled(windows.vectors, _linked(scores, threshold))


@cache
def _discriminants(narrow: bool) -> tuple[_Floats, _Floats]:
    """Directions in which the variance within a voice is 1, and the variance between voices along them."""
    cohort = _cohort(narrow)
    within: _Floats = sum(np.cov(own.T, bias=True) * len(own) for own in cohort) / np.float64(sum(map(len, cohort)))
    within = within + _RIDGE * np.trace(within) / len(within) * np.eye(len(within))
    between = np.cov(np.stack([own.mean(axis=0) for own in cohort]).T, bias=True)
    values, directions = scipy.linalg.eigh(between, within)
    chosen = np.argsort(-values)[:_DIMENSIONS]
    return directions[:, chosen], values[chosen]


def discriminated(windows: Windows, heard: Heard, *, threshold: float) -> Counted:
    """Average linkage by the cosine in the space of the discriminants."""
    projected = unit(windows.vectors @ _discriminants(windows.narrow)[0])
    return _settled(windows.vectors, _linked(projected @ projected.T, threshold))


def vbx(windows: Windows, heard: Heard, *, scale: float, prior: float, stay: float) -> Counted:
    """A hidden Markov model over the windows, a Gaussian per voice, from many small groups. ``scale`` and ``prior`` are
    the paper's F_A and F_B, ``stay`` the probability of the same voice in the next window.
    """
    vectors = windows.vectors
    directions, between = _discriminants(windows.narrow)
    names, labels = np.unique(_linked(vectors @ vectors.T, 0.4), return_inverse=True)
    centres = unit(np.stack([vectors[labels == name].mean(axis=0) for name in range(len(names))]))
    shares = np.exp(7 * (vectors @ centres.T))
    shares /= shares.sum(axis=1, keepdims=True)
    points = vectors @ directions
    rho, constant = points * np.sqrt(between), -0.5 * (points**2).sum(axis=1)
    weights = np.full(len(names), 1 / len(names))
    for _ in range(10):
        spread = 1 / (1 + scale / prior * shares.sum(axis=0)[:, None] * between)
        means = scale / prior * spread * (shares.T @ rho)
        fit = scale * (rho @ means.T - 0.5 * (spread + means**2) @ between + constant[:, None])
        shares, weights = _forward_backward(fit, weights, stay)
    return _settled(vectors, shares.argmax(axis=1))


def _forward_backward(fit: _Floats, weights: _Floats, stay: float) -> tuple[_Floats, _Floats]:
    n_windows, n_voices = fit.shape
    change = np.log(np.eye(n_voices) * stay + (1 - stay) * weights + 1e-30)
    ahead, behind = np.zeros_like(fit), np.zeros_like(fit)
    ahead[0] = fit[0] + np.log(weights + 1e-30)
    for at in range(1, n_windows):
        ahead[at] = fit[at] + logsumexp(ahead[at - 1][:, None] + change, axis=0)
    for at in range(n_windows - 2, -1, -1):
        behind[at] = logsumexp(change + fit[at + 1] + behind[at + 1], axis=1)
    total = logsumexp(ahead[-1])
    shares = np.exp(ahead + behind - total)
    entered = np.exp(logsumexp(ahead[:-1], axis=1)[:, None] + fit[1:] + behind[1:] - total).sum(axis=0)
    new = shares[0] + (1 - stay) * weights * entered
    return shares, new / new.sum()


def smoothed(windows: Windows, heard: Heard, *, over: int) -> Counted:
    """Each vector the mean of those within ``over`` windows around it, as longer windows would give."""
    near = np.abs(windows.centres[:, None] - windows.centres) <= 25 * (over // 2)
    vectors = unit((near / near.sum(axis=1, keepdims=True)) @ windows.vectors).astype(np.float32)
    return count_voices(replace(windows, vectors=vectors), heard, replace(CHOSEN, same_voice=0.30))


WAYS: dict[str, Way] = {
    "chosen": count_voices,
    "not as many as heard at once": partial(count_voices, choices=replace(CHOSEN, as_many_as_heard=False)),
    **{f"threshold {at:.2f}": partial(count_voices, choices=replace(CHOSEN, same_voice=at)) for at in (0.20, 0.30)},
    "spectral": spectral,
    **{f"s-norm {at:.1f}": partial(normalised, threshold=at) for at in (1.0, 1.5, 2.0)},
    "discriminants 0.25": partial(discriminated, threshold=0.25),
    "VBx 0.10 2 0.90": partial(vbx, scale=0.10, prior=2.0, stay=0.90),
    "VBx 0.05 1 0.95": partial(vbx, scale=0.05, prior=1.0, stay=0.95),
    "windows three times as long": partial(smoothed, over=3),
}
