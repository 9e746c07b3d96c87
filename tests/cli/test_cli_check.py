"""``privacy-audit check``: lines on stdout, totals on stderr, exit codes for a commit hook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from privacy_audit.cli.main import cli

EMAIL = "camille.durand@courriel-invente.fr"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def check(*arguments: str) -> tuple[int, list[str], list[str]]:
    result: Any = CliRunner().invoke(cli, ["check", *arguments], standalone_mode=False)
    assert result.exception is None, result.exception
    return int(result.return_value), result.stdout.splitlines(), result.stderr.splitlines()


def test_no_files_pass() -> None:
    assert check() == (0, [], [])


def test_clean_files_pass_in_silence() -> None:
    Path("a.txt").write_text("Rien ici.")
    assert check("a.txt") == (0, [], [])


def test_findings_are_1_with_their_places_and_what_to_do() -> None:
    Path("a.txt").write_text(f"x\n{EMAIL}\n")
    assert check("a.txt") == (
        1,
        ["a.txt: line 2: EMAIL_ADDRESS (high confidence)"],
        ["personal data in 1 places. Take them out, or treat the files: privacy-audit anonymize"],
    )


def test_what_was_not_read_is_3() -> None:
    Path("a.mp4").write_bytes(b"x")
    assert check("a.mp4") == (
        3,
        ["a.mp4: not scanned by any scanner: the content is no video that can be read"],
        ["1 files or parts were not read; not read is not clean"],
    )


def test_findings_come_before_what_was_not_read() -> None:
    Path("a.mp4").write_bytes(b"x")
    Path("a.txt").write_text(EMAIL)
    code, lines, totals = check("a.mp4", "a.txt")
    assert (code, len(lines), len(totals)) == (1, 2, 2)


@pytest.mark.parametrize(("n_places", "n_lines"), [(20, 20), (21, 21), (50, 21)])
def test_twenty_places_are_shown_and_the_others_counted(n_places: int, n_lines: int) -> None:
    Path("a.txt").write_text(f"{EMAIL}\n" * n_places)
    _, lines, totals = check("a.txt")
    assert len(lines) == n_lines
    if n_places > 20:
        assert lines[-1] == f"... and {n_places - 20} more places"
    assert totals[0].startswith(f"personal data in {n_places} places.")


def test_the_gate_decides_what_fails() -> None:
    Path("marie_lefebvre.txt").write_text("x")
    assert check("marie_lefebvre.txt", "--gate", "HIGH") == (0, [], [])
    assert check("marie_lefebvre.txt", "--gate", "MEDIUM")[0] == 1
