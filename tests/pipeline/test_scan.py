"""scan(): every file ends with an outcome, two runs say the same, and nothing in the source changes."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import os
import re
from collections.abc import Callable, Generator, Iterable, Sequence
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from PIL import Image

from privacy_audit.engines.local import run
from privacy_audit.errors import OutputError, RecipeError, UsageError
from privacy_audit.pipeline import findings_at_gate, in_process, scan
from privacy_audit.recipe import Recipe, load_recipe, parse_recipe
from privacy_audit.report import json as json_format
from privacy_audit.scanners import Scanner, all_scanners
from privacy_audit.types import Confidence, Detection, Record, TextRecord, TextSpan

EMAIL = "camille.durand@courriel-invente.fr"
RECIPE = load_recipe("pre-commit")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    root = tmp_path / "source"
    (root / "sub").mkdir(parents=True)
    (root / "clean.txt").write_text("Rien ici.", encoding="utf-8")
    (root / "letter.txt").write_text(f"Bonjour,\nécrivez à {EMAIL}\n", encoding="utf-8")
    (root / "sub" / "rows.csv").write_text(f"id,contact\n1,{EMAIL}\n2,\n", encoding="utf-8")
    (root / "sub" / "rows.jsonl").write_text(json.dumps({"text": EMAIL}) + "\n{broken\n", encoding="utf-8")
    exif = Image.Exif()
    exif[0x013B] = "Camille Durand"
    Image.new("RGB", (8, 8), "white").save(root / "photo.jpg", exif=exif)
    (root / "sub" / "marie_lefebvre.txt").write_text("x", encoding="utf-8")
    (root / "empty.txt").touch()
    (root / "damaged.png").write_bytes(b"\x89PNG\r\n\x1a\n damaged")
    (root / "clip.mp4").write_bytes(b"\0\0\0\x18ftypmp42")
    return root


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACY_AUDIT_KEY", "a key of at least sixteen bytes")


def lines(audit: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (audit / "findings.jsonl").read_text(encoding="ascii").splitlines()]


def snapshot(root: Path) -> dict[str, tuple[str, int, int]]:
    return {
        str(path.relative_to(root)): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
            path.stat().st_mtime_ns,
            path.stat().st_mode,
        )
        for path in sorted(root.rglob("*"))
    }


class Throwing(Scanner):
    """A plug-in that fails on one text; ``error`` is set by the test."""

    name = "throwing"
    summary = "Fails."
    entity_types = ("EMAIL_ADDRESS",)
    accepts = (TextRecord,)
    error: BaseException = ValueError("set by the test")

    def scan(self, record: Record) -> Sequence[Detection]:
        assert isinstance(record, TextRecord)
        if "Bonjour" in record.text:
            raise self.error
        return []


@pytest.fixture
def throwing(monkeypatch: pytest.MonkeyPatch) -> Recipe:
    installed = {**all_scanners(), "throwing": Throwing}
    monkeypatch.setattr("privacy_audit.pipeline.toolbox.all_scanners", lambda: installed)
    return dataclasses.replace(RECIPE, scanners={**RECIPE.scanners, "throwing": {}})


def test_every_file_ends_as_read_or_as_not_read_with_a_reason(source: Path, tmp_path: Path) -> None:
    report = scan([source], tmp_path / "audit", RECIPE)
    assert report.dataset.n_files == 9
    assert {entry.uri: entry.reason for entry in report.coverage.entries} == {
        "clip.mp4": "TRUNCATED",
        "damaged.png": "TRUNCATED",
        "empty.txt": "EMPTY",
        "sub/rows.jsonl#row=1": "CORRUPT",
    }
    covered = report.coverage
    assert (covered.complete, covered.partial, covered.unscanned, covered.interrupted) == (5, 1, 3, False)


def test_findings_say_where_and_never_what(source: Path, tmp_path: Path) -> None:
    scan([source], tmp_path / "audit", RECIPE)
    found = [(line["record_uri"], line["entity_type"], line["location"]) for line in lines(tmp_path / "audit")]
    assert found == [
        ("letter.txt", "EMAIL_ADDRESS", {"kind": "text_span", "start": 19, "end": 53}),
        ("photo.jpg", "AUTHOR_METADATA", {"kind": "field", "name": "Artist"}),
        ("sub/marie_lefebvre.txt#path", "PERSON", {"kind": "text_span", "start": 4, "end": 18}),
        ("sub/rows.csv#row=0&column=contact", "EMAIL_ADDRESS", {"kind": "text_span", "start": 0, "end": 34}),
        ("sub/rows.jsonl#row=0&column=text", "EMAIL_ADDRESS", {"kind": "text_span", "start": 0, "end": 34}),
    ]


def test_a_finding_has_the_documented_fields_and_one_value_has_one_fingerprint(source: Path, tmp_path: Path) -> None:
    scan([source], tmp_path / "audit", RECIPE)
    found = lines(tmp_path / "audit")
    fields = ["record_uri", "scanner", "entity_type", "location", "score", "confidence", "qualifier", "fingerprint"]
    assert all(list(line) == fields for line in found)
    prints = {line["fingerprint"] for line in found if line["entity_type"] == "EMAIL_ADDRESS"}
    assert len(prints) == 1


def test_the_json_report_is_valid_against_the_published_schema(source: Path, tmp_path: Path) -> None:
    report = scan([source], tmp_path / "audit", RECIPE)
    written = json.loads((tmp_path / "audit" / "report.json").read_text(encoding="ascii"))
    jsonschema.Draft202012Validator(json_format.schema()).validate(written)
    assert json_format.parse(json.dumps(written)) == report


def test_the_html_report_stands_alone(source: Path, tmp_path: Path) -> None:
    scan([source], tmp_path / "audit", RECIPE)
    page = (tmp_path / "audit" / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert re.findall(r"(?:src|href)=.(?!#)", page) == []
    assert "damaged.png" in page


def test_two_runs_and_any_number_of_processes_write_the_same_findings(source: Path, tmp_path: Path) -> None:
    engines = [in_process, in_process, functools.partial(run, jobs=2)]
    written = []
    for number, engine in enumerate(engines):
        scan([source], tmp_path / f"audit-{number}", RECIPE, engine=engine)
        written.append((tmp_path / f"audit-{number}" / "findings.jsonl").read_bytes())
    assert written[0] == written[1] == written[2]
    assert written[0].count(b"\n") == 5


def test_without_a_key_two_runs_cannot_be_compared(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PRIVACY_AUDIT_KEY")
    prints = []
    for name in ("one", "two"):
        scan([source], tmp_path / name, RECIPE)
        prints.append({line["fingerprint"] for line in lines(tmp_path / name)})
    assert not prints[0] & prints[1]


def test_the_source_is_not_touched(source: Path, tmp_path: Path) -> None:
    before = snapshot(source)
    scan([source], tmp_path / "audit", RECIPE)
    assert snapshot(source) == before


def test_an_output_folder_inside_the_source_is_not_scanned(source: Path) -> None:
    first = scan([source], source / "audit", RECIPE)
    second = scan([source], source / "audit", RECIPE)
    assert first.dataset.n_files == second.dataset.n_files == 9


def test_an_output_folder_that_holds_other_things_is_refused_and_left_alone(source: Path, tmp_path: Path) -> None:
    audit = tmp_path / "audit"
    audit.mkdir()
    (audit / "thesis.txt").write_text("x")
    with pytest.raises(OutputError, match="holds other things"):
        scan([source], audit, RECIPE)
    assert [path.name for path in audit.iterdir()] == ["thesis.txt"]


def test_a_path_that_does_not_exist_makes_no_output_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        scan([tmp_path / "nowhere"], tmp_path / "audit", RECIPE)
    assert not (tmp_path / "audit").exists()


def test_a_recipe_with_a_scanner_that_is_not_installed_is_refused_before_anything_is_read(
    source: Path, tmp_path: Path
) -> None:
    with pytest.raises(RecipeError, match=r"scanners\.text_poems: not installed"):
        scan([source], tmp_path / "audit", Recipe("mine", scanners={"text_poems": {}}))
    assert not (tmp_path / "audit").exists()


def test_a_folder_without_files_gives_a_report_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    report = scan([tmp_path / "empty"], tmp_path / "audit", RECIPE)
    assert report.dataset.n_files == report.coverage.n_files == 0


def test_a_file_that_no_scanner_of_the_recipe_reads_is_told(source: Path, tmp_path: Path) -> None:
    recipe = Recipe("texts", scanners={"text_patterns": {}})
    report = scan([source / "photo.jpg"], tmp_path / "audit", recipe)
    (entry,) = report.coverage.entries
    assert (entry.reason, entry.detail) == (
        "UNSUPPORTED",
        "recipe texts switches on no scanner for this kind of file",
    )


def test_what_the_recipe_leaves_out_is_counted(source: Path, tmp_path: Path) -> None:
    report = scan([source], tmp_path / "audit", dataclasses.replace(RECIPE, exclude=("*.csv", "sub/*.jsonl")))
    assert report.coverage.left_out == {"*.csv": 1, "sub/*.jsonl": 1}
    assert report.dataset.n_files == 7


def test_the_gate_counts_from_its_confidence_on(source: Path, tmp_path: Path) -> None:
    report = scan([source], tmp_path / "audit", RECIPE)
    counts = [findings_at_gate(report, gate) for gate in Confidence]
    assert counts[0] == report.n_findings == 5
    assert counts == sorted(counts, reverse=True)
    assert counts[2] < counts[0]


class Stopping:
    """Ctrl-C after so many files."""

    def __init__(self, after: int) -> None:
        self.left = after

    def start(self, n_files: int, n_bytes: int) -> None:
        assert (n_files, n_bytes > 0) == (9, True)

    def advance(self, n_bytes: int) -> None:
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


@pytest.mark.parametrize("engine", [in_process, functools.partial(run, jobs=2)], ids=["one process", "two processes"])
def test_after_ctrl_c_what_was_read_is_reported_and_the_rest_is_interrupted(
    source: Path, tmp_path: Path, engine: Any
) -> None:
    report = scan([source], tmp_path / "audit", RECIPE, engine=engine, progress=Stopping(after=5))
    assert report.coverage.interrupted
    assert report.coverage.n_files == 9
    assert 1 <= report.coverage.by_reason["INTERRUPTED"] <= 4
    assert json_format.parse((tmp_path / "audit" / "report.json").read_text()) == report
    assert not (tmp_path / "audit" / ".parts").exists()


def test_ctrl_c_inside_a_scanner_leaves_that_file_unread(source: Path, tmp_path: Path, throwing: Recipe) -> None:
    Throwing.error = KeyboardInterrupt()
    report = scan([source], tmp_path / "audit", throwing)
    unread = [entry.uri for entry in report.coverage.entries if entry.reason == "INTERRUPTED"]
    assert unread == ["letter.txt", "photo.jpg", "sub/marie_lefebvre.txt", "sub/rows.csv", "sub/rows.jsonl"]


def test_an_interrupted_run_can_be_run_again_in_the_same_folder(source: Path, tmp_path: Path) -> None:
    scan([source], tmp_path / "audit", RECIPE, progress=Stopping(after=1))
    report = scan([source], tmp_path / "audit", RECIPE)
    assert not report.coverage.interrupted
    assert len(lines(tmp_path / "audit")) == 5


def dying(setup: Callable[..., Callable[[Any], None]], *arguments: Any) -> Callable[[Any], None]:
    """The real worker, in a process that is killed by one file."""
    handle = setup(*arguments)

    def handle_or_die(task: Any) -> None:
        if task[1].uri == "letter.txt":
            os._exit(9)
        if task[1].uri == "clean.txt":
            raise ValueError(f"cannot read {EMAIL}")
        handle(task)

    return handle_or_die


def deadly_engine(
    tasks: Iterable[Any], setup: Callable[..., Callable[[Any], Any]], arguments: tuple[Any, ...]
) -> Generator[tuple[Any, Any], None, None]:
    return run(tasks, dying, (setup, *arguments), jobs=2)


def test_a_process_that_dies_costs_one_file_and_prints_no_traceback(
    source: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    report = scan([source], tmp_path / "audit", RECIPE, engine=deadly_engine)
    failed = {entry.uri: entry.detail for entry in report.coverage.entries if entry.reason == "SCANNER_FAILED"}
    assert failed == {
        "clean.txt": "the process that read it ended (exit code 1), perhaps for memory",
        "letter.txt": "the process that read it ended (exit code 9), perhaps for memory",
    }
    assert len(lines(tmp_path / "audit")) == 4
    assert capfd.readouterr().err == ""


def test_a_scanner_that_fails_is_told_and_the_others_go_on(source: Path, tmp_path: Path, throwing: Recipe) -> None:
    Throwing.error = ValueError(f"cannot parse {EMAIL}")
    report = scan([source], tmp_path / "audit", throwing)
    (entry,) = [entry for entry in report.coverage.entries if entry.scanner == "throwing"]
    assert (entry.uri, entry.reason) == ("letter.txt", "SCANNER_FAILED")
    assert entry.detail == "the scanner failed (ValueError)"
    assert lines(tmp_path / "audit")[0]["record_uri"] == "letter.txt"
    assert EMAIL not in (tmp_path / "audit" / "report.json").read_text()


def test_names_with_spaces_quotes_line_ends_and_bytes_that_are_no_utf8_are_reported(tmp_path: Path) -> None:
    names = [b"a b.txt", "été\u202e.txt".encode(), b'it\'s "quoted".txt', b"two\nlines.txt", b"\xe9.txt", b"a#path.txt"]
    (tmp_path / "source").mkdir()
    for name in names:
        (tmp_path / "source" / os.fsdecode(name)).write_text(EMAIL)
    report = scan([tmp_path / "source"], tmp_path / "audit", RECIPE)
    assert report.coverage.complete == len(names)
    expected = ["a b.txt", "été\u202e.txt", 'it\'s "quoted".txt', "two\nlines.txt", "\\xe9.txt", "a#path.txt"]
    assert sorted(line["record_uri"] for line in lines(tmp_path / "audit")) == sorted(expected)
    assert sorted(file.uri for file in report.files) == sorted(expected)


def test_hidden_paths_appear_in_none_of_the_three_outputs(tmp_path: Path) -> None:
    root = tmp_path / "zanzibarine"
    root.mkdir()
    (root / "marie_lefebvre.txt").write_text(EMAIL)
    (root / "archive.zacharine").write_bytes(b"\x00\x01")
    (root / "quokkaline.csv").write_text('id,contact\n1,"open\n')
    (root / "quokkaline.wav").write_bytes(b"RIFF")
    (root / "quokkaline.mp4").write_bytes(b"x")
    recipe = dataclasses.replace(RECIPE, hide_paths=True)
    scan([root], tmp_path / "audit", recipe, progress=None)
    for name in ("findings.jsonl", "report.json", "report.html"):
        text = (tmp_path / "audit" / name).read_text(encoding="utf-8").casefold()
        for word in ("zanzibarine", "zacharine", "quokkaline", "lefebvre"):
            assert word not in text, f"{word} in {name}"
    assert {line["record_uri"] for line in lines(tmp_path / "audit")} == {"file-000002", "file-000002#path"}


def test_the_same_author_in_two_pictures_has_one_fingerprint(tmp_path: Path) -> None:
    pixels = np.full((8, 8, 3), 9, np.uint8)
    for name in ("a.png", "b.png"):
        Image.fromarray(pixels).save(tmp_path / name, pnginfo=_author("Camille Durand"))
    scan([tmp_path], tmp_path / "audit", RECIPE)
    assert len({line["fingerprint"] for line in lines(tmp_path / "audit")}) == 1


def _author(name: str) -> Any:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", name)
    return info


def test_a_plug_in_that_gives_a_generator_is_read_inside_the_net(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Late(Throwing):
        name = "late"

        def scan(self, record: Record) -> Any:
            yield Detection("EMAIL_ADDRESS", TextSpan(0, 1), 0.5, Confidence.LOW)
            raise ValueError(EMAIL)

    monkeypatch.setattr("privacy_audit.pipeline.toolbox.all_scanners", lambda: {"late": Late})
    report = scan([source / "letter.txt"], tmp_path / "audit", Recipe("late", scanners={"late": {}}))
    assert report.coverage.by_reason == {"SCANNER_FAILED": 1}


def test_a_stop_inside_the_walk_loses_no_file_from_the_report(tmp_path: Path) -> None:
    data = tmp_path / "walked"
    data.mkdir()
    for number in range(5):
        (data / f"{number}.txt").write_text("Rien ici.")

    def stopped_in_the_walk(tasks: Any, setup: Any, arguments: Any) -> Any:
        handle = setup(*arguments)
        task = next(tasks)
        yield task, handle(task)
        tasks.throw(KeyboardInterrupt)

    recipe = parse_recipe("name: small\nscanners: {text_patterns: }\n", "small.yaml")
    report = scan([data], tmp_path / "stopped", recipe, engine=stopped_in_the_walk)
    assert report.coverage.interrupted
    assert (report.coverage.complete, report.coverage.unscanned) == (1, 4)
