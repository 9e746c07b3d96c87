"""A run that is killed, or whose disk is full, goes on where it stopped and ends with the same bytes."""

from __future__ import annotations

import errno
import fcntl
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from privacy_audit.cli.main import main
from privacy_audit.engines.local import run
from privacy_audit.errors import OutputError, StoppedError
from privacy_audit.pipeline import anonymize, treated_copy, treated_folder
from privacy_audit.pipeline.write_failures import write_failure
from privacy_audit.pseudonyms import Pseudonyms
from privacy_audit.recipe import Recipe, load_recipe

RECIPE = """
name: killed
scanners: {file_names: , text_patterns: }
operators: {text_surrogate: }
"""
N_FILES = 16


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    for number in range(N_FILES):
        name = f"marie_lefebvre_{number}" if number % 4 == 0 else f"{number}"
        text = f"Écrivez à camille.durand{number}@courriel-invente.fr.\n"
        (tmp_path / "source" / f"{name}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "killed.yaml").write_text(RECIPE)
    return tmp_path


def recipe_in(here: Path) -> Recipe:
    return load_recipe(str(here / "killed.yaml"))


def everything(folder: Path) -> dict[str, bytes]:
    """All that lies there, notes included, but the report, which tells when it was made."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.stem != "report")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def started(here: Path, jobs: int) -> subprocess.Popen[bytes]:
    arguments = ["anonymize", "source", "-o", "copy", "-r", "killed.yaml", "--key-file", "run.key", "-j", str(jobs)]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        [sys.executable, "-m", "privacy_audit", *arguments],
        cwd=here,
        stdout=quiet,
        stderr=quiet,
        start_new_session=True,
    )


def n_parts(here: Path) -> int:
    return len(list((here / "copy" / ".privacy-audit" / "parts").glob("0*.jsonl")))


def test_a_run_killed_twice_goes_on_and_leaves_the_same_bytes_as_one_left_in_peace(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(here / "source")
    for jobs, n_done in ((1, 3), (2, 8)):
        process = started(here, jobs)
        while n_parts(here) < n_done and process.poll() is None:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert n_parts(here) < N_FILES, "it was killed too late to be a test"
    key = Pseudonyms.from_file(here / "run.key")
    monkeypatch.chdir(here)
    anonymize("source", here / "copy", recipe_in(here), pseudonyms=key)
    anonymize("source", here / "whole", recipe_in(here), pseudonyms=key)
    copy, whole = everything(here / "copy"), everything(here / "whole")
    assert copy == whole
    assert len(whole) > 2 * N_FILES  # each file and its part
    assert everything(here / "source") == before


def test_what_a_kill_left_before_the_first_note_does_not_stand_in_the_way(here: Path) -> None:
    own = here / "copy" / ".privacy-audit"
    (own / "parts").mkdir(parents=True)
    (own / ".writing-abc").write_text("half")
    (own / "parts" / ".writing-def.jsonl").write_text("half")
    anonymize(here / "source", here / "copy", recipe_in(here))
    assert not list(own.rglob(".writing-*"))


def test_two_runs_do_not_write_in_one_folder(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(treated_folder, "_WAIT_S", 0.0)
    own = here / "copy" / ".privacy-audit"
    own.mkdir(parents=True)
    with (own / "lock").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        with pytest.raises(OutputError, match="another run is writing there"):
            anonymize(here / "source", here / "copy", recipe_in(here))
    anonymize(here / "source", here / "copy", recipe_in(here))


def test_a_person_is_counted_once_by_a_run_that_goes_on(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (here / "source").iterdir():
        path.write_text("Écrivez à camille.durand@courriel-invente.fr.", encoding="utf-8")
    labels = Recipe("labels", scanners={"text_patterns": {}}, operators={"text_label": {}})
    for pseudonyms, complete in ((Pseudonyms(bytes(32), kept=True), True), (None, False)):
        copy = here / f"copy-{complete}"
        with monkeypatch.context() as context:
            stop_after(context, 5)
            with pytest.raises(StoppedError):
                anonymize(here / "source", copy, labels, pseudonyms=pseudonyms)
        mail = anonymize(here / "source", copy, labels, pseudonyms=pseudonyms).entity("EMAIL_ADDRESS")
        assert mail is not None
        assert (mail.distinct, mail.distinct_complete) == (1, complete)


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def stop_after(monkeypatch: pytest.MonkeyPatch, n_files: int, error: Any = full) -> None:
    """The disk is full from the part of this file on."""
    real = treated_copy.write_lines

    def write(path: Path, lines: Any) -> None:
        if path.stem.isdecimal() and int(path.stem) >= n_files:
            error(path)
        real(path, lines)

    monkeypatch.setattr(treated_copy, "write_lines", write)


def forbidden(path: Path) -> None:
    raise PermissionError(errno.EACCES, "Permission denied", str(path))


@pytest.mark.parametrize(
    ("error", "told"), [(full, "no space is left on the disk"), (forbidden, "no permission to write there")]
)
def test_where_the_output_fails_the_run_stops_with_a_message_and_goes_on_later(
    here: Path, monkeypatch: pytest.MonkeyPatch, error: Any, told: str
) -> None:
    key = Pseudonyms(bytes(32), kept=True)
    anonymize(here / "source", here / "whole", recipe_in(here), pseudonyms=key)
    with monkeypatch.context() as context:
        stop_after(context, 5, error)
        with pytest.raises(StoppedError, match=rf"{told}; 5 of {N_FILES} files are done and kept\. .* goes on"):
            anonymize(here / "source", here / "copy", recipe_in(here), pseudonyms=key)
    assert not list((here / "copy").rglob("staged"))
    anonymize(here / "source", here / "copy", recipe_in(here), pseudonyms=key)
    assert everything(here / "copy") == everything(here / "whole")


def test_a_disk_that_is_full_while_a_file_is_written_does_not_put_the_file_aside(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as context:
        context.setattr("privacy_audit.pipeline.treating_content.rewrite_text", full)
        with pytest.raises(StoppedError, match="no space is left"):
            anonymize(here / "source", here / "copy", recipe_in(here), pseudonyms=Pseudonyms(bytes(32)))
    assert n_parts(here) == 0


def limited_worker(*arguments: Any) -> Any:
    """The real worker, in a process that may write 40 bytes into a file."""
    import resource

    handle = treated_copy.treat_worker(*arguments)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40, 40))
    return handle


def limited_engine(tasks: Any, setup: Any, arguments: Any) -> Any:
    return run(tasks, limited_worker, arguments, jobs=1)


def test_a_limit_of_the_system_in_another_process_stops_the_run_too(here: Path) -> None:
    with pytest.raises(StoppedError, match="larger than the system allows; 0 of"):
        anonymize(here / "source", here / "copy", recipe_in(here), engine=limited_engine)


def test_a_run_that_stops_exits_with_3_and_shows_no_traceback(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stop_after(monkeypatch, 5)
    monkeypatch.chdir(here)
    monkeypatch.setattr(sys, "argv", ["x", "anonymize", "source", "-o", "copy", "-r", "killed.yaml", "-j", "1"])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 3
    assert "no space is left on the disk; 5 of 16 files" in capsys.readouterr().err


def test_a_library_that_tells_no_number_failed_for_the_disk_where_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert write_failure(RuntimeError("x"), tmp_path) is None
    assert write_failure(PermissionError(errno.EACCES, "x", "/elsewhere"), tmp_path) is None
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 10})())
    assert write_failure(RuntimeError("x"), tmp_path) == "no space is left on the disk"


@pytest.mark.parametrize("error", [PermissionError(errno.EACCES, "x"), OSError(errno.EROFS, "Read-only file system")])
def test_a_folder_that_cannot_be_written_is_refused_at_once(
    here: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(OutputError, match="cannot be used as output folder"):
        anonymize(here / "source", here / "copy", recipe_in(here))


def test_a_new_name_that_is_too_long_for_the_disk_costs_one_file(here: Path) -> None:
    pseudonyms = Recipe("t", scanners={"file_names": {}, "text_patterns": {}}, operators={"text_pseudonym": {}})
    (here / "source" / f"jean_dupuis_{'x' * 235}.txt").write_text("x")
    report = anonymize(here / "source", here / "copy", pseudonyms)
    assert report.treatment is not None
    assert (report.treatment.records, report.treatment.quarantined) == (N_FILES, 1)
    (told,) = (here / "copy" / ".privacy-audit" / "quarantine.jsonl").read_text().splitlines()
    assert "longer than the disk allows" in told
