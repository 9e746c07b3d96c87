"""``privacy-audit report`` and ``init``: every format from a finished audit, and clear refusals."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from privacy_audit import pipeline
from privacy_audit.cli.main import cli
from privacy_audit.errors import PrivacyAuditError, UsageError
from privacy_audit.recipe import load_recipe
from privacy_audit.report import json as json_format
from privacy_audit.report.formats import FORMATS
from tests.report.samples import audit, lines


@pytest.fixture(autouse=True)
def finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "audit"
    folder.mkdir()
    (folder / "report.json").write_text(json_format.render(audit()))
    (folder / "findings.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines()))
    return folder


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), standalone_mode=False)


def refused(*arguments: str) -> str:
    result = run(*arguments)
    assert isinstance(result.exception, UsageError), result.exception
    return str(result.exception)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_format_comes_out_of_a_finished_audit(name: str, lang: str, tmp_path: Path) -> None:
    if name == "pdf":
        pytest.skip("needs a browser: test_a_pdf_is_printed_where_there_is_a_browser")
    result = run("report", "audit", "--format", name, "--lang", lang, "-o", "out")
    assert result.exception is None, result.exception
    assert result.output == "out\n"
    printed = run("report", "audit", "--format", name, "--lang", lang).output
    assert printed.splitlines() == (tmp_path / "out").read_text(encoding="utf-8").splitlines()


def test_the_audit_stays_as_it_was(finished: Path) -> None:
    before = {path.name: path.read_bytes() for path in finished.iterdir()}
    run("report", "audit")
    assert {path.name: path.read_bytes() for path in finished.iterdir()} == before


def test_a_context_given_now_is_printed_as_declared() -> None:
    Path("context.yaml").write_text("purpose: Reconnaître des chants d’oiseaux\n", encoding="utf-8")
    text = run("report", "audit", "--format", "markdown", "--context", "context.yaml").output
    assert "Reconnaître des chants d’oiseaux (déclaré par le responsable du traitement)" in text


def test_what_changed_since_another_audit_is_shown(finished: Path) -> None:
    old = finished.with_name("old")
    old.mkdir()
    (old / "findings.jsonl").write_text("")
    (old / "report.json").write_text(json_format.render(dataclasses.replace(audit(), entities=())))
    assert "changed since" in run("report", "audit", "--format", "markdown", "--lang", "en", "--baseline", "old").output
    assert "--format csv cannot show what changed" in refused("report", "audit", "--format", "csv", "--baseline", "old")


def test_an_audit_and_its_baseline_in_json_and_on_a_terminal(finished: Path) -> None:
    old = finished.with_name("old")
    old.mkdir()
    (old / "findings.jsonl").write_text("")
    (old / "report.json").write_text(json_format.render(dataclasses.replace(audit(), entities=())))
    changes = json.loads(run("report", "audit", "--format", "json", "--baseline", "old").output)["changes"]
    assert changes["by_file"]
    assert sum(kind["new"] for kind in changes["kinds"]) == audit().n_findings
    text = run("report", "audit", "--format", "terminal", "--lang", "en", "--baseline", "old").output
    assert "By file" in text
    assert "rows.csv" in text


def test_csv_and_sarif_of_a_treated_copy_list_what_was_found_before(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.txt").write_text("camille.durand@courriel-invente.fr")
    (tmp_path / "r.yaml").write_text("name: r\nscanners: {text_patterns: }\noperators: {text_label: }\n")
    pipeline.anonymize("data", "copy", load_recipe("r.yaml"))
    assert "EMAIL_ADDRESS" in run("report", "copy", "--format", "csv").output
    assert json.loads(run("report", "copy", "--format", "sarif").output)["runs"][0]["results"]
    pipeline.anonymize("data", "hidden", dataclasses.replace(load_recipe("r.yaml"), hide_paths=True))
    assert "hides the names of its files" in refused("report", "hidden", "--format", "csv")


def test_a_pdf_needs_a_file_and_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "-o" in refused("report", "audit", "--pdf")
    assert "is text" in refused("report", "audit", "--pdf", "--format", "csv", "-o", "x.pdf")
    monkeypatch.setenv("PATH", "")
    assert "needs Chromium" in refused("report", "audit", "--pdf", "-o", "x.pdf")


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
def test_a_pdf_is_printed_where_there_is_a_browser(tmp_path: Path) -> None:
    assert run("report", "audit", "--pdf", "--lang", "en", "-o", "x.pdf").exception is None
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")


def test_thumbnails_show_no_face(finished: Path, tmp_path: Path) -> None:
    line = next(line for line in lines() if line["entity_type"] == "FACE")
    (tmp_path / "data").mkdir()
    draw = np.random.default_rng(1)
    Image.fromarray(draw.integers(100, 255, (60, 80, 3), np.uint8)).save(tmp_path / "data" / line["record_uri"])
    page = run("report", "audit", "--thumbnails", "data").output
    shown = re.findall(r'<li><svg viewBox="0 0 10 8".*?</svg>', page, re.DOTALL)
    assert len(shown) == 2  # once per language
    assert shown[0].count("<rect") == 81
    assert "image/" not in page
    assert "holds none of the pictures" in refused("report", "audit", "--thumbnails", ".")
    assert "shows no pictures" in refused("report", "audit", "--format", "csv", "--thumbnails", "data")


def test_a_folder_without_an_audit_is_refused(tmp_path: Path) -> None:
    assert "holds no report.json" in refused("report", str(tmp_path))
    assert "holds no report.json" in refused("report", "nowhere")


@pytest.mark.parametrize("version", [0, 1, 4, 99, None, "2"])
def test_an_audit_of_another_version_is_refused_with_what_to_do(finished: Path, version: object) -> None:
    value = {**json.loads((finished / "report.json").read_text()), "schema_version": version}
    (finished / "report.json").write_text(json.dumps(value))
    message = refused("report", "audit")
    assert "schema_version" in message
    assert "scan again with this version" in message


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"schema_version": 2}', "\x00", "[" * 100_000])
def test_what_is_no_report_is_refused(finished: Path, text: str) -> None:
    (finished / "report.json").write_text(text)
    assert "not a report this version can read" in refused("report", "audit")


def test_bytes_that_are_no_text_are_refused(finished: Path) -> None:
    (finished / "report.json").write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8 text" in refused("report", "audit")


def test_figures_that_disagree_with_the_findings_are_refused(finished: Path) -> None:
    value = json.loads((finished / "report.json").read_text())
    entity = next(entity for entity in value["entities"] if entity["entity_type"] == "EMAIL_ADDRESS")
    entity["high"], entity["count"] = 1, 1
    (finished / "report.json").write_text(json.dumps(value))
    assert "tells of 1 EMAIL_ADDRESS of HIGH confidence, findings.jsonl of 2" in refused("report", "audit")


@pytest.mark.parametrize("line", ["{}", "x", "[]", '{"record_uri": 1}', "\udce9"])
def test_a_line_that_is_no_finding_is_named(finished: Path, line: str) -> None:
    path = finished / "findings.jsonl"
    path.write_bytes(path.read_bytes() + line.encode(errors="surrogateescape") + b"\n")
    assert f"line {len(list(lines())) + 1}: not a finding" in refused("report", "audit", "--format", "csv")


@pytest.mark.parametrize("name", ["csv", "sarif"])
@pytest.mark.parametrize("new", [None, 1, -1, True, "x", [], {}, {"kind": "text_span", "start": 3, "end": 1}])
def test_whatever_an_edited_line_holds_it_is_taken_or_refused(finished: Path, name: str, new: object) -> None:
    path = finished / "findings.jsonl"
    before = path.read_text()
    first = json.loads(before.splitlines()[0])
    for key in first:
        path.write_text(json.dumps({**first, key: new}) + "\n" + before.partition("\n")[2])
        result = run("report", "audit", "--format", name)
        assert result.exception is None or isinstance(result.exception, UsageError), (key, result.exception)


def test_missing_findings_are_refused_unless_the_audit_is_of_a_treated_copy(finished: Path) -> None:
    (finished / "findings.jsonl").unlink()
    assert run("report", "audit", "--format", "markdown").exception is None
    assert "keeps no findings" in refused("report", "audit", "--format", "sarif")
    (finished / "report.json").write_text(json_format.render(audit(treated=False)))
    assert "findings.jsonl: is missing" in refused("report", "audit")


@pytest.mark.parametrize("output", [".", "no/such/folder/out.html"])
def test_an_output_that_cannot_be_written_is_refused(output: str) -> None:
    result = run("report", "audit", "-o", output)
    assert isinstance(result.exception, PrivacyAuditError)


def test_init_writes_a_template_once_and_leaves_a_filled_one(tmp_path: Path) -> None:
    assert run("init").output == "context.yaml\n"
    assert "exists already" in refused("init")
    assert run("init", "--lang", "en", "-o", "en.yaml").exception is None
    assert run("report", "audit", "--context", "en.yaml").exception is None
    (tmp_path / "en.yaml").write_text("purpos: x\n")
    assert "did you mean 'purpose'?" in refused("report", "audit", "--context", "en.yaml")


def test_a_scan_prints_what_was_declared_and_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.txt").write_text("camille.durand@courriel-invente.fr")
    Path("context.yaml").write_text("purpose: Compter des moutons\n")
    assert (
        run("scan", "data", "-r", "pre-commit", "-j", "1", "-o", "new", "--context", "context.yaml").exception is None
    )
    assert "Compter des moutons" in (tmp_path / "new" / "report.html").read_text(encoding="utf-8")
    assert "Compter des moutons (déclaré" in run("report", "new", "--format", "register").output
