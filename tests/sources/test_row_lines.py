"""Rows of tables and the lines they stand on."""

from __future__ import annotations

import csv
import io
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.sources.row_lines import row_lines


@pytest.mark.parametrize(
    ("name", "content", "rows"),
    [
        ("a.csv", "id,nom\n1,x\n2,y\n", [("header", 1, 1), ("0", 2, 2), ("1", 3, 3)]),
        ("a.csv", "id,nom\n\n1,x\n", [("header", 1, 1), ("0", 3, 3)]),
        ("a.csv", "1,123456\n2,y\n", [("0", 1, 1), ("1", 2, 2)]),
        ("a.csv", 'id,nom\r\n1,"x\r\ny"\r\n2,z', [("header", 1, 1), ("0", 2, 3), ("1", 4, 4)]),
        ("a.tsv", "id\tnom\n1\tx\n", [("header", 1, 1), ("0", 2, 2)]),
        ("a.csv", 'id,nom\n1,"never closed\n2,x\n', [("header", 1, 1)]),
        ("a.jsonl", '{}\n\n{"a": 1}\n', [("0", 1, 1), ("1", 3, 3)]),
        ("a.json", "{}", []),
    ],
)
def test_each_row_has_its_first_line_and_its_last(
    tmp_path: Path, name: str, content: str, rows: list[tuple[str, int, int]]
) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode())
    assert list(row_lines(path)) == rows


@settings(max_examples=30)
@given(cells=st.lists(st.text('ab\n", é', min_size=1, max_size=6), min_size=1, max_size=6))
def test_rows_follow_each_other_without_a_gap(tmp_path_factory: pytest.TempPathFactory, cells: list[str]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([["id", "texte"], *([str(n), cell] for n, cell in enumerate(cells))])
    path = tmp_path_factory.mktemp("rows") / "a.csv"
    path.write_bytes(out.getvalue().encode())
    rows = list(row_lines(path))
    assert [row for row, _, _ in rows] == ["header", *map(str, range(len(cells)))]
    assert rows[-1][2] == out.getvalue().count("\n")
    assert all(first == before[2] + 1 for before, (_, first, _) in pairwise(rows))
