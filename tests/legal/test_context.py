"""What the controller declares: read, refused with the nearest key, written as a template."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from privacy_audit.errors import UsageError
from privacy_audit.legal.context import Context, load_context, parse_context, template
from privacy_audit.legal.strings import LANGUAGES, Language

KEYS = [item.name for item in dataclasses.fields(Context)]


def test_what_is_declared_is_kept_in_the_controllers_own_words() -> None:
    context = parse_context("purpose: Entraîner\naccess: public\nsources: [a, b]\ndpia_criteria: [8, 1]\n", "c.yaml")
    assert (context.purpose, context.access, context.sources) == ("Entraîner", "public", "a\nb")
    assert context.dpia_criteria == (1, 8)


def test_a_number_or_a_date_without_quotes_is_a_text() -> None:
    assert parse_context("retention: 24\ncollection: 2026-01-31\n", "c.yaml").retention == "24"


@pytest.mark.parametrize("text", ["", "purpose:\n", "# nothing\n"])
def test_what_is_left_empty_is_not_declared(text: str) -> None:
    assert parse_context(text, "c.yaml") == Context()


def test_an_unknown_key_is_named_with_the_nearest_valid_one() -> None:
    with pytest.raises(UsageError, match=r"c\.yaml: purpse: unknown key; did you mean 'purpose'\?"):
        parse_context("purpse: x\n", "c.yaml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("access: everybody\n", "access: got 'everybody', expected one of restricted, internal"),
        ("protected: perhaps\n", "protected: got 'perhaps', expected true or false"),
        ("dpia_criteria: [10]\n", "dpia_criteria: expected numbers from 1 to 9"),
        ("dpia_criteria: 1\n", "expected a list of numbers"),
        ("large_scale_people: 0\n", "expected a whole number above 0"),
        ("large_scale_people: true\n", "expected a whole number above 0"),
        ("purpose: {a: b}\n", "expected a text"),
        ("- a\n", "got list, expected a mapping"),
        ("a: [\n", "not valid YAML"),
        ("purpose: 2026-13-45\npurpose: !!python/object:os.system x\n", "not valid YAML"),
        ("1: x\n", "1: unknown key"),
    ],
)
def test_what_makes_no_sense_is_refused_naming_file_key_and_expectation(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=r"^c\.yaml") as caught:
        parse_context(text, "c.yaml")
    assert message in str(caught.value)


@given(st.text(max_size=200))
def test_any_text_is_a_context_or_a_usage_error(text: str) -> None:
    with contextlib.suppress(UsageError):
        parse_context(text, "c.yaml")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_has_every_key_and_declares_nothing(language: Language) -> None:
    assert list(yaml.safe_load(template(language))) == KEYS
    assert parse_context(template(language), "t.yaml") == Context()


def test_a_file_that_cannot_be_read_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "c.yaml", tmp_path / "none.yaml", tmp_path):
        with pytest.raises(UsageError, match="cannot be read"):
            load_context(path)
