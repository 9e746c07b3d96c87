"""Labels in place of spans: the words around them stay, and paths stay paths."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.anonymizers.text_label import TextLabel
from privacy_audit.types import Confidence, Detection, PathRecord, TextRecord, TextSpan

SPANS = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda edges: (min(edges), max(edges)))


def labelled(text: str, *places: tuple[int, int, str]) -> str:
    found = [Detection(kind, TextSpan(start, end), 1.0, Confidence.HIGH) for start, end, kind in places]
    record = TextLabel().apply(TextRecord("a", text), found)
    assert isinstance(record, TextRecord)
    return record.text


def labelled_path(text: str, *places: tuple[int, int, str]) -> str:
    found = [Detection(kind, TextSpan(start, end), 1.0, Confidence.HIGH) for start, end, kind in places]
    record = TextLabel().apply(PathRecord("a", text), found)
    assert isinstance(record, PathRecord)
    return record.text


def test_a_span_becomes_the_kind_that_stood_there() -> None:
    assert labelled("Marie aime Lyon", (0, 5, "PERSON")) == "<PERSON> aime Lyon"


def test_spans_count_characters_and_not_bytes() -> None:
    assert labelled("💡é Marie", (3, 8, "PERSON")) == "💡é <PERSON>"


@pytest.mark.parametrize(
    ("places", "text"),
    [
        (((0, 5, "A"), (6, 9, "B")), "<A>5<B>9"),
        (((0, 5, "A"), (5, 9, "B")), "<A><B>9"),  # side by side stays two
        (((0, 5, "A"), (4, 9, "B")), "<A>9"),  # the first of two as wide
        (((0, 5, "A"), (3, 9, "B")), "<B>9"),  # the widest names both
        (((0, 9, "A"), (3, 5, "B")), "<A>9"),  # nested
        (((0, 4, "A"), (3, 6, "B"), (5, 8, "C")), "<A>89"),  # a chain
        (((2, 2, "A"),), "0123456789"),  # empty
        (((0, 5, "A"), (5, 5, "B"), (3, 3, "C")), "<A>56789"),
        (((0, 10, "A"),), "<A>"),
        (((8, 99, "A"),), "01234567<A>"),
        (((20, 30, "A"),), "0123456789"),
    ],
)
def test_overlapping_nested_and_empty_spans(places: tuple[tuple[int, int, str], ...], text: str) -> None:
    assert labelled("0123456789", *places) == text


@settings(max_examples=100, deadline=None)
@given(st.text("abc é💡<>", min_size=30, max_size=30), st.lists(SPANS, max_size=5))
def test_exactly_the_characters_inside_spans_are_replaced(text: str, spans: list[tuple[int, int]]) -> None:
    """What is left, label by label, is what lies outside, character by character."""
    covered = {index for start, end in spans for index in range(start, end)}
    left = labelled(text, *((start, end, "X7") for start, end in spans)).replace("<X7>", "")
    assert left == "".join(char for index, char in enumerate(text) if index not in covered)


def test_the_language_of_a_text_stays() -> None:
    found = [Detection("PERSON", TextSpan(0, 5), 1.0, Confidence.HIGH)]
    assert TextLabel().apply(TextRecord("a", "Marie", "fr"), found) == TextRecord("a", "<PERSON>", "fr")


@pytest.mark.parametrize(
    ("path", "places", "treated"),
    [
        ("audio/marie_lefebvre.wav", ((6, 20, "PERSON"),), "audio/PERSON.wav"),
        ("audio/marie_lefebvre.wav", ((6, 24, "PERSON"),), "audio/PERSON.wav"),  # the suffix is no name
        ("marie/01.wav", ((0, 5, "PERSON"),), "PERSON/01.wav"),
        ("marie/lefebvre/01.wav", ((0, 14, "PERSON"),), "PERSON/PERSON/01.wav"),  # folders stay folders
        ("marie/lefebvre.wav", ((0, 18, "PERSON"),), "PERSON/PERSON.wav"),
        ("marie.petit/01.wav", ((0, 11, "PERSON"),), "PERSON/01.wav"),  # a folder has no suffix
        ("a/marie@exemple.fr", ((2, 18, "EMAIL_ADDRESS"),), "a/EMAIL_ADDRESS"),
        ("a/marie@exemple.fr.eml", ((2, 18, "EMAIL_ADDRESS"),), "a/EMAIL_ADDRESS.eml"),
        ("a/.marie", ((2, 8, "PERSON"),), "a/PERSON"),
        ("a//b.txt", ((0, 8, "X"),), "X//X.txt"),
        ("0639981245-0639981246.wav", ((0, 10, "PHONE"), (11, 21, "PHONE")), "PHONE-PHONE.wav"),
    ],
)
def test_in_a_path_folders_and_suffix_stay(path: str, places: tuple[tuple[int, int, str], ...], treated: str) -> None:
    assert labelled_path(path, *places) == treated


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("ab.@ é", min_size=1, max_size=6), min_size=1, max_size=4), st.lists(SPANS, max_size=4))
def test_a_treated_path_has_as_many_folders_as_before(parts: list[str], spans: list[tuple[int, int]]) -> None:
    path = "/".join(parts) + ".wav"
    treated = labelled_path(path, *((start, end, "X") for start, end in spans))
    assert treated.count("/") == path.count("/")
    assert treated.endswith(".wav") or "@" in parts[-1]
