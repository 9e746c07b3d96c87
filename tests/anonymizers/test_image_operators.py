"""Pictures: what is covered is covered to the pixel, and metadata are gone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.anonymizers.image_blur import ImageBlur
from privacy_audit.anonymizers.image_inpaint import ImageInpaint
from privacy_audit.anonymizers.image_pixelate import ImagePixelate
from privacy_audit.anonymizers.image_silhouette import ImageSilhouette
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


def covered_by(operator: Any, *boxes: BoundingBox, pixels: Any = PIXELS, kind: str = "FACE") -> Any:
    found = [Detection(kind, box, 1.0, Confidence.HIGH) for box in boxes]
    return operator.apply(ImageRecord("a", pixels), found).pixels


def test_a_solid_cover_has_the_colour_asked_for() -> None:
    assert (covered_by(ImageSolid(colour="grey", margin=0), BoundingBox(5, 5, 9, 9))[5:9, 5:9] == 128).all()
    assert (covered_by(ImageSolid(colour="white", margin=0), BoundingBox(5, 5, 9, 9))[5:9, 5:9] == 255).all()


@settings(max_examples=60, deadline=None)
@given(BOXES, st.sampled_from([0, 0.25, 1.5]))
def test_an_ellipse_covers_the_corners_of_the_box_too(box: BoundingBox, margin: float) -> None:
    pixels = covered_by(ImageSolid(shape="ellipse", margin=margin), box)
    assert not pixels[box.y_min : box.y_max, box.x_min : box.x_max].any()


def test_an_ellipse_leaves_the_corners_of_its_own_rectangle() -> None:
    pixels = covered_by(ImageSolid(shape="ellipse", margin=0), BoundingBox(20, 10, 40, 30))
    assert pixels[6, 16].any()
    assert not pixels[6, 30].any()


@pytest.mark.parametrize("blocks", [1, 4, 8])
@pytest.mark.parametrize("side_px", [3, 16, 160])
def test_what_is_pixelated_holds_no_more_than_its_squares(blocks: int, side_px: int) -> None:
    pixels = np.random.default_rng(6).integers(0, 256, (side_px, side_px, 3), dtype=np.uint8)
    found = covered_by(ImagePixelate(blocks=blocks, margin=0), BoundingBox(0, 0, side_px, side_px), pixels=pixels)
    assert len(np.unique(found.reshape(-1, 3), axis=0)) <= blocks**2
    assert abs(found.mean() - pixels.mean()) < 6 if side_px > 3 else True


@pytest.mark.parametrize("sigma", [0.2, 0.5])
@pytest.mark.parametrize("side_px", [16, 100, 400])
def test_a_blur_leaves_nothing_finer_than_its_strength(sigma: float, side_px: int) -> None:
    """A grating of one period in ``sigma`` widths comes out at exp(-2 pi^2) of its contrast, as good as gone."""
    across = np.arange(side_px) / side_px
    grating = (127.5 + 127.5 * np.sin(2 * np.pi * across / sigma)).astype(np.uint8)
    pixels = np.repeat(np.repeat(grating[None, :, None], side_px, axis=0), 3, axis=2)
    found = covered_by(ImageBlur(sigma=sigma, margin=0), BoundingBox(0, 0, side_px, side_px), pixels=pixels)
    middle = found[side_px // 2, side_px // 4 : -side_px // 4, 0].astype(float)
    spectrum = np.abs(np.fft.rfft(found[side_px // 2, :, 0].astype(float) - found.mean()))
    assert middle.max() - middle.min() < 70
    assert spectrum[round(1 / sigma)] < 0.2 * np.abs(np.fft.rfft(pixels[0, :, 0].astype(float)))[round(1 / sigma)]


@pytest.mark.parametrize(
    ("operator", "options", "told"),
    [
        (
            ImageBlur,
            {"sigma": 0.05},
            "sigma: got 0.05, expected 0.2 to 5 widths of the box: below, a face is recognised",
        ),
        (ImageBlur, {"sigma": float("nan")}, "sigma"),
        (ImageBlur, {"sigma": True}, "sigma"),
        (ImagePixelate, {"blocks": 16}, "blocks: got 16, expected 1 to 8: with more a face is recognised"),
        (ImagePixelate, {"blocks": 0}, "blocks"),
        (ImageSolid, {"colour": "red"}, "colour: got 'red', expected black, grey, white"),
        (ImageSolid, {"shape": "star"}, "shape: got 'star', expected rectangle or ellipse"),
        (ImageInpaint, {"margin": 3}, "margin: got 3"),
    ],
)
def test_a_cover_below_the_floor_is_refused(operator: Any, options: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        operator(**options)


@pytest.mark.parametrize("operator", [ImageBlur, ImagePixelate, ImageInpaint, ImageSilhouette, ImageSolid])
@pytest.mark.parametrize("box", [BoundingBox(0, 0, 0, 0), BoundingBox(60, 40, 60, 40), BoundingBox(10, 10, 10, 30)])
def test_a_box_without_a_pixel_changes_nothing(operator: Any, box: BoundingBox) -> None:
    assert np.array_equal(covered_by(operator(), box, kind="PERSON"), PIXELS)


@pytest.mark.parametrize("operator", [ImageBlur, ImagePixelate, ImageInpaint, ImageSilhouette, ImageSolid])
@pytest.mark.parametrize("shape", ["rectangle", "ellipse"])
def test_a_box_over_the_whole_picture_and_one_pixel_at_its_edge_are_covered(operator: Any, shape: str) -> None:
    found = covered_by(operator(shape=shape), BoundingBox(0, 0, 60, 40))
    assert (found != PIXELS).any(axis=2).mean() > 0.95
    alone = covered_by(operator(shape=shape, margin=2), BoundingBox(59, 39, 60, 40))
    assert np.array_equal(alone[:30], PIXELS[:30])


def test_what_is_drawn_over_a_face_on_a_plain_wall_is_the_wall() -> None:
    wall = np.full((60, 60, 3), (10, 120, 200), np.uint8)
    wall[20:40, 20:40] = np.random.default_rng(8).integers(0, 256, (20, 20, 3), dtype=np.uint8)
    found = covered_by(ImageInpaint(), BoundingBox(20, 20, 40, 40), pixels=wall)
    assert np.abs(found.astype(int) - (10, 120, 200)).max() <= 6


def test_a_silhouette_is_the_same_for_everybody_and_shows_a_head() -> None:
    one, other = (
        covered_by(ImageSilhouette(), BoundingBox(10, 10, 40, 36), pixels=p) for p in (PIXELS, PIXELS[::-1].copy())
    )
    assert np.array_equal(one[10:36, 10:40], other[10:36, 10:40])
    assert set(np.unique(one[10:36, 10:40])) == {96, 192}
    assert one[20, 25, 0] == 192
    assert one[10, 10, 0] == 96


def test_all_metadata_go_and_all_pixels_stay() -> None:
    record = ImageRecord("a", PIXELS, {"Artist": "x", "Make": "y"})
    found = [Detection("AUTHOR_METADATA", FieldRef("Artist"), 1.0, Confidence.HIGH)]
    treated = ImageStripMetadata().apply(record, found)
    assert isinstance(treated, ImageRecord)
    assert treated.metadata == {}
    assert np.array_equal(treated.pixels, PIXELS)
