from __future__ import annotations

import re
import string

import pytest

from privacy_audit.legal.catalogue import catalogue
from privacy_audit.legal.context import template
from privacy_audit.legal.detectors import detector_figures
from privacy_audit.legal.matrix import matrix, techniques
from privacy_audit.legal.strings import LANGUAGES, Language, check_strings, strings
from privacy_audit.types import Effect, Reason

# What a report must never claim; the sentences that deny such a claim are the only place for these words.
MUST_NOT_SAY = re.compile(
    r"\banonym(e|es|ous|ised|ized|isé|isée|isés|isées)\b|\bcompl(iant|ies)\b|\bconformes?\b|\blawful\b|\bviolate[sd]?\b|\bviole(nt)?\b|\billégal"
    r"|\bno personal data\b|\baucune donnée personnelle\b|\bbiometric data (was |were )?(found|detected)\b"
    r"|\bdonnées biométriques (détectées|trouvées)\b|\bde-?(identified|personali[sz]ed)\b|\bdés?identifié",
    re.IGNORECASE,
)
DENIALS = {"not_anonymous"}


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys_and_slots() -> None:
    for told in (strings, check_strings):
        french, english = told("fr").texts, told("en").texts
        assert list(french) == list(english)
        assert {key: slots(text) for key, text in french.items()} == {key: slots(text) for key, text in english.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_says_what_a_report_must_not_say(language: Language) -> None:
    texts = {**strings(language).texts, **check_strings(language).texts}
    said = {key: text for key, text in texts.items() if key not in DENIALS}
    assert [key for key, text in said.items() if MUST_NOT_SAY.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_table_of_law_says_what_a_report_must_not_say(language: Language) -> None:
    texts = [row.text(name, language) for row in matrix() for name in ("ref", "topic", "scan", "declare")]
    texts += [getattr(technique, language) for technique in techniques().values()]
    texts += [row.label(language) for row in catalogue().rows.values()]
    assert [text for text in [*texts, template(language)] if MUST_NOT_SAY.search(text)] == []


def test_the_check_above_can_fail() -> None:
    claims = ("The output is anonymous.", "Jeu conforme au RGPD", "contains no personal data", "This violates the GDPR")
    for claim in (*claims, "biometric data found", "Données biométriques détectées", "de-identified"):
        assert MUST_NOT_SAY.search(claim)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_effect_can_be_said(language: Language) -> None:
    texts = strings(language).texts
    assert all(f"reason_{reason.value}" in texts for reason in Reason)
    assert all(f"effect_{effect.value}" in texts for effect in Effect)


def test_french_typography_is_kept() -> None:
    texts = [
        *strings("fr").texts.values(),
        *check_strings("fr").texts.values(),
        *(figure.figure("fr") for figure in detector_figures()),
    ]
    texts += [row.text(name, "fr") for row in matrix() for name in ("ref", "topic", "scan", "declare")]
    texts += [text for technique in techniques().values() for text in (technique.fr, technique.iso_fr)]
    texts += [row.label_fr for row in catalogue().rows.values()] + [source.label_fr for source in catalogue().sources]
    wrong = [text for text in texts if re.search(r" [;:?!%»]|« |'", text)]
    assert wrong == []


def test_numbers_are_written_as_each_language_writes_them() -> None:
    assert strings("fr").number(12_345) == "12\u202f345"
    assert strings("en").number(12_345) == "12,345"
    assert strings("fr").size(2_100_000) == "2,1\u00a0Mo"
    assert strings("en").size(999) == "999\u00a0B"
    assert strings("fr").duration(18_900) == "5\u00a0h\u00a015"
    assert strings("fr").duration(3_599) == "1\u00a0h\u00a000"


def test_a_share_that_is_not_nothing_and_not_all_is_never_rounded_to_it() -> None:
    assert [strings("en").percent(share) for share in (0, 0.001, 0.5, 0.999, 1)] == ["0%", "1%", "50%", "99%", "100%"]


def test_french_counts_zero_as_one_and_english_as_many() -> None:
    assert strings("fr").plural("n_files", 0) == "0 fichier"
    assert strings("en").plural("n_files", 0) == "0 files"
