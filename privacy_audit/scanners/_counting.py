"""How many voices the windows of one recording are, as a range, and which window is whose.

The choices were made on the conversations that ``python -m bench.speakers_choice`` composes, and on the even AMI
excerpts; what else was tried, with figures: docs/detectors.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from privacy_audit.scanners._grouping import links_of, path_of
from privacy_audit.scanners._same_or_other import Pairs, pairs_of, surely_heard
from privacy_audit.scanners._windows import WINDOW, Windows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from privacy_audit.scanners._listening import Heard

__all__ = ["CHOSEN", "Choices", "Counted", "count_voices"]

_STEP = 0.02  # of similarities that are tried


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen; the bench gives others.

    ``same_voice``: average cosine similarity above which two groups of windows are one voice, the mean of their line
    taken off. ``strictly`` and ``loosely`` are added to it for the ends of the range, which are ``widest`` voices apart
    at most, on a telephone line ``widest_on_a_line``: what went beyond was not once the true number in the recordings
    tuned on. ``one_more``: somebody who speaks little is taken for another, so with two voices or more there may be one
    more.

    Where the voices of a similarity up to ``highest`` agree with the segmentation model by ``more_agreement`` more,
    ``per_similarity`` times the difference taken off, it takes the place of ``same_voice``. ``as_many_as_heard``: it
    rises until there are as many voices as that model surely hears at once. ``least``, ``least_of_range``: windows of a
    voice, of one for the range.
    """

    same_voice: float = 0.25
    strictly: float = -0.05
    loosely: float = 0.07
    widest: int = 3
    widest_on_a_line: int = 2
    one_more: bool = True
    highest: float = 0.60
    more_agreement: float = 0.40
    per_similarity: float = 0.5
    as_many_as_heard: bool = True
    least: int = 4
    least_of_range: int = 3


CHOSEN = Choices()


@dataclass(frozen=True, slots=True)
class Counted:
    """The voice of each window, int (windows,), the vector of each voice, float32 (voices, 192), and the range."""

    path: NDArray[np.int_]
    centroids: NDArray[np.float32]
    fewest: int
    most: int


def count_voices(windows: Windows, heard: Heard, choices: Choices = CHOSEN) -> Counted:
    """Of at least one window. The range holds the number of the voices that are told apart."""
    vectors = windows.vectors
    links = links_of(vectors)
    sure = surely_heard(heard.chunks) if choices.as_many_as_heard else 0
    same_voice = _similarity(vectors, links, pairs_of(heard.chunks, windows.centres, WINDOW), choices)
    path, centroids = path_of(vectors, links, same_voice, choices.least)
    while len(centroids) < sure and same_voice < choices.highest:
        same_voice += _STEP
        path, centroids = path_of(vectors, links, same_voice, choices.least)
    fewest, loosely = (
        len(path_of(vectors, links, same_voice + shift, choices.least_of_range)[1])
        for shift in (choices.strictly, choices.loosely)
    )
    fewest = min(max(fewest, sure), len(centroids))
    widest = choices.widest_on_a_line if windows.narrow else choices.widest
    most = min(loosely + (choices.one_more and loosely > 1), fewest + widest)
    return Counted(path, centroids, fewest, max(most, sure, len(centroids)))


def _similarity(vectors: NDArray[np.float32], links: tuple[Any, int], pairs: Pairs, choices: Choices = CHOSEN) -> float:
    """The average similarity from which groups are one voice in this recording: on some lines all voices are alike, and
    the segmentation model still tells that two speak.
    """
    import numpy as np

    usual_similarity = choices.same_voice
    if not pairs.telling():
        return usual_similarity
    usual = pairs.agreement(path_of(vectors, links, usual_similarity, choices.least)[0])
    if usual > 1 - choices.more_agreement:
        return usual_similarity  # none can agree by so much more
    chosen, most = usual_similarity, usual + choices.more_agreement
    for similarity in np.arange(usual_similarity + _STEP, choices.highest, _STEP).tolist():
        agreement = pairs.agreement(path_of(vectors, links, similarity, choices.least)[0])
        agreement -= choices.per_similarity * (similarity - usual_similarity)
        if agreement > most:
            chosen, most = similarity, agreement
    return chosen
