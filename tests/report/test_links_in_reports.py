from __future__ import annotations

from dataclasses import replace

import pytest

from privacy_audit.legal.linked_people import with_linked_people
from privacy_audit.legal.links_report import Grouped, Linking, NearDuplicates, Repeated
from privacy_audit.legal.strings import LANGUAGES, Language, strings
from privacy_audit.report import _links, html, markdown
from tests.legal.test_strings import MUST_NOT_SAY
from tests.report.samples import audit, rendered

FOUND = NearDuplicates(
    compared={"text": 120, "picture": 40, "audio": 0},
    not_compared=3,
    repeated={"text": 12, "picture": 2, "audio": 0},
    clusters={"text": 2, "picture": 1, "audio": 0},
    by_size={"2": 2, "3-9": 0, "10-99": 1, "100+": 0},
    top=(Repeated("text", 10, ("a.csv#row=1", "<b>.txt")), Repeated("picture", 2, ("x.jpg", "y.png"))),
    others=1,
)
COMPARED = Linking("written consent <form 3>", Grouped(30, 2, 5, 7, 12), None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_what_repeats_and_of_what_was_compared_is_shown(language: Language) -> None:
    report = replace(audit(), duplicates=FOUND, linking=COMPARED)
    t = strings(language)
    for text in (html.render(report, language), markdown.render(report, language)):
        for sentence in (*_links.duplicate_sentences(report, t), *_links.grouping_sentences(report, t)[1:]):
            assert sentence.replace("’", "'")[:60] in text.replace("’", "'").replace("&#39;", "'")
        assert "<b>.txt" not in text
        assert "<form 3>" not in text
    assert "10-99" not in html.render(report, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["markdown", "edpb-dpia", "cnil-sheet", "hf-card"])
def test_no_format_says_that_nothing_was_compared_where_it_was(name: str, language: Language) -> None:
    text = rendered(name, replace(audit(), duplicates=FOUND, linking=COMPARED), language)
    assert strings(language)("people_note")[:40] not in text
    assert MUST_NOT_SAY.findall(text.replace(strings(language)("not_anonymous"), "")) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_range_of_people_and_the_voices_that_were_compared_agree_and_say_so(language: Language) -> None:
    people = replace(
        audit().people,
        lower=2,
        upper=47,
        distinct_names=3,
        other_identifiers=4,
        faces=10,
        speakers=30,
        not_told_apart=1,
    )
    told = replace(audit(), people=people, linking=Linking("consent, form 3", Grouped(25, 2, 5, 7, 12), None))
    report = with_linked_people(told)
    # the fewest voices for the minimum; names, identifiers, faces, the most voices and one not told apart
    assert (report.people.lower, report.people.upper) == (5, 3 + 4 + 10 + 13)
    assert with_linked_people(report) == report
    assert with_linked_people(replace(told, linking=None)).people == people
    t = strings(language)
    said = " ".join(_links.people_method(report, t))
    assert all(words in said for words in ("consent, form 3", "13", "30", "5"))
    page = html.render(report, language)
    assert t("people_note_linked") in page.replace("&#39;", "'")
    assert t("people_note") not in page
    assert t("people_range", lo=5, hi=30) in page
    assert t("people_range", lo=2, hi=47) not in page


def test_figures_of_bands_add_up_to_the_clusters() -> None:
    assert sum(FOUND.by_size.values()) == sum(FOUND.clusters.values())
    assert FOUND.largest == 10


def test_a_medium_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="medium"):
        Repeated("odour", 2, ())
