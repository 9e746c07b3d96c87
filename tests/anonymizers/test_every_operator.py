"""What every operator promises. A new one is tested by being there."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy_audit.anonymizers import Operator, _register, all_operators
from privacy_audit.errors import UsageError
from privacy_audit.types import (
    AudioRecord,
    BoundingBox,
    Confidence,
    Detection,
    Effect,
    FieldRef,
    ImageRecord,
    PathRecord,
    Record,
    Segment,
    TextRecord,
    TextSpan,
    VideoRecord,
)

NAMES = sorted(all_operators())
CASES = [
    (name, record_class, place_class)
    for name in NAMES
    for record_class in all_operators()[name].accepts
    for place_class in all_operators()[name].treats
]
TAKES_OUT = [case for case in CASES if all_operators()[case[0]].effect in (Effect.REMOVED, Effect.REDACTED)]
REMOVES = [case for case in CASES if all_operators()[case[0]].effect is Effect.REMOVED]
RATE_HZ, N_SAMPLES, HIGH, WIDE = 8000, 400, 20, 30
# an audio operator may take a moment; the laws need variety more than numbers
SETTINGS = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXT = "Marie Lefebvre, née hier 💡"
PATH = "Marie Lefebvre/album.d/jean_dupuis.wav"

# each record with two contents: the second is what stands at the places that an operator treats
ORIGINALS: dict[type, Callable[[], Any]] = {
    TextRecord: lambda: TextRecord("a", TEXT, "fr"),
    PathRecord: lambda: PathRecord("a", PATH),
    ImageRecord: lambda: ImageRecord("a", _noise(1).integers(1, 256, (HIGH, WIDE, 3), dtype=np.uint8), {"Artist": "x"}),
    AudioRecord: lambda: AudioRecord(
        "a", _noise(2).uniform(0.1, 0.9, (2, N_SAMPLES)).astype(np.float32), RATE_HZ, {"artist": "x"}
    ),
    VideoRecord: lambda: VideoRecord("a", {"artist": "x"}, 50, 5, 2.0),
}


def _noise(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def pairs(low: int, high: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(low, high), st.integers(low, high)).map(lambda edges: (min(edges), max(edges)))


def place_in(record_class: type, place_class: type) -> st.SearchStrategy[Any]:
    """Places of every size inside the record, empty and whole ones too."""
    if place_class is TextSpan:
        length = len(PATH if record_class is PathRecord else TEXT)
        return pairs(0, length).map(lambda edges: TextSpan(*edges)) | st.just(TextSpan(0, length))
    if place_class is BoundingBox:
        boxes = st.tuples(pairs(0, WIDE), pairs(0, HIGH)).map(lambda b: BoundingBox(b[0][0], b[1][0], b[0][1], b[1][1]))
        return boxes | st.just(BoundingBox(0, 0, WIDE, HIGH))
    if place_class is Segment:
        return pairs(0, N_SAMPLES).map(lambda edges: Segment(edges[0] / RATE_HZ, edges[1] / RATE_HZ))
    return st.sampled_from([FieldRef("Artist"), FieldRef("artist"), FieldRef("none")])


def found_at(places: list[Any]) -> list[Detection]:
    return [Detection("PERSON", place, 1.0, Confidence.HIGH) for place in places]


def with_other_content(record: Any, places: list[Any]) -> Any:
    """The same record with something else at every place."""
    if isinstance(record, TextRecord | PathRecord):
        chars = list(record.text)
        suffix = len(chars) - 4 if isinstance(record, PathRecord) else len(chars)
        for place in places:
            for index in range(place.start, min(place.end, suffix)):
                chars[index] = chars[index] if chars[index] == "/" else "Z"
        return dataclasses.replace(record, text="".join(chars))
    if isinstance(record, ImageRecord):
        pixels = record.pixels.copy()
        for place in places:
            if isinstance(place, BoundingBox):
                pixels[place.y_min : place.y_max, place.x_min : place.x_max] ^= 0x55
        return ImageRecord(record.uri, pixels, other_tags(record, places))
    if isinstance(record, VideoRecord):
        return dataclasses.replace(record, metadata=other_tags(record, places))
    samples = record.samples.copy()
    for place in places:
        if isinstance(place, Segment):
            samples[:, round(place.start * RATE_HZ) : round(place.end * RATE_HZ)] *= -0.5
    return AudioRecord(record.uri, samples, RATE_HZ, other_tags(record, places))


def other_tags(record: Any, places: list[Any]) -> dict[str, str]:
    return {name: "other" if FieldRef(name) in places else value for name, value in record.metadata.items()}


def content(record: Any) -> tuple[Any, ...]:
    """Everything in a record, in a form that compares."""
    if isinstance(record, TextRecord | PathRecord):
        return dataclasses.astuple(record)
    if isinstance(record, VideoRecord):
        return record.uri, record.n_frames, record.duration_s, tuple(record.metadata.items())
    payload = record.pixels if isinstance(record, ImageRecord) else record.samples
    return record.uri, payload.shape, payload.tobytes(), tuple(record.metadata.items())


@pytest.fixture(params=NAMES)
def operator(request: pytest.FixtureRequest) -> type[Operator]:
    return all_operators()[request.param]


def test_it_is_named_like_its_module_and_says_what_it_does(operator: type[Operator]) -> None:
    assert operator.__module__.rpartition(".")[2] == operator.name
    assert operator.summary.endswith(".")
    assert len(operator.summary) <= 120
    assert isinstance(operator.effect, Effect)
    assert "anonym" not in operator.summary.lower()


def test_it_says_what_it_accepts_and_treats_in_classes_that_exist(operator: type[Operator]) -> None:
    assert operator.accepts
    assert operator.treats
    assert set(operator.accepts) <= set(Record.__args__)  # type: ignore[attr-defined]  # a union
    assert set(operator.treats) <= {TextSpan, BoundingBox, Segment, FieldRef}


def test_an_option_it_does_not_know_is_refused(operator: type[Operator]) -> None:
    with pytest.raises(TypeError, match="colour"):
        operator(colour="red")


def test_its_settings_are_told_as_text(operator: type[Operator]) -> None:
    for pair in operator().parameters():
        name, value = pair
        assert isinstance(name, str)
        assert isinstance(value, str)


@pytest.mark.parametrize(("name", "record_class", "place_class"), CASES)
@SETTINGS
@given(data=st.data())
def test_a_new_record_of_the_same_class_and_size_comes_out_and_the_old_one_stays(
    name: str, record_class: type, place_class: type, data: st.DataObject
) -> None:
    places = data.draw(st.lists(place_in(record_class, place_class), max_size=4))
    record = ORIGINALS[record_class]()
    treated: Any = all_operators()[name]().apply(record, found_at(places))
    assert content(record) == content(ORIGINALS[record_class]()), "the record given was changed"
    assert type(treated) is record_class
    assert treated.uri == record.uri
    if isinstance(record, ImageRecord):
        assert treated.pixels.shape == record.pixels.shape
    if isinstance(record, AudioRecord):
        assert (treated.samples.shape, treated.sample_rate_hz) == (record.samples.shape, record.sample_rate_hz)
        assert np.isfinite(treated.samples).all()


@pytest.mark.parametrize(("name", "record_class", "place_class"), TAKES_OUT)
@SETTINGS
@given(data=st.data())
def test_nothing_of_what_stood_at_a_place_is_left_where_it_is_taken_out(
    name: str, record_class: type, place_class: type, data: st.DataObject
) -> None:
    """The proof: with anything else in its place, the same comes out."""
    places = data.draw(st.lists(place_in(record_class, place_class), min_size=1, max_size=4))
    operator = all_operators()[name]()
    record = ORIGINALS[record_class]()
    other = with_other_content(record, places)
    assert content(operator.apply(record, found_at(places))) == content(operator.apply(other, found_at(places)))


@pytest.mark.parametrize(
    ("name", "record_class", "place_class"),
    [case for case in CASES if all_operators()[case[0]].effect is Effect.REMOVED],
)
@SETTINGS
@given(data=st.data())
def test_removing_twice_is_removing_once(name: str, record_class: type, place_class: type, data: st.DataObject) -> None:
    places = data.draw(st.lists(place_in(record_class, place_class), max_size=4))
    operator = all_operators()[name]()
    once = operator.apply(ORIGINALS[record_class](), found_at(places))
    assert content(operator.apply(once, found_at(places))) == content(once)


@pytest.mark.parametrize(("name", "record_class", "place_class"), CASES)
def test_with_nothing_found_the_words_pixels_and_samples_stay(name: str, record_class: type, place_class: type) -> None:
    record = ORIGINALS[record_class]()
    treated = all_operators()[name]().apply(record, [])
    if all_operators()[name].unconditional:
        assert content(treated)[:3] == content(record)[:3]
        assert content(treated)[3] == (), "what is always stripped is stripped although nothing was found"
    else:
        assert content(treated) == content(record)


@pytest.mark.parametrize(("name", "record_class", "place_class"), CASES)
def test_the_order_of_places_makes_no_difference(name: str, record_class: type, place_class: type) -> None:
    if all_operators()[name].effect not in (Effect.REMOVED, Effect.REDACTED):
        pytest.skip("what is drawn anew each time differs anyway")
    edges = ((0, 9), (3, 5), (5, 12), (12, 12), (11, 20))
    made = {
        TextSpan: lambda a, b: TextSpan(a, b),
        BoundingBox: lambda a, b: BoundingBox(a, a // 2, b, b // 2),
        Segment: lambda a, b: Segment(a / RATE_HZ, b / RATE_HZ),
        FieldRef: lambda a, b: FieldRef("Artist"),
    }[place_class]
    places = found_at([made(*pair) for pair in edges])
    operator, record = all_operators()[name](), ORIGINALS[record_class]()
    assert content(operator.apply(record, places)) == content(operator.apply(record, places[::-1]))


def test_two_operators_cannot_have_one_name() -> None:
    taken: Any = all_operators()["text_label"]

    class Other(taken):
        pass

    with pytest.raises(UsageError, match="two operators are called 'text_label'"):
        _register({"text_label": taken}, Other)
