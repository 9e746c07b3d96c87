"""A picture in which nothing is covered keeps its coded pixels and its colours, and loses all that is said about it."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps

from privacy_audit.sources._icc import colours_only
from privacy_audit.sources._image_blocks import blocks_of
from privacy_audit.sources._image_stripped import stripped
from privacy_audit.sources.image_file import read_image, write_image
from privacy_audit.types import ImageRecord

RGB = np.random.default_rng(3).integers(0, 256, (24, 40, 3), dtype=np.uint8)
KINDS: dict[str, dict[str, Any]] = {
    "jpg": {"quality": 60, "progressive": True},
    "png": {},
    "webp": {"quality": 60},
    "gif": {},
}
ORIENTATION = 0x0112


def profile(words: bytes = b"") -> bytes:
    """Pillow's own sRGB profile, its description replaced by other words of the same length."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    place = made.index("sRGB built-in".encode("utf-16-be"))
    wide = words.decode().encode("utf-16-be")
    return made[:place] + wide + made[place + len(wide) :]


def saved(path: Path, **options: Any) -> Path:
    if path.suffix != ".gif":
        options |= {"icc_profile": profile(b"iMac de Lucie"), "exif": described()}
    Image.fromarray(RGB).save(path, **KINDS[path.suffix[1:]], **options)
    return path


def described(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x013B], exif[ORIENTATION] = "Marie", orientation
    return exif


@pytest.mark.parametrize("suffix", KINDS)
def test_the_coded_pixels_stay_byte_for_byte(tmp_path: Path, suffix: str) -> None:
    path, copy = saved(tmp_path / f"a.{suffix}"), tmp_path / f"b.{suffix}"
    write_image(read_image(path, "a"), path, copy)
    before, after = blocks_of(path.read_bytes()), blocks_of(copy.read_bytes())
    assert before is not None
    assert after is not None
    coded = ("SOS", "IDAT", "VP8 ", "image")
    assert [block.raw for block in after.blocks if block.name in coded]
    assert [block.raw for block in before.blocks if block.name in coded] == [
        block.raw for block in after.blocks if block.name in coded
    ]
    assert b"Marie" not in copy.read_bytes()


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
@pytest.mark.parametrize("covered", [False, True])
def test_the_colour_profile_stays_without_its_words(tmp_path: Path, suffix: str, covered: bool) -> None:
    path, copy = saved(tmp_path / f"a.{suffix}"), tmp_path / f"b.{suffix}"
    record = read_image(path, "a")
    pixels = record.pixels.copy()
    pixels[:8] = 0
    write_image(ImageRecord("a", pixels) if covered else record, path, copy)
    with Image.open(copy) as picture:
        kept = picture.info["icc_profile"]
    assert b"Lucie" not in kept.replace(b"\0", b"")
    to_lab = ImageCms.buildTransform
    screen = ImageCms.createProfile("LAB")
    seen = [
        np.asarray(
            ImageCms.applyTransform(Image.fromarray(RGB), to_lab(ImageCms.ImageCmsProfile(data), screen, "RGB", "LAB"))
        )
        for data in (io.BytesIO(profile()), io.BytesIO(kept))
    ]
    assert np.array_equal(*seen)


@pytest.mark.parametrize("data", [b"", b"x" * 200, b"\0" * 36 + b"acsp" + b"\xff" * 200])
def test_what_is_no_profile_is_left_out(data: bytes) -> None:
    assert colours_only(data) == b""


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tiff"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_copy_is_upright(tmp_path: Path, suffix: str, orientation: int) -> None:
    path, copy = tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}"
    Image.fromarray(RGB).save(path, exif=described(orientation))
    record = read_image(path, "a")
    write_image(record, path, copy)
    with Image.open(copy) as picture:
        assert np.array_equal(np.asarray(ImageOps.exif_transpose(picture).convert("RGB")), record.pixels)
    assert b"Marie" not in copy.read_bytes()


def test_transparency_that_nobody_looked_at_is_not_kept(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.png", tmp_path / "b.png"
    Image.fromarray(np.dstack([RGB, RGB[..., 0]])).save(path)
    write_image(read_image(path, "a"), path, copy)
    with Image.open(copy) as picture:
        assert picture.mode == "RGB"
        assert np.array_equal(np.asarray(picture), RGB)


def test_sixteen_bits_stay_where_nothing_is_covered(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.png", tmp_path / "b.png"
    values = np.arange(24 * 40, dtype=np.uint16).reshape(24, 40) * 60
    Image.fromarray(values).save(path)
    write_image(read_image(path, "a"), path, copy)
    with Image.open(copy) as picture:
        assert np.array_equal(np.asarray(picture), values)


def test_a_thumbnail_and_what_stands_behind_the_end_go(tmp_path: Path) -> None:
    path, copy = saved(tmp_path / "a.jpg"), tmp_path / "b.jpg"
    data = path.read_bytes()
    small = b"JFIF\0\1\1\0\0\1\0\1\2\1" + b"canary"  # two pixels, one row
    first = struct.pack(">BBH", 0xFF, 0xE0, len(small) + 2) + small
    path.write_bytes(data[:2] + first + data[2:] + b"canary" + data)
    record = read_image(path, "a")
    assert record.metadata["JFIF:Thumbnail"] == "embedded"
    assert record.metadata["Trailer"] == "embedded picture or film"
    write_image(record, path, copy)
    assert b"canary" not in copy.read_bytes()
    assert read_image(copy, "a").metadata == {}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(KINDS)), st.integers(0, 2**32 - 1), st.integers(1, 12))
def test_damaged_blocks_are_no_crash_and_whole_ones_join_to_the_file(
    tmp_path: Path, suffix: str, seed: int, n_changes: int
) -> None:
    path = tmp_path / f"a.{suffix}"
    if not path.exists():
        saved(path)
    data = bytearray(path.read_bytes())
    draw = np.random.default_rng(seed)
    for _ in range(n_changes):
        data[draw.integers(0, len(data))] = draw.integers(0, 256)
    found = blocks_of(bytes(data))
    if found is not None:
        assert found.start + b"".join(block.raw for block in found.blocks) + found.rest == bytes(data)
        stripped(bytes(data))


def test_a_profile_that_does_not_unpack_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(RGB).save(path)
    data = path.read_bytes()
    body = b"iCCPicc\0\0not packed"
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    assert stripped(data[:33] + chunk + data[33:]) == data
