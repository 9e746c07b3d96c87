"""Fingerprints tell that two values are the same and nothing else; a mask shows a shape and no content."""

from __future__ import annotations

import hashlib
import hmac
import pickle
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.fingerprint import KEY_VARIABLE, Fingerprinter, mask, normalise

KEY = b"a key of at least sixteen bytes"
ONE, OTHER = Fingerprinter(KEY), Fingerprinter(KEY[::-1])


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        ("FR76 3000 6000 0112 3456 7890 189", "fr7630006000011234567890189"),
        ("06 39 98 12 45", "06.39.98.12.45"),
        ("06 39 98 12 45", "06\u202f39\u202f98\u202f12\u202f45"),
        ("Hélène Petit", "HE\u0301LE\u0300NE  PETIT"),
        ("marie@exemple.fr", "ｍａｒｉｅ@ＥＸＥＭＰＬＥ.fr"),
        ("Strauß", "STRAUSS"),
        ("\ufb01nch", "Finch"),
    ],
)
def test_one_value_written_in_two_ways_has_one_fingerprint(written: str, otherwise: str) -> None:
    assert ONE.of_text("X", written) == ONE.of_text("X", otherwise)


@pytest.mark.parametrize(
    ("value", "other"),
    [
        ("+33639981245", "33639981245"),
        ("marie@exemple.fr", "marieexemple.fr"),
        ("Hélène", "Helene"),
        ("राम", "रमा"),  # in Devanagari only the vowel marks differ
        ("1234", "1243"),
    ],
)
def test_other_values_have_other_fingerprints(value: str, other: str) -> None:
    assert ONE.of_text("X", value) != ONE.of_text("X", other)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_a_normalised_value_stays_as_it_is_when_normalised_again(value: str) -> None:
    assert normalise(normalise(value)) == normalise(value)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_the_encoding_of_accents_makes_no_difference(value: str, form: str) -> None:
    assert normalise(unicodedata.normalize(form, value)) == normalise(value)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30))
def test_another_key_gives_another_fingerprint(value: str) -> None:
    assert ONE.of_text("PERSON", value) != OTHER.of_text("PERSON", value)
    assert ONE.of_bytes("PERSON", value.encode()) != OTHER.of_bytes("PERSON", value.encode())


def test_another_kind_of_data_gives_another_fingerprint_and_no_split_of_the_two_collides() -> None:
    assert ONE.of_text("PERSON", "durand") != ONE.of_text("ADDRESS", "durand")
    assert ONE.of_bytes("AB", b"C") != ONE.of_bytes("A", b"BC")


def test_it_is_an_hmac_and_no_plain_hash() -> None:
    found = ONE.of_text("PERSON", "Durand")
    assert found == hmac.new(KEY, b"PERSON\0durand", hashlib.sha256).hexdigest()[:32]
    assert found not in hashlib.sha256(b"PERSON\0durand").hexdigest()


def test_the_key_shows_nowhere() -> None:
    for text in (repr(ONE), str(ONE), f"{ONE}", repr([ONE])):
        assert text.strip("[]") == "Fingerprinter(key=hidden)"


def test_a_short_key_is_refused_without_being_quoted() -> None:
    with pytest.raises(ValueError, match="at least 16 bytes") as caught:
        Fingerprinter(b"short-canary")
    assert "canary" not in str(caught.value)


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY.decode())
    assert Fingerprinter.from_environment().of_text("X", "a") == ONE.of_text("X", "a")


@pytest.mark.parametrize("value", [None, ""])
def test_without_a_key_every_run_draws_its_own(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    if value is not None:
        monkeypatch.setenv(KEY_VARIABLE, value)
    assert Fingerprinter.from_environment().of_text("X", "a") != Fingerprinter.from_environment().of_text("X", "a")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_a_mask_shows_no_letter_number_or_accent_of_the_value(value: str) -> None:
    shown = mask(value)
    assert len(shown) <= 13
    for char in shown.removesuffix("…"):
        assert char in "x9" or unicodedata.category(char)[0] in "PSZ"
        assert char.isascii()


def test_a_mask_keeps_the_shape() -> None:
    assert mask("AB-12@c.fr") == "xx-99@x.xx"
    assert mask("Ⅷ½²é") == "999x"
    assert mask("e\u0301") == "xx"
    assert mask("01234567890123") == "999999999999…"


def test_a_fingerprinter_goes_to_another_process_with_its_key() -> None:
    assert pickle.loads(pickle.dumps(ONE)).of_text("X", "a") == ONE.of_text("X", "a")  # noqa: S301 - made one line above
