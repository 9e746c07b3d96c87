"""Nothing heavy is loaded before it is needed: help is instant, and a commit hook loads no model."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "numpy", "scipy", "spacy", "thinc", "cv2", "onnxruntime", "librosa", "numba", "soundfile", "PIL", "duckdb",
    "presidio_analyzer", "presidio_anonymizer", "phonenumbers", "jinja2", "rich", "yaml", "torch", "datasets",
}  # fmt: skip


def loaded(*arguments: str, cwd: Path | None = None) -> set[str]:
    """The top-level packages that a run of the command line imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "privacy_audit", *arguments],
        cwd=cwd, capture_output=True, text=True, check=False,
    )  # fmt: skip
    names = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines() if "|" in line}
    assert "privacy_audit" in names
    return names


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["scan", "--help"], ["anonymize", "--help"]], ids=" ".join
)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    assert loaded(*arguments) & HEAVY == set()


def test_checking_a_text_loads_no_model_and_no_package_for_pictures_or_sounds(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("écrivez à camille.durand@courriel-invente.fr", encoding="utf-8")
    names = loaded("check", "a.txt", cwd=tmp_path)
    assert names & (HEAVY - {"yaml", "phonenumbers"}) == set()


def test_importing_the_package_loads_no_other_package() -> None:
    code = (
        "import sys; before = set(sys.modules); import privacy_audit;"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before};"
        "print(new - sys.stdlib_module_names, [name for name in sys.modules if name.startswith('privacy_audit.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "{'privacy_audit'} []"


def test_help_takes_little_time_of_the_processor(tmp_path: Path) -> None:
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run([sys.executable, '-m', 'privacy_audit', '--help'], stdout=subprocess.DEVNULL, check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime)"
    )
    times_s = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        for _ in range(3)
    ]
    assert min(times_s) < 0.4  # 0.1 where nothing else runs
