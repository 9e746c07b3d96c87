from __future__ import annotations

import json

import numpy as np
import pytest

from privacy_audit.fingerprint import Fingerprinter
from privacy_audit.linking.collecting import Collector, Signature, Templates, opened
from privacy_audit.recipe import Linking, Recipe
from privacy_audit.types import (
    AudioRecord,
    BoundingBox,
    Confidence,
    Detection,
    Finding,
    ImageRecord,
    Outcome,
    Record,
    Scanned,
    Segment,
    TextRecord,
    TextSpan,
)

KEY = Fingerprinter(b"k" * 16)
RECIPE = Recipe("r", near_duplicates=True)


def found(uri: str, kind: str, location: object, confidence: Confidence, value: str | None = None) -> Outcome:
    detection = Detection(kind, location, 0.9, confidence)  # type: ignore[arg-type]
    return Scanned(uri, "s", (Finding(uri, "s", detection, KEY.of_text(kind, value) if value else None),))


def name_in(uri: str, value: str, confidence: Confidence = Confidence.MEDIUM) -> Outcome:
    return found(uri, "PERSON", TextSpan(0, 3), confidence, value)


def collected(file: str, records: list[Record], outcomes: list[Outcome], recipe: Recipe = RECIPE) -> list[Signature]:
    collector = Collector(recipe, KEY)
    collector.take(file, records, outcomes)
    return [item for line in collector.lines(ended=True) for item in opened(line, KEY)]


def test_the_cells_of_one_row_are_one_record_with_the_values_of_all() -> None:
    cells = [
        ("r.csv#row=0&column=a", "Ana Exemple"),
        ("r.csv#row=0&column=b", "ana@example.org"),
        ("r.csv#row=1&column=a", "rien"),
    ]
    outcomes = [
        name_in(cells[0][0], "Ana"),
        found(cells[1][0], "EMAIL_ADDRESS", TextSpan(0, 3), Confidence.HIGH, "ana@example.org"),
    ]
    signatures = collected("r.csv", [TextRecord(*cell) for cell in cells], outcomes)
    assert [(item.place, item.medium, len(item.values)) for item in signatures] == [("#row=0", "text", 2)]


def test_records_without_a_finding_from_medium_on_are_not_noted() -> None:
    records: list[Record] = [TextRecord("a.txt", "Ana Exemple habite ici")]
    assert collected("a.txt", records, [name_in("a.txt", "Ana", Confidence.LOW)]) == []
    assert len(collected("a.txt", records, [name_in("a.txt", "Ana")])) == 1
    assert collected("a.txt", records, [name_in("a.txt", "Ana")], Recipe("off")) == []


def test_a_date_or_a_topic_is_no_value_that_makes_two_texts_of_one_person() -> None:
    outcome = found("a.txt", "DATE_OF_BIRTH", TextSpan(0, 3), Confidence.HIGH, "1990")
    assert collected("a.txt", [TextRecord("a.txt", "née en 1990 ici")], [outcome])[0].values == ()


def test_a_picture_is_noted_and_the_frames_of_a_video_are_not() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)
    box = BoundingBox(0, 0, 9, 9)
    for uri, n in (("v.mp4#t=1.0", 0), ("v.mp4", 1)):
        records: list[Record] = [ImageRecord(uri, pixels)]
        assert len(collected("v.mp4", records, [found(uri, "FACE", box, Confidence.HIGH)])) == n


def test_a_recording_with_speech_is_noted() -> None:
    samples = np.random.default_rng(0).normal(0, 0.1, (1, 64_000)).astype(np.float32)
    heard = found("a.wav", "VOICE", Segment(0, 4), Confidence.HIGH)
    signatures = collected("a.wav", [AudioRecord("a.wav", samples, 16_000)], [heard])
    assert [(item.place, item.medium, item.signature is not None) for item in signatures] == [("", "audio", True)]


def test_lines_tell_nothing_without_the_key() -> None:
    collector = Collector(RECIPE, KEY)
    collector.take("a.txt", [TextRecord("a.txt", "Ana Exemple habite ici")], [name_in("a.txt", "Ana Exemple")])
    (line,) = collector.lines(ended=True)
    told = json.dumps(line)
    assert "Ana" not in told
    assert KEY.of_text("PERSON", "Ana Exemple")[:16] not in told
    assert str(int(KEY.of_text("PERSON", "Ana Exemple")[:16], 16)) not in told
    with pytest.raises(ValueError):  # noqa: PT011 - what another key makes of it is no JSON
        opened(line, Fingerprinter(b"another key of mine"))


def test_lines_are_full_before_they_leave_and_files_never_share_one() -> None:
    collector = Collector(RECIPE, KEY)
    uris = [f"r.csv#row={row}" for row in range(600)]
    collector.take(
        "r.csv", [TextRecord(uri, f"Ana Exemple {uri}") for uri in uris], [name_in(uri, "Ana") for uri in uris]
    )
    assert [len(opened(line, KEY)) for line in collector.lines()] == [256, 256]
    collector.take("b.txt", [TextRecord("b.txt", "Ana Exemple encore")], [name_in("b.txt", "Ana")])
    assert [(line["signatures"], len(opened(line, KEY))) for line in collector.lines(ended=True)] == [
        ("r.csv", 88),
        ("b.txt", 1),
    ]


def test_vectors_of_voices_leave_by_memory_only_and_once() -> None:
    collector = Collector(Recipe("r", near_duplicates=True, linking=Linking(voices=True, basis="b")), KEY)
    vectors = np.eye(3, 192, dtype=np.float32)
    collector.take_voices(vectors, {0: 10.0, 2: 5.0, 1: 0.5})
    collector.take_voices(None, {0: 10.0})
    assert list(collector.lines(ended=True)) == []
    templates = collector.templates()
    assert [vector.argmax() for vector in templates.voices] == [0, 2]
    assert templates.voices_without == 2
    assert collector.templates().voices == []
    assert "0." not in repr(templates)
    assert isinstance(templates, Templates)
