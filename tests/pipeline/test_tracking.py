"""Tracks: no box is lost, gaps are filled both ways, nothing leaves the picture."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.pipeline.tracking import EDGE_FRAMES, EDGE_S, MAX_GAP_FRAMES, MAX_GAP_S, tracks_of
from privacy_audit.types import BoundingBox

WIDE, HIGH = 320, 240
RATE_HZ = 10


@st.composite
def boxes(draw: st.DrawFn) -> BoundingBox:
    x, y = draw(st.integers(0, WIDE - 2)), draw(st.integers(0, HIGH - 2))
    return BoundingBox(x, y, draw(st.integers(x + 1, WIDE)), draw(st.integers(y + 1, HIGH)))


STEPS = st.lists(st.floats(0.001, 2.0), min_size=1, max_size=25)
FOUND = st.dictionaries(st.integers(0, 24), st.lists(boxes(), max_size=4), max_size=25)


def times(steps: list[float]) -> list[float]:
    return [sum(steps[: index + 1]) for index in range(len(steps))]


def moving(frame: int, step_px: int = 4) -> BoundingBox:
    return BoundingBox(20 + step_px * frame, 60, 60 + step_px * frame, 110)


def covers(outer: BoundingBox, inner: BoundingBox) -> bool:
    return (
        outer.x_min <= inner.x_min
        and outer.y_min <= inner.y_min
        and outer.x_max >= inner.x_max
        and outer.y_max >= inner.y_max
    )


@settings(deadline=None)
@given(STEPS, FOUND)
def test_every_box_is_in_exactly_one_track_at_its_own_frame(
    steps: list[float], found: dict[int, list[BoundingBox]]
) -> None:
    times_s = times(steps)
    found = {frame: items for frame, items in found.items() if frame < len(times_s)}
    tracks = tracks_of(times_s, found, WIDE, HIGH)
    for frame, items in found.items():
        assert sorted(items) == sorted(track.seen[frame] for track in tracks if frame in track.seen)
        assert all(track.boxes[frame] == track.seen[frame] for track in tracks if frame in track.seen)


@settings(deadline=None)
@given(STEPS, FOUND)
def test_a_track_has_no_hole_and_stays_inside_the_picture_and_the_video(
    steps: list[float], found: dict[int, list[BoundingBox]]
) -> None:
    times_s = times(steps)
    found = {frame: items for frame, items in found.items() if frame < len(times_s)}
    for track in tracks_of(times_s, found, WIDE, HIGH):
        assert sorted(track.boxes) == list(range(min(track.boxes), max(track.boxes) + 1))
        assert min(track.boxes) >= 0
        assert max(track.boxes) < len(times_s)
        assert all(box.x_max <= WIDE and box.y_max <= HIGH for box in track.boxes.values())


@settings(deadline=None)
@given(STEPS, FOUND)
def test_a_track_lasts_a_moment_beyond_what_was_seen_and_not_longer(
    steps: list[float], found: dict[int, list[BoundingBox]]
) -> None:
    times_s = times(steps)
    found = {frame: items for frame, items in found.items() if frame < len(times_s)}
    for track in tracks_of(times_s, found, WIDE, HIGH):
        first, last = min(track.seen), max(track.seen)
        assert min(track.boxes) <= max(0, first - EDGE_FRAMES)
        assert max(track.boxes) >= min(len(times_s) - 1, last + EDGE_FRAMES)
        assert min(track.boxes) >= first - EDGE_FRAMES or times_s[first] - times_s[min(track.boxes)] <= EDGE_S
        assert max(track.boxes) <= last + EDGE_FRAMES or times_s[max(track.boxes)] - times_s[last] <= EDGE_S


@pytest.mark.parametrize("missing", [range(10, 11), range(10, 15), range(10, 18)], ids=["1", "5", "8"])
@pytest.mark.parametrize("step_px", [-2, 0, 4, 8])
def test_a_face_that_goes_on_moving_while_it_is_hidden_is_covered_where_it_is(missing: range, step_px: int) -> None:
    truth = {frame: moving(frame + (40 if step_px < 0 else 0), step_px=abs(step_px)) for frame in range(30)}
    if step_px < 0:
        truth = dict(zip(range(30), reversed(truth.values()), strict=True))
    times_s = [frame / RATE_HZ for frame in range(30)]
    seen = {frame: [box] for frame, box in truth.items() if frame not in missing}
    (track,) = tracks_of(times_s, seen, WIDE, HIGH)
    assert all(covers(track.boxes[frame], truth[frame]) for frame in truth if truth[frame].x_max <= WIDE)


def test_a_face_is_covered_a_moment_before_its_first_and_after_its_last_sighting_where_its_movement_puts_it() -> None:
    times_s = [frame / RATE_HZ for frame in range(30)]
    (track,) = tracks_of(times_s, {frame: [moving(frame)] for frame in range(10, 20)}, WIDE, HIGH)
    for frame in (*range(10 - EDGE_FRAMES, 10), *range(20, 20 + EDGE_FRAMES)):
        assert covers(track.boxes[frame], moving(frame))
    assert (min(track.boxes), max(track.boxes)) == (10 - EDGE_FRAMES, 19 + EDGE_FRAMES)


@pytest.mark.parametrize(("gap_frames", "n_tracks"), [(MAX_GAP_FRAMES, 1), (30, 1), (round(MAX_GAP_S * 25), 2)])
def test_a_gap_is_filled_up_to_the_longer_of_two_seconds_and_five_frames(gap_frames: int, n_tracks: int) -> None:
    still = BoundingBox(10, 10, 50, 60)
    found = {0: [still], 1 + gap_frames: [still]}
    times_s = [frame / 25 for frame in range(60)]
    assert len(tracks_of(times_s, found, WIDE, HIGH)) == n_tracks


def test_two_faces_that_pass_each_other_keep_two_tracks_and_both_are_covered_all_the_time() -> None:
    times_s = [frame / RATE_HZ for frame in range(30)]
    found = {frame: [moving(frame, 8), BoundingBox(240 - 7 * frame, 70, 280 - 7 * frame, 115)] for frame in range(30)}
    tracks = tracks_of(times_s, found, WIDE, HIGH)
    assert sum(len(track.seen) for track in tracks) == 60
    assert all(any(track.boxes.get(frame) == box for track in tracks) for frame in found for box in found[frame])


def test_without_boxes_there_are_no_tracks() -> None:
    assert tracks_of([0.0, 0.1], {}, WIDE, HIGH) == []
