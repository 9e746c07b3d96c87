"""Pictures of many cameras: what ExifTool sees is reported, and after treatment ExifTool sees it no more."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

from privacy_audit.errors import UnreadableError
from privacy_audit.pipeline import Toolbox, treat_file
from privacy_audit.recipe import Recipe
from privacy_audit.scanners.image_metadata import ImageMetadata
from privacy_audit.sources.folder import FileEntry, walk
from privacy_audit.sources.image_file import read_images
from privacy_audit.types import ImageRecord

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "image" / "metadata_exif"
EXIFTOOL = shutil.which("exiftool")
RECIPE = Recipe("t", scanners={"image_metadata": {}}, operators={"image_strip_metadata": {}})

pytestmark = pytest.mark.skipif(not EXIFTOOL or not FOLDER.is_dir(), reason="needs ExifTool and the shared pictures")

KINDS = {
    "GPS_POSITION": r"GPSLatitude|GPSLongitude",
    "DEVICE_SERIAL": r"(?:\w*)SerialNumber|ImageUniqueID",
    "AUTHOR_METADATA": r"Artist|Copyright|XPAuthor|Owner(?:Name)?|Camera\w*Owner\w*|By-line|CopyrightNotice|Creator|Rights"
    r"|Credit|AuthorsPosition|CaptionWriter",
    "EMBEDDED_THUMBNAIL": r"(?:Photoshop)?Thumbnail(?:Image)?|PreviewImage|JpgFromRaw",
    "EMBEDDED_PICTURE": r"MPImage2|EmbeddedVideoFile|MotionPhotoVideo",
}
NO_METADATA = ("System", "ExifTool", "Composite", "ICC_Profile", "ICC-header")


def seen_by_exiftool(*paths: Path) -> dict[str, set[str]]:
    """The kinds of :data:`KINDS` by file."""
    assert EXIFTOOL is not None
    command = [EXIFTOOL, "-j", "-a", "-G1", "-r", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, check=False)
    return {told["SourceFile"]: _kinds(told) for told in json.loads(done.stdout)}


def _kinds(told: Mapping[str, Any]) -> set[str]:
    found = set()
    for key, value in told.items():
        group, _, name = key.partition(":")
        if group not in NO_METADATA and str(value).strip():
            found |= {kind for kind, pattern in KINDS.items() if re.fullmatch(pattern, name)}
    return found


def records_of(path: Path) -> list[ImageRecord]:
    try:
        return list(read_images(path, path.name))
    except UnreadableError:
        return []


def test_what_exiftool_sees_is_reported() -> None:
    scanner = ImageMetadata()
    n_read, missed = 0, {}
    for name, kinds in seen_by_exiftool(FOLDER).items():
        records = records_of(Path(name))
        found = {item.entity_type for record in records for item in scanner.scan(record)}
        n_read += bool(records)
        if records and kinds - found:
            missed[name] = kinds - found
    assert n_read == 85
    assert missed == {}


def test_after_treatment_exiftool_sees_nothing_and_the_pixels_are_the_same_and_upright(tmp_path: Path) -> None:
    toolbox = Toolbox(RECIPE)
    n_kept_apart = 0
    for entry in walk([FOLDER]):
        assert isinstance(entry, FileEntry)
        if entry.kind != "image":
            continue
        copy = tmp_path / entry.uri
        treatment = treat_file(toolbox, entry, copy)
        n_kept_apart += not treatment.written
        assert treatment.written == (not treatment.quarantined), entry.uri
        if treatment.written:
            for before, after in zip(records_of(entry.path), records_of(copy), strict=True):
                assert np.array_equal(before.pixels, after.pixels), entry.uri
            with Image.open(entry.path) as before, Image.open(copy) as after:
                assert ImageOps.exif_transpose(before).size == ImageOps.exif_transpose(after).size
    assert n_kept_apart == 1, "HEIC"
    assert {name: kinds for name, kinds in seen_by_exiftool(tmp_path).items() if kinds} == {}
