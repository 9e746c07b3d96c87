"""What several test files share."""

from __future__ import annotations

import importlib
import os
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
