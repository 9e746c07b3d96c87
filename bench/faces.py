"""Faces: what the command ``bench image`` does not print: precision by score and level, crowds, and each false box on
pictures without people.

Recall, conditions, peers and time: ``privacy-audit bench image ../shared/data/image/faces_wider --half odd``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench._data import data_dir
from bench._run import Run
from privacy_audit.measuring.face_finders import OUR_PASSES, our_finder
from privacy_audit.measuring.faces import Finder, Found, Searched, searched
from privacy_audit.measuring.pictures import CONDITIONS, Half, KnownPicture, in_half, read_pictures
from privacy_audit.measuring.scoring import Wilson
from privacy_audit.scanners.image_faces import LEVELS
from privacy_audit.sources.image_file import read_image
from privacy_audit.types import Confidence

_BAND_STARTS = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
_LOWEST_SCORE = 0.15  # under the scanner's own, to see what that leaves out; boxes above are the same
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
    run = Run("faces", "Precision and false alarms of the scanner image_faces.")
    run.parser.add_argument("--passes", choices=OUR_PASSES, default="thorough", help="its option")
    run.parser.add_argument("--set", choices=("faces_wider", "faces_dlib"), default="faces_wider", help="dlib: whole")
    half: Half = "odd" if run.half == "report" else "even"
    known = read_pictures(data_dir("image", run.options.set))
    if run.options.set == "faces_wider":
        known = [picture for picture in known if in_half(picture.path.name, half)]
    finder = our_finder(run.options.passes, _LOWEST_SCORE)
    pictures = [_searched(finder, picture) for picture in run.limited(known)]
    lowest = LEVELS[run.options.passes].low
    run.add("precision of each level alone", ("level", "precision"), list(_alone(pictures, lowest)))
    run.add("precision of each band of scores", ("score", "precision"), list(_by_band(pictures)))
    crowds = [picture for picture in pictures if len(picture.faces) > _CROWD]
    run.add(
        f"pictures with more than {_CROWD} faces",
        ("picture", "faces", "boxes from LOW", "right"),
        [
            (picture.name, len(picture.faces), len(kept), sum(item.truth is not None for item in kept))
            for picture in crowds
            for kept in [[item for item in picture.found if item.score >= lowest]]
        ],
    )
    if run.options.set == "faces_wider":
        _negatives(run, our_finder(run.options.passes), half)
    run.finish()


def _searched(finder: Finder, picture: KnownPicture) -> Searched:
    return searched(finder, picture, read_image(picture.path, picture.path.name).pixels, CONDITIONS[0])


def _alone(pictures: Sequence[Searched], lowest: float) -> Iterator[tuple[object, ...]]:
    for level in Confidence:
        yield level.name, _precision(pictures, [level], lowest, 1.01)


def _by_band(pictures: Sequence[Searched]) -> Iterator[tuple[object, ...]]:
    for low, high in zip(_BAND_STARTS, (*_BAND_STARTS[1:], 1.01), strict=True):
        yield f"{low:.2f}-{min(high, 1):.2f}", _precision(pictures, list(Confidence), low, high)


def _precision(pictures: Sequence[Searched], levels: Sequence[Confidence], low: float, high: float) -> Wilson:
    inside: list[Found] = [
        item for picture in pictures for item in picture.found if item.confidence in levels and low <= item.score < high
    ]
    return Wilson(sum(item.truth is not None for item in inside), len(inside))


def _negatives(run: Run, finder: Finder, half: Half) -> None:
    known = [
        picture
        for picture in read_pictures(data_dir("image", "negatives"))
        if in_half(picture.path.name, half) and picture.path.name not in _WITH_PEOPLE
    ]
    pictures = [_searched(finder, picture) for picture in run.limited(known)]
    without = [picture for picture in pictures if picture.name not in _DRAWN_PEOPLE]
    rows = []
    for level in Confidence:
        n_boxes = [sum(item.confidence >= level for item in picture.found) for picture in without]
        rows.append((level.name, Wilson(sum(n > 0 for n in n_boxes), len(without)), sum(n_boxes)))
    run.add(
        f"negatives, {half} half: {len(without)} pictures without a person, drawn ones set apart",
        ("from", "pictures with a box", "boxes"),
        rows,
    )
    run.add(
        "these boxes, to be looked at",
        ("picture", "score", "confidence", "x_min, y_min, x_max, y_max"),
        [(picture.name, item.score, item.confidence.name, item.box) for picture in pictures for item in picture.found],
    )


if __name__ == "__main__":
    main()
