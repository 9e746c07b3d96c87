"""What several test files share."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

# The same examples on every run, so that a red test is red for everybody: HYPOTHESIS_PROFILE=explore draws new ones
settings.register_profile("same", derandomize=True)
settings.register_profile("explore", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture(scope="session")
def sample_data() -> Path:
    """Drawn people, synthesised voices and invented names; ``MANIFEST.json`` there says what is where."""
    return Path(__file__).resolve().parents[1] / "sample_data"


@pytest.fixture(scope="session")
def clips(sample_data: Path) -> ModuleType:
    """``sample_data/_clips.py``, which draws and writes videos."""
    sys.path.insert(0, str(sample_data))
    try:
        return importlib.import_module("_clips")
    finally:
        sys.path.remove(str(sample_data))


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What ``check`` keeps goes to a folder of this run, not to that of whoever runs the tests."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


class GitRepository:
    """A repository in a folder of its own, the same on every machine."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()
        self.run("init", "--quiet", "--initial-branch=main")
        for key, value in (("user.name", "t"), ("user.email", "t@t.invalid"), ("commit.gpgsign", "false")):
            self.run("config", key, value)

    def run(self, *arguments: str, code: int = 0) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.root, check=False, capture_output=True, text=True)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def commit(self, message: str = "m") -> None:
        self.run("add", "--all")
        self.run("commit", "--quiet", "--allow-empty", "--message", message)


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitRepository:
    """An empty repository; the working folder is its top, and no setting of the user reaches it."""
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    for variable in [name for name in os.environ if name.startswith(("GIT_", "PRE_COMMIT"))]:
        monkeypatch.delenv(variable)
    monkeypatch.delenv("PRIVACY_AUDIT_KEY", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    repository = GitRepository(tmp_path / "repository")
    monkeypatch.chdir(repository.root)
    return repository
