"""A picture or recording and what is written of it are one record; its row, and its name in the copy, go with it."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from privacy_audit.legal.exposure import ExposureReport, file_of, record_of
from privacy_audit.pipeline import anonymize, scan
from privacy_audit.pipeline.checking import check_files
from privacy_audit.recipe import Recipe, load_recipe

ROOT = Path(__file__).parents[2]
CAPTION = "Portrait de Marie Lefebvre à Lyon."
RECIPE = Recipe("t", scanners={"file_names": {}, "text_patterns": {}, "text_names": {}, "image_faces": {}})


def write_image_folder(root: Path) -> None:
    row = {"file_name": "train/portrait.jpg", "text": CAPTION}
    (root / "metadata.jsonl").write_text(json.dumps(row, ensure_ascii=False))


def write_table(root: Path) -> None:
    (root / "train" / "metadata.csv").write_text(f"file_name,text\nportrait.jpg,{CAPTION}\n")


def write_sidecar(root: Path) -> None:
    (root / "train" / "portrait.txt").write_text(CAPTION)


def write_coco(root: Path) -> None:
    (root / "annotations").mkdir()
    document = {
        "images": [{"id": 7, "file_name": "portrait.jpg"}, {"id": 8, "file_name": "landscape.png"}],
        "annotations": [{"id": 1, "image_id": 7, "caption": CAPTION}],
    }
    (root / "annotations" / "captions_train.json").write_text(json.dumps(document))


WRITERS = [write_image_folder, write_table, write_sidecar, write_coco]


def folder(root: Path, write: Callable[[Path], None]) -> Path:
    (root / "train").mkdir(parents=True)
    for name in ("portrait.jpg", "landscape.png"):
        shutil.copy(ROOT / "sample_data" / "images" / name, root / "train" / name)
    write(root)
    return root


def shard(source: Path, path: Path) -> Path:
    with tarfile.open(path, "w") as tar:
        for file in sorted(source.rglob("*")):
            if file.is_file():
                tar.add(file, file.relative_to(source).as_posix())
    return path


def lines(audit: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (audit / "findings.jsonl").read_text().splitlines()]


def scanned(source: Path, audit: Path, recipe: Recipe = RECIPE) -> tuple[ExposureReport, list[dict[str, Any]]]:
    return scan([source], audit, recipe), lines(audit)


@pytest.mark.parametrize("write", WRITERS)
def test_a_face_and_the_name_in_its_caption_are_one_record(tmp_path: Path, write: Callable[[Path], None]) -> None:
    source = folder(tmp_path / "data", write)
    for place in (source, shard(source, tmp_path / "shard.tar")):
        report, found = scanned(place, tmp_path / f"audit-{place.name}")
        assert report.linkage.named_face_or_voice == 1
        tied = {line["record_uri"] for line in found if "#caption=" in line["record_uri"]}
        at = "shard.tar::" if place.suffix else ""
        assert tied == {f"{at}train/portrait.jpg#caption=0"}
        assert {line["entity_type"] for line in found if line["record_uri"] in tied} >= {"PERSON"}


def test_without_a_caption_the_face_has_no_name(tmp_path: Path) -> None:
    def elsewhere(root: Path) -> None:
        (root / "train" / "notes.txt").write_text(CAPTION)

    report, _ = scanned(folder(tmp_path / "data", elsewhere), tmp_path / "audit")
    assert report.linkage.named_face_or_voice == 0


def test_each_image_of_a_coco_document_is_a_record_of_its_own(tmp_path: Path) -> None:
    source = folder(tmp_path / "data", write_coco)
    _, found = scanned(source, tmp_path / "audit")
    own = {line["record_uri"] for line in found if line["record_uri"].startswith("annotations/")}
    assert own == {"annotations/captions_train.json#image=0&column=annotations.0.caption"}


def test_the_row_of_a_recording_belongs_to_it(tmp_path: Path) -> None:
    (tmp_path / "data" / "clips").mkdir(parents=True)
    shutil.copy(ROOT / "sample_data" / "audio" / "chime.wav", tmp_path / "data" / "clips" / "c1.wav")
    (tmp_path / "data" / "validated.tsv").write_text(
        "client_id\tpath\tsentence\temail\n9f\tc1.wav\tbonjour\tcamille.durand@courriel-invente.fr\n"
    )
    _, found = scanned(tmp_path / "data", tmp_path / "audit", Recipe("t", scanners={"text_patterns": {}}))
    assert {line["record_uri"] for line in found} == {
        "clips/c1.wav#caption=1", "validated.tsv#row=0&column=email",
    }  # fmt: skip


@pytest.mark.parametrize("write", WRITERS)
def test_the_copy_has_the_caption_treated_where_it_stands(tmp_path: Path, write: Callable[[Path], None]) -> None:
    source = folder(tmp_path / "data", write)
    operators: dict[str, Any] = {"text_label": {}, "image_solid": {}, "image_strip_metadata": {}}
    recipe = Recipe("t", scanners=RECIPE.scanners, operators=operators)
    report = anonymize(source, tmp_path / "copy", recipe)
    assert report.treatment is not None
    assert report.treatment.quarantined == 0
    assert "PERSON" not in report.treatment.residual
    texts = [path for path in (tmp_path / "copy").rglob("*") if path.suffix in (".jsonl", ".csv", ".txt", ".json")]
    texts = [path for path in texts if ".privacy-audit" not in path.parts]
    assert len(texts) == 1
    assert "Marie Lefebvre" not in texts[0].read_text()
    report, _ = scanned(tmp_path / "copy", tmp_path / "audit")
    assert report.linkage.named_face_or_voice == 0


def test_a_picture_is_read_again_when_its_own_caption_changes_and_not_when_others_do(tmp_path: Path) -> None:
    source = folder(tmp_path / "data", write_image_folder)
    scan([source], tmp_path / "audit", RECIPE)

    def again(*texts: str) -> set[str]:
        names = ("train/portrait.jpg", "train/landscape.png")
        rows = [{"file_name": name, "text": text} for name, text in zip(names, texts, strict=True)]
        (source / "metadata.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
        scan([source], tmp_path / "audit", RECIPE)
        return {line["record_uri"] for line in lines(tmp_path / "audit") if line["entity_type"] == "PERSON"}

    assert again("rien", "rien") == set(), "the name is gone from the record of the picture too"
    assert again("rien", CAPTION) == {"metadata.jsonl#row=1&column=text", "train/landscape.png#caption=0"}


def test_captions_of_a_webdataset_sample_belong_to_its_picture(tmp_path: Path) -> None:
    picture = (ROOT / "sample_data" / "images" / "portrait.jpg").read_bytes()
    drawn = io.BytesIO()
    Image.new("RGB", (64, 64), "white").save(drawn, "PNG")
    files = {"0.jpg": picture, "0.txt": CAPTION.encode(), "1.json": b'{"caption": "x"}', "1.png": drawn.getvalue()}
    with tarfile.open(tmp_path / "shard.tar", "w") as tar:
        for name, content in files.items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            tar.addfile(header, io.BytesIO(content))
    report, found = scanned(tmp_path / "shard.tar", tmp_path / "audit")
    assert report.linkage.named_face_or_voice == 1
    assert {line["record_uri"] for line in found if line["entity_type"] == "PERSON"} == {
        "shard.tar::0.jpg#caption=0", "shard.tar::0.txt",
    }  # fmt: skip


def test_a_check_tells_a_caption_where_it_stands_only(tmp_path: Path) -> None:
    def write(root: Path) -> None:
        (root / "train" / "metadata.csv").write_text("file_name,by\nportrait.jpg,camille.durand@courriel-invente.fr\n")

    result = check_files([folder(tmp_path / "data", write)], load_recipe("pre-commit"))
    assert [Path(item.file).name for item in result.told] == ["metadata.csv"]


def test_the_addresses_of_captions_and_images_lead_to_their_files() -> None:
    for uri, record in (
        ("a#1.jpg#caption=0", "a#1.jpg"),
        ("coco.json#image=3&column=annotations.12.caption", "coco.json#image=3"),
    ):
        file = file_of(uri)
        assert file == uri[: len(file)]
        assert record_of(uri, file) == record
