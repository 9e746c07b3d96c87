"""Each export against the rules of whoever reads it."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from privacy_audit.legal.catalogue import catalogue
from privacy_audit.legal.context import Context
from privacy_audit.legal.strings import strings
from privacy_audit.report import ai_act, pia, sarif
from privacy_audit.report._markdown import escaped, table
from tests.report.samples import HOSTILE, audit, empty, rendered

HERE = Path(__file__).parent


def loaded(name: str, **options: Any) -> Any:
    return json.loads(rendered(name, audit(**options), "fr"))


def valid(schema: str, value: Any) -> None:
    jsonschema.validators.validator_for(found := json.loads((HERE / schema).read_text()))(found).validate(value)


# CNIL PIA


@pytest.mark.parametrize("report", [audit(), audit(treated=False, context=None), audit(HOSTILE), empty()])
def test_the_pia_is_what_the_cnil_software_imports(report: Any) -> None:
    value = json.loads(rendered("pia", report, "fr"))
    valid("pia-schema.json", value)
    assert list(value) == ["pia", "answers", "measures", "evaluations", "comments"]
    assert value["pia"]["status"] == 0
    assert value["evaluations"] == []


def answers(**options: Any) -> dict[int, dict[str, Any]]:
    return {answer["reference_to"]: answer["data"] for answer in loaded("pia", **options)["answers"]}


def test_every_answer_that_the_scan_fills_in_names_its_figure() -> None:
    for question, data in answers(context=None).items():
        texts = [re.sub(r"<[^>]*>", "", data["text"] or ""), *data["list"]]
        if question == 113 or (question == 326 and data["gauge"] == 0):
            continue  # the texts of law, and a likelihood that nobody can tell
        if question == 324:
            continue  # titles of measures: the figure is in the measure
        assert any(re.search(r"\d", text) for text in texts), question


def test_what_only_the_controller_knows_stays_blank() -> None:
    assert not {112, 211, 222, 226, 227, 323, 331, 345} & answers(context=None).keys()


def test_likelihood_is_undefined_until_access_is_declared() -> None:
    assert answers(context=None)[326]["gauge"] == 0
    assert answers(context=Context(access="public"))[326]["gauge"] == 4
    assert answers(context=Context(access="public", protected=True))[326]["gauge"] == 3


def test_a_declared_vulnerable_group_raises_the_severity_by_one_level_at_most_to_four() -> None:
    assert answers(context=Context(vulnerable_people=True))[325]["gauge"] == 4


def test_titles_of_measures_are_the_same_in_the_list_and_in_the_measures() -> None:
    value = loaded("pia")
    titles = [measure["title"] for measure in value["measures"]]
    assert titles == ["Masquage"]
    assert answers()[324]["list"] == titles
    assert "3 endroits" in value["measures"][0]["content"]


def test_pia_answers_hold_no_tag_but_ours() -> None:
    value = json.loads(rendered("pia", audit(HOSTILE), "fr"))
    html = "".join(answer["data"]["text"] or "" for answer in value["answers"])
    assert set(re.findall(r"<(/?\w+)", html)) <= {"p", "/p", "ul", "/ul", "li", "/li"}


def test_a_treated_copy_says_what_no_operation_treated() -> None:
    text = rendered("markdown", audit(), "en")
    assert "Findings without a recorded operation: e-mail address:\N{NO-BREAK SPACE}2" in text
    assert "person name" not in text.split("without a recorded operation")[1].split("\n")[0]


def test_every_question_number_is_an_integer_of_the_software() -> None:
    assert len(pia.QUESTIONS) == 36
    assert all(type(answer["reference_to"]) is int for answer in loaded("pia")["answers"])


# SARIF


@pytest.mark.parametrize("name", ["a.txt", HOSTILE, "b\udce9.txt"])
def test_sarif_is_valid_against_the_schema_of_oasis(name: str) -> None:
    valid("sarif-schema-2.1.0.json", json.loads(rendered("sarif", audit(name), "fr", name)))


def results() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = loaded("sarif")["runs"][0]["results"]
    return found


def test_sarif_has_one_result_per_file_and_category() -> None:
    keys = [(r["ruleId"], r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]) for r in results()]
    assert len(keys) == len(set(keys))
    assert sum(r["occurrenceCount"] for r in results()) == audit().n_findings
    assert ("PII/email", "a.txt") in keys
    assert {"IMG/face", "AUD/voice", "SEC/credential", "META/timestamp"} <= {rule for rule, _ in keys}


def test_sarif_names_what_is_inside_a_container() -> None:
    by_rule = {r["ruleId"]: r["locations"][0] for r in results()}
    assert by_rule["PII/iban"]["logicalLocations"] == [{"fullyQualifiedName": "row=3&column=iban", "kind": "element"}]
    assert by_rule["IMG/face"]["physicalLocation"]["artifactLocation"]["uri"] == "shard.tar"
    assert by_rule["IMG/face"]["logicalLocations"][0] == {"fullyQualifiedName": "jean.jpg", "kind": "member"}


def test_sarif_levels_follow_the_severity_of_the_file() -> None:
    levels = {r["properties"]["severity"]: r["level"] for r in results()}
    assert levels.items() <= {4: "error", 3: "warning", 2: "note", 1: "note", 0: "note"}.items()
    assert "error" in levels.values()


def test_sarif_holds_no_fingerprint_of_a_value_and_tells_what_was_not_read() -> None:
    text = rendered("sarif", audit(), "fr")
    assert "2" * 32 not in text
    notes = json.loads(text)["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert "c.jpg" in notes[0]["message"]["text"]


def test_past_its_limit_sarif_says_how_many_results_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_RESULTS", 2)
    run = loaded("sarif")["runs"][0]
    assert len(run["results"]) == 2
    assert "limite" in run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"]


# CSV


def test_csv_has_one_line_per_file_and_kind_of_data_and_per_unread_item() -> None:
    rows = list(csv.reader(io.StringIO(rendered("csv", audit(), "fr"))))
    assert len({len(row) for row in rows}) == 1
    assert [row[0] for row in rows[1:]].count("non examiné") == 1
    counts = {(row[1], row[2]): row[6] for row in rows[1:]}
    assert counts["a.txt", "EMAIL_ADDRESS"] == "2"


@pytest.mark.parametrize("name", ["=cmd|'/C calc'!A0", "+1", "-1", "@x", "\t=1"])
def test_no_cell_of_the_csv_is_a_formula(name: str) -> None:
    rows = list(csv.reader(io.StringIO(rendered("csv", audit(name), "en", name))))
    assert not [cell for row in rows for cell in row if cell[:1] in {"=", "+", "-", "@", "\t"}]


# Croissant, DPV


def test_croissant_declares_both_versions_and_takes_plain_strings() -> None:
    value = loaded("croissant")
    assert value["conformsTo"] == ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]
    for key in (
        "personalSensitiveInformation",
        "dataLimitations",
        "machineAnnotationTools",
        "dataPreprocessingProtocol",
    ):
        assert all(isinstance(text, str) for text in value[f"rai:{key}"])
    assert len(value["rai:personalSensitiveInformation"]) == len(audit().entities)
    assert not {"rai:dataCollectionTimeframe", "rai:dataManipulationProtocol"} & value.keys()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_mlcroissant_finds_no_error(language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    path = tmp_path / "croissant.json"
    path.write_text(rendered("croissant", audit(), language), encoding="utf-8")
    issues = mlcroissant.Dataset(jsonld=str(path)).metadata.issues
    assert not issues.errors
    # what only the controller knows is recommended and not made up
    assert all(re.search("citeAs|datePublished|license|version", warning) for warning in issues.warnings)


def test_dpv_uses_the_terms_of_the_catalogue_and_draws_no_conclusion() -> None:
    text = rendered("dpv", audit(), "fr")
    known = {term for row in catalogue().rows.values() for term in row.dpv} | {"dpv:PersonalData"}
    assert {term for node in json.loads(text)["dpv:hasPersonalData"] for term in node["@type"]} <= known
    assert not re.search("DPIARequired|GDPRCompliant|GDPRNonCompliant|FacialPrint|Anonymised", text)


# documents


def test_the_ai_act_summary_answers_no_question_by_yes_or_no() -> None:
    text = rendered("ai-act", audit(), "en")
    for number in ("2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "3.1", "3.2"):
        (line,) = [line for line in text.splitlines() if line.startswith(f"| {number} ")]
        assert line.endswith(f"| {ai_act.TO_BE_PROVIDED} |")


def test_the_ai_act_bands_are_those_of_the_template() -> None:
    t = strings("en")
    shown = [ai_act._images(n, t) for n in (1, 999_999, 1_000_000, 1_000_000_000, 1_000_000_001)]
    assert [text.split(" (")[0] for text in shown] == [
        "fewer than 1 million",
        "fewer than 1 million",
        "1 million to 1 billion",
        "1 million to 1 billion",
        "more than 1 billion",
    ]


def test_opinion_and_decision_of_the_impact_assessment_stay_blank() -> None:
    text = rendered("edpb-dpia", audit(), "en")
    assert re.search(r"## 5\. .*\n\nTo be completed by the controller\n\n## 6\. .*\n\nTo be completed", text)


def test_the_card_section_has_the_title_of_the_template_and_our_markers() -> None:
    text = rendered("hf-card", audit(), "fr")
    assert text.startswith("#### Personal and Sensitive Information\n")
    assert text.count("<!-- privacy-audit: begin -->") == text.count("<!-- privacy-audit: end -->") == 1


def test_markdown_takes_text_literally() -> None:
    assert escaped("<b>|`*[a](b)_\\\n~") == "&lt;b&gt;\\|\\`\\*\\[a\\](b)\\_\\\\ / \\~"
    assert table(["a"], [["x|y"], ["z"]]) == "| a |\n| --- |\n| x\\|y |\n| z |\n"
