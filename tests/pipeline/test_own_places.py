"""What a run obscured is not obscured again; what was not is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.pipeline import Toolbox
from privacy_audit.pipeline.own_places import OwnPlaces
from privacy_audit.recipe import Recipe
from privacy_audit.types import (
    AudioRecord,
    BoundingBox,
    Confidence,
    Detection,
    ImageRecord,
    Location,
    Segment,
    TextRecord,
    TextSpan,
)


def toolbox(*operators: str) -> Toolbox:
    return Toolbox(Recipe("t", scanners={}, operators={name: {} for name in operators}))


def at(location: Location, kind: str = "FACE") -> Detection:
    return Detection(kind, location, 1.0, Confidence.HIGH)


@settings(deadline=None)  # the first loads librosa
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted), min_size=1, max_size=6))
def test_each_moment_of_a_voice_is_disguised_in_one_round_only(spans: list[list[int]]) -> None:
    box, own = toolbox("audio_disguise"), OwnPlaces()
    record = AudioRecord("a", np.zeros((1, 400), np.float32), 100)
    times = np.zeros(41, int)
    for start, end in spans:
        applied = own.apply(box, record, [at(Segment(start / 10, end / 10), "VOICE")])
        for done in applied.operations:
            assert isinstance(done.location, Segment)
            times[round(done.location.start * 10) : round(done.location.end * 10)] += 1
    wanted = np.zeros(41, int)
    for start, end in spans:
        wanted[start:end] = 1
    assert np.array_equal(times, wanted)


def test_a_face_found_again_where_it_is_blurred_is_left_and_one_beside_it_is_blurred() -> None:
    box, own = toolbox("image_blur"), OwnPlaces()
    picture = ImageRecord("a", np.random.default_rng(1).integers(0, 255, (60, 60, 3)).astype(np.uint8))
    once = own.apply(box, picture, [at(BoundingBox(10, 10, 30, 30))]).record
    again = own.apply(box, once, [at(BoundingBox(11, 9, 32, 30))])
    assert again.operations == ()
    beside = own.apply(box, once, [at(BoundingBox(25, 10, 45, 30))])
    assert len(beside.operations) == 1


def test_what_an_operator_takes_out_is_taken_out_of_an_obscured_place_too() -> None:
    own = OwnPlaces()
    picture = ImageRecord("a", np.full((60, 60, 3), 200, np.uint8))
    own.apply(toolbox("image_blur"), picture, [at(BoundingBox(10, 10, 30, 30))])
    assert len(own.apply(toolbox("image_solid"), picture, [at(BoundingBox(10, 10, 30, 30))]).operations) == 1


@pytest.mark.parametrize(("second", "n_operations"), [(TextSpan(4, 7), 0), (TextSpan(0, 3), 1)])
def test_a_number_that_was_made_coarser_is_not_made_coarser_again(second: TextSpan, n_operations: int) -> None:
    box, own = toolbox("text_mask"), OwnPlaces()
    text = own.apply(box, TextRecord("a", "ab, 42 ans"), [at(TextSpan(4, 10), "AGE")]).record
    assert isinstance(text, TextRecord)
    assert len(own.apply(box, text, [at(second, "AGE")]).operations) == n_operations
