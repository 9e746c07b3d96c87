"""CSV: cells by row and column, and copies in which only the cells that change have other bytes."""

from __future__ import annotations

import codecs
import csv
import re
import tracemalloc
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy_audit.errors import UnreadableError
from privacy_audit.sources.table_file import read_table
from privacy_audit.sources.text_file import BadRow, iter_csv, rewrite_csv
from privacy_audit.types import Reason, TextRecord

SETTINGS = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ANYTHING = st.lists(
    st.sampled_from(['"', '""', ",", ";", "\t", "|", "\n", "\r\n", "\r", " ", "a", "é", "1", "@", "💡", "nom"]),
    min_size=1,
    max_size=40,
).map("".join)
CELL = st.text('ab"\t\n\r, ;é💡', max_size=6)
ROWS = st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=5)
CODECS = {"utf-8": b"", "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}


def read(path: Path, **limits: int) -> list[TextRecord | BadRow]:
    return list(iter_csv(path, path.name, **limits))


def texts(path: Path) -> dict[str, str]:
    """Text by place, ``3.nom`` or ``header.column_0``; no bad rows."""
    found: dict[str, str] = {}
    for item in iter_csv(path, "f"):
        assert isinstance(item, TextRecord)
        found[spot(item.uri.removeprefix("f#"))] = item.text
    return found


def spot(fragment: str) -> str:
    return fragment.removeprefix("row=").replace("&column=", ".")


def same(place: str, text: str) -> str:
    return text


def finds_marie(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if "Marie" in name)


@SETTINGS
@given(ANYTHING, st.booleans(), st.sampled_from(sorted(CODECS)), st.sampled_from(["csv", "tsv"]))
def test_any_content_written_again_unchanged_has_the_same_bytes(
    tmp_path: Path, content: str, marked: bool, codec: str, suffix: str
) -> None:
    mark = CODECS[codec] or (codecs.BOM_UTF8 if marked else b"")
    path, copy = tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}"
    path.write_bytes(mark + content.encode(codec))
    bad = [item for item in read(path) if isinstance(item, BadRow)]
    left_out = rewrite_csv(path, copy, same)
    assert left_out == len(bad), "the writer leaves out what the reader calls bad, and nothing else"
    if bad:
        assert (path.read_bytes()).startswith(copy.read_bytes()), "only an open quote at the end is bad here"
    else:
        assert copy.read_bytes() == path.read_bytes()


@SETTINGS
@given(ROWS, st.sampled_from([(csv.QUOTE_MINIMAL, "\r\n"), (csv.QUOTE_ALL, "\n"), (csv.QUOTE_ALL, "\r\n")]))
def test_cells_read_as_they_were_written_ragged_rows_too(
    tmp_path: Path, rows: list[list[str]], style: tuple[int, str]
) -> None:
    path = tmp_path / "a.tsv"
    quoting, line_end = style
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", quoting=quoting, lineterminator=line_end)  # type: ignore[arg-type]  # one of its constants
        writer.writerow(["first", "second"])
        writer.writerows(rows)
    names = ["first", "second", "column_2", "column_3"]
    assert texts(path) == {
        f"{number}.{names[index]}": text
        for number, cells in enumerate(rows)
        for index, text in enumerate(cells)
        if text.strip()
    }


@SETTINGS
@given(
    st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=4), st.text('xé"\n,\t', max_size=5), st.data()
)
def test_changing_one_cell_changes_only_that_cell(
    tmp_path: Path, rows: list[list[str]], new: str, data: st.DataObject
) -> None:
    path, copy = tmp_path / "a.tsv", tmp_path / "b.tsv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t").writerows([["first", "second"], *rows])
    before = texts(path)
    if not before:
        return
    place = data.draw(st.sampled_from(sorted(before)))
    new = f"x{new}x"  # a blank cell is no record
    rewrite_csv(path, copy, lambda fragment, text: new if spot(fragment) == place else text)
    assert texts(copy) == {**before, place: new}


def test_the_bytes_of_the_other_cells_stay(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.csv", tmp_path / "b.csv"
    path.write_bytes(b'nom,"note"\r\nMarie,"a ""b"""\n\n"Jean" ,  x\rLucie,"1\r\n2",3')
    done = rewrite_csv(path, copy, lambda place, text: "<PERSON>" if place.endswith("nom") else text)
    assert done == 0
    assert copy.read_bytes() == (b'nom,"note"\r\n<PERSON>,"a ""b"""\n\n"<PERSON>",  x\r<PERSON>,"1\r\n2",3')


@pytest.mark.parametrize("new", ["a,b", 'a"b', "a\nb", "a\rb", '"'])
def test_a_new_text_that_needs_quotes_gets_them(tmp_path: Path, new: str) -> None:
    path, copy = tmp_path / "a.csv", tmp_path / "b.csv"
    path.write_text("nom,ville\nMarie,Lyon\n", encoding="utf-8")
    rewrite_csv(path, copy, lambda place, text: new if place.endswith("nom") else text)
    assert texts(copy) == {"0.nom": new, "0.ville": "Lyon"}


def test_rows_count_from_the_one_below_the_header_and_blank_lines_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\nnom,né(e) le\n\nMarie,hier\n  \nJean,demain\n", encoding="utf-8")
    assert [item.uri for item in read(path)] == [
        "a.csv#header&column=column_1",
        "a.csv#row=0&column=nom",
        "a.csv#row=0&column=n%C3%A9%28e%29%20le",
        "a.csv#row=1&column=nom",
        "a.csv#row=1&column=n%C3%A9%28e%29%20le",
    ]


@pytest.mark.parametrize("first", ["marie@exemple.fr,Lyon", "0639981245,Lyon", "12,Lyon", "x" * 65 + ",Lyon"])
def test_a_first_row_that_is_data_is_read_as_data(tmp_path: Path, first: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{first}\njean@exemple.fr,Nice\n", encoding="utf-8")
    assert texts(path)["0.column_0"] == first.partition(",")[0]
    assert texts(path)["1.column_1"] == "Nice"


def test_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("nom,nom,\na,b,c\n", encoding="utf-8")
    assert texts(path) == {"0.nom": "a", "0.nom.1": "b", "0.column_2": "c"}


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"nom{mark}note\nMarie{mark}un, deux; trois\nJean{mark}non\n", encoding="utf-8")
    assert texts(path)["1.note"] == "non"
    assert texts(path)["0.nom"] == "Marie"


def test_a_row_over_the_limit_is_told_left_out_and_the_others_are_kept(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.csv", tmp_path / "b.csv"
    path.write_text(f"nom,note\nMarie,a\nJean,{'canary' * 20}\nLucie,b\n", encoding="utf-8")
    items = read(path, max_field_bytes=60)
    bad = [item for item in items if isinstance(item, BadRow)]
    assert [(item.uri, item.reason) for item in bad] == [("a.csv#row=1", Reason.TOO_LARGE)]
    assert "canary" not in bad[0].detail
    assert items[-1] == TextRecord("a.csv#row=2&column=note", "b")
    assert rewrite_csv(path, copy, same, max_field_bytes=60) == 1
    assert copy.read_text(encoding="utf-8") == "nom,note\nMarie,a\nLucie,b\n"


def test_a_row_with_a_nul_is_told_and_left_out(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.csv", tmp_path / "b.csv"
    path.write_bytes(b"nom,note\nMarie,a\nJe\0an,b\nLucie,c\n")
    bad = [item for item in read(path) if isinstance(item, BadRow)]
    assert bad == [BadRow("a.csv#row=1", Reason.CORRUPT, "a NUL character")]
    assert rewrite_csv(path, copy, same) == 1
    assert copy.read_bytes() == b"nom,note\nMarie,a\nLucie,c\n"


def test_an_open_quote_takes_the_rest_and_is_told(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.csv", tmp_path / "b.csv"
    path.write_bytes(b'nom,note\nMarie,a\nJean,"b\nLucie,c\n')
    items = read(path)
    assert items[-1] == BadRow("a.csv#row=1", Reason.CORRUPT, "a quote is never closed")
    assert rewrite_csv(path, copy, same) == 1
    assert copy.read_bytes() == b"nom,note\nMarie,a\n"


def test_a_row_over_endless_lines_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'nom,note\nMarie,"x' + b'\n","x' * 200_000)
    tracemalloc.start()
    first = next(iter_csv(path, "a.csv", max_field_bytes=1000))
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(first, BadRow)
    assert first.reason is Reason.TOO_LARGE
    assert peak_bytes < 2_000_000


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (codecs.BOM_UTF8, Reason.EMPTY),
        (b"nom\ncanary-\xe9\n", Reason.ENCODING),
        (codecs.BOM_UTF16_LE + "nom\ncanary".encode("utf-16-le") + b"x", Reason.ENCODING),
    ],
    ids=str,
)
def test_a_table_that_cannot_be_read_is_refused_and_no_copy_is_left(
    tmp_path: Path, data: bytes, reason: Reason
) -> None:
    path, copy = tmp_path / "a.csv", tmp_path / "b.csv"
    path.write_bytes(data)
    for use in (lambda: read(path), lambda: rewrite_csv(path, copy, same)):
        with pytest.raises(UnreadableError) as caught:
            use()
        assert caught.value.reason is reason
        assert "canary" not in caught.value.detail
    assert not copy.exists()


def test_a_crash_while_writing_leaves_no_half_a_copy(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.csv", tmp_path / "b.csv"
    path.write_text("nom\nMarie\n", encoding="utf-8")

    def crash(place: str, text: str) -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rewrite_csv(path, copy, crash)
    assert not copy.exists()


def test_the_writer_meets_the_cells_that_the_reader_gives(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.csv", tmp_path / "b.csv"
    path.write_text('nom,Une note\nMarie," "\n,b,c\n\n"é ""x""",d\n', encoding="utf-8")
    met: dict[str, str] = {}

    def note(place: str, text: str) -> str:
        met[spot(place)] = text
        return text

    rewrite_csv(path, copy, note)
    assert met == texts(path)
    assert all(re.fullmatch(r"(?:\d+|header)\.(?:\w|%20)+", place) for place in met)
    assert met["header.column_1"] == "Une note"


def test_a_name_in_the_first_row_of_a_table_without_a_header_is_read_and_stands_in_no_uri(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Marie Lefebvre,Lyon\nJean Martin,Nice\n", encoding="utf-8")
    items = list(iter_csv(path, "a.csv", finds=finds_marie))
    assert [(item.uri, getattr(item, "text", "")) for item in items] == [
        ("a.csv#header&column=column_0", "Marie Lefebvre"),
        ("a.csv#header&column=column_1", "Lyon"),
        ("a.csv#row=0&column=column_0", "Jean Martin"),
        ("a.csv#row=0&column=Lyon", "Nice"),
    ]
    assert set(read_table(path, "a.csv", finds=finds_marie).sample) == {"column_0", "Lyon"}


def test_ordinary_names_of_columns_are_no_records(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("nom,prenom,user_id,birthDate,x1\nGarnier,Lucie,1,2,3\n", encoding="utf-8")
    assert all("#row=0" in item.uri for item in read(path))
    assert [item.uri for item in iter_csv(path, "a.csv", finds=frozenset)] == [item.uri for item in read(path)]


@SETTINGS
@given(st.lists(st.sampled_from(["nom", "Marie", "Marie L.", "Nom complet", "", 'a"b', "é;è"]), min_size=2, max_size=4))
def test_every_header_cell_that_holds_a_name_can_be_replaced_and_nothing_else_changes(
    tmp_path: Path, header: list[str]
) -> None:
    path, copy = tmp_path / "a.csv", tmp_path / "b.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, ["Lyon"] * len(header)])
    uris = [item.uri for item in iter_csv(path, "f", finds=finds_marie)]
    assert not any("Marie" in uri for uri in uris)
    assert len(set(uris)) == len(uris)
    rewrite_csv(path, copy, lambda place, text: text.replace("Marie", "<X>"), finds=finds_marie)
    with copy.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [[name.replace("Marie", "<X>") for name in header], ["Lyon"] * len(header)]
