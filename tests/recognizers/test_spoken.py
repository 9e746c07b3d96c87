"""Numbers, addresses and names as they are said: what is found, where exactly, and what is not."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy_audit.recognizers import _en_words
from privacy_audit.recognizers._fr_words import spelled
from privacy_audit.recognizers._search import search
from privacy_audit.recognizers._spoken import lowered, numbers, runs
from privacy_audit.types import Confidence, TextSpan

ONES = "zero one two three four five six seven eight nine".split()


def found(text: str, entity_type: str, at_least: Confidence = Confidence.LOW) -> list[str]:
    return [
        text[item.location.start : item.location.end]
        for item in search(text)
        if item.entity_type == entity_type and item.confidence >= at_least and isinstance(item.location, TextSpan)
    ]


@pytest.mark.parametrize(
    "said",
    [
        "zéro six douze trente-quatre cinquante-six soixante-dix-huit",
        "zéro six, double deux, trente-neuf, double zéro, quarante et un",
        "plus trente-trois six douze trente-quatre cinquante-six soixante-dix-huit",
        "zero six douze trente quatre cinquante six soixante dix huit",
        "zéro six euh douze oui trente-quatre d'accord cinquante-six et soixante-dix-huit",
        "zéro 6 12 34 cinquante-six soixante-dix-huit",
        "ZÉRO SIX DOUZE TRENTE-QUATRE CINQUANTE-SIX SOIXANTE-DIX-HUIT",
        "zéro six deux fois zéro trente-quatre cinquante-six soixante-dix-huit",
    ],
)
def test_a_french_number_is_found_where_it_stands(said: str) -> None:
    text = f"Très bien é💡, alors notez : {said}. Merci"
    assert found(text, "PHONE_NUMBER") == [said]


@pytest.mark.parametrize(
    "said",
    [
        "oh seven seven double four nine hundred one two three four",
        "zero one six one, four nine six, oh one two three",
        "plus forty-four twenty seven nine four six oh one two three",
        "two one two, uh, five five five, oh one two three",
        "OH SEVEN SEVEN TRIPLE OH NINE OH ONE TWO THREE",
        "three times seven five five five oh one two three",
    ],
)
def test_an_english_number_is_found_where_it_stands(said: str) -> None:
    assert found(f"You can call me on {said}, thanks", "PHONE_NUMBER") == [said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("c'est marie point dupont arobase gmail point com voilà", "marie point dupont arobase gmail point com"),
        ("Mon mail, m tiret du bas dupont arobase free point f r.", "m tiret du bas dupont arobase free point f r"),
        ("écrivez à l u c i e arobase boite point fr", "l u c i e arobase boite point fr"),
        ("vasseur soixante et un arobase orange point com", "vasseur soixante et un arobase orange point com"),
        ("it's j dot smith at mail dot co dot uk", "j dot smith at mail dot co dot uk"),
        ("send it to harrison forty two at proton dot me please", "harrison forty two at proton dot me"),
    ],
)
def test_an_address_is_found_from_its_first_word_to_its_ending(text: str, said: str) -> None:
    assert found(text, "EMAIL_ADDRESS", Confidence.HIGH) == [said]


@pytest.mark.parametrize(
    "text",
    [
        "dix, neuf, huit, sept, six, cinq, quatre, trois, deux, un, zéro",
        "one two three four five six seven eight nine ten eleven twelve",
        "le score est de quatre-vingt-dix-huit à soixante-douze après trente-cinq minutes",
        "at this point the dot on the map and the com port are fine",
        "la pression est arrivée à ce point, arobase ou pas",
        "there is one way to close the road and it is on the hill",
        "une place de la mairie, un boulevard de Clichy",
    ],
)
def test_counting_and_prose_are_left_alone(text: str) -> None:
    assert [item for item in search(text) if item.confidence >= Confidence.MEDIUM] == []


@given(st.integers(0, 10**8 - 1), st.sampled_from("123456789"))
def test_every_french_number_said_in_pairs_is_found(rest: int, second: str) -> None:
    digits = f"0{second}{rest:08d}"
    said = " ".join(spelled(digits[at : at + 2]) for at in range(0, 10, 2))
    assert found(f"appelez le {said} merci", "PHONE_NUMBER") == [said]


@given(st.text("0123456789", min_size=5, max_size=14))
def test_digits_said_one_by_one_are_read_as_they_are(digits: str) -> None:
    text = " ".join(ONES[int(digit)] for digit in digits)
    for run in runs(text, 0, len(text), "en"):
        assert digits.find(next(iter(numbers(run, 0, 20)[len(run.words)]))) >= 0


def test_a_number_is_read_as_whole_words_before_it_is_read_apart() -> None:
    words = ["twenty", "one"]
    assert list(_en_words.readings(words, 0)) == [(2, "21"), (1, "20")]
    assert next(_en_words.readings(["five", "hundred", "and", "six"], 0)) == (4, "506")


@given(st.text(max_size=40))
def test_small_letters_have_the_length_of_the_text(text: str) -> None:
    assert len(lowered(text)) == len(text)


@given(
    st.lists(
        st.sampled_from("zéro six vingt deux point arobase rue at dot com oh seven a b euh - . +".split()), max_size=60
    )
)
def test_any_row_of_such_words_is_read_and_its_places_lie_in_the_text(words: list[str]) -> None:
    text = " ".join(words)
    for item in search(text):
        assert isinstance(item.location, TextSpan)
        assert 0 <= item.location.start < item.location.end <= len(text)


@pytest.mark.parametrize(
    "unit", ["vingt deux ", "two oh ", "at x dot ", "arobase point ", "douze rue ", "six mill lane ", "a b name "]
)
def test_words_made_to_be_slow_are_read_in_time_that_grows_with_their_number(unit: str) -> None:
    def seconds(count: int) -> float:
        text = unit * count
        start = time.process_time()
        search(text)
        return time.process_time() - start

    seconds(10)
    assert seconds(4_000) < max(16 * seconds(1_000), 2.0)


def test_random_rows_of_ten_digits_are_seldom_a_number() -> None:
    draw = random.Random(1)
    rows = [" ".join(draw.choices(ONES[1:], k=draw.choice((6, 9, 12, 15)))) for _ in range(200)]
    assert sum(bool(found(row, "PHONE_NUMBER", Confidence.MEDIUM)) for row in rows) <= 5
