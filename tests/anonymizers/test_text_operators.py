"""Redact, mask, pseudonyms, surrogates, less exact values, encryption: what stands there afterwards."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.anonymizers import Operator
from privacy_audit.anonymizers._text import TextOperator, edits_of, placed, with_edits
from privacy_audit.anonymizers.text_encrypt import TextEncrypt, decrypted
from privacy_audit.anonymizers.text_generalise import TextGeneralise
from privacy_audit.anonymizers.text_label import TextLabel
from privacy_audit.anonymizers.text_mask import TextMask
from privacy_audit.anonymizers.text_pseudonym import TextPseudonym
from privacy_audit.anonymizers.text_redact import TextRedact
from privacy_audit.anonymizers.text_surrogate import TextSurrogate
from privacy_audit.errors import UsageError
from privacy_audit.pseudonyms import Pseudonyms
from privacy_audit.types import Confidence, Detection, Effect, PathRecord, TextRecord, TextSpan

KEY = bytes(range(32))
SPANS = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda edges: TextSpan(min(edges), max(edges)))


def put(operator: Operator, value: str, kind: str, *, in_path: bool = False) -> str:
    """What stands in place of the value, between two words that stay."""
    operator.pseudonyms = Pseudonyms(KEY)
    text = f"a/{value}.txt" if in_path else f"le {value} là"
    found = [Detection(kind, TextSpan(2 if in_path else 3, len(text) - (4 if in_path else 3)), 1.0, Confidence.HIGH)]
    treated: Any = operator.apply(PathRecord("u", text) if in_path else TextRecord("u", text), found)
    head, tail = ("a/", ".txt") if in_path else ("le ", " là")
    assert treated.text.startswith(head)
    assert treated.text.endswith(tail)
    return str(treated.text[len(head) : len(treated.text) - len(tail)])


@pytest.mark.parametrize(
    ("operator", "value", "kind", "new"),
    [
        (TextRedact(), "Marie", "PERSON", "█████"),
        (TextRedact(mark=""), "Marie", "PERSON", ""),
        (TextMask(), "06 39 98", "PHONE_NUMBER", "********"),
        (TextMask(char="#"), "Marie", "PERSON", "#####"),
        (TextMask(keep_last=4), "4111 1111 1111 1234", "CREDIT_CARD", "***************1234"),
        (TextMask(keep_last=4), "Marie L.", "PERSON", "*****" + "*" + "L" + "*"),
        (TextMask(keep_last=4), "abc", "PERSON", "***"),  # three of four would be the value
        (TextMask(shape=True), "06 39 98 12 45", "PHONE_NUMBER", "99 99 99 99 99"),
        (TextMask(shape=True), "Marie.D@x.fr", "EMAIL_ADDRESS", "Xxxxx.X@x.xx"),
        (TextGeneralise(), "12/03/1985", "DATE_OF_BIRTH", "1985"),
        (TextGeneralise(), "née le 1er mars 1985", "DATE_OF_BIRTH", "1985"),
        (TextGeneralise(), "42 ans", "AGE", "40-49"),
        (TextGeneralise(age_years=5), "42", "AGE", "40-44"),
        (TextGeneralise(), "93 ans", "AGE", "90+"),
        (TextGeneralise(age_years=25), "80", "AGE", "75-89"),
        (TextGeneralise(), "75011", "POSTCODE", "75"),
        (TextGeneralise(), "97400", "POSTCODE", "974"),
        (TextGeneralise(), "SW1A 1AA", "POSTCODE", "SW"),
        (TextGeneralise(), "12 rue des Lilas, 69003 Lyon", "POSTAL_ADDRESS", "69"),
        (TextGeneralise(), "quarante ans", "AGE", "<AGE>"),
        (TextGeneralise(), "Marie", "PERSON", "<PERSON>"),
    ],
)
def test_what_stands_in_place_of_a_value(operator: Operator, value: str, kind: str, new: str) -> None:
    assert put(operator, value, kind) == new


@pytest.mark.parametrize(
    ("operator", "kind", "new"),
    [
        (TextRedact(), "PERSON", "REDACTED"),
        (TextMask(), "PERSON", "xxxxxxxxxxxxxx"),
        (TextMask(char="/"), "PERSON", "xxxxxxxxxxxxxx"),
        (TextGeneralise(), "PERSON", "PERSON"),
        (TextLabel(), "PERSON", "PERSON"),
    ],
)
def test_in_a_path_everything_fits_a_file_name(operator: Operator, kind: str, new: str) -> None:
    assert put(operator, "marie_lefebvre", kind, in_path=True) == new


@pytest.mark.parametrize("operator", [TextPseudonym(), TextSurrogate(), TextEncrypt()], ids=lambda item: str(item.name))
@pytest.mark.parametrize("value", ["marie_lefebvre", "x@y.fr", "..", "a:b*c"])
def test_what_is_keyed_fits_a_file_name_too(operator: Operator, value: str) -> None:
    new = put(operator, value, "PERSON", in_path=True)
    assert re.fullmatch(r"[\w=@.\-]+", new)
    assert new.strip(".")


@pytest.mark.parametrize(
    ("operator", "options", "told"),
    [
        (TextMask, {"keep_last": 5}, "keep_last: got 5, expected 0 to 4"),
        (TextMask, {"keep_last": True}, "keep_last"),
        (TextMask, {"char": "ab"}, "char: got 'ab'"),
        (TextMask, {"char": "x"}, "no letter or digit"),
        (TextMask, {"shape": 1}, "shape: got 1"),
        (TextRedact, {"mark": 3}, "mark: got 3"),
        (TextPseudonym, {"digits": 4}, "expected 12 to 32: with fewer, people would share one"),
        (TextSurrogate, {"max_days": 3}, "max_days: got 3"),
        (TextGeneralise, {"age_years": 1}, "age_years: got 1"),
        (TextLabel, {"only": []}, "only: got"),
    ],
)
def test_a_setting_out_of_range_is_refused(operator: Any, options: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        operator(**options)


def test_a_pseudonym_is_the_same_in_a_text_and_in_a_path() -> None:
    new = put(TextPseudonym(), "Marie Lefebvre", "PERSON")
    assert re.fullmatch(r"PERSON_[0-9a-f]{12}", new)
    assert put(TextPseudonym(), "marie_lefebvre", "PERSON", in_path=True) == new
    assert len(put(TextPseudonym(digits=20), "Marie Lefebvre", "PERSON")) == len("PERSON_") + 20


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80))
def test_what_was_encrypted_is_read_again_with_the_key_only(value: str) -> None:
    new = put(TextEncrypt(), value, "PERSON")
    assert re.fullmatch(r"<PERSON=[A-Za-z0-9_\-=]+>", new)
    assert decrypted(f"le {new} là, {new}", Pseudonyms(KEY)) == f"le {value} là, {value}"
    with pytest.raises(UsageError, match="another key"):
        decrypted(new, Pseudonyms(bytes(32)))


def test_two_encryptions_of_one_value_do_not_tell_that_it_is_one() -> None:
    assert put(TextEncrypt(), "Marie", "PERSON") != put(TextEncrypt(), "Marie", "PERSON")


def test_text_that_only_looks_encrypted_stays() -> None:
    text = "a=b, <B>=x, <PERSON=short>, TOKEN=c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"
    assert decrypted(text, Pseudonyms(KEY)) == text


@settings(max_examples=150, deadline=None)
@given(
    st.text("abc é💡", min_size=30, max_size=30),
    st.lists(st.tuples(SPANS, st.booleans()), max_size=4),
    st.lists(st.tuples(SPANS, st.booleans()), max_size=4),
)
def test_stand_ins_are_known_by_their_place_after_a_second_round_too(
    text: str, first: list[tuple[TextSpan, bool]], second: list[tuple[TextSpan, bool]]
) -> None:
    """What a pseudonym stands at is told, and only that."""
    operators: tuple[TextOperator, TextOperator] = TextRedact(mark="!"), TextPseudonym()
    record: Any = TextRecord("u", text)
    spans: list[TextSpan] = []
    for claims in (first, second):
        made = [(operators[flag], Detection("X", span, 1.0, Confidence.HIGH)) for span, flag in claims]
        edits = edits_of(record, made)
        spans = placed(spans, edits, Effect.PSEUDONYMISED)
        record = with_edits(record, edits)
    assert spans == sorted(spans)
    for span in spans:
        assert re.fullmatch(r"X_[0-9a-f]{12}", record.text[span.start : span.end])
    assert len(spans) == len(re.findall(r"X_[0-9a-f]{12}", record.text))
