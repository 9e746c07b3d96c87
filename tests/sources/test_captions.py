"""Captions, rows and labels are tied to the picture or recording they tell of, and to no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from privacy_audit.sources.captions import captions_of, rows_about
from privacy_audit.sources.media_rows import media_rows
from privacy_audit.sources.transcripts._listing import MAX_TABLES

MAX_BYTES = 100_000


def saved(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def captions(path: Path, up: int = 0, kind: str = "image") -> list[str]:
    saved(path)
    return captions_of(path, kind, up, MAX_BYTES)


def coco(*names: str) -> str:
    images = [{"id": 10 + number, "file_name": name, "license": 1} for number, name in enumerate(names)]
    annotations = [
        {"id": 1, "image_id": 10, "caption": "Zoé à la plage"},
        {"id": 2, "image_id": 11, "caption": "un chien"},
        {"id": 3, "image_id": 10, "category_id": 1, "segmentation": {"counts": "abc"}, "bbox": [1, 2, 3, 4]},
    ]
    return json.dumps({"info": {"contributor": "nobody"}, "annotations": annotations, "images": images})


@pytest.mark.parametrize("name", ["a.txt", "a.caption", "a.fr.txt"])
def test_a_text_of_the_same_name_tells_of_a_picture(tmp_path: Path, name: str) -> None:
    saved(tmp_path / name, "Zoé à la plage")
    saved(tmp_path / "ab.txt", "another")
    assert captions(tmp_path / "a.jpg") == ["Zoé à la plage"]


def test_a_folder_of_captions_tells_of_a_folder_of_pictures(tmp_path: Path) -> None:
    saved(tmp_path / "captions" / "train" / "a.txt", "Zoé à la plage")
    assert captions(tmp_path / "images" / "train" / "a.jpg", up=2) == ["Zoé à la plage"]
    assert captions(tmp_path / "images" / "train" / "a.jpg", up=0) == [], "what lies outside the scan is not opened"


def test_json_of_the_same_name_tells_its_texts_and_no_outline(tmp_path: Path) -> None:
    shapes = [{"label": "Zoé", "points": [[1, 2]], "segmentation": "xy"}]
    saved(tmp_path / "a.json", json.dumps({"shapes": shapes, "imageData": "A" * 20_000, "by": "Marc"}))
    assert captions(tmp_path / "a.jpg") == ["Zoé", "Marc"]


def test_boxes_of_yolo_tell_nothing(tmp_path: Path) -> None:
    saved(tmp_path / "labels" / "a.txt", "0 0.5 0.5 0.1 0.1\n")
    assert captions(tmp_path / "images" / "a.jpg", up=1) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("metadata.jsonl", '{"file_name": "train/a.jpg", "text": "Zoé"}\n{"file_name": "train/b.jpg", "text": "x"}\n'),
        ("metadata.csv", "file_name,text\ntrain/a.jpg,Zoé\ntrain/b.jpg,x\n"),
        ("metadata.csv", "file_name;text\n./train/a.jpg;Zoé\n"),
        ("photos.tsv", "image\tsays\nC:\\data\\train\\a.jpg\tZoé\n"),
        ("metadata.jsonl", '{"file_names": ["train/z.jpg", "train/a.jpg"], "text": "Zoé"}\n'),
        ("metadata.jsonl", '{"image_file_name": "train/a.jpg", "mask_file_name": "train/m.png", "text": "Zoé"}\n'),
    ],
)
def test_a_row_tells_of_the_picture_it_names(tmp_path: Path, name: str, text: str) -> None:
    saved(tmp_path / name, text)
    assert captions(tmp_path / "train" / "a.jpg", up=1) == ["Zoé"]
    assert captions(tmp_path / "val" / "a.jpg", up=1) == [], "the same name in another folder is another picture"


def test_a_table_without_paths_tells_nothing(tmp_path: Path) -> None:
    saved(tmp_path / "people.csv", "nom,note\na.jpg,Zoé\n")
    assert captions(tmp_path / "a.jpg") == []


def test_a_damaged_table_tells_nothing_here(tmp_path: Path) -> None:
    saved(tmp_path / "metadata.jsonl", '{"file_name": "a.jpg", "text": \n')
    (tmp_path / "more.csv").write_bytes(b"file_name,text\na.jpg,\xff\xfe\n")
    saved(tmp_path / "coco.json", '{"images": [], "annotations": ')
    assert captions(tmp_path / "a.jpg") == []


def test_other_columns_of_a_row_tell_of_a_recording(tmp_path: Path) -> None:
    saved(tmp_path / "validated.tsv", "client_id\tpath\tsentence\tage\n9f\tc_1.mp3\tje suis là\tthirties\n")
    saved(tmp_path / "clips" / "c_1.txt", "je suis là")
    assert captions(tmp_path / "clips" / "c_1.mp3", up=1, kind="audio") == ["9f", "thirties"], "said is not written"


@pytest.mark.parametrize("place", ["coco.json", "annotations/captions.json", "images/_annotations.coco.json"])
def test_coco_tells_of_each_picture_its_own(tmp_path: Path, place: str) -> None:
    saved(tmp_path / place, coco("a.jpg", "b.jpg"))
    assert captions(tmp_path / "images" / "a.jpg", up=1) == ["Zoé à la plage"]
    assert captions(tmp_path / "images" / "b.jpg", up=1) == ["un chien"]
    assert captions(tmp_path / "images" / "c.jpg", up=1) == []


def test_coco_of_one_split_tells_nothing_of_another(tmp_path: Path) -> None:
    saved(tmp_path / "annotations" / "captions_train2017.json", coco("1.jpg", "2.jpg"))
    assert captions(tmp_path / "train2017" / "1.jpg", up=1) == ["Zoé à la plage"]
    assert captions(tmp_path / "val2017" / "1.jpg", up=1) == []


@pytest.mark.parametrize(
    "document",
    ['{"images": 3, "annotations": 4}', '["images", "annotations"]', '{"images": [{"file_name": 3}], "annotations": [1]}',
     '{"images": [{"file_name": "a.jpg", "id": [1]}], "annotations": [{"image_id": {}}]}'],
)  # fmt: skip
def test_what_only_looks_like_coco_tells_nothing(tmp_path: Path, document: str) -> None:
    saved(tmp_path / "x.json", document)
    assert captions(tmp_path / "a.jpg") == []


def test_a_folder_of_many_documents_holds_none_for_all(tmp_path: Path) -> None:
    for number in range(17):
        saved(tmp_path / f"{number}.json", coco("a.jpg", "b.jpg"))
    assert captions(tmp_path / "a.jpg") == []


def test_a_table_that_changes_is_read_again(tmp_path: Path) -> None:
    table = saved(tmp_path / "metadata.csv", "file_name,text\na.jpg,one\n")
    assert captions(tmp_path / "a.jpg") == ["one"]
    saved(table, "file_name,text\na.jpg,another\n")
    assert captions(tmp_path / "a.jpg") == ["another"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    elsewhere = saved(tmp_path / "elsewhere" / "x.csv", "file_name,text\na.jpg,Zoé\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "metadata.csv").symlink_to(elsewhere)
    assert captions(tmp_path / "data" / "a.jpg") == []


def test_rows_have_the_numbers_they_have_in_uris(tmp_path: Path) -> None:
    table = saved(tmp_path / "metadata.csv", "file_name,text\nb.jpg,x\n\na.jpg,Zoé\na.jpg,again\n")
    assert list(rows_about(saved(tmp_path / "a.jpg"), 0, MAX_BYTES)) == [(table, 1), (table, 2)]


def test_among_the_tables_of_a_folder_of_shards_only_metadata_tell_of_all_its_files(tmp_path: Path) -> None:
    for number in range(MAX_TABLES + 1):
        saved(tmp_path / f"shard-{number:05d}.csv", "file_name,text\na.jpg,Zoé à la plage\n")
    assert captions(tmp_path / "a.jpg") == []
    saved(tmp_path / "metadata.csv", "file_name,text\na.jpg,Zoé au marché\n")
    assert captions(tmp_path / "a.jpg") == ["Zoé au marché"]


def test_a_table_is_read_once_for_all_pictures_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(path: Path, max_bytes: int) -> Iterator[tuple[int, list[str], dict[str, str]]]:
        read.append(path.name)
        return media_rows(path, max_bytes)

    monkeypatch.setattr("privacy_audit.sources.captions.media_rows", counted)
    for number in range(MAX_TABLES):
        saved(tmp_path / f"notes-{number:05d}.csv", "number,text\n1,Zoé à la plage\n")
    for picture in range(20):
        saved(tmp_path / f"{picture}.jpg")
    assert [captions_of(tmp_path / f"{picture}.jpg", "image", 0, MAX_BYTES) for picture in range(20)] == [[]] * 20
    assert len(read) == MAX_TABLES


def test_an_id_names_a_recording_in_a_tsv_and_a_row_elsewhere(tmp_path: Path) -> None:
    saved(tmp_path / "asr_train.tsv", "id\tspeaker\n0001\tZoé\n")
    saved(tmp_path / "orders.csv", "id,customer\n0001,Anaïs\n")
    assert captions(tmp_path / "0001.ogg", kind="audio") == ["Zoé"]
