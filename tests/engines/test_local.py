"""Several processes: every task gets its answer, and a process that dies takes one task with it, told apart."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from privacy_audit.engines.local import default_jobs, run
from privacy_audit.pipeline import WorkerDied
from privacy_audit.pipeline.engine import still_working
from privacy_audit.recipe import EngineOptions
from privacy_audit.types import Reason


def squares() -> Callable[[int], int]:
    return lambda number: number * number


def mortal(dies_at: int) -> Callable[[int], int]:
    def handle(number: int) -> int:
        if number == dies_at:
            os._exit(7)
        return number

    return handle


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_task_gets_its_answer_once(jobs: int) -> None:
    assert sorted(run(range(10), squares, (), jobs)) == [(number, number * number) for number in range(10)]


def test_a_process_that_dies_costs_its_own_task_only() -> None:
    results = dict(run(range(6), mortal, (3,), 2))
    assert results.pop(3) == WorkerDied(7)
    assert results == {number: number for number in (0, 1, 2, 4, 5)}


def test_no_task_starts_no_process() -> None:
    assert list(run([], squares, (), 2)) == []


def failing(message: str) -> Callable[[int], int]:
    def handle(number: int) -> int:
        if number == 1:
            raise ValueError(message)
        return number

    return handle


def test_an_error_in_a_process_costs_one_task_and_prints_nothing_of_it(capfd: pytest.CaptureFixture[str]) -> None:
    results = dict(run(range(3), failing, ("camille.durand@courriel-invente.fr",), 2))
    assert results == {0: 0, 1: WorkerDied(1), 2: 2}
    assert capfd.readouterr().err == ""


def sleeping() -> Callable[[int], int]:
    def handle(number: int) -> int:
        time.sleep(60 if number else 0)
        return os.getpid()

    return handle


def test_leaving_early_ends_the_processes_whatever_they_are_doing() -> None:
    results = run(range(3), sleeping, (), 2)
    _, pid = next(results)
    started_s = time.monotonic()
    results.close()
    assert time.monotonic() - started_s < 10
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def unsteady(kind: str, folder: str) -> Callable[[int], int]:
    """Task 2 comes to no end, or holds too much memory; ``steady`` takes as long, and says that it goes on."""
    held = []

    def handle(number: int) -> int:
        if number == 2:
            Path(tempfile.gettempdir(), "unpacked").write_text("of somebody")
            assert Path(tempfile.gettempdir()).is_relative_to(folder)
            for _ in range(15):
                time.sleep(0.1)
                if kind == "memory":
                    held.append(bytearray(b"x" * 20_000_000))
                elif kind == "steady":
                    still_working()
        return number

    return handle


@pytest.mark.parametrize(
    ("kind", "limits", "told"),
    [
        ("time", EngineOptions(max_record_duration_s=1), (Reason.TIMEOUT, "one record took more than 1 s")),
        ("steady", EngineOptions(max_record_duration_s=1), None),
        ("memory", EngineOptions(max_process_bytes=250_000_000), (Reason.MEMORY, "held more than 250000000 bytes")),
    ],
)
def test_a_task_past_a_limit_is_ended_and_told_and_costs_no_other(
    kind: str, limits: EngineOptions, told: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    results = dict(run(range(6), unsteady, (kind, str(tmp_path)), 1, limits))
    result = results.pop(2)
    assert results == {number: number for number in (0, 1, 3, 4, 5)}
    if told is None:
        assert result == 2
    else:
        assert result.limit is told[0]
        assert told[1] in result.detail
    assert list(tmp_path.iterdir()) == []


def terminated() -> Callable[[int], int]:
    def handle(number: int) -> int:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        return number

    return handle


def test_a_signal_to_the_whole_group_stops_no_process_before_the_one_that_leads() -> None:
    assert sorted(run(range(3), terminated, (), 1)) == [(number, number) for number in range(3)]


def test_many_small_tasks_travel_together_and_each_has_its_answer() -> None:
    started_s = time.monotonic()
    assert sorted(run(range(3_000), squares, (), 2)) == [(number, number * number) for number in range(3_000)]
    assert time.monotonic() - started_s < 30


def test_tasks_are_taken_as_they_are_needed() -> None:
    taken: list[int] = []

    def tasks() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    results = run(tasks(), squares, (), 2)
    next(results)
    results.close()
    assert len(taken) <= 4


def test_there_is_at_least_one_process_for_this_machine() -> None:
    assert default_jobs() >= 1
