"""What was found once is found wherever it stands; what could be anything is not looked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy_audit.pipeline.known_values import KnownValues


def known(*values: tuple[str, str]) -> KnownValues:
    made = KnownValues()
    for entity_type, value in values:
        made.add(entity_type, value)
    return made


@pytest.mark.parametrize(
    "text",
    ["Hélène Marchand", "HELENE MARCHAND", "helene_marchand", "Helene  Marchand,", "audio/hélène-marchand.wav"],
)
def test_a_name_is_known_again_whatever_its_case_its_accents_and_what_joins_it(text: str) -> None:
    ((start, end, kind),) = known(("PERSON", "Hélène Marchand")).places(f"avant {text} après")
    assert kind == "PERSON"
    assert text.startswith(f"avant {text} après"[start:end]) or f"avant {text} après"[start:end] in text


@pytest.mark.parametrize("text", ["06 39 98 12 34", "0639981234", "06.39.98.12.34", "06-39-98-12-34"])
def test_a_number_is_known_again_however_it_is_spaced(text: str) -> None:
    ((start, end, _),) = known(("PHONE_NUMBER", "06 39 98 12 34")).places(f"tel: {text}.")
    assert f"tel: {text}."[start:end] == text


@pytest.mark.parametrize(
    ("entity_type", "value"),
    [("PERSON", "Rose"), ("PERSON", "J. Bo"), ("CITY", "Lyon"), ("AGE", "42"), ("HEALTH", "diabète sévère"), ("X", "")],
)
def test_what_says_too_little_is_not_kept(entity_type: str, value: str) -> None:
    made = KnownValues()
    assert not made.add(entity_type, value)
    assert list(made.places(f"{value} {value}")) == []


def test_a_single_name_is_looked_for_only_when_asked_and_only_as_it_is_written() -> None:
    made = KnownValues()
    assert made.add("PERSON", "Froome", single_names=True)
    text = "Froome froome FROOME Froomes l'avis de Froome"
    assert [text[start:end] for start, end, _ in made.places(text)] == ["Froome", "Froome"]
    assert not made.add("PERSON", "Bo", single_names=True)


def test_the_longest_value_wins_and_places_do_not_overlap() -> None:
    made = known(("PERSON", "Anne Marie"), ("PERSON", "Anne Marie Dupont"), ("PERSON", "Dupont Jean"))
    text = "Anne Marie Dupont Jean et Anne Marie"
    assert [text[start:end] for start, end, _ in made.places(text)] == ["Anne Marie Dupont", "Anne Marie"]


def test_words_far_apart_are_no_name() -> None:
    assert list(known(("PERSON", "Anne Dupont")).places("Anne\n\n\n\nDupont")) == []


def test_a_copy_learns_apart_and_nothing_shows_the_values() -> None:
    first = known(("PERSON", "Anne Dupont"))
    second = first.copy()
    second.add("PERSON", "Anne Martin")
    assert (len(first), len(second)) == (1, 2)
    assert repr(second) == "KnownValues(2 hidden)"


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_value_that_is_kept_is_found_in_any_text_that_holds_it_between_spaces(value: str, around: str) -> None:
    made = KnownValues()
    if made.add("EMAIL_ADDRESS", value):
        text = f"{around} | {value} | {around}"
        places = list(made.places(text))
        assert places
        assert all(0 <= start < end <= len(text) for start, end, _ in places)
