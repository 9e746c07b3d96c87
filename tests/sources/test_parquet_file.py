"""Parquet: read like JSON rows, treated in place, with its types, its order and its layout kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy_audit.errors import UnreadableError
from privacy_audit.sources.parquet_file import iter_parquet, media_columns, rewrite_parquet, unread_columns
from privacy_audit.sources.table_file import read_table
from privacy_audit.types import Reason


def write(path: Path, select: str, options: str = "") -> Path:
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet{options})")
    return path


def read(path: Path, what: str = "*") -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(f"SELECT {what} FROM '{path}'").fetchall()  # noqa: S608 - a test's own file


PEOPLE = """SELECT * FROM (VALUES
    ('Lucie', DATE '1984-03-12', 33612345678, [{'role': 'user', 'content': 'bonjour Lucie'}], MAP {'k': 'Lucie'}, 1.5),
    (NULL, NULL, NULL, NULL, NULL, NULL),
    ('it''s "Zoé"', DATE '2001-01-01', 5, [], MAP {}, 2.25)
) AS t(prenom, naissance, tel, messages, notes, taille)"""


def test_texts_dates_and_long_numbers_are_read_with_their_row_and_column(tmp_path: Path) -> None:
    records = list(iter_parquet(write(tmp_path / "a.parquet", PEOPLE), "a.parquet"))
    assert [(record.uri, record.text) for record in records] == [
        ("a.parquet#row=0&column=prenom", "Lucie"),
        ("a.parquet#row=0&column=naissance", "1984-03-12"),
        ("a.parquet#row=0&column=tel", "33612345678"),
        ("a.parquet#row=0&column=messages.0.role", "user"),
        ("a.parquet#row=0&column=messages.0.content", "bonjour Lucie"),
        ("a.parquet#row=0&column=notes.k", "Lucie"),
        ("a.parquet#row=2&column=prenom", 'it\'s "Zoé"'),
        ("a.parquet#row=2&column=naissance", "2001-01-01"),
    ]


def test_the_columns_are_sampled_as_texts(tmp_path: Path) -> None:
    table = read_table(write(tmp_path / "a.parquet", PEOPLE), "a.parquet")
    assert table.sample["tel"] == ("33612345678", "5")
    assert table.sample["prenom"] == ("Lucie", 'it\'s "Zoé"')


def test_what_is_replaced_changes_and_everything_else_stays(tmp_path: Path) -> None:
    source = write(tmp_path / "a.parquet", PEOPLE)
    places = []

    def replace(place: str, text: str) -> str:
        places.append(place)
        return text.replace("Lucie", "[x]") if "Lucie" in text else "[y]" if text.startswith(("1984", "336")) else text

    rewrite_parquet(source, tmp_path / "b.parquet", replace)
    before, after = read(source), read(tmp_path / "b.parquet")
    assert after[0] == ("[x]", None, None, [{"role": "user", "content": "bonjour [x]"}], {"k": "[x]"}, before[0][5])
    assert after[1:] == before[1:]
    assert sorted(places) == sorted(record.uri.partition("#")[2] for record in iter_parquet(source, "a"))
    described = "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '{}')"
    with duckdb.connect() as connection:
        types = [
            connection.execute(described.format(tmp_path / name)).fetchall() for name in ("a.parquet", "b.parquet")
        ]
    assert types[0] == types[1]


def test_row_groups_compression_and_the_types_of_datasets_stay_and_other_notes_go(tmp_path: Path) -> None:
    source = write(
        tmp_path / "a.parquet",
        "SELECT 'mot ' || i AS t FROM range(10000) r(i)",
        ", COMPRESSION zstd, ROW_GROUP_SIZE 4096, KV_METADATA {huggingface: '{\"a\": \"it''s\"}', author: 'Lucie'}",
    )
    rewrite_parquet(source, tmp_path / "b.parquet", lambda _, text: text.upper())
    with duckdb.connect() as connection:
        groups = [
            connection.execute(
                "SELECT DISTINCT row_group_id, row_group_num_rows, compression FROM parquet_metadata(?) ORDER BY 1",
                [str(tmp_path / name)],
            ).fetchall()
            for name in ("a.parquet", "b.parquet")
        ]
        notes = connection.execute("SELECT key, value FROM parquet_kv_metadata(?)", [str(tmp_path / "b.parquet")])
        assert notes.fetchall() == [(b"huggingface", b'{"a": "it\'s"}')]
    assert groups[0] == groups[1]
    assert read(tmp_path / "b.parquet")[9999] == ("MOT 9999",)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=20))
def test_a_rewrite_that_replaces_nothing_gives_the_same_rows(tmp_path: Path, texts: list[str | None]) -> None:
    source, copy = tmp_path / "a.parquet", tmp_path / "b.parquet"
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (a VARCHAR, b VARCHAR[])")
        connection.executemany("INSERT INTO t VALUES (?, ?)", [(text, [text]) for text in texts])
        connection.execute(f"COPY t TO '{source}' (FORMAT parquet)")
    rewrite_parquet(source, copy, lambda _, text: text)
    assert read(copy) == read(source)
    rewrite_parquet(source, copy, lambda _, text: text + "'\"")
    assert read(copy, "a") == [(None if text is None else text + "'\"",) for text in texts]


def test_bytes_that_files_do_not_come_in_are_said_to_be_unread_wherever_they_hide(tmp_path: Path) -> None:
    select = (
        "SELECT 'x' AS t, 'b'::BLOB AS raw, {'bytes': 'b'::BLOB, 'path': 'a.png'} AS image, 'y' AS \"BLOB\", "
        "[{'path': 'b.png', 'bytes': 'b'::BLOB}] AS images, {'a': {'b': 'c'::BLOB}} AS deep, MAP {'k': 'b'::BLOB} AS map"
    )
    source = write(tmp_path / "a.parquet", select)
    assert unread_columns(source, "a.parquet") == ["a.parquet#column=deep", "a.parquet#column=map"]
    assert media_columns(source) == {"raw": "raw", "image": "image", "images": "images"}
    assert [record.text for record in iter_parquet(source, "a.parquet")][-4:] == ["x", "a.png", "y", "b.png"]


def test_a_column_called_like_a_person_is_read_and_renamed_and_stands_in_no_uri(tmp_path: Path) -> None:
    source = write(tmp_path / "a.parquet", "SELECT 'x' AS \"lucie.garnier@mail.fr\", 'it''s' AS \"o'clock\"")
    records = list(iter_parquet(source, "a.parquet"))
    assert [record.text for record in records] == ["lucie.garnier@mail.fr", "o'clock", "x", "it's"]
    assert not any("lucie" in record.uri for record in records)
    rewrite_parquet(source, tmp_path / "b.parquet", lambda place, text: "[x]" if "@" in text else text)
    with duckdb.connect() as connection:
        described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(tmp_path / "b.parquet")])
        names = [name for name, *_ in described.fetchall()]
    assert names == ["[x]", "o'clock"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"PAR1" + b"\x00" * 40, Reason.CORRUPT), (b"PARE" + b"\x00" * 40 + b"PARE", Reason.UNSUPPORTED)],
)
def test_a_corrupt_or_encrypted_file_says_so(tmp_path: Path, content: bytes, reason: Reason) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    with pytest.raises(UnreadableError) as caught:
        list(iter_parquet(path, "a.parquet"))
    assert caught.value.reason is reason


def test_a_corrupt_row_group_leaves_no_half_written_copy(tmp_path: Path) -> None:
    select = "SELECT md5(i::VARCHAR) || ' secret' AS t FROM range(20000) r(i)"
    path = write(tmp_path / "a.parquet", select, ", ROW_GROUP_SIZE 4096")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 20_000] = b"\xff" * 20_000
    path.write_bytes(data)
    with pytest.raises(UnreadableError) as caught:
        rewrite_parquet(path, tmp_path / "b.parquet", lambda _, text: text)
    assert caught.value.reason is Reason.CORRUPT
    assert not (tmp_path / "b.parquet").exists()
    assert "secret" not in str(caught.value)


def test_an_operator_that_fails_leaves_no_copy_and_its_own_error(tmp_path: Path) -> None:
    source = write(tmp_path / "a.parquet", PEOPLE)

    def fail(place: str, text: str) -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        rewrite_parquet(source, tmp_path / "b.parquet", fail)
    assert not (tmp_path / "b.parquet").exists()


def test_a_row_over_the_limit_is_told(tmp_path: Path) -> None:
    source = write(tmp_path / "a.parquet", "SELECT repeat('a', 5000) AS t")
    with pytest.raises(UnreadableError, match="row 0 has more than 1000 bytes"):
        list(iter_parquet(source, "a.parquet", max_row_bytes=1000))
