"""What every format promises, in both languages."""

from __future__ import annotations

import json
import re

import pytest

from privacy_audit.legal.strings import LANGUAGES, Language, strings
from privacy_audit.report.formats import FORMATS
from tests.legal.test_strings import DENIALS, MUST_NOT_SAY
from tests.report.samples import CONTEXT, HOSTILE, audit, empty, rendered

ALL = pytest.mark.parametrize("name", FORMATS)
BOTH = pytest.mark.parametrize("language", LANGUAGES)
FOR_PEOPLE = [name for name, chosen in FORMATS.items() if chosen.bilingual]


def said(name: str, text: str) -> str:
    """The text without the sentences that deny what they name, and with JSON escapes read."""
    if text.startswith("{"):
        text = json.dumps(json.loads(text), ensure_ascii=False)
    for language in LANGUAGES:
        for key in DENIALS:
            text = text.replace(strings(language)(key), "")
    return text


@ALL
@BOTH
def test_a_format_claims_nothing_that_it_must_not(name: str, language: Language) -> None:
    for report in (audit(), empty()):
        assert MUST_NOT_SAY.findall(said(name, rendered(name, report, language))) == []


@ALL
@BOTH
def test_a_report_of_nothing_renders(name: str, language: Language) -> None:
    assert rendered(name, empty(), language)


@ALL
@BOTH
def test_a_hostile_file_name_opens_no_tag_and_turns_no_text_around(name: str, language: Language) -> None:
    text = rendered(name, audit(HOSTILE), language, HOSTILE)
    assert "\u202e" not in text
    # JSON, CSV and a terminal are no markup; PIA has a test of its own; the page has one script, which is ours
    if not text.startswith("{") and name not in {"csv", "terminal"}:
        assert text.count("<script") == (name in {"html", "pdf"})


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_a_format_speaks_the_language_asked_for(name: str) -> None:
    french, english = rendered(name, audit(), "fr"), rendered(name, audit(), "en")
    assert french != english
    assert "Nom de personne" in said(name, french) or name in {"html", "pdf", "ai-act"}
    assert "Person name" in said(name, english) or name in {"html", "pdf", "ai-act"}


@pytest.mark.parametrize("name", [name for name in FOR_PEOPLE if name not in {"html", "pdf", "csv", "terminal"}])
def test_french_typography_is_kept_in_what_is_put_together(name: str) -> None:
    text = said(name, rendered(name, audit(), "fr"))
    text = re.sub(r'": |": \[|^ *"|", ', "", text) if text.startswith("{") else text
    assert [m[0] for m in re.finditer(r".{20}( [;:?!%»]|« |\w'\w).{10}", text)] == []


@pytest.mark.parametrize("name", ["markdown", "html", "register", "cnil-sheet", "edpb-dpia", "pia", "croissant"])
@BOTH
def test_what_was_declared_is_said_to_be_declared(name: str, language: Language) -> None:
    text = said(name, rendered(name, audit(), language))
    assert CONTEXT.purpose in text
    words = {"fr": "éclaré par le responsable du traitement", "en": "eclared by the controller"}
    assert words[language] in text


@pytest.mark.parametrize("name", ["markdown", "html", "register", "cnil-sheet", "edpb-dpia"])
@BOTH
def test_what_was_not_declared_is_left_to_complete(name: str, language: Language) -> None:
    assert strings(language)("to_complete") in rendered(name, audit(context=None), language)


@pytest.mark.parametrize("name", ["markdown", "html", "edpb-dpia"])
@BOTH
def test_likelihood_needs_a_declared_access(name: str, language: Language) -> None:
    assert strings(language)("likelihood_none") in rendered(name, audit(context=None), language)
    assert strings(language)("likelihood_none") not in rendered(name, audit(), language)


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_audit_renders_to_the_same_bytes(name: str) -> None:
    assert rendered(name, audit(), "fr") == rendered(name, audit(), "fr")
