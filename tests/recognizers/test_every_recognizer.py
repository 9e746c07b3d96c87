"""What every recognizer promises. A new one is tested by being there: its examples are its tests."""

from __future__ import annotations

import random
import re._constants as ops  # type: ignore[import-not-found]  # the standard library's own parser of patterns
import re._parser as parser  # type: ignore[import-not-found]  # the same
import time
from typing import Any

import pytest

from privacy_audit.errors import UsageError
from privacy_audit.legal.catalogue import legal_row
from privacy_audit.recognizers import Recognizer, _register, all_recognizers
from privacy_audit.recognizers._readable import folded
from privacy_audit.recognizers._search import search
from privacy_audit.types import Confidence, Detection, TextSpan

RECOGNIZERS = sorted(all_recognizers())
WITH_EXAMPLE = [name for name in RECOGNIZERS if all_recognizers()[name].example]
N_EXAMPLES = 40  # `python -m bench.recognizers` runs the 200 of the claim
MIN_FOUND = 0.95

ORDINARY = (
    "Le Samsung Galaxy S24 Ultra coûte 1 299,00 € chez Boulanger depuis le 12/03/2024.",
    "Commande n° 4820193, lot 20231107-03, facture FAC-2024-000187, bon 00012345.",
    "Le manuel porte l'ISBN 978-2-07-036024-6 et compte 312 pages.",
    "Version 2.14.3, pilote 10.4.22631.3007, micrologiciel v1.0.0-rc.2, noyau 6.8.0-45.",
    "Le 3939 répond, le 15 et le 112 aussi, le 0 800 est gratuit.",
    "L'article L. 1121-1 du code et l'arrêté du 14 février 2024, JORF n° 0038.",
    "La table mesure 120 x 80 x 75 cm, pèse 18,5 kg et vaut 249 points.",
    "Référence ABX-220-9917-K, code-barres 3017620422003, colis 6A12345678901.",
    "Match du 14.02.2024 : 3-1, 2-2, 25-23, 17-25, 15-12 devant 12 450 personnes.",
    "The Boeing 737-800 flew at 35,000 ft for 2 h 45 on 14 February 2024.",
    "Error 0x80070057 at line 10243, commit 9f86d08, build 20240214.1.",
    'UUID 550e8400-e29b-41d4-a716-446655440000, etag W/"5e-18d2a0".',
    "Windows 11 Pro 23H2 (22631.3007), Intel Core i7-13700K, RTX 4070 Ti.",
    "Population: 2,102,650 in 2023, 2,165,423 in 2019, down 2.9 %.",
    "pi vaut 3.14159265358979 et e vaut 2.718281828459045.",
)


def found(text: str, recognizer: Recognizer, at_least: Confidence = Confidence.LOW) -> list[Detection]:
    return [
        item
        for item in search(text, names=(recognizer.name,))
        if item.entity_type == recognizer.entity_type and item.confidence >= at_least
    ]


@pytest.fixture(params=RECOGNIZERS)
def recognizer(request: pytest.FixtureRequest) -> Recognizer:
    return all_recognizers()[request.param]


def test_it_finds_what_it_says_it_detects(recognizer: Recognizer) -> None:
    assert recognizer.detects, "a recognizer without an example of what it finds cannot be read or tested"
    assert [text for text in recognizer.detects if not found(text, recognizer)] == []


def test_it_leaves_its_near_misses(recognizer: Recognizer) -> None:
    assert recognizer.ignores, "a recognizer without near misses says nothing about its false alarms"
    assert [text for text in recognizer.ignores if found(text, recognizer, Confidence.MEDIUM)] == []


def test_it_leaves_ordinary_sentences(recognizer: Recognizer) -> None:
    assert [text for text in ORDINARY if found(text, recognizer, Confidence.MEDIUM)] == []


@pytest.mark.parametrize("name", WITH_EXAMPLE)
def test_it_finds_its_random_values_in_its_sentences(name: str) -> None:
    recognizer = all_recognizers()[name]
    draw = random.Random(20261124)
    assert recognizer.example is not None
    n_found = n_told = 0
    for _ in range(N_EXAMPLES):
        value = recognizer.example(draw)
        for frame in recognizer.frames:
            start = frame.index("{}")
            whole = [
                item
                for item in found(frame.replace("{}", value), recognizer, Confidence.MEDIUM)
                if isinstance(item.location, TextSpan)
                and item.location.start <= start + 1
                and item.location.end >= start + len(value) - 1
            ]
            n_found += bool(whole)
            n_told += 1
    assert n_found / n_told >= MIN_FOUND


@pytest.mark.parametrize("name", WITH_EXAMPLE)
def test_random_digits_of_the_same_length_are_left_alone(name: str) -> None:
    recognizer = all_recognizers()[name]
    draw = random.Random(20261125)
    assert recognizer.example is not None
    lengths = [sum(map(str.isdigit, recognizer.example(draw))) for _ in range(10)]
    texts = ["".join(draw.choices("0123456789", k=draw.choice(lengths))) for _ in range(400)]
    flagged = sum(bool(found(text, recognizer, Confidence.MEDIUM)) for text in texts)
    assert flagged <= 0.01 * len(texts) + 3, "the form alone is not enough: let a word announce it"


def test_it_says_where_its_form_is_described(recognizer: Recognizer) -> None:
    assert recognizer.sources


def test_its_kind_of_data_is_classified_in_law(recognizer: Recognizer) -> None:
    assert legal_row(recognizer.entity_type).classified


def test_its_context_words_can_be_met(recognizer: Recognizer) -> None:
    for phrase in recognizer.context:
        assert phrase == folded(phrase), f"{phrase!r}: lower case, no accents"
        assert all(map(str.isalpha, phrase.split())), f"{phrase!r}: letters and spaces only"


def test_it_reports_something_with_or_without_a_word(recognizer: Recognizer) -> None:
    assert recognizer.alone is not None or (recognizer.announced is not None and recognizer.context)


def test_its_pattern_holds_no_quantifier_inside_another(recognizer: Recognizer) -> None:
    assert not _nested(parser.parse(recognizer.pattern)), "a repeat without an end inside another can take for ever"


def _nested(pattern: Any, inside: bool = False) -> bool:
    """True where a repeat without an upper bound stands inside another such repeat."""
    for operator, argument in pattern:
        unbounded = operator in (ops.MAX_REPEAT, ops.MIN_REPEAT) and argument[1] == ops.MAXREPEAT
        if unbounded and inside:
            return True
        for part in _parts(operator, argument):
            if _nested(part, inside or unbounded):
                return True
    return False


def _parts(operator: Any, argument: Any) -> list[Any]:
    if operator in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        return [argument[2]]
    if operator is ops.SUBPATTERN:
        return [argument[3]]
    if operator is ops.BRANCH:
        return list(argument[1])
    if operator in (ops.ASSERT, ops.ASSERT_NOT):
        return [argument[1]]
    return []


@pytest.mark.parametrize(
    "unit",
    [
        "a@",
        "1 ",
        "1",
        "12.",
        "FR76 ",
        "A1",
        "@a.",
        "0x",
        "1-",
        "né le ",
        "rue ",
        "a.b@c.",
        ":",
        "-",
        "=",
        "%3A",
        "é",
        " ",
    ],
)
def test_text_made_to_be_slow_is_read_in_time_that_grows_with_its_length(unit: str) -> None:
    def seconds(n_chars: int) -> float:
        text = unit * (n_chars // len(unit))
        start = time.process_time()
        search(text)
        return time.process_time() - start

    seconds(1_000)  # imports
    short, long = seconds(20_000), seconds(80_000)
    assert long < max(16 * short, 2.0), "four times the text took far more than four times the time"


def test_two_recognizers_cannot_have_one_name() -> None:
    one = all_recognizers()["email"]
    other = Recognizer(name="email", entity_type="X", summary="", pattern="x")
    with pytest.raises(UsageError, match="two recognizers are called 'email'"):
        _register({"email": one}, (other,))
