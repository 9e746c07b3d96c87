"""CenterFace on drawn faces: it finds them, in RGB, at every size of picture."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from privacy_audit.models.centerface import MAX_PASS_PIXELS, _merge, detect_faces
from privacy_audit.sources.image_file import read_image
from privacy_audit.types import BoundingBox


@pytest.fixture(scope="module")
def pictures(sample_data: Path) -> dict[str, tuple[Any, list[list[int]]]]:
    entries = json.loads((sample_data / "MANIFEST.json").read_text(encoding="utf-8"))["files"]
    return {
        entry["path"]: (read_image(sample_data / entry["path"], "a").pixels, entry["truth"]["faces"])
        for entry in entries
        if "faces" in entry["truth"]
    }


def overlap(box: BoundingBox, truth: list[int]) -> float:
    """Intersection over union."""
    wide = min(box.x_max, truth[2]) - max(box.x_min, truth[0])
    high = min(box.y_max, truth[3]) - max(box.y_min, truth[1])
    both = max(0, wide) * max(0, high)
    return both / (box.width_px * box.height_px + (truth[2] - truth[0]) * (truth[3] - truth[1]) - both)


def test_drawn_faces_are_found_where_they_are_and_nowhere_else(
    pictures: dict[str, tuple[Any, list[list[int]]]],
) -> None:
    assert sum(len(faces) for _, faces in pictures.values()) >= 10
    for path, (pixels, faces) in pictures.items():
        boxes = [box for box, _ in detect_faces(pixels, 0.5, (1.0,))]
        assert [face for face in faces if not any(overlap(box, face) >= 0.4 for box in boxes)] == [], path
        assert len(boxes) == len(faces), path


def test_a_face_that_two_passes_find_comes_once(pictures: dict[str, tuple[Any, list[list[int]]]]) -> None:
    pixels, faces = pictures["images/portrait.jpg"]
    ((box, score),) = detect_faces(pixels, 0.5)
    assert overlap(box, faces[0]) >= 0.4
    assert 0.5 < score <= 1


def test_the_surest_face_comes_first(pictures: dict[str, tuple[Any, list[list[int]]]]) -> None:
    scores = [score for _, score in detect_faces(pictures["images/group.png"][0], 0.3, (1.0,))]
    assert len(scores) > 1
    assert scores == sorted(scores, reverse=True)


def test_the_channels_are_red_green_blue_and_in_that_order(pictures: dict[str, tuple[Any, list[list[int]]]]) -> None:
    """With the channels turned round the same faces are less sure: a mistake that nothing else would show."""
    pixels, faces = pictures["images/street.jpg"]
    sums = []
    for given in (pixels, np.ascontiguousarray(pixels[..., ::-1])):
        boxes = detect_faces(given, 0.1, (1.0,))
        sums.append(sum(max(score for box, score in boxes if overlap(box, face) >= 0.4) for face in faces))
    assert sums[0] > sums[1] + 0.2


def test_boxes_lie_inside_the_picture_whatever_its_shape(pictures: dict[str, tuple[Any, list[list[int]]]]) -> None:
    pixels, faces = pictures["images/portrait.jpg"]
    x_min, y_min, x_max, y_max = faces[0]
    cut = np.ascontiguousarray(pixels[y_min + 20 : y_max - 5, x_min + 10 : x_max])  # a face that leaves the picture
    for given in (cut, pixels[:1], pixels[:, :1], np.zeros((7, 300, 3), np.uint8)):
        for box, _ in detect_faces(np.ascontiguousarray(given), 0.05):
            assert 0 <= box.x_min < box.x_max <= given.shape[1]
            assert 0 <= box.y_min < box.y_max <= given.shape[0]


def test_an_empty_picture_has_no_face() -> None:
    assert detect_faces(np.zeros((0, 10, 3), np.uint8), 0.3) == []


def test_a_pass_is_made_smaller_rather_than_larger_than_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []

    def note(pixels: Any, score_threshold: float) -> Any:
        sizes.append(pixels.shape[0] * pixels.shape[1])
        return np.zeros((0, 5), np.float32)

    monkeypatch.setattr("privacy_audit.models.centerface._one_pass", note)
    assert detect_faces(np.zeros((3000, 4000, 3), np.uint8), 0.3) == []
    assert len(sizes) == 1, "two scales that come to the same size are one pass"
    assert sizes[0] <= MAX_PASS_PIXELS * 1.05


def test_boxes_of_one_face_become_the_surest_of_them_and_two_faces_stay_two() -> None:
    boxes = np.array([[0, 0, 10, 10, 0.5], [1, 0, 11, 10, 0.9], [30, 0, 40, 10, 0.4]], np.float32)
    assert _merge(boxes)[:, 4].tolist() == pytest.approx([0.9, 0.4])
