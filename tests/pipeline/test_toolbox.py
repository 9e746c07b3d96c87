"""The toolbox: a scanner that misbehaves is Unscanned, an operator gets only the places it treats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from privacy_audit.errors import MissingDependencyError, RecipeError, UnreadableError
from privacy_audit.fingerprint import Fingerprinter
from privacy_audit.pipeline import Toolbox
from privacy_audit.recipe import Recipe
from privacy_audit.scanners import Scanner
from privacy_audit.types import (
    AudioRecord,
    BoundingBox,
    Confidence,
    Detection,
    FieldRef,
    ImageRecord,
    Reason,
    Record,
    Scanned,
    Segment,
    TextRecord,
    TextSpan,
    Unscanned,
)

EMAIL = "camille.durand@courriel-invente.fr"


class Plugin(Scanner):
    """What ``scan`` does is set by the test."""

    name = "plugin"
    summary = "A plug-in."
    entity_types = ("EMAIL_ADDRESS",)
    accepts = (TextRecord,)
    does: Callable[[str], Any] = staticmethod(lambda text: ())

    def scan(self, record: Record) -> Sequence[Detection]:
        assert isinstance(record, TextRecord)
        return type(self).does(record.text)


def plugged(monkeypatch: pytest.MonkeyPatch, does: Callable[[str], Any], **members: Any) -> Toolbox:
    scanner = type("Made", (Plugin,), {"does": staticmethod(does), **members})
    monkeypatch.setattr("privacy_audit.pipeline.toolbox.all_scanners", lambda: {"plugin": scanner})
    return Toolbox(Recipe("t", scanners={"plugin": {}}))


def raising(error: Exception) -> Callable[[str], Any]:
    def does(text: str) -> Any:
        raise error

    return does


@pytest.mark.parametrize(
    ("error", "reason", "detail"),
    [
        (ValueError(EMAIL), Reason.SCANNER_FAILED, "the scanner failed (ValueError)"),
        (RecursionError(EMAIL), Reason.SCANNER_FAILED, "the scanner failed (RecursionError)"),
        (MemoryError(EMAIL), Reason.TOO_LARGE, "not enough memory to scan it"),
        (UnreadableError(Reason.CORRUPT, "no sound"), Reason.CORRUPT, "no sound"),
        (
            MissingDependencyError("rapidocr", "ocr"),
            Reason.MISSING_DEPENDENCY,
            "needs rapidocr. Install with: pip install 'privacy-audit[ocr]'",
        ),
    ],
)
def test_whatever_a_scanner_raises_becomes_a_reason_and_quotes_nothing(
    monkeypatch: pytest.MonkeyPatch, error: Exception, reason: Reason, detail: str
) -> None:
    toolbox = plugged(monkeypatch, raising(error))
    assert toolbox.scan([TextRecord("a.txt", EMAIL)]) == [Unscanned("a.txt", "plugin", reason, detail)]


def test_one_bad_record_in_a_batch_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def does(text: str) -> list[Detection]:
        if text == "bad":
            raise ValueError(text)
        return [Detection("EMAIL_ADDRESS", TextSpan(0, 1), 0.5, Confidence.LOW)]

    toolbox = plugged(monkeypatch, does)
    outcomes = toolbox.scan([TextRecord(str(number), text) for number, text in enumerate(("good", "bad", "good"))])
    assert [type(outcome) for outcome in outcomes] == [Scanned, Unscanned, Scanned]
    assert [outcome.record_uri for outcome in outcomes] == ["0", "1", "2"]


def test_a_batch_that_comes_back_too_short_is_read_again_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Detection("EMAIL_ADDRESS", TextSpan(0, 1), 0.5, Confidence.LOW)]
    toolbox = plugged(monkeypatch, lambda text: found, scan_batch=lambda self, records: [found])
    outcomes = toolbox.scan([TextRecord("a", "x"), TextRecord("b", "y")])
    assert [outcome.findings[0].record_uri for outcome in outcomes if isinstance(outcome, Scanned)] == ["a", "b"]


def test_a_scanner_only_sees_the_records_it_accepts() -> None:
    toolbox = Toolbox(Recipe("t", scanners={"text_patterns": {}, "image_metadata": {}}))
    picture = ImageRecord("a.png", np.zeros((1, 1, 3), np.uint8), {"Artist": "x"})
    outcomes = toolbox.scan([TextRecord("a.txt", EMAIL), picture])
    assert [(outcome.record_uri, outcome.scanner) for outcome in outcomes] == [
        ("a.txt", "text_patterns"),
        ("a.png", "image_metadata"),
    ]


@pytest.mark.parametrize(
    ("section", "chosen", "told"),
    [
        ("scanners", {"text_poems": {}}, r"recipe t: scanners\.text_poems: not installed; installed: .*text_patterns"),
        ("operators", {"text_poems": {}}, r"recipe t: operators\.text_poems: not installed; installed: .*text_label"),
        ("operators", {"text_label": {"x": 1}}, r"recipe t: operators\.text_label: text_label takes no option 'x'"),
        ("operators", {"audio_mute": {"pad_s": 99}}, r"recipe t: operators\.audio_mute: pad_s: got 99"),
    ],
)
def test_a_recipe_that_asks_for_something_that_is_not_there_is_told_so(
    section: str, chosen: dict[str, Any], told: str
) -> None:
    with pytest.raises(RecipeError, match=told):
        Toolbox(Recipe("t", **{section: chosen}))


def finding_print(record: Record, location: Any, monkeypatch: pytest.MonkeyPatch) -> str | None:
    monkeypatch.setattr(Plugin, "accepts", (type(record),))
    found = [Detection("X", location, 0.5, Confidence.LOW)]
    monkeypatch.setattr(Plugin, "scan", lambda self, record: found)
    monkeypatch.setattr("privacy_audit.pipeline.toolbox.all_scanners", lambda: {"plugin": Plugin})
    toolbox = Toolbox(Recipe("t", scanners={"plugin": {}}), Fingerprinter(b"0123456789abcdef"))
    (outcome,) = toolbox.scan([record])
    assert isinstance(outcome, Scanned)
    return outcome.findings[0].fingerprint


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Camille DURAND", "camille durand", True),
        ("06 39 98 12 45", "06.39.98.12.45", True),
        ("06 39 98 12 45", "06 39 98 12 46", False),
    ],
)
def test_a_fingerprint_is_of_the_value_not_of_its_spelling(
    monkeypatch: pytest.MonkeyPatch, one: str, other: str, same: bool
) -> None:
    prints = [finding_print(TextRecord("a", text), TextSpan(0, len(text)), monkeypatch) for text in (one, other)]
    assert (prints[0] == prints[1]) is same


def test_faces_and_sounds_have_fingerprints_of_their_exact_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = np.zeros((4, 4, 3), np.uint8)
    pixels[2:, 2:] = 7
    boxes = [BoundingBox(0, 0, 2, 2), BoundingBox(2, 2, 4, 4)]
    assert len({finding_print(ImageRecord("a", pixels), box, monkeypatch) for box in boxes}) == 2
    samples = np.linspace(0, 1, 200, dtype=np.float32)[None]
    segments = [Segment(0, 1), Segment(1, 2)]
    assert len({finding_print(AudioRecord("a", samples, 100), segment, monkeypatch) for segment in segments}) == 2


def test_a_text_with_half_a_character_has_a_fingerprint_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert finding_print(TextRecord("a", "x\ud800y"), TextSpan(0, 3), monkeypatch)


def test_an_operator_gets_only_the_places_it_treats_and_metadata_always_go() -> None:
    toolbox = Toolbox(Recipe("t", operators={"text_label": {}, "image_solid": {}, "image_strip_metadata": {}}))
    picture = ImageRecord("a.png", np.full((4, 4, 3), 9, np.uint8), {"Software": "x"})
    applied = toolbox.apply(picture, [])
    assert isinstance(applied.record, ImageRecord)
    assert applied.record.metadata == {}
    assert applied.operations == ()
    face = Detection("FACE", BoundingBox(0, 0, 1, 1), 0.9, Confidence.HIGH)
    author = Detection("AUTHOR_METADATA", FieldRef("Artist"), 1.0, Confidence.HIGH)
    operations = toolbox.apply(picture, [face, author]).operations
    assert [(done.operator, done.entity_type) for done in operations] == [
        ("image_solid", "FACE"),
        ("image_strip_metadata", "AUTHOR_METADATA"),
    ]
    assert operations[0].parameters == (("colour", "black"), ("margin", "0.25"))


def test_a_disguised_voice_is_not_treated_away() -> None:
    voice = Detection("VOICE", Segment(0, 1), 0.9, Confidence.HIGH)
    answers = [
        Toolbox(Recipe("t", operators={name: {}})).treats_away(AudioRecord, voice)
        for name in ("audio_mute", "audio_disguise")
    ]
    assert answers == [True, False]
