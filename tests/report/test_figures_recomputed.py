"""Every figure of an audit can be recomputed from what lies beside its report, with nothing of the code that counted it.

The report is walked mechanically: a number that no recomputation claims makes these tests fail.
"""

from __future__ import annotations

import copy
import dataclasses
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PIL import Image

from privacy_audit import pipeline
from privacy_audit.fingerprint import KEY_VARIABLE
from privacy_audit.legal.context import Context
from privacy_audit.legal.exposure import ExposureBuilder, ToolInfo, file_of
from privacy_audit.linking.collecting import Templates
from privacy_audit.linking.people import LinkTally
from privacy_audit.pipeline.merging import merge
from privacy_audit.recipe import load_recipe, parse_recipe
from privacy_audit.types import Confidence, Detection, Finding, Scanned, Segment, TextSpan, finding_to_dict
from tests.report.recomputing import Audit, Line, figures

NOT_RECOMPUTED = {
    r"schema_version": "the version of the form of the file",
    r"tool\.duration_s": "the clock of the run",
    r"tool\.files_reused\..+": "how often an earlier run was drawn on; files_read is recomputed",
    r"context\..+": "what the controller declared, not found",
}
"""Numbers that are no figure of what was found, each with the reason."""


def leaves(value: object, at: str = "") -> Iterator[tuple[str, float | None]]:
    """Every number and yes or no with its path, and the length of every list of objects."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from leaves(item, f"{at}.{key}" if at else str(key))
    elif isinstance(value, list | tuple):
        if not value or isinstance(value[0], Mapping):
            yield f"{at}.#", len(value)
        for number, item in enumerate(value):
            yield from leaves(item, f"{at}[{number}]")
    elif isinstance(value, int | float):
        yield at, value


def differences(report: Mapping[str, Any], audit: Audit, more: Mapping[str, Any] | None = None) -> list[str]:
    """Figures that are not what the evidence says, or that nothing recomputes. ``more``: recomputed elsewhere."""
    expected, shown = dict(leaves({**figures(audit), **(more or {})})), dict(leaves(report))
    found = [f"{at}: not shown" for at, value in expected.items() if value and at not in shown]
    for at, value in shown.items():
        if any(re.fullmatch(pattern, at) for pattern in NOT_RECOMPUTED):
            continue
        # a list of texts that is empty looks like one of objects
        if at not in expected and not (at.endswith(".#") and value == 0):
            found.append(f"{at}: {value}, recomputed by nothing")
        elif at in expected and value != pytest.approx(expected[at], abs=1e-9):
            found.append(f"{at}: {value}, recomputed {expected[at]}")
    return found


LETTER = (
    "Camille Durand, camille.durand@courriel-invente.fr, 06 12 34 56 78, demande un rendez-vous la semaine prochaine"
)
RECIPE = """
name: tout
near_duplicates: true
linking: {voices: true, basis: essai déclaré}
exclude: ["*.py"]
scanners: {file_names: , text_patterns: , text_names: , text_special_categories: , table_columns: ,
           table_uniqueness: , image_metadata: , audio_speech: , audio_speakers: , audio_tags: }
"""


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An audit with something of every kind: repeats, voices compared, what cannot be read, what is left out."""
    tmp_path = tmp_path_factory.mktemp("audited")
    data = tmp_path / "data"
    data.mkdir()
    (data / "camille_durand.txt").write_text(LETTER)
    (data / "again#1.txt").write_text(LETTER.replace("la semaine", "cette semaine"))
    (data / "b.txt").write_text("contact@courriel-invente.fr ; Luc Martin est diabétique. NIR 1 85 05 78 006 084 91")
    (data / "short.txt").write_text("06 39 98 12 45")
    rows = "".join(f"Personne{n},{20 + n // 2 * 2},7500{min(n, 4)}\n" for n in range(15))
    (data / "c.csv").write_text(f"nom,age,code_postal\n{rows}")
    (data / "broken.txt").write_bytes(b"\xff\xfe\x00")
    (data / "empty.wav").write_bytes(b"")
    (data / "open.jsonl").write_text('{"t": "06 39 98 12 45"}\n{"t": ')
    (data / "left.py").write_text("x = 1")
    exif = Image.Exif()
    exif[315] = "Camille Durand"
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8))
    for name in ("x.jpg", "y.jpg"):
        picture.save(data / name, exif=exif)
    sample = Path(__file__).parents[2] / "sample_data" / "audio"
    for name in ("conversation.flac", "bread_fr.flac"):
        samples, rate_hz = soundfile.read(sample / name, dtype="float32")
        soundfile.write(data / f"{name[:-5]}.wav", samples, rate_hz)
    soundfile.write(data / "brief.wav", samples[int(0.6 * rate_hz) : int(2.4 * rate_hz)], rate_hz)
    recipe = parse_recipe(RECIPE, "here")
    context = Context(purpose="essai", access="internal", dpia_criteria=(8,))
    pipeline.scan([data], tmp_path / "audit", recipe, context=context)
    return tmp_path


def evidence(folder: Path) -> Audit:
    names = [path.name for path in (folder / "data").iterdir()]
    return Audit.read(folder / "audit", {"*.py": sum(fnmatch(name, "*.py") for name in names)})


def written(folder: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((folder / "audit" / "report.json").read_text())
    return value


def test_every_figure_of_a_report_is_what_its_evidence_says(audited: Path) -> None:
    report = written(audited)
    assert differences(report, evidence(audited)) == []
    shown = dict(leaves(report))
    # the audit is one in which these figures say something
    for at in ("duplicates.repeated.text", "duplicates.repeated.picture", "duplicates.not_compared",
               "linking.voices.compared", "unique_rows.#", "coverage.by_reason.EMPTY",
               "coverage.left_out.*.py", "linkage.special_linked", "people.speakers"):  # fmt: skip
        assert shown[at], at
    assert (shown["coverage.partial"], shown["coverage.unscanned"]) == (1, 2)


def test_the_evidence_agrees_with_the_files_themselves(audited: Path) -> None:
    kept = [path for path in (audited / "data").iterdir() if path.suffix != ".py"]
    assert {line["file"]: line["size_bytes"] for line in evidence(audited).files} == {
        path.name: path.stat().st_size for path in kept
    }
    _, *rows = [line.split(",") for line in (audited / "data" / "c.csv").read_text().split()]
    shared = Counter((age, postcode) for _, age, postcode in rows)
    k = [shared[age, postcode] for _, age, postcode in rows]
    assert [table["rows_by_k"] for table in written(audited)["unique_rows"]] == [
        {"1": sum(n == 1 for n in k), "2-4": sum(1 < n < 5 for n in k), "5-9": sum(4 < n < 10 for n in k), "10+": 0}
    ]
    assert len(set(k)) > 1


def test_the_file_of_a_finding_is_one_of_the_files_met(audited: Path) -> None:
    audit = evidence(audited)
    assert all(file_of(line["record_uri"]) == audit.file_of(line) for line in audit.findings)


def test_any_figure_that_is_changed_is_noticed(audited: Path) -> None:
    """Every one of them, one after the other."""
    report, audit = written(audited), copy.copy(evidence(audited))
    expected = figures(audit)
    checked = [at for at, _ in leaves(report) if not any(re.fullmatch(name, at) for name in NOT_RECOMPUTED)]
    unnoticed = []
    for at in checked:
        if at.endswith(".#"):
            continue
        other = copy.deepcopy(report)
        _add_one(other, at)
        if not _differs(other, expected):
            unnoticed.append(at)
    assert unnoticed == []
    assert len(checked) > 150


def test_a_figure_that_nobody_recomputes_is_noticed(audited: Path) -> None:
    report = written(audited)
    report["people"]["likeliest"] = 7
    assert differences(report, evidence(audited)) == ["people.likeliest: 7, recomputed by nothing"]
    report = written(audited)
    del report["people"]["upper"]
    assert differences(report, evidence(audited)) == ["people.upper: not shown"]


def _differs(report: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    wanted = dict(leaves(expected))
    return any(value != pytest.approx(wanted[at], abs=1e-9) for at, value in leaves(report) if at in wanted)


def _add_one(report: dict[str, Any], at: str) -> None:
    found = [place for place in _places(report) if place[0] == at]
    assert len(found) == 1, at
    _, holder, key = found[0]
    holder[key] = not holder[key] if isinstance(holder[key], bool) else holder[key] + 1


def _places(value: Any, at: str = "") -> Iterator[tuple[str, Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        here = f"{at}[{key}]" if isinstance(value, list) else f"{at}.{key}" if at else str(key)
        if isinstance(item, int | float):
            yield here, value, key
        yield from _places(item, here)


def test_a_second_run_that_reads_nothing_shows_the_same_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "0123456789abcdef")
    data = tmp_path / "data"
    data.mkdir()
    for name in ("a.txt", "b.txt"):
        (data / name).write_text(LETTER)
    recipe = parse_recipe("name: t\nnear_duplicates: true\nscanners: {text_patterns: }\n", "t")
    pipeline.scan([data], tmp_path / "audit", recipe)
    pipeline.scan([data], tmp_path / "audit", recipe)
    report = written(tmp_path)
    audit = Audit.read(tmp_path / "audit", {})
    reused = sum(report["tool"]["files_reused"].values())
    assert (report["tool"]["files_read"], reused) == (0, len(audit.files))
    report["tool"]["files_read"] += reused
    assert differences(report, audit) == []
    assert report["duplicates"]["repeated"]["text"] == 2


def test_merged_audits_tell_what_repeats_over_all_of_them_as_one_run_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "0123456789abcdef")
    data = tmp_path / "data"
    data.mkdir()
    for name in ("a.txt", "b.txt", "c.txt"):
        (data / name).write_text(LETTER)
        recipe = parse_recipe("name: t\nnear_duplicates: true\nscanners: {text_patterns: }\n", "t")
        pipeline.scan([data / name], tmp_path / name[0], recipe, root=data)
    merge([tmp_path / "b", tmp_path / "c", tmp_path / "a"], tmp_path / "audit")
    pipeline.scan([data], tmp_path / "whole", recipe, root=data)
    assert (tmp_path / "audit" / "links.jsonl").read_bytes() == (tmp_path / "whole" / "links.jsonl").read_bytes()
    assert differences(written(tmp_path), Audit.read(tmp_path / "audit", {})) == []
    assert written(tmp_path)["duplicates"]["repeated"]["text"] == 3


def test_links_are_no_longer_told_where_they_are_no_longer_asked_for(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.txt").write_text(LETTER)
    asked = parse_recipe("name: t\nnear_duplicates: true\nscanners: {text_patterns: }\n", "t")
    pipeline.scan([tmp_path / "data"], tmp_path / "audit", asked)
    assert (tmp_path / "audit" / "links.jsonl").is_file()
    pipeline.scan([tmp_path / "data"], tmp_path / "audit", load_recipe("pre-commit"))
    assert not (tmp_path / "audit" / "links.jsonl").exists()


def test_the_range_of_voices_and_faces_is_counted_again_from_the_merges() -> None:
    draw = np.random.default_rng(3)
    tally = LinkTally("basis", voices=True, faces=False)
    for number in range(30):
        vector = np.eye(6, 192)[number % 6] + draw.normal(0, 1.1 * 192**-0.5, 192)
        tally.add(Templates(voices=[vector.astype(np.float32)], voices_without=number % 2), f"{number}.wav")
    told = tally.build().voices
    assert told is not None
    lines = list(tally.lines())
    audit = Audit([_speaker(f"{n}.wav") for n in range(30) for _ in range(2)], _covered(30), lines)
    found = figures(audit)["linking"]["voices"]
    assert found == dataclasses.asdict(told)
    assert told.fewest < told.most
    assert not any({"file", "merged_at"} <= line.keys() for line in lines)  # nothing tells which file is in which group


def _speaker(uri: str) -> Line:
    detection = Detection("SPEAKER", Segment(0.0, 1.0), 1.0, Confidence.MEDIUM)
    return finding_to_dict(Finding(uri, "audio_speakers", detection, None))


def _covered(n: int) -> list[Line]:
    return [_file(f"{number}.wav", "audio", {"audio_speakers": 1}) for number in range(n)]


def _file(uri: str, kind: str, scanned: Mapping[str, int]) -> Line:
    return {"file": uri, "kind": kind, "size_bytes": 1, "state": "COMPLETE", "reasons": {}, "scanned": scanned}


@pytest.mark.parametrize("seed", range(5))
def test_the_figures_of_any_findings_are_recomputed(seed: int) -> None:
    draw = random.Random(seed)
    kinds = ["PERSON", "EMAIL_ADDRESS", "FACE", "VOICE", "SPEAKER", "FR_NIR", "HEALTH", "CRIMINAL_OFFENCE", "AGE",
             "CITY", "AUTHOR_METADATA", "CREDENTIAL", "ACME_BADGE"]  # fmt: skip
    builder = ExposureBuilder("data", ToolInfo("0", "2026-11-24"))
    lines: list[Line] = []
    scanned: dict[str, int] = {}
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
            found.append(Finding(uri, f"text_{n}", detection, draw.choice([None, *"abc"])))
        builder.add_outcome(Scanned(uri, f"text_{n}", tuple(found)))
        scanned[f"text_{n}"] = 1
        lines += [finding_to_dict(finding) for finding in found]
    covered = [_file(f"{n}.csv", "table", {name: 1 for name in scanned if int(name[5:]) % 12 == n}) for n in range(12)]
    report = dataclasses.replace(builder.build(), tool=ToolInfo("0", "2026-11-24", files_read=12))
    assert differences(report.to_dict(), Audit(lines, covered)) == []
