from __future__ import annotations

import pytest

from privacy_audit.anonymizers import all_operators
from privacy_audit.legal.matrix import matrix, techniques

# Ids of the matrix of the regulation notes, section 3.1.
IDS = """a5_1_a a5_1_c a5_1_d a5_1_e a5_1_f a6 a9 a10 a87 a13_14 a15_22 a25 a28 a30 a32 a35 a44 a89 anon model pseudo
scraping annot rai10 rai53 rai_annex4 rai5e rai50 dsa40""".split()


def test_the_matrix_has_the_29_rows_of_the_notes() -> None:
    assert [row.id for row in matrix()] == IDS
    assert len(IDS) == 29


def test_a_row_says_how_its_source_was_read_and_what_a_scan_can_do() -> None:
    assert {row.mark for row in matrix()} <= {"", "S", "X", "2", "M"}
    assert {row.computed for row in matrix()} == {"full", "part", "none"}
    assert all(row.text("declare", "fr") and row.text("declare", "en") for row in matrix())


@pytest.mark.parametrize("operator", sorted(all_operators()))
def test_every_built_in_operator_has_the_name_of_its_technique(operator: str) -> None:
    assert operator in techniques()
