from __future__ import annotations

import re

import pytest

from privacy_audit.legal.catalogue import CNIL_TYPES, catalogue, legal_row
from privacy_audit.scanners import all_scanners

EMITTED = [
    "PERSON",
    "EMAIL_ADDRESS",
    "PHONE_NUMBER",
    "FR_NIR",
    "IBAN_CODE",
    "CREDIT_CARD",
    "IP_ADDRESS",
    "FACE",
    "VOICE",
    "SPEAKER",
    "GPS_POSITION",
    "DEVICE_SERIAL",
    "AUTHOR_METADATA",
    "CAPTURE_TIMESTAMP",
    "EMBEDDED_THUMBNAIL",
    "EMBEDDED_PICTURE",
    "DESCRIPTION_METADATA",
    "FACE_REGION_NAME",
    "PROVENANCE_SYNTHETIC",
]


@pytest.mark.parametrize("entity_type", EMITTED)
def test_every_entity_type_that_a_scanner_emits_has_a_row_of_its_own(entity_type: str) -> None:
    row = catalogue().rows[entity_type]
    assert row.classified
    assert row.articles
    assert row.label("fr") != ""
    assert row.label("en") != ""


def emitted() -> list[str]:
    """What the built-in scanners and recognizers say they can find."""
    scanners = {kind for scanner in all_scanners().values() for kind in scanner.entity_types}
    return sorted(scanners)


@pytest.mark.parametrize("entity_type", emitted())
def test_every_entity_type_of_a_built_in_scanner_has_a_row_of_its_own(entity_type: str) -> None:
    row = catalogue().rows[entity_type]
    assert row.classified
    assert row.articles
    assert row.label("fr")
    assert row.label("en")


# the table of section 1.2 of the regulation notes; the number of people, its last row, is no category but a figure
NOTED = """
person_name first_name username email phone postal_address nir national_id passport id_document_image iban payment_card
ip_address mac_address device_serial licence_plate date_of_birth age gps_point gps_track timestamp author_metadata face
person_visible tattoo_mark voice accent_language biometric_template spoken_pii ocr_pii health genetic ethnic_origin
religion politics trade_union sex_life criminal minor credential job_employer
""".split()


def test_every_category_of_the_notes_has_a_row() -> None:
    assert len(NOTED) == 41
    assert sorted(set(NOTED) - {row.category for row in catalogue().rows.values()}) == []


def test_the_date_and_the_sources_are_stated() -> None:
    assert re.fullmatch(r"\d{4}-\d{2}", catalogue().legal_baseline_date)
    assert {source.mark for source in catalogue().sources} <= set("SX2M")


def test_a_face_in_a_picture_is_no_biometric_term() -> None:
    assert legal_row("FACE").special == "art9_if"
    assert not any("Biometric" in iri or "FacialPrint" in iri for iri in legal_row("FACE").dpv)


def test_the_nir_is_under_article_87_and_perceived_as_sensitive() -> None:
    row = legal_row("FR_NIR")
    assert (row.special, row.cnil_type, row.prejudice) == ("art87", "percue_sensible", 3)


def test_a_type_from_a_plug_in_is_to_be_classified_and_never_ignored() -> None:
    row = legal_row("ACME_BADGE")
    assert (row.entity_type, row.category, row.cnil_type) == ("ACME_BADGE", "acme_badge", "a_classer")
    assert not row.classified
    assert row.cnil_type in CNIL_TYPES
