"""``privacy-audit anonymize``: what it prints and how it exits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from privacy_audit.cli.anonymize import _with_audio
from privacy_audit.cli.main import cli
from privacy_audit.recipe import load_recipe

EMAIL = "camille.durand@courriel-invente.fr"
RECIPE = """
name: mine
scanners: {file_names: , text_patterns: , image_metadata: , audio_tags: }
operators: {text_label: , image_strip_metadata: , audio_strip_tags: }
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.txt").write_text(f"à {EMAIL}\n", encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(RECIPE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def anonymize(*arguments: str) -> Result:
    result = CliRunner().invoke(
        cli, ["anonymize", "data", "-o", "copy", "-r", "mine.yaml", "-j", "1", *arguments], standalone_mode=False
    )
    assert result.exception is None, result.exception
    return result


def test_everything_treated_is_0_and_the_last_lines_say_what_was_done_and_where_to_look(here: Path) -> None:
    result = anonymize()
    assert result.return_value == 0  # type: ignore[attr-defined]  # set where standalone_mode is off
    assert result.output.splitlines()[-5:] == [
        "1 files written, 0 with parts in quarantine",
        "found again in the copy: 0 of medium or high confidence, 0 of low confidence",
        "copy/.privacy-audit/operations.jsonl",
        "copy/.privacy-audit/quarantine.jsonl",
        "copy/.privacy-audit/report.html",
    ]
    assert (here / "copy" / "a.txt").read_text(encoding="utf-8") == "à <EMAIL_ADDRESS>\n"


def test_something_in_quarantine_is_3(here: Path) -> None:
    (here / "data" / "clip.mp4").write_bytes(b"x")
    result = anonymize()
    assert result.return_value == 3  # type: ignore[attr-defined]  # the same
    assert "1 files written, 1 with parts in quarantine" in result.output
    (line,) = (here / "copy" / ".privacy-audit" / "quarantine.jsonl").read_text().splitlines()
    assert json.loads(line)["path"] == "clip.mp4"


def test_a_second_run_goes_on_and_says_the_same() -> None:
    assert anonymize().output == anonymize().output


def test_a_folder_without_files_is_3(here: Path) -> None:
    (here / "data" / "a.txt").unlink()
    assert anonymize().return_value == 3  # type: ignore[attr-defined]  # the same


@pytest.mark.parametrize(("operator", "other"), [("audio_mute", "audio_disguise"), ("audio_disguise", "audio_mute")])
def test_the_audio_option_takes_the_place_of_the_operator_of_the_recipe(operator: str, other: str) -> None:
    operators = _with_audio(load_recipe("voice-dataset"), operator).operators
    assert operator in operators
    assert other not in operators
