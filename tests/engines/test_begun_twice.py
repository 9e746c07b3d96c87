"""An engine may begin a task twice, where a process was lost after its work was done: nothing is told twice or lost."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import Any

import pytest

from privacy_audit import anonymize, scan
from privacy_audit.fingerprint import KEY_VARIABLE
from privacy_audit.pipeline import in_process
from privacy_audit.recipe import Recipe

RECIPE = Recipe("twice", scanners={"text_patterns": {}, "file_names": {}}, operators={"text_label": {}})


def twice(
    tasks: Iterable[Any], setup: Callable[..., Callable[[Any], Any]], arguments: tuple[Any, ...]
) -> Generator[tuple[Any, Any], None, None]:
    handle = setup(*arguments)
    for task in tasks:
        handle(task)
        yield task, handle(task)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(KEY_VARIABLE, "a key kept for these tests")
    folder = tmp_path / "data"
    folder.mkdir()
    for number in range(3):
        text = f"écrire à camille.durand{number}@courriel-invente.fr\n"
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    (folder / "empty.txt").touch()
    return folder


def test_a_scan_finds_the_same(data: Path, tmp_path: Path) -> None:
    reports = [scan([data], tmp_path / engine.__name__, RECIPE, engine=engine) for engine in (in_process, twice)]
    one, two = ((tmp_path / name / "findings.jsonl").read_bytes() for name in ("in_process", "twice"))
    assert one == two
    assert reports[0].coverage == reports[1].coverage


def test_a_treated_copy_is_the_same(data: Path, tmp_path: Path) -> None:
    reports = [anonymize(data, tmp_path / engine.__name__, RECIPE, engine=engine) for engine in (in_process, twice)]
    one, two = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for pattern in ("*.txt", ".privacy-audit/*.jsonl")
            for path in (tmp_path / name).glob(pattern)
        }
        for name in ("in_process", "twice")
    )
    assert one == two
    assert len(one) == 3 + 2
    assert reports[0].treatment == reports[1].treatment
