"""What several test files share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def sample_data() -> Path:
    """Drawn people, synthesised voices and invented names; ``MANIFEST.json`` there says what is where."""
    return Path(__file__).resolve().parents[1] / "sample_data"
