"""200 sentences full of product names, versions, order numbers and hotlines: none of it is personal data."""

from __future__ import annotations

from pathlib import Path

import pytest

from privacy_audit.pipeline import Toolbox
from privacy_audit.recipe import load_recipe
from privacy_audit.types import Confidence, Scanned, TextRecord

DATA = Path(__file__).resolve().parents[1] / "data"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_finding_at_medium_or_above_in_clean_sentences(language: str) -> None:
    sentences = (DATA / f"clean_{language}.txt").read_text(encoding="utf-8").splitlines()
    assert len(sentences) == 100
    outcomes = Toolbox(load_recipe("text-corpus")).scan([TextRecord(text, text) for text in sentences])
    assert all(isinstance(outcome, Scanned) for outcome in outcomes)
    false_alarms = [
        (finding.detection.entity_type, outcome.record_uri)
        for outcome in outcomes
        if isinstance(outcome, Scanned)
        for finding in outcome.findings
        if finding.detection.confidence >= Confidence.MEDIUM
    ]
    assert false_alarms == []
