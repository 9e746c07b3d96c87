"""What every scanner promises. A new one is tested by being there."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from privacy_audit.errors import MissingDependencyError, UsageError
from privacy_audit.legal.catalogue import legal_row
from privacy_audit.legal.strings import LANGUAGES, strings
from privacy_audit.pipeline import Toolbox
from privacy_audit.recipe import Recipe
from privacy_audit.scanners import Scanner, _register, all_scanners
from privacy_audit.types import (
    AudioRecord,
    BoundingBox,
    Confidence,
    Detection,
    ImageRecord,
    PathRecord,
    Reason,
    Record,
    Segment,
    TextRecord,
    TextSpan,
    Unscanned,
)

NAMES = sorted(all_scanners())
OF_TEXT = [name for name in NAMES if TextRecord in all_scanners()[name].accepts]
OF_WORDS = [name for name in NAMES if {TextRecord, PathRecord} & set(all_scanners()[name].accepts)]


def word_record(scanner: type[Scanner], text: str, uri: str = "a.txt") -> Record:
    return TextRecord(uri, text) if TextRecord in scanner.accepts else PathRecord(uri, text)


@pytest.fixture(params=NAMES)
def scanner(request: pytest.FixtureRequest) -> type[Scanner]:
    return all_scanners()[request.param]


def test_it_is_named_like_its_module_and_says_what_it_does(scanner: type[Scanner]) -> None:
    assert scanner.__module__.rpartition(".")[2] == scanner.name
    assert scanner.summary.endswith(".")
    assert len(scanner.summary) <= 120
    assert scanner.accepts


def test_the_report_can_say_in_both_languages_what_it_does(scanner: type[Scanner]) -> None:
    for language in LANGUAGES:
        assert f"scanner_{scanner.name}" in strings(language).texts


def test_each_kind_of_data_it_finds_is_classified_in_law(scanner: type[Scanner]) -> None:
    assert [kind for kind in scanner.entity_types if not legal_row(kind).classified] == []


def test_making_one_loads_no_model(scanner: type[Scanner]) -> None:
    scanner()


def test_an_option_it_does_not_know_is_refused(scanner: type[Scanner]) -> None:
    with pytest.raises(TypeError, match="colour"):
        scanner(colour="red")


def test_one_that_loads_a_model_names_it(scanner: type[Scanner]) -> None:
    assert bool(scanner.models) == scanner.needs_model


@pytest.mark.parametrize("name", OF_WORDS)
def test_it_finds_what_it_says_it_detects(name: str) -> None:
    scanner = all_scanners()[name]
    assert scanner.detects
    instance = scanner()
    missed = [
        text
        for text, kind in scanner.detects
        if not any(item.entity_type == kind for item in instance.scan(word_record(scanner, text)))
    ]
    assert missed == []


@pytest.mark.parametrize("name", OF_WORDS)
def test_it_leaves_its_near_misses(name: str) -> None:
    scanner = all_scanners()[name]
    assert scanner.ignores
    instance = scanner()
    records = [word_record(scanner, text) for text in scanner.ignores]
    found = {
        record.text: item.entity_type  # type: ignore[union-attr]  # texts and paths only
        for record in records
        for item in instance.scan(record)
        if item.confidence >= Confidence.MEDIUM
    }
    assert found == {}


@pytest.mark.parametrize("name", OF_WORDS)
def test_it_only_finds_the_kinds_it_declares_at_places_inside_the_text(name: str) -> None:
    scanner = all_scanners()[name]
    instance = scanner()
    for text, _ in scanner.detects:
        for item in instance.scan(word_record(scanner, text)):
            assert item.entity_type in scanner.entity_types
            assert isinstance(item.location, TextSpan)
            assert item.location.end <= len(text)


@pytest.mark.parametrize("name", OF_WORDS)
def test_nothing_at_medium_or_above_is_left_after_the_label_operator(name: str) -> None:
    scanner = all_scanners()[name]
    toolbox = Toolbox(Recipe("t", scanners={name: {}}, operators={"text_label": {}}))
    for text, _ in scanner.detects:
        record = word_record(scanner, text)
        treated = toolbox.apply(record, toolbox.scanners[0].scan(record)).record
        left = [item for item in toolbox.scanners[0].scan(treated) if item.confidence >= Confidence.MEDIUM]
        assert left == [], f"{name} finds something again in its own treated example"


@pytest.mark.parametrize("name", OF_TEXT)
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        "a",
        "7",
        "\u200b\u202e",
        "é" * 100,
        "\ud800",
        "مرحبا بالعالم",
        "Ａ１２３",
        "<>" * 50,
        "\x00\x01",
    ],
)
def test_a_strange_text_is_read_without_a_finding_and_without_a_crash(name: str, text: str) -> None:
    assert list(all_scanners()[name]().scan(TextRecord("a.txt", text))) == []


@pytest.mark.parametrize("name", OF_TEXT)
def test_a_batch_gives_what_its_records_give_one_by_one(name: str) -> None:
    scanner = all_scanners()[name]
    instance = scanner()
    records = [TextRecord(f"{index}.txt", text) for index, (text, _) in enumerate(scanner.detects)]
    assert [list(found) for found in instance.scan_batch(records)] == [
        list(instance.scan(record)) for record in records
    ]


@pytest.mark.parametrize("name", [name for name in NAMES if ImageRecord in all_scanners()[name].accepts])
@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 2000, 3), (7, 5, 3), (64, 64, 3)])
def test_a_picture_of_any_shape_is_read_and_boxes_lie_inside_it(name: str, shape: tuple[int, int, int]) -> None:
    pixels = np.random.default_rng(1).integers(0, 255, shape, dtype=np.uint8)
    try:
        found = all_scanners()[name]().scan(ImageRecord("a.png", pixels))
    except MissingDependencyError as error:
        pytest.skip(str(error))
    for item in found:
        assert isinstance(item.location, BoundingBox)
        assert item.location.x_max <= shape[1]
        assert item.location.y_max <= shape[0]


@pytest.mark.parametrize("name", [name for name in NAMES if AudioRecord in all_scanners()[name].accepts])
@pytest.mark.parametrize("n_samples", [1, 100, 511, 16_000])
def test_a_short_or_silent_recording_is_read_and_segments_lie_inside_it(name: str, n_samples: int) -> None:
    instance = all_scanners()[name]()
    for samples in (np.zeros((1, n_samples), np.float32), np.ones((2, n_samples), np.float32)):
        for item in instance.scan(AudioRecord("a.wav", samples, 16_000)):
            assert isinstance(item.location, Segment)
            assert item.location.end <= n_samples / 16_000 + 1e-6


def test_a_crash_is_unscanned_and_quotes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Crashing(Scanner):
        name = "crashing"
        summary = "Fails."
        entity_types = ("X",)
        accepts = (TextRecord,)

        def scan(self, record: Record) -> list[Detection]:
            raise ValueError(f"cannot parse {record.text}")  # type: ignore[union-attr]  # texts only

    monkeypatch.setattr("privacy_audit.pipeline.toolbox.all_scanners", lambda: {"crashing": Crashing})
    toolbox = Toolbox(Recipe("t", scanners={"crashing": {}}))
    (outcome,) = toolbox.scan([TextRecord("a.txt", "canary-value")])
    assert outcome == Unscanned("a.txt", "crashing", Reason.SCANNER_FAILED, "the scanner failed (ValueError)")


def test_two_scanners_cannot_have_one_name() -> None:
    taken = all_scanners()["text_patterns"]

    class Other(taken):  # type: ignore[misc, valid-type]  # any scanner will do
        pass

    with pytest.raises(UsageError, match="two scanners are called 'text_patterns'"):
        _register({"text_patterns": taken}, Other)


def test_importing_the_scanners_loads_no_heavy_package() -> None:
    import subprocess
    import sys

    code = (
        "import sys, privacy_audit.scanners as s; list(s.all_scanners().values());"
        "heavy = ('numpy', 'spacy', 'cv2', 'onnxruntime', 'librosa', 'presidio_analyzer');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_each_public_module_of_the_package_is_a_scanner() -> None:
    for name in NAMES:
        assert importlib.import_module(f"privacy_audit.scanners.{name}").__doc__
