"""Every figure of what was found can be recomputed from findings.jsonl, with nothing of the code that counted it."""

from __future__ import annotations

import dataclasses
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from privacy_audit import pipeline
from privacy_audit.legal.catalogue import legal_row
from privacy_audit.legal.exposure import ExposureBuilder, ExposureReport, ToolInfo
from privacy_audit.recipe import load_recipe
from privacy_audit.types import (
    Confidence,
    Detection,
    Finding,
    Scanned,
    Segment,
    TextSpan,
    finding_to_dict,
)

RANK = {"LOW": 1, "MEDIUM": 2, "HIGH": 3}
NOBODYS = {"role", "placeholder", "private"}
SPECIAL = {"art9", "art10"}
Line = dict[str, Any]


def file_of(line: Line) -> str:
    return str(line["record_uri"]).split("#")[0]


def record_of(line: Line) -> str:
    row = [part for part in line["record_uri"].partition("#")[2].split("&") if part.startswith("row=")]
    return file_of(line) + "".join(row[:1])


def level(lines: list[Line], cnil_type: str | None = None) -> tuple[int, int, int]:
    """Section 5.2 of the regulation notes, by hand: (severity, identification, prejudice)."""
    if not lines:
        return 0, 0, 0
    kinds = {(legal_row(line["entity_type"]), line["qualifier"]) for line in lines}
    classes = {(row.category, "-" if q in NOBODYS else row.identification) for row, q in kinds}
    d, u, q = (len({category for category, name in classes if name == wanted}) for wanted in "DUQ")
    nobody = not d + u + q
    if (d and u) or u >= 3 or (d and q >= 2):
        identified = 4
    elif u or (d and q) or q >= 3:
        identified = 3
    else:
        identified = 2 if d or q == 2 else 1

    def harm(row: Any, qualifier: str | None) -> int:
        if qualifier in NOBODYS or (cnil_type is not None and row.cnil_type != cnil_type):
            return 1
        topic = row.special in SPECIAL and (nobody or qualifier == "topic")
        return min(row.prejudice, 2) if topic else int(row.prejudice)

    prejudice = max(harm(row, qualifier) for row, qualifier in kinds)
    if {"person_name", "face", "voice"} <= {row.category for row, _ in kinds}:
        prejudice = max(prejudice, 3)
    return {2: 1, 3: 1, 4: 1, 5: 2, 6: 3, 7: 4, 8: 4}[identified + prejudice], identified, prejudice


def by(key: Any, lines: Iterable[Line]) -> dict[str, list[Line]]:
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        groups[key(line)].append(line)
    return groups


def people(lines: list[Line]) -> dict[str, int]:
    """The range of people as its docstring says, by hand."""
    values: dict[str, dict[Any, str | None]] = defaultdict(dict)  # kind -> value -> qualifier of the first that has it
    for number, line in enumerate(lines):
        fingerprint = line["fingerprint"]
        values[line["entity_type"]].setdefault(number if fingerprint is None else fingerprint, line["qualifier"])
    persons = {kind: sum(q not in NOBODYS for q in found.values()) for kind, found in values.items()}
    sure = [line for line in lines if RANK[line["confidence"]] >= 2]
    faces = Counter(line["record_uri"] for line in sure if line["entity_type"] == "FACE")
    speakers = Counter(file_of(line) for line in sure if line["entity_type"] == "SPEAKER")
    unheard = {file_of(line) for line in lines if line["entity_type"] == "VOICE"} - speakers.keys()
    apart = {"FACE", "SPEAKER", "VOICE"}

    def of_class(name: str) -> int:
        return sum(n for kind, n in persons.items() if kind not in apart and legal_row(kind).identification == name)

    nir = {line["fingerprint"] for line in lines if line["entity_type"] == "FR_NIR"} - {None}
    found = {
        "faces_in_one_picture": max(faces.values(), default=0),
        "speakers_in_one_file": max(speakers.values(), default=0),
        "distinct_nir": len(nir),
        "distinct_names": of_class("D"),
        "other_identifiers": of_class("U"),
        "faces": persons.get("FACE", 0),
        "speakers": persons.get("SPEAKER", 0) + len(unheard),
    }
    upper = sum(found[name] for name in ("distinct_names", "other_identifiers", "faces", "speakers"))
    in_one = (found[name] for name in ("faces_in_one_picture", "speakers_in_one_file", "distinct_nir"))
    return {**found, "upper": upper, "lower": max(*in_one, min(upper, 1))}


def check_coverage(report: ExposureReport, lines: list[Line], kinds: dict[str, str]) -> None:
    """``kinds``: every file met -> its kind. What findings tell of coverage, and the rest from the files themselves."""
    covered = report.coverage
    assert report.dataset.n_files == covered.complete + covered.partial + covered.unscanned == len(kinds)
    assert report.dataset.by_kind == Counter(kinds.values())
    records = {(line["scanner"], line["record_uri"]) for line in lines}
    for scanner, n in Counter(scanner for scanner, _ in records).items():
        assert next(own for own in covered.scanners if own.scanner == scanner).scanned >= n
    unread = {entry.uri.split("#")[0] for entry in covered.entries}
    assert covered.by_reason == Counter(entry.reason for entry in covered.entries)
    assert len(unread) == covered.partial + covered.unscanned
    read = {file_of(line) for line in lines if not line["record_uri"].endswith("#path")}
    assert len(unread & read) <= covered.partial


def check(report: ExposureReport, lines: list[Line]) -> None:
    assert dataclasses.asdict(report.people).items() >= people(lines).items()
    entities = by(lambda line: line["entity_type"], lines)
    assert {e.entity_type for e in report.entities} == entities.keys()
    for entity in report.entities:
        found = entities[entity.entity_type]
        confidence = Counter(line["confidence"] for line in found)
        assert (entity.high, entity.medium, entity.low) == tuple(confidence[c] for c in ("HIGH", "MEDIUM", "LOW"))
        assert entity.count == len(found)
        assert entity.files == len({file_of(line) for line in found})
        assert entity.share == round(entity.files / report.dataset.n_files, 4)
        assert (entity.distinct or 0) == len({line["fingerprint"] for line in found} - {None})
        spans = [line["location"] for line in found if line["location"]["kind"] == "segment"]
        assert entity.duration_s == pytest.approx(sum(s["end"] - s["start"] for s in spans), abs=0.002 * len(spans))

    records = by(record_of, lines)
    sure = {name: [x for x in found if RANK[x["confidence"]] >= 2] for name, found in records.items()}
    levels = Counter(level(found)[0] for found in sure.values())
    assert report.records_by_level == {str(n): levels[n] for n in range(1, 5)}
    for exposure in report.exposures:
        name = exposure.cnil_type
        of_type = {r: f for r, f in records.items() if any(legal_row(x["entity_type"]).cnil_type == name for x in f)}
        assert exposure.records == len(of_type)
        for threshold, told in ((3, exposure.lower), (2, exposure.proposed), (1, exposure.upper)):
            kept = [[x for x in found if RANK[x["confidence"]] >= threshold] for found in of_type.values()]
            kept = [f for f in kept if any(legal_row(x["entity_type"]).cnil_type == name for x in f)]
            assert told.level == max((level(found, name)[0] for found in kept), default=0), (name, threshold)

    identified = Counter(level(found)[1] for found in sure.values() if found)
    assert report.linkage.by_identification == {str(n): identified[n] for n in range(1, 5)}
    categories = [{legal_row(x["entity_type"]).category for x in found} for found in sure.values()]
    named = [c for c in categories if c & {"person_name", "author_metadata"} and c & {"face", "voice"}]
    assert report.linkage.named_face_or_voice == len(named)
    assert report.linkage.named_face_and_voice == sum(c >= {"face", "voice"} for c in named)

    files = by(file_of, lines)
    assert len(report.files) + report.other_files == len(files)
    for file in report.files:
        assert file.counts == Counter(line["entity_type"] for line in files[file.uri])
        inside = by(record_of, files[file.uri]).values()
        assert file.level == max(level([x for x in f if RANK[x["confidence"]] >= 2])[0] for f in inside)

    tables = [line for line in lines if line["location"]["kind"] == "columns"]
    assert [(t.uri, list(t.columns), t.rows_by_k) for t in report.unique_rows] == [
        (file_of(line), line["location"]["columns"], line["location"]["rows_by_k"]) for line in tables
    ]


def test_the_figures_of_a_scan_are_those_of_its_findings(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "camille_durand.txt").write_text("Camille Durand, camille.durand@courriel-invente.fr, 06 12 34 56 78")
    (data / "b.txt").write_text("contact@courriel-invente.fr ; Luc Martin est diabétique. NIR 1 85 05 78 006 084 91")
    rows = "".join(f"Personne{n},{20 + n},7500{n}\n" for n in range(9))
    (data / "c.csv").write_text(f"nom,age,code_postal\n{rows}")
    (data / "broken.txt").write_bytes(b"\xff\xfe\x00")
    (data / "open.jsonl").write_text('{"t": "06 39 98 12 45"}\n{"t": ')
    report = pipeline.scan([data], tmp_path / "audit", load_recipe("pre-commit"))
    lines = [json.loads(line) for line in (tmp_path / "audit" / "findings.jsonl").read_text().splitlines()]
    assert lines
    check(report, lines)
    kinds = {path.name: {".csv": "table", ".jsonl": "table"}.get(path.suffix, "text") for path in data.iterdir()}
    check_coverage(report, lines, kinds)
    assert report.dataset.n_bytes == sum(path.stat().st_size for path in data.iterdir())
    assert (report.coverage.complete, report.coverage.partial, report.coverage.unscanned) == (3, 1, 1)


@pytest.mark.parametrize("seed", range(5))
def test_the_figures_of_any_findings_are_recomputed(seed: int) -> None:
    draw = random.Random(seed)
    kinds = [
        "PERSON",
        "EMAIL_ADDRESS",
        "FACE",
        "VOICE",
        "SPEAKER",
        "FR_NIR",
        "HEALTH",
        "CRIMINAL_OFFENCE",
        "AGE",
        "CITY",
    ]
    kinds += ["AUTHOR_METADATA", "CREDENTIAL", "ACME_BADGE"]
    builder = ExposureBuilder("data", ToolInfo("0", "2026-11-24"))
    lines = []
    for n in range(40):
        file = f"{n % 12}.csv"
        builder.add_file(file, "table", 1)
        uri = draw.choice([file, f"{file}#row={n % 3}&column=a", f"{file}#row={n % 3}&column=b"])
        found = []
        for _ in range(draw.randint(1, 3)):
            kind = draw.choice(kinds)
            where = Segment(0.0, draw.random()) if kind in {"VOICE", "SPEAKER"} else TextSpan(0, 1)
            qualifier = draw.choice([None, "topic", "linked", "role"]) if kind in {"HEALTH", "EMAIL_ADDRESS"} else None
            detection = Detection(kind, where, 0.5, draw.choice(list(Confidence)), qualifier)
            found.append(Finding(uri, "text_all", detection, draw.choice([None, *"abc"])))
        builder.add_outcome(Scanned(uri, "text_all", tuple(found)))
        lines += [finding_to_dict(finding) for finding in found]
    check(builder.build(), lines)
