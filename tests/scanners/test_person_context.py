"""What stands around a name says whether it is a person's: no model is needed to see that."""

from __future__ import annotations

import pytest

from privacy_audit.scanners._person_context import is_in_place, is_of_thing
from privacy_audit.scanners._person_spans import first_name_spans


def place_of(marked: str) -> tuple[str, int, int, int]:
    """The text without its brackets, the place that they held, and the number of its words."""
    start, end = marked.index("["), marked.index("]") - 1
    return marked.replace("[", "").replace("]", ""), start, end, len(marked[start + 1 : end + 1].split())


@pytest.mark.parametrize(
    "marked",
    [
        "I work for [Ellisgram].",
        "Elle travaille chez [Datavel] depuis mai.",
        "The address of [Corvidel] is 12 Main Street.",
        "[Zibolan] is a 2005 French comedy.",
        "[Zibolan] est un film de 2005.",
        "[Brumelle] was founded in 1998.",
        "The [Clark], Romero and Hall Orchestra plays tonight.",
        "Clark, [Romero] and Hall is an agency.",
        "Megan Carey\n[Orvanix]\n5850 Long Street",
        "[Wexel] Holdings has new offices.",
        "They meet at the [Upton] Country Club.",
        "Stationed on the USS [Mahler] since May.",
        'He sang " [Officiol] " twice.',
        "Le titre « [Officiol] » est sorti.",
    ],
)
def test_the_words_around_tell_a_firm_a_ship_or_a_work(marked: str) -> None:
    assert is_of_thing(*place_of(marked), known_first_name=False)


@pytest.mark.parametrize(
    "marked",
    [
        "[Zibolan] is a nurse in Lyon.",
        "I work with [Ellisgram].",
        "Clark, [Romero] and Hall are late.",
        "Clark, [Romero] and Hall\n",
        "[Zibolan] a appelé hier.",
        'He said "hello [Officiol]" twice.',
        "Megan Carey\n[Orvanix]\nsaid yes.",
    ],
)
def test_a_person_said_in_like_words_stays_a_person(marked: str) -> None:
    assert not is_of_thing(*place_of(marked), known_first_name=False)


@pytest.mark.parametrize("marked", ["Aline, [Marie] et Julie est une chanson.", "I work for [Marie]."])
def test_a_known_first_name_is_no_firm_by_what_stands_around_it(marked: str) -> None:
    assert not is_of_thing(*place_of(marked), known_first_name=True)


@pytest.mark.parametrize(
    "marked",
    ["5850 [Nerudy] Row", "[Markt] 84", "She was born in [Wexley].", "Il est né à [Foix].", "[Höfn], Iceland"],
)
def test_an_address_or_a_verb_of_living_tells_a_place(marked: str) -> None:
    assert is_in_place(*place_of(marked), known_first_name=False)


@pytest.mark.parametrize("marked", ["Chapter 3 [Marie] speaks", "She was born in [Marie]'s house."])
def test_a_known_first_name_beside_one_number_is_no_street(marked: str) -> None:
    assert not is_in_place(*place_of(marked), known_first_name=True)


def test_a_street_called_like_a_person_is_known_by_the_numbers_on_both_sides() -> None:
    assert list(first_name_spans("Orvanix\n5850 Lucie Garnier 894\nLyon")) == []
    assert len(list(first_name_spans("Lucie Garnier 894"))) == 1
