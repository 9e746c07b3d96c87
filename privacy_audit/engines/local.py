"""Several processes on this machine. They share nothing; one that dies costs one task, which is told apart.

A pool of the standard library either hangs (``multiprocessing.Pool``) or loses every running task
(``ProcessPoolExecutor``) when one process is killed, so each process has its own pipe here.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Any, TypeAlias

from privacy_audit.pipeline import WorkerDied

__all__ = ["default_jobs", "run"]

_Setup: TypeAlias = Callable[..., Callable[[Any], Any]]


def default_jobs() -> int:
    """One process per core that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(
    tasks: Iterable[Any], setup: _Setup, arguments: tuple[Any, ...], jobs: int
) -> Generator[tuple[Any, Any], None, None]:
    """``setup(*arguments)`` in each process gives the function that handles tasks; results come as they are ready.

    ``setup``, its arguments, tasks and results must be picklable. Leaving the loop early ends the processes.
    """
    workers: list[_Worker] = []
    try:
        for task in tasks:
            if len(workers) < jobs:
                workers.append(_Worker(setup, arguments))
            while all(not worker.idle for worker in workers):
                yield from _collect(workers)
            next(worker for worker in workers if worker.idle).give(task)
        while any(not worker.idle for worker in workers):
            yield from _collect(workers)
    finally:
        for worker in workers:
            worker.end()


def _collect(workers: list[_Worker]) -> Iterator[tuple[Any, Any]]:
    """Wait until at least one process has answered or died, and give every result that is there."""
    busy: dict[Any, _Worker] = {worker.connection: worker for worker in workers if not worker.idle}
    for connection in wait(list(busy)):
        yield busy[connection].take()


class _Worker:
    """One process and the task it holds."""

    def __init__(self, setup: _Setup, arguments: tuple[Any, ...]) -> None:
        self._setup, self._arguments = setup, arguments
        self._task: Any = None
        self.idle = True
        self._start()

    def give(self, task: Any) -> None:
        """Hand over one task; a process that died while it was idle is replaced first."""
        self._task, self.idle = task, False
        try:
            self.connection.send(task)
        except OSError:
            self._restart()
            self.connection.send(task)

    def take(self) -> tuple[Any, Any]:
        """The task held and its result; a process that died is replaced."""
        task, self._task, self.idle = self._task, None, True
        try:
            return task, self.connection.recv()
        except (EOFError, OSError):
            self._process.join(timeout=5)
            exit_code = self._process.exitcode
            self._restart()
            return task, WorkerDied(exit_code)

    def end(self) -> None:
        """Stop the process, whatever it is doing."""
        self.connection.close()
        self._process.terminate()
        self._process.join(timeout=5)

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")  # fork copies threads' locks in a state nobody can open
        self.connection, far_end = context.Pipe()
        self._process = context.Process(target=_serve, args=(far_end, self._setup, self._arguments), daemon=True)
        self._process.start()
        far_end.close()

    def _restart(self) -> None:
        self.end()
        self._start()


def _serve(connection: Connection, setup: _Setup, arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when Ctrl-C is pressed
    handle = setup(*arguments)
    while True:
        try:
            task = connection.recv()
        except (EOFError, OSError):
            return
        try:
            result = handle(task)
        except Exception:  # a traceback on stderr could quote the content
            sys.exit(1)
        connection.send(result)
