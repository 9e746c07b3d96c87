"""Why a finding matters: one plain sentence for every row of the catalogue."""

from __future__ import annotations

import re

import pytest

from privacy_audit.legal.catalogue import catalogue, legal_row
from privacy_audit.legal.why import why

NOT_SAID = ("anonymous", "compliant", "lawful", "legal to", "safe", "illegal")


@pytest.mark.parametrize("kind", [*sorted(catalogue().rows), "OF_A_PLUG_IN"])
def test_every_kind_has_one_sentence_that_names_it_and_judges_nothing(kind: str) -> None:
    said = why(legal_row(kind))
    assert said.startswith(f"{legal_row(kind).label('en')}: ")
    assert said.endswith(".")
    assert "\n" not in said
    assert "consid." not in said
    assert "?" not in said
    assert not [word for word in NOT_SAID if word in said]


@pytest.mark.parametrize("kind", [*sorted(catalogue().rows), "OF_A_PLUG_IN"])
def test_it_says_so_in_french_too(kind: str) -> None:
    said = why(legal_row(kind), "fr")
    assert said.startswith(f"{legal_row(kind).label('fr')}\u00a0: ")
    assert said.endswith(".")
    assert not re.search(r" [;:?!%»]|« |'", said)
    assert "recital" not in said
    assert "GDPR" not in said


def test_it_says_what_the_law_adds() -> None:
    assert (
        why(legal_row("EMAIL_ADDRESS")) == "E-mail address: it singles out one person or one device (GDPR Art. 4(1))."
    )
    assert "each member state limits the use of national identification numbers" in why(legal_row("FR_NIR"))
    assert "special category" in why(legal_row("HEALTH"))
    assert "(GDPR Art. 4(1), recital 51)" in why(legal_row("FACE"))
    assert "act in somebody's place" in why(legal_row("CREDENTIAL"))
