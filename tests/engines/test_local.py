"""Several processes: every task gets its answer, and a process that dies takes one task with it, told apart."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

import pytest

from privacy_audit.engines.local import default_jobs, run
from privacy_audit.pipeline import WorkerDied


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
