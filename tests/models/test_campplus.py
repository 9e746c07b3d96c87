"""The voice encoder hears what belongs to a stretch and what is around it, and nothing farther away."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy_audit.models import campplus, onnx_session

AROUND_FRAMES = 300  # three seconds


def stretch(n_halves: int, start: int, stop: int) -> Any:
    weights = np.zeros((1, n_halves), np.float32)
    weights[0, start:stop] = 1 / (stop - start)
    return weights


@pytest.fixture
def frames() -> Any:
    return np.random.default_rng(0).normal(0, 1, (999, 80)).astype(np.float32)


def test_where_everything_belongs_to_a_stretch_the_network_hears_all_of_it(frames: Any) -> None:
    weights = stretch(500, 0, 500)
    (whole,) = onnx_session("campplus.onnx", pooled=True).run(
        None, {"frames": (frames - frames.mean(axis=0))[None], "weights": weights[None]}
    )
    (found,) = campplus.embed_stretches(frames, weights)
    assert np.allclose(found, whole[0, 0] / np.linalg.norm(whole[0, 0]), atol=1e-5)


@pytest.mark.parametrize(("start", "stop"), [(0, 75), (200, 275), (425, 500)])
def test_what_is_farther_than_three_seconds_away_is_left_out(
    monkeypatch: pytest.MonkeyPatch, frames: Any, start: int, stop: int
) -> None:
    heard: list[Any] = []

    class Session:
        def run(self, _: None, inputs: dict[str, Any], options: None) -> list[Any]:
            heard.append(inputs)
            return [np.ones((1, inputs["weights"].shape[1], campplus.VECTOR_SIZE), np.float32)]

    monkeypatch.setattr(campplus, "onnx_session", lambda *_, **__: Session())
    campplus.embed_stretches(frames, stretch(500, start, stop))
    first, last = max(0, 2 * start - AROUND_FRAMES), min(999, 2 * stop + AROUND_FRAMES)
    assert np.array_equal(heard[0]["frames"][0], (frames - frames.mean(axis=0))[first:last])
    assert heard[0]["weights"].sum() == pytest.approx(1)
    assert heard[0]["weights"].shape[2] == (last - first + 1) // 2


@given(st.sets(st.integers(0, 599), max_size=4), st.integers(0, 600))
def test_near_is_within_150_entries(places: set[int], length: int) -> None:
    mask = [place in places for place in range(length)]
    expected = [any(mask[max(0, place - 150) : place + 151]) for place in range(len(mask))]
    assert campplus._near(np.array(mask, bool)).tolist() == expected
