"""Drawn faces as they are, turned, dark, small, large and at the edge of what the network is given at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from privacy_audit.scanners.image_faces import LEVELS, ImageFaces
from privacy_audit.sources.image_file import read_image
from privacy_audit.types import BoundingBox, Confidence, Detection, ImageRecord

Box = list[float]
WITHOUT_FACES = ("landscape.png", "shapes.jpg", "letter.png")


@pytest.fixture(scope="module")
def faces_of(sample_data: Path) -> dict[str, list[Box]]:
    entries = json.loads((sample_data / "MANIFEST.json").read_text(encoding="utf-8"))["files"]
    return {
        entry["path"].removeprefix("images/"): entry["truth"].get("faces", [])
        for entry in entries
        if entry["path"].startswith("images/")
    }


@pytest.fixture(scope="module")
def pixels_of(sample_data: Path, faces_of: dict[str, list[Box]]) -> dict[str, Any]:
    return {name: read_image(sample_data / "images" / name, name).pixels for name in faces_of}


def scanned(pixels: Any, **options: Any) -> list[Detection]:
    return list(ImageFaces(**options).scan(ImageRecord("a.png", np.ascontiguousarray(pixels))))


def is_on(detection: Detection, face: Box) -> bool:
    """Whether the box of a detection and a true one share at least .4 of the area of both."""
    box = detection.location
    assert isinstance(box, BoundingBox)
    wide, high = min(box.x_max, face[2]) - max(box.x_min, face[0]), min(box.y_max, face[3]) - max(box.y_min, face[1])
    both = max(0, wide) * max(0, high)
    return both >= 0.4 * (box.width_px * box.height_px + (face[2] - face[0]) * (face[3] - face[1]) - both)


def missed(detections: list[Detection], faces: list[Box], level: Confidence = Confidence.MEDIUM) -> list[Box]:
    sure = [item for item in detections if item.confidence >= level]
    return [face for face in faces if not any(is_on(item, face) for item in sure)]


@pytest.mark.parametrize("passes", LEVELS)
def test_every_drawn_face_is_found_once_and_surely(
    pixels_of: dict[str, Any], faces_of: dict[str, list[Box]], passes: str
) -> None:
    # the longest search costs three times the usual one: one picture with faces and one without are enough for it
    names = ["group.png", next(iter(WITHOUT_FACES))] if passes == "exhaustive" else list(faces_of)
    for name in names:
        faces = faces_of[name]
        found = scanned(pixels_of[name], passes=passes)
        assert missed(found, faces) == [], name
        assert len(found) == len(faces), name
    assert all(faces_of[name] == [] for name in WITHOUT_FACES)


@pytest.mark.parametrize("quarters", [1, 2, 3])
@pytest.mark.parametrize("name", ["jean-dupuis.jpg", "group.png"])
def test_a_picture_turned_without_a_mark_shows_its_faces(
    pixels_of: dict[str, Any], faces_of: dict[str, list[Box]], name: str, quarters: int
) -> None:
    pixels = pixels_of[name]
    height_px, width_px = pixels.shape[:2]
    faces = faces_of[name]
    for _ in range(quarters):
        faces = [[y_min, width_px - x_max, y_max, width_px - x_min] for x_min, y_min, x_max, y_max in faces]
        height_px, width_px = width_px, height_px
    found = scanned(np.rot90(pixels, quarters))
    assert missed(found, faces) == []
    assert len(found) == len(faces)


@pytest.mark.parametrize("name", ["portrait.jpg", "street.jpg"])
def test_faces_are_found_in_a_dark_and_noisy_picture(
    pixels_of: dict[str, Any], faces_of: dict[str, list[Box]], name: str
) -> None:
    noise = np.random.default_rng(1).normal(0, 4, pixels_of[name].shape)
    dark = np.clip(pixels_of[name] * 0.1 + noise, 0, 255).astype(np.uint8)
    assert missed(scanned(dark), faces_of[name], Confidence.LOW) == []


def test_faces_of_12_pixels_are_found_by_the_thorough_passes(
    pixels_of: dict[str, Any], faces_of: dict[str, list[Box]]
) -> None:
    factor = 0.16
    small = cv2.resize(pixels_of["group.png"], None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    faces = [[side * factor for side in face] for face in faces_of["group.png"]]
    assert min(face[2] - face[0] for face in faces) < 14
    assert missed(scanned(small), faces, Confidence.LOW) == []


def test_a_face_that_fills_a_large_picture_is_found(pixels_of: dict[str, Any], faces_of: dict[str, list[Box]]) -> None:
    ((x_min, y_min, x_max, y_max),) = faces_of["portrait.jpg"]
    top, left = int(y_min) - 15, int(x_min) - 15
    part = pixels_of["portrait.jpg"][top : int(y_max) + 15, left : int(x_max) + 15]
    factor = 1500 / part.shape[0]
    face = [(x_min - left) * factor, (y_min - top) * factor, (x_max - left) * factor, (y_max - top) * factor]
    assert missed(scanned(cv2.resize(part, None, fx=factor, fy=factor)), [face], Confidence.LOW) == []


def test_small_faces_of_a_large_picture_are_found_once_each(
    pixels_of: dict[str, Any], faces_of: dict[str, list[Box]]
) -> None:
    """The same street nine times, 7 megapixels: borders of tiles run through it where they will."""
    street = pixels_of["street.jpg"]
    height_px, width_px = street.shape[:2]
    faces = [
        [x_min + dx, y_min + dy, x_max + dx, y_max + dy]
        for dx in (0, width_px, 2 * width_px)
        for dy in (0, height_px, 2 * height_px)
        for x_min, y_min, x_max, y_max in faces_of["street.jpg"]
    ]
    found = scanned(np.tile(street, (3, 3, 1)), passes="fast")
    assert missed(found, faces) == []
    assert len(found) == len(faces)


def test_boxes_stand_from_left_to_right_inside_the_picture_and_come_out_the_same_again(
    pixels_of: dict[str, Any],
) -> None:
    cut = pixels_of["group.png"][:, 130:860]  # through two faces
    found = scanned(cut)
    places = [(item.location.x_min, item.location.y_min) for item in found if isinstance(item.location, BoundingBox)]
    assert len(places) >= 3
    assert places == sorted(places)
    for item in found:
        assert isinstance(item.location, BoundingBox)
        assert 0 <= item.location.x_min < item.location.x_max <= cut.shape[1]
        assert 0 <= item.location.y_min < item.location.y_max <= cut.shape[0]
        assert 0 < item.score <= 1
    assert scanned(cut) == found


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 60_000, 3), (60_000, 1, 3), (7, 7, 3), (8, 30_000, 3)])
def test_a_picture_of_any_shape_is_read(shape: tuple[int, int, int]) -> None:
    assert scanned(np.full(shape, 90, np.uint8)) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"passes": "quick"}, "passes: got 'quick', expected one of fast, thorough, exhaustive"),
        ({"passes": ["fast"]}, "passes: got"),
        ({"min_score": 0}, "min_score: got 0"),
        ({"min_score": 1.5}, "min_score: got 1.5"),
    ],
)
def test_an_option_out_of_range_is_refused_by_name(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ImageFaces(**options)


def test_what_lies_below_the_lowest_score_is_dropped(pixels_of: dict[str, Any]) -> None:
    scores = [item.score for item in scanned(pixels_of["group.png"], passes="fast")]
    threshold = sorted(scores)[1]
    kept = [item.score for item in scanned(pixels_of["group.png"], passes="fast", min_score=threshold)]
    assert sorted(kept) == sorted(scores)[1:]
