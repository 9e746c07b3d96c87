"""Whom a sensitive word is said of, where sentences end, and what the lists may hold."""

from __future__ import annotations

import time
import unicodedata

import pytest

from privacy_audit.scanners.text_special_categories import _LISTS, TextSpecialCategories, _entries
from privacy_audit.types import Confidence, TextRecord, TextSpan


def read(text: str, uri: str = "a.txt") -> list[tuple[str, str, str | None]]:
    return [
        (item.entity_type, text[item.location.start : item.location.end], item.qualifier)
        for item in TextSpecialCategories().scan(TextRecord(uri, text))
        if isinstance(item.location, TextSpan)
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Le diabète touche quatre millions de personnes.",
        "Il est important de dépister le cancer tôt.",
        "Il y a plusieurs formes d'épilepsie.",
        "Il a été démontré que le tabac cause des cancers.",
        "Les catholiques et les protestants ont signé un accord.",
        "Le débat sur la CGT a duré toute la nuit.",
        "Une exposition sur l'homosexualité ouvre à Lyon.",
        "Asthma affects one child in ten.",
        "Muslims and Jews signed the letter.",
        "Trade unions called for a meeting on Tuesday.",
        "The book is about homosexuality in ancient Rome.",
        "Burglaries fell by a third last year.",
    ],
)
def test_a_sentence_about_nobody_is_a_topic(sentence: str) -> None:
    assert {qualifier for _, _, qualifier in read(sentence)} == {"topic"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Je suis séropositif depuis 2012.",
        "J'ai un diabète de type 1.",
        "Ma mère est musulmane.",
        "Elle a fait une dépression nerveuse.",
        "Il est catholique et le dit.",
        "M. Garnier est syndiqué.",
        "Mme Perrin, épileptique, est absente.",
        "Lucie Garnier est lesbienne.",
        "Sa fille est autiste.",
        "Patient diabétique, suivi en ville.",
        "Asthme : écrire à lucie.garnier@courriel-invente.fr",
        "Incarcéré, joignable au 06 39 98 12 45.",
        "I am HIV-positive.",
        "I've been diabetic since childhood.",
        "My boss is a Mormon.",
        "She voted for Brexit twice.",
        "He's a convicted felon.",
        "Dr. Harrison is gay.",
        "Robert Harrison, a shop steward, spoke first.",
        "Her son is dyslexic.",
        "The defendant was sentenced to two years.",
    ],
)
def test_a_sentence_that_names_or_addresses_somebody_is_linked(sentence: str) -> None:
    assert {qualifier for _, _, qualifier in read(sentence)} == {"linked"}


def test_the_sign_must_stand_in_the_same_sentence() -> None:
    text = "Mme Perrin est arrivée hier. Le diabète reste fréquent. Elle est asthmatique."
    assert read(text) == [("HEALTH", "diabète", "topic"), ("HEALTH", "asthmatique", "linked")]


def test_the_dot_of_a_title_or_an_initial_ends_no_sentence() -> None:
    assert read("Selon M. Garnier, J. Perrin souffre d'asthme.") == [("HEALTH", "asthme", "linked")]


def test_a_line_that_goes_on_in_lower_case_is_the_same_sentence_and_a_new_item_is_not() -> None:
    assert read("Mme Perrin souffre\nd'asthme")[0][2] == "linked"
    assert read("- Mme Perrin\n- asthme")[0][2] == "topic"


def test_a_column_about_people_links_and_a_short_cell_leaves_it_to_its_row() -> None:
    assert read("asthme", "a.csv#row=1&column=patient") == [("HEALTH", "asthme", "linked")]
    assert read("asthme", "a.csv#row=1&column=motif") == [("HEALTH", "asthme", None)]
    long_cell = (
        "Le diabète et l'asthme restent fréquents dans les villes où l'air est de mauvaise qualité toute l'année."
    )
    assert read(long_cell, "a.jsonl#row=1&column=text")[0][2] == "topic"


def test_everything_stays_low() -> None:
    found = TextSpecialCategories().scan(TextRecord("a.txt", "Je suis séropositif. Le diabète est fréquent."))
    assert [(item.confidence, item.score) for item in found] == [(Confidence.LOW, 0.4), (Confidence.LOW, 0.2)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DIABÈTE", "DIABÈTE"),
        ("diabete", "diabete"),
        (unicodedata.normalize("NFD", "le diabète"), unicodedata.normalize("NFD", "diabète")),
        ("İ le diabète", "diabète"),
        ("arrêt\nmaladie", "arrêt\nmaladie"),
        ("heart attacks", "heart attacks"),
        ("extrême-droite", "extrême-droite"),
        ("d’origine kabyle", "d’origine kabyle"),
    ],
)
def test_case_accents_joints_and_forms_do_not_hide_a_word(text: str, expected: str) -> None:
    assert [word for _, word, _ in read(text)] == [expected]


@pytest.mark.parametrize(
    "text", ["cancerland", "vih et aids", "arrêt de la maladie", "heart, attack", "precancer2", ""]
)
def test_parts_of_words_and_small_letters_of_an_abbreviation_are_left(text: str) -> None:
    assert read(text) == []


def test_no_entry_stands_under_two_categories_and_each_category_is_filled() -> None:
    categories: dict[str, set[str]] = {}
    for filename in _LISTS:
        entries = list(_entries(filename))
        for entity_type in TextSpecialCategories.entity_types:
            assert len({entry for kind, entry in entries if kind == entity_type}) >= 60
        for entity_type, entry in entries:
            assert entry.strip()
            categories.setdefault(entry.lower(), set()).add(entity_type)
    assert {entry: kinds for entry, kinds in categories.items() if len(kinds) > 1} == {}


@pytest.mark.parametrize(
    "unit", ["cancer ", "d'origine ", "je suis ", "M. ", "cancer. ", "Marie Cancer ", "e\u0301", "\n"]
)
def test_the_time_grows_with_the_length_and_no_faster(unit: str) -> None:
    def seconds(n_chars: int) -> float:
        record = TextRecord("a.txt", unit * (n_chars // len(unit)))
        start = time.process_time()
        TextSpecialCategories().scan(record)
        return time.process_time() - start

    seconds(1_000)  # reads the lists
    short, long = seconds(25_000), seconds(100_000)
    assert long < max(16 * short, 1.0)
