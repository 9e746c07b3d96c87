"""Pictures of several frames or pages: each is read, and copies keep them all, their timing and their order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from privacy_audit.errors import UnreadableError
from privacy_audit.pipeline import Toolbox, treat_file
from privacy_audit.recipe import Recipe
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.image_file import read_images, write_images
from privacy_audit.types import ImageRecord, Reason

FRAMES = [np.full((16, 24, 3), shade, np.uint8) for shade in (0, 90, 180, 255)]
DURATIONS_MS = [100, 200, 300, 400]
TIMED = ["gif", "png", "webp"]


def saved(folder: Path, suffix: str, **options: object) -> Path:
    path = folder / f"a.{suffix}"
    first, *others = map(Image.fromarray, FRAMES)
    if suffix in TIMED:
        options |= {"duration": DURATIONS_MS, "loop": 0}
    if suffix == "webp":
        options["lossless"] = True
    first.save(path, save_all=True, append_images=others, **options)
    return path


def durations_of(path: Path) -> list[int]:
    found = []
    with Image.open(path) as picture:
        for number in range(picture.n_frames):
            picture.seek(number)
            picture.load()
            found.append(round(picture.info["duration"]))
    return found


@pytest.mark.parametrize("suffix", [*TIMED, "tiff"])
def test_every_frame_is_a_record_of_its_own(tmp_path: Path, suffix: str) -> None:
    records = list(read_images(saved(tmp_path, suffix), "a"))
    assert [record.uri for record in records] == [f"a#frame={number}" for number in range(4)]
    for record, frame in zip(records, FRAMES, strict=True):
        assert np.array_equal(record.pixels, frame)


@pytest.mark.parametrize("suffix", [*TIMED, "tiff"])
def test_a_copy_keeps_all_frames_and_their_durations(tmp_path: Path, suffix: str) -> None:
    path, copy = saved(tmp_path, suffix), tmp_path / f"b.{suffix}"
    records = list(read_images(path, "a"))
    for covered in (None, 2):
        treated = [
            ImageRecord(record.uri, record.pixels // 3 if number == covered else record.pixels)
            for number, record in enumerate(records)
        ]
        write_images(treated, path, copy)
        for before, after in zip(treated, read_images(copy, "a"), strict=True):
            assert np.array_equal(before.pixels, after.pixels)
        if suffix in TIMED:
            assert durations_of(copy) == DURATIONS_MS
            with Image.open(copy) as picture:
                assert picture.info["loop"] == 0


@pytest.mark.parametrize("suffix", TIMED)
def test_frames_that_treatment_makes_alike_may_become_one_and_the_whole_lasts_as_long(
    tmp_path: Path, suffix: str
) -> None:
    path, copy = saved(tmp_path, suffix), tmp_path / f"b.{suffix}"
    black = np.zeros_like(FRAMES[0])
    write_images([ImageRecord("a", black), *list(read_images(path, "a"))[1:3], ImageRecord("a", FRAMES[2])], path, copy)
    assert sum(durations_of(copy)) == sum(DURATIONS_MS)


def test_what_is_said_of_all_frames_is_told_with_the_first(tmp_path: Path) -> None:
    path = saved(tmp_path, "gif", comment="chez Marie")
    assert [dict(record.metadata) for record in read_images(path, "a")] == [{"Comment": "chez Marie"}, {}, {}, {}]
    copy = tmp_path / "b.gif"
    write_images(list(read_images(path, "a")), path, copy)
    assert b"Marie" not in copy.read_bytes()
    assert durations_of(copy) == DURATIONS_MS


def test_a_page_that_says_something_of_its_own_tells_it(tmp_path: Path) -> None:
    path = tmp_path / "a.tiff"
    pages = [Image.fromarray(frame) for frame in FRAMES[:2]]
    pages[1].encoderinfo = {"tiffinfo": {0x013B: "Marie"}}
    pages[0].save(path, save_all=True, append_images=pages[1:])
    first, second = read_images(path, "a")
    assert "Artist" not in first.metadata
    assert second.metadata["Artist"] == "Marie"


def test_a_second_page_is_no_thumbnail_save_where_it_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.tiff"
    for kind, tags in ((0, {}), (1, {"JPEGInterchangeFormat": "embedded"})):
        pages = [Image.fromarray(frame) for frame in FRAMES[:2]]
        pages[1].encoderinfo = {"tiffinfo": {254: kind}}
        pages[0].save(path, save_all=True, append_images=pages[1:])
        first = next(read_images(path, "a"))
        assert {tag: value for tag, value in first.metadata.items() if "Interchange" in tag} == tags


def test_a_small_first_page_hides_no_large_one(tmp_path: Path) -> None:
    path = tmp_path / "a.tiff"
    small, large = Image.new("RGB", (2, 2)), Image.new("RGB", (100, 100))
    small.save(path, save_all=True, append_images=[large])
    assert len(list(read_images(path, "a", max_pixels=10_004))) == 2
    with pytest.raises(UnreadableError) as caught:
        list(read_images(path, "a", max_pixels=10_003))
    assert caught.value.reason is Reason.TOO_LARGE


def test_a_frame_that_is_damaged_is_told_and_nothing_is_copied(tmp_path: Path) -> None:
    path, copy = saved(tmp_path, "png"), tmp_path / "copy.png"
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(UnreadableError) as caught:
        list(read_images(path, "a"))
    assert caught.value.reason in (Reason.CORRUPT, Reason.TRUNCATED)
    recipe = Recipe("t", scanners={"image_metadata": {}}, operators={"image_strip_metadata": {}})
    treatment = treat_file(Toolbox(recipe), FileEntry(path, "a.png", "image", path.stat().st_size), copy)
    assert not treatment.written
    assert not copy.exists()


def test_the_second_picture_of_an_mpo_file_is_told_and_does_not_get_into_the_copy(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.jpg", tmp_path / "b.jpg"
    first, second = Image.fromarray(FRAMES[1]), Image.fromarray(FRAMES[3])
    first.save(path, format="MPO", save_all=True, append_images=[second])
    (record,) = read_images(path, "a")
    assert record.metadata["MPF"] == "embedded picture"
    write_images([record], path, copy)
    with Image.open(copy) as picture:
        assert picture.format == "JPEG"
    assert copy.read_bytes().count(b"\xff\xd8\xff") == 1
