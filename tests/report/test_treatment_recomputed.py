"""The figures of a treated copy's report, recomputed from the parts and lists in ``.privacy-audit`` and from the copy."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from privacy_audit import pipeline
from privacy_audit.recipe import parse_recipe
from tests.report.recomputing import Audit, Line
from tests.report.test_figures_recomputed import differences

LETTER = "Camille Durand, camille.durand@courriel-invente.fr, 06 12 34 56 78, demande un rendez-vous\n"
RECIPE = parse_recipe(
    "name: t\nscanners: {file_names: , text_patterns: , text_names: }\noperators: {text_label: }\n", "t"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tmp_path = tmp_path_factory.mktemp("treated")
    data = tmp_path / "data"
    data.mkdir()
    (data / "a.txt").write_text(LETTER)
    (data / "b.csv").write_text("nom,mail\nLuc Martin,luc.martin@courriel-invente.fr\nrien,\n")
    (data / "broken.txt").write_bytes(b"\xff\xfe\x00")
    pipeline.anonymize(data, tmp_path / "copy", RECIPE)
    return tmp_path


def lines_of(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def evidence(own: Path) -> tuple[Audit, list[Line]]:
    """What the parts tell, in the form of the files of an audit; and the lines about what was done."""
    audit, done = Audit([], []), []
    for path in sorted((own / "parts").iterdir()):
        file: Line = {}
        for line in lines_of(path):
            if "file" in line:
                file = {**line, "state": "SKIPPED", "reasons": {}, "scanned": Counter()}
                audit.coverage.append(file)
                done.append(line)
            elif "unscanned" in line:
                file["reasons"][line["reason"]] = file["reasons"].get(line["reason"], 0) + 1
                audit.coverage.append({**line, "record": line["unscanned"]})
            elif "scanned" in line or "clean" in line:
                audit.findings += line.get("findings", [])
                told = line.get("clean") or [[line["scanned"], line["scanner"], 1]]
                for uri, scanner, n in told:
                    file["scanned"][scanner] += n
                    read = n and not uri.endswith("#path")
                    file["state"] = "READ" if read or file["state"] == "READ" else "SKIPPED"
            else:
                done.append(line)
        if file["state"] == "READ":
            file["state"] = "PARTIAL" if file["reasons"] else "COMPLETE"
    return audit, done


def treatment(own: Path, done: list[Line]) -> dict[str, Any]:
    operations = Counter((o["operator"], o["effect"], o["entity_type"]) for o in lines_of(own / "operations.jsonl"))
    residual = [line["residual"] for line in done if "residual" in line]
    sure = [line for line in residual if line["confidence"] != "LOW"]
    changed: dict[str, Counter[str]] = {}
    for line in done:
        for kind, (part, whole) in line.get("changed", {}).items():
            changed.setdefault(kind, Counter()).update({"changed": part, "total": whole})
    return {
        "records": sum(path.is_file() for path in own.parent.iterdir()),
        "quarantined": len({line["source_position"] for line in lines_of(own / "quarantine.jsonl")}),
        "operations": [{"count": operations[key]} for key in sorted(operations)],
        "residual": Counter(line["entity_type"] for line in sure),
        "residual_low": len(residual) - len(sure),
        "changed": changed,
    }


def report_of(own: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((own / "report.json").read_text())
    return value


def test_every_figure_of_a_treated_copy_is_what_its_evidence_says(folder: Path) -> None:
    own = folder / "copy" / ".privacy-audit"
    report = report_of(own)
    audit, done = evidence(own)
    report["tool"]["files_read"] = len(audit.files)  # a treatment counts none: it takes nothing from an earlier run
    assert differences(report, audit, {"treatment": treatment(own, done)}) == []
    assert (report["treatment"]["quarantined"], report["treatment"]["records"]) == (1, 2)
    for at, *keys in (
        ("operations", 0, "count"),
        ("changed", "characters", "changed"),
        ("records",),
        ("residual_low",),
    ):
        other = json.loads(json.dumps(report))
        _raise(other["treatment"], at, *keys)
        assert len(differences(other, audit, {"treatment": treatment(own, done)})) == 1


def test_what_is_still_there_is_what_a_scan_of_the_copy_finds(folder: Path) -> None:
    report = report_of(folder / "copy" / ".privacy-audit")
    pipeline.scan([folder / "copy"], folder / "scan", RECIPE)
    left = [line for line in lines_of(folder / "scan" / "findings.jsonl") if line["confidence"] != "LOW"]
    assert report["treatment"]["residual"] == Counter(line["entity_type"] for line in left)


def test_the_characters_changed_are_those_of_the_places_treated(folder: Path) -> None:
    own = folder / "copy" / ".privacy-audit"
    places = set()
    for line in lines_of(own / "operations.jsonl"):
        if line["record_uri"] == "a.txt":
            places.update(range(line["location"]["start"], line["location"]["end"]))
    told = [line["changed"]["characters"] for line in lines_of(own / "parts" / "000000000.jsonl") if "changed" in line]
    assert told == [[len(places), len(LETTER)]]


def _raise(value: Any, *keys: str | int) -> None:
    for key in keys[:-1]:
        value = value[key]
    value[keys[-1]] += 1
