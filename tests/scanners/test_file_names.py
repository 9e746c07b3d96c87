"""Names and numbers in paths: what stands in the folders and stems, offsets in the whole path."""

from __future__ import annotations

import pytest

from privacy_audit.scanners.file_names import FileNames
from privacy_audit.types import Confidence, PathRecord, TextSpan


def found(path: str, at_least: Confidence = Confidence.MEDIUM) -> list[tuple[str, str]]:
    return [
        (item.entity_type, path[item.location.start : item.location.end])
        for item in FileNames().scan(PathRecord(f"{path}#path", path))
        if isinstance(item.location, TextSpan) and item.confidence >= at_least
    ]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("audio/marie_lefebvre.wav", [("PERSON", "marie_lefebvre")]),
        ("spk_NathaliePerrin/0001.flac", [("PERSON", "NathaliePerrin")]),
        ("dupont-marie.wav", [("PERSON", "dupont-marie")]),
        ("jean_pierre_martin.wav", [("PERSON", "jean_pierre_martin")]),
        ("a/lucie garnier/b/antoine rousseau.txt", [("PERSON", "lucie garnier"), ("PERSON", "antoine rousseau")]),
        ("appels/appel_06_39_98_12_45.wav", [("PHONE_NUMBER", "06_39_98_12_45")]),
        ("marie_dupont@courriel.fr/a.txt", [("EMAIL_ADDRESS", "marie_dupont@courriel.fr")]),
    ],
)
def test_a_name_or_number_in_a_path_is_found_at_its_place(path: str, expected: list[tuple[str, str]]) -> None:
    assert found(path) == expected


@pytest.mark.parametrize("path", ["photos/marie.jpg", "marie/train/001.png", "test_marie.py"])
def test_a_first_name_alone_is_a_hint_only(path: str) -> None:
    assert found(path) == []
    assert found(path, Confidence.LOW) == [("FIRST_NAME", "marie")]


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "src/model/train.py",
        "IMG_20240131_120501.jpg",
        "part-0001-of-0100.parquet",
        "rose_garden.png",
        "v1.2.3/a.b.c",
    ],
)
def test_the_usual_names_of_data_sets_are_left_alone(path: str) -> None:
    assert found(path, Confidence.LOW) == []
