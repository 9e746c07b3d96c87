"""The sample data: what the manifest says is what lies there, and it can be made again."""

from __future__ import annotations

import csv
import hashlib
import importlib
import io
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "sample_data"
MANIFEST = json.loads((FOLDER / "MANIFEST.json").read_text(encoding="utf-8"))
ENTRIES: dict[str, dict[str, Any]] = {entry["path"]: entry for entry in MANIFEST["files"]}
TEXTS = sorted(path for path, entry in ENTRIES.items() if "entities" in entry["truth"])
MAX_TOTAL_BYTES = 10_000_000


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("build")


def cells_of(path: str) -> dict[tuple[int | None, str | None], str]:
    text = (FOLDER / path).read_text(encoding="utf-8")
    if path.endswith(".jsonl"):
        return {(row, "text"): json.loads(line)["text"] for row, line in enumerate(text.splitlines())}
    if path.endswith(".csv"):
        rows = enumerate(csv.DictReader(io.StringIO(text)))
        return {(row, column): cell for row, cells in rows for column, cell in cells.items()}
    return {(None, None): text}


def test_every_data_file_is_in_the_manifest_and_none_is_missing() -> None:
    lying_there = {
        path.relative_to(FOLDER).as_posix()
        for path in FOLDER.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    not_data = {name for name in lying_there if any(Path(name).match(pattern) for pattern in MANIFEST["not_data"])}
    assert lying_there - not_data == set(ENTRIES)


@pytest.mark.parametrize("path", sorted(ENTRIES))
def test_a_file_has_the_size_and_hash_that_the_manifest_says(path: str) -> None:
    data = (FOLDER / path).read_bytes()
    assert len(data) == ENTRIES[path]["bytes"]
    assert hashlib.sha256(data).hexdigest() == ENTRIES[path]["sha256"]


def test_the_whole_stays_under_ten_megabytes() -> None:
    assert sum(entry["bytes"] for entry in ENTRIES.values()) < MAX_TOTAL_BYTES


@pytest.mark.parametrize("path", TEXTS)
def test_each_span_of_the_truth_covers_a_whole_value(path: str) -> None:
    cells = cells_of(path)
    for entity in ENTRIES[path]["truth"]["entities"]:
        cell = cells[entity.get("row"), entity.get("column")]
        assert 0 <= entity["start"] < entity["end"] <= len(cell)
        value = cell[entity["start"] : entity["end"]]
        assert value == value.strip()
        around = cell[max(0, entity["start"] - 1) : entity["start"]] + cell[entity["end"] : entity["end"] + 1]
        assert not any(char.isalnum() for char in around), "a span cuts a word"


def test_the_manifest_holds_no_value_from_the_texts() -> None:
    manifest = (FOLDER / "MANIFEST.json").read_text(encoding="utf-8")
    for path in TEXTS:
        cells = cells_of(path)
        for entity in ENTRIES[path]["truth"]["entities"]:
            value = cells[entity.get("row"), entity.get("column")][entity["start"] : entity["end"]]
            assert value not in manifest


def test_names_in_paths_are_marked_where_they_stand() -> None:
    named = {
        path: entry["truth"]["path_entities"] for path, entry in ENTRIES.items() if entry["truth"].get("path_entities")
    }
    assert {path[spot["start"] : spot["end"]] for path, spots in named.items() for spot in spots} == {
        "marie_lefebvre",
        "jean-dupuis",
    }


def test_face_boxes_lie_inside_their_upright_picture_and_are_at_least_40_px_high() -> None:
    from PIL import Image, ImageOps

    for path, entry in ENTRIES.items():
        if path.startswith("images/"):
            with Image.open(FOLDER / path) as picture:
                width, height = ImageOps.exif_transpose(picture).size
            for x_min, y_min, x_max, y_max in entry["truth"]["faces"]:
                assert 0 <= x_min < x_max <= width
                assert 0 <= y_min < y_max <= height
                assert y_max - y_min >= 40


def test_speech_lies_inside_its_recording_in_order() -> None:
    import soundfile

    for path, entry in ENTRIES.items():
        if "speech" in entry["truth"]:
            edges = [edge for segment in entry["truth"]["speech"] for edge in segment]
            assert edges == sorted(set(edges))
            assert not edges or edges[-1] <= soundfile.info(FOLDER / path).duration


def test_a_file_is_called_clean_exactly_when_its_truth_is_empty() -> None:
    assert all(entry["clean"] == (not any(entry["truth"].values())) for entry in ENTRIES.values())
    assert {Path(path).parent.name for path, entry in ENTRIES.items() if entry["clean"]} == {"text", "images", "audio"}


def test_the_texts_come_out_the_same_when_made_again(maker: ModuleType) -> None:
    made = importlib.import_module("_texts").build_texts()
    assert set(made) == set(TEXTS)
    for path, (data, entities) in made.items():
        assert hashlib.sha256(data).hexdigest() == ENTRIES[path]["sha256"]
        assert entities == ENTRIES[path]["truth"]["entities"]


def test_pictures_and_recordings_come_out_the_same_with_the_same_versions(maker: ModuleType) -> None:
    pytest.importorskip("espeakng_loader", reason="espeakng-loader speaks the voices: pip install espeakng-loader")
    installed = maker.installed_versions()
    other = {name: version for name, version in MANIFEST["built_with"].items() if installed.get(name) != version}
    if other:
        pytest.skip(f"the files were made with {other}: other versions give other bytes")
    made = maker.manifest_of(maker.build())["files"]
    assert {entry["path"]: entry for entry in made} == ENTRIES


def test_computed_numbers_have_valid_check_digits() -> None:
    from stdnum import iban, luhn
    from stdnum.fr import nir

    checks = {"FR_NIR": nir.is_valid, "IBAN_CODE": iban.is_valid, "CREDIT_CARD": luhn.is_valid}
    seen = set()
    for path in TEXTS:
        cells = cells_of(path)
        for entity in ENTRIES[path]["truth"]["entities"]:
            if check := checks.get(entity["entity_type"]):
                seen.add(entity["entity_type"])
                value = cells[entity.get("row"), entity.get("column")][entity["start"] : entity["end"]]
                assert check(value.replace(" ", ""))
    assert seen == set(checks)
