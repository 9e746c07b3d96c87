"""Personal data in a header, a key or a number: told without its value, and replaced or not copied."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from stdnum.fr import nir

from privacy_audit.pipeline import anonymize, scan
from privacy_audit.pipeline.checking import check_files
from privacy_audit.recipe import Recipe

NAME = "Camille Lefebvre"
EMAIL = "camille.lefebvre@courriel-invente.fr"
BODY = "2840599999042"
NIR = BODY + nir.calc_check_digits(BODY)  # commune 999: nobody was given such a number
RECIPE = Recipe(
    "t", scanners={"text_patterns": {}, "text_names": {}, "table_columns": {}}, operators={"text_label": {}}
)


def own_lines(copy: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (copy / ".privacy-audit" / name).read_text().splitlines()]


def treated(tmp_path: Path, name: str, content: str) -> bytes | None:
    """The treated copy; nothing that is told of it, of the scan or of a check holds what was planted."""
    source, copy, audit = tmp_path / name, tmp_path / "copy", tmp_path / "audit"
    source.write_text(content, encoding="utf-8")
    scan([source], audit, RECIPE)
    anonymize(source, copy, RECIPE)
    told = [path.read_text() for folder in (audit, copy / ".privacy-audit") for path in folder.rglob("*.*json*")]
    told += [(audit / "report.html").read_text(), *check_files([source], RECIPE).lines]
    for word in ("lefebvre", "camille", NIR, "990420"):
        assert not [text for text in told if word in text.casefold()]
    written = copy / name
    return written.read_bytes() if written.exists() else None


def test_a_first_row_that_is_somebody_is_replaced_like_the_rows_below_it(tmp_path: Path) -> None:
    written = treated(tmp_path, "rows.csv", f"{NAME},Lyon\nLucie Garnier,Nice\n")
    assert written == b"<PERSON>,Lyon\n<PERSON>,Nice\n"
    uris = [line["record_uri"] for line in own_lines(tmp_path / "copy", "operations.jsonl")]
    assert uris == ["rows.csv#header&column=column_0", "rows.csv#row=0&column=column_0"]


def test_ordinary_headers_stay_and_hold_nothing(tmp_path: Path) -> None:
    content = "Nom,Date de naissance,ID_CLIENT,Prix unitaire,Blood Type,prenom\nx,y,z,1,B,-\n"
    assert treated(tmp_path, "rows.csv", content) == content.encode()
    assert own_lines(tmp_path / "copy", "operations.jsonl") == []


@pytest.mark.parametrize("key", [NAME, EMAIL, f"note {NIR}"])
def test_a_row_with_personal_data_in_a_key_is_not_copied_and_told(tmp_path: Path, key: str) -> None:
    rows = [{"text": "a"}, {"text": "b", "of": {key: {"seen": EMAIL}}}, {"text": EMAIL}]
    written = treated(tmp_path, "rows.jsonl", "\n".join(map(json.dumps, rows)) + "\n")
    assert written == b'{"text": "a"}\n{"text": "<EMAIL_ADDRESS>"}\n'
    (told,) = own_lines(tmp_path / "copy", "quarantine.jsonl")
    assert (told["path"], told["reason"]) == ("rows.jsonl#row=1", "UNSUPPORTED")
    assert "a key holds personal data" in told["detail"]
    (line,) = [line for line in check_files([tmp_path / "rows.jsonl"], RECIPE).lines if "in a key" in line]
    assert "row 1, in a key: " in line


def test_a_document_with_personal_data_in_a_key_is_not_copied(tmp_path: Path) -> None:
    assert treated(tmp_path, "doc.json", json.dumps({"people": {EMAIL: 1}})) is None
    (told,) = own_lines(tmp_path / "copy", "quarantine.jsonl")
    assert (told["path"], told["reason"]) == ("doc.json", "UNSUPPORTED")


@pytest.mark.parametrize("name", ["rows.jsonl", "doc.json"])
def test_a_number_that_identifies_somebody_is_replaced(tmp_path: Path, name: str) -> None:
    written = treated(tmp_path, name, f'{{"secu": {NIR}, "n": 12, "x": 1.0, "ok": true}}\n')
    assert written == b'{"secu": "<FR_NIR>", "n": 12, "x": 1.0, "ok": true}\n'
