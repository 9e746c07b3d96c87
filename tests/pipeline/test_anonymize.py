"""anonymize(): the same tree, treated; what was not read is not there; a stop is resumed; nothing is overwritten."""

from __future__ import annotations

import dataclasses
import functools
import json
import os
import signal
from collections.abc import Callable, Generator, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PIL import Image

from privacy_audit.anonymizers import Operator, all_operators
from privacy_audit.engines.local import run
from privacy_audit.errors import OutputError, UsageError
from privacy_audit.legal.exposure_report import Share
from privacy_audit.pipeline import Toolbox, anonymize, in_process, scan, treated_copy
from privacy_audit.pipeline.treating import treated_path
from privacy_audit.recipe import Limits, Recipe, load_recipe
from privacy_audit.report import json as json_format
from privacy_audit.types import Confidence, Detection, Effect, Record, TextRecord, TextSpan

EMAIL = "camille.durand@courriel-invente.fr"
OPERATORS: dict[str, dict[str, Any]] = {"text_label": {}, "image_strip_metadata": {}, "audio_strip_tags": {}}
RECIPE = dataclasses.replace(load_recipe("pre-commit"), name="treat", operators=OPERATORS)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    root = tmp_path / "source"
    (root / "sub").mkdir(parents=True)
    (root / "clean.txt").write_text("Rien ici.\r\n", encoding="utf-8", newline="")
    (root / "letter.txt").write_text(f"Bonjour,\nécrivez à {EMAIL}\n", encoding="utf-8")
    (root / "sub" / "rows.csv").write_text(f'id;contact\n1;"{EMAIL}"\n2;\n', encoding="utf-8")
    (root / "sub" / "rows.jsonl").write_text(f'{{"n": 1.50, "text": "{EMAIL}"}}\n{{broken\n{{"text": "ok"}}\n')
    exif = Image.Exif()
    exif[0x013B] = "Camille Durand"
    Image.new("RGB", (8, 8), "white").save(root / "photo.png", exif=exif)
    with soundfile.SoundFile(root / "sound.wav", "w", 16_000, 1) as sound:
        sound.artist = "Camille Durand"
        sound.write(np.linspace(-0.5, 0.5, 1_600))
    (root / "sub" / "marie_lefebvre.txt").write_text("x", encoding="utf-8")
    (root / "damaged.png").write_bytes(b"\x89PNG\r\n\x1a\n damaged")
    return root


def tree(root: Path) -> dict[str, bytes]:
    """What lies in a treated copy, without our own folder."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".privacy-audit" not in path.parts
    }


def own_lines(copy: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (copy / ".privacy-audit" / name).read_text(encoding="ascii").splitlines()]


def test_the_copy_has_the_same_tree_with_labels_in_the_place_of_what_was_found(source: Path, tmp_path: Path) -> None:
    anonymize(source, tmp_path / "copy", RECIPE)
    copied = tree(tmp_path / "copy")
    assert sorted(copied) == [
        "clean.txt",
        "letter.txt",
        "photo.png",
        "sound.wav",
        "sub/PERSON.txt",
        "sub/rows.csv",
        "sub/rows.jsonl",
    ]
    assert copied["clean.txt"] == b"Rien ici.\r\n"
    assert copied["letter.txt"].decode() == "Bonjour,\nécrivez à <EMAIL_ADDRESS>\n"
    assert copied["sub/rows.csv"].decode() == 'id;contact\n1;"<EMAIL_ADDRESS>"\n2;\n'
    assert copied["sub/rows.jsonl"].decode() == '{"n": 1.50, "text": "<EMAIL_ADDRESS>"}\n{"text": "ok"}\n'
    assert not any(b"Durand" in content for content in copied.values())


def test_pictures_and_sounds_are_the_same_without_their_metadata(source: Path, tmp_path: Path) -> None:
    anonymize(source, tmp_path / "copy", RECIPE)
    with Image.open(tmp_path / "copy" / "photo.png") as picture:
        assert not picture.getexif()
        assert np.asarray(picture).tobytes() == b"\xff" * 8 * 8 * 3
    before, after = (soundfile.read(folder / "sound.wav")[0] for folder in (source, tmp_path / "copy"))
    assert np.array_equal(before, after)


def test_the_source_is_not_touched(source: Path, tmp_path: Path) -> None:
    def state() -> dict[Path, tuple[int, bytes]]:
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in source.rglob("*") if path.is_file()}

    before = state()
    anonymize(source, tmp_path / "copy", RECIPE)
    assert state() == before


def test_what_could_not_be_read_is_not_copied_and_is_listed(source: Path, tmp_path: Path) -> None:
    report = anonymize(source, tmp_path / "copy", RECIPE)
    told = [(line["path"], line["reason"]) for line in own_lines(tmp_path / "copy", "quarantine.jsonl")]
    assert told == [("damaged.png", "TRUNCATED"), ("sub/rows.jsonl#row=1", "CORRUPT")]
    assert report.treatment is not None
    assert (report.treatment.records, report.treatment.quarantined, report.treatment.residual) == (7, 2, {})
    assert not list((tmp_path / "copy").rglob("damaged*"))


def test_the_manifest_says_what_was_done_where_with_which_operator(source: Path, tmp_path: Path) -> None:
    anonymize(source, tmp_path / "copy", RECIPE)
    done = own_lines(tmp_path / "copy", "operations.jsonl")
    assert done[0] == {
        "record_uri": "letter.txt",
        "operator": "text_label",
        "effect": "REDACTED",
        "entity_type": "EMAIL_ADDRESS",
        "location": {"kind": "text_span", "start": 19, "end": 53},
        "parameters": {},
    }
    assert [(line["record_uri"], line["operator"], line["entity_type"]) for line in done[1:]] == [
        ("photo.png", "image_strip_metadata", "AUTHOR_METADATA"),
        ("sound.wav", "audio_strip_tags", "AUTHOR_METADATA"),
        ("sub/PERSON.txt#path", "text_label", "PERSON"),
        ("sub/rows.csv#row=0&column=contact", "text_label", "EMAIL_ADDRESS"),
        ("sub/rows.jsonl#row=0&column=text", "text_label", "EMAIL_ADDRESS"),
    ]


def test_the_report_of_a_treated_copy_is_written_and_the_copy_scans_clean(source: Path, tmp_path: Path) -> None:
    report = anonymize(source, tmp_path / "copy", RECIPE)
    written = (tmp_path / "copy" / ".privacy-audit" / "report.json").read_text(encoding="ascii")
    assert json_format.parse(written) == report
    again = scan([tmp_path / "copy"], tmp_path / "audit", RECIPE)
    assert again.n_findings == 0
    assert again.dataset.n_files == 7


def test_several_processes_write_the_same_copy(source: Path, tmp_path: Path) -> None:
    anonymize(source, tmp_path / "one", RECIPE)
    anonymize(source, tmp_path / "two", RECIPE, engine=functools.partial(run, jobs=2))
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    for name in ("operations.jsonl", "quarantine.jsonl"):
        assert own_lines(tmp_path / "one", name) == own_lines(tmp_path / "two", name)


def test_names_that_collide_after_treatment_are_numbered(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("jean_dupuis.txt", "marie_lefebvre.txt", "lucie_garnier.TXT"):
        (source / name).write_text(name)
    anonymize(source, tmp_path / "copy", RECIPE)
    assert tree(tmp_path / "copy") == {
        "PERSON.txt": b"PERSON.txt",
        "PERSON-2.TXT": b"PERSON-2.TXT",
        "PERSON-3.txt": b"PERSON-3.txt",
    }


def test_a_folder_and_a_file_that_come_out_with_one_name_cost_one_file(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "marie_lefebvre").mkdir(parents=True)
    (source / "PERSON").write_text("x")
    (source / "marie_lefebvre" / "x.txt").write_text("x")
    (source / "z.txt").write_text("x")
    anonymize(source, tmp_path / "copy", RECIPE)
    assert list(tree(tmp_path / "copy")) == ["PERSON", "z.txt"]
    (told,) = own_lines(tmp_path / "copy", "quarantine.jsonl")
    assert (told["path"], told["reason"]) == ("PERSON/x.txt", "OUTPUT_EXISTS")


def test_a_pattern_in_a_folder_and_a_file_name_is_replaced_and_the_suffix_stays() -> None:
    toolbox = Toolbox(RECIPE)
    assert treated_path(toolbox, "marie_lefebvre/appels/0639981245.wav") == "PERSON/appels/PHONE_NUMBER.wav"


def test_an_output_folder_with_other_files_is_refused_and_left_alone(source: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "thesis.txt").write_text("x")
    with pytest.raises(OutputError, match="holds other files, and nothing is overwritten"):
        anonymize(source, tmp_path / "copy", RECIPE)
    assert [path.name for path in (tmp_path / "copy").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("inside", [".", "sub/copy"])
def test_an_output_folder_inside_the_source_is_refused(source: Path, inside: str) -> None:
    with pytest.raises(OutputError, match="lies in the source"):
        anonymize(source, source / inside, RECIPE)
    assert not (source / "sub" / "copy").exists()


def test_a_link_does_not_hide_that_the_output_lies_in_the_source(source: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(source / "sub", target_is_directory=True)
    with pytest.raises(OutputError, match="lies in the source"):
        anonymize(source, tmp_path / "link", RECIPE)


def test_another_recipe_or_source_on_a_folder_already_begun_is_refused(source: Path, tmp_path: Path) -> None:
    anonymize(source, tmp_path / "copy", RECIPE)
    other = dataclasses.replace(RECIPE, operators={"text_label": {}})
    with pytest.raises(OutputError, match="was begun from another source or recipe"):
        anonymize(source, tmp_path / "copy", other)
    with pytest.raises(OutputError, match="was begun from another source or recipe"):
        anonymize(source / "sub", tmp_path / "copy", RECIPE)


def test_a_recipe_without_operators_is_refused(source: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="switches on no operator"):
        anonymize(source, tmp_path / "copy", load_recipe("pre-commit"))
    assert not (tmp_path / "copy").exists()


class Stopping:
    """Ctrl-C after so many files."""

    def __init__(self, after: int) -> None:
        self.left = after

    def start(self, n_files: int, n_bytes: int) -> None:
        assert n_files == 8

    def advance(self, n_bytes: int) -> None:
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


def test_a_run_that_was_stopped_goes_on_where_it_was_and_ends_with_the_same_bytes(source: Path, tmp_path: Path) -> None:
    anonymize(source, tmp_path / "whole", RECIPE)
    first = anonymize(source, tmp_path / "copy", RECIPE, progress=Stopping(after=3))
    assert first.coverage.interrupted
    assert first.coverage.by_reason["INTERRUPTED"] == 5
    done = {path: path.stat().st_ino for path in (tmp_path / "copy").rglob("*.txt")}
    second = anonymize(source, tmp_path / "copy", RECIPE)
    assert not second.coverage.interrupted
    assert tree(tmp_path / "copy") == tree(tmp_path / "whole")
    assert {path: path.stat().st_ino for path in done} == done
    for name in ("operations.jsonl", "quarantine.jsonl"):
        assert own_lines(tmp_path / "copy", name) == own_lines(tmp_path / "whole", name)


@pytest.mark.parametrize("engine", [in_process, functools.partial(run, jobs=2)], ids=["one process", "two processes"])
def test_a_stop_leaves_no_half_treated_file_among_the_copies(source: Path, tmp_path: Path, engine: Any) -> None:
    anonymize(source, tmp_path / "whole", RECIPE)
    anonymize(source, tmp_path / "copy", RECIPE, engine=engine, progress=Stopping(after=2))
    assert tree(tmp_path / "copy").items() <= tree(tmp_path / "whole").items()
    assert not [path for path in (tmp_path / "copy").rglob("*") if path.name.startswith((".writing", "staged"))]


def killed_while_writing(setup: Callable[..., Callable[[Any], None]], *arguments: Any) -> Callable[[Any], None]:
    """The real worker, in a process that is killed once a file is written but not yet in its place."""
    handle = setup(*arguments)

    def kill(path: Path, target: Path) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def handle_or_die(task: Any) -> None:
        if task[1].uri == "letter.txt":
            Path.replace = kill  # type: ignore[method-assign, assignment]  # this process ends right here
        handle(task)

    return handle_or_die


def killed_engine(
    tasks: Iterable[Any], setup: Callable[..., Callable[[Any], Any]], arguments: tuple[Any, ...]
) -> Generator[tuple[Any, Any], None, None]:
    return run(tasks, killed_while_writing, (setup, *arguments), jobs=2)


def test_a_process_killed_while_it_writes_costs_one_file_which_the_next_run_treats(
    source: Path, tmp_path: Path
) -> None:
    anonymize(source, tmp_path / "whole", RECIPE)
    first = anonymize(source, tmp_path / "copy", RECIPE, engine=killed_engine)
    assert "letter.txt" not in tree(tmp_path / "copy")
    assert first.coverage.by_reason["SCANNER_FAILED"] == 1
    assert tree(tmp_path / "copy").items() <= tree(tmp_path / "whole").items()
    anonymize(source, tmp_path / "copy", RECIPE)
    assert tree(tmp_path / "copy") == tree(tmp_path / "whole")


@pytest.mark.parametrize("stopped_at", ["write_lines", "Path.replace"])
def test_a_stop_between_the_file_and_the_note_about_it_is_made_good_by_the_next_run(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_at: str
) -> None:
    anonymize(source, tmp_path / "whole", RECIPE)
    note, place = "000000002.jsonl", tmp_path / "copy" / "letter.txt"
    real_write, real_replace = treated_copy.write_lines, Path.replace

    def write(path: Path, lines: Any) -> None:
        if path.name == note:
            raise KeyboardInterrupt
        real_write(path, lines)

    def replace(path: Path, target: Path) -> Path:
        if target == place:
            raise KeyboardInterrupt
        return real_replace(path, target)

    with monkeypatch.context() as stop:
        if stopped_at == "write_lines":
            stop.setattr(treated_copy, "write_lines", write)
        else:
            stop.setattr(Path, "replace", replace)
        assert anonymize(source, tmp_path / "copy", RECIPE).coverage.interrupted
    report = anonymize(source, tmp_path / "copy", RECIPE)
    assert "OUTPUT_EXISTS" not in report.coverage.by_reason
    assert tree(tmp_path / "copy") == tree(tmp_path / "whole")


def test_what_a_killed_run_left_half_way_is_never_put_among_the_copies(source: Path, tmp_path: Path) -> None:
    anonymize(source, tmp_path / "copy", RECIPE)
    whole = tree(tmp_path / "copy")
    (tmp_path / "copy" / ".privacy-audit" / "staged").mkdir()
    (tmp_path / "copy" / ".privacy-audit" / "staged" / "000000001.png").write_text("left behind")  # damaged.png
    anonymize(source, tmp_path / "copy", RECIPE)
    assert tree(tmp_path / "copy") == whole


def test_a_file_that_changed_since_is_not_taken_for_done_and_its_old_copy_is_not_overwritten(
    source: Path, tmp_path: Path
) -> None:
    anonymize(source, tmp_path / "copy", RECIPE)
    (source / "letter.txt").write_text("Another text.")
    report = anonymize(source, tmp_path / "copy", RECIPE)
    assert report.coverage.by_reason["OUTPUT_EXISTS"] == 1
    assert b"<EMAIL_ADDRESS>" in tree(tmp_path / "copy")["letter.txt"]


def test_a_file_that_somebody_put_in_the_copy_is_not_overwritten(source: Path, tmp_path: Path) -> None:
    anonymize(source, tmp_path / "copy", RECIPE, progress=Stopping(after=1))
    (tmp_path / "copy" / "letter.txt").write_text("mine")
    anonymize(source, tmp_path / "copy", RECIPE)
    assert tree(tmp_path / "copy")["letter.txt"] == b"mine"


def with_operator(monkeypatch: pytest.MonkeyPatch, operator: type[Operator]) -> Recipe:
    installed = {**all_operators(), operator.name: operator}
    monkeypatch.setattr("privacy_audit.pipeline.toolbox.all_operators", lambda: installed)
    return dataclasses.replace(RECIPE, operators={operator.name: {}})


class Failing(Operator):
    name = "failing"
    summary = "Fails."
    effect = Effect.REDACTED
    accepts = (TextRecord,)
    treats = (TextSpan,)

    def apply(self, record: Record, detections: Sequence[Detection]) -> Record:
        raise ValueError(EMAIL)


class DoingNothing(Failing):
    name = "doing_nothing"

    def apply(self, record: Record, detections: Sequence[Detection]) -> Record:
        return record


def test_an_operator_that_fails_costs_one_file_and_quotes_nothing(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anonymize(source, tmp_path / "copy", with_operator(monkeypatch, Failing))
    told = own_lines(tmp_path / "copy", "quarantine.jsonl")
    assert ("letter.txt", "SCANNER_FAILED", "could not be treated (ValueError)") in [
        (line["path"], line["reason"], line["detail"]) for line in told
    ]
    assert "letter.txt" not in tree(tmp_path / "copy")
    assert "clean.txt" in tree(tmp_path / "copy")


def test_what_an_operator_leaves_is_told_as_residual(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = anonymize(source / "letter.txt", tmp_path / "copy", with_operator(monkeypatch, DoingNothing))
    assert report.treatment is not None
    assert report.treatment.residual == {"EMAIL_ADDRESS": 1}


def test_a_file_for_which_the_recipe_has_no_scanner_is_not_copied(source: Path, tmp_path: Path) -> None:
    texts = Recipe("texts", scanners={"text_patterns": {}}, operators={"text_label": {}})
    (source / "x#row=1.png").write_bytes((source / "photo.png").read_bytes())
    anonymize(source, tmp_path / "copy", texts)
    assert not [name for name in tree(tmp_path / "copy") if name.endswith((".png", ".wav"))]


def test_below_its_threshold_a_recipe_treats_nothing(source: Path, tmp_path: Path) -> None:
    high_only = dataclasses.replace(RECIPE, treat_from=type(RECIPE.treat_from).HIGH)
    anonymize(source, tmp_path / "copy", high_only)
    assert "sub/marie_lefebvre.txt" in tree(tmp_path / "copy")


def test_a_row_beyond_the_limit_is_left_out_and_told(tmp_path: Path) -> None:
    source = tmp_path / "rows.jsonl"
    source.write_text('{"text": "short"}\n{"text": "' + "x" * 500 + '"}\n')
    recipe = dataclasses.replace(RECIPE, limits=Limits(max_line_bytes=100))
    anonymize(source, tmp_path / "copy", recipe)
    assert tree(tmp_path / "copy") == {"rows.jsonl": b'{"text": "short"}\n'}
    (told,) = own_lines(tmp_path / "copy", "quarantine.jsonl")
    assert (told["path"], told["reason"]) == ("rows.jsonl#row=1", "TOO_LARGE")


def test_hidden_paths_are_numbers_in_the_report(source: Path, tmp_path: Path) -> None:
    anonymize(source, tmp_path / "copy", dataclasses.replace(RECIPE, hide_paths=True))
    for name in ("report.json", "report.html"):
        text = (tmp_path / "copy" / ".privacy-audit" / name).read_text(encoding="utf-8")
        assert "damaged.png" not in text
        assert "file-000002" in text


def test_the_notes_of_a_run_hold_no_path_of_the_source(source: Path, tmp_path: Path) -> None:
    anonymize(source, tmp_path / "copy", RECIPE)
    for path in (tmp_path / "copy" / ".privacy-audit").rglob("*"):
        if path.is_file():
            assert b"lefebvre" not in path.read_bytes(), path.name


def test_a_table_of_which_no_row_can_be_read_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("{broken\n")
    anonymize(tmp_path / "rows.jsonl", tmp_path / "copy", RECIPE)
    assert tree(tmp_path / "copy") == {}


def test_the_report_says_how_much_was_changed_and_what_is_left_at_which_confidence(
    source: Path, tmp_path: Path
) -> None:
    for name in ("photo.png", "damaged.png"):
        (source / name).unlink()
    (source / "sub" / "rows.jsonl").unlink()
    (source / "letter.txt").write_text(f"{EMAIL} {'x' * 65}")
    (source / "clean.txt").write_text("x" * 100)
    report = anonymize(source, tmp_path / "copy", RECIPE)
    assert report.treatment is not None
    table = len("id" + "contact" + "1" + EMAIL + "2")
    assert report.treatment.changed["characters"].changed == 2 * len(EMAIL)
    assert report.treatment.changed["characters"].total == pytest.approx(200 + table + 1, abs=15)
    assert report.treatment.changed["milliseconds"] == Share(0, 100)
    html = (tmp_path / "copy" / ".privacy-audit" / "report.html").read_text(encoding="utf-8")
    assert "Part des données modifiée" in html
    assert "Share of the data that was changed" in html


def test_what_is_found_again_with_low_confidence_is_counted_apart(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (source / "letter.txt").write_text("Appelez le 12345678901234.")
    recipe = dataclasses.replace(with_operator(monkeypatch, DoingNothing), treat_from=Confidence.LOW)
    report = anonymize(source / "letter.txt", tmp_path / "copy", recipe)
    found = scan([source / "letter.txt"], tmp_path / "audit", recipe)
    assert report.treatment is not None
    assert report.treatment.residual_low == sum(entity.low for entity in found.entities)
    assert sum(report.treatment.residual.values()) == sum(entity.medium + entity.high for entity in found.entities)
