"""``privacy-audit scan``: what it prints, what it writes, how it exits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from privacy_audit.cli.main import cli

EMAIL = "camille.durand@courriel-invente.fr"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def scan(*arguments: str) -> Result:
    runner = CliRunner()
    result = runner.invoke(cli, ["scan", "data", "-r", "pre-commit", "-j", "1", *arguments], standalone_mode=False)
    assert result.exception is None, result.exception
    return result


def code(*arguments: str) -> int:
    return int(scan(*arguments).return_value)  # type: ignore[attr-defined]  # set where standalone_mode is off


def test_nothing_found_is_0_and_findings_are_1(here: Path) -> None:
    (here / "data" / "a.txt").write_text("Rien ici.")
    assert code() == 0
    (here / "data" / "b.txt").write_text(EMAIL)
    assert code() == 1


def test_the_gate_decides_what_counts(here: Path) -> None:
    (here / "data" / "marie_lefebvre.txt").write_text("Rien ici.")
    assert [code("--gate", gate) for gate in ("LOW", "MEDIUM", "HIGH")] == [1, 1, 0]


@pytest.mark.parametrize("name", ["clip.mp4", "rows.parquet", "empty.txt"])
def test_a_file_that_was_not_read_is_3_even_beside_findings(here: Path, name: str) -> None:
    (here / "data" / "a.txt").write_text(EMAIL)
    (here / "data" / name).write_bytes(b"" if name == "empty.txt" else b"xx")
    assert code() == 3


def test_a_folder_without_files_is_3(here: Path) -> None:
    assert code() == 3


def test_the_outputs_are_named_one_per_line_and_are_there(here: Path) -> None:
    (here / "data" / "a.txt").write_text(EMAIL)
    result = scan("-o", "out")
    names = ["report.html", "report.json", "findings.jsonl", "coverage.jsonl"]
    assert result.output.splitlines()[-4:] == [f"out/{name}" for name in names]
    assert sorted(path.name for path in (here / "out").iterdir()) == sorted([*names, ".store"])


def test_the_summary_begins_with_what_was_read(here: Path) -> None:
    (here / "data" / "a.txt").write_text(EMAIL)
    first, second = scan().output.splitlines()[:2]
    assert first == "data: 1 file"
    assert "read" in second


def test_hide_paths_numbers_the_files_in_the_summary_too(here: Path) -> None:
    (here / "data" / "quokkaline.txt").write_text(EMAIL)
    assert "quokkaline" not in scan("--hide-paths").output
    (line,) = (here / "audit" / "findings.jsonl").read_text().splitlines()
    assert json.loads(line)["record_uri"] == "file-000001"


@pytest.mark.parametrize(("lang", "first"), [("fr", "fr"), ("en", "en")])
def test_the_language_is_that_asked_for(here: Path, lang: str, first: str) -> None:
    (here / "data" / "a.txt").write_text(EMAIL)
    scan("--lang", lang)
    page = (here / "audit" / "report.html").read_text(encoding="utf-8")
    assert f'<html lang="{first}"' in page


def test_nothing_goes_to_stderr_where_it_is_no_terminal(here: Path) -> None:
    (here / "data" / "a.txt").write_text(EMAIL)
    assert scan().stderr == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_a_stop_from_outside_leaves_a_partial_report_and_exits_3(here: Path, number: signal.Signals) -> None:
    for name in range(400):
        (here / "data" / f"{name:03d}.txt").write_text(f"Écrivez à {EMAIL}, merci. " * 400)
    arguments = [sys.executable, "-m", "privacy_audit", "scan", "data", "-r", "pre-commit", "-j", "1"]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline_s = time.monotonic() + 20
    while time.monotonic() < deadline_s and not any(
        b'{"end": ' in path.read_bytes() for path in here.glob("audit/.store/*.jsonl")
    ):
        time.sleep(0.01)
    os.kill(process.pid, number)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 3, err
    assert "Traceback" not in err
    report = json.loads((here / "audit" / "report.json").read_text())
    assert report["coverage"]["interrupted"] is True
    assert report["dataset"]["n_files"] == 400
    assert report["coverage"]["by_reason"]["INTERRUPTED"] < 400


def test_the_file_of_what_repeats_is_named_where_files_were_compared(here: Path) -> None:
    (here / "data" / "a.txt").write_text(EMAIL)
    recipe = here / "compared.yaml"
    recipe.write_text("name: compared\nscanners:\n  text_patterns: {}\nnear_duplicates: true\n")
    assert scan("-o", "out", "-r", str(recipe)).output.splitlines()[-1] == "out/links.jsonl"
