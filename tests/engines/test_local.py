"""Several processes: every task gets its answer, and a process that dies takes one task with it, told apart."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from privacy_audit.engines.local import run
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
