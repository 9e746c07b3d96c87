"""Columns of tables: emptied, hashed, banded, and rows that stand alone suppressed."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.anonymizers.table_band import TableBand
from privacy_audit.anonymizers.table_drop import TableDrop
from privacy_audit.anonymizers.table_hash import TableHash
from privacy_audit.anonymizers.table_suppress import TableSuppress
from privacy_audit.pipeline import anonymize
from privacy_audit.pseudonyms import Pseudonyms
from privacy_audit.recipe import Recipe
from privacy_audit.types import ColumnSet, Confidence, Detection, FieldRef, TableRecord

COLUMNS: dict[str, Any] = {"file_names": {}, "text_patterns": {}, "table_columns": {}, "table_uniqueness": {}}


@pytest.mark.parametrize(
    ("text", "kind", "band"),
    [
        ("42", "AGE", "40-49"),
        (" 42 ", "AGE", "40-49"),
        ("0", "AGE", "0-9"),
        ("35000", "AGE", "35000-35009"),
        ("42.5", "AGE", "40 to <50"),
        ("42,5", "AGE", "40 to <50"),
        ("-3", "AGE", "-10 to <0"),
        ("1985-03-12", "DATE_OF_BIRTH", "1985"),
        ("12 mars 1985", "AGE", "1985"),
        ("75011", "POSTCODE", "75"),
        ("SW1A 1AA", "POSTCODE", "SW"),
        ("Paris", "CITY", ""),  # nobody can say how exact it is
        ("1e9", "AGE", ""),
    ],
)
def test_a_value_becomes_a_band(text: str, kind: str, band: str) -> None:
    assert TableBand().cell(text, kind) == band


def test_a_hash_is_keyed_and_the_same_for_one_value() -> None:
    operator = TableHash()
    operator.pseudonyms = Pseudonyms(b"k" * 32)
    assert operator.cell("AB-12", "PERSON_ID") == operator.cell(" ab 12", "PERSON_ID")
    assert operator.cell("AB-12", "PERSON_ID") != operator.cell("AB-13", "PERSON_ID")
    assert operator.cell("AB-12", "PERSON_ID") != TableHash().cell("AB-12", "PERSON_ID")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), max_size=40), st.integers(2, 6))
def test_after_suppression_no_combination_is_shared_by_fewer_than_k_rows(rows: list[tuple[str, str]], k: int) -> None:
    rare = TableSuppress(k=k).rare(rows)
    counts = Counter(rows)
    assert rare == {index for index, row in enumerate(rows) if counts[row] < k}
    sample = {
        "a": tuple(row[0] for row in rows),
        "b": tuple(row[1] for row in rows),
        "c": tuple(map(str, range(len(rows)))),
    }
    found = [Detection("UNIQUE_COMBINATION", ColumnSet(("a", "b"), (0, 0, 0, 0)), 1.0, Confidence.HIGH)]
    treated: Any = TableSuppress(k=k).apply(TableRecord("u", Path("u"), sample), found)
    left = Counter(pair for pair in zip(treated.sample["a"], treated.sample["b"], strict=True) if pair != ("", ""))
    assert all(count >= k for count in left.values())
    assert treated.sample["c"] == sample["c"]


@pytest.mark.parametrize(
    ("operator", "options", "told"),
    [
        (TableBand, {"width": 0}, "width: got 0"),
        (TableBand, {"width": float("inf")}, "width"),
        (TableSuppress, {"k": 1}, "k: got 1, expected 2 to 10000 rows"),
        (TableSuppress, {"k": True}, "k"),
    ],
)
def test_a_setting_out_of_range_is_refused(operator: Any, options: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        operator(**options)


def test_only_the_column_named_is_treated_and_blank_cells_stay() -> None:
    record = TableRecord("u", Path("u"), {"age": ("42", " "), "nom": ("x", "y")})
    treated: Any = TableDrop().apply(record, [Detection("AGE", FieldRef("age"), 1.0, Confidence.LOW)])
    assert treated.sample == {"age": ("", " "), "nom": ("x", "y")}


def table(folder: Path, name: str = "people.csv") -> Path:
    """80 rows: 20 ages, two towns of which one has five people, and an identifier."""
    path = folder / name
    rows = [
        f"{20 + index % 20},{'Lyon' if index % 16 else 'Brest'},{75000 + index % 2},{index:05d}a" for index in range(80)
    ]
    path.write_text("age,ville,code_postal,matricule\n" + "\n".join(rows) + "\n")
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def treated(source: Path, copy: Path, **operators: Any) -> list[dict[str, str]]:
    anonymize(source, copy, Recipe("t", scanners=COLUMNS, operators=operators), pseudonyms=Pseudonyms(b"k" * 32))
    return rows_of(copy / source.name)


def test_columns_are_treated_by_kind_and_the_rest_of_the_table_stays(tmp_path: Path) -> None:
    source = table(tmp_path)
    found = treated(source, tmp_path / "copy", table_band={"only": ["AGE", "POSTCODE"]}, table_drop={"only": ["CITY"]})
    before = rows_of(source)
    assert list(found[0]) == list(before[0])
    assert {row["age"] for row in found} == {"20-29", "30-39"}
    assert {row["code_postal"] for row in found} == {"75"}
    assert {row["ville"] for row in found} == {""}
    assert [row["matricule"] for row in found] == [row["matricule"] for row in before]


def test_suppression_counts_the_whole_file_after_the_bands(tmp_path: Path) -> None:
    source = table(tmp_path)
    found = treated(source, tmp_path / "copy", table_band={"only": ["AGE", "POSTCODE"]}, table_suppress={"k": 10})
    combinations = Counter((row["age"], row["ville"], row["code_postal"]) for row in found)
    rare = combinations.pop(("", "", ""))
    assert rare == 5  # the people of Brest
    assert all(count >= 10 for count in combinations.values())
    assert len({row["matricule"] for row in found}) == 80


def test_one_value_has_one_hash_in_all_tables_of_a_run(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("one.csv", "two.csv"):
        table(tmp_path / "in", name)
    recipe = Recipe("t", scanners=COLUMNS, operators={"table_hash": {}})
    anonymize(tmp_path / "in", tmp_path / "copy", recipe)
    one, two = (rows_of(tmp_path / "copy" / name) for name in ("one.csv", "two.csv"))
    assert one == two
    assert len({row["ville"] for row in one}) == 2
    assert "Lyon" not in str(one)


PEOPLE: list[dict[str, Any]] = [
    {"age": 20 + index % 20, "ville": "Lyon" if index % 16 else "Brest", "code_postal": 75_000 + index % 2,
     "taille": 1.5, "matricule": f"{index:05d}a"}
    for index in range(80)
]  # fmt: skip


def written(folder: Path, suffix: str) -> Path:
    path = folder / f"people{suffix}"
    if suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in PEOPLE[:40]) + "\n{broken\n", encoding="utf-8")
        with path.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in PEOPLE[40:])
        return path
    values = ", ".join(str(tuple(row.values())) for row in PEOPLE)
    names = "age, ville, code_postal, taille, matricule"
    types = "age::TINYINT AS age, ville, code_postal, taille::DOUBLE AS taille, matricule"
    noted = '{"info": {"features": {"age": {"dtype": "int8", "_type": "Value"}}}}'
    duckdb.sql(
        f"COPY (SELECT {types} FROM (VALUES {values}) AS t({names})) TO '{path}' "  # noqa: S608 - made in this test
        f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{huggingface: '{noted}'}})"
    )
    return path


def read(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    table = duckdb.read_parquet(str(path))
    return [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]


def schema(path: Path) -> dict[str, str]:
    table = duckdb.read_parquet(str(path))
    return dict(zip(table.columns, map(str, table.types), strict=True))


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_columns_of_other_tables_are_treated_alike_numbers_too(tmp_path: Path, suffix: str) -> None:
    source = written(tmp_path, suffix)
    operators: dict[str, Any] = {
        "table_band": {"only": ["AGE", "POSTCODE"]},
        "table_drop": {"only": ["CITY"]},
        "table_hash": {"only": ["PERSON_ID"]},
    }
    recipe = Recipe("t", scanners=COLUMNS, operators=operators)
    anonymize(source, tmp_path / "copy", recipe, pseudonyms=Pseudonyms(b"k" * 32))
    found = read(tmp_path / "copy" / source.name)
    assert [list(row) for row in found] == [list(row) for row in PEOPLE]
    assert [row["age"] for row in found] == ["20-29" if row["age"] < 30 else "30-39" for row in PEOPLE]
    assert {row["code_postal"] for row in found} == {"75"}
    assert {row["ville"] for row in found} == {""}
    assert {row["taille"] for row in found} == {1.5}
    assert len({row["matricule"] for row in found}) == 80
    assert not {row["matricule"] for row in found} & {row["matricule"] for row in PEOPLE}


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_suppression_in_other_tables_counts_the_whole_file_and_keeps_types(tmp_path: Path, suffix: str) -> None:
    source = written(tmp_path, suffix)
    recipe = Recipe("t", scanners=COLUMNS, operators={"table_suppress": {"k": 4}})
    anonymize(source, tmp_path / "copy", recipe)
    copy = tmp_path / "copy" / source.name
    found = read(copy)
    combinations = Counter((row["age"], row["ville"], row["code_postal"]) for row in found)
    rare = sum(count for values, count in combinations.items() if values[0] is None)
    assert 0 < rare < 80
    assert all(count >= 4 for values, count in combinations.items() if values[0] is not None)
    assert all(row["code_postal"] is None and row["ville"] == "" for row in found if row["age"] is None)
    if suffix == ".parquet":
        assert schema(copy) == schema(source)
        assert duckdb.sql(f"SELECT DISTINCT compression FROM parquet_metadata('{copy}')").fetchall() == [("ZSTD",)]  # noqa: S608 - ours


def test_a_column_of_another_type_is_not_noted_as_what_it_was(tmp_path: Path) -> None:
    source = written(tmp_path, ".parquet")
    recipe = Recipe("t", scanners=COLUMNS, operators={"table_band": {"only": ["AGE"]}})
    anonymize(source, tmp_path / "copy", recipe)
    copy = tmp_path / "copy" / source.name
    assert schema(copy) == {**schema(source), "age": "VARCHAR"}
    assert duckdb.sql(f"SELECT * FROM parquet_kv_metadata('{copy}')").fetchall() == []  # noqa: S608 - made in this test


def test_a_row_of_json_lines_keeps_every_byte_but_the_values_treated(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    lines = [f'{{ "n" : 1.50 ,"age": {20 + index}, "o": {{"age": 7}}, "t":"\\u00e9" }}' for index in range(40)]
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    recipe = Recipe("t", scanners=COLUMNS, operators={"table_drop": {"only": ["AGE"]}})
    anonymize(source, tmp_path / "copy", recipe)
    expected = [re.sub(r'"age": \d\d', '"age": null', line) for line in lines]
    assert (tmp_path / "copy" / "a.jsonl").read_text(encoding="utf-8").splitlines() == expected
