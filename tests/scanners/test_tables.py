"""Columns about people, and the rows that a few of them single out together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from privacy_audit.errors import UnreadableError
from privacy_audit.scanners.table_columns import TableColumns
from privacy_audit.scanners.table_uniqueness import TableUniqueness, k_distribution
from privacy_audit.sources.table_file import read_table
from privacy_audit.types import ColumnSet, Confidence, FieldRef

PEOPLE = "client_id;âge;Sexe;code postal;prix\n" + "".join(
    f"c{row:04d};{20 + row % 3};{'HF'[row % 2]};7501{row % 6};{row},5\n" for row in range(60)
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "people [2024]*.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    return path


def kinds(path: Path) -> dict[str, tuple[str, Confidence]]:
    return {
        item.location.name: (item.entity_type, item.confidence)
        for item in TableColumns().scan(read_table(path, path.name))
        if isinstance(item.location, FieldRef)
    }


def test_columns_about_people_are_told_by_name_and_content(table: Path) -> None:
    assert kinds(table) == {
        "client_id": ("PERSON_ID", Confidence.MEDIUM),
        "âge": ("AGE", Confidence.LOW),
        "Sexe": ("GENDER", Confidence.LOW),
        "code postal": ("POSTCODE", Confidence.LOW),
    }


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("age", ["ancien", "moderne"]),
        ("sex", ["12", "15"]),
        ("genre", ["roman", "poésie"]),
        ("zip", ["a.zip", "b.zip"]),
    ],
)
def test_a_name_that_its_cells_contradict_says_nothing(tmp_path: Path, header: str, cells: list[str]) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\n".join([f"{header},n", *(f"{cell},1" for cell in cells)]), encoding="utf-8")
    assert kinds(path) == {}


def test_numbers_in_json_lines_count_too(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text("\n".join(json.dumps({"age": 30 + row, "religion": "aucune", "text": "x"}) for row in range(5)))
    assert kinds(path) == {"age": ("AGE", Confidence.LOW), "religion": ("RELIGION", Confidence.MEDIUM)}


def test_a_row_is_unique_when_no_other_has_its_combination(table: Path) -> None:
    assert k_distribution(table, ["client_id"]).rows_by_k == (60, 0, 0, 0)
    assert k_distribution(table, ["âge", "Sexe", "code postal"]).rows_by_k == (0, 0, 0, 60)


def test_the_combination_of_quasi_identifiers_is_reported_with_its_share_of_unique_rows(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("age,ville,x\n" + "".join(f"{20 + row // 2},Lyon,{row}\n" for row in range(9)), encoding="utf-8")
    (item,) = TableUniqueness().scan(read_table(path, "t.csv"))
    assert item.location == ColumnSet(("age", "ville"), (1, 8, 0, 0))
    assert item.score == pytest.approx(1 / 9)
    assert item.confidence is Confidence.MEDIUM


def test_declared_columns_take_the_place_of_those_that_were_found(table: Path) -> None:
    (item,) = TableUniqueness(columns=["client_id", "prix"]).scan(read_table(table, "t.csv"))
    assert item.location == ColumnSet(("client_id", "prix"), (60, 0, 0, 0))
    assert item.score == 1.0


def test_one_quasi_identifier_is_no_combination(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("ville,x\nLyon,1\nParis,2\n", encoding="utf-8")
    assert TableUniqueness().scan(read_table(path, "t.csv")) == []


def test_a_table_that_duckdb_cannot_read_is_unreadable_and_quotes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"age": 1}\n')
    with pytest.raises(UnreadableError, match=r"DuckDB cannot read the table \(\w+\)$"):
        k_distribution(path, ["age", "secret-canary"])


def test_columns_must_be_a_list_of_names() -> None:
    with pytest.raises(ValueError, match="columns: got 'age', expected a list of column names"):
        TableUniqueness(columns="age")
