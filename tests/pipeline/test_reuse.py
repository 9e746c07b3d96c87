"""A second scan into one folder: what has not changed is taken from the first, and the report says so."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import time
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from privacy_audit.errors import StoppedError
from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.pipeline import in_process, scan
from privacy_audit.recipe import Recipe, load_recipe
from privacy_audit.report import json as json_format
from privacy_audit.report import terminal
from privacy_audit.store import SegmentWriter
from privacy_audit.types import Confidence

EMAIL = "camille.durand@courriel-invente.fr"
RECIPE = load_recipe("pre-commit")
LONG_AGO_NS = 1_700_000_000_000_000_000


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACY_AUDIT_KEY", "a key of at least sixteen bytes")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    root = tmp_path / "source"
    (root / "sub").mkdir(parents=True)
    write(root / "a.txt", f"écrivez à {EMAIL}")
    write(root / "b.txt", "Rien ici.")
    write(root / "sub" / "rows.csv", f"id,contact\n1,{EMAIL}\n")
    write(root / "empty.txt", "")
    return root


def write(path: Path, text: str, at_ns: int = LONG_AGO_NS) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(at_ns, at_ns))


def audit(source: Path, recipe: Recipe = RECIPE, **options: Any) -> ExposureReport:
    return scan([source], source.with_name("audit"), recipe, **options)


def findings(source: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (source.with_name("audit") / "findings.jsonl").read_text().splitlines()]


def without_run(report: ExposureReport) -> ExposureReport:
    tool = dataclasses.replace(report.tool, started_at="", duration_s=0.0, files_read=0, files_reused={})
    return dataclasses.replace(report, tool=tool)


def test_a_rerun_without_a_change_reads_nothing_and_says_of_when_its_figures_are(source: Path) -> None:
    first = audit(source)
    before = findings(source)
    second = audit(source)
    assert (first.tool.files_read, first.tool.files_reused) == (4, {})
    assert (second.tool.files_read, second.tool.files_reused) == (0, {first.tool.started_at: 4})
    assert without_run(second) == without_run(first)
    assert findings(source) == before
    third = audit(source)
    assert third.tool.files_reused == {first.tool.started_at: 4}


@pytest.mark.parametrize(
    ("change", "n_read"),
    [
        (lambda root: write(root / "b.txt", EMAIL), 1),
        (lambda root: write(root / "b.txt", "Rien ici!"), 0),  # as long and as old: what rsync and make go by, too
        (lambda root: write(root / "b.txt", "Rien ici!", LONG_AGO_NS + 1), 1),
        (lambda root: os.utime(root / "b.txt"), 0),  # another time, the same bytes
        (lambda root: write(root / "new.txt", EMAIL), 1),
        (lambda root: (root / "a.txt").unlink(), 0),
        (lambda root: (root / "a.txt").rename(root / "moved.txt"), 1),  # its name is scanned too
    ],
    ids=["content", "content alone", "content and time", "time", "new", "gone", "moved"],
)
def test_what_has_changed_is_read_again(source: Path, change: Callable[[Path], None], n_read: int) -> None:
    audit(source)
    change(source)
    again = audit(source)
    assert again.tool.files_read == n_read
    fresh = scan([source], source.with_name("fresh"), RECIPE)
    if n_read or (source / "b.txt").read_text() == "Rien ici.":
        assert without_run(again) == without_run(fresh)


def test_a_file_that_changes_within_one_tick_of_the_clock_is_read_again(source: Path) -> None:
    now_ns = time.time_ns()
    write(source / "b.txt", "Rien ici.", now_ns)
    audit(source)
    write(source / "b.txt", EMAIL[:9], now_ns)  # the same length and time
    assert audit(source).tool.files_read == 1


@pytest.mark.parametrize(
    "other",
    [
        dataclasses.replace(RECIPE, scanners={"text_patterns": {}, "file_names": {}}),
        dataclasses.replace(RECIPE, limits=dataclasses.replace(RECIPE.limits, max_text_bytes=10)),
        dataclasses.replace(RECIPE, hide_paths=True),
    ],
    ids=["detectors", "limits", "hidden paths"],
)
def test_results_of_another_recipe_are_not_taken(source: Path, other: Recipe) -> None:
    audit(source)
    assert audit(source, other).tool.files_read == 4


def test_settings_that_change_no_result_keep_what_was_read(source: Path) -> None:
    audit(source)
    other = dataclasses.replace(RECIPE, name="mine", gate=Confidence.HIGH, language="fr", exclude=("*.csv",))
    report = audit(source, other)
    assert (report.tool.files_read, report.coverage.left_out) == (0, {"*.csv": 1})


def test_results_of_another_key_or_of_a_drawn_one_are_not_taken(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    audit(source)
    monkeypatch.setenv("PRIVACY_AUDIT_KEY", "another key of at least sixteen bytes")
    assert audit(source).tool.files_read == 4
    monkeypatch.delenv("PRIVACY_AUDIT_KEY")
    assert [audit(source).tool.files_read for _ in range(2)] == [4, 4]


def test_results_of_other_detectors_are_not_taken(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    audit(source)
    monkeypatch.setattr("importlib.metadata.version", lambda _: "99")
    assert audit(source).tool.files_read == 4


def test_fresh_reads_everything(source: Path) -> None:
    audit(source)
    assert audit(source, fresh=True).tool.files_read == 4


def test_a_recording_is_read_again_when_a_transcript_beside_it_changes(source: Path) -> None:
    soundfile.write(source / "talk.wav", np.zeros(8_000, np.float32), 8_000)
    os.utime(source / "talk.wav", ns=(LONG_AGO_NS, LONG_AGO_NS))
    write(source / "talk.srt", "1\n00:00:00,000 --> 00:00:00,900\nRien.\n")
    audit(source)
    write(source / "talk.srt", f"1\n00:00:00,000 --> 00:00:00,900\n{EMAIL}\n")
    assert audit(source).tool.files_read == 2
    assert "talk.wav" in {line["record_uri"] for line in findings(source)}


class Stopping:
    """Ctrl-C after so many files."""

    def __init__(self, after: int) -> None:
        self.left = after

    def start(self, n_files: int, n_bytes: int) -> None:
        pass

    def advance(self, n_bytes: int) -> None:
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


def test_a_run_that_was_stopped_goes_on(source: Path) -> None:
    stopped = audit(source, progress=Stopping(after=2))
    assert stopped.coverage.interrupted
    going_on = audit(source)
    assert (going_on.tool.files_read, sum(going_on.tool.files_reused.values())) == (2, 2)
    assert without_run(going_on) == without_run(scan([source], source.with_name("whole"), RECIPE))


def broken_off(
    tasks: Iterable[Any], setup: Callable[..., Callable[[Any], Any]], arguments: tuple[Any, ...]
) -> Generator[tuple[Any, Any], None, None]:
    """As a run that is killed: nothing of it is told to anybody but by what it has written."""
    for number, (task, result) in enumerate(in_process(tasks, setup, arguments)):
        yield task, result
        if number == 1:
            raise MemoryError


def test_a_run_that_was_killed_goes_on(source: Path) -> None:
    with pytest.raises(MemoryError):
        audit(source, engine=broken_off)
    assert not (source.with_name("audit") / "report.json").exists()
    going_on = audit(source)
    assert (going_on.tool.files_read, sum(going_on.tool.files_reused.values())) == (2, 2)


def test_a_full_disk_stops_the_run_keeps_what_was_read_and_leaves_the_earlier_report(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit(source)
    before = (source.with_name("audit") / "report.json").read_bytes()
    write(source / "a.txt", "Plus rien.")
    write(source / "b.txt", "Plus rien non plus.")
    real, n_left = SegmentWriter.copy, [1]

    def full(self: SegmentWriter, part: Any) -> None:
        n_left[0] -= 1
        if n_left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(self, part)

    with monkeypatch.context() as patched:
        patched.setattr(SegmentWriter, "copy", full)
        with pytest.raises(StoppedError, match="no space is left on the disk; when it can be written again, the same"):
            audit(source)
    assert (source.with_name("audit") / "report.json").read_bytes() == before
    assert audit(source).tool.files_read == 1


def test_what_lies_in_the_machine_and_not_in_the_file_is_tried_again(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("privacy_audit.scanners.text_patterns.TextPatterns.scan", failing)
        patched.setattr("privacy_audit.scanners.text_patterns.TextPatterns.scan_batch", failing)
        assert audit(source).coverage.by_reason["SCANNER_FAILED"] > 1
    again = audit(source)
    assert (again.tool.files_read, again.coverage.by_reason) == (3, {"EMPTY": 1})


def failing(*_: Any) -> Any:
    raise RuntimeError


def test_nothing_in_the_folder_holds_a_path_that_is_hidden_nor_a_value(source: Path) -> None:
    (source / "quokkaline").mkdir()
    write(source / "quokkaline" / "marie_zanzibarine.txt", EMAIL)
    audit(source, dataclasses.replace(RECIPE, hide_paths=True))
    for path in source.with_name("audit").rglob("*"):
        if path.is_file():
            data = path.read_bytes().lower()
            assert not [word for word in (b"quokka", b"zanzi", b"durand") if word in data], path.name


def test_the_ledger_has_a_line_for_each_file_and_for_each_record_that_was_not_read(source: Path) -> None:
    write(source / "rows.jsonl", json.dumps({"text": "x"}) + "\n{broken\n")
    report = audit(source)
    ledger = [json.loads(line) for line in (source.with_name("audit") / "coverage.jsonl").read_text().splitlines()]
    states = {line["file"]: (line["state"], line["reasons"]) for line in ledger if "file" in line}
    assert states == {
        "a.txt": ("COMPLETE", {}),
        "b.txt": ("COMPLETE", {}),
        "empty.txt": ("SKIPPED", {"EMPTY": 1}),
        "rows.jsonl": ("PARTIAL", {"CORRUPT": 1}),
        "sub/rows.csv": ("COMPLETE", {}),
    }
    assert [line["record"] for line in ledger if "record" in line] == ["empty.txt", "rows.jsonl#row=1"]
    counts = [sum(state == name for state, _ in states.values()) for name in ("COMPLETE", "PARTIAL", "SKIPPED")]
    assert counts == [report.coverage.complete, report.coverage.partial, report.coverage.unscanned]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_report_tells_what_was_taken_from_an_earlier_run(source: Path, lang: Any) -> None:
    from rich.console import Console

    audit(source)
    report = audit(source)
    console = Console(width=300)
    with console.capture() as captured:
        console.print(terminal.render(report, lang))
    assert json_format.parse(json_format.render(report)) == report
    said = {"fr": "Fichiers lus lors de cette analyse", "en": "Files read in this run: 0"}[lang]
    assert said in captured.get()
    assert said in (source.with_name("audit") / "report.html").read_text(encoding="utf-8")


def test_where_nothing_has_changed_nothing_is_added_up_again(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = audit(source)
    monkeypatch.setattr("privacy_audit.pipeline.audit.Finishing", failing)
    assert without_run(audit(source)) == without_run(first)
    (source / "b.txt").unlink()
    with pytest.raises(RuntimeError):
        audit(source)


def test_files_of_a_store_are_taken_by_size_and_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsspec = pytest.importorskip("fsspec")
    monkeypatch.setattr("privacy_audit.pipeline.keeping._SETTLED_NS", 0)
    store = fsspec.filesystem("memory")
    for name in ("a.txt", "b.txt"):
        store.pipe(f"/reuse/{name}", EMAIL.encode())
    assert [scan(["memory://reuse"], tmp_path / "audit", RECIPE).tool.files_read for _ in range(2)] == [2, 0]
    store.pipe("/reuse/b.txt", b"Rien ici.")
    assert scan(["memory://reuse"], tmp_path / "audit", RECIPE).tool.files_read == 1
    store.rm("/reuse", recursive=True)
