"""Windows of voices: what a long recording needed is given back, once, when its last piece was heard."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from privacy_audit.models import campplus
from privacy_audit.scanners import _windows


@pytest.mark.parametrize(("many", "last", "times"), [(20, [False, False, True], 1), (1_000, [False] * 3, 0)])
def test_memory_is_given_back_after_many_windows_only(
    monkeypatch: pytest.MonkeyPatch, many: int, last: list[bool], times: int
) -> None:
    told: list[bool] = []
    given_back: list[None] = []

    def embed(_: Any, weights: Any, *, last: bool) -> Any:
        told.append(last)
        return np.ones((len(weights), campplus.VECTOR_SIZE), np.float32)

    monkeypatch.setattr(campplus, "embed_stretches", embed)
    monkeypatch.setattr(_windows, "_MANY", many)
    monkeypatch.setattr(_windows, "give_back_freed", lambda: given_back.append(None))
    spoken = np.zeros(4_000, bool)
    for chunk in (0, 1, 2):  # the last ten seconds are silent
        spoken[1_000 * chunk + 100 : 1_000 * chunk + 400] = True
    vectors, centres, _ = _windows.raw_vectors(lambda start, stop: np.zeros(stop - start, np.float32), spoken)
    assert len(vectors) == len(centres) == 36
    assert told == last
    assert len(given_back) == times
