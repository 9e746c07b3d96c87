"""check_files(): one line per place, as an editor counts, and never what stands there."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import soundfile
from PIL import Image

from privacy_audit.errors import UsageError
from privacy_audit.pipeline.checking import check_files
from privacy_audit.recipe import Limits, load_recipe
from privacy_audit.types import Confidence

EMAIL = "camille.durand@courriel-invente.fr"
RECIPE = load_recipe("pre-commit")
UNREAD_PICTURE = "broken.png: not scanned by any scanner: the content is no picture that can be read"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def picture(path: Path) -> None:
    exif = Image.Exif()
    exif[0x013B] = "Camille Durand"
    Image.new("RGB", (4, 4)).save(path, exif=exif)


def sound(path: Path) -> None:
    with soundfile.SoundFile(path, "w", 16_000, 1) as file:
        file.artist = "Camille Durand"
        file.write([0.0] * 100)


def text(content: str, encoding: str = "utf-8") -> Callable[[Path], Any]:
    return lambda path: path.write_bytes(content.encode(encoding))


@pytest.mark.parametrize(
    ("name", "make", "lines"),
    [
        ("notes.txt", text(f"a\n\nb {EMAIL}\n"), ["notes.txt: line 3: EMAIL_ADDRESS (high confidence)"]),
        ("notes", text(f"a\n{EMAIL}\n"), ["notes: line 2: EMAIL_ADDRESS (high confidence)"]),
        ("marked.txt", text(f"\ufeffa\n{EMAIL}"), ["marked.txt: line 2: EMAIL_ADDRESS (high confidence)"]),
        ("wide.txt", text(f"a\n{EMAIL}", "utf-16"), ["wide.txt: line 2: EMAIL_ADDRESS (high confidence)"]),
        ("dos.txt", text(f"a\r\n{EMAIL}\r\n"), ["dos.txt: line 2: EMAIL_ADDRESS (high confidence)"]),
        (
            "rows.csv",
            text(f"id,contact e-mail\n1,-\n2,{EMAIL}\n"),
            ["rows.csv: row 1, column 'contact e-mail': EMAIL_ADDRESS (high confidence)"],
        ),
        (
            "rows.jsonl",
            text('{"a": {"b": ["' + EMAIL + '"]}}\n'),
            ["rows.jsonl: row 0, column 'a.b.0': EMAIL_ADDRESS (high confidence)"],
        ),
        (
            "doc.json",
            text('{"people": [{"mail": "' + EMAIL + '"}]}'),
            ["doc.json: column 'people.0.mail': EMAIL_ADDRESS (high confidence)"],
        ),
        ("photo.jpg", picture, ["photo.jpg: tag Artist: AUTHOR_METADATA (medium confidence)"]),
        ("sound.wav", sound, ["sound.wav: tag artist: AUTHOR_METADATA (medium confidence)"]),
        (
            "marie_lefebvre.txt",
            text("x"),
            ["marie_lefebvre.txt: in the file's name: PERSON (medium confidence)"],
        ),
        ("broken.png", text("\x89PNG"), [UNREAD_PICTURE]),
        ("two\nlines.txt", text(EMAIL), ["'two\\nlines.txt': line 1: EMAIL_ADDRESS (high confidence)"]),
        ("clean.txt", text("Rien ici."), []),
    ],
)  # fmt: skip
def test_the_line_says_where_and_what_kind(name: str, make: Callable[[Path], Any], lines: list[str]) -> None:
    make(Path(name))
    assert list(check_files([Path(name)], RECIPE).lines) == lines


def test_an_empty_file_passes_since_git_is_full_of_them() -> None:
    Path("__init__.txt").touch()
    result = check_files([Path("__init__.txt")], RECIPE)
    assert (result.lines, result.n_findings, result.n_unread) == ((), 0, 0)


def test_what_is_below_the_gate_is_not_told() -> None:
    Path("marie_lefebvre.txt").write_text("x")
    assert check_files([Path("marie_lefebvre.txt")], RECIPE).n_findings == 1
    assert check_files([Path("marie_lefebvre.txt")], dataclasses.replace(RECIPE, gate=Confidence.HIGH)).n_findings == 0


def test_findings_and_what_was_not_read_are_counted_apart() -> None:
    Path("rows.jsonl").write_text(f'{{"t": "{EMAIL}"}}\n{{broken\n{{"t": "{EMAIL}"}}\n')
    result = check_files([Path("rows.jsonl")], RECIPE)
    assert (result.n_findings, result.n_unread) == (2, 1)
    assert "rows.jsonl: not scanned by any scanner: not valid JSON, or a key stands twice in one object" in result.lines


def test_a_folder_is_walked_and_what_the_recipe_leaves_out_is_not_read() -> None:
    for name in ("data/a.txt", "__pycache__/b.txt"):
        Path(name).parent.mkdir()
        Path(name).write_text(EMAIL)
    assert list(check_files([Path()], RECIPE).lines) == [
        f"{os.path.join('data', 'a.txt')}: line 1: EMAIL_ADDRESS (high confidence)"
    ]


def test_many_findings_in_a_long_text_are_placed_without_reading_it_again_for_each() -> None:
    Path("long.txt").write_text(f"{EMAIL}\n" * 2_000)
    lines = check_files([Path("long.txt")], RECIPE).lines
    assert lines[0].startswith("long.txt: line 1: ")
    assert lines[-1].startswith("long.txt: line 2000: ")


def test_a_text_beyond_the_limit_is_told() -> None:
    Path("long.txt").write_text("x" * 200)
    result = check_files([Path("long.txt")], dataclasses.replace(RECIPE, limits=Limits(max_text_bytes=100)))
    assert list(result.lines) == ["long.txt: not scanned by any scanner: more than 100 bytes"]


def test_a_file_that_does_not_exist_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"nowhere\.txt: no such file or folder"):
        check_files([Path("nowhere.txt")], RECIPE)
