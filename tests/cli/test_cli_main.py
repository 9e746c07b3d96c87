"""The command line as a whole: help, exit codes, and messages that quote nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from privacy_audit import __version__
from privacy_audit.cli import main as main_module
from privacy_audit.errors import MissingDependencyError, UnreadableError, UsageError
from privacy_audit.types import Reason

EMAIL = "camille.durand@courriel-invente.fr"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_main(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["privacy-audit", *arguments])
        monkeypatch.setattr("signal.signal", lambda *_: None)
        with pytest.raises(SystemExit) as caught:
            main_module.main()
        out, err = capsys.readouterr()
        return int(caught.value.code or 0), out, err

    return run_main


def test_help_names_every_command_and_says_what_is_promised(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    for command in ("scan", "anonymize", "check", "recipes", "scanners"):
        assert f"  {command} " in out
    assert "no network, no telemetry" in out
    assert "Nothing this tool writes is anonymous" in " ".join(out.split())


@pytest.mark.parametrize(
    "command",
    [[name] for name in main_module._COMMANDS] + [["recipes", name] for name in ("list", "show", "validate", "schema")],
    ids=" ".join,
)
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_every_command_has_help(run: Run, command: list[str], option: str) -> None:
    code, out, err = run(*command, option)
    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: privacy-audit {' '.join(command)}")


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version")[1] == f"privacy-audit, version {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["scan", "--colour", "red", "."], "No such option"),
        (["scan"], "Missing argument"),
        (["scna", "."], "No such command"),
        (["scan", ".", "--gate", "HIHG"], "'HIHG' is not one of"),
        (["scan", ".", "-j", "0"], "0 is not in the range"),
        (["anonymize", "."], "Missing option '-o'"),
        (["anonymize", ".", "-o", "x", "--audio", "whisper"], "'whisper' is not one of"),
        (["scan", "nowhere"], "nowhere: no such file or folder"),
        (["check", "nowhere"], "nowhere: no such file or folder"),
        (["scan", ".", "-r", "cnil-defualt"], "cnil-defualt: no such recipe or file; recipes here: "),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_request_that_makes_no_sense_is_exit_2_with_a_reason(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def raising(error: BaseException) -> Callable[[], Any]:
    @click.command()
    def command() -> None:
        raise error

    return lambda: command


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (UsageError("no"), 2, "privacy-audit: no\n"),
        (KeyboardInterrupt(), 3, "\nprivacy-audit: stopped\n"),
        (UnreadableError(Reason.CORRUPT, "no sound"), 5, "privacy-audit: no sound\n"),
        (
            MissingDependencyError("x", "hf"),
            5,
            "privacy-audit: needs x. Install with: pip install 'privacy-audit[hf]'\n",
        ),
        (
            ValueError(EMAIL),
            5,
            "privacy-audit: internal error (ValueError); PRIVACY_AUDIT_DEBUG=1 shows where, "
            "and may show content of your data\n",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_each_kind_of_error_has_its_exit_code_and_its_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, told: str
) -> None:
    monkeypatch.setattr(main_module._LazyGroup, "get_command", lambda *_: raising(error)())
    assert run("scan") == (code, "", told)


def test_the_traceback_of_an_internal_error_is_shown_on_request(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACY_AUDIT_DEBUG", "1")
    monkeypatch.setattr(main_module._LazyGroup, "get_command", lambda *_: raising(ValueError("inside"))())
    monkeypatch.setattr(sys, "argv", ["privacy-audit", "scan"])
    with pytest.raises(ValueError, match="inside"):
        main_module.main()


def test_a_reader_that_goes_away_does_not_turn_findings_into_success(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{EMAIL}\n" * 50)
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "privacy_audit", "check", "a.txt"],
            cwd=tmp_path, stdout=write_end, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    finally:
        os.close(write_end)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
