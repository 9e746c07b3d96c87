"""A position is rounded in the file that is written, and nothing else of the metadata is left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from privacy_audit.anonymizers.metadata_coarsen_gps import MetadataCoarsenGps
from privacy_audit.pipeline import anonymize
from privacy_audit.recipe import Recipe
from privacy_audit.sources.image_file import read_image
from privacy_audit.types import ImageRecord

PIXELS = np.zeros((2, 2, 3), np.uint8)
LYON = {
    "GPSLatitude": "45.0 45.0 35.1",
    "GPSLatitudeRef": "N",
    "GPSLongitude": "4.0 50.0 31.9",
    "GPSLongitudeRef": "E",
}
EXTRA = {"Artist": "Camille Durand", "GPSAltitude": "173.2", "GPSDateStamp": "2026:01:02", "XMP": "<x/>"}


@pytest.mark.parametrize(("decimals", "latitude", "longitude"), [(0, 46, 5), (1, 45.8, 4.8), (2, 45.76, 4.84)])
def test_a_position_is_rounded_and_all_else_goes(decimals: int, latitude: float, longitude: float) -> None:
    treated: Any = MetadataCoarsenGps(decimals=decimals).apply(ImageRecord("a", PIXELS, {**LYON, **EXTRA}), [])
    assert treated.metadata == {
        "GPSLatitude": f"{latitude:g} 0.0 0.0",
        "GPSLatitudeRef": "N",
        "GPSLongitude": f"{longitude:g} 0.0 0.0",
        "GPSLongitudeRef": "E",
    }
    assert MetadataCoarsenGps(decimals=decimals).apply(treated, []).metadata == treated.metadata  # type: ignore[union-attr]  # a picture


@pytest.mark.parametrize(
    "wrong", [{"GPSLatitude": "x"}, {"GPSLatitude": "95.0 0 0"}, {"GPSLongitudeRef": "Q"}, {"GPSLongitude": "nan 0 0"}]
)
def test_a_position_that_cannot_be_read_goes_too(wrong: dict[str, str]) -> None:
    treated: Any = MetadataCoarsenGps().apply(ImageRecord("a", PIXELS, {**LYON, **wrong}), [])
    assert treated.metadata == {}


@pytest.mark.parametrize("decimals", [-1, 3, 1.5, True])
def test_a_setting_out_of_range_is_refused(decimals: Any) -> None:
    with pytest.raises(ValueError, match="expected 0, 1 or 2"):
        MetadataCoarsenGps(decimals=decimals)


def camera_file(path: Path) -> Path:
    """16 x 8 pixels that are to be turned by 90 degrees, with a position, an author and a colour profile."""
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = 6, "Camille Durand"
    exif[0x8825] = {1: "S", 2: (33.0, 51.0, 24.12), 3: "W", 4: (70.0, 39.0, 10.4), 5: b"\0", 6: 520.5}
    pixels = np.random.default_rng(1).integers(0, 256, (8, 16, 3), np.uint8)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(pixels).save(path, exif=exif, icc_profile=profile)
    return path


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_a_written_picture_is_upright_with_its_colours_and_a_rounded_position(tmp_path: Path, suffix: str) -> None:
    source = camera_file(tmp_path / f"photo{suffix}")
    recipe = Recipe("t", scanners={"image_metadata": {}}, operators={"metadata_coarsen_gps": {}})
    report = anonymize(source, tmp_path / "copy", recipe)
    copy = tmp_path / "copy" / source.name
    found = read_image(copy, "a")
    assert found.metadata.keys() - {"Orientation", "GPSVersionID"} == LYON.keys()
    assert (found.metadata["GPSLatitude"], found.metadata["GPSLatitudeRef"]) == ("33.9 0.0 0.0", "S")
    assert (found.metadata["GPSLongitude"], found.metadata["GPSLongitudeRef"]) == ("70.7 0.0 0.0", "W")
    assert np.array_equal(found.pixels, read_image(source, "b").pixels)
    with Image.open(copy) as picture, Image.open(source) as before:
        assert ImageOps.exif_transpose(picture).size == (8, 16)
        assert picture.info.get("icc_profile")
        assert picture.getexif().get_ifd(0x8825)[2] == (33.9, 0.0, 0.0)
        assert before.getexif()[0x013B] == "Camille Durand"
    assert b"Durand" not in copy.read_bytes()
    assert report.treatment is not None
    assert "GPS_POSITION" in report.treatment.residual, "a rounded position is a position"


def test_pictures_of_other_kinds_lose_the_position(tmp_path: Path) -> None:
    source = camera_file(tmp_path / "photo.webp")
    recipe = Recipe("t", scanners={"image_metadata": {}}, operators={"metadata_coarsen_gps": {}})
    anonymize(source, tmp_path / "copy", recipe)
    assert not any("GPS" in name for name in read_image(tmp_path / "copy" / "photo.webp", "a").metadata)
