"""A file that has another name in the copy has it in every text and table that lists it."""

from __future__ import annotations

import functools
import json
import pickle
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy_audit.engines.local import run
from privacy_audit.pipeline import anonymize
from privacy_audit.pipeline.renamed_files import RenamedFiles
from privacy_audit.pseudonyms import Pseudonyms
from privacy_audit.recipe import Recipe
from privacy_audit.types import Effect, Operation, TextSpan

KEY = bytes(range(32))
SCANNERS: dict[str, Any] = {"file_names": {}, "text_patterns": {}}
MANIFEST = {"files": [{"path": "audio/marie_lefebvre.txt"}, {"path": "audio/plain.txt"}], "note": "06 39 98 12 45"}
LINE = "Appelez le 06 39 98 12 45, voir audio/marie_lefebvre.txt puis marie_lefebvre.txt. Ou le 01 99 00 12 34.\n"


def made(old: str) -> list[Operation]:
    place = TextSpan(old.rfind("/") + 1, len(old))
    return [Operation(old, "text_label", Effect.REDACTED, "PERSON", place, ())]


def replaced(files: list[tuple[str, str]], text: str) -> str:
    renamed = RenamedFiles((old, new, made(old) if old != new else ()) for old, new in files)
    pieces, position = [], 0
    for start, end, told in renamed.places(text):
        pieces += [text[position:start], told.new]
        position = end
    return "".join([*pieces, text[position:]])


FILES = [("audio/marie dupont.wav", "audio/PERSON.wav"), ("a.txt", "a.txt"), ("Rose", "PERSON")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("audio/marie dupont.wav", "audio/PERSON.wav"),
        ("/data/audio/marie dupont.wav, a.txt", "/data/audio/PERSON.wav, a.txt"),
        ("(marie dupont.wav).", "(PERSON.wav)."),
        ("marie dupont.wav.", "PERSON.wav."),
        ("marie dupont.wav.bak", "marie dupont.wav.bak"),
        ("rosemarie dupont.wav", "rosemarie dupont.wav"),
        ("anne-marie dupont.wav", "anne-marie dupont.wav"),
        ("marie dupont.wave", "marie dupont.wave"),
        ("Rose est rose", "Rose est rose"),
    ],
)
def test_a_name_is_replaced_where_it_is_whole_and_not_inside_a_longer_one(text: str, expected: str) -> None:
    assert replaced(FILES, text) == expected


def test_a_base_name_that_got_two_new_names_is_left_and_the_paths_are_not() -> None:
    files = [("a/rose x.txt", "a/PERSON.txt"), ("b/rose x.txt", "b/PERSON-2.txt"), ("c/rose y.txt", "c/PERSON.txt")]
    assert replaced(files, "rose x.txt b/rose x.txt rose y.txt") == "rose x.txt b/PERSON-2.txt PERSON.txt"


def test_a_name_is_known_composed_and_decomposed() -> None:
    for form in ("NFC", "NFD"):
        text = unicodedata.normalize(form, "hélène.wav")
        assert replaced([("x/hélène.wav", "x/PERSON.wav")], text) == "PERSON.wav"


@given(st.text(max_size=40), st.text("ab /._-é", min_size=1, max_size=8), st.text(max_size=40))
def test_places_are_in_order_apart_and_hold_an_old_name(before: str, stem: str, behind: str) -> None:
    old = f"a/{stem}.wav"
    text = f"{before} {old} {behind}"
    position = 0
    for start, end, told in RenamedFiles([(old, "a/PERSON.wav", made(old))]).places(text):
        assert position <= start < end <= len(text)
        assert unicodedata.normalize("NFC", text[start:end]) in {
            unicodedata.normalize("NFC", name) for name in (old, old[old.rfind("/") + 1 :])
        }
        assert told.new in ("a/PERSON.wav", "PERSON.wav")
        position = end


def test_nothing_shows_an_old_name_and_another_process_gets_them() -> None:
    renamed = RenamedFiles([("a/rose x.txt", "a/PERSON.txt", made("a/rose x.txt"))])
    assert repr(renamed) == "RenamedFiles(2 hidden)"
    sent = pickle.loads(pickle.dumps(renamed))  # noqa: S301 - made in this test
    assert [told.new for _, _, told in sent.places("a/rose x.txt rose x.txt")] == ["a/PERSON.txt", "PERSON.txt"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "audio").mkdir(parents=True)
    (folder / "audio" / "marie_lefebvre.txt").write_text("Rien ici.\n")
    (folder / "audio" / "plain.txt").write_text("Rien ici.\n")
    (folder / "MANIFEST.json").write_text(json.dumps(MANIFEST))
    (folder / "list.csv").write_text("file,phone\nmarie_lefebvre.txt,06 39 98 12 45\naudio/marie_lefebvre.txt,\n")
    (folder / "lines.jsonl").write_text('{"f": "audio/marie_lefebvre.txt"}\n')
    (folder / "notes.txt").write_text(LINE)
    (folder / "talk.srt").write_text(f"1\n00:00:01,000 --> 00:00:02,000\n{LINE}")
    return folder


def tree(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and ".privacy-audit" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


@pytest.mark.parametrize("operator", ["text_label", "text_pseudonym", "text_surrogate"])
def test_manifests_tables_texts_and_transcripts_list_the_files_of_the_copy(
    source: Path, tmp_path: Path, operator: str
) -> None:
    recipe = Recipe("t", scanners=SCANNERS, operators={operator: {}})
    report = anonymize(source, tmp_path / "copy", recipe, pseudonyms=Pseudonyms(KEY))
    copy = tree(tmp_path / "copy")
    (new,) = (name for name in copy if name.startswith("audio/") and name != "audio/plain.txt")
    base = new.removeprefix("audio/")
    assert base != "marie_lefebvre.txt"
    manifest = json.loads(copy["MANIFEST.json"])
    assert [item["path"] for item in manifest["files"]] == [new, "audio/plain.txt"]
    assert [line.split(",")[0] for line in copy["list.csv"].splitlines()] == ["file", base, new]
    assert json.loads(copy["lines.jsonl"]) == {"f": new}
    assert f", voir {new} puis {base}. Ou le " in copy["notes.txt"]
    assert "12 45" not in copy["notes.txt"]
    assert "12 34" not in copy["notes.txt"]
    assert f", voir {new} puis {base}. Ou le " in copy["talk.srt"]
    assert report.treatment is not None
    assert (report.treatment.residual, report.treatment.quarantined) == ({}, 0)
    notes = tmp_path / "copy" / ".privacy-audit" / "operations.jsonl"
    done = [json.loads(line) for line in notes.read_text().splitlines()]
    listed = [item for item in done if item["record_uri"] == "notes.txt" and item["entity_type"] == "PERSON"]
    first = LINE.index("audio/")
    assert [(item["operator"], item["location"]["start"]) for item in listed] == [
        (operator, first),
        (operator, LINE.index("puis ") + 5),
    ]
    for path in (tmp_path / "copy").rglob("*"):
        assert "lefebvre" not in path.name
        assert path.is_dir() or b"lefebvre" not in path.read_bytes().lower(), path.name


def test_several_processes_write_the_same_names(source: Path, tmp_path: Path) -> None:
    recipe = Recipe("t", scanners=SCANNERS, operators={"text_label": {}})
    anonymize(source, tmp_path / "one", recipe)
    anonymize(source, tmp_path / "two", recipe, engine=functools.partial(run, jobs=2))
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_the_rest_of_a_finding_that_reaches_beyond_a_name_is_treated_too(source: Path, tmp_path: Path) -> None:
    (source / "notes.txt").write_text("01 99 00 12 34 marie_lefebvre.txt 06 39 98 12 45")
    anonymize(source, tmp_path / "copy", Recipe("t", scanners=SCANNERS, operators={"text_label": {}}))
    assert tree(tmp_path / "copy")["notes.txt"] == "<PHONE_NUMBER> PERSON.txt <PHONE_NUMBER>"
