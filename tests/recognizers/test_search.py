"""One pass over a text: exact offsets, words that announce, and one finding where several fit."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.recognizers import Trigger
from privacy_audit.recognizers._readable import folded, readable
from privacy_audit.recognizers._search import search
from privacy_audit.types import Confidence, TextSpan

ADDRESS = "lucie.garnier@courriel-invente.fr"
NIR = "2 84 05 75 999 042 08"


def spans(text: str, column: str = "") -> list[tuple[str, str]]:
    return [
        (item.entity_type, text[item.location.start : item.location.end])
        for item in search(text, column)
        if isinstance(item.location, TextSpan)
    ]


@settings(max_examples=100, deadline=None)
@given(before=st.text(max_size=30), after=st.text(max_size=30))
def test_offsets_are_those_of_the_text_as_given_whatever_stands_around(before: str, after: str) -> None:
    text = f"{before} {ADDRESS} {after}"
    assert ("EMAIL_ADDRESS", ADDRESS) in spans(text)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("0123456789 .-+@aZé\u200b\u00a0\u202e\uff11\u0661FR()/:\n"), max_size=80))
def test_any_text_gives_spans_inside_it_in_order_and_apart(text: str) -> None:
    places = [item.location for item in search(text)]
    last = 0
    for place in places:
        assert isinstance(place, TextSpan)
        assert last <= place.start < place.end <= len(text)
        last = place.end


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u202e", "\u00ad", "\ufeff"])
def test_invisible_characters_inside_a_number_hide_nothing(hidden: str) -> None:
    written = NIR[:6] + hidden + NIR[6:]
    assert ("FR_NIR", written) in spans(f"NIR {hidden}: {written} fin")


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2009", "."])
def test_a_number_may_be_grouped_by_any_space(space: str) -> None:
    written = NIR.replace(" ", space)
    assert ("FR_NIR", written) in spans(f"NIR : {written}")


def test_digits_of_other_scripts_are_digits() -> None:
    written = NIR.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
    assert ("FR_NIR", written) in spans(f"NIR : {written}")


def test_a_word_or_the_column_announces_a_number_that_is_doubtful_alone() -> None:
    glued = "0639981245"

    def confidence(text: str, column: str = "") -> Confidence:
        return max(item.confidence for item in search(text, column) if item.entity_type == "PHONE_NUMBER")

    assert confidence(glued) == Confidence.LOW
    assert confidence(f"Appelez le {glued}") == Confidence.MEDIUM
    assert confidence(glued, "telephone") == Confidence.MEDIUM


def test_an_announcing_word_far_away_announces_nothing() -> None:
    text = f"Téléphone. {'Il faisait beau ce jour-là. ' * 5}0639981245"
    assert [item.confidence for item in search(text)] == [Confidence.LOW]


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("user@example.com", "placeholder"),
        ("contact@courriel-invente.fr", "role"),
        ("192.168.1.10", "private"),
        ("203.0.113.47", "placeholder"),
        ("carte 4242 4242 4242 4242", "placeholder"),
    ],
)
def test_what_belongs_to_nobody_is_told_apart_and_stays_low(text: str, qualifier: str) -> None:
    assert [(item.qualifier, item.confidence) for item in search(text)] == [(qualifier, Confidence.LOW)]


def test_the_longer_number_wins_over_the_one_inside_it() -> None:
    assert spans("IBAN FR76 9999 9000 0100 0123 4567 809 merci") == [("IBAN_CODE", "FR76 9999 9000 0100 0123 4567 809")]


def test_limiting_the_search_leaves_the_rest_unread() -> None:
    assert {item.entity_type for item in search(f"{ADDRESS} {NIR}", names=("fr_nir",))} == {"FR_NIR"}


def test_ten_megabytes_without_a_space_are_read() -> None:
    assert search("x" * 5_000_000 + "9" * 5_000_000) == []


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_a_readable_text_maps_back_to_the_characters_it_came_from(text: str) -> None:
    clean = readable(text)
    for position in range(len(clean.text)):
        start, end = clean.original_span(position, position + 1)
        assert end == start + 1
        assert readable(text[start:end]).text == clean.text[position]


def test_folding_removes_case_and_accents() -> None:
    assert folded("Numéro de SÉCURITÉ") == "numero de securite"


def test_a_word_in_the_name_of_the_column_triggers_like_one_in_the_text() -> None:
    kinds = {item.entity_type for item in search("X4RTBPFW4", column="carte_identite")}
    assert kinds == {"FR_CNI"}
    assert search("X4RTBPFW4", column="reference") == []


@pytest.mark.parametrize("word", ["Rue", "е-mail", "егн", "mot de passe", ""])
def test_a_trigger_word_that_would_never_be_found_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="Latin-1 in lower case"):
        Trigger(words=(word,))


def test_a_trigger_word_stands_between_any_signs_and_in_any_case() -> None:
    for text in ("12,RUE des Lilas", "(12 rue des Lilas)", "12 Rue des Lilas…", "12 ALLÉE des Lilas"):
        assert [item.entity_type for item in search(text)] == ["POSTAL_ADDRESS"], text
