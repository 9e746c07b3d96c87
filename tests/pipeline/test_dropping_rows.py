from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from privacy_audit.errors import UnreadableError
from privacy_audit.pipeline.dropping_rows import drop_rows
from privacy_audit.recipe import Limits
from privacy_audit.sources.folder import FileEntry, walk


def entry(path: Path) -> FileEntry:
    found = next(iter(walk([path])))
    assert isinstance(found, FileEntry)
    return found


def test_the_rows_of_a_csv_go_and_every_other_byte_stays(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'nom;ville\r\n"Durand; C";Lyon\r\n\r\nMartin;Nice\r\nBlanc;Brest')
    assert drop_rows(entry(tmp_path / "a.csv"), tmp_path / "b.csv", {1}, Limits()) == 0
    assert (tmp_path / "b.csv").read_bytes() == b'nom;ville\r\n"Durand; C";Lyon\r\n\r\nBlanc;Brest'


def test_the_rows_of_json_lines_go_and_unread_ones_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"a": 1}\n{"a": \n{"a":  "x"}\n{"a": 4}\n')
    assert drop_rows(entry(tmp_path / "a.jsonl"), tmp_path / "b.jsonl", {0}, Limits()) == 1
    assert (tmp_path / "b.jsonl").read_text() == '{"a":  "x"}\n{"a": 4}\n'


def test_the_rows_of_a_parquet_file_go_and_types_stay(tmp_path: Path) -> None:
    source, copy = tmp_path / "a.parquet", tmp_path / "b.parquet"
    duckdb.sql("SELECT * FROM (VALUES (1, 'Durand'), (2, 'Martin'), (3, 'Blanc')) AS t(id, nom)").write_parquet(
        str(source)
    )
    assert drop_rows(entry(source), copy, {0, 2}, Limits()) == 0
    assert duckdb.read_parquet(str(copy)).fetchall() == [(2, "Martin")]
    assert duckdb.read_parquet(str(copy)).types == duckdb.read_parquet(str(source)).types


def test_what_has_no_rows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[]")
    with pytest.raises(UnreadableError):
        drop_rows(entry(tmp_path / "a.json"), tmp_path / "b.json", {0}, Limits())
