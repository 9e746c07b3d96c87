"""The guard: what is found is treated, left out or told; what was not read never passes for clean."""

from __future__ import annotations

import dataclasses
import gc
import io
import json
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from privacy_audit import Guard
from privacy_audit.errors import PersonalDataError, RecipeError, UnreadableError, UsageError
from privacy_audit.hooks._fields import passed_on
from privacy_audit.recipe import Recipe, load_recipe
from privacy_audit.report import html
from privacy_audit.scanners import Scanner
from privacy_audit.types import BoundingBox, Confidence, Detection, ImageRecord, Record, TextRecord

EMAIL = "camille.durand@courriel-invente.fr"
TEXT = f"écrivez à {EMAIL}"
RECIPE = Recipe(
    "guarded",
    scanners={"text_patterns": {}, "image_metadata": {}},
    operators={"text_label": {}, "image_strip_metadata": {}},
)


def jpeg(author: str | None = "Camille Durand") -> bytes:
    buffer, exif = io.BytesIO(), Image.Exif()
    if author:
        exif[0x013B] = author
    Image.new("RGB", (8, 8), "white").save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def text_of(checked: Any) -> str:
    assert isinstance(checked.value, TextRecord)
    return checked.value.text


def test_audit_leaves_a_text_as_it_is_and_counts_what_is_in_it() -> None:
    checked = Guard(RECIPE, "audit").check("text", TextRecord("text", TEXT))
    assert (text_of(checked), checked.found, checked.unread) == (TEXT, (("EMAIL_ADDRESS", "HIGH", 1),), None)


def test_redact_treats_a_text() -> None:
    checked = Guard(RECIPE, "redact").check("text", TextRecord("text", TEXT))
    assert text_of(checked) == "écrivez à <EMAIL_ADDRESS>"


def test_raise_says_which_kind_in_which_field_and_how_often_and_nothing_else() -> None:
    with pytest.raises(PersonalDataError) as caught:
        Guard(RECIPE, "raise").check("text", TextRecord("text", f"{TEXT} {EMAIL}"))
    assert str(caught.value) == "text: EMAIL_ADDRESS x 2"


def test_what_is_below_the_gate_of_the_recipe_does_not_count() -> None:
    high = Recipe("high", scanners={"text_patterns": {}}, gate=Confidence.HIGH)
    assert Guard(high, "raise").check("text", TextRecord("text", "IP 192.168.1.77")).found == ()


@pytest.mark.parametrize("mode", ["audit", "drop", "raise"])
def test_only_redact_changes_bytes(mode: Any) -> None:
    data = jpeg(author=None)
    assert Guard(RECIPE, mode).check_bytes("jpg", data, ".jpg").value == data


def test_redact_treats_the_bytes_of_a_file() -> None:
    checked = Guard(RECIPE, "redact").check_bytes("jpg", jpeg(), ".jpg")
    assert checked.found == (("AUTHOR_METADATA", "MEDIUM", 1),)
    assert b"Durand" not in checked.value
    with Image.open(io.BytesIO(checked.value)) as picture:
        assert picture.size == (8, 8)


def test_the_suffix_of_bytes_tells_a_table_from_a_text() -> None:
    checked = Guard(RECIPE, "redact").check_bytes("json", f'{{"mail": "{EMAIL}"}}'.encode(), ".json")
    assert checked.value == b'{"mail": "<EMAIL_ADDRESS>"}'


@pytest.mark.parametrize("suffix", ["", ".image", "./../x", ".a/b", "." + "x" * 300, ".\0"])
def test_whatever_the_suffix_the_first_bytes_decide(suffix: str) -> None:
    assert Guard(RECIPE, "audit").check_bytes("image", jpeg(), suffix).found == (("AUTHOR_METADATA", "MEDIUM", 1),)


def test_the_bytes_leave_no_trace_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    guard = Guard(RECIPE, "raise")
    with pytest.raises(PersonalDataError):
        guard.check_bytes("jpg", jpeg(), ".jpg")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("data", "suffix", "reason"),
    [
        (b"", ".txt", "EMPTY"),
        (b"d\xe9j\xe0 vu, deux fois", ".txt", "ENCODING"),
        (b"\x89PNG\r\n\x1a\n", ".png", "CORRUPT"),
    ],
)
def test_bytes_that_cannot_be_read_are_not_clean(data: bytes, suffix: str, reason: str) -> None:
    for mode in ("audit", "redact", "drop"):
        unread = Guard(RECIPE, mode).check_bytes("x", data, suffix).unread  # type: ignore[arg-type]  # all are modes
        assert unread is not None
        assert unread.startswith(reason)
    with pytest.raises(UnreadableError, match=r"^x: \*: "):
        Guard(RECIPE, "raise").check_bytes("x", data, suffix)


def test_a_record_for_which_the_recipe_has_no_scanner_is_not_clean() -> None:
    texts = Recipe("texts", scanners={"text_patterns": {}})
    checked = Guard(texts, "drop").check("image", ImageRecord("image", np.zeros((2, 2, 3), np.uint8)))
    assert checked.unread == "UNSUPPORTED: *: recipe texts switches on no scanner for this kind of file"


class Quoting(Scanner):
    name = "quoting"
    summary = "Fails."
    entity_types = ("EMAIL_ADDRESS",)
    accepts = (TextRecord,)

    def scan(self, record: Record) -> Sequence[Detection]:
        raise ValueError(TEXT)


def test_a_scanner_that_fails_is_not_clean_and_quotes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privacy_audit.pipeline.toolbox.all_scanners", lambda: {"quoting": Quoting})
    recipe = Recipe("quoting", scanners={"quoting": {}})
    unread = Guard(recipe, "drop").check("text", TextRecord("text", TEXT)).unread
    assert unread == "SCANNER_FAILED: quoting: the scanner failed (ValueError)"
    with pytest.raises(UnreadableError) as caught:
        Guard(recipe, "raise").check("text", TextRecord("text", TEXT))
    assert str(caught.value) == "text: quoting: the scanner failed (ValueError)"
    assert caught.value.__cause__ is None


def test_a_result_shows_no_content_in_its_repr() -> None:
    checked = Guard(RECIPE, "audit").check_bytes("txt", TEXT.encode(), ".txt")
    assert "durand" not in repr(checked)


def test_a_guard_that_has_worked_can_be_sent_to_another_process_without_its_key() -> None:
    guard = Guard(RECIPE, "redact")
    guard.check("text", TextRecord("text", TEXT))
    sent = pickle.dumps(guard)
    assert guard._fingerprinter._key not in sent
    there = pickle.loads(sent)  # noqa: S301 - made in this test
    assert text_of(there.check("text", TextRecord("text", TEXT))) == "écrivez à <EMAIL_ADDRESS>"


def test_hooks_can_be_sent_to_another_process_too() -> None:
    for hook in (Guard(RECIPE).hf(), Guard(RECIPE).webdataset()):
        assert type(pickle.loads(pickle.dumps(hook))) is type(hook)  # noqa: S301 - made in this test


def test_a_mode_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(UsageError, match="mode: got 'redcat', expected one of audit, redact, drop, raise"):
        Guard(RECIPE, "redcat")  # type: ignore[arg-type]  # on purpose


def test_a_recipe_that_does_not_exist_is_refused_at_once() -> None:
    with pytest.raises(RecipeError, match="no such recipe or file"):
        Guard("cnil-defualt")


def test_making_a_guard_loads_no_model_and_no_heavy_package() -> None:
    code = (
        "import sys; from privacy_audit import Guard; guard = Guard('cnil-default', mode='redact');"
        "guard.hf(), guard.webdataset();"
        "heavy = ('numpy', 'spacy', 'cv2', 'onnxruntime', 'librosa', 'presidio_analyzer', 'datasets', 'webdataset');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_default_recipe_redacts_a_name_a_number_and_an_address() -> None:
    guard = Guard(load_recipe("cnil-default"), mode="redact")
    text = f"Je m'appelle Camille Durand, {EMAIL}, 06 39 98 12 45."
    assert text_of(guard.check("text", TextRecord("text", text))) == (
        "Je m'appelle <PERSON>, <EMAIL_ADDRESS>, <PHONE_NUMBER>."
    )


def pass_all(guard: Guard, *texts: str) -> None:
    for text in texts:
        guard.hf().batch({"text": [text]})  # type: ignore[attr-defined]  # HfHook


def test_the_report_tells_what_passed_and_renders_as_html() -> None:
    guard = Guard(RECIPE, "audit", dataset="training texts")
    pass_all(guard, TEXT, "ok", f"{EMAIL} et {EMAIL}")
    guard.hf().batch({"x": [object()]})  # type: ignore[attr-defined]  # HfHook
    report = guard.report()
    assert (report.dataset.name, dict(report.dataset.by_kind)) == ("training texts", {"other": 1, "text": 3})
    assert (report.coverage.complete, report.coverage.unscanned) == (3, 1)
    assert [(entity.entity_type, entity.count, entity.distinct) for entity in report.entities] == [
        ("EMAIL_ADDRESS", 3, 1)
    ]
    assert report.treatment is None, "audit treats nothing"
    page = html.render(report, "en")
    assert "training texts" in page
    assert "durand" not in page + json.dumps(report.to_dict())


def test_the_report_of_a_treatment_tells_what_was_done_left_out_and_left() -> None:
    guard = Guard(RECIPE, "redact")
    pass_all(guard, TEXT, "ok")
    guard.hf().batch({"x": [object()]})  # type: ignore[attr-defined]  # HfHook
    treatment = guard.report().treatment
    assert treatment is not None
    assert (treatment.records, treatment.quarantined, dict(treatment.residual)) == (2, 1, {})
    assert [(done.operator, done.entity_type, done.count) for done in treatment.operations] == [
        ("text_label", "EMAIL_ADDRESS", 1)
    ]


def test_what_no_operator_of_the_recipe_treats_is_left_in_the_report() -> None:
    guard = Guard(Recipe("no operator", scanners={"text_patterns": {}}), "redact")
    pass_all(guard, TEXT)
    treatment = guard.report().treatment
    assert treatment is not None
    assert dict(treatment.residual) == {"EMAIL_ADDRESS": 1}


def test_a_stand_in_is_not_found_again() -> None:
    guard = Guard(Recipe("stand-ins", scanners={"text_patterns": {}}, operators={"text_surrogate": {}}), "redact")
    passed = guard.hf().batch({"text": [TEXT]})["text"][0]  # type: ignore[attr-defined]  # HfHook
    assert EMAIL not in passed
    assert "@" in passed
    treatment = guard.report().treatment
    assert treatment is not None
    assert dict(treatment.residual) == {}


def test_covering_one_thing_may_lay_another_bare_so_it_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    class OneAtATime(Scanner):
        name, summary, entity_types, accepts = "one", "Finds the first white column.", ("FACE",), (ImageRecord,)

        def scan(self, record: Any) -> list[Detection]:
            white = np.flatnonzero(record.pixels[0, :, 0] == 255)
            box = [BoundingBox(int(white[0]), 0, int(white[0]) + 1, 4)] if len(white) else []
            return [Detection("FACE", place, 0.9, Confidence.HIGH) for place in box]

    monkeypatch.setattr("privacy_audit.pipeline.toolbox.all_scanners", lambda: {"one": OneAtATime})
    pixels = np.zeros((4, 60, 3), np.uint8)
    pixels[:, [5, 40]] = 255
    guard = Guard(Recipe("one", scanners={"one": {}}, operators={"image_solid": {"margin": 0.0}}), "redact")
    treated = guard.check("image", ImageRecord("image", pixels)).value
    assert not treated.pixels.any()


def test_a_sample_with_an_address_is_counted_once_however_often_it_passes() -> None:
    guard = Guard(RECIPE, "audit")
    for _ in range(3):
        passed_on(guard, {"text": TEXT}, "train/7")
        passed_on(guard, {"text": "ok"}, "train/8")
    report = guard.report()
    assert (report.dataset.n_files, report.n_findings) == (2, 1)
    assert [file.uri for file in report.files] == ["train/7"]


def test_a_recipe_that_hides_paths_keeps_addresses_out_of_the_counts(tmp_path: Path) -> None:
    hiding = dataclasses.replace(RECIPE, hide_paths=True)
    guard = Guard(hiding, "audit", report_folder=tmp_path)
    passed_on(guard, {"text": TEXT}, "camille-durand/7")
    assert [file.uri for file in guard.report().files] == ["file-000001"]
    assert "durand" not in "".join(path.read_text() for path in tmp_path.iterdir())


def test_processes_count_in_one_folder_that_is_gone_with_the_guard() -> None:
    guard = Guard(RECIPE, "audit")
    code = (
        "import pickle, sys; from privacy_audit.hooks._fields import passed_on;"
        "passed_on(pickle.loads(sys.stdin.buffer.read()), {'text': sys.argv[1]})"
    )
    subprocess.run([sys.executable, "-c", code, TEXT], input=pickle.dumps(guard), check=True)
    pass_all(guard, TEXT)
    report = guard.report()
    assert (report.dataset.n_files, report.n_findings) == (2, 2)
    assert report.entities[0].distinct is None, "each process drew its own key, so fingerprints do not compare"
    folder = guard._counts_folder()
    assert len(list(folder.iterdir())) == 2
    assert folder.stat().st_mode & 0o077 == 0
    del guard
    gc.collect()
    assert not folder.exists()


def test_with_a_key_kept_values_are_counted_over_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACY_AUDIT_KEY", "a key kept for these tests")
    for _ in range(2):
        guard = Guard(RECIPE, "audit", report_folder=tmp_path)
        pass_all(guard, TEXT)
    assert guard.report().entities[0].distinct == 1


def test_the_last_line_of_a_process_that_was_killed_may_be_cut(tmp_path: Path) -> None:
    guard = Guard(RECIPE, "audit", report_folder=tmp_path)
    pass_all(guard, TEXT, TEXT)
    (counts,) = tmp_path.iterdir()
    counts.write_bytes(counts.read_bytes()[:-20])
    assert guard.report().n_findings == 1


def test_counts_of_another_recipe_or_mode_are_not_mixed_in(tmp_path: Path) -> None:
    pass_all(Guard(RECIPE, "audit", report_folder=tmp_path), TEXT)
    with pytest.raises(UsageError, match=r"holds counts of another mode \(audit\); choose another folder"):
        Guard(RECIPE, "drop", report_folder=tmp_path).report()


def test_a_folder_that_another_machine_does_not_have_is_told(tmp_path: Path) -> None:
    guard = Guard(RECIPE, "audit", report_folder=tmp_path / "counts")
    sent = pickle.dumps(guard)
    (tmp_path / "counts").rmdir()
    with pytest.raises(UsageError, match="give Guard a report_folder that every process and machine reaches"):
        pass_all(pickle.loads(sent), "ok")  # noqa: S301 - made in this test


def test_raise_counts_the_sample_that_it_stopped_at() -> None:
    guard = Guard(RECIPE, "raise")
    with pytest.raises(PersonalDataError):
        guard.hf()({"text": TEXT})
    assert guard.report().n_findings == 1
