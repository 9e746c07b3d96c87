"""Canaries: values planted in every kind of file come out in no report, note, log, message or repr."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from stdnum.fr import nir

from privacy_audit import Guard
from privacy_audit.cli.main import cli
from privacy_audit.errors import PrivacyAuditError
from privacy_audit.pipeline import Toolbox, scan, scan_file
from privacy_audit.pipeline.scanning import Clean
from privacy_audit.recipe import Recipe, load_recipe
from privacy_audit.scanners import Scanner
from privacy_audit.sources.folder import FileEntry, walk
from privacy_audit.types import AudioRecord, Detection, ImageRecord, PathRecord, Record, TextRecord

NAME = "Camille Zorquentine"
EMAIL = "camille.zorquentine@courriel-invente.fr"
BODY = "2840599999042"[:7] + "999042"  # commune 999: nobody was given such a number
NUMBER = BODY + nir.calc_check_digits(BODY)
PATH = "wexfordine"
CANARIES = ("zorquentine", NUMBER, NUMBER[5:13])

TEXT = f"Je m'appelle {NAME}, n° sécu {NUMBER}, écrivez à {EMAIL}."


def plant(root: Path) -> None:
    """The canaries in every kind of file, readable and damaged."""
    root.mkdir()
    (root / "letter.txt").write_text(TEXT, encoding="utf-8")
    (root / "rows.csv").write_text(f"id,nom,secu\n1,{NAME},{NUMBER}\n", encoding="utf-8")
    (root / "no_header.csv").write_text(f"{NAME},Lyon\n{EMAIL},Nice\n", encoding="utf-8")
    keys = [{NAME: EMAIL}, {EMAIL: {NAME: EMAIL}}, {"secu": int(NUMBER)}]
    (root / "keys.jsonl").write_text("\n".join(map(json.dumps, keys)), encoding="utf-8")
    (root / "keys.json").write_text(json.dumps({EMAIL: EMAIL}), encoding="utf-8")
    (root / "rows.jsonl").write_text(json.dumps({"text": TEXT}) + "\n" + f'{{"text": "{TEXT}\n', encoding="utf-8")
    (root / "doc.json").write_text(json.dumps({"people": [NAME, NUMBER]}), encoding="utf-8")
    (root / "twice.json").write_text(f'{{"{NAME}": 1, "{NAME}": 2}}', encoding="utf-8")
    (root / "open.csv").write_text(f'id,nom\n1,"{NAME}\n', encoding="utf-8")
    (root / "latin.txt").write_bytes(f"{TEXT}\xe9".encode("latin-1"))
    (root / "zeros.txt").write_bytes(TEXT.encode() + b"\0")
    exif = Image.Exif()
    exif[0x013B], exif[0x010E] = NAME, TEXT
    Image.new("RGB", (16, 16), "white").save(root / "photo.jpg", exif=exif)
    info = PngInfo()
    info.add_text("Author", NAME)
    info.add_itxt("Comment", TEXT)
    Image.new("RGB", (16, 16), "white").save(root / "drawing.png", pnginfo=info)
    (root / "cut.jpg").write_bytes((root / "photo.jpg").read_bytes()[:-100])
    with soundfile.SoundFile(root / "sound.flac", "w", 16_000, 1) as sound:
        sound.artist, sound.comment = NAME, EMAIL
        sound.write(np.zeros(1_600))
    (root / "cut.flac").write_bytes((root / "sound.flac").read_bytes()[:-20])


def written(*folders: Path) -> dict[str, str]:
    return {
        str(path): path.read_text(encoding="utf-8", errors="replace").casefold()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def leaks(texts: dict[str, str], words: Sequence[str] = CANARIES) -> list[tuple[str, str]]:
    return [
        (name, word)
        for name, text in texts.items()
        for word in words
        if word in text.casefold() or word in text.replace(" ", "")
    ]


def invoke(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert result.exception is None, result.exception
    return result


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Path:
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.INFO)  # at DEBUG Pillow logs every tag it reads; nothing here switches that on
    plant(tmp_path / "data")
    return tmp_path


def test_the_canaries_are_found_so_that_their_absence_means_something(planted: Path) -> None:
    report = scan([planted / "data"], planted / "audit", load_recipe("pre-commit"))
    found = {entity.entity_type: entity.count for entity in report.entities}
    assert found["EMAIL_ADDRESS"] == 8
    assert found["FR_NIR"] == 5
    assert found["AUTHOR_METADATA"] >= 3
    assert set(report.coverage.by_reason) >= {"CORRUPT", "ENCODING", "MISLABELLED", "TRUNCATED"}


def test_a_scan_with_every_scanner_quotes_nothing(planted: Path, caplog: pytest.LogCaptureFixture) -> None:
    result = invoke("scan", "data", "-j", "1")
    texts = {"stdout": result.stdout, "stderr": result.stderr, "log": caplog.text, **written(planted / "audit")}
    assert "PERSON" in texts[str(planted / "audit" / "findings.jsonl")].upper()
    assert leaks(texts) == []


def test_a_treated_copy_quotes_nothing_in_its_notes_and_holds_no_number_or_address(
    planted: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Path("treat.yaml").write_text(
        "name: treat\nscanners: {file_names: , text_patterns: , image_metadata: , audio_tags: }\n"
        "operators: {text_label: , image_strip_metadata: , audio_strip_tags: }\n"
    )
    result = invoke("anonymize", "data", "-o", "copy", "-r", "treat.yaml", "-j", "1")
    notes = written(planted / "copy" / ".privacy-audit")
    assert {Path(name).name for name in notes} >= {"operations.jsonl", "quarantine.jsonl", "report.json", "report.html"}
    assert leaks({"stdout": result.stdout, "stderr": result.stderr, "log": caplog.text, **notes}) == []
    copied = {name: text for name, text in written(planted / "copy").items() if name not in notes}
    assert len(copied) == 10
    assert leaks(copied, (NUMBER, EMAIL)) == []


def test_check_says_where_and_quotes_nothing(planted: Path, caplog: pytest.LogCaptureFixture) -> None:
    result = invoke("check", "data")
    assert result.stdout.count("\n") > 10
    assert leaks({"stdout": result.stdout, "stderr": result.stderr, "log": caplog.text}) == []


def test_a_path_shows_nowhere_with_hide_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    root = tmp_path / PATH
    (root / f"{PATH} folder").mkdir(parents=True)
    (root / f"{PATH} folder" / f"{PATH}_marie_lefebvre.txt").write_text(EMAIL)
    for number, (suffix, content) in enumerate(
        [
            (".txt", b"\xff"),
            (".png", b"x"),
            (".wav", b"x"),
            (".csv", b'"'),
            (".json", b"{"),
            (f".{PATH}", b"\0"),
            ("", b""),
        ]
    ):
        (root / f"{PATH}{number}{suffix}").write_bytes(content)
    (root / f"{PATH} link").symlink_to(root / "nowhere")
    result = invoke("scan", PATH, "-r", "pre-commit", "-j", "1", "--hide-paths")
    texts = {"stdout": result.stdout, "stderr": result.stderr, **written(tmp_path / "audit")}
    assert leaks(texts, (PATH, "lefebvre")) == []


RECORDS: list[Record] = [
    TextRecord("a.txt", TEXT),
    PathRecord("a.txt#path", TEXT),
    ImageRecord("a.png", np.zeros((1, 1, 3), np.uint8), {"Artist": NAME}),
    AudioRecord("a.wav", np.zeros((1, 9), np.float32), 16_000, {"artist": NAME}),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_no_repr_of_a_record_or_of_what_was_found_in_it_shows_its_content(record: Record) -> None:
    toolbox = Toolbox(load_recipe("pre-commit"))
    outcomes = toolbox.scan([record])
    assert outcomes
    assert leaks({"record": repr(record), "outcomes": repr(outcomes), "toolbox": repr(vars(toolbox))}) == []


def test_no_repr_of_a_treatment_shows_content(planted: Path) -> None:
    from privacy_audit.pipeline import treat_file

    recipe = Recipe("t", scanners={"text_patterns": {}}, operators={"text_label": {}})
    for item in walk([planted / "data"]):
        assert isinstance(item, FileEntry)
        treatment = treat_file(Toolbox(recipe), item, planted / "out" / item.uri)
        assert leaks({item.uri: repr(treatment)}) == []


@pytest.mark.parametrize("value", [TEXT, {"a": [TEXT]}, TEXT.encode(), f"{TEXT}\xe9".encode("latin-1")], ids=repr)
def test_no_exception_of_a_guard_shows_content(value: Any) -> None:
    hook = Guard(load_recipe("pre-commit"), mode="raise").hf()
    with pytest.raises(PrivacyAuditError) as caught:
        hook({"txt": value})
    chain: list[BaseException | None] = [caught.value, caught.value.__cause__]
    assert leaks({"error": repr(chain)}) == []


class Quoting(Scanner):
    """A plug-in whose errors and warnings quote what it reads."""

    name = "quoting"
    summary = "Fails."
    entity_types = ("PERSON",)
    accepts = (TextRecord, PathRecord, ImageRecord, AudioRecord)

    def scan(self, record: Record) -> Sequence[Detection]:
        raise ValueError(f"cannot parse {getattr(record, 'text', NAME)}")


def test_a_scanner_whose_error_quotes_the_content_is_told_by_the_class_of_the_error_only(
    planted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("privacy_audit.pipeline.toolbox.all_scanners", lambda: {"quoting": Quoting})
    Path("quoting.yaml").write_text("name: quoting\nscanners: {quoting: }\n")
    result = invoke("scan", "data", "-r", "quoting.yaml", "-j", "1")
    texts = {"stdout": result.stdout, "stderr": result.stderr, **written(planted / "audit")}
    assert "the scanner failed (valueerror)" in texts[str(planted / "audit" / "report.json")]
    assert leaks(texts) == []


def test_an_error_of_this_package_itself_shows_its_class_only(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    code = (
        "import privacy_audit.pipeline.audit as audit, privacy_audit.cli.main as main, pathlib\n"
        "def broken(*_): raise KeyError(pathlib.Path('a.txt').read_text(encoding='utf-8'))\n"
        "audit.scan_lines = broken\n"
        "main.main()"
    )
    arguments = ["scan", "a.txt", "-r", "pre-commit", "-j", "1"]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 5
    assert done.stderr.startswith("privacy-audit: internal error (KeyError); ")
    assert leaks({"stdout": done.stdout, "stderr": done.stderr}) == []


def test_a_scan_opens_no_connection(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"écrivez à {EMAIL}, ou 06 39 98 12 45", encoding="utf-8")
    code = (
        "import socket\n"
        "class Closed(socket.socket):\n"
        "    def __new__(cls, *_, **__): raise AssertionError('a socket was opened')\n"
        "def refused(*_, **__): raise AssertionError('a name was looked up')\n"
        "socket.socket = Closed; socket.getaddrinfo = socket.create_connection = refused\n"
        "import privacy_audit.cli.main as main; main.main()"
    )
    arguments = ["scan", "a.txt", "-r", "pre-commit", "-j", "1"]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert '"EMAIL_ADDRESS"' in (tmp_path / "audit" / "findings.jsonl").read_text()


def test_a_file_that_is_scanned_leaves_no_content_behind_in_memory(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x " * 500_000 + TEXT, encoding="utf-8")
    toolbox = Toolbox(load_recipe("pre-commit"))
    (entry,) = walk([tmp_path / "a.txt"])
    assert isinstance(entry, FileEntry)
    tracemalloc.start()
    try:
        outcomes = list(scan_file(toolbox, entry, Clean()))
        kept_bytes = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert outcomes
    assert kept_bytes < 900_000


def test_bytes_in_a_table_are_not_quoted_by_a_damaged_picture() -> None:
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = NAME
    Image.new("RGB", (4, 4)).save(buffer, "JPEG", exif=exif)
    checked = Guard(load_recipe("pre-commit"), "audit").check_bytes("jpg", buffer.getvalue()[:-200], ".jpg")
    assert checked.unread
    assert leaks({"checked": repr(checked)}) == []
