from __future__ import annotations

import base64
import hashlib
import html as html_library
import io
import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from privacy_audit.legal.exposure import ExposureBuilder, ExposureReport, ToolInfo
from privacy_audit.report import html, terminal
from privacy_audit.types import ColumnSet, Confidence, Detection, Finding, Reason, Scanned, Segment, TextSpan, Unscanned

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u202egpj.txt'


def sample(file_name: str = "a.txt") -> ExposureReport:
    builder = ExposureBuilder(file_name, ToolInfo("0", "2026-11-24T10:00:00+00:00", 12.0, "[red]x"))
    builder.add_file(file_name, "text", 10)
    builder.add_file("b.wav", "audio", 10)
    builder.add_file("c.jpg", "image", 10)
    kinds = ("PERSON", "FR_NIR", "IBAN_CODE", "FACE", "HEALTH", "ACME_BADGE")
    detections = [Detection(kind, TextSpan(0, 1), 1.0, Confidence.HIGH) for kind in kinds]
    builder.add_outcome(Scanned(file_name, "text_all", tuple(Finding(file_name, "text_all", d) for d in detections)))
    voice = Detection("VOICE", Segment(0.0, 61.0), 1.0, Confidence.MEDIUM)
    builder.add_outcome(Scanned("b.wav", "audio_speech", (Finding("b.wav", "audio_speech", voice),)))
    rows = Detection("UNIQUE_COMBINATION", ColumnSet(("age", file_name), (7, 0, 0, 12)), 0.4, Confidence.MEDIUM)
    table = f"{file_name}#table"
    builder.add_outcome(Scanned(table, "table_uniqueness", (Finding(table, "table_uniqueness", rows),)))
    builder.add_outcome(Unscanned("c.jpg", "*", Reason.CORRUPT, file_name))
    builder.add_treatment_counts(2, 1, {("text_redact", "REDACTED", "PERSON"): 1}, {"PERSON": 1})
    return builder.build()


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "input", "rect", "wbr"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_hostile_file_name_is_shown_and_does_nothing() -> None:
    text = html.render(sample(HOSTILE))
    tags = Counter(tag for tag, _ in Page(text).tags)
    assert not tags.keys() & {"img", "iframe", "object", "link"}
    assert tags["script"] == 1  # ours
    assert not any(name.startswith("on") for _, attributes in Page(text).tags for name in attributes)
    assert "alert(1)" in html_library.unescape(text)
    assert "\u202e" not in text


def test_an_undecodable_file_name_can_be_written() -> None:
    html.render(sample("b\udce9.txt")).encode()


def test_nothing_is_loaded_from_anywhere() -> None:
    text = html.render(sample())
    loading = [
        value for _, attributes in Page(text).tags for name, value in attributes.items() if name in {"src", "href"}
    ]
    assert all(value is not None and value.startswith("#") for value in loading)
    assert not re.search(r"https?:|url\(|@import", text)
    assert "default-src 'none'" in html_library.unescape(text)


def test_the_policy_allows_the_script_of_the_page_and_no_other() -> None:
    text = html.render(sample(HOSTILE))
    script = text[text.index("<script>") + 8 : text.index("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in html_library.unescape(text)
    assert "innerHTML" not in script


def test_elements_are_nested_and_ids_are_unique() -> None:
    page = Page(html.render(sample()))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    links = [attributes["href"] for _, attributes in page.tags if "href" in attributes]
    assert page.open == []
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in links if link} <= set(ids)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_coverage_comes_before_findings(lang: str) -> None:
    text = html.render(sample())
    order = ["section_coverage", "section_summary", "section_findings", "section_files", "section_controller"]
    at = [text.index(f'id="{name}-{lang}"') for name in order]
    assert at == sorted(at)


def test_both_languages_are_in_the_page_and_the_asked_one_is_shown() -> None:
    french, english = html.render(sample()), html.render(sample(), lang="en")
    assert "Rapport d’exposition au RGPD" in french
    assert "GDPR exposure report" in french
    assert re.search(r'id="lang-fr"[^>]*checked', french)
    assert re.search(r'id="lang-en"[^>]*checked', english)
    assert all(len(re.findall(r'name="language"[^>]* checked>', text)) == 1 for text in (french, english))


def test_every_picture_of_figures_has_words() -> None:
    charts = [attributes for tag, attributes in Page(html.render(sample())).tags if tag == "svg"]
    assert charts
    assert all(chart.get("aria-label") or chart.get("aria-hidden") for chart in charts)


def test_the_report_says_what_the_law_makes_of_a_nir_a_face_and_a_voice() -> None:
    text = html.render(sample())
    for sentence in (
        "décret n°\u00a02019-341",
        "considérant\u00a051",
        "lignes directrices 02/2021",
        "1\u00a0min de parole",
    ):
        assert sentence in text


def test_a_rendered_report_claims_nothing_that_it_must_not() -> None:
    text = html.render(sample())
    for denial in ("il ne permet pas d’affirmer que les données sont anonymes", "a claim that the data are anonymous"):
        assert denial in text
        text = text.replace(denial, "")
    assert not re.search(r"\banonym(e|es|ous|ised|isé|isées?)\b|\bcompliant\b|\bconformes?\b|no personal data\b", text)


def test_nothing_found_is_said_with_its_caveat() -> None:
    builder = ExposureBuilder("data", ToolInfo("0", "not a date"))
    builder.add_file("a.txt", "text", 1)
    builder.add_outcome(Scanned("a.txt", "text_all"))
    text = html.render(builder.build())
    assert "Aucune donnée détectée par les détecteurs activés." in text
    assert "Cela ne prouve pas l’absence de données personnelles." in text


def test_nothing_scanned_allows_no_conclusion() -> None:
    builder = ExposureBuilder("data", ToolInfo("0", "2026-11-24"))
    builder.add_file("a.bin", "other", 1)
    assert "ce rapport ne permet aucune conclusion" in html.render(builder.build())


def test_the_terminal_table_takes_file_names_literally_and_gives_coverage_first() -> None:
    from rich.console import Console

    console = Console(width=100, record=True, file=io.StringIO())
    console.print(terminal.render(sample("[red]a.txt"), "fr"))
    text = console.export_text()
    assert "[red]a.txt" in text
    assert text.index("entièrement examiné") < text.index("NIR")


def test_names_break_between_their_parts_and_options_nowhere() -> None:
    name = "dossier_long/<b>_x/nom_de_fichier__.txt"
    page = html.render(sample(name))
    shown = next(part for part in re.findall(r"<bdi>(.*?)</bdi>", page) if "nom_" in part)
    assert "<wbr>" in shown
    assert html_library.unescape(shown.replace("<wbr>", "")) == name
    assert "<b>" not in shown
    assert page.count('<code class="option">--hide-paths</code>') == 2


def test_the_foot_says_that_there_is_one_script_and_what_it_is_for() -> None:
    page = html.render(sample("a.txt"))
    assert page.count("<script>") == 1
    assert "no script but the search" in page
    assert "pour seul script la recherche" in page
