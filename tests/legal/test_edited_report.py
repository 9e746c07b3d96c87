"""A report read back from a file may have been edited by hand: it is taken whole or refused with a reason."""

from __future__ import annotations

import contextlib
import copy
import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest

from privacy_audit.report import json as json_format
from tests.report.samples import audit, rendered

WHOLE = json.loads(json_format.render(audit()))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a JSON value."""
    if path:
        yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


def changed(path: tuple[Any, ...], new: Any, *, drop: bool = False) -> str:
    value = copy.deepcopy(WHOLE)
    parent = value
    for key in path[:-1]:
        parent = parent[key]
    if drop:
        del parent[path[-1]]
    else:
        parent[path[-1]] = new
    return json.dumps(value)


NEW = [None, "x", -1, 7, 1.5, True, [], {}, ["x"], {"x": {}}, float("nan"), 10**400]


@pytest.mark.parametrize(("offset", "new"), enumerate(NEW), ids=lambda value: str(value)[:10])
def test_wherever_a_value_is_replaced_the_report_still_renders_or_is_refused(offset: int, new: Any) -> None:
    taken = []
    for path in list(places(WHOLE))[offset % 7 :: 7]:  # a value sees every seventh place: all of them see all
        with contextlib.suppress(ValueError):
            taken.append(json_format.parse(changed(path, new)))
    formats = itertools.cycle(["markdown", "pia", "edpb-dpia", "croissant"])
    for name, report in zip(formats, taken[:: 1 + len(taken) // 4], strict=False):
        rendered(name, report, "fr")
    for report in taken[-1:]:
        rendered("html", report, "fr")


def test_wherever_a_key_is_taken_out_the_report_is_refused_or_still_whole() -> None:
    for path in places(WHOLE):
        try:
            json_format.parse(changed(path, None, drop=True))
        except ValueError:
            continue
        assert isinstance(path[-1], int) or path[-2] in {
            "by_kind", "counts", "by_reason", "left_out", "scanners", "models", "rows_by_k", "residual",
        }, path  # fmt: skip


@pytest.mark.parametrize(
    ("path", "new", "message"),
    [
        (("coverage", "complete"), "4", "coverage.complete: got str, expected a whole number of 0 or more"),
        (("entities", 0, "count"), -3, r"entities\[0\].count: got -3, expected a whole number"),
        (("files", 0, "level"), 9, r"files\[0\].level: got 9, expected one of 0, 1, 2, 3, 4"),
        (("exposures", 0, "cnil_type"), "x", r"exposures\[0\].cnil_type: got 'x', expected one of courante"),
        (("schema_version",), 1, "schema_version: got 1, this version reads 2"),
        (("names",), ["x"], "names: unknown key"),
    ],
)
def test_a_refusal_names_the_place_what_was_got_and_what_was_expected(path: Any, new: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        json_format.parse(changed(path, new))


def test_what_nests_too_deeply_is_refused() -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        json_format.parse("[" * 100_000)
