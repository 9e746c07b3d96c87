"""The figures of every finder under every condition, and what a search costs on the pictures as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from privacy_audit.errors import UnreadableError
from privacy_audit.measuring.faces import Finder, Searched, Tally, by_height, searched
from privacy_audit.measuring.pictures import CONDITIONS, Condition, KnownPicture
from privacy_audit.measuring.scoring import Wilson
from privacy_audit.scanners.image_faces import ImageFaces
from privacy_audit.sources.image_file import read_image
from privacy_audit.types import Confidence

__all__ = ["Cost", "Figures", "measure"]


@dataclass(frozen=True, slots=True)
class Cost:
    """Time for the search alone, decoding left out, at one thread. ``ratio``: CPU time against the first finder's."""

    wall_ms_per_mp: float
    cpu_ms_per_mp: float
    cpu_s: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Figures:
    """One finder under one condition, from one level of confidence on; ``cost`` once per finder, as it is."""

    finder: str
    condition: Condition
    level: Confidence
    tally: Tally
    by_height: tuple[Wilson, ...]
    cost: Cost | None


def measure(
    finders: Sequence[Finder], pictures: Sequence[KnownPicture], conditions: Sequence[Condition] = CONDITIONS
) -> tuple[list[Figures], list[Path]]:
    """The figures, and the pictures that cannot be read, which count nowhere.

    The finders take turns on each picture, so that what else the machine does falls on all alike.
    """
    import cv2

    n_threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        found, unread = _searched(finders, pictures, conditions)
    finally:
        cv2.setNumThreads(n_threads)
    figures: list[Figures] = []
    for condition in conditions if len(pictures) > len(unread) else ():
        for finder in finders:
            figures.extend(
                _of_finder(finder, condition, found[finder.name, condition], found[finders[0].name, condition])
            )
    return figures, unread


_Found = dict[tuple[str, Condition], list[Searched]]


def _searched(
    finders: Sequence[Finder], pictures: Sequence[KnownPicture], conditions: Sequence[Condition]
) -> tuple[_Found, list[Path]]:
    found: _Found = {(finder.name, condition): [] for finder in finders for condition in conditions}
    unread: list[Path] = []
    warm = False
    for picture in pictures:
        try:
            pixels = read_image(picture.path, picture.path.name).pixels
        except UnreadableError:
            unread.append(picture.path)
            continue
        for condition in conditions:
            for finder in finders:
                if not warm:
                    finder.find(pixels)  # loads the model
                found[finder.name, condition].append(searched(finder, picture, pixels, condition))
            warm = True
    return found, unread


def _of_finder(
    finder: Finder, condition: Condition, pictures: Sequence[Searched], first: Sequence[Searched]
) -> list[Figures]:
    cost = None
    if condition == CONDITIONS[0]:
        megapixels = sum(picture.megapixels for picture in pictures)
        cpu_s, wall_s = (sum(getattr(picture, kind) for picture in pictures) for kind in ("cpu_s", "wall_s"))
        first_s = sum(picture.cpu_s for picture in first)
        cost = Cost(1000 * wall_s / megapixels, 1000 * cpu_s / megapixels, cpu_s, cpu_s / max(first_s, 1e-9))
    figures = []
    # a finder without levels of its own says LOW of everything
    for level in Confidence if finder.name.startswith(ImageFaces.name) else (Confidence.LOW,):
        tally = Tally.of(pictures, lambda item, at=level: item.confidence >= at, finder.margin)  # type: ignore[misc]  # a default binds the loop's value
        heights = tuple(by_height(pictures, lambda item, at=level: item.confidence >= at))  # type: ignore[misc]  # the same
        figures.append(
            Figures(finder.name, condition, level, tally, heights, cost if level == Confidence.LOW else None)
        )
    return figures
