"""Which frames of a video get the long look."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy_audit.scanners._key_frames import KeyFrames
from privacy_audit.scanners.image_faces import ImageFaces
from privacy_audit.types import ImageRecord

GREY = np.full((48, 64, 3), 60, np.uint8)
TENTHS = [number / 10 for number in range(21)]


def keys(chosen: KeyFrames, times_s: Sequence[float], video: str = "a.mp4") -> list[float]:
    return [now_s for now_s in times_s if chosen.is_key(ImageRecord(f"{video}#t={now_s:g}", GREY))]


def test_one_frame_in_so_many_seconds_is_a_key_frame() -> None:
    assert keys(KeyFrames(0.4), TENTHS) == [0, 0.4, 0.8, 1.2, 1.6, 2.0]
    assert keys(KeyFrames(0), TENTHS) == TENTHS


def test_the_second_look_at_a_video_falls_between_those_of_the_first() -> None:
    chosen = KeyFrames(0.4)
    first, second, third = (keys(chosen, TENTHS) for _ in range(3))
    assert second == [0, 0.2, 0.6, 1.0, 1.4, 1.8]
    assert third == first
    assert keys(chosen, TENTHS, "b.mp4") == first


def test_a_new_scene_is_a_key_frame_and_a_picture_always_is() -> None:
    chosen = KeyFrames(10)
    assert keys(chosen, [0, 0.1, 0.2]) == [0]
    assert chosen.is_key(ImageRecord("a.mp4#t=0.3", GREY + 100))
    assert not chosen.is_key(ImageRecord("a.mp4#t=0.4", GREY + 100))
    assert chosen.is_key(ImageRecord("a.png", GREY))
    assert chosen.is_key(ImageRecord("a.gif#frame=1", GREY))


@given(st.lists(st.floats(0.01, 3), min_size=1, max_size=40), st.floats(0.1, 2))
def test_no_frame_is_further_from_a_key_frame_than_was_asked_for(steps_s: list[float], every_s: float) -> None:
    times_s = [0.0, *np.cumsum(steps_s).round(6).tolist()]
    found = keys(KeyFrames(every_s), times_s)
    assert found[0] == 0
    assert all(now_s - max(key for key in found if key <= now_s) < every_s + 0.001 for now_s in times_s)


def test_the_frames_between_are_looked_at_in_one_pass_and_the_others_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        "privacy_audit.scanners.image_faces.find_faces", lambda pixels, passes, min_score: asked.append(passes) or []
    )
    scanner = ImageFaces(closely_every_s=0.4)
    for now_s in (0, 0.1, 0.3, 0.4, 0.5):
        scanner.scan(ImageRecord(f"a.mp4#t={now_s}", GREY))
    assert asked == ["thorough", "fast", "fast", "thorough", "fast"]


@pytest.mark.parametrize("every_s", [-1, 61])
def test_a_wrong_option_is_refused(every_s: float) -> None:
    with pytest.raises(ValueError, match="closely_every_s"):
        ImageFaces(closely_every_s=every_s)
