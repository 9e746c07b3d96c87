"""How well vectors of one person are told from others': error of pairs, agreement of groups, range of people."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from privacy_audit.linking.error_rate import equal_error_rate
from privacy_audit.linking.people import MIN_VOICE_S, Thresholds, count

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from privacy_audit.measuring.audio import Turns
    from privacy_audit.scanners._voices import Voices

__all__ = ["Labelled", "LinkingFigures", "labelled_voices", "measure_linking"]

Labelled: TypeAlias = "tuple[NDArray[np.float32], str]"
"""A vector, float32 (d,), and whose it is."""


@dataclass(frozen=True, slots=True)
class LinkingFigures:
    """``pairs_eer``: equal error rate over all pairs, nan where all or none are of one person. ``ari``: adjusted Rand
    index of the groups at the middle threshold. ``fewest``, ``likeliest``, ``most``: how many people are told.
    """

    vectors: int
    people: int
    pairs_eer: float
    ari: float
    fewest: int
    likeliest: int
    most: int


def measure_linking(labelled: Sequence[Labelled], thresholds: Thresholds) -> LinkingFigures:
    """Vectors of all recordings grouped as the recipe's ``linking`` groups them, against the truth."""
    import numpy as np
    from sklearn.metrics import adjusted_rand_score

    from privacy_audit.linking.grouping import grouped

    vectors = np.stack([vector / np.linalg.norm(vector) for vector, _ in labelled])
    people = np.array([label for _, label in labelled])
    one, other = np.triu_indices(len(people), 1)
    scores, same = (vectors @ vectors.T)[one, other], people[one] == people[other]
    eer = equal_error_rate(scores[same].tolist(), scores[~same].tolist()) if 0 < same.sum() < len(same) else math.nan
    ari = float(adjusted_rand_score(people, grouped(vectors, thresholds.likely).labels))
    found = count(list(vectors), 0, thresholds)
    return LinkingFigures(len(people), len(set(people)), eer, ari, found.fewest, found.likeliest, found.most)


def labelled_voices(found: Voices, turns: Turns) -> Iterator[Labelled]:
    """Each voice that was heard long enough to be compared, under the speaker whose turns it shares most time with."""
    for voice, seconds in found.seconds.items():
        if found.centroids is None or seconds < MIN_VOICE_S:
            continue
        shared: dict[str, float] = defaultdict(float)
        for own in (turn for turn in found.turns if turn.voice == voice):
            for start_s, end_s, speaker in turns:
                shared[speaker] += max(0.0, min(end_s, own.end_s) - max(start_s, own.start_s))
        if any(shared.values()):
            yield found.centroids[voice], max(shared, key=lambda speaker: shared[speaker])
