"""Faces: recall by size, precision by score, and false alarms on pictures without people.

``--turn 90`` measures pictures turned by a quarter without a mark, ``--turn 180`` upside-down ones, ``--light 0.12``
dark and noisy ones. ``--peers`` compares with one plain pass and with deface, times in the same run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench._data import data_dir, half_by_name, read_jsonl
from bench._face_peers import PEER_COLUMNS, PEER_MARGINS, peer_row, peers
from bench._face_truth import LARGE_FACE_PX, MIN_HEIGHT_PX, Candidate, Finder, Found, Picture, Tally, found_in
from bench._run import Run
from privacy_audit.measuring.scoring import Box, Rates, Wilson
from privacy_audit.scanners.image_faces import LEVELS, ImageFaces
from privacy_audit.sources.image_file import read_image
from privacy_audit.types import BoundingBox, Confidence, ImageRecord

_HEIGHTS_PX = (8, 12, 20, 40, 80)
_BAND_STARTS = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
_LOWEST_SCORE = 0.15  # under the scanner's own, to see what that leaves out; boxes above are the same
_MARGIN = 0.25  # image_solid's
_TURNS = {0: "upright", 90: "turned by a quarter", 180: "upside down"}
_CROWD = 50  # faces
_WITH_PEOPLE = (
    "n02640242_sturgeon.jpg",  # two anglers
    "n02817516_bearskin.jpg",  # a guardsman
    "n03197337_digital_watch.jpg",  # a printed photograph behind it
    "n03347037_fire_screen.jpg",  # a child
    "n03992509_potter's_wheel.jpg",  # a potter in profile
    "n04428191_thresher.jpg",  # a man from afar
    "n04456115_torch.jpg",  # a crowd
    "n10148035_groom.jpg",  # a wedding
)
"""Those of ``negatives`` that do show a person's face, or a person from afar: all 80 were looked at on 2026-11-24."""
_DRAWN_PEOPLE = (
    "n03026506_Christmas_stocking.jpg",
)  # two dancers, printed; a detector cannot tell, so they are reported
"""Set apart as well, and listed."""


def main() -> None:
    """Command line."""
    run = Run("faces", "Recall, precision and false alarms of the scanner image_faces.")
    run.parser.add_argument("--turn", type=int, choices=tuple(_TURNS), default=0, help="turn pictures by degrees first")
    run.parser.add_argument("--light", type=float, default=1.0, help="darken to this part first, with noise")
    run.parser.add_argument("--passes", choices=tuple(LEVELS), default="thorough", help="its option")
    run.parser.add_argument("--set", choices=("faces_wider", "faces_dlib"), default="faces_wider", help="dlib: whole")
    run.parser.add_argument("--peers", action="store_true", help="compare with others instead")
    folder = data_dir("image", run.options.set)
    entries = {entry["file"]: entry for entry in read_jsonl(folder / "truth.jsonl")}
    names = sorted(entries) if run.options.set == "faces_dlib" else half_by_name(sorted(entries), run.half)
    chosen = [entries[name] for name in run.limited(names)]
    if run.options.peers:
        _peers(run, folder, chosen)
    else:
        _own(run, folder, chosen)
    run.finish()


def _own(run: Run, folder: Path, entries: Sequence[dict[str, Any]]) -> None:
    finder = _finder(run.options.passes, _LOWEST_SCORE)
    turn, light = run.options.turn, run.options.light
    pictures = [found_in(finder, folder, entry, turn // 90, light) for entry in entries]
    n_faces = sum(len(picture.faces) for picture in pictures)
    which = "all" if run.options.set == "faces_dlib" else f"{run.half} half"
    where = f"{run.options.set}, {which}: {len(pictures)} pictures, {n_faces} faces of {MIN_HEIGHT_PX} px or more"
    how = _TURNS[turn] if light == 1 else f"{_TURNS[turn]}, at {light:g} of the light"
    lowest = LEVELS[run.options.passes].low
    run.add(
        f"{where}, {how}, passes: {run.options.passes}; a hit is IoU >= .5",
        ("from", "recall", "precision", "F2", "covered", f"covered, {LARGE_FACE_PX} px or more", "false/picture"),
        [_operating_point(level, pictures, lowest) for level in Confidence],
    )
    levels = [f"from {level.name}" for level in Confidence]
    run.add("recall by height of the face, same pictures", ("px", *levels), list(_by_height(pictures, lowest)))
    run.add("precision of each level alone, same pictures", ("level", "precision"), list(_alone(pictures, lowest)))
    run.add("precision of each band of scores, same pictures", ("score", "precision"), list(_by_band(pictures)))
    crowds = [picture for picture in pictures if len(picture.faces) > _CROWD]
    run.add(
        f"pictures with more than {_CROWD} faces",
        ("picture", "faces", "boxes from LOW", "right"),
        [
            (picture.name, len(picture.faces), len(kept), sum(item.truth is not None for item in kept))
            for picture in crowds
            for kept in [_at(picture, Confidence.LOW, lowest)]
        ],
    )
    if run.options.set == "faces_wider" and not turn and light == 1:
        _negatives(run, _finder(run.options.passes, lowest))


def _finder(passes: Any, min_score: float) -> Finder:
    scanner = ImageFaces(passes=passes, min_score=min_score)

    def find(pixels: Any) -> list[Candidate]:
        return [
            (_as_tuple(detection.location), detection.score, detection.confidence)
            for detection in scanner.scan(ImageRecord("picture", pixels))
        ]

    return find


def _as_tuple(location: object) -> Box:
    assert isinstance(location, BoundingBox)
    return location.x_min, location.y_min, location.x_max, location.y_max


def _peers(run: Run, folder: Path, entries: Sequence[dict[str, Any]]) -> None:
    import cv2

    cv2.setNumThreads(1)  # CPU seconds of one thread each
    finders = [*peers(), *((f"image_faces, {passes}", _finder(passes, LEVELS[passes].low)) for passes in LEVELS)]
    rows: list[Sequence[object]] = []
    plain_cpu_s = 0.0
    for name, finder in finders:
        found_in(finder, folder, entries[0])  # loads the model
        pictures = [found_in(finder, folder, entry) for entry in entries]
        plain_cpu_s = plain_cpu_s or sum(picture.cpu_s for picture in pictures)
        margin = next((margin for peer, margin in PEER_MARGINS.items() if name.startswith(peer)), _MARGIN)
        rows.append(peer_row(name, pictures, 0.0, margin, plain_cpu_s))
    megapixels = sum(entry["width"] * entry["height"] for entry in entries) / 1e6
    run.add(
        f"{run.options.set}, {run.half} half: {len(entries)} pictures, {megapixels:.1f} megapixels, "
        "everything each reports by default; one thread; deface covers with its own margin of .15, ours is .25",
        PEER_COLUMNS,
        rows,
    )


def _at(picture: Picture, level: Confidence, lowest: float) -> list[Found]:
    return [item for item in picture.found if item.confidence >= level and item.score >= lowest]


def _operating_point(level: Confidence, pictures: Sequence[Picture], lowest: float) -> tuple[object, ...]:
    tally = Tally.of(pictures, lambda item: item.confidence >= level and item.score >= lowest, _MARGIN)
    f2 = Rates(tally.recall, tally.precision).f2
    return (
        level.name, tally.recall, tally.precision, f2, tally.covered, tally.large_covered, tally.false_per_picture,
    )  # fmt: skip


def _by_height(pictures: Sequence[Picture], lowest: float) -> Iterator[tuple[object, ...]]:
    for low, high in zip(_HEIGHTS_PX, (*_HEIGHTS_PX[1:], None), strict=True):
        shares = []
        for level in Confidence:
            n_faces = n_hits = 0
            for picture in pictures:
                hit = {item.truth for item in _at(picture, level, lowest)}
                inside = [
                    index
                    for index, height_px in enumerate(picture.heights_px)
                    if height_px >= low and (high is None or height_px < high)
                ]
                n_faces += len(inside)
                n_hits += sum(index in hit for index in inside)
            shares.append(Wilson(n_hits, n_faces))
        yield (f"{low}-{high}" if high else f"{low} and more", *shares)


def _alone(pictures: Sequence[Picture], lowest: float) -> Iterator[tuple[object, ...]]:
    for level in Confidence:
        inside = [item for picture in pictures for item in _at(picture, level, lowest) if item.confidence == level]
        yield level.name, Wilson(sum(item.truth is not None for item in inside), len(inside))


def _by_band(pictures: Sequence[Picture]) -> Iterator[tuple[object, ...]]:
    for low, high in zip(_BAND_STARTS, (*_BAND_STARTS[1:], 1.01), strict=True):
        inside = [item for picture in pictures for item in picture.found if low <= item.score < high]
        yield f"{low:.2f}-{min(high, 1):.2f}", Wilson(sum(item.truth is not None for item in inside), len(inside))


def _negatives(run: Run, finder: Finder) -> None:
    folder = data_dir("image", "negatives")
    everything = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    names = run.limited([name for name in half_by_name(everything, run.half) if name not in _WITH_PEOPLE])
    hits = [(name, *hit) for name in names for hit in finder(read_image(folder / name, name).pixels)]
    without = [name for name in names if name not in _DRAWN_PEOPLE]
    rows = []
    for level in Confidence:
        at_level = [name for name, _, _, confidence in hits if confidence >= level and name in without]
        rows.append((level.name, Wilson(len(set(at_level)), len(without)), len(at_level)))
    run.add(
        f"negatives, {run.half} half: {len(without)} pictures without a person, drawn ones set apart",
        ("from", "pictures with a box", "boxes"),
        rows,
    )
    run.add(
        "these boxes, to be looked at",
        ("picture", "score", "confidence", "x_min, y_min, x_max, y_max"),
        [(name, score, confidence.name, box) for name, box, score, confidence in hits],
    )


if __name__ == "__main__":
    main()
