"""Faces: recall by size, precision by score, and false alarms on pictures without people.

``--turn 90`` measures pictures turned by a quarter without a mark, ``--turn 180`` upside-down ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench._data import data_dir, half_of, read_jsonl
from bench._run import Run
from privacy_audit.measuring.scoring import Box, Rates, Wilson, covered_share, iou, matched
from privacy_audit.scanners.image_faces import ImageFaces
from privacy_audit.sources.image_file import read_image
from privacy_audit.types import BoundingBox, Confidence, ImageRecord

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MIN_HEIGHT_PX = 8
_HEIGHTS_PX = (8, 12, 20, 40, 80)
_BAND_STARTS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
_LOWEST_SCORE = 0.2  # under the scanner's own .3, to see what that leaves out; boxes above .3 are the same
_SHIPPED_SCORE = 0.3
_MARGIN = 0.25  # image_solid's
_COVERED = 0.8
_TURNS = {0: "upright", 90: "turned by a quarter", 180: "upside down"}
_WITH_PEOPLE = ("sturgeon", "bearskin", "digital_watch", "fire_screen", "potter's_wheel", "thresher", "torch", "groom")
"""Those of ``negatives`` that do show a face, or a person from afar: all 80 were looked at on 2026-11-24."""


@dataclass(frozen=True, slots=True)
class _Found:
    """One box. ``truth``: place of the face it matches, None for a false one."""

    box: Box
    score: float
    confidence: Confidence
    truth: int | None


@dataclass(frozen=True, slots=True)
class _Picture:
    faces: list[Box]
    heights_px: list[float]
    """Of each face, upright: a face does not change its size when it is turned."""
    found: list[_Found]


def main() -> None:
    """Command line."""
    run = Run("faces", "Recall, precision and false alarms of the scanner image_faces.")
    run.parser.add_argument("--turn", type=int, choices=tuple(_TURNS), default=0, help="turn pictures by degrees first")
    scanner = ImageFaces(min_score=_LOWEST_SCORE)
    quarters = run.options.turn // 90
    folder = data_dir("image", "faces_wider")
    entries = sorted(read_jsonl(folder / "truth.jsonl"), key=lambda entry: entry["file"])
    pictures = [_scanned(scanner, folder, entry, quarters) for entry in run.limited(half_of(entries, run.half))]
    n_faces = sum(len(picture.faces) for picture in pictures)
    where = f"faces_wider, {run.half} half: {len(pictures)} pictures, {n_faces} faces of {_MIN_HEIGHT_PX} px or more"
    run.add(
        f"{where}, {_TURNS[run.options.turn]}; a hit is IoU >= .5",
        ("from", "recall", "precision", "F2", "covered", "false/picture"),
        [_operating_point(level, pictures) for level in Confidence],
    )
    levels = [f"from {level.name}" for level in Confidence]
    run.add("recall by height of the face, same pictures", ("px", *levels), list(_by_height(pictures)))
    run.add("precision of each band of scores, same pictures", ("score", "precision"), list(_by_band(pictures)))
    if not quarters:
        _negatives(run, scanner)
    run.finish()


def _scanned(scanner: ImageFaces, folder: Path, entry: dict[str, Any], quarters: int) -> _Picture:
    record = _turned(read_image(folder / entry["file"], entry["file"]), quarters)
    width_px, height_px = entry["width"], entry["height"]
    counted: list[Box] = []
    heights_px: list[float] = []
    ignored: list[Box] = []
    for face in entry["faces"]:
        box = _turned_box(face["box"], width_px, height_px, quarters)
        face_height_px = face["box"][3] - face["box"][1]
        if face["ignore"] or face_height_px < _MIN_HEIGHT_PX:
            ignored.append(box)
        else:
            counted.append(box)
            heights_px.append(face_height_px)
    detections = sorted(scanner.scan(record), key=lambda detection: -detection.score)
    found_boxes = [_as_tuple(detection.location) for detection in detections]
    pairs = matched(counted, found_boxes)
    found = [
        _Found(box, detection.score, detection.confidence, pairs.get(place))
        for place, (box, detection) in enumerate(zip(found_boxes, detections, strict=True))
        if place in pairs or not _on_ignored(box, ignored)
    ]
    return _Picture(counted, heights_px, found)


def _turned(record: ImageRecord, quarters: int) -> ImageRecord:
    import numpy as np

    pixels: NDArray[np.uint8] = np.ascontiguousarray(np.rot90(record.pixels, quarters))
    return ImageRecord(record.uri, pixels, record.metadata)


def _turned_box(box: Any, width_px: int, height_px: int, quarters: int) -> Box:
    """Where a box lies after ``numpy.rot90``, which turns to the left."""
    x_min, y_min, x_max, y_max = box
    if quarters == 1:
        return y_min, width_px - x_max, y_max, width_px - x_min
    if quarters == 2:
        return width_px - x_max, height_px - y_max, width_px - x_min, height_px - y_min
    return x_min, y_min, x_max, y_max


def _as_tuple(location: object) -> Box:
    assert isinstance(location, BoundingBox)
    return location.x_min, location.y_min, location.x_max, location.y_max


def _on_ignored(box: Box, ignored: Sequence[Box]) -> bool:
    """Faces that the truth leaves open, or under 8 px: finding them is neither right nor wrong."""
    return any(iou(box, other) >= 0.5 or covered_share(box, other) >= 0.5 for other in ignored)


def _at(picture: _Picture, level: Confidence) -> list[_Found]:
    return [item for item in picture.found if item.confidence >= level and item.score >= _SHIPPED_SCORE]


def _operating_point(level: Confidence, pictures: Sequence[_Picture]) -> tuple[object, ...]:
    found = [item for picture in pictures for item in _at(picture, level)]
    n_faces = sum(len(picture.faces) for picture in pictures)
    n_right = sum(item.truth is not None for item in found)
    n_covered = sum(
        any(covered_share(face, item.box, _MARGIN) >= _COVERED for item in _at(picture, level))
        for picture in pictures
        for face in picture.faces
    )
    rates = Rates(Wilson(n_right, n_faces), Wilson(n_right, len(found)))
    false_alarms = (len(found) - n_right) / max(1, len(pictures))
    return level.name, rates.recall, rates.precision, rates.f2, Wilson(n_covered, n_faces), false_alarms


def _by_height(pictures: Sequence[_Picture]) -> Iterator[tuple[object, ...]]:
    for low, high in zip(_HEIGHTS_PX, (*_HEIGHTS_PX[1:], None), strict=True):
        shares = []
        for level in Confidence:
            n_faces = n_hits = 0
            for picture in pictures:
                hit = {item.truth for item in _at(picture, level)}
                inside = [
                    index
                    for index, height_px in enumerate(picture.heights_px)
                    if height_px >= low and (high is None or height_px < high)
                ]
                n_faces += len(inside)
                n_hits += sum(index in hit for index in inside)
            shares.append(Wilson(n_hits, n_faces))
        yield (f"{low}-{high}" if high else f"{low} and more", *shares)


def _by_band(pictures: Sequence[_Picture]) -> Iterator[tuple[object, ...]]:
    for low, high in zip(_BAND_STARTS, (*_BAND_STARTS[1:], 1.01), strict=True):
        inside = [item for picture in pictures for item in picture.found if low <= item.score < high]
        yield f"{low:.2f}-{min(high, 1):.2f}", Wilson(sum(item.truth is not None for item in inside), len(inside))


def _negatives(run: Run, scanner: ImageFaces) -> None:
    folder = data_dir("image", "negatives")
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    without = [path for path in files if path.stem.partition("_")[2] not in _WITH_PEOPLE]
    files = run.limited(half_of(without, run.half))
    hits = [
        (path.name, item)
        for path in files
        for item in scanner.scan(read_image(path, path.name))
        if item.score >= _SHIPPED_SCORE
    ]
    rows = []
    for level in Confidence:
        at_level = [(name, item) for name, item in hits if item.confidence >= level]
        n_pictures = len({name for name, _ in at_level})
        rows.append((level.name, Wilson(n_pictures, len(files)), len(at_level), len(at_level) / max(1, len(files))))
    run.add(
        f"negatives, {run.half} half: {len(files)} pictures without a face of a living person",
        ("from", "pictures with a box", "boxes", "boxes/picture"),
        rows,
    )
    run.add(
        "these boxes, to be looked at",
        ("picture", "score", "confidence", "x_min, y_min, x_max, y_max"),
        [(name, item.score, item.confidence.name, _as_tuple(item.location)) for name, item in hits],
    )


if __name__ == "__main__":
    main()
