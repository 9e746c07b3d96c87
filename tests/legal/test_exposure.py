from __future__ import annotations

import json

import pytest

from privacy_audit.legal import _people, exposure
from privacy_audit.legal.exposure import Exposure, ExposureBuilder, ExposureReport, ToolInfo
from privacy_audit.types import (
    ColumnSet,
    Confidence,
    Detection,
    Effect,
    FieldRef,
    Finding,
    Operation,
    Reason,
    Scanned,
    Segment,
    TextRecord,
    TextSpan,
    Treated,
    Unscanned,
)

TOOL = ToolInfo(version="0", started_at="2026-11-24T10:00:00+00:00")


def found(
    uri: str,
    *entity_types: str,
    confidence: Confidence = Confidence.HIGH,
    fingerprint: str | None = None,
    scanner: str = "text_all",
) -> Scanned:
    detections = [Detection(entity_type, TextSpan(0, 1), 1.0, confidence) for entity_type in entity_types]
    return Scanned(uri, scanner, tuple(Finding(uri, scanner, detection, fingerprint) for detection in detections))


def build(*outcomes: Scanned | Unscanned, hide_paths: bool = False) -> ExposureReport:
    builder = ExposureBuilder("data", TOOL, hide_paths)
    for outcome in outcomes:
        builder.add_file(exposure.file_of(outcome.record_uri), "text", 10)
        builder.add_outcome(outcome)
    return builder.build()


def common(report: ExposureReport) -> Exposure:
    return next(item for item in report.exposures if item.cnil_type == "courante")


def test_a_file_is_complete_partial_or_not_scanned() -> None:
    report = build(
        found("whole.txt"),
        found("half.wav"),
        Unscanned("half.wav", "audio_speakers", Reason.MISSING_DEPENDENCY, "needs a package"),
        Unscanned("none.jpg", "*", Reason.CORRUPT, "not a picture"),
    )
    covered = report.coverage
    assert (covered.complete, covered.partial, covered.unscanned) == (1, 1, 1)
    assert covered.by_reason == {"MISSING_DEPENDENCY": 1, "CORRUPT": 1}
    assert [entry.uri for entry in covered.entries] == ["half.wav", "none.jpg"]


def test_a_file_that_no_scanner_reads_is_not_scanned() -> None:
    builder = ExposureBuilder("data", TOOL)
    builder.add_file("model.bin", "other", 5)
    assert builder.build().coverage.unscanned == 1


def test_reading_only_the_path_of_a_file_is_not_reading_the_file() -> None:
    report = build(found("jean_petit.zip#path", "PERSON"))
    assert report.coverage.unscanned == 1
    assert report.entities[0].entity_type == "PERSON"


def test_cells_of_one_row_are_one_record_and_other_rows_are_not() -> None:
    together = build(found("a.csv#row=1&column=nom", "PERSON"), found("a.csv#row=1&column=mail", "EMAIL_ADDRESS"))
    apart = build(found("a.csv#row=1&column=nom", "PERSON"), found("a.csv#row=2&column=mail", "EMAIL_ADDRESS"))
    assert common(together).proposed.level == 2
    assert common(together).records == 1
    assert common(apart).proposed.level == 1
    assert common(apart).records == 2


def test_the_interval_runs_from_high_confidence_only_to_everything() -> None:
    report = build(
        found("a.txt", "PERSON"),
        found("a.txt", "EMAIL_ADDRESS", confidence=Confidence.MEDIUM),
        found("a.txt", "FACE", confidence=Confidence.LOW),
    )
    levels = [common(report).lower.level, common(report).proposed.level, common(report).upper.level]
    assert levels == [1, 2, 3]
    assert report.records_by_level == {"1": 0, "2": 1, "3": 0, "4": 0}


def test_common_data_beside_a_nir_are_not_given_the_prejudice_of_the_nir() -> None:
    report = build(found("a.txt", "PERSON", "FR_NIR"))
    levels = {item.cnil_type: item.proposed.level for item in report.exposures}
    assert levels == {"courante": 2, "percue_sensible": 4}
    assert report.files[0].level == 4


def test_counts_files_and_shares_per_entity_type() -> None:
    report = build(
        found("a.txt", "PERSON", "PERSON"), found("a.txt", "PERSON", confidence=Confidence.LOW), found("b.txt")
    )
    person = report.entity("PERSON")
    assert person is not None
    assert (person.count, person.high, person.medium, person.low) == (3, 2, 0, 1)
    assert (person.files, person.share) == (1, 0.5)


def test_cells_without_findings_are_counted_and_not_listed() -> None:
    builder = ExposureBuilder("data", TOOL)
    builder.add_file("a.csv", "table", 1)
    builder.add_scanned_counts("a.csv", "text_all", 5_000)
    report = builder.build()
    assert report.coverage.scanners[0].scanned == 5_000
    assert report.coverage.complete == 1


def test_speech_is_added_up_in_seconds() -> None:
    segment = Detection("VOICE", Segment(1.0, 3.5), 1.0, Confidence.HIGH)
    report = build(Scanned("a.wav", "audio_speech", (Finding("a.wav", "audio_speech", segment),) * 2))
    assert report.entities[0].duration_s == 5.0


def test_people_are_a_range_of_what_must_be_different_and_what_could_be() -> None:
    report = build(
        found("a.jpg", "FACE", "FACE", "FACE", scanner="image_faces"),
        found("b.jpg", "FACE", scanner="image_faces"),
        found("a.txt", "PERSON", fingerprint="1"),
        found("b.txt", "PERSON", fingerprint="1"),
        found("c.txt", "PERSON", fingerprint="2"),
    )
    assert (report.people.lower, report.people.upper) == (3, 4 + 2)
    assert report.people.distinct_names == 2


def test_a_doubtful_face_raises_the_upper_bound_only() -> None:
    people = build(found("a.jpg", "FACE", "FACE", confidence=Confidence.LOW, scanner="image_faces")).people
    assert (people.lower, people.upper) == (1, 2)


def test_no_finding_is_nobody_detected() -> None:
    people = build(found("a.txt")).people
    assert (people.lower, people.upper) == (0, 0)


def test_hidden_paths_appear_nowhere_in_the_report() -> None:
    report = build(
        found("jean_petit/a.csv#row=1&column=nom", "PERSON"),
        Unscanned("jean_petit/b.jpg", "*", Reason.CORRUPT, "not a picture"),
        hide_paths=True,
    )
    assert "jean_petit" not in json.dumps(report.to_dict())
    assert report.files[0].uri == "file-000001"
    assert report.coverage.entries[0].uri == "file-000002"


def test_a_file_with_a_number_sign_in_its_name_stays_one_file() -> None:
    builder = ExposureBuilder("data", TOOL)
    builder.add_file("photo #3.txt", "text", 1)
    builder.add_outcome(found("photo #3.txt#path", "PERSON"))
    builder.add_outcome(found("photo #3.txt"))
    report = builder.build()
    assert report.coverage.n_files == report.coverage.complete == 1
    assert report.files[0].uri == "photo #3.txt"


def test_rows_that_columns_single_out_are_told_per_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exposure, "MAX_TABLES_LISTED", 1)
    rows = Detection("UNIQUE_COMBINATION", ColumnSet(("age", "ville"), (3, 4, 0, 20)), 0.11, Confidence.MEDIUM)
    uris = ("a.csv#table", "b.csv#table")
    report = build(*(Scanned(uri, "table_uniqueness", (Finding(uri, "table_uniqueness", rows),)) for uri in uris))
    (table,) = report.unique_rows
    assert (table.uri, table.columns) == ("a.csv", ("age", "ville"))
    assert table.rows_by_k == {"1": 3, "2-4": 4, "5-9": 0, "10+": 20}
    assert report.other_tables == 1


def test_only_the_heaviest_files_are_kept_and_the_others_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exposure, "MAX_FILES_LISTED", 3)
    report = build(*(found(f"{n}.txt", *["IP_ADDRESS"] * (n + 1)) for n in range(20)))
    assert [file.total for file in report.files] == [20, 19, 18]
    assert report.other_files == 17


def test_the_list_of_what_was_not_read_is_bounded_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exposure, "MAX_UNSCANNED_LISTED", 2)
    report = build(*(Unscanned(f"{n}.jpg", "*", Reason.EMPTY, "0 bytes") for n in range(5)))
    assert (len(report.coverage.entries), report.coverage.unlisted) == (2, 3)


def test_past_the_limit_of_remembered_values_the_count_says_that_it_is_incomplete(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_people, "MAX_FINGERPRINTS", 2)
    report = build(*(found(f"{n}.txt", "PERSON", fingerprint=str(n)) for n in range(4)))
    assert (report.entities[0].distinct, report.entities[0].distinct_complete) == (2, False)
    assert report.people.upper == 4


def test_an_interrupted_run_says_so() -> None:
    assert build(Unscanned("a.txt", "*", Reason.INTERRUPTED, "stopped")).coverage.interrupted


def test_treatment_is_counted_by_operator_effect_and_type() -> None:
    builder = ExposureBuilder("data", TOOL)
    operation = Operation("a.txt", "text_redact", Effect.REDACTED, "PERSON", FieldRef("x"))
    left = found("a.txt", "EMAIL_ADDRESS").findings
    builder.add_treated(Treated(TextRecord("a.txt", ""), (operation, operation), left))
    builder.add_treatment_counts(0, 1, {}, {})
    treatment = builder.build().treatment
    assert treatment is not None
    assert (treatment.records, treatment.quarantined) == (1, 1)
    assert (treatment.operations[0].count, treatment.operations[0].effect) == (2, "REDACTED")
    assert treatment.residual == {"EMAIL_ADDRESS": 1}


def test_a_report_survives_json_unchanged() -> None:
    report = build(found("a.txt", "PERSON", "ACME_BADGE"), Unscanned("b.jpg", "*", Reason.EMPTY, "0 bytes"))
    assert ExposureReport.from_dict(json.loads(json.dumps(report.to_dict()))) == report


def test_another_schema_version_is_refused() -> None:
    with pytest.raises(ValueError, match="schema_version"):
        ExposureReport.from_dict({**build(found("a.txt")).to_dict(), "schema_version": 99})


def test_an_unknown_type_from_a_plug_in_is_reported_to_be_classified() -> None:
    report = build(found("a.txt", "ACME_BADGE"))
    assert report.exposures[0].cnil_type == "a_classer"
    assert report.exposures[0].proposed.level >= 2


def test_a_sensitive_topic_linked_to_nobody_scores_low() -> None:
    alone, linked = build(found("a.txt", "HEALTH")), build(found("a.txt", "HEALTH", "EMAIL_ADDRESS"))
    assert alone.exposures[-1].proposed.level == 1
    assert linked.exposures[-1].proposed.level == 4


def test_records_that_bring_identifiers_together_are_counted_once() -> None:
    report = build(
        found("a.jpg", "FACE", scanner="image_faces"),
        found("a.jpg", "PERSON", scanner="file_names"),
        found("b.jpg", "FACE", "VOICE", "PERSON"),
        found("c.txt", "PERSON"),
        found("d.txt", "PERSON", confidence=Confidence.LOW),
    )
    linkage = report.linkage
    assert (linkage.named_face_or_voice, linkage.named_face_and_voice) == (2, 1)
    assert linkage.by_identification == {"1": 0, "2": 1, "3": 0, "4": 2}


def test_a_special_category_is_linked_beside_an_identifier_and_else_a_topic() -> None:
    linkage = build(
        found("a.txt", "HEALTH", "EMAIL_ADDRESS", confidence=Confidence.LOW),
        found("b.txt", "HEALTH"),
        found("c.txt", "PERSON"),
    ).linkage
    assert (linkage.special_linked, linkage.special_topic) == (1, 1)


@pytest.mark.parametrize("qualifier", ["role", "placeholder", "private"])
def test_a_value_that_is_nobodys_is_no_person_and_identifies_nobody(qualifier: str) -> None:
    detection = Detection("EMAIL_ADDRESS", TextSpan(0, 1), 1.0, Confidence.HIGH, qualifier)
    report = build(Scanned("a.txt", "text_all", (Finding("a.txt", "text_all", detection, "1" * 32),)))
    assert (report.people.lower, report.people.upper) == (0, 0)
    assert common(report).proposed.identification == 1
    assert report.entities[0].count == 1


def said(qualifier: str | None, entity_type: str = "HEALTH") -> Scanned:
    detection = Detection(entity_type, TextSpan(0, 1), 0.2, Confidence.LOW, qualifier)
    return Scanned("a.txt", "text_words", (Finding("a.txt", "text_words", detection),))


@pytest.mark.parametrize(
    ("qualifier", "level"),
    [("topic", 2), ("linked", 4), (None, 4)],
)
def test_beside_an_identifier_a_topic_stays_a_topic_and_what_is_linked_counts_in_full(
    qualifier: str | None, level: int
) -> None:
    report = build(found("a.txt", "EMAIL_ADDRESS"), said(qualifier))
    special = next(item for item in report.exposures if item.cnil_type == "sensible_infraction")
    assert special.upper.level == level


@pytest.mark.parametrize("order", [("topic", "linked"), ("linked", "topic")])
def test_one_linked_mention_outweighs_any_number_of_topics(order: tuple[str, str]) -> None:
    report = build(found("a.txt", "EMAIL_ADDRESS"), *map(said, order))
    assert report.exposures[-1].upper.level == 4
    assert report.exposures[-1].records == 1


def test_a_topic_says_nothing_about_data_that_are_no_special_category() -> None:
    assert build(said("topic", "FACE")).exposures == build(said(None, "FACE")).exposures


@pytest.mark.parametrize("qualifier", ["topic", "linked", None])
def test_linked_to_somebody_whom_nothing_identifies_scores_as_a_topic(qualifier: str | None) -> None:
    assert build(said(qualifier)).exposures[-1].upper.level == 1


@pytest.mark.parametrize("name", ["a.txt", "lettre#2.txt", "a#b#c.wav", "shard.tar::x#1.jpg", "n# 3"])
@pytest.mark.parametrize(
    "place", ["path", "row=3&column=mail", "header&column=x", "table", "t=12.4", "frame=2&alpha", "key=0"]
)
def test_a_hash_sign_in_a_name_is_no_place(name: str, place: str) -> None:
    assert exposure.file_of(name) == name
    assert exposure.file_of(f"{name}#{place}") == name
