from __future__ import annotations

import dataclasses

import pytest

from privacy_audit.legal.strings import LANGUAGES, Language, strings
from privacy_audit.report import _changes, html, markdown
from tests.report.samples import audit

TODAY = audit()
LESS = dataclasses.replace(TODAY, entities=TODAY.entities[1:])


def test_the_same_audit_twice_has_no_change() -> None:
    assert _changes.rows(TODAY, TODAY, strings("en")) == []


def test_what_is_new_and_what_is_gone_are_told_with_their_figures() -> None:
    first = TODAY.entities[0]
    assert _changes.rows(LESS, TODAY, strings("en"))[0][1:] == ("0", str(first.count), f"+{first.count} (new)")
    assert _changes.rows(TODAY, LESS, strings("en"))[0][3] == f"−{first.count} (no longer detected)"


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_and_document_show_the_changes_with_a_caution(language: Language) -> None:
    for text in (html.render(TODAY, language, baseline=LESS), markdown.render(TODAY, language, LESS)):
        assert strings(language)("changes_caveat") in text
        assert strings(language)("changes_new") in text
