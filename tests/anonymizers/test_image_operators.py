"""Pictures: what is covered is covered to the pixel, and metadata are gone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.anonymizers.image_solid import ImageSolid
from privacy_audit.anonymizers.image_strip_metadata import ImageStripMetadata
from privacy_audit.types import BoundingBox, Confidence, Detection, FieldRef, ImageRecord

PIXELS = np.random.default_rng(4).integers(1, 256, (40, 60, 3), dtype=np.uint8)
BOXES = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 40), st.integers(0, 40)).map(
    lambda e: BoundingBox(min(e[:2]), min(e[2:]), max(e[:2]), max(e[2:]))
)


def covered(boxes: list[BoundingBox], **options: Any) -> Any:
    record = ImageRecord("a", PIXELS, {"Artist": "x"})
    treated = ImageSolid(**options).apply(record, [Detection("FACE", box, 1.0, Confidence.HIGH) for box in boxes])
    assert isinstance(treated, ImageRecord)
    assert treated.metadata == {"Artist": "x"}
    return treated.pixels


@settings(max_examples=60, deadline=None)
@given(st.lists(BOXES, max_size=4), st.sampled_from([0, 0.25, 1.5]))
def test_pixels_in_the_widened_boxes_are_black_and_all_others_stay(boxes: list[BoundingBox], margin: float) -> None:
    inside = np.zeros((40, 60), bool)
    for box in boxes:
        wide, high = round(box.width_px * margin), round(box.height_px * margin)
        inside[max(0, box.y_min - high) : box.y_max + high, max(0, box.x_min - wide) : box.x_max + wide] = True
    pixels = covered(boxes, margin=margin)
    assert (pixels[inside] == 0).all()
    assert np.array_equal(pixels[~inside], PIXELS[~inside])


def test_the_margin_is_a_quarter_of_the_box_on_each_side() -> None:
    pixels = covered([BoundingBox(20, 10, 40, 20)])
    rows, columns = np.nonzero((pixels == 0).all(axis=2))
    assert (rows.min(), rows.max() + 1, columns.min(), columns.max() + 1) == (8, 22, 15, 45)


def test_around_text_the_margin_is_a_quarter_of_the_shorter_side_on_every_side() -> None:
    record = ImageRecord("a", PIXELS)
    treated = ImageSolid().apply(record, [Detection("PERSON", BoundingBox(12, 10, 52, 18), 1.0, Confidence.HIGH)])
    assert isinstance(treated, ImageRecord)
    rows, columns = np.nonzero((treated.pixels == 0).all(axis=2))
    assert (rows.min(), rows.max() + 1, columns.min(), columns.max() + 1) == (8, 20, 10, 54)


def test_a_box_at_the_edge_is_covered_up_to_the_edge() -> None:
    assert (covered([BoundingBox(0, 0, 10, 10)])[:12, :12] == 0).all()
    assert (covered([BoundingBox(50, 30, 60, 40)])[28:, 48:] == 0).all()
    assert not covered([BoundingBox(0, 0, 60, 40)]).any()


@pytest.mark.parametrize("margin", [-0.1, 2.1, float("nan")])
def test_a_margin_out_of_range_is_refused(margin: float) -> None:
    with pytest.raises(ValueError, match="margin"):
        ImageSolid(margin=margin)


def test_the_settings_are_told() -> None:
    assert ImageSolid(margin=0.5).parameters() == (("colour", "black"), ("margin", "0.5"))


def test_all_metadata_go_and_all_pixels_stay() -> None:
    record = ImageRecord("a", PIXELS, {"Artist": "x", "Make": "y"})
    found = [Detection("AUTHOR_METADATA", FieldRef("Artist"), 1.0, Confidence.HIGH)]
    treated = ImageStripMetadata().apply(record, found)
    assert isinstance(treated, ImageRecord)
    assert treated.metadata == {}
    assert np.array_equal(treated.pixels, PIXELS)
