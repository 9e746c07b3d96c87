"""Annotations beside media: boxes stay valid, names follow the files, and one person is one person everywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from privacy_audit.pipeline import anonymize
from privacy_audit.pseudonyms import Pseudonyms
from privacy_audit.recipe import Recipe
from privacy_audit.sources._annotations import coco_geometry, is_yolo

SCANNERS: dict[str, Any] = {"file_names": {}, "text_patterns": {}, "text_names": {}}
CARD = 4_970_100_000_000_055  # a valid card number: as an identifier of a box it says nothing about anybody
BOXES = "0 0.481719 0.634028 0.690625 0.713278\n1 0.0612345678 0.5 1.0 .25\n"
COCO = {
    "info": {"description": "Photos de Marie Lefebvre"},
    "images": [
        {"id": CARD, "file_name": "marie_lefebvre.jpg", "width": 16, "height": 12},
        {"id": 2, "file_name": "images/plain.jpg", "width": 16, "height": 12},
    ],
    "annotations": [
        {"id": 1, "image_id": CARD, "category_id": 1, "bbox": [1.5, 2, 3, 4], "area": 12.0, "iscrowd": 0,
         "segmentation": {"size": [12, 16], "counts": "06_39_98_12_45"}},
        {"id": 2, "image_id": CARD, "caption": "Marie Lefebvre sourit."},
    ],
    "categories": [{"id": 1, "name": "person"}, {"id": 2, "name": "Marie Lefebvre"}],
}  # fmt: skip
RTTM = "SPEAKER {0} 1 0.00 1.00 <NA> <NA> marie_lefebvre <NA> <NA>\nSPEAKER {0} 1 1.00 1.00 <NA> <NA> spk2 <NA> <NA>\n"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("source")
    for name in ("images", "labels", "kaldi", "audio", "marie_lefebvre"):
        (root / name).mkdir()
    for name in ("jean_dupuis", "marie_lefebvre", "plain"):
        Image.new("RGB", (16, 12), "white").save(root / "images" / f"{name}.jpg")
    for name in ("marie_lefebvre", "plain"):  # nobody drew boxes for jean_dupuis
        (root / "labels" / f"{name}.txt").write_text(BOXES)
    (root / "labels" / "classes.txt").write_text("person\ncar\n")
    (root / "coco.json").write_text(json.dumps(COCO))
    (root / "people.csv").write_text("nom,note\nMarie Lefebvre,vue\n")
    (root / "captions.jsonl").write_text(
        '{"file_name": "images/marie_lefebvre.jpg", "text": "Marie Lefebvre sourit."}\n'
    )
    soundfile.write(root / "audio" / "marie_lefebvre.wav", np.zeros(32_000, np.float32), 16_000)
    (root / "audio" / "marie_lefebvre.rttm").write_text(RTTM.format("marie_lefebvre"))
    (root / "audio" / "marie_lefebvre.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\nIci Marie Lefebvre.\n")
    (root / "kaldi" / "utt2spk").write_text("marie_lefebvre-001 marie_lefebvre\nmarie_lefebvre-002 marie_lefebvre\n")
    (root / "kaldi" / "spk2utt").write_text("marie_lefebvre marie_lefebvre-001 marie_lefebvre-002\n")
    (root / "kaldi" / "segments").write_text("marie_lefebvre-001 marie_lefebvre 0.00 1.00\n")
    (root / "kaldi" / "text").write_text("marie_lefebvre-001 ici Marie Lefebvre\n")
    (root / "marie_lefebvre" / "notes.txt").write_text("Rien ici.\n")
    return root


def treated(source: Path, copy: Path, operator: str) -> dict[str, bytes]:
    scanners = {**SCANNERS, "image_metadata": {}, "audio_tags": {}}
    operators: dict[str, Any] = {operator: {}, "image_strip_metadata": {}, "audio_strip_tags": {}}
    report = anonymize(
        source, copy, Recipe("t", scanners=scanners, operators=operators), pseudonyms=Pseudonyms(bytes(range(32)))
    )
    assert report.treatment is not None
    assert report.treatment.quarantined == 0
    files = (path for path in sorted(copy.rglob("*")) if path.is_file() and ".privacy-audit" not in path.parts)
    return {path.relative_to(copy).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def surrogates(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return treated(source, tmp_path_factory.mktemp("surrogates"), "text_surrogate")


@pytest.fixture(scope="module")
def labels(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return treated(source, tmp_path_factory.mktemp("labels"), "text_label")


def test_one_person_has_one_surrogate_in_a_table_captions_transcripts_boxes_file_names_and_folders(
    surrogates: dict[str, bytes],
) -> None:
    name = surrogates["people.csv"].decode().splitlines()[1].split(",")[0]
    in_path = name.lower().replace(" ", "_")
    assert f"images/{in_path}.jpg" in surrogates
    assert {f"labels/{in_path}.txt", f"audio/{in_path}.wav", f"{in_path}/notes.txt"} <= surrogates.keys()
    assert f"Ici {name}." in surrogates[f"audio/{in_path}.srt"].decode()
    assert surrogates[f"audio/{in_path}.rttm"].decode() == RTTM.format(in_path).replace("marie_lefebvre", in_path)
    assert json.loads(surrogates["captions.jsonl"]) == {
        "file_name": f"images/{in_path}.jpg",
        "text": f"{name} sourit.",
    }
    coco = json.loads(surrogates["coco.json"])
    assert coco["info"]["description"] == f"Photos de {name}"
    assert [image["file_name"] for image in coco["images"]] == [f"{in_path}.jpg", "images/plain.jpg"]
    assert coco["annotations"][1]["caption"] == f"{name} sourit."
    assert [category["name"] for category in coco["categories"]] == ["person", name]
    first, second = f"{in_path}-001", f"{in_path}-002"
    assert surrogates["kaldi/utt2spk"].decode() == f"{first} {in_path}\n{second} {in_path}\n"
    assert surrogates["kaldi/spk2utt"].decode() == f"{in_path} {first} {second}\n"
    assert surrogates["kaldi/segments"].decode() == f"{first} {in_path} 0.00 1.00\n"
    assert surrogates["kaldi/text"].decode() == f"{first} ici {name}\n"
    assert not any(b"efebvre" in content for content in surrogates.values())


def test_boxes_stay_valid(surrogates: dict[str, bytes], labels: dict[str, bytes], source: Path) -> None:
    for copy in (surrogates, labels):
        coco = json.loads(copy["coco.json"])
        for old, new in zip(COCO["images"], coco["images"], strict=True):
            assert {**old, "file_name": ""} == {**new, "file_name": ""}  # type: ignore[dict-item]  # one of our own
        assert coco["annotations"][0] == COCO["annotations"][0]
        boxes = [content for path, content in copy.items() if path.startswith("labels/") and "classes" not in path]
        assert boxes == [BOXES.encode()] * 2
        sizes = {path: len(content) for path, content in copy.items() if path.startswith("images/")}
        assert len(sizes) == 3


def test_boxes_lie_beside_their_own_picture_where_another_has_none(labels: dict[str, bytes]) -> None:
    # the first to come is audio/marie_lefebvre.wav
    assert [path for path in labels if path.startswith(("images/", "labels/"))] == [
        "images/PERSON-2.jpg",
        "images/PERSON.jpg",
        "images/plain.jpg",
        "labels/PERSON.txt",
        "labels/classes.txt",
        "labels/plain.txt",
    ]
    assert json.loads(labels["coco.json"])["images"][0]["file_name"] == "PERSON.jpg"
    assert labels["audio/PERSON.rttm"].startswith(b"SPEAKER PERSON 1 0.00")


@pytest.mark.parametrize(
    "text",
    ["", "0639981245\n", "0 0.5 0.5 0.1 0.1\nMarie\n", "12 rue de la Paix 75002\n", "0 1 2 3\n", "1 06 39 98 12 45"],
)
def test_other_texts_are_no_boxes(text: str) -> None:
    assert not is_yolo(text)


SHARE = st.floats(0, 1).map(lambda share: f"{share:.6f}")


@given(st.lists(st.tuples(st.integers(0, 999), st.lists(SHARE, min_size=4, max_size=60)), min_size=1, max_size=5))
def test_boxes_and_outlines_of_yolo_are_known(rows: list[tuple[int, list[str]]]) -> None:
    assert is_yolo("\n".join(" ".join([str(kind), *shares]) for kind, shares in rows))


def test_only_numbers_and_outlines_of_a_coco_document_are_left_alone() -> None:
    cells = [("images.0.file_name", "a.jpg")]
    is_geometry = coco_geometry(b'{"annotations": []}', cells)
    assert is_geometry("annotations.3.image_id", "4970100000000055")
    assert is_geometry("annotations.3.segmentation.counts", "06_39")
    assert not is_geometry("images.0.id", "marie.lefebvre@courriel-invente.fr")
    assert not is_geometry("info.contact", "0639981245")
    assert not coco_geometry(b"{}", cells)("images.0.id", "4970100000000055")
