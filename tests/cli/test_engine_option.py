"""``--engine``: which engine runs, and when it is refused."""

from __future__ import annotations

import pytest

from privacy_audit.cli._common import engine_for
from privacy_audit.errors import UsageError
from privacy_audit.recipe import Linking, Recipe


def test_without_ray_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"needs ray\. Install with: pip install 'privacy-audit\[ray\]'"):
        engine_for(2, Recipe("ray"), "ray")


@pytest.mark.parametrize("linking", [Linking(voices=True, basis="told"), Linking(faces=True, basis="told")])
def test_biometric_templates_do_not_pass_through_ray(linking: Linking) -> None:
    with pytest.raises(UsageError, match="may put their biometric templates on disk"):
        engine_for(2, Recipe("ray", linking=linking), "ray")
    assert engine_for(1, Recipe("local", linking=linking))
