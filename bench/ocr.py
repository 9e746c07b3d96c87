"""Text in pictures: plates found on cars, and what is found on pictures that show none."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench._data import data_dir, half_of, read_jsonl
from bench._run import Run
from privacy_audit.measuring.scoring import Box, Wilson, covered_share
from privacy_audit.models.ocr import read_lines
from privacy_audit.scanners.image_text import ImageText
from privacy_audit.sources.image_file import read_image
from privacy_audit.types import BoundingBox, Confidence, Detection

_PLATE = "LICENSE_PLATE"
_COVERED = 0.8
_MARGIN_OF_HEIGHT = 0.25  # image_solid's, around text


@dataclass(frozen=True, slots=True)
class _Picture:
    name: str
    plates: list[tuple[Box, str]]
    found: list[Detection]
    lines: list[tuple[Box, str]]
    """What was read, plate or not."""


def main() -> None:
    """Command line."""
    run = Run("ocr", "Licence plates found by the scanner image_text, and its false alarms.")
    run.parser.add_argument("--list", action="store_true", help="list the plates missed and the false alarms")
    scanner = ImageText()
    folder = data_dir("image", "plates_eu")
    entries = sorted(read_jsonl(folder / "truth.jsonl"), key=lambda entry: entry["file"])
    pictures = [_scanned(scanner, folder, entry) for entry in run.limited(half_of(entries, run.half))]
    n_plates = sum(len(picture.plates) for picture in pictures)
    where = f"plates_eu, {run.half} half: {len(pictures)} pictures, {n_plates} plates"
    run.add(
        f"{where}; a hit covers half of the plate, 'covered' is {_COVERED:g} of it with the margin of image_solid",
        ("from", "recall", "covered", "precision"),
        [_operating_point(level, pictures) for level in Confidence],
    )
    run.add(
        "the reading alone, same pictures", ("plates with a line on them", "read without an error"), [_read(pictures)]
    )
    if run.options.list:
        run.add("missed from LOW", ("picture", "plate", "read there"), list(_missed(pictures)))
    _negatives(run, scanner)
    run.finish()


def _scanned(scanner: ImageText, folder: Path, entry: dict[str, Any]) -> _Picture:
    record = read_image(folder / entry["file"], entry["file"])
    size_px = entry["width"], entry["height"]
    lines = [(_as_tuple(line.box(0, len(line.text), size_px)), line.text) for line in read_lines(record.pixels)]
    plates = [(tuple(plate["box"]), plate["text"]) for plate in entry["plates"]]
    return _Picture(entry["file"], plates, list(scanner.scan(record)), lines)


def _as_tuple(location: object) -> Box:
    assert isinstance(location, BoundingBox)
    return location.x_min, location.y_min, location.x_max, location.y_max


def _grown(box: Box) -> Box:
    margin = _MARGIN_OF_HEIGHT * min(box[2] - box[0], box[3] - box[1])
    return box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin


def _operating_point(level: Confidence, pictures: Sequence[_Picture]) -> tuple[object, ...]:
    n_plates = n_hits = n_covered = n_found = n_right = 0
    for picture in pictures:
        boxes = [
            _as_tuple(item.location)
            for item in picture.found
            if item.entity_type == _PLATE and item.confidence >= level
        ]
        truth = [box for box, _ in picture.plates]
        n_plates += len(truth)
        n_hits += sum(any(covered_share(plate, box) >= 0.5 for box in boxes) for plate in truth)
        n_covered += sum(any(covered_share(plate, _grown(box)) >= _COVERED for box in boxes) for plate in truth)
        n_found += len(boxes)
        n_right += sum(any(covered_share(plate, box) >= 0.5 for plate in truth) for box in boxes)
    return level.name, Wilson(n_hits, n_plates), Wilson(n_covered, n_plates), Wilson(n_right, n_found)


def _read(pictures: Sequence[_Picture]) -> tuple[Wilson, Wilson]:
    n_plates = n_on = n_exact = 0
    for picture in pictures:
        for plate, truth in picture.plates:
            texts = [text for box, text in picture.lines if covered_share(plate, box) >= 0.5]
            n_plates += 1
            n_on += bool(texts)
            n_exact += any("".join(filter(str.isalnum, text)) == truth for text in texts)
    return Wilson(n_on, n_plates), Wilson(n_exact, n_plates)


def _missed(pictures: Sequence[_Picture]) -> Iterator[tuple[str, str, str]]:
    for picture in pictures:
        boxes = [_as_tuple(item.location) for item in picture.found if item.entity_type == _PLATE]
        for plate, truth in picture.plates:
            if not any(covered_share(plate, box) >= 0.5 for box in boxes):
                texts = [text for box, text in picture.lines if covered_share(plate, box) > 0]
                yield picture.name, truth, " | ".join(texts)


def _negatives(run: Run, scanner: ImageText) -> None:
    folder = data_dir("image", "negatives")
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    records = [read_image(path, path.name) for path in run.limited(half_of(files, run.half))]
    started_s = time.process_time()
    hits = [(record.uri, item) for record in records for item in scanner.scan(record)]
    cpu_s = time.process_time() - started_s
    megapixels = sum(record.pixels.shape[0] * record.pixels.shape[1] for record in records) / 1e6
    rows = []
    for level in Confidence:
        at_level = [(name, item) for name, item in hits if item.confidence >= level]
        n_pictures = len({name for name, _ in at_level})
        rows.append((level.name, Wilson(n_pictures, len(records)), len(at_level)))
    run.add(
        f"negatives, {run.half} half: {len(records)} pictures, {megapixels:.1f} megapixels, {cpu_s:.0f} s of CPU",
        ("from", "pictures with a finding", "findings"),
        rows,
    )
    if run.options.list:
        run.add(
            "these findings, to be looked at",
            ("picture", "type", "confidence", "x_min, y_min, x_max, y_max"),
            [(name, item.entity_type, item.confidence.name, _as_tuple(item.location)) for name, item in hits],
        )


if __name__ == "__main__":
    main()
