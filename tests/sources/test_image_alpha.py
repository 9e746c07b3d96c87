"""Transparency: it is looked at as a picture of its own, and a treated copy keeps it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from privacy_audit.pipeline import Toolbox, treat_file
from privacy_audit.recipe import Recipe
from privacy_audit.scanners.image_text import ImageText
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.image_file import read_image, read_images, write_images
from privacy_audit.types import ImageRecord

RNG = np.random.default_rng(3)
RGBA = RNG.integers(0, 256, (24, 36, 4), dtype=np.uint8)
OPTIONS: dict[str, dict[str, Any]] = {"png": {}, "tiff": {}, "webp": {"lossless": True, "exact": True}}


def saved(folder: Path, suffix: str, pixels: Any = RGBA) -> Path:
    path = folder / f"a.{suffix}"
    Image.fromarray(pixels).save(path, **OPTIONS[suffix])
    return path


def covered(record: ImageRecord) -> ImageRecord:
    pixels = record.pixels.copy()
    pixels[4:12, 6:20] = 0
    return ImageRecord(record.uri, pixels, record.metadata)


@pytest.mark.parametrize("suffix", OPTIONS)
def test_how_opaque_a_picture_is_comes_as_a_grey_picture(tmp_path: Path, suffix: str) -> None:
    colours, alpha = read_images(saved(tmp_path, suffix), "a")
    assert (colours.uri, alpha.uri) == ("a", "a#alpha")
    assert np.array_equal(colours.pixels, RGBA[..., :3])
    assert np.array_equal(alpha.pixels, np.repeat(RGBA[..., 3:], 3, axis=2))
    assert np.array_equal(read_image(tmp_path / f"a.{suffix}", "a").pixels, RGBA[..., :3])


@pytest.mark.parametrize("suffix", OPTIONS)
def test_an_opaque_picture_is_one_record(tmp_path: Path, suffix: str) -> None:
    opaque = RGBA.copy()
    opaque[..., 3] = 255
    assert [record.uri for record in read_images(saved(tmp_path, suffix, opaque), "a")] == ["a"]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(st.integers(2, 30), st.integers(2, 30)), st.sampled_from(sorted(OPTIONS)), st.integers(0, 2**32 - 1))
def test_a_treated_copy_keeps_colour_and_transparency_of_every_other_pixel(
    tmp_path: Path, size: tuple[int, int], suffix: str, seed: int
) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 4), dtype=np.uint8)
    path, copy = saved(tmp_path, suffix, pixels), tmp_path / f"b.{suffix}"
    colours, *alpha = read_images(path, "a")
    write_images([covered(colours), *alpha], path, copy)
    expected = pixels.copy()
    expected[4:12, 6:20, :3] = 0
    with Image.open(copy) as picture:
        assert np.array_equal(np.asarray(picture.convert("RGBA")), expected)


def test_what_is_covered_in_the_transparency_is_gone_there(tmp_path: Path) -> None:
    path, copy = saved(tmp_path, "png"), tmp_path / "b.png"
    colours, alpha = read_images(path, "a")
    write_images([colours, covered(alpha)], path, copy)
    with Image.open(copy) as picture:
        found = np.asarray(picture)
    assert np.array_equal(found[..., :3], RGBA[..., :3])
    assert not found[4:12, 6:20, 3].any()
    assert np.array_equal(found[12:, :, 3], RGBA[12:, :, 3])


@pytest.mark.parametrize("mode", ["P", "L", "LA", "RGB"])
def test_transparency_of_every_kind_of_png_is_kept(tmp_path: Path, mode: str) -> None:
    path, copy = tmp_path / "a.png", tmp_path / "b.png"
    picture = Image.fromarray(RGBA).convert("RGB").quantize(8) if mode == "P" else Image.fromarray(RGBA).convert(mode)
    see_through = {
        "P": bytes(range(0, 160, 20)),
        "L": int(np.asarray(picture)[0, 0]) if mode == "L" else 0,
        "RGB": tuple(RGBA[0, 0, :3].tolist()),
    }
    picture.save(path, **({"transparency": see_through[mode]} if mode in see_through else {}))
    with Image.open(path) as before:
        expected = np.asarray(before.convert("RGBA"))[..., 3]
    colours, alpha = read_images(path, "a")
    assert (expected < 255).any()
    assert np.array_equal(alpha.pixels[..., 0], expected)
    write_images([covered(colours), alpha], path, copy)
    with Image.open(copy) as after:
        assert np.array_equal(np.asarray(after.convert("RGBA"))[..., 3], expected)


@pytest.mark.parametrize("suffix", ["png", "webp"])
def test_an_animation_keeps_the_transparency_of_its_frames(tmp_path: Path, suffix: str) -> None:
    path, copy = tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}"
    frames = [Image.fromarray(np.roll(RGBA, step, axis=0)) for step in (0, 5, 9)]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=[100, 200, 300], **OPTIONS[suffix])
    before = list(read_images(path, "a"))
    assert [record.uri for record in before[:3]] == ["a#frame=0", "a#frame=0&alpha", "a#frame=1"]
    write_images([covered(before[0]), *before[1:]], path, copy)
    after = list(read_images(copy, "a"))
    assert [record.uri for record in after] == [record.uri for record in before]
    for one, other in zip(before[1::2], after[1::2], strict=True):
        assert np.array_equal(one.pixels, other.pixels)


def test_a_picture_in_which_nothing_is_found_keeps_its_bytes(tmp_path: Path) -> None:
    path, copy = saved(tmp_path, "png"), tmp_path / "b.png"
    write_images(list(read_images(path, "a")), path, copy)
    assert copy.read_bytes() == path.read_bytes()


def test_without_the_record_of_it_transparency_is_not_written(tmp_path: Path) -> None:
    """Nobody looked at it, so it may hold anything."""
    path, copy = saved(tmp_path, "png"), tmp_path / "b.png"
    write_images([read_image(path, "a")], path, copy)
    with Image.open(copy) as picture:
        assert picture.mode == "RGB"


def test_a_name_drawn_in_nothing_but_transparency_is_found_and_covered(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr")
    alpha = Image.new("L", (520, 90))
    ImageDraw.Draw(alpha).text((20, 20), "Tel. 06 39 98 55 21", 255, ImageFont.load_default(36))
    path, copy = tmp_path / "a.png", tmp_path / "b.png"
    Image.merge("RGBA", [Image.new("L", alpha.size)] * 3 + [alpha]).save(path)
    recipe = Recipe("t", scanners={"image_text": {}, "image_metadata": {}}, operators={"image_solid": {}})
    treatment = treat_file(Toolbox(recipe), FileEntry(path, "a.png", "image", path.stat().st_size), copy)
    assert {done.record_uri for done in treatment.operations} == {"a.png#alpha"}
    assert treatment.residual == []
    assert [list(ImageText().scan(record)) for record in read_images(copy, "a")] == [[], []]
