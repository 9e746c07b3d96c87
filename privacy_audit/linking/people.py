"""How many different voices, or faces, a data set holds: vectors of all files grouped in memory, and a range.

The vectors are biometric templates: they are compared only with a basis that the controller declares, are never
written, and are gone with the process. Thresholds, and what they were chosen and measured on: docs/detectors.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from privacy_audit.legal.links_report import Grouped, Linking
from privacy_audit.linking.collecting import MIN_FACE_PX, MIN_VOICE_S, Templates
from privacy_audit.linking.grouping import grouped

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FACE", "MIN_FACE_PX", "MIN_VOICE_S", "VOICE", "LinkTally", "Thresholds", "count"]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Average cosine similarities from which two groups are taken for one person: loosely, in between, strictly."""

    perhaps: float
    likely: float
    surely: float


VOICE = Thresholds(perhaps=0.30, likely=0.40, surely=0.60)
FACE = Thresholds(perhaps=0.90, likely=0.92, surely=0.94)


class LinkTally:
    """Adds up the vectors of files, then :meth:`build`. 768 bytes a voice, 512 a face."""

    def __init__(self, basis: str, *, voices: bool, faces: bool) -> None:
        self._basis = basis
        self._wanted = {"voices": voices, "faces": faces}
        self._vectors: dict[str, list[NDArray[np.float32]]] = {"voices": [], "faces": []}
        self._without = {"voices": 0, "faces": 0}

    def add(self, found: Templates) -> None:
        """What one file gave."""
        self._vectors["voices"] += found.voices
        self._vectors["faces"] += found.faces
        self.add_without(found.voices_without, found.faces_without)

    def add_without(self, voices: int, faces: int) -> None:
        """Voices and faces that were found and cannot be compared."""
        self._without["voices"] += voices
        self._without["faces"] += faces

    def build(self) -> Linking:
        """The ranges; the vectors are forgotten."""
        found = {
            kind: count(self._vectors[kind], self._without[kind], thresholds) if self._wanted[kind] else None
            for kind, thresholds in (("voices", VOICE), ("faces", FACE))
        }
        self._vectors = {"voices": [], "faces": []}
        return Linking(self._basis, found["voices"], found["faces"])


def count(vectors: Iterable[NDArray[np.float32]], without: int, thresholds: Thresholds) -> Grouped:
    """How many different people these vectors are of, each float32 (d,); ``without``: further ones without a vector."""
    import numpy as np

    held = list(vectors)
    if not held:
        return Grouped(0, without, min(without, 1), min(without, 1), without)
    table = np.stack(held)
    table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    groups = grouped(table, thresholds.perhaps)
    return Grouped(
        compared=len(held),
        not_compared=without,
        fewest=groups.count_at(thresholds.perhaps),
        likeliest=groups.count_at(thresholds.likely),
        most=groups.count_at(thresholds.surely) + without,
    )
