"""``privacy-audit merge``: what it prints, what it writes, how it exits."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from privacy_audit.cli.main import cli
from privacy_audit.errors import UsageError


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRIVACY_AUDIT_KEY", "a key of at least sixteen bytes")
    monkeypatch.chdir(tmp_path)
    for name, text in (("a", "camille.durand@courriel-invente.fr"), ("b", "Rien ici.")):
        (tmp_path / "data" / name).mkdir(parents=True)
        (tmp_path / "data" / name / "x.txt").write_text(text)
        run("scan", f"data/{name}", "--root", "data", "-o", f"audit-{name}", "-r", "pre-commit", "-j", "1")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, standalone_mode=False)


def test_the_parts_become_one_audit_and_the_exit_code_is_that_of_the_whole(here: Path) -> None:
    result = run("merge", "audit-b", "audit-a", "-o", "all", "--lang", "en")
    assert result.exception is None, result.exception
    assert result.return_value == 1  # type: ignore[attr-defined]  # set where standalone_mode is off
    assert result.output.splitlines()[0] == "data: 2 files"
    names = ["report.html", "report.json", "findings.jsonl", "coverage.jsonl"]
    assert result.output.splitlines()[-4:] == [f"all/{name}" for name in names]
    assert '"a/x.txt"' in (here / "all" / "findings.jsonl").read_text()
    assert run("merge", "audit-b", "-o", "clean").return_value == 0  # type: ignore[attr-defined]


def test_a_root_that_does_not_hold_the_data_is_refused(here: Path) -> None:
    result = run("scan", "data/a", "--root", "data/b", "-o", "other")
    assert isinstance(result.exception, UsageError)
    assert "--root data/b: what is scanned does not lie in it" in str(result.exception)
