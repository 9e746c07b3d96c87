"""Measuring finders of faces: truth files, harder pictures, and rates that can be checked by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from privacy_audit.cli.main import cli
from privacy_audit.errors import UsageError
from privacy_audit.measuring.faces import Candidate, Finder, Tally, by_height, searched
from privacy_audit.measuring.image import measure
from privacy_audit.measuring.pictures import CONDITIONS, KnownPicture, in_half, made_harder, read_pictures
from privacy_audit.measuring.scoring import covered_share, iou
from privacy_audit.types import Confidence

GREY = np.full((100, 200, 3), 128, np.uint8)


def finder_of(*candidates: Candidate) -> Finder:
    return Finder("given", lambda _: candidates, 0.25)


def write_picture(folder: Path, name: str = "a.png") -> Path:
    cv2.imwrite(str(folder / name), GREY)
    return folder / name


def test_each_face_is_matched_once_and_what_lies_on_an_ignored_one_counts_neither_way() -> None:
    picture = KnownPicture(Path("a.png"), ((0, 0, 10, 10), (50, 0, 70, 50)), ((100, 0, 120, 20),))
    twice = (((0.0, 0.0, 10.0, 10.0), 0.9, Confidence.HIGH), ((0.0, 0.0, 10.0, 9.0), 0.5, Confidence.LOW))
    ignored = ((100.0, 0.0, 120.0, 20.0), 0.8, Confidence.HIGH)
    result = searched(finder_of(*twice, ignored), picture, GREY, "as it is")
    assert [item.truth for item in result.found] == [0, None]
    tally = Tally.of([result], lambda _: True, 0.25)
    assert (tally.recall.hits, tally.recall.n, tally.precision.n) == (1, 2, 2)
    assert (tally.large_covered.hits, tally.large_covered.n, tally.false_per_picture) == (0, 1, 1.0)
    assert [(share.hits, share.n) for share in by_height([result], lambda _: True)] == [
        (1, 1),
        (0, 0),
        (0, 0),
        (0, 1),
        (0, 0),
    ]


@given(st.sampled_from(CONDITIONS), st.integers(5, 80), st.integers(5, 60), st.integers(10, 60), st.integers(8, 35))
def test_a_disc_lies_in_its_box_under_every_condition(
    condition: Any, left: int, top: int, width: int, height: int
) -> None:
    pixels = GREY.copy()
    centre = (left + width / 2, top + height / 2)
    cv2.ellipse(pixels, (centre, (width, height), 0), (255, 255, 255), -1)
    harder, (box,) = made_harder(pixels, [(left, top, left + width, top + height)], condition)
    smooth = cv2.GaussianBlur(harder, (0, 0), 1.0)[..., 0].astype(float)
    ys, xs = np.nonzero(smooth > 0.75 * smooth.max())
    seen = (xs.min(), ys.min(), xs.max() + 1.0, ys.max() + 1.0)
    assert iou(box, seen) > (0.5 if condition == "dark" else 0.6)
    assert covered_share(seen, box, 0.3) > 0.9


def test_turned_by_a_quarter_the_picture_is_turned_exactly() -> None:
    pixels = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    turned, (box,) = made_harder(pixels, [(2, 0, 3, 1)], "turned 90")
    assert (turned == np.rot90(pixels)).all()
    assert box == pytest.approx((0, 0, 1, 1))


def test_both_forms_of_truth_give_the_same_faces(tmp_path: Path) -> None:
    lines, coco = tmp_path / "lines", tmp_path / "coco"
    for folder in (lines, coco):
        folder.mkdir()
        write_picture(folder)
    faces = [{"box": [1, 2, 11, 22]}, {"box": [30, 2, 40, 22], "ignore": True}, {"box": [60, 2, 64, 6]}]
    (lines / "truth.jsonl").write_text(json.dumps({"file": "a.png", "faces": faces}) + "\n")
    boxes = [[1, 2, 10, 20], [30, 2, 10, 20], [60, 2, 4, 4], [90, 0, 20, 20]]
    annotations = [
        {"image_id": 7, "category_id": 1 + (place == 3), "bbox": box, "iscrowd": int(place == 1)}
        for place, box in enumerate(boxes)
    ]
    (coco / "instances.json").write_text(
        json.dumps(
            {
                "images": [{"id": 7, "file_name": "a.png"}],
                "annotations": annotations,
                "categories": [{"id": 1, "name": "face"}, {"id": 2, "name": "car"}],
            }
        )
    )
    (one,), (other,) = read_pictures(lines), read_pictures(coco)
    assert one.faces == other.faces == ((1, 2, 11, 22),)
    assert one.ignored == other.ignored == ((30, 2, 40, 22), (60, 2, 64, 6))


def test_a_folder_without_truth_shows_nobody(tmp_path: Path) -> None:
    write_picture(tmp_path)
    (tmp_path / "notes.txt").write_text("x")
    assert read_pictures(tmp_path) == [KnownPicture(tmp_path / "a.png", ())]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"file": "a.png", "faces": [{"box": [1, 2, 3]}]}', "truth.jsonl:1: not of the form"),
        ('{"file": "a.png", "faces": [{"box": [9, 2, 3, 4]}]}', "truth.jsonl:1: not of the form"),
        ('{"file": "a.png", "faces": [{"box": [1, 2, NaN, 4]}]}', "truth.jsonl:1: not of the form"),
        ("{", "truth.jsonl:1: not of the form"),
        ('{"file": "gone.png", "faces": []}', "gone.png: named in the truth, but not there"),
    ],
)
def test_a_truth_file_that_is_wrong_is_named_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "truth.jsonl").write_text(line + "\n")
    with pytest.raises(UsageError, match=message):
        read_pictures(tmp_path)


def test_the_halves_share_nothing_and_leave_nothing_out() -> None:
    names = [f"{number}.jpg" for number in range(50)]
    assert all(in_half(name, "even") != in_half(name, "odd") for name in names)
    assert 10 < sum(in_half(name, "odd") for name in names) < 40


def test_a_picture_that_cannot_be_read_counts_nowhere_and_is_named(tmp_path: Path) -> None:
    write_picture(tmp_path)
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    figures, unread = measure([finder_of()], read_pictures(tmp_path), CONDITIONS[:1])
    assert [path.name for path in unread] == ["broken.jpg"]
    assert math.isnan(figures[0].tally.recall.share)


def test_the_command_prints_a_leaderboard_and_writes_json(sample_data: Path, tmp_path: Path) -> None:
    entries = json.loads((sample_data / "MANIFEST.json").read_text(encoding="utf-8"))["files"]
    (portrait,) = [entry for entry in entries if entry["path"] == "images/portrait.jpg"]
    (tmp_path / "portrait.jpg").write_bytes((sample_data / "images/portrait.jpg").read_bytes())
    truth = {"file": "portrait.jpg", "faces": [{"box": box} for box in portrait["truth"]["faces"]]}
    (tmp_path / "truth.jsonl").write_text(json.dumps(truth) + "\n")
    figures = tmp_path / "out" / "figures.json"
    figures.parent.mkdir()
    arguments = ["image", str(tmp_path), "--passes", "fast", "--no-conditions", "--markdown", "--json", str(figures)]
    done = CliRunner().invoke(cli, ["bench", *arguments])
    assert done.exit_code == 0, done.output
    assert "| image_faces, fast | as it is | MEDIUM | 1.000" in done.output
    rows = json.loads(figures.read_text())["rows"]
    assert {row["finder"] for row in rows} >= {"CenterFace, one pass", "image_faces, fast"}
    assert all(
        row["recall"]["share"] == 1.0 for row in rows if row["finder"] == "image_faces, fast" and row["from"] != "HIGH"
    )
    assert all(row["cost"]["cpu_ms_per_mp"] > 0 for row in rows if row["from"] == "LOW")


def test_passes_that_there_are_not_are_refused_by_name(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["bench", "image", str(tmp_path), "--passes", "quick"])
    assert done.exit_code == 2
    assert "expected one of fast, thorough, exhaustive" in done.output
