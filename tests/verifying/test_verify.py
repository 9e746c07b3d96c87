"""verify() from end to end: a copy that holds, copies that do not, and what was not tested is said."""

from __future__ import annotations

import dataclasses
import gzip
import json
import re
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from privacy_audit.errors import UsageError
from privacy_audit.legal.strings import LANGUAGES, Language
from privacy_audit.models import dlib_faces
from privacy_audit.pipeline import anonymize
from privacy_audit.recipe import Recipe
from privacy_audit.verifying import Check, VerifyReport, verify, write
from privacy_audit.verifying.markdown import render, words
from privacy_audit.verifying.values import settled
from privacy_audit.verifying.voices import ATTACKERS

NAME, EMAIL = "Hélène Marchand", "helene.marchand@orange.fr"
RECIPE = Recipe(
    "test",
    scanners={"text_patterns": {}, "text_names": {}, "file_names": {}, "image_metadata": {}, "table_uniqueness": {}},
    operators={"text_label": {}, "image_strip_metadata": {}},
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "notes.txt").write_text(f"Réunion avec {NAME}, à joindre par {EMAIL}.", encoding="utf-8")
    (folder / "helene_marchand.txt").write_text("Rien ici.", encoding="utf-8")
    (folder / "liste.txt").write_text("Fichiers : helene_marchand.txt, notes.txt", encoding="utf-8")
    rows = "".join(f"{20 + row},Lyon,{row}\n" for row in range(9))
    (folder / "table.csv").write_text(f"age,ville,x\n{rows}", encoding="utf-8")
    exif = Image.Exif()
    exif[0x013B] = NAME
    Image.fromarray(np.full((40, 40, 3), 90, np.uint8)).save(folder / "photo.jpg", exif=exif)
    return folder


def treated(source: Path) -> Path:
    copy = source.parent / "copy"
    anonymize(source, copy, RECIPE)
    return copy


def checks(report: VerifyReport) -> dict[str, Check]:
    return {check.name: check for check in report.checks}


def results(report: VerifyReport, *names: str) -> Sequence[str]:
    return [checks(report)[name].result for name in names]


def test_a_treated_copy_holds_against_what_is_tested_but_for_its_unique_rows(source: Path) -> None:
    report = verify(treated(source), source.parent / "out", RECIPE, original=source)
    held = ("second_reading_of_metadata", "surviving_values", "identical_copies")
    assert results(report, *held) == ["not_disproved"] * 3
    assert report.residual == {"UNIQUE_COMBINATION": {"MEDIUM": 1}}
    assert checks(report)["surviving_values"].figures["values"] == 2  # the name, the address
    assert checks(report)["unique_rows"].result == "disproved"
    assert checks(report)["unique_rows"].figures == {"unique": 9, "rows": 9, "tables": 1, "unique_before": 9}
    assert report.disproved


@pytest.mark.parametrize("name", ["tables.zip", "table.csv.gz"])
def test_rows_of_tables_in_containers_and_packed_files_are_counted(source: Path, name: str) -> None:
    table = source / "table.csv"
    if name.endswith(".zip"):
        with zipfile.ZipFile(source / name, "w") as archive:
            archive.write(table, "a/table.csv")
    else:
        (source / name).write_bytes(gzip.compress(table.read_bytes()))
    table.unlink()
    report = verify(treated(source), source.parent / "out", RECIPE, original=source)
    assert checks(report)["unique_rows"].figures == {"unique": 9, "rows": 9, "tables": 1, "unique_before": 9}


def test_a_name_that_stands_in_another_file_of_the_copy_survives(source: Path) -> None:
    copy = treated(source)
    (copy / "table.csv").write_text("x\nHELENE MARCHAND\n", encoding="utf-8")
    report = verify(copy, source.parent / "out", RECIPE, original=source)
    assert checks(report)["surviving_values"].result == "disproved"
    assert checks(report)["surviving_values"].figures["files"] == 1


def test_a_file_that_was_put_back_as_it_was_is_told(source: Path) -> None:
    copy = treated(source)
    (copy / "photo.jpg").write_bytes((source / "photo.jpg").read_bytes())
    report = verify(copy, source.parent / "out", RECIPE, original=source)
    names = ("residual_findings", "identical_copies", "second_reading_of_metadata")
    assert results(report, *names) == ["disproved"] * 3


def test_a_member_of_a_container_that_was_put_back_as_it_was_is_told(source: Path) -> None:
    names = ("liste.txt", "notes.txt")  # in the first nothing is found
    with tarfile.open(source / "shard.tar", "w") as shard:
        for name in names:
            shard.add(source / name, f"a/{name}")
    (source / "liste.txt").unlink()
    notes = (source / "notes.txt").rename(source.parent / "notes.txt")
    copy = treated(source)
    compared = verify(copy, source.parent / "out", RECIPE, original=source)
    assert checks(compared)["identical_copies"].figures == {"equal": 0, "files": 5}
    with tarfile.open(copy / "shard.tar", "w") as shard:
        shard.add(notes, "elsewhere.txt")
    compared = verify(copy, source.parent / "again", RECIPE, original=source)
    assert checks(compared)["identical_copies"].figures == {"equal": 1, "files": 4}


def test_a_file_with_a_hash_sign_in_its_name_that_was_put_back_is_told_by_its_name(source: Path) -> None:
    (source / "dossier").mkdir()
    (source / "dossier" / "n#1.txt").write_text(f"Lettre de {NAME}, {EMAIL}.", encoding="utf-8")
    (source / "dossier" / "n").write_text("Rien ici non plus.", encoding="utf-8")
    (source / "dossier" / "t#1#2.csv").write_text(f"ville,mail\nLyon,{EMAIL}\n", encoding="utf-8")
    copy = treated(source)
    compared = verify(copy, source.parent / "out", RECIPE, original=source)
    assert checks(compared)["identical_copies"].figures["equal"] == 0
    for name in ("n#1.txt", "t#1#2.csv"):
        (copy / "dossier" / name).write_bytes((source / "dossier" / name).read_bytes())
    compared = verify(copy, source.parent / "again", RECIPE, original=source)
    assert checks(compared)["identical_copies"].figures["equal"] == 2


def test_without_the_original_or_a_basis_nothing_is_compared_and_that_is_said(source: Path) -> None:
    copy = treated(source)
    alone = checks(verify(copy, source.parent / "out", RECIPE))
    assert (alone["surviving_values"].result, alone["surviving_values"].why_not) == ("not_tested", "no_original")
    beside = checks(verify(copy, source.parent / "out", RECIPE, original=source))
    assert beside["face_linkage_pixels"].why_not == "no_basis"
    based = checks(verify(copy, source.parent / "out", RECIPE, original=source, basis="test"))
    assert based["face_linkage_pixels"].why_not == "few_faces"


def test_another_original_is_no_original(source: Path) -> None:
    copy = treated(source)
    for path in source.iterdir():
        path.write_bytes(path.read_bytes() + b" ")
    report = verify(copy, source.parent / "out", RECIPE, original=source)
    assert checks(report)["surviving_values"].why_not == "original_changed"


@pytest.mark.parametrize(
    ("which", "message"),
    [("source", "is no treated copy; first run: privacy-audit anonymize"), ("copy", "give --original too")],
)
def test_what_cannot_be_verified_is_refused_with_what_to_do(source: Path, which: str, message: str) -> None:
    folder = source if which == "source" else treated(source)
    with pytest.raises(UsageError, match=re.escape(message)):
        verify(folder, source.parent / "out", RECIPE, basis="test")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_written_verification_says_everything_and_names_nobody(source: Path, language: Language) -> None:
    report = verify(treated(source), source.parent / "out", RECIPE, original=source, basis="accord du | <b>DPO</b>")
    markdown, data = write(report, source.parent / "out", language)
    text = markdown.read_text(encoding="utf-8")
    assert all(words(language)(f"check_{check.name}") in text for check in report.checks)
    assert "<b>" not in text
    for path in (markdown, data):
        assert not re.search("marchand|orange", path.read_text(encoding="utf-8"), re.IGNORECASE)
    assert json.loads(data.read_text(encoding="utf-8"))["schema_version"] == report.schema_version


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_have_the_same_sentences_and_no_claim(language: Language) -> None:
    texts = words(language).texts
    assert texts.keys() == words("fr").texts.keys()
    said = [text for key, text in texts.items() if key != "closing"]
    assert not [text for text in said if re.search(r"anonym|conform|complian|\bsafe\b|\bsûr", text, re.IGNORECASE)]
    if language == "fr":
        assert not [text for text in texts.values() if re.search(r" [;:?!%»]|« |'", text)]


def test_the_second_detector_is_asked_for_by_the_name_of_its_extra(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dlib_faces, "is_installed", lambda: False)
    report = verify(treated(source), source.parent / "out", RECIPE)
    assert checks(report)["second_face_detector"].why_not == "extra_verify"
    assert "privacy-audit[verify]" in render(report, "en").replace("\\[", "[")


@pytest.mark.parametrize(("eer", "reached"), [(0.21, False), (0.30, True), (0.44, True)])
def test_whether_disguised_voices_reach_the_goal_is_said_in_words(source: Path, eer: float, reached: bool) -> None:
    report = verify(treated(source), source.parent / "out", RECIPE)
    figures = [
        settled(f"voice_linkage_{attacker}", "linkage", True, eer=rate, rank_1=0.9, chance=0.1, voices=10)
        for attacker, rate in zip(ATTACKERS, (0.5, 0.45, eer), strict=True)
    ]
    told = dataclasses.replace(report, checks=(*report.checks, *figures))
    assert ("the goal of 30% is not reached" in render(told, "en")) is not reached
    assert ("l’objectif de 30\u202f% est atteint" in render(told, "fr")) is reached
    assert "goal" not in render(report, "en")
