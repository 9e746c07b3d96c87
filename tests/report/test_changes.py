from __future__ import annotations

import dataclasses
import json
import random
from collections import Counter
from typing import Any

import jsonschema
import pytest

from privacy_audit.legal.exposure import ExposureReport
from privacy_audit.legal.strings import LANGUAGES, Language, strings
from privacy_audit.report import _changes, html, markdown, terminal_text
from privacy_audit.report import json as json_format
from privacy_audit.report._comparison import Change, Comparison, compare
from privacy_audit.report._places import Place
from privacy_audit.report._places import places as places_of
from privacy_audit.types import Confidence, Detection, Finding, TextSpan, finding_to_dict
from tests.report.samples import audit

TODAY = audit()
LESS = dataclasses.replace(TODAY, entities=TODAY.entities[1:])


def places(**counts: int) -> list[Place]:
    """``a__PERSON=3``: three names in a."""
    found = []
    for key, n in counts.items():
        file, kind = key.split("__")
        place = Place(file, kind)
        place.by_confidence[Confidence.HIGH] = n
        found.append(place)
    return found


def compared(before: ExposureReport = LESS, now: ExposureReport = TODAY) -> Comparison:
    return compare(
        before, now, places(a__PERSON=3, b__PERSON=1, c__FACE=2), places(a__PERSON=1, b__PERSON=4, c__FACE=2)
    )


def test_the_same_audit_twice_has_no_change() -> None:
    assert _changes.rows(TODAY, TODAY, strings("en")) == []
    same = compare(TODAY, TODAY, places(a__PERSON=3), places(a__PERSON=3))
    assert (same.files, same.same_files) == ((), 1)
    assert same.kinds == (Change("PERSON", 3, 3, 0, 0),)


def test_what_is_new_and_what_is_gone_are_told_with_their_figures() -> None:
    first = TODAY.entities[0]
    assert _changes.rows(LESS, TODAY, strings("en"))[0][1:] == ("0", str(first.count), f"+{first.count} (new)")
    assert _changes.rows(TODAY, LESS, strings("en"))[0][3] == f"−{first.count} (no longer detected)"


def test_new_gone_and_same_are_counted_file_by_file() -> None:
    found = compared()
    assert found.kinds == (Change("PERSON", 4, 5, 3, 2), Change("FACE", 2, 2, 0, 0))
    assert found.files == (Change("b", 1, 4, 3, 0), Change("a", 3, 1, 0, 2))
    assert found.same_files == 1
    assert [change.same for change in found.kinds] == [2, 2]


def test_without_findings_kinds_are_compared_by_their_sums_and_files_are_not() -> None:
    found = compare(LESS, TODAY)
    assert not found.by_file
    assert found.files == ()
    assert {change.name: change.new for change in found.kinds if change.new} == {
        TODAY.entities[0].entity_type: TODAY.entities[0].count
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_document_and_terminal_show_the_changes_with_a_caution(language: Language) -> None:
    t = strings(language)
    for render in (html.render, markdown.render, terminal_text.render):
        text = " ".join(render(TODAY, language, comparison=compared()).split())
        for key in (
            "changes_caveat",
            "changes_found_new",
            "changes_found_gone",
            "changes_found_same",
            "changes_counted",
        ):
            assert " ".join(t(key).split()) in text, (render, key)


def test_the_json_of_a_comparison_holds_it_and_is_still_a_report() -> None:
    text = json_format.render(TODAY, compared())
    assert json.loads(text)["changes"]["files"][0] == {
        "name": "b",
        "before": 1,
        "now": 4,
        "new": 3,
        "gone": 0,
        "same": 1,
    }
    jsonschema.validate(json.loads(text), json_format.schema())
    assert json_format.parse(text) == json_format.parse(json_format.render(TODAY))


@pytest.mark.parametrize("seed", range(3))
def test_every_figure_of_a_comparison_is_counted_again_from_both_lists_of_findings(seed: int) -> None:
    draw = random.Random(seed)
    old, new = (
        [_line(f"{draw.randrange(9)}#x.csv", draw.choice(["PERSON", "IBAN_CODE", "FACE"])) for _ in range(60)]
        for _ in range(2)
    )
    told = compare(TODAY, TODAY, places_of(old), places_of(new)).to_dict()
    before, now = (Counter((line["entity_type"], _file(line)) for line in lines) for lines in (old, new))
    more, less, both = now - before, before - now, before & now

    def counted(part: int, name: str) -> dict[str, int]:
        parts = {"before": before, "now": now, "new": more, "gone": less, "same": both}
        return {key: sum(n for at, n in part_of.items() if at[part] == name) for key, part_of in parts.items()}

    for row in told["kinds"]:
        assert row == {"name": row["name"], **counted(0, row["name"])}
    for row in told["files"]:
        assert row == {"name": row["name"], **counted(1, row["name"])}
    files = {file for _, file in {*before, *now}}
    changed = {file for _, file in {*more, *less}}
    assert {row["name"] for row in told["kinds"]} == {kind for kind, _ in {*before, *now}}
    assert {row["name"] for row in told["files"]} == changed
    assert (told["other_files"], told["same_files"]) == (0, len(files - changed))


def _line(file: str, kind: str) -> dict[str, Any]:
    detection = Detection(kind, TextSpan(0, 1), 1.0, Confidence.HIGH)
    return finding_to_dict(Finding(f"{file}#row=1&column=a", "text_all", detection))


def _file(line: dict[str, Any]) -> str:
    return str(line["record_uri"]).removesuffix("#row=1&column=a")
