"""National identifiers of Europe: what the tests over every recognizer cannot say."""

from __future__ import annotations

import random

import pytest

from privacy_audit.recognizers import all_recognizers
from privacy_audit.recognizers._search import search
from privacy_audit.types import Confidence

MEMBER_STATES = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()


def kinds(text: str, column: str = "") -> dict[str, Confidence]:
    return {item.entity_type: item.confidence for item in search(text, column)}


@pytest.mark.parametrize("country", [*MEMBER_STATES, "CH", "GB"])
def test_every_member_state_switzerland_and_the_united_kingdom_are_covered(country: str) -> None:
    assert any(recognizer.country == country for recognizer in all_recognizers().values())


@pytest.mark.parametrize("n_digits", range(8, 19))
def test_random_digits_are_no_identifier_of_any_country(n_digits: int) -> None:
    draw = random.Random(n_digits)
    texts = ["".join(draw.choices("0123456789", k=n_digits)) for _ in range(2_000)]
    flagged = [text for text in texts if any(item.confidence >= Confidence.MEDIUM for item in search(text))]
    assert len(flagged) < 0.01 * len(texts)


@pytest.mark.parametrize("separator", ["-", "+", "A", "F", "U", "Y"])
def test_finnish_codes_are_read_with_every_sign_of_a_century(separator: str) -> None:
    assert "FI_PERSONAL_IDENTITY_CODE" in kinds(f"131052{separator}308T")


def test_a_finnish_code_of_a_day_that_does_not_exist_is_left() -> None:
    assert kinds("310252-308Y") == {}


@pytest.mark.parametrize("written", ["880320-0016", "19880320-0016", "198803200016", "880320+0016", "880380-0013"])
def test_swedish_numbers_are_read_with_and_without_the_century_and_for_coordination(written: str) -> None:
    assert kinds(written) == {"SE_PERSONNUMMER": Confidence.MEDIUM}
    assert kinds(f"personnummer {written}") == {"SE_PERSONNUMMER": Confidence.HIGH}


def test_a_swedish_number_that_may_be_an_order_of_the_day_needs_a_word() -> None:
    assert kinds("20240115-0012") == kinds("202401150012") == kinds("240115-0012") == {}
    assert kinds("personnummer 20240115-0012") == {"SE_PERSONNUMMER": Confidence.HIGH}


@pytest.mark.parametrize("code", ["RCCMNL83S18D969H", "RCCMNL83S18D96VW", "rccmnl83s18d96vw"])
def test_italian_codes_are_read_where_a_letter_stands_for_a_digit(code: str) -> None:
    assert kinds(code) == {"IT_FISCAL_CODE": Confidence.HIGH}


@pytest.mark.parametrize("written", ["54362315K", "54362315-K", "54362315 K", "54.362.315-K"])
def test_spanish_letters_are_checked(written: str) -> None:
    assert kinds(f"DNI {written}") == {"ES_NIF": Confidence.HIGH}
    assert kinds(f"DNI {written.replace('K', 'Z')}") == {}


def test_czech_and_slovak_numbers_are_told_apart_by_slovak_words() -> None:
    assert kinds("rodné číslo 710319/2745, bytem Brno") == {"CZ_BIRTH_NUMBER": Confidence.MEDIUM}
    assert kinds("rodné číslo 710319/2745, bytom Nitra") == {"SK_BIRTH_NUMBER": Confidence.HIGH}


def test_estonian_and_lithuanian_numbers_are_told_apart_by_words() -> None:
    assert kinds("isikukood 33309240064") == {"EE_PERSONAL_CODE": Confidence.HIGH}
    assert kinds("asmens kodas 33309240064") == {"LT_PERSONAL_CODE": Confidence.HIGH}


@pytest.mark.parametrize(
    ("text", "kind"),
    [("ο ΑΜΚΑ της είναι 01013099997", "GR_AMKA"), ("Α.Φ.Μ. 094259216", "GR_TAX_ID"), ("ЕГН: 7523169263", "BG_EGN")],
)
def test_words_in_greek_and_cyrillic_announce(text: str, kind: str) -> None:
    assert kinds(text) == {kind: Confidence.HIGH}


def test_the_name_of_a_column_announces() -> None:
    assert kinds("111222333") == {}
    assert kinds("111222333", column="bsn") == {"NL_BSN": Confidence.HIGH}
    assert kinds("9434765870", column="nhs_number") == {"UK_NHS": Confidence.HIGH}


def test_cells_of_a_row_are_read_apart() -> None:
    assert kinds("4711,85073003328,1012AB") == {"BE_NATIONAL_NUMBER": Confidence.MEDIUM}
