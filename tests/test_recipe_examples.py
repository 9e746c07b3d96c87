"""The examples under ``recipes/``: each runs in a process of its own, without network, and shows what it promises."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

RECIPES = Path(__file__).resolve().parents[1] / "recipes"
NEEDS = {
    "guard_datatrove": "datatrove",
    "guard_hf_dataset": "datasets",
    "guard_ray": "ray",
    "guard_torch": "torch",
    "guard_webdataset": "webdataset",
    "ray_cluster": "ray",
}
# the sockets are shut before anything else is imported
START = (
    "import runpy, sys; from pytest_socket import disable_socket; disable_socket(allow_unix_socket=True);"
    "runpy.run_path(sys.argv[1], run_name='__main__')"
)
# Ray's own processes talk over the loopback address
START_RAY = START.replace("disable_socket(allow_unix_socket=True)", "socket_allow_hosts(['127.0.0.1', '::1'])").replace(
    "import disable_socket", "import socket_allow_hosts"
)


def printed_by(name: str, cwd: Path) -> list[str]:
    needed = NEEDS.get(name)
    if needed and importlib.util.find_spec(needed) is None:
        pytest.skip(f"{name}.py needs the package {needed}, which is not installed")
    # whatever the example keeps beside itself, such as the cache of datasets, goes to the test's folder
    own = {**os.environ, "TMPDIR": str(cwd), "HF_HOME": str(cwd), "PYTHONUTF8": "1"}
    own["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    done = subprocess.run(
        [sys.executable, "-c", START_RAY if needed == "ray" else START, str(RECIPES / f"{name}.py")],
        cwd=cwd,
        env=own,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_every_example_is_tested_here() -> None:
    tested = {"anonymize_folder", "scan_folder", *NEEDS}
    assert {path.stem for path in RECIPES.glob("*.py")} == tested


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.py")), ids=lambda path: path.stem)
def test_an_example_is_short_and_says_what_it_shows(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert 15 <= len(text.splitlines()) <= 45
    assert text.startswith('"""')
    assert "Shows " in text


def test_the_scan_example_tells_coverage_first_then_counts_and_a_place_and_no_value(tmp_path: Path) -> None:
    lines = printed_by("scan_folder", tmp_path)
    assert lines[0] == "5 of 5 files read by every scanner meant for them"
    assert any(re.fullmatch(r"EMAIL_ADDRESS: [1-9]\d* high, \d+ medium, \d+ low", line) for line in lines)
    assert "findings; the first is" in lines[-1]
    assert "@" not in "\n".join(lines)


def test_the_treated_copy_example_covers_the_faces_renames_a_file_and_finds_nothing_again(tmp_path: Path) -> None:
    lines = printed_by("anonymize_folder", tmp_path)
    assert lines[0] == "9 files written, 0 held back with parts that could not be read"
    assert any(line.startswith("REMOVED: FACE x ") for line in lines)
    assert "REMOVED: GPS_POSITION x 2" in lines
    assert "still found in the copy: {}" in lines
    copies = lines[-1].removeprefix("copies: ").split(", ")
    assert len(copies) == 9
    assert "jean-dupuis.jpg" not in copies


def test_the_datasets_example_redacts_what_is_personal_and_leaves_the_rest(tmp_path: Path) -> None:
    lines = printed_by("guard_hf_dataset", tmp_path)
    assert lines == [
        "0 Je m'appelle <PERSON>, écrivez-moi à <EMAIL_ADDRESS>.",
        "1 La notice était claire, je recommande.",
        "2 On peut rappeler <PERSON> au <PHONE_NUMBER> après six heures.",
    ]


def test_the_webdataset_example_redacts_in_one_mode_and_leaves_out_in_the_other(tmp_path: Path) -> None:
    portrait, *others = printed_by("guard_webdataset", tmp_path)
    found = re.fullmatch(r"redact: portrait: (\d+)% black; Sent by <PERSON>, <PHONE_NUMBER>\.", portrait)
    assert found
    assert int(found[1]) >= 5  # percent of the pixels: the face and its margin
    assert others == [
        "redact: shapes: 0% black; A square and two circles.",
        "drop: shapes: 0% black; A square and two circles.",
    ]


def test_the_torch_example_trains_on_redacted_texts(tmp_path: Path) -> None:
    *epochs, text, counts = printed_by("guard_torch", tmp_path)
    losses = [float(line.rpartition(" ")[2]) for line in epochs]
    assert len(losses) == 3
    assert losses[-1] < losses[0]
    assert text in ("<PERSON> adore, <EMAIL_ADDRESS>", "Lent et triste, <PHONE_NUMBER>")
    assert counts == "40 {'EMAIL_ADDRESS': 20, 'PERSON': 20, 'PHONE_NUMBER': 20}"


def test_the_datatrove_example_writes_redacted_documents(tmp_path: Path) -> None:
    assert printed_by("guard_datatrove", tmp_path) == [
        "Je m'appelle <PERSON>, écrivez-moi à <EMAIL_ADDRESS>.",
        "La notice était claire, je recommande.",
        "On peut rappeler <PERSON> au <PHONE_NUMBER> après six heures.",
        "REDACTED: EMAIL_ADDRESS x 1",
        "REDACTED: PERSON x 2",
        "REDACTED: PHONE_NUMBER x 1",
    ]


@pytest.fixture
def short() -> Iterator[Path]:
    """Ray's sockets lie under the folder, and their names have a limit."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


def test_the_ray_example_leaves_rows_out(short: Path) -> None:
    assert printed_by("guard_ray", short) == [
        "1 La notice était claire, je recommande.",
        "1 passed, 2 left out",
    ]


def test_the_cluster_example_reads_the_sample_texts(short: Path) -> None:
    first, *counts = printed_by("ray_cluster", short)
    assert first == "5 of 5 files read"
    assert "EMAIL_ADDRESS: 10" in counts
