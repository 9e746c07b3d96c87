"""How many different voices, or faces, a data set holds: vectors of all files grouped in memory, and a range.

The vectors are biometric templates: they are compared only with a basis that the controller declares, are never
written, and are gone with the process. Thresholds, and what they were chosen and measured on: docs/detectors.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from privacy_audit.legal.links_report import Grouped, Linking
from privacy_audit.linking.collecting import MIN_FACE_PX, MIN_VOICE_S, Templates
from privacy_audit.linking.grouping import Groups, grouped

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
        self._files: list[tuple[str, str, int, int]] = []
        self._merged_at: dict[str, NDArray[np.float32]] = {}

    def add(self, found: Templates, file_uri: str) -> None:
        """What one file gave."""
        for kind, vectors, without in (
            ("voices", found.voices, found.voices_without),
            ("faces", found.faces, found.faces_without),
        ):
            self._vectors[kind] += vectors
            self._without[kind] += without
            if vectors or without:
                self._files.append((kind, file_uri, len(vectors), without))

    def build(self) -> Linking:
        """The ranges; the vectors are forgotten."""
        found: dict[str, Grouped | None] = {}
        for kind, thresholds in (("voices", VOICE), ("faces", FACE)):
            found[kind] = None
            if self._wanted[kind]:
                groups = _groups(self._vectors[kind], thresholds)
                found[kind] = _range(groups, self._without[kind], thresholds)
                self._merged_at[kind] = groups.merged_at
        self._vectors = {"voices": [], "faces": []}
        return Linking(self._basis, found["voices"], found["faces"])

    def lines(self) -> Iterator[dict[str, Any]]:
        """After :meth:`build`: from which similarities groups are one, how many of each file were compared, and how
        alike every two groups were that were merged.

        The ranges can be counted again from these. Which file is in which group is kept nowhere: a list of that would
        tell where each person is.
        """
        for kind, limits in (("voices", VOICE), ("faces", FACE)):
            if self._wanted[kind]:
                yield {"linking": kind, "merged_from": [limits.perhaps, limits.likely, limits.surely]}
        for kind, file, compared, without in self._files:
            yield {"linking": kind, "file": file, "compared": compared, "not_compared": without}
        for kind, merged_at in self._merged_at.items():
            yield from ({"linking": kind, "merged_at": min(1.0, float(similarity))} for similarity in merged_at)


def count(vectors: Iterable[NDArray[np.float32]], without: int, thresholds: Thresholds) -> Grouped:
    """How many different people these vectors are of, each float32 (d,); ``without``: further ones without a vector."""
    return _range(_groups(list(vectors), thresholds), without, thresholds)


def _groups(vectors: Sequence[NDArray[np.float32]], thresholds: Thresholds) -> Groups:
    import numpy as np

    if not vectors:
        return Groups(np.zeros(0, int), np.zeros(0, np.float32))
    table = np.stack(vectors)
    table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    return grouped(table, thresholds.perhaps)


def _range(groups: Groups, without: int, thresholds: Thresholds) -> Grouped:
    if not len(groups.labels):
        return Grouped(0, without, min(without, 1), min(without, 1), without)
    return Grouped(
        compared=len(groups.labels),
        not_compared=without,
        fewest=groups.count_at(thresholds.perhaps),
        likeliest=groups.count_at(thresholds.likely),
        most=groups.count_at(thresholds.surely) + without,
    )
