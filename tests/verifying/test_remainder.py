"""after + before x (1 - r) / r, redone by hand."""

from __future__ import annotations

import pytest

from privacy_audit.legal.catalogue import legal_row
from privacy_audit.verifying.remainder import estimated, recalls


def test_the_estimate_adds_what_was_missed_to_what_is_still_found() -> None:
    (row,), _ = estimated({"FACE": 100}, {"FACE": 2})
    recall = recalls()["FACE"]
    assert row.estimate == pytest.approx(2 + 100 * (1 - recall.value) / recall.value, abs=0.05)
    assert row.estimate_low < row.estimate < row.estimate_high
    assert row.estimate_high == pytest.approx(2 + 100 * (1 - recall.low) / recall.low, abs=0.05)


def test_a_type_without_measured_recall_is_named_and_not_estimated() -> None:
    rows, without = estimated({"FR_NIR": 3}, {})
    assert (rows, without) == ((), ("FR_NIR",))


def test_what_was_never_treated_and_is_found_counts_in_full() -> None:
    (row,), _ = estimated({}, {"FACE": 2})
    assert (row.before, row.after, row.estimate) == (0, 2, 2.0)


@pytest.mark.parametrize("entity_type", sorted(recalls()))
def test_every_recall_is_inside_its_interval_and_of_a_type_that_the_catalogue_knows(entity_type: str) -> None:
    recall = recalls()[entity_type]
    assert 0 < recall.low <= recall.value <= recall.high <= 1
    assert legal_row(entity_type).classified
