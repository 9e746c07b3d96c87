"""What every operator promises. A new one is tested by being there."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy_audit.anonymizers import Operator, _register, all_operators
from privacy_audit.errors import UsageError
from privacy_audit.legal.matrix import techniques
from privacy_audit.pseudonyms import Pseudonyms
from privacy_audit.types import (
    AudioRecord,
    BoundingBox,
    ColumnSet,
    Confidence,
    Detection,
    Effect,
    FieldRef,
    ImageRecord,
    PathRecord,
    Record,
    Segment,
    TableRecord,
    TextRecord,
    TextSpan,
    VideoRecord,
)

NAMES = sorted(all_operators())
SHORTER = {"audio_cut"}  # the timeline closes: its own tests say what becomes of the samples
CASES = [
    (name, record_class, place_class)
    for name in NAMES
    if name not in SHORTER
    for record_class in all_operators()[name].accepts
    for place_class in all_operators()[name].treats
]
TAKES_OUT = [case for case in CASES if all_operators()[case[0]].effect in (Effect.REMOVED, Effect.REDACTED)]
REMOVES = [case for case in CASES if all_operators()[case[0]].effect is Effect.REMOVED]
RATE_HZ, N_SAMPLES, HIGH, WIDE = 8000, 400, 20, 30
# an audio operator may take a moment; the laws need variety more than numbers
SETTINGS = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PLACES: dict[type, Any] = {
    TextSpan: TextSpan(2, 11),
    BoundingBox: BoundingBox(3, 3, 20, 15),
    Segment: Segment(0, 0.03),
    FieldRef: FieldRef("Artist"),
    ColumnSet: ColumnSet(("Artist",), (0, 0, 0, 0)),
}
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
    TableRecord: lambda: TableRecord(
        "a#table", Path("a.csv"), {"Artist": ("7", "8"), "artist": ("7", "7"), "x": ("1", "2")}
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
    if place_class is ColumnSet:
        names = st.lists(st.sampled_from(["Artist", "artist", "none"]), min_size=1, max_size=2, unique=True)
        return names.map(lambda columns: ColumnSet(tuple(columns), (0, 0, 0, 0)))
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
    if isinstance(record, TableRecord):
        new = {name: ("30", "31") if FieldRef(name) in places else texts for name, texts in record.sample.items()}
        return TableRecord(record.uri, record.path, new)
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
    if isinstance(record, TableRecord):
        return record.uri, record.path, None, tuple(record.sample.items())
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
    assert set(operator.treats) <= {TextSpan, BoundingBox, Segment, FieldRef, ColumnSet}


def test_an_option_it_does_not_know_is_refused(operator: type[Operator]) -> None:
    with pytest.raises(TypeError, match="no_such_option"):
        operator(no_such_option=1)


def test_it_says_how_it_is_attacked_and_what_it_is_called(operator: type[Operator]) -> None:
    assert operator.attacks
    for attack in operator.attacks:
        assert attack.endswith(".")
        assert attack[0].isupper()
    called = techniques()[operator.name]
    assert called.iso_en
    assert called.iso_fr


def test_it_can_be_kept_to_some_kinds(operator: type[Operator]) -> None:
    places = {**PLACES, TextSpan: TextSpan(0, 1)}
    place = places[operator.treats[0]]
    wanted = [kind for kind in ("PERSON", "VOICE") if operator().wants(Detection(kind, place, 1.0, Confidence.HIGH))]
    assert wanted
    for kind in wanted:
        detection = Detection(kind, place, 1.0, Confidence.HIGH)
        assert operator(only=[kind]).wants(detection)
        assert not operator(only=["X"]).wants(detection)
    with pytest.raises(ValueError, match="only: got 'PERSON'"):
        operator(only="PERSON")


def test_under_one_key_it_does_the_same_twice(operator: type[Operator]) -> None:
    if operator.name == "text_encrypt":
        pytest.skip("two encryptions of one value differ on purpose: that they are one value is not told")
    record_class = operator.accepts[0]
    found = [Detection(kind, PLACES[operator.treats[0]], 1.0, Confidence.HIGH) for kind in ("PERSON", "VOICE")]
    results = []
    for _ in range(2):
        made = operator()
        made.pseudonyms = Pseudonyms(b"k" * 32)
        wanted = [detection for detection in found if made.wants(detection)]
        results.append(content(made.apply(ORIGINALS[record_class](), wanted)))
    assert results[0] == results[1]
    assert results[0] != content(ORIGINALS[record_class]())


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


@pytest.mark.parametrize(("name", "record_class", "place_class"), [case for case in CASES if case[2] is TextSpan])
@SETTINGS
@given(data=st.data())
def test_every_character_found_is_replaced_and_no_other(
    name: str, record_class: type, place_class: type, data: st.DataObject
) -> None:
    places = data.draw(st.lists(place_in(record_class, place_class), max_size=4))
    record = ORIGINALS[record_class]()
    operator = all_operators()[name]()
    # one key for all runs: under one in some hundred keys Marie becomes Jean, who stands in the same path
    operator.pseudonyms = Pseudonyms(b"k" * 32)
    treated: Any = operator.apply(record, found_at(places))
    kept, found = pieces_of(record, places)
    # what is outside, in its order, with anything between; the longest first would hide nothing: pieces are exact
    pattern = "(.+?)".join(map(re.escape, kept))
    match = re.fullmatch(pattern, treated.text, re.DOTALL)
    assert match, "a character outside the places changed"
    assert len(match.groups()) == len(found)
    if len(found) == 1 and any(map(str.isalnum, found[0])):
        new = treated.text[len(kept[0]) : len(treated.text) - len(kept[1])]
        assert new != found[0]
        # whole words: an invented name may well hold the four letters of a short word, as Planchier does of hier
        assert not _words_of(found[0]) & _words_of(new)


def _words_of(text: str) -> set[str]:
    return set(re.findall(r"\w{4,}", text.casefold()))


def pieces_of(record: Any, places: list[TextSpan]) -> tuple[list[str], list[str]]:
    """What lies outside the places, and what they hold, joined where they overlap; folders and suffix of a path apart."""
    text = record.text
    n_suffix = 4 if isinstance(record, PathRecord) else 0
    owner, joined = [-1] * len(text), []
    for place in sorted(place for place in places if place.start < place.end):
        if joined and place.start < joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], place.end)
        else:
            joined.append([place.start, place.end])
    for number, (start, end) in enumerate(joined):
        for index in range(start, min(end, len(text) - n_suffix)):
            owner[index] = -1 if n_suffix and text[index] == "/" else number
    kept, found = [""], []
    last = -1
    for index, char in enumerate(text):
        if owner[index] < 0:
            kept[-1] += char
        elif owner[index] != last:
            found.append(char)
            kept.append("")
        else:
            found[-1] += char
        last = owner[index]
    return kept, found


@pytest.mark.parametrize("name", [name for name in NAMES if BoundingBox in all_operators()[name].treats])
@SETTINGS
@given(
    places=st.lists(place_in(ImageRecord, BoundingBox), min_size=1, max_size=4),
    shape=st.sampled_from(["rectangle", "ellipse"]),
    margin=st.sampled_from([0, 0.25, 1]),
)
def test_pixels_change_in_the_boxes_and_their_margin_only(
    name: str, places: list[BoundingBox], shape: str, margin: float
) -> None:
    record = ORIGINALS[ImageRecord]()
    treated: Any = all_operators()[name](shape=shape, margin=margin).apply(record, found_at(places))
    inside, near = np.zeros((HIGH, WIDE), bool), np.zeros((HIGH, WIDE), bool)
    grow = 2**0.5 if shape == "ellipse" else 1
    for box in places:
        margin_px = round(min(box.width_px, box.height_px) * margin)
        inside[box.y_min : box.y_max, box.x_min : box.x_max] = True
        if box.width_px or box.height_px:
            wide, high = (box.width_px / 2 + margin_px) * grow, (box.height_px / 2 + margin_px) * grow
            middle_x, middle_y = (box.x_min + box.x_max) / 2, (box.y_min + box.y_max) / 2
            rows, columns = np.mgrid[0:HIGH, 0:WIDE]
            near |= (abs(columns + 0.5 - middle_x) < wide + 1) & (abs(rows + 0.5 - middle_y) < high + 1)
    assert np.array_equal(treated.pixels[~near], record.pixels[~near]), "a pixel outside changed"
    if inside.any():
        changed = (treated.pixels != record.pixels).any(axis=2)
        # a mean may by chance be the pixel itself, and a square of one pixel is its own mean
        assert changed[inside].mean() > 0.9 or min(min(box.width_px, box.height_px) for box in places) < 5


@pytest.mark.parametrize(
    "name", [name for name in NAMES if Segment in all_operators()[name].treats and name not in SHORTER]
)
@SETTINGS
@given(places=st.lists(place_in(AudioRecord, Segment), min_size=1, max_size=4))
def test_samples_change_in_the_segments_and_their_margin_only(name: str, places: list[Segment]) -> None:
    operator = all_operators()[name]()
    kind = next(
        kind for kind in ("VOICE", "PERSON") if operator.wants(Detection(kind, places[0], 1.0, Confidence.HIGH))
    )
    record = ORIGINALS[AudioRecord]()
    treated: Any = operator.apply(record, [Detection(kind, place, 1.0, Confidence.HIGH) for place in places])
    pad_s = float(dict(operator.parameters()).get("pad_s", 0))
    index = np.arange(N_SAMPLES)
    inside, near = np.zeros(N_SAMPLES, bool), np.zeros(N_SAMPLES, bool)
    for place in places:
        inside |= (index >= round(place.start * RATE_HZ)) & (index < round(place.end * RATE_HZ))
        near |= (index > (place.start - pad_s) * RATE_HZ - 2) & (index < (place.end + pad_s) * RATE_HZ + 2)
    assert np.array_equal(treated.samples[:, ~near], record.samples[:, ~near]), "a sample outside changed"
    assert (treated.samples[:, inside] != record.samples[:, inside]).all()


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
        ColumnSet: lambda a, b: ColumnSet(("Artist",), (a, b, 0, 0)),
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
