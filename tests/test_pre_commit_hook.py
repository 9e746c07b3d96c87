"""The commit hook: a commit that adds personal data is blocked, a clean one passes."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from stdnum.fr import nir

from privacy_audit.recipe import load_recipe
from privacy_audit.scanners import all_scanners
from privacy_audit.sources._codecs import PACKED_SUFFIXES
from privacy_audit.sources.containers import SUFFIXES as CONTAINERS
from privacy_audit.sources.kinds import SUFFIXES

HOOKS = yaml.safe_load((Path(__file__).parents[1] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
BODY = "2840575999042"  # commune 999: nobody was given such a number
NIR = BODY + nir.calc_check_digits(BODY)


def test_there_are_two_tiers_and_each_reads_all_files_in_one_process() -> None:
    first, media = HOOKS
    assert (first["id"], first["entry"]) == ("privacy-audit", "privacy-audit check --staged")
    assert (media["id"], media["stages"]) == ("privacy-audit-media", ["pre-push", "manual"])
    assert media["entry"] == "privacy-audit check --staged --recipe pre-commit-media"
    assert media["additional_dependencies"] == [".[arrow,video]"], "the other reads nothing that needs an extra"
    assert all((hook["language"], hook["require_serial"]) == ("python", True) for hook in HOOKS)


def test_the_first_tier_loads_no_model_and_the_second_looks_for_faces_voices_and_names() -> None:
    scanners = {name: all_scanners()[name] for name in load_recipe("pre-commit").scanners}
    assert not [name for name, scanner in scanners.items() if scanner.needs_model]
    found = {kind for name in load_recipe("pre-commit-media").scanners for kind in all_scanners()[name].entity_types}
    assert found >= {"FACE", "VOICE", "SPEAKER", "PERSON"}
    assert set(load_recipe("pre-commit-media").scanners) > set(scanners)


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        *((f"data/a{suffix}", True) for suffix in (".txt", ".csv", ".jsonl", ".json", ".jpg", ".JPEG", ".png", ".wav")),
        *((f"data/a{suffix}", True) for suffix in (".tsv", ".md", ".flac", ".mp3", ".srt", ".yaml", ".tif", ".ogg")),
        *(
            (name, False)
            for name in ("a.py", "a.pyc", "Makefile", "a.txt.py", "a.so", "atxt", "a.js", "uv.lock", "a.gz")
        ),
        *((name, True) for name in ("a.parquet", "a.heic", "b.tar.gz", "shard-0001.tar", "a.csv.zst", "A.ZIP")),
    ],
)
def test_it_is_handed_data_and_not_programs(name: str, chosen: bool) -> None:
    assert bool(re.search(HOOKS[0]["files"], name)) is chosen


NEEDS_AN_EXTRA = {".arrow", ".feather", ".m4a"}


def test_one_of_the_two_is_handed_every_kind_of_file_that_is_read() -> None:
    read = {suffix for suffix, kind in SUFFIXES.items() if kind != "other"}
    for suffix in read:
        of_media = suffix in NEEDS_AN_EXTRA or SUFFIXES[suffix] == "video"
        for name in (
            f"data/a{suffix}",
            f"data/A{suffix.upper()}",
            *(f"a{suffix}{packed}" for packed in PACKED_SUFFIXES),
        ):
            chosen = [bool(re.search(hook["files"], name)) for hook in HOOKS]
            assert chosen == [not of_media, True], name
    for suffix in CONTAINERS:
        assert all(re.search(hook["files"], f"data/a{suffix}") for hook in HOOKS), suffix


def test_neither_is_handed_what_no_version_reads() -> None:
    not_read = [suffix for suffix, kind in SUFFIXES.items() if kind == "other"]
    assert ".pdf" in not_read
    assert not [suffix for suffix in not_read for hook in HOOKS if re.search(hook["files"], f"data/a{suffix}")]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    for variable in [name for name in os.environ if name.startswith(("GIT_", "PRE_COMMIT"))]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "--quiet")
    for key, value in (("user.name", "t"), ("user.email", "t@t.invalid"), ("commit.gpgsign", "false")):
        git(root, "config", key, value)
    hook: dict[str, Any] = {
        **HOOKS[0],
        "language": "system",  # no network: the package is here already
        "entry": HOOKS[0]["entry"].replace("privacy-audit", shlex.join([sys.executable, "-m", "privacy_audit"]), 1),
    }
    config = {"repos": [{"repo": "local", "hooks": [hook]}]}
    (root / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    subprocess.run([sys.executable, "-m", "pre_commit", "install"], cwd=root, check=True, capture_output=True)
    return root


def git(root: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=root, check=check, capture_output=True, text=True)


def test_a_commit_with_a_social_security_number_is_blocked_and_a_clean_one_passes(repository: Path) -> None:
    (repository / "clean.csv").write_text("id,avis\n1,rien à dire\n", encoding="utf-8")
    git(repository, "add", "-A")
    assert git(repository, "commit", "-m", "clean", check=False).returncode == 0
    (repository / "people.csv").write_text(f"id,secu\n1,{NIR}\n", encoding="utf-8")
    (repository / "program.py").write_text(f"NUMBER = {NIR}\n", encoding="utf-8")
    git(repository, "add", "-A")
    blocked = git(repository, "commit", "-m", "people", check=False)
    assert blocked.returncode == 1
    told = blocked.stdout + blocked.stderr
    assert "people.csv: row 0, column 'secu': FR_NIR (high confidence)" in told
    assert "program.py" not in told
    assert NIR not in told
    assert git(repository, "log", "--format=%s").stdout == "clean\n"
    # over all files, as CI runs it, those that no commit changes are read whole
    (repository / "people.csv").unlink()
    (repository / "old.csv").write_text(f"id,secu\n1,{NIR}\n", encoding="utf-8")
    git(repository, "add", "-A")
    git(repository, "commit", "--no-verify", "-m", "unseen")
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files"],
        cwd=repository,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "old.csv: row 0, column 'secu': FR_NIR (high confidence)" in done.stdout
