"""Surrogates: the form of the value, nothing of the value, and numbers that are nobody's."""

from __future__ import annotations

import datetime
import ipaddress
import re
import string

import phonenumbers
import pytest
import stdnum.fr.nir
import stdnum.iban
import stdnum.luhn
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.pseudonyms import Pseudonyms
from privacy_audit.pseudonyms.dates import read_date
from privacy_audit.pseudonyms.names import PARTICLES, TITLES, given_names, words
from privacy_audit.pseudonyms.surrogate_names import surrogate_name
from privacy_audit.pseudonyms.surrogates import Place, document_of, surrogate
from privacy_audit.recognizers._readable import folded

PSEUDONYMS = Pseudonyms(bytes(range(32)))
KEYS = st.binary(min_size=32, max_size=32)
LETTERS = string.ascii_letters + "éèçïÉ"


def of(entity_type: str, value: str, document: str = "a.txt", *, in_path: bool = False) -> str:
    return surrogate(PSEUDONYMS, Place(value, entity_type, document, in_path))


def test_a_name_has_one_surrogate_in_every_spelling_with_its_own_casing_and_order() -> None:
    first, last = of("PERSON", "Marie Lefebvre").split()
    assert of("PERSON", "LEFEBVRE Marie") == f"{last.upper()} {first}"
    assert of("PERSON", "Lefebvre, Marie") == f"{last}, {first}"
    assert of("PERSON", "Mme Lefebvre") == f"Mme {last}"
    assert of("PERSON", "lefèbvre") == last.lower()
    assert of("FIRST_NAME", "MARIE") == first.upper()
    assert of("PERSON", "marie_lefebvre", in_path=True) == f"{folded(first)}_{last.lower()}"
    assert of("PERSON", "MarieLefebvre") == f"{first}{last}"
    assert of("EMAIL_ADDRESS", "marie.lefebvre@x.fr") == f"{folded(first)}.{last.lower()}@example.org"


def test_a_given_name_becomes_one_of_its_language() -> None:
    french = {name for language, name in given_names().values() if language == "fr"}
    english = {name for language, name in given_names().values() if language == "en"}
    assert {of("PERSON", name) for name in french} == french
    assert {of("PERSON", name) for name in english} == english


def test_particles_titles_and_signs_stay() -> None:
    assert re.fullmatch(r"Dr [A-Z]\w+-[A-Z]\w+ de La [A-Z]\w+", of("PERSON", "Dr Jean-Pierre de La Tour"))
    assert re.fullmatch(r"[A-Z]\. O'[A-Z]\w+", of("PERSON", "J. O'Brien").replace("F'", "O'")) or "'" in of(
        "PERSON", "J. O'Brien"
    )


def test_another_script_stays_in_its_script() -> None:
    made = of("PERSON", "Иван Петров")
    assert re.fullmatch(r"[\u0400-\u04ff]{4} [\u0400-\u04ff]{6}", made)
    assert not set(made.split()) & {"Иван", "Петров"}


@settings(max_examples=200, deadline=None)
@given(
    KEYS,
    st.lists(st.text(LETTERS, min_size=1, max_size=9), min_size=1, max_size=4),
    st.sampled_from([" ", "_", "-", ", "]),
)
def test_no_word_of_a_name_is_left(key: bytes, parts: list[str], joint: str) -> None:
    value = joint.join(parts)
    made = surrogate_name(Pseudonyms(key), value)
    before = [folded(value[start:end]) for start, end in words(value)]
    after = [folded(made[start:end]) for start, end in words(made)]
    told = {word for word in before if word not in TITLES | PARTICLES}
    assert len(before) <= len(after) + value.count("'")
    for old, new in zip(before, after, strict=False):
        assert old not in told or old != new


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("06 12 34 56 78", r"06 39 98 \d\d \d\d"),
        ("0712345678", r"063998\d{4}"),
        ("01.42.34.56.78", r"01\.99\.00\.\d\d\.\d\d"),
        ("03-42-34-56-78", r"03-53-01-\d\d-\d\d"),
        ("+33 6 12 34 56 78", r"\+33 6 39 98 \d\d \d\d"),
        ("+33 (0)6 12 34 56 78", r"\+33 \(0\)6 39 98 \d\d \d\d"),
        ("0033612345678", r"003363998\d{4}"),
        ("020 7123 4567", r"020 7946 0\d{3}"),
        ("+44 7911 123456", r"\+44 7700 900\d{3}"),
        ("(212) 867-5309", r"\(\d{3}\) 555-01\d\d"),
        ("+1 212 867 5309", r"\+1 \d{3} 555 01\d\d"),
        ("+49 30 1234567", r"\+33 1 99 00 \d\d \d\d"),
    ],
)
def test_a_telephone_number_lands_in_a_range_kept_for_fiction_in_its_own_form(value: str, form: str) -> None:
    assert re.fullmatch(form, of("PHONE_NUMBER", value))


def test_one_number_has_one_surrogate_with_and_without_its_country() -> None:
    ends = {of("PHONE_NUMBER", value)[-5:] for value in ("06 12 34 56 78", "+33 6 12 34 56 78", "00 33 6 12 34 56 78")}
    assert len(ends) == 1


@settings(max_examples=200, deadline=None)
@given(KEYS, st.from_regex(r"(0|\+33 ?|\+44 ?|\+1 ?|\+49 ?)[1-9]([ .-]?\d){6,10}", fullmatch=True))
def test_no_telephone_number_is_that_of_a_subscriber(key: bytes, value: str) -> None:
    made = surrogate(Pseudonyms(key), Place(value, "PHONE_NUMBER", "a"))
    digits = re.sub(r"\D", "", made)
    kept = ("19900", "26191", "35301", "46571", "53649", "63998", "1632960", "2079460", "7700900")
    fiction = any(head in digits for head in kept) or re.search(r"55501\d\d$", digits)
    assert fiction or made.startswith("PHONE_NUMBER_")
    if made.startswith("+"):
        phonenumbers.parse(made)


@pytest.mark.parametrize(
    ("entity_type", "value", "check"),
    [
        ("CREDIT_CARD", "4111 1111 1111 1111", stdnum.luhn.is_valid),
        ("IBAN_CODE", "FR76 3000 6000 0112 3456 7890 189", stdnum.iban.is_valid),
        ("FR_NIR", "2 85 03 75 116 001 11", stdnum.fr.nir.is_valid),
    ],
)
def test_a_number_with_a_check_digit_keeps_its_form_and_is_never_valid(
    entity_type: str, value: str, check: object
) -> None:
    for key in range(60):
        made = surrogate(Pseudonyms(bytes([key]) * 32), Place(value, entity_type, "a"))
        shape = [re.sub(r"[A-Z]", "A", re.sub(r"\d", "9", text)) for text in (made, value)]
        assert shape[0] == shape[1]
        assert made != value
        assert not check(re.sub(r"\W", "", made))  # type: ignore[operator]


def test_an_address_of_a_network_is_one_kept_for_documents() -> None:
    assert ipaddress.ip_address(of("IP_ADDRESS", "88.12.3.4")) in ipaddress.ip_network("192.0.0.0/2")
    assert of("IP_ADDRESS", "88.12.3.4").rpartition(".")[0] in ("192.0.2", "198.51.100", "203.0.113")
    assert ipaddress.ip_address(of("IP_ADDRESS", "2a01:cb00::1")) in ipaddress.ip_network("2001:db8::/32")
    assert re.fullmatch(r"02(:[0-9a-f]{2}){5}", of("MAC_ADDRESS", "aa:bb:cc:dd:ee:ff"))


def test_a_street_stays_a_street() -> None:
    assert re.fullmatch(
        r"\d\d bis rue des [A-Z]\w+, \d{5} [A-Z]\w+", of("POSTAL_ADDRESS", "12 bis rue des Lilas, 75011 Paris")
    )


@pytest.mark.parametrize("entity_type", ["HEALTH", "RELIGION", "POLITICAL_OPINION", "CREDENTIAL", "GENDER", "MRZ"])
def test_nothing_is_invented_about_somebody(entity_type: str) -> None:
    assert of(entity_type, "diabète") == PSEUDONYMS.label(entity_type, "diabète")


def test_a_number_that_a_state_gives_keeps_its_form() -> None:
    assert re.fullmatch(r"\d{11}", of("DE_TAX_ID", "12345678903"))


@pytest.mark.parametrize(
    ("value", "date", "form"),
    [
        ("12/03/1985", (1985, 3, 12), r"\d\d/\d\d/\d{4}"),
        ("03/25/1985", (1985, 3, 25), r"\d\d/\d\d/\d{4}"),
        ("1985-03-12", (1985, 3, 12), r"\d{4}-\d\d-\d\d"),
        ("12.3.85", (1985, 3, 12), r"\d{1,2}\.\d{1,2}\.\d\d"),
        ("01/02/05", (2005, 2, 1), r"\d\d/\d\d/\d\d"),
        ("12 mars 1985", (1985, 3, 12), r"\d{1,2} [a-zéû]+ \d{4}"),
        ("1er août 1985", (1985, 8, 1), r"\d{1,2}(er)? [a-zéû]+ \d{4}"),
        ("12 MARS 1985", (1985, 3, 12), r"\d{1,2} [A-ZÉÛ]+ \d{4}"),
        ("March 12, 1985", (1985, 3, 12), r"[A-Z][a-z]+ \d{1,2}, \d{4}"),
        ("March 3rd, 1985", (1985, 3, 3), r"[A-Z][a-z]+ \d{1,2}(st|nd|rd|th), \d{4}"),
        ("12 Mar 1985", (1985, 3, 12), r"\d{1,2} [A-Z][a-z]{2} \d{4}"),
    ],
)
def test_a_date_moves_and_keeps_its_form(value: str, date: tuple[int, int, int], form: str) -> None:
    read = read_date(value)
    assert read is not None
    assert read.date == datetime.date(*date)
    made = of("DATE_OF_BIRTH", value)
    assert re.fullmatch(form, made), made
    assert made != value


@settings(max_examples=300, deadline=None)
@given(st.dates(datetime.date(1930, 1, 1), datetime.date(2029, 12, 31)), st.integers(-3650, 3650))
def test_a_date_written_and_moved_back_is_the_same(date: datetime.date, days: int) -> None:
    for value in (
        f"{date:%Y-%m-%d}",
        f"{date:%d/%m/%Y}",
        f"{date.day} {date:%B} {date.year}",
        f"{date:%B} {date.day}, {date.year}",
    ):
        there = read_date(value)
        assert there is not None
        assert there.date == date
        moved = there.moved(value, days)
        back = read_date(moved)
        assert back is not None
        assert (back.date - date).days == days
        assert back.moved(moved, -days) == value


def test_all_dates_of_one_document_move_by_the_same_days() -> None:
    dates = ("12/03/1985", "1985-06-01", "25 décembre 1990")
    shifts = set()
    for value in dates:
        before, after = read_date(value), read_date(of("DATE_OF_BIRTH", value))
        assert before is not None
        assert after is not None
        shifts.add((after.date - before.date).days)
    (shift,) = shifts
    assert 1 <= abs(shift) <= 180
    others = {of("DATE_OF_BIRTH", "12/03/1985", f"{index}.txt") for index in range(20)}
    assert len(others) > 10


@pytest.mark.parametrize(
    "value", ["", "31/02/1985", "99/99/9999", "soon", "le 12", "1.2.3.4.5", "0000-00-00", "12 bananes 1985"]
)
def test_what_is_no_date_is_none(value: str) -> None:
    assert read_date(value) is None
    assert of("DATE_OF_BIRTH", value or "-") == PSEUDONYMS.label("DATE_OF_BIRTH", value or "-")


@pytest.mark.parametrize(
    ("uri", "document"),
    [
        ("a.txt", "a.txt"),
        ("a/b.txt#path", "a/b.txt"),
        ("a.csv#row=12&column=nom", "a.csv#row=12"),
        ("s.tar::1.jsonl#row=3&column=a", "s.tar::1.jsonl#row=3"),
        ("a.json#key=2", "a.json"),
    ],
)
def test_a_row_is_a_document_and_so_is_a_file(uri: str, document: str) -> None:
    assert document_of(uri) == document


@settings(max_examples=300, deadline=None)
@given(
    KEYS,
    st.sampled_from(
        [
            "PERSON",
            "EMAIL_ADDRESS",
            "PHONE_NUMBER",
            "DATE_OF_BIRTH",
            "POSTAL_ADDRESS",
            "IP_ADDRESS",
            "MAC_ADDRESS",
            "USERNAME",
            "IBAN_CODE",
            "X",
        ]
    ),
    st.text(min_size=1, max_size=25),
)
def test_any_value_has_a_surrogate_and_it_is_another(key: bytes, entity_type: str, value: str) -> None:
    pseudonyms = Pseudonyms(key)
    made = surrogate(pseudonyms, Place(value, entity_type, "a"))
    assert made
    assert made != value
    assert made == surrogate(pseudonyms, Place(value, entity_type, "a"))
