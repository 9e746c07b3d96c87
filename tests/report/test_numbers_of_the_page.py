"""No number of a page is made on the way: each is a figure of the report or of its charts, or a sum that is named here."""

from __future__ import annotations

import dataclasses
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from privacy_audit.legal.catalogue import legal_row
from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.links_report import Grouped, Linking, NearDuplicates, Repeated
from privacy_audit.legal.strings import LANGUAGES, Language
from privacy_audit.report import html, markdown
from privacy_audit.report._charts import charts_of, folders
from privacy_audit.types import BoundingBox, Confidence, Detection, Finding, Segment, finding_to_dict
from tests.report.recomputing import CNIL_TYPES
from tests.report.samples import audit, rendered

FIRST = 10_007
BOUNDED = re.compile(
    r"schema_version|.*\.(level|identification|prejudice|share)|context\..*|tool\.duration_s|coverage\.videos\.duration_s"
    r"|entities.*\.duration_s|treatment\.changed\..*|dataset\.n_bytes"
)
"""Numbers with bounds of their own, and those that the page shows in another unit: checked in other tests."""


def told_apart(report: ExposureReport) -> ExposureReport:
    """The same report with a number of its own, of five digits or more, in the place of every count."""
    numbers = iter(range(FIRST, 10 * FIRST))

    def renumbered(value: Any, at: str = "") -> Any:
        if isinstance(value, Mapping):
            return {key: renumbered(item, f"{at}.{key}".strip(".")) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [renumbered(item, at) for item in value]
        count = isinstance(value, int) and not isinstance(value, bool) and not BOUNDED.fullmatch(at)
        return next(numbers) if count else value

    return ExposureReport.from_dict(renumbered(report.to_dict()))


def counts(value: Any) -> Iterator[int]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from counts(item)
    elif isinstance(value, int) and value >= FIRST:
        yield value


def named_sums(report: ExposureReport) -> dict[str, int]:
    """What readers are told beside the figures themselves."""
    covered, people = report.coverage, report.people
    entities = {entity.entity_type: entity.count for entity in report.entities}
    sums = {
        "all files": covered.complete + covered.partial + covered.unscanned,
        "files not read, or in part": covered.partial + covered.unscanned,
        "findings": sum(entities.values()),
        "files with findings": len(report.files) + report.other_files,
        "values told apart": sum(entity.distinct or 0 for entity in report.entities),
        "texts and tables": report.dataset.by_kind["text"] + report.dataset.by_kind["table"],
        "records that repeat": sum(report.duplicates.clusters.values()) if report.duplicates else 0,
    }
    sums |= {f"findings of {file.uri}": sum(file.counts.values()) for file in report.files}
    by_folder: dict[tuple[str, str], int] = Counter()
    for file in report.files:
        for kind, n in file.counts.items():
            by_folder[file.uri.rpartition("/")[0], legal_row(kind).cnil_type] += n
    sums |= {f"findings in {folder!r}, {cnil_type}": n for (folder, cnil_type), n in by_folder.items()}
    if report.linking and report.linking.faces and report.linking.voices:
        low = {entity.entity_type: entity.low for entity in report.entities}
        sums["faces at most"] = min(people.faces, report.linking.faces.most + low["FACE"])
        voices = report.linking.voices.most + low.get("SPEAKER", 0) + people.not_told_apart
        sums["voices at most"] = min(people.speakers, voices)
    if report.treatment:
        done = Counter[str]()
        for item in report.treatment.operations:
            done[item.entity_type] += item.count
        sums |= {f"{kind} left": n - done[kind] for kind, n in entities.items()}
    return sums


def shown_in(page: str) -> set[int]:
    """Numbers of five digits or more, in text or in what is read out instead of a chart; no style and no drawing."""
    page = re.sub(r"<style.*?</style>|<script.*?</script>", "", page, flags=re.DOTALL)
    texts = [*re.findall(r'aria-label="([^"]*)"', page), re.sub(r"<[^>]*>", " | ", page)]
    found = re.findall(r"(?<![\d.,\u202f])\d{1,3}(?:[,\u202f]\d{3})+(?![\d\u202f])|(?<!\d)\d{5,}", " | ".join(texts))
    return {int(re.sub(r"\D", "", number)) for number in found}


DUPLICATES = NearDuplicates(
    compared={"text": 9, "picture": 9, "audio": 9},
    not_compared=9,
    repeated={"text": 9, "picture": 9, "audio": 9},
    clusters={"text": 9, "picture": 9, "audio": 9},
    by_size={"2": 9, "3-9": 9, "10-99": 9, "100+": 9},
    top=(Repeated("text", 9, ("a.csv#row=1", "b.txt")), Repeated("picture", 9, ("x.jpg", "y.png"))),
    others=9,
)
LINKED = Linking("consent", Grouped(9, 9, 9, 9, 9), Grouped(9, 9, 9, 9, 9))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("linking", [None, LINKED])
def test_every_number_is_a_figure_of_the_report_or_a_named_sum(language: Language, linking: Linking | None) -> None:
    report = told_apart(dataclasses.replace(audit(), duplicates=DUPLICATES, linking=linking))
    fixed = shown_in(html.render(audit(), language))  # laws, dates, measured rates
    known = {*counts(report.to_dict()), *named_sums(report).values(), *fixed}
    for name, page in (("html", html.render(report, language)), ("markdown", markdown.render(report, language))):
        shown = shown_in(page)
        assert shown - known == set(), (name, named_sums(report))
        assert len(shown) > 60


@pytest.mark.parametrize("name", ["edpb-dpia", "cnil-sheet", "hf-card", "register", "ai-act"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_forms_show_no_other_number(name: str, language: Language) -> None:
    report = told_apart(dataclasses.replace(audit(), duplicates=DUPLICATES, linking=LINKED))
    fixed = shown_in(rendered(name, audit(), language))
    shown = shown_in(rendered(name, report, language)) - fixed
    assert shown <= {*counts(report.to_dict()), *named_sums(report).values()}
    assert shown


def test_a_number_made_on_the_way_is_noticed() -> None:
    report = told_apart(audit())
    known = {*counts(report.to_dict()), *named_sums(report).values()}
    page = html.render(report, "fr").replace("</h1>", f" {report.people.upper + report.people.lower} personnes</h1>")
    assert shown_in(page) - known - shown_in(html.render(audit(), "fr"))


def _heard(draw: random.Random, n: int) -> list[dict[str, Any]]:
    lines = []
    for number in range(n):
        file = f"{number % 30}.wav"
        start = round(draw.uniform(0, 60), 2)
        segment = Segment(start, round(start + draw.uniform(0.1, 9), 2))
        kind = draw.choice(["VOICE", "VOICE", "SPEAKER", "PERSON"])
        lines.append(Finding(file, "audio_x", Detection(kind, segment, 1.0, Confidence.HIGH), None))
        side_px = draw.choice([15, 16, 31, 32, 63, 64, 127, 128, 255, 256, 900])
        face = Detection("FACE", BoundingBox(3, 4, 3 + side_px // 2, 4 + side_px), 1.0, Confidence.LOW)
        lines.append(Finding(f"{number}.jpg", "image_faces", face, None))
    return [finding_to_dict(line) for line in lines]


@pytest.mark.parametrize("seed", range(3))
def test_the_figures_of_the_charts_are_those_of_the_findings(seed: int) -> None:
    lines = _heard(random.Random(seed), 200)
    charts = charts_of(lines)
    px = [line["location"]["y_max"] - 4 for line in lines if line["entity_type"] == "FACE"]
    borders = [(0, 15), (16, 31), (32, 63), (64, 127), (128, 255), (256, 10**9)]
    assert charts.face_heights == tuple(sum(low <= n <= high for n in px) for low, high in borders)
    files: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        if line["location"]["kind"] == "segment":
            files[line["record_uri"]].append(line)
    assert charts.other_recordings == len(files) - len(charts.timelines)
    assert len(charts.timelines) == 20
    speech_s = {file: _ticks(own) for file, own in files.items()}
    for shown in charts.timelines:
        own = files[shown.file]
        assert shown.end_s == max(line["location"]["end"] for line in own)
        assert len(shown.voices) == sum(line["entity_type"] == "VOICE" for line in own)
        assert len(shown.said) == sum(line["entity_type"] == "PERSON" for line in own)
        assert shown.voice_s == pytest.approx(speech_s[shown.file], abs=0.011 * len(own))
    assert {field.name for field in dataclasses.fields(charts)} == {"face_heights", "timelines", "other_recordings"}


def _ticks(lines: Sequence[Mapping[str, Any]]) -> float:
    """Hundredths of a second in which somebody speaks, counted one by one."""
    spoken = set()
    for line in lines:
        if line["entity_type"] == "VOICE":
            place = line["location"]
            spoken.update(range(round(100 * place["start"]), round(100 * place["end"])))
    return len(spoken) / 100


def test_the_folders_add_up_to_the_files() -> None:
    report = told_apart(audit("x/a.txt"))
    found = {folder.name: folder for folder in folders(report)}
    for name, folder in found.items():
        files = [file for file in report.files if file.uri.rpartition("/")[0] == name]
        assert (folder.files, folder.level) == (len(files), max(file.level for file in files))
        for cnil_type, n in zip(CNIL_TYPES, folder.by_type, strict=True):
            assert n == sum(c for f in files for kind, c in f.counts.items() if legal_row(kind).cnil_type == cnil_type)
