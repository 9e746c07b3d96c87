"""``privacy-audit find`` on a data set: every medium, nothing quoted, what was not searched is told."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from privacy_audit import pipeline
from privacy_audit.cli.main import cli
from privacy_audit.finding.query import parse_query
from privacy_audit.finding.searching import find
from privacy_audit.pipeline.erasing import EraseList
from privacy_audit.recipe import load_recipe
from privacy_audit.types import Confidence, Segment

NAME = "Camille Zorquentine"
RECIPE = "pre-commit"
"""Loads no model."""


def plant(root: Path) -> Path:
    """Her in every medium, and people called alike."""
    root.mkdir()
    (root / "letter.txt").write_text(
        f"Bonjour,\nici {NAME}.\nCamille Zorquentinel, Luc Zorquentine et M. Zorquentine.\n"
    )
    (root / "people.csv").write_text("nom,prenom,ville\nZorquentine,Camille,Lyon\nZorquentine,Luc,Nice\n")
    captions = [{"caption": "un chat"}, {"caption": f"portrait de {NAME.upper()}"}, {"auteur": "Zorquentine, Camille"}]
    (root / "captions.jsonl").write_text("\n".join(map(json.dumps, captions)))
    info = PngInfo()
    info.add_itxt("Author", NAME)
    Image.new("RGB", (16, 16), "white").save(root / "drawing.png", pnginfo=info)
    soundfile.write(root / "camille_zorquentine.wav", np.zeros(24_000, np.float32), 8_000)
    soundfile.write(root / "talk.wav", np.zeros(24_000, np.float32), 8_000)
    (root / "talk.srt").write_text(f"1\n00:00:00,500 --> 00:00:02,000\nalors {NAME} vous rappelle\n")
    return root


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return plant(tmp_path / "data")


def invoke(*arguments: str, stdin: str = f"{NAME}\n") -> Result:
    result = CliRunner().invoke(
        cli, ["find", *arguments, "-r", RECIPE, "-j", "1", "--no-ocr"], stdin, standalone_mode=False
    )
    assert result.exception is None, result.exception
    return result


def test_she_is_found_in_every_medium_with_her_place(planted: Path) -> None:
    report = find([planted], parse_query([("name", NAME)]), load_recipe(RECIPE), ocr=False)
    found = {(p.file, p.medium, p.where.split(", char")[0]) for p in report.places if p.confidence > Confidence.LOW}
    assert found == {
        ("letter.txt", "text", "line 2"),
        ("people.csv", "cell", "row 0, column nom"),
        ("people.csv", "cell", "row 0, column prenom"),
        ("captions.jsonl", "cell", "row 1, column caption"),
        ("captions.jsonl", "cell", "row 2, column auteur"),
        ("drawing.png", "tag", "tag PNG:Author"),
        ("camille_zorquentine.wav", "path", "characters 0-19"),
        ("talk.wav", "speech", "0.5-2.0 s"),
        ("talk.srt", "text", "line 3"),
    }
    assert [p.how for p in report.places if p.confidence is Confidence.LOW] == ["title"]


def test_she_is_found_inside_an_archive_and_what_is_low_is_left_for_review(planted: Path) -> None:
    with tarfile.open(planted / "shard.tar", "w") as shard:
        shard.add(planted / "letter.txt", "letter.txt")
    result = invoke("data", "--name", "-", "--format", "json", "--erase-list", "list.jsonl")
    places = [place for place in json.loads(result.stdout)["places"] if place["file"] == "shard.tar::letter.txt"]
    assert [(place["line"], place["confidence"]) for place in places] == [(2, "HIGH"), (3, "LOW")]
    lines = [json.loads(line) for line in Path("list.jsonl").read_text().splitlines()[1:]]
    inside = [line for line in lines if line["file"].startswith("shard.tar")]
    assert [(line["action"], line["source"]) for line in inside] == [("treat", "shard.tar"), ("review", "shard.tar")]
    assert {line["size_bytes"] for line in inside} == {(planted / "shard.tar").stat().st_size}


def test_names_of_members_are_searched_and_a_container_without_any_is_told(planted: Path) -> None:
    with zipfile.ZipFile(planted / "b.zip", "w") as outer:
        outer.write(planted / "camille_zorquentine.wav", "x/camille_zorquentine.wav")
        outer.write(planted / "people.csv", "rows.csv")
    tarfile.open(planted / "empty.tar", "w").close()
    report = find([planted], parse_query([("name", NAME)]), load_recipe(RECIPE), ocr=False)
    inside = {(place.record_uri, place.medium) for place in report.places if place.file.startswith("b.zip::")}
    assert inside == {
        ("b.zip::x/camille_zorquentine.wav#path", "path"),
        ("b.zip::rows.csv#row=0&column=nom", "cell"),
        ("b.zip::rows.csv#row=0&column=prenom", "cell"),
    }
    assert [(item.record_uri, item.reason) for item in report.unread] == [("empty.tar", "EMPTY")]


def test_cells_of_parquet_and_arrow_are_searched(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow", reason="needs the extra arrow")
    import pyarrow.parquet as pq

    files = [{"bytes": b"rien", "path": "camille_zorquentine.txt"}, {"bytes": f"ici {NAME}".encode(), "path": "b.txt"}]
    table = pa.table({"name": ["Luc", NAME], "file": files})
    pq.write_table(table, tmp_path / "t.parquet")
    with pa.OSFile(str(tmp_path / "t.arrow"), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    report = find([tmp_path], parse_query([("name", NAME)]), load_recipe(RECIPE), ocr=False)
    places = [(place.file, place.row, place.column) for place in report.places]
    cells = [(0, "file.path"), (1, "file"), (1, "name")]
    assert sorted(places) == [(name, *cell) for name in ("t.arrow", "t.parquet") for cell in cells]


def test_what_was_not_searched_is_told_and_has_its_exit_code(planted: Path) -> None:
    (planted / "broken.txt").write_bytes(b"\xff\xfe\x00")
    result = invoke("data", "--name", "-", "--format", "json")
    told = json.loads(result.stdout)
    assert result.return_value == 3
    assert [item["record_uri"] for item in told["not_searched"]] == ["broken.txt"]
    assert any("without a transcript" in note for note in told["notes"])
    assert any("words were not read" in note for note in told["notes"])


def test_the_exit_code_says_found_or_not(planted: Path) -> None:
    assert invoke("data", "--name", "-").return_value == 1
    assert invoke("data", "--name", "-", stdin="Odile Personne\n").return_value == 0


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_no_output_quotes_the_value(planted: Path, form: str) -> None:
    (planted / "camille_zorquentine.wav").unlink()  # a path is a place, and can hold a name
    result = invoke(
        "data", "--name", "-", "--format", form, "-o", "out", "--erase-list", "list.jsonl", "--script", "go.sh"
    )
    texts = [result.stdout, result.stderr, *(Path(name).read_text() for name in ("out", "list.jsonl", "go.sh"))]
    assert all(texts[1:])
    assert not any("orquentine" in text for text in texts)


def test_a_value_in_the_command_line_is_warned_of(planted: Path) -> None:
    assert "list of processes" in invoke("data", "--name", NAME).stderr
    assert "list of processes" not in invoke("data", "--name", "-").stderr


def test_csv_has_one_line_per_place_and_no_formula(planted: Path) -> None:
    (planted / "=1+1.txt").write_text(NAME)
    lines = list(csv.DictReader(io.StringIO(invoke("data", "--name", "-", "--format", "csv").stdout)))
    assert {line["confidence"] for line in lines} == {"HIGH", "LOW"}
    assert "'=1+1.txt" in {line["file"] for line in lines}


def test_the_erase_list_treats_places_drops_rows_and_leaves_files_out(planted: Path) -> None:
    (planted / "CamilleZorquentine.txt").write_text("rien")
    invoke("data", "--name", "-", "--erase-list", "list.jsonl")
    Path("treat.yaml").write_text(
        "name: treat\nscanners: {text_patterns: , image_metadata: , audio_tags: }\n"
        "operators: {text_label: , image_strip_metadata: , audio_bleep: , audio_strip_tags: }\n"
    )
    erase = EraseList.read(Path("list.jsonl"))
    report = pipeline.anonymize("data", "copy", load_recipe("treat.yaml"), erase=erase)
    assert erase.n_review == 1
    assert Path("copy/letter.txt").read_text().splitlines()[1:] == [
        "ici <PERSON>.",
        "Camille Zorquentinel, Luc Zorquentine et M. Zorquentine.",
    ]
    assert Path("copy/people.csv").read_text() == "nom,prenom,ville\nZorquentine,Luc,Nice\n"
    captions = [json.loads(line) for line in Path("copy/captions.jsonl").read_text().splitlines()]
    assert captions == [{"caption": "un chat"}, {"caption": "portrait de <PERSON>"}]
    assert "PERSON" in Path("copy/talk.srt").read_text()
    assert not Path("copy/camille_zorquentine.wav").exists()
    assert Path("copy/PERSON.txt").read_text() == "rien"
    assert report.coverage.left_out == {"erase list": 1}
    operations = [json.loads(line) for line in Path("copy/.privacy-audit/operations.jsonl").read_text().splitlines()]
    assert ("people.csv#row=0", "erase list") in {(line["record_uri"], line["operator"]) for line in operations}
    assert Path("copy/.privacy-audit/quarantine.jsonl").read_text() == ""


def test_the_erase_list_reaches_into_packed_files(planted: Path) -> None:
    for name in ("letter.txt", "people.csv"):
        (planted / f"{name}.gz").write_bytes(gzip.compress((planted / name).read_bytes()))
    (planted / "changed.txt.gz").write_bytes(gzip.compress(NAME.encode()))
    invoke("data", "--name", "-", "--erase-list", "list.jsonl")
    (planted / "changed.txt.gz").write_bytes(gzip.compress(f"{NAME}.".encode()))
    pipeline.anonymize("data", "copy", load_recipe(RECIPE_WITH_LABEL()), erase=EraseList.read(Path("list.jsonl")))
    assert gzip.decompress(Path("copy/letter.txt.gz").read_bytes()) == Path("copy/letter.txt").read_bytes()
    assert gzip.decompress(Path("copy/people.csv.gz").read_bytes()) == b"nom,prenom,ville\nZorquentine,Luc,Nice\n"
    lines = [json.loads(line) for line in Path("copy/.privacy-audit/quarantine.jsonl").read_text().splitlines()]
    told = {line["path"]: line["detail"] for line in lines}
    assert "has changed since the erase list" in told["changed.txt.gz"]
    assert not {"letter.txt.gz", "people.csv.gz"} & told.keys()


def members_of(path: Path) -> list[tuple[str, bytes]]:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as packed:
            return [(name, packed.read(name)) for name in packed.namelist()]
    with tarfile.open(path) as shard:
        return [(member.name, shard.extractfile(member).read()) for member in shard]  # type: ignore[union-attr]


def packed_up(planted: Path, name: str) -> list[tuple[str, bytes]]:
    """A container of what is planted and of files that nobody is in, which alone lies in the folder."""
    plain = [("0.txt", b"rien"), ("camille_zorquentine.wav", (planted / "talk.wav").read_bytes())]
    plain += [(name, (planted / name).read_bytes()) for name in ("people.csv", "letter.txt")]
    plain += [("people.csv.gz", gzip.compress((planted / "people.csv").read_bytes())), ("z.bin.txt", b"\xc3\xa9\r\n")]
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as nested:
        for number, content in enumerate((NAME.encode(), b"rien")):
            nested.writestr(f"{number}.txt", content)
    plain.append(("inner.zip", inner.getvalue()))
    for path in planted.iterdir():
        path.unlink()
    if name.endswith(".zip"):
        with zipfile.ZipFile(planted / name, "w") as made:
            for member, content in plain:
                made.writestr(member, content)
    else:
        with tarfile.open(planted / name, "w:gz" if name.endswith("gz") else "w") as shard:
            for member, content in plain:
                header = tarfile.TarInfo(member)
                header.size = len(content)
                shard.addfile(header, io.BytesIO(content))
    return plain


@pytest.mark.parametrize("name", ["shard.tar", "a.tar.gz", "a.zip"])
def test_the_erase_list_reaches_the_members_of_containers(planted: Path, name: str) -> None:
    before = dict(packed_up(planted, name))
    invoke("data", "--name", "-", "--erase-list", "list.jsonl")
    pipeline.anonymize("data", "copy", load_recipe(RECIPE_WITH_AUDIO()), erase=EraseList.read(Path("list.jsonl")))
    assert Path("copy/.privacy-audit/quarantine.jsonl").read_text() == ""
    after = members_of(Path("copy") / name)
    assert [member for member, _ in after] == [member for member in before if member != "camille_zorquentine.wav"]
    told = dict(after)
    assert told["people.csv"] == b"nom,prenom,ville\nZorquentine,Luc,Nice\n"
    assert gzip.decompress(told["people.csv.gz"]) == told["people.csv"]
    assert told["letter.txt"].splitlines()[1] == b"ici <PERSON>."
    assert (told["0.txt"], told["z.bin.txt"]) == (before["0.txt"], before["z.bin.txt"])
    Path("inner.zip").write_bytes(told["inner.zip"])
    assert members_of(Path("inner.zip")) == [("0.txt", b"<PERSON>"), ("1.txt", b"rien")]
    operations = [json.loads(line) for line in Path("copy/.privacy-audit/operations.jsonl").read_text().splitlines()]
    removed = {
        (line["record_uri"], line["location"]["name"]) for line in operations if line["operator"] == "erase list"
    }
    rows = {(f"{name}::{table}#row=0", "row") for table in ("people.csv", "people.csv.gz")}
    assert removed == {(name, "member 1"), *rows}, "the name of what is gone is not told"


def changed_list(change: Callable[[dict[str, Any]], None]) -> EraseList:
    """The list that find wrote, changed by a person."""
    first, *lines = map(json.loads, Path("list.jsonl").read_text().splitlines())
    for line in lines:
        change(line)
    Path("list.jsonl").write_text("\n".join(map(json.dumps, [first, *lines])))
    return EraseList.read(Path("list.jsonl"))


def quarantined() -> dict[str, str]:
    lines = map(json.loads, Path("copy/.privacy-audit/quarantine.jsonl").read_text().splitlines())
    return {line["path"]: line["detail"] for line in lines}


def test_a_container_that_changed_since_is_not_copied(planted: Path) -> None:
    packed_up(planted, "shard.tar")
    invoke("data", "--name", "-", "--erase-list", "list.jsonl")
    os.utime(planted / "shard.tar", ns=(1, 1))
    pipeline.anonymize("data", "copy", load_recipe(RECIPE_WITH_LABEL()), erase=EraseList.read(Path("list.jsonl")))
    assert "has changed since the erase list" in quarantined()["shard.tar"]


def test_a_member_of_the_list_that_is_not_there_is_told(planted: Path) -> None:
    packed_up(planted, "shard.tar")
    invoke("data", "--name", "-", "--erase-list", "list.jsonl")
    erase = changed_list(lambda line: line.update(file=line["file"].replace("letter", "lettre"), action="leave_out"))
    pipeline.anonymize("data", "copy", load_recipe(RECIPE_WITH_LABEL()), erase=erase)
    assert "names a member that it does not hold" in quarantined()["shard.tar"]


def test_a_container_of_which_all_is_erased_is_empty(planted: Path) -> None:
    packed_up(planted, "shard.tar")
    with tarfile.open(planted / "shard.tar", "w") as shard:
        for name in ("1.txt", "2.txt"):
            header = tarfile.TarInfo(name)
            header.size = len(NAME)
            shard.addfile(header, io.BytesIO(NAME.encode()))
    invoke("data", "--name", "-", "--erase-list", "list.jsonl")
    erase = changed_list(lambda line: line.update(action="leave_out"))
    pipeline.anonymize("data", "copy", load_recipe(RECIPE_WITH_LABEL()), erase=erase)
    assert quarantined() == {}
    assert members_of(Path("copy/shard.tar")) == []


def test_rows_about_a_picture_that_is_left_out_go_with_it(planted: Path) -> None:
    for path in planted.iterdir():
        path.unlink()
    for name in ("camille_zorquentine.png", "other.png"):
        Image.new("RGB", (16, 16), "white").save(planted / name)
    rows = [{"file_name": "camille_zorquentine.png", "text": "à la plage"}, {"file_name": "other.png", "text": "chat"}]
    (planted / "metadata.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    (planted / "metadata.csv").write_text("file_name,text\nother.png,chat\ncamille_zorquentine.png,à la plage\n")
    invoke("data", "--name", "-", "--erase-list", "list.jsonl")
    erase = changed_list(lambda line: None if line["file"].endswith(".png") else line.update(action="review"))
    pipeline.anonymize("data", "copy", load_recipe(RECIPE_WITH_AUDIO()), erase=erase)
    assert quarantined() == {}
    assert sorted(path.name for path in Path("copy").iterdir() if path.is_file()) == [
        "metadata.csv", "metadata.jsonl", "other.png",
    ]  # fmt: skip
    assert Path("copy/metadata.jsonl").read_text() == f"{json.dumps(rows[1])}\n"
    assert Path("copy/metadata.csv").read_text() == "file_name,text\nother.png,chat\n"


@pytest.mark.parametrize("table", ["a_metadata.csv", "z/metadata.jsonl", "metadata.csv"])
def test_rows_about_a_member_that_is_left_out_go_with_it(planted: Path, table: str) -> None:
    for path in planted.iterdir():
        path.unlink()
    folder = f"{table.rpartition('/')[0]}/" if "/" in table else ""
    own = "train/camille_zorquentine.png"
    rows = [f"{own},plage", "train/other.png,chat"]
    text = "\n".join(["file_name,text", *rows]) + "\n"
    if table.endswith("l"):
        text = "".join(json.dumps(dict(zip(("file_name", "text"), row.split(","), strict=True))) + "\n" for row in rows)
    drawn = io.BytesIO()
    Image.new("RGB", (16, 16), "white").save(drawn, "PNG")
    with zipfile.ZipFile(planted / "a.zip", "w") as made:
        made.writestr(table, text)
        for name in (own, "train/other.png"):
            made.writestr(f"{folder}{name}", drawn.getvalue())
        made.writestr("elsewhere/metadata.csv", "file_name,text\ncamille_zorquentine.png,another\n")
    invoke("data", "--name", "-", "--erase-list", "list.jsonl")
    erase = changed_list(lambda line: None if line["file"].endswith(".png") else line.update(action="review"))
    pipeline.anonymize("data", "copy", load_recipe(RECIPE_WITH_AUDIO()), erase=erase)
    assert quarantined() == {}
    told = dict(members_of(Path("copy/a.zip")))
    assert [*told] == [table, f"{folder}train/other.png", "elsewhere/metadata.csv"]
    kept = text.splitlines(keepends=True)
    assert told[table].decode() == "".join(line for line in kept if "zorquentine" not in line)
    assert told["elsewhere/metadata.csv"].decode().endswith(",another\n"), "of another folder"


def test_a_picture_of_her_by_its_caption_is_for_review(planted: Path) -> None:
    (planted / "captions.jsonl").rename(planted / "drawing.txt")
    (planted / "metadata.csv").write_text(f"file_name,text\ndrawing.png,portrait de {NAME}\n")
    result = invoke("data", "--name", "-", "--format", "json", "--erase-list", "list.jsonl")
    places = [place for place in json.loads(result.stdout)["places"] if place["medium"] == "caption"]
    assert {place["file"] for place in places} == {"drawing.png"}
    assert {place["record_uri"].partition("#")[2].partition("=")[0] for place in places} == {"caption"}
    lines = [json.loads(line) for line in Path("list.jsonl").read_text().splitlines()[1:]]
    assert {line["action"] for line in lines if "#caption=" in line["record_uri"]} == {"review"}


def test_a_file_that_changed_since_is_not_copied(planted: Path) -> None:
    invoke("data", "--name", "-", "--erase-list", "list.jsonl")
    (planted / "letter.txt").write_text(f"{NAME} écrit autrement")
    pipeline.anonymize("data", "copy", load_recipe(RECIPE_WITH_LABEL()), erase=EraseList.read(Path("list.jsonl")))
    quarantined = Path("copy/.privacy-audit/quarantine.jsonl").read_text()
    assert "has changed since the erase list" in quarantined
    assert not Path("copy/letter.txt").exists()


def RECIPE_WITH_AUDIO() -> str:  # noqa: N802 - a recipe as a file
    scanners = "{text_patterns: , audio_tags: , image_metadata: }"
    operators = "{text_label: , audio_strip_tags: , image_strip_metadata: }"
    Path("audio.yaml").write_text(f"name: audio\nscanners: {scanners}\noperators: {operators}\n")
    return "audio.yaml"


def RECIPE_WITH_LABEL() -> str:  # noqa: N802 - a recipe as a file
    Path("label.yaml").write_text("name: label\nscanners: {text_patterns: }\noperators: {text_label: }\n")
    return "label.yaml"


def test_a_place_that_no_operator_treats_keeps_its_file_back(planted: Path) -> None:
    (planted / "other.txt").write_text("rien")
    with tarfile.open(planted / "CamilleZorquentine.tar", "w") as shard:
        shard.add(planted / "other.txt", "a.txt")
    invoke("data", "--name", "-", "--erase-list", "list.jsonl")
    Path("only.yaml").write_text(
        "name: only\nscanners: {text_patterns: }\noperators: {text_label: {only: [IBAN_CODE]}}\n"
    )
    pipeline.anonymize("data", "copy", load_recipe("only.yaml"), erase=EraseList.read(Path("list.jsonl")))
    assert not Path("copy/letter.txt").exists()
    assert not Path("copy/CamilleZorquentine.tar").exists()
    assert "no operator of the recipe treats" in Path("copy/.privacy-audit/quarantine.jsonl").read_text()


@pytest.mark.parametrize("line", ["", "{}", '{"erase_list": 9}', '{"erase_list": 1}\n{"action": "shred"}', "["])
def test_an_erase_list_that_is_not_understood_erases_nothing(planted: Path, line: str) -> None:
    Path("list.jsonl").write_text(line)
    result = CliRunner().invoke(
        cli, ["anonymize", "data", "-o", "copy", "--erase-list", "list.jsonl"], standalone_mode=False
    )
    assert "list.jsonl" in str(result.exception)
    assert not Path("copy").exists()


def test_an_erase_list_of_another_folder_is_refused(planted: Path) -> None:
    invoke("data", "--name", "-", "--erase-list", "list.jsonl")
    Path("other").mkdir()
    Path("other/a.txt").write_text("x")
    with pytest.raises(Exception, match="are not in this source"):
        pipeline.anonymize("other", "copy", load_recipe(RECIPE_WITH_LABEL()), erase=EraseList.read(Path("list.jsonl")))


def test_the_deletion_script_asks_and_survives_hostile_names(planted: Path) -> None:
    (planted / "camille_zorquentine; touch hacked\n'.wav").write_bytes((planted / "talk.wav").read_bytes())
    invoke("data", "--name", "-", "--script", "go.sh")
    assert "rm -i -- " in Path("go.sh").read_text()
    subprocess.run(["sh", "go.sh"], input="y\ny\n", text=True, check=False, capture_output=True)
    assert not Path("hacked").exists()
    assert not (planted / "hacked").exists()
    assert not (planted / "camille_zorquentine.wav").exists()


def test_a_finished_audit_is_searched_by_its_fingerprints(planted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACY_AUDIT_KEY", "k" * 32)
    (planted / "letter.txt").write_text("Écrire à camille.zorquentine@courriel-invente.fr ou au 06 39 98 12 45.")
    (planted / "0639981245.txt").write_text("rien")
    pipeline.scan([planted], "audit", load_recipe(RECIPE))
    result = invoke("audit", "--phone", "-", "--email", "-", "--format", "json",
                    stdin="camille.zorquentine@courriel-invente.fr\n+33 6 39 98 12 45\n")  # fmt: skip
    places = json.loads(result.stdout)["places"]
    assert {(place["file"], place["asked"]) for place in places} == {
        ("letter.txt", "email"), ("letter.txt", "phone"), ("0639981245.txt", "phone")}  # fmt: skip
    monkeypatch.setenv("PRIVACY_AUDIT_KEY", "other" * 8)
    with pytest.raises(Exception, match="another key"):
        invoke("audit", "--phone", "-", stdin="0639981245\n")
    monkeypatch.delenv("PRIVACY_AUDIT_KEY")
    with pytest.raises(Exception, match="PRIVACY_AUDIT_KEY"):
        invoke("audit", "--phone", "-", stdin="0639981245\n")


def test_the_same_picture_and_recording_are_found_in_another_size_and_codec(tmp_path: Path) -> None:
    draw = np.random.default_rng(3)
    (tmp_path / "data").mkdir()
    coarse = draw.integers(0, 255, (12, 12, 3), np.uint8)
    picture = Image.fromarray(coarse).resize((240, 240), Image.Resampling.BICUBIC)
    picture.save(tmp_path / "mine.png")
    picture.resize((130, 130)).save(tmp_path / "data" / "small.jpg", quality=70)
    other = Image.fromarray(draw.integers(0, 255, (12, 12, 3), np.uint8)).resize((240, 240), Image.Resampling.BICUBIC)
    other.save(tmp_path / "data" / "other.png")
    time_s = np.arange(64_000) / 8_000
    sound = (
        sum(np.sin(2 * np.pi * f * time_s * (1 + 0.2 * np.sin(time_s * f / 300))) for f in (310, 900, 1700, 2500)) / 8
    )
    soundfile.write(tmp_path / "mine.wav", sound.astype(np.float32), 8_000)
    soundfile.write(tmp_path / "data" / "again.ogg", 0.5 * sound.astype(np.float32), 8_000)
    soundfile.write(tmp_path / "data" / "noise.wav", 0.1 * draw.standard_normal(64_000).astype(np.float32), 8_000)
    (tmp_path / "data" / "copy.bin").write_bytes((tmp_path / "mine.wav").read_bytes())
    query = parse_query(files=[tmp_path / "mine.png", tmp_path / "mine.wav"])
    report = find([tmp_path / "data"], query, load_recipe(RECIPE), ocr=False)
    assert {(place.file, place.how) for place in report.places} >= {
        ("small.jpg", "same picture"), ("again.ogg", "same recording"), ("copy.bin", "same bytes")}  # fmt: skip
    assert not {"other.png", "noise.wav"} & {place.file for place in report.places}


def test_nothing_that_is_asked_for_reaches_the_disk_or_a_log(planted: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(planted.parent / "tmp")}
    (planted.parent / "tmp").mkdir()
    before = {path for path in planted.parent.rglob("*") if path.is_file()}
    done = subprocess.run(
        [sys.executable, "-m", "privacy_audit", "find", "data", "--name", "-", "-r", RECIPE, "--no-ocr", "-j", "1"],
        input="Odile Personnage\n", text=True, capture_output=True, check=False, cwd=planted.parent, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert {path for path in planted.parent.rglob("*") if path.is_file()} == before
    assert "ersonnage" not in done.stdout + done.stderr


def test_a_voice_is_found_on_a_declared_basis_and_another_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vectors themselves are measured by ``bench/find_people.py``."""
    from privacy_audit.finding import voices

    rate = 16_000
    monkeypatch.setattr(voices.silero, "speech_segments", lambda samples: [Segment(0.0, len(samples) / rate)])
    monkeypatch.setattr(voices.campplus, "log_mel", lambda samples: samples[:1])
    monkeypatch.setattr(voices.campplus, "embed", lambda cuts: np.stack([_vector(float(cut[0])) for cut in cuts]))
    (tmp_path / "data").mkdir()
    for name, level in {"asked.wav": 0.5, "data/again.wav": 0.5, "data/other.wav": -0.5}.items():
        soundfile.write(tmp_path / name, np.full(5 * rate, level, np.float32), rate)
    query = parse_query(voices=[tmp_path / "asked.wav"], basis="consent of the person who asks")
    report = find([tmp_path / "data"], query, load_recipe(RECIPE), ocr=False)
    assert [(p.file, p.medium, p.where, p.confidence) for p in report.places] == [
        ("again.wav", "voice", "0.0-5.0 s", Confidence.MEDIUM)
    ]
    assert report.basis == "consent of the person who asks"


def _vector(level: float) -> Any:
    return np.array([1.0, 0.0] if level > 0 else [0.0, 1.0], np.float32)
