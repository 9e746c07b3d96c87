from __future__ import annotations

import pytest

from privacy_audit.legal.catalogue import LegalRow, legal_row
from privacy_audit.legal.scoring import Access, Zone, impersonal, likelihood, severity, topic_only, zone


def rows(content: str) -> list[LegalRow]:
    return [
        topic_only(legal_row(name[6:])) if name.startswith("TOPIC:") else legal_row(name) for name in content.split()
    ]


# The worked examples of the regulation notes, section 5.3.
VECTORS: list[tuple[str, bool, int, int, int, Access, bool, bool, Zone]] = [
    ("FIRST_NAME", False, 1, 1, 1, "public", False, False, "treat"),
    ("PERSON", False, 2, 1, 1, "public", False, False, "treat"),
    ("PERSON EMAIL_ADDRESS", False, 4, 1, 2, "internal", False, False, "monitor"),
    ("PERSON POSTAL_ADDRESS", False, 3, 2, 2, "internal", False, False, "monitor"),
    ("PERSON DATE_OF_BIRTH POSTAL_ADDRESS", False, 4, 2, 3, "shared", False, False, "priority"),
    ("IP_ADDRESS", False, 3, 1, 1, "internal", False, False, "monitor"),
    ("LICENSE_PLATE", False, 3, 1, 1, "public", False, False, "treat"),
    ("FACE", False, 3, 2, 2, "public", False, False, "treat"),
    ("FACE GPS_POSITION", False, 3, 2, 2, "public", False, False, "treat"),
    ("FACE", True, 3, 2, 3, "public", False, False, "priority"),
    ("VOICE", False, 3, 2, 2, "restricted", False, False, "monitor"),
    ("PERSON VOICE", False, 4, 2, 3, "internal", False, False, "treat"),
    ("PERSON FACE", False, 4, 2, 3, "public", False, False, "priority"),
    ("PERSON FACE VOICE", False, 4, 3, 4, "public", False, False, "priority"),
    ("FR_NIR", False, 3, 3, 3, "internal", False, False, "treat"),
    ("FR_NIR PERSON", False, 4, 3, 4, "internal", False, False, "treat"),
    ("IBAN_CODE", False, 3, 2, 2, "internal", False, False, "monitor"),
    ("IBAN_CODE PERSON", False, 4, 2, 3, "internal", False, False, "treat"),
    ("CREDIT_CARD", False, 3, 3, 3, "internal", False, False, "treat"),
    ("EMAIL_ADDRESS CREDENTIAL", False, 3, 3, 3, "public", False, False, "priority"),
    ("CREDENTIAL", False, 1, 3, 1, "public", False, False, "treat"),
    ("TOPIC:HEALTH", False, 1, 2, 1, "public", False, False, "treat"),
    ("HEALTH EMAIL_ADDRESS", False, 3, 4, 4, "restricted", True, False, "treat"),
    ("HEALTH FIRST_NAME", False, 1, 4, 2, "internal", False, False, "monitor"),
    ("CRIMINAL_OFFENCE PERSON", False, 2, 4, 3, "public", False, True, "priority"),
    ("BIOMETRIC_TEMPLATE", False, 3, 4, 4, "unknown", False, False, "not_assessed"),
]


@pytest.mark.parametrize(
    ("content", "vulnerable", "identified", "harm", "level", "access", "protected", "duplicated", "expected_zone"),
    VECTORS,
)
def test_a_worked_example_gives_the_level_that_was_computed_by_hand(
    content: str,
    vulnerable: bool,
    identified: int,
    harm: int,
    level: int,
    access: Access,
    protected: bool,
    duplicated: bool,
    expected_zone: Zone,
) -> None:
    scored = severity(rows(content), vulnerable=vulnerable)
    assert (scored.identification, scored.prejudice, scored.level) == (identified, harm, level)
    assert zone(scored.level, likelihood(access, protected=protected, duplicated=duplicated)) == expected_zone


def test_all_worked_examples_are_there() -> None:
    assert len(VECTORS) == 26


# The column L of the same table.
LIKELIHOODS = [4, 4, 2, 2, 3, 2, 4, 4, 4, 4, 1, 2, 4, 4, 2, 2, 2, 2, 2, 4, 4, 4, 1, 2, 4, None]


@pytest.mark.parametrize(("vector", "expected"), zip(VECTORS, LIKELIHOODS, strict=True))
def test_a_worked_example_gives_the_likelihood_of_the_declared_access(
    vector: tuple[str, bool, int, int, int, Access, bool, bool, Zone], expected: int | None
) -> None:
    _, _, _, _, _, access, protected, duplicated, _ = vector
    assert likelihood(access, protected=protected, duplicated=duplicated) == expected


def test_the_mailbox_of_a_function_identifies_nobody() -> None:
    assert severity([impersonal(legal_row("EMAIL_ADDRESS"))]).level == 1
    assert severity([impersonal(legal_row("EMAIL_ADDRESS")), *rows("PERSON")]) == severity(rows("PERSON"))


def test_nothing_found_has_no_level() -> None:
    assert severity([]).level == 0


def test_two_detectors_of_one_category_count_as_one_kind() -> None:
    assert severity(rows("VOICE SPEAKER")) == severity(rows("VOICE"))


def test_adding_a_kind_of_data_never_lowers_a_level() -> None:
    kinds = ["PERSON", "EMAIL_ADDRESS", "GPS_POSITION", "CAPTURE_TIMESTAMP", "FACE", "VOICE", "FR_NIR", "HEALTH"]
    for base in kinds:
        for added in kinds:
            assert severity(rows(f"{base} {added}")).level >= severity(rows(base)).level
