"""Labelled texts: read with their line named when something is wrong, and cased without moving a span."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.errors import UsageError
from privacy_audit.measuring.gold import GoldSpan, GoldText, entity_type_of, in_casing, read_gold


def written(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_labels_of_other_sets_become_our_entity_types(tmp_path: Path) -> None:
    line = json.dumps({"text": "Ada vit ici", "lang": "fr", "spans": [{"start": 0, "end": 3, "label": "PER"}]})
    assert read_gold([written(tmp_path, line, "")]) == [GoldText("Ada vit ici", "fr", (GoldSpan(0, 3, "PERSON"),))]
    assert entity_type_of("Zip_code") == "ZIP_CODE"


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        '{"text": "secret-canary"}',
        '{"text": "secret-canary", "spans": [{"start": 0, "end": 99, "label": "PER"}]}',
        '{"text": "secret-canary", "spans": [{"start": 3, "end": 3, "label": "PER"}]}',
        '{"text": 7, "spans": []}',
    ],
)
def test_a_wrong_line_is_named_and_not_quoted(tmp_path: Path, line: str) -> None:
    with pytest.raises(UsageError, match=r"gold\.jsonl:2: not of the form") as caught:
        read_gold([written(tmp_path, '{"text": "a", "spans": []}', line)])
    assert "canary" not in str(caught.value)


def test_no_text_at_all_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no labelled text"):
        read_gold([written(tmp_path, "")])
    with pytest.raises(UsageError, match="cannot be read"):
        read_gold([tmp_path / "absent.jsonl"])


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_a_text_in_another_casing_keeps_its_length(text: str) -> None:
    for casing in ("UPPER", "lower"):
        assert len(in_casing(GoldText(text, None, ()), casing).text) == len(text)
