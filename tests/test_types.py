"""The values that everything speaks in: what they refuse, what they never show, and their form in JSON."""

from __future__ import annotations

import copy
import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.errors import MissingDependencyError, UnreadableError
from privacy_audit.sources.text_file import BadRow
from privacy_audit.types import (
    QUALIFIERS,
    AudioRecord,
    BoundingBox,
    ColumnSet,
    Confidence,
    Detection,
    FieldRef,
    Finding,
    ImageRecord,
    Location,
    PathRecord,
    Reason,
    Record,
    Segment,
    TableRecord,
    TextRecord,
    TextSpan,
    Treated,
    Unscanned,
    VideoRecord,
    finding_from_dict,
    finding_to_dict,
    location_from_dict,
    location_to_dict,
)

CANARY = "canary-7f3a"
MILLISECONDS = st.integers(0, 10**7).map(lambda value: value / 1000)


def ordered(numbers: st.SearchStrategy[Any], count: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(numbers, min_size=count, max_size=count).map(sorted)


SPANS = ordered(st.integers(0, 10**9), 2).map(lambda edges: TextSpan(*edges))
BOXES = st.tuples(ordered(st.integers(0, 10**5), 2), ordered(st.integers(0, 10**5), 2)).map(
    lambda axes: BoundingBox(axes[0][0], axes[1][0], axes[0][1], axes[1][1])
)
SEGMENTS = ordered(MILLISECONDS, 2).map(lambda edges: Segment(*edges))
COLUMN_SETS = st.builds(
    ColumnSet,
    st.lists(st.text(max_size=9), max_size=3).map(tuple),
    st.lists(st.integers(0, 10**9), min_size=4, max_size=4).map(tuple),
)
LOCATIONS = st.one_of(SPANS, BOXES, SEGMENTS, st.builds(FieldRef, st.text(max_size=20)), COLUMN_SETS)
FINDINGS = st.builds(
    Finding,
    record_uri=st.text(max_size=20),
    scanner=st.text(max_size=20),
    detection=st.builds(
        Detection,
        entity_type=st.sampled_from(("PERSON", "FACE", "VOICE")),
        location=LOCATIONS,
        score=st.integers(0, 10_000).map(lambda value: value / 10_000),
        confidence=st.sampled_from(Confidence),
        qualifier=st.none() | st.sampled_from(sorted(QUALIFIERS)),
    ),
    fingerprint=st.none() | st.text("0123456789abcdef", min_size=32, max_size=32),
)


def pixels_of(text: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A picture one pixel high whose bytes spell the text."""
    data = text.encode()
    return np.frombuffer(data + b"\0" * (-len(data) % 3), np.uint8).reshape(1, -1, 3)


RECORDS: list[Record] = [
    TextRecord("a.txt", CANARY, "fr"),
    PathRecord("a.txt#path", CANARY),
    ImageRecord("a.png", pixels_of(CANARY), {"Artist": CANARY}),
    AudioRecord("a.wav", np.full((1, 4), 0.7153, np.float32), 16_000, {"artist": CANARY}),
    TableRecord("a.csv#table", Path(CANARY), {CANARY: (CANARY,)}),
    VideoRecord("a.mp4", {"title": CANARY}, 50, 5, 2.0),
]


@settings(max_examples=50, deadline=None)
@given(LOCATIONS)
def test_a_place_comes_back_from_json_as_it_was(location: Location) -> None:
    assert location_from_dict(json.loads(json.dumps(location_to_dict(location)))) == location


@settings(max_examples=50, deadline=None)
@given(FINDINGS)
def test_a_finding_comes_back_from_json_as_it_was(finding: Finding) -> None:
    assert finding_from_dict(json.loads(json.dumps(finding_to_dict(finding)))) == finding


@settings(max_examples=50, deadline=None)
@given(ordered(st.floats(0, 1e6), 2))
def test_rounding_to_the_millisecond_never_turns_a_segment_round(edges: list[float]) -> None:
    back = location_from_dict(location_to_dict(Segment(*edges)))
    assert isinstance(back, Segment)
    assert back.start == pytest.approx(edges[0], abs=0.0005)
    assert back.end == pytest.approx(edges[1], abs=0.0005)


@pytest.mark.parametrize(
    "value", [{}, {"kind": "circle"}, {"kind": "text_span", "start": 3, "end": 1}, {"kind": "field", "nom": "a"}]
)
def test_an_unknown_form_of_place_is_refused(value: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        location_from_dict(value)


@pytest.mark.parametrize("edges", [(-1, 0), (2, 1)])
def test_a_span_that_ends_before_it_starts_or_starts_before_the_text_is_refused(edges: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="start"):
        TextSpan(*edges)


@pytest.mark.parametrize("edges", [(-1, 0, 1, 1), (2, 0, 1, 1), (0, -1, 1, 1), (0, 2, 1, 1)])
def test_a_box_turned_round_or_outside_is_refused(edges: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="min <= max"):
        BoundingBox(*edges)


@pytest.mark.parametrize("edges", [(-0.1, 1.0), (2.0, 1.0), (math.nan, 1.0), (0.0, math.nan), (0.0, math.inf)])
def test_a_segment_without_a_place_in_time_is_refused(edges: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="start <= end"):
        Segment(*edges)


@pytest.mark.parametrize("score", [-0.01, 1.01, math.nan])
def test_a_score_outside_zero_to_one_is_refused(score: float) -> None:
    with pytest.raises(ValueError, match="score"):
        Detection("FACE", TextSpan(0, 1), score, Confidence.LOW)


def test_a_qualifier_that_nobody_defined_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of linked, placeholder"):
        Detection("FACE", TextSpan(0, 1), 1.0, Confidence.LOW, "famous")


@pytest.mark.parametrize(
    "pixels",
    [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3), np.float32)],
    ids=["grey", "with alpha", "not bytes"],
)
def test_pixels_that_are_no_rgb_bytes_are_refused(pixels: Any) -> None:
    with pytest.raises(ValueError, match="pixels"):
        ImageRecord("a.png", pixels)


def test_samples_of_another_kind_or_without_a_rate_are_refused() -> None:
    with pytest.raises(ValueError, match="samples"):
        AudioRecord("a.wav", np.zeros((1, 4), np.float64), 16_000)  # type: ignore[arg-type]  # the point
    with pytest.raises(ValueError, match="samples"):
        AudioRecord("a.wav", np.zeros(4, np.float32), 16_000)
    with pytest.raises(ValueError, match="sample_rate_hz"):
        AudioRecord("a.wav", np.zeros((1, 4), np.float32), 0)


def test_sizes_are_in_the_unit_that_they_name() -> None:
    assert (BoundingBox(2, 3, 12, 8).width_px, BoundingBox(2, 3, 12, 8).height_px) == (10, 5)
    assert AudioRecord("a.wav", np.zeros((2, 24_000), np.float32), 16_000).duration_s == 1.5


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_what_a_record_holds_never_shows(record: Record) -> None:
    shown = [
        *(repr(record), str(record), f"{record}", "%r" % (record,)),  # noqa: UP031 - the old way is used by logging
        *(repr([record]), repr({"record": record}), repr(Treated(record, (), ())), repr(copy.copy(record))),
        *(repr(dataclasses.replace(record, uri="b")), ascii(record)),
    ]
    for text in shown:
        assert CANARY not in text
        assert "0.7153" not in text
        assert str(ord(CANARY[0])) not in text, "the pixels show as numbers"


def test_every_record_class_is_in_the_test_above() -> None:
    assert {type(record) for record in RECORDS} == set(Record.__args__)  # type: ignore[attr-defined]  # a union


def test_what_says_that_something_was_not_read_shows_no_more_than_its_own_words() -> None:
    unread = Unscanned("a.txt", "*", Reason.CORRUPT, "the file is damaged")
    assert "the file is damaged" in repr(unread)
    assert "the file is damaged" in repr(BadRow("a.csv#row=1", Reason.CORRUPT, "the file is damaged"))
    assert str(UnreadableError(Reason.CORRUPT, "the file is damaged")) == "the file is damaged"


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_cannot_be_changed_in_place(record: Record) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.uri = "other"  # type: ignore[misc]  # the point


def test_a_missing_package_is_told_with_the_command_that_installs_it() -> None:
    assert str(MissingDependencyError("pyannote.audio", "pyannote")) == (
        "needs pyannote.audio. Install with: pip install 'privacy-audit[pyannote]'"
    )
