"""JSON and JSON Lines: a record per text, and copies in which only the texts that change have other bytes."""

from __future__ import annotations

import codecs
import itertools
import json
import tracemalloc
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy_audit.errors import UnreadableError
from privacy_audit.sources.json_file import iter_json, rewrite_json
from privacy_audit.sources.table_file import read_table
from privacy_audit.sources.text_file import BadRow, iter_jsonl, rewrite_jsonl
from privacy_audit.types import Reason, TextRecord

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
KEYS = st.text('ab."\\é: ', max_size=4)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**16), 10**16)
    | st.floats(allow_nan=False)
    | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(KEYS, inside, max_size=3),
    max_leaves=8,
)
GAPS = st.sampled_from([b"\n", b"\r\n", b"\n\n", b"\n \t\n"])


def flat(value: Any) -> list[str]:
    """Every text and long number in the value, in order."""
    if isinstance(value, str):
        return [value]
    if type(value) is int and abs(value) >= 1_000_000:
        return [str(value)]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return list(itertools.chain.from_iterable(map(flat, inside)))


def records(path: Path, **limits: int) -> list[TextRecord]:
    items = list(iter_jsonl(path, "a.jsonl", **limits))
    assert all(isinstance(item, TextRecord) for item in items)
    return items  # type: ignore[return-value]  # checked above


def same(place: str, text: str) -> str:
    return text


def finds_marie(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if "Marie" in name)


@st.composite
def json_lines(draw: st.DrawFn) -> tuple[list[Any], bytes]:
    """Values, and a file of them as different programs would write it."""
    values = draw(st.lists(VALUES, min_size=1, max_size=4))
    lines = []
    for value in values:
        separators = draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,\t", " : ")]))
        line = json.dumps(value, ensure_ascii=draw(st.booleans()), separators=separators)
        lines += [line.encode(), draw(GAPS)]
    return values, draw(st.sampled_from([b"", codecs.BOM_UTF8])) + b"".join(lines)


@SETTINGS
@given(json_lines())
def test_lines_read_as_they_were_written_and_come_back_unchanged(
    tmp_path: Path, written: tuple[list[Any], bytes]
) -> None:
    values, data = written
    path, copy = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    path.write_bytes(data)
    assert [record.text for record in records(path)] == flat(values)
    assert rewrite_jsonl(path, copy, same) == 0
    assert copy.read_bytes() == data


@SETTINGS
@given(json_lines(), st.text(max_size=8), st.data())
def test_changing_one_text_changes_only_that_text(
    tmp_path: Path, written: tuple[list[Any], bytes], new: str, data: st.DataObject
) -> None:
    values, content = written
    before = flat(values)
    if not before:
        return
    chosen = data.draw(st.integers(0, len(before) - 1))
    path, copy = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    path.write_bytes(content)
    count = itertools.count()
    rewrite_jsonl(path, copy, lambda place, text: new if next(count) == chosen else text)
    assert [record.text for record in records(copy)] == [*before[:chosen], new, *before[chosen + 1 :]]


def test_all_other_bytes_of_the_line_stay(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    path.write_bytes(b'{ "a.b":"\\u0041\\/" , "n" : 1.50e0,"t":["Marie", "x" ]}\r\n\r\n[1]\n"seul"')
    rewrite_jsonl(path, copy, lambda place, text: "<PÉ>" if text == "Marie" else text)
    assert copy.read_bytes() == b'{ "a.b":"\\u0041\\/" , "n" : 1.50e0,"t":["<P\\u00c9>", "x" ]}\r\n\r\n[1]\n"seul"'


def test_rows_count_without_blank_lines_and_odd_keys_are_numbered(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": {"b": ["x", "y"]}}\n\n"seul"\n{"né(e)&": "z"}\n', encoding="utf-8")
    assert [record.uri for record in records(path)] == [
        "a.jsonl#row=0&column=a.b.0",
        "a.jsonl#row=0&column=a.b.1",
        "a.jsonl#row=1&column=",
        "a.jsonl#row=2&column=key_0",
    ]


@pytest.mark.parametrize(
    ("row", "language"),
    [
        ({"lang": "fr"}, "fr"),
        ({"language": "pt-BR"}, "pt-BR"),
        ({"lang": "french!"}, None),
        ({"lang": 3}, None),
        ({}, None),
    ],
)
def test_a_row_may_name_its_language(tmp_path: Path, row: dict[str, Any], language: str | None) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": "x", **row}))
    assert records(path)[0].language == language


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"a": "canary"', Reason.CORRUPT),
        (b"canary", Reason.CORRUPT),
        (b'{"a": "canary", "a": "b"}', Reason.CORRUPT),  # only the last would be read
        (b'{"a": "canary\0"}', Reason.CORRUPT),
        (b"\0canary", Reason.CORRUPT),
        (b'{"a": "canary\xff"}', Reason.ENCODING),
        (b'{"a": "canary\\ud800"}', Reason.ENCODING),
        (b"[" * 200 + b'"canary"' + b"]" * 200, Reason.CORRUPT),
        (b"[" * 50_000, Reason.CORRUPT),
        (b'{"a": "' + b"canary" * 200 + b'"}', Reason.TOO_LARGE),
        (b"9" * 6000, Reason.TOO_LARGE),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_bad_row_is_told_left_out_and_the_others_are_kept(tmp_path: Path, line: bytes, reason: Reason) -> None:
    path, copy = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    path.write_bytes(b'{"a": "x"}\n' + line + b'\n{"a": "y"}\n')
    limit = 1000 if reason is Reason.TOO_LARGE else 100_000
    items = list(iter_jsonl(path, "a.jsonl", max_line_bytes=limit))
    assert isinstance(items[1], BadRow)
    assert (items[1].uri, items[1].reason) == ("a.jsonl#row=1", reason)
    assert "canary" not in items[1].detail
    assert items[2] == TextRecord("a.jsonl#row=2&column=a", "y")
    assert rewrite_jsonl(path, copy, same, max_line_bytes=limit) == 1
    assert copy.read_bytes() == b'{"a": "x"}\n{"a": "y"}\n'


@SETTINGS
@given(
    st.lists(
        st.sampled_from([b'"a"', b"{", b"}", b"[", b"]", b":", b",", b"\n", b" ", b"1", b"\xff", b"\\"]), max_size=30
    )
)
def test_the_writer_leaves_out_exactly_what_the_reader_calls_bad(tmp_path: Path, parts: list[bytes]) -> None:
    path, copy = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    path.write_bytes(b"".join([*parts, b"\n"]))
    items = list(iter_jsonl(path, "a.jsonl"))
    n_bad = sum(isinstance(item, BadRow) for item in items)
    assert rewrite_jsonl(path, copy, same) == n_bad
    if copy.stat().st_size:
        again = list(iter_jsonl(copy, "a.jsonl"))
        assert [item.text for item in again if isinstance(item, TextRecord)] == [
            item.text for item in items if isinstance(item, TextRecord)
        ]
        assert len(again) == len(items) - n_bad


def test_a_line_of_300_mb_is_passed_over_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.truncate(300_000_000)  # zeros that take no room on the disk
        file.seek(0, 2)
        file.write(b'\n{"a": "x"}\n')
    tracemalloc.start()
    items = list(iter_jsonl(path, "a.jsonl", max_line_bytes=1_000_000))
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [getattr(item, "reason", None) for item in items] == [Reason.TOO_LARGE, None]
    assert peak_bytes < 5_000_000


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", Reason.EMPTY), (codecs.BOM_UTF8, Reason.EMPTY), ('"a"\n'.encode("utf-16"), Reason.ENCODING)],
    ids=str,
)
def test_lines_that_cannot_be_read_at_all_are_refused(tmp_path: Path, data: bytes, reason: Reason) -> None:
    path, copy = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    path.write_bytes(data)
    for use in (lambda: records(path), lambda: rewrite_jsonl(path, copy, same)):
        with pytest.raises(UnreadableError) as caught:
            use()
        assert caught.value.reason is reason
    assert not copy.exists()


@SETTINGS
@given(VALUES, st.sampled_from([None, 2]), st.booleans(), st.sampled_from([None, "utf-8-sig", "utf-16"]))
def test_a_document_comes_back_unchanged_in_its_own_encoding(
    tmp_path: Path, value: Any, indent: int | None, ascii_only: bool, codec: str | None
) -> None:
    path, copy = tmp_path / "a.json", tmp_path / "b.json"
    path.write_bytes(json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode(codec or "utf-8"))
    assert [record.text for record in iter_json(path, "a.json")] == flat(value)
    rewrite_json(path, copy, lambda place, text: text)
    assert copy.read_bytes() == path.read_bytes()


def test_a_text_of_a_document_is_changed_in_place(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.json", tmp_path / "b.json"
    path.write_text('{\n  "people": [\n    {"name": "Marie", "n": 1.0}\n  ]\n}\n', encoding="utf-16")
    assert [record.uri for record in iter_json(path, "a.json")] == ["a.json#column=people.0.name"]
    rewrite_json(path, copy, lambda place, text: "<PÉ>")
    assert copy.read_text(encoding="utf-16") == '{\n  "people": [\n    {"name": "<PÉ>", "n": 1.0}\n  ]\n}\n'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (b'{"a": "canary', Reason.CORRUPT),
        (b'"canary" "b"', Reason.CORRUPT),
        (b'"canary\xff"', Reason.ENCODING),
        (b'"' + b"canary" * 2000 + b'"', Reason.TOO_LARGE),
        (b"[" * 5000, Reason.CORRUPT),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_document_that_cannot_be_read_is_refused_and_no_copy_is_left(
    tmp_path: Path, data: bytes, reason: Reason
) -> None:
    path, copy = tmp_path / "a.json", tmp_path / "b.json"
    path.write_bytes(data)
    for use in (
        lambda: list(iter_json(path, "a.json", max_bytes=10_000)),
        lambda: rewrite_json(path, copy, lambda place, text: text, max_bytes=10_000),
    ):
        with pytest.raises(UnreadableError) as caught:
            use()
        assert caught.value.reason is reason
        assert "canary" not in caught.value.detail
    assert not copy.exists()


ODD = {"marie@exemple.fr": {"x": "a"}, "0639981245": "b", "Marie Lefebvre": "c", "a.b": "d", "key_1": "e", "âge": "f"}


def test_keys_that_hold_personal_data_are_read_and_stand_in_no_uri(tmp_path: Path) -> None:
    path, document = tmp_path / "a.jsonl", tmp_path / "a.json"
    path.write_text(json.dumps(ODD))
    document.write_text(json.dumps(ODD))
    of_lines = [(item.uri, item.text) for item in iter_jsonl(path, "f", finds=finds_marie)]  # type: ignore[union-attr]  # no bad rows
    assert of_lines == [
        ("f#row=0&key=0", "marie@exemple.fr"),
        ("f#row=0&key=1", "0639981245"),
        ("f#row=0&key=2", "Marie Lefebvre"),
        ("f#row=0&column=key_0.x", "a"),
        ("f#row=0&column=key_1_", "b"),
        ("f#row=0&column=key_2", "c"),
        ("f#row=0&column=key_3", "d"),
        ("f#row=0&column=key_1", "e"),
        ("f#row=0&column=%C3%A2ge", "f"),
    ]
    of_document = [(item.uri, item.text) for item in iter_json(document, "f", finds=finds_marie)]
    assert of_document == [(uri.replace("row=0&", ""), text) for uri, text in of_lines]
    path.write_text(json.dumps({**ODD, "marie@exemple.fr": 1}))
    assert list(read_table(path, "f", finds=finds_marie).sample)[:3] == ["key_0", "key_1_", "key_2"]


@SETTINGS
@given(st.dictionaries(st.text("aM@1. \u00e9_", max_size=8), st.text(max_size=3), max_size=6))
def test_no_two_values_of_an_object_have_one_uri_and_no_odd_key_shows(tmp_path: Path, value: dict[str, str]) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(value))
    uris = [item.uri for item in iter_json(path, "f") if "#column=" in item.uri]
    assert len(set(uris)) == len(value)
    assert not any("%40" in uri or "1111111" in uri for uri in uris)


def test_a_long_number_is_read_as_its_digits_and_replaced_by_a_text(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    path.write_bytes(
        b'{"1234567": 1234567, "n": [999999, -33639981245, 1234567.5, 1e9, 12345678e0, true], "t": "7654321"}'
    )
    assert [(record.uri, record.text) for record in records(path)][1:] == [
        ("a.jsonl#row=0&column=key_0", "1234567"),
        ("a.jsonl#row=0&column=n.1", "-33639981245"),
        ("a.jsonl#row=0&column=t", "7654321"),
    ]
    rewrite_jsonl(path, copy, lambda place, text: "<X>" if place.endswith(("n.1", "key_0")) else text)
    assert copy.read_bytes() == (
        b'{"1234567": "<X>", "n": [999999, "<X>", 1234567.5, 1e9, 12345678e0, true], "t": "7654321"}'
    )


def test_rows_may_be_left_out_by_number(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    path.write_bytes(b'"a"\n\n"b"\n"c"\n')
    assert rewrite_jsonl(path, copy, same, leave_out={1}) == 0
    assert copy.read_bytes() == b'"a"\n\n"c"\n'


@pytest.mark.parametrize("key", [b'"\\ud800 Canary"', b'"@\\udfff"'])
def test_half_a_character_in_a_key_is_told(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"{" + key + b": 1}\n")
    (bad,) = iter_jsonl(path, "a.jsonl")
    assert bad == BadRow("a.jsonl#row=0", Reason.ENCODING, "half a character (a lone surrogate)")
