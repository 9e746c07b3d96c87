"""The network on drawn faces: it finds them, in RGB, whole or in tiles, inside pictures of every shape."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from privacy_audit.models import centerface
from privacy_audit.models.centerface import MAX_RUN_PIXELS, is_tiled, one_pass
from privacy_audit.models.face_fusion import View, distinct, fused
from privacy_audit.sources.image_file import read_image

Pictures = dict[str, tuple[Any, list[list[int]]]]


@pytest.fixture(scope="module")
def pictures(sample_data: Path) -> Pictures:
    entries = json.loads((sample_data / "MANIFEST.json").read_text(encoding="utf-8"))["files"]
    return {
        entry["path"]: (read_image(sample_data / entry["path"], "a").pixels, entry["truth"]["faces"])
        for entry in entries
        if "faces" in entry["truth"]
    }


def overlap(box: Any, truth: list[int]) -> float:
    """Intersection over union."""
    wide, high = min(box[2], truth[2]) - max(box[0], truth[0]), min(box[3], truth[3]) - max(box[1], truth[1])
    both = max(0, wide) * max(0, high)
    areas = (box[2] - box[0]) * (box[3] - box[1]) + (truth[2] - truth[0]) * (truth[3] - truth[1])
    return float(both / (areas - both))


def test_drawn_faces_are_found_where_they_are_and_nowhere_else(pictures: Pictures) -> None:
    assert sum(len(faces) for _, faces in pictures.values()) >= 10
    for path, (pixels, faces) in pictures.items():
        boxes = distinct(one_pass(pixels, 1.0, 0.5))
        assert [face for face in faces if not any(overlap(box, face) >= 0.4 for box in boxes)] == [], path
        assert len(boxes) == len(faces), path


def test_the_channels_are_red_green_blue_and_in_that_order(pictures: Pictures) -> None:
    """With the channels turned round the same faces are less sure: a mistake that nothing else would show."""
    pixels, faces = pictures["images/street.jpg"]
    sums = []
    for given in (pixels, np.ascontiguousarray(pixels[..., ::-1])):
        boxes = one_pass(given, 1.0, 0.1)
        sums.append(sum(max(box[4] for box in boxes if overlap(box, face) >= 0.4) for face in faces))
    assert sums[0] > sums[1] + 0.2


def test_a_small_pass_is_one_run_and_a_large_one_is_cut_into_tiles() -> None:
    assert not is_tiled(np.zeros((1000, 1000, 3), np.uint8), 1.0)
    assert is_tiled(np.zeros((1000, 1000, 3), np.uint8), 2.0)
    assert not is_tiled(np.zeros((4000, 6000, 3), np.uint8), 0.2)


@pytest.mark.parametrize(("height_px", "width_px"), [(4000, 6000), (8, 60_000), (1300, 1300), (3001, 997)])
def test_tiles_cover_the_picture_and_none_is_larger_than_the_network_is_given(height_px: int, width_px: int) -> None:
    for length_px in (height_px, width_px):
        tiles = list(centerface._stretches(length_px))
        assert tiles[0].start == 0
        assert tiles[-1].end == length_px
        for one, following in pairwise(tiles):
            assert one.own_end == following.own_start
            assert one.end - following.start >= centerface.LARGEST_IN_TILE_PX
        assert all(centerface._padded(tile.end - tile.start) ** 2 <= MAX_RUN_PIXELS for tile in tiles)


@pytest.mark.parametrize("shift_px", [0, 40, 97, 160])
def test_a_face_on_the_border_of_two_tiles_is_found_once(pictures: Pictures, shift_px: int) -> None:
    pixels, faces = pictures["images/street.jpg"]
    x_min, y_min, x_max, y_max = faces[2]
    wide = np.full((700, 2500, 3), 128, np.uint8)
    assert is_tiled(wide, 1.0)
    border = centerface._stretches(2500)
    place = round(next(border).own_end) - 80 + shift_px - 60
    part = pixels[y_min - 60 : y_max + 60, x_min - 60 : x_max + 60]
    wide[300 : 300 + part.shape[0], place : place + part.shape[1]] = part
    (box,) = distinct(one_pass(wide, 1.0, 0.5))
    assert overlap(box, [place + 60, 360, place + 60 + x_max - x_min, 360 + y_max - y_min]) >= 0.4


def test_boxes_of_one_face_become_the_surest_of_them_and_two_faces_stay_two() -> None:
    boxes = np.array([[0, 0, 10, 10, 0.5], [1, 0, 11, 10, 0.9], [30, 0, 40, 10, 0.4]], np.float32)
    assert distinct(boxes)[:, 4].tolist() == pytest.approx([0.9, 0.4])


def test_a_face_that_one_view_of_two_misses_is_half_as_sure() -> None:
    one = np.array([[0, 0, 10, 10, 0.8], [30, 0, 40, 10, 0.6]], np.float32)
    other = np.array([[0, 0, 10, 12, 0.4]], np.float32)
    merged = fused([[View(one), View(other)]])
    assert merged[:, 4].tolist() == pytest.approx([0.6, 0.3])
    assert merged[0, :4].tolist() == pytest.approx([0, 0, 10, (0.64 * 10 + 0.16 * 12) / 0.8])


def test_a_face_that_only_a_smaller_scale_can_see_keeps_its_score() -> None:
    nothing = np.zeros((0, 5), np.float32)
    large = np.array([[0, 0, 500, 500, 0.9]], np.float32)
    assert fused([[View(nothing), View(nothing)], [View(large)]])[:, 4].tolist() == pytest.approx([0.9])


def test_no_box_at_all_is_no_face() -> None:
    assert len(fused([[View(np.zeros((0, 5), np.float32))]])) == 0


def test_a_view_that_cannot_see_a_face_of_that_size_does_not_vote() -> None:
    nothing = np.zeros((0, 5), np.float32)
    large = np.array([[0, 0, 100, 100, 0.8]], np.float32)
    assert fused([[View(large), View(nothing, 50.0)]])[:, 4].tolist() == pytest.approx([0.8])
    assert fused([[View(large), View(nothing, 150.0)]])[:, 4].tolist() == pytest.approx([0.4])


def test_neighbours_in_a_crowd_that_several_passes_tell_apart_stay_two() -> None:
    near = np.array([[0, 0, 10, 10, 0.9], [4.7, 0, 14.7, 10, 0.8]], np.float32)
    assert len(distinct(near)) == 1
    assert len(fused([[View(near[:1]), View(near[1:])]])) == 2
