"""Several processes on this machine. They share nothing; one that dies costs one task, which is told apart.

A pool of the standard library either hangs (``multiprocessing.Pool``) or loses every running task
(``ProcessPoolExecutor``) when one process is killed, so each process has its own pipe here. A process holds what it can
do in a tenth of a second, at most 32 tasks, so that small files cost no waiting and a large one keeps no other back.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, TypeAlias

from privacy_audit.pipeline.engine import WorkerDied, on_still_working
from privacy_audit.recipe import EngineOptions
from privacy_audit.types import Reason

__all__ = ["default_jobs", "run"]

_Setup: TypeAlias = Callable[..., Callable[[Any], Any]]

_BATCH_S = 0.1
_MAX_BATCH = 32
_LOOK_S = 0.2
"""How often the memory of the processes is looked at."""


def default_jobs() -> int:
    """One process per core that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(
    tasks: Iterable[Any],
    setup: _Setup,
    arguments: tuple[Any, ...],
    jobs: int,
    limits: EngineOptions | None = None,
) -> Generator[tuple[Any, Any], None, None]:
    """``setup(*arguments)`` in each process gives the function that handles tasks; results come as they are ready.

    ``setup``, its arguments, tasks and results must be picklable. Leaving the loop early ends the processes. A process
    that passes one of the ``limits`` is ended. Temporary files of the processes are gone with them.
    """
    limits = limits or EngineOptions()
    source = iter(tasks)
    workers: list[_Worker] = []
    more = True
    with tempfile.TemporaryDirectory(prefix="privacy-audit-") as scratch:
        try:
            while True:
                idle = next((worker for worker in workers if not worker.pending), None)
                if more and (idle or len(workers) < jobs):
                    batch = list(itertools.islice(source, idle.batch_size if idle else 1))
                    more = bool(batch)
                    if idle is None and more:
                        idle = _Worker(setup, arguments, limits, Path(scratch) / str(len(workers)))
                        workers.append(idle)
                    if idle is not None and more:
                        idle.give(batch)
                elif any(worker.pending for worker in workers):
                    yield from _collect(workers)
                else:
                    return
        finally:
            for worker in workers:
                worker.end()


def _collect(workers: list[_Worker]) -> Iterator[tuple[Any, Any]]:
    """Wait until a process has answered or died, and give every result that is there."""
    busy: dict[Any, _Worker] = {worker.connection: worker for worker in workers if worker.pending}
    for connection in wait(list(busy), timeout=_LOOK_S):
        yield busy[connection].take()
    for worker in workers:
        worker.look_at_memory()


class _Worker:
    """One process and the tasks it holds; it answers them in order."""

    def __init__(self, setup: _Setup, arguments: tuple[Any, ...], limits: EngineOptions, scratch: Path) -> None:
        self._setup, self._arguments, self._limits, self._scratch = setup, arguments, limits, scratch
        self.pending: deque[Any] = deque()
        self.batch_size = 1
        self._given_s = self._looked_s = 0.0
        self._n_given = 0
        self._too_large = False
        self._start()

    def give(self, tasks: list[Any]) -> None:
        """Hand over tasks to an idle process; one that died while it was idle is replaced first."""
        self.pending.extend(tasks)
        self._given_s, self._n_given = time.monotonic(), len(tasks)
        try:
            self.connection.send(tasks)
        except OSError:
            self._restart()
            self.connection.send(tasks)

    def take(self) -> tuple[Any, Any]:
        """The task that was next and its result; a process that died is replaced, and goes on with the others."""
        try:
            result = self.connection.recv()
        except (EOFError, OSError):
            self._process.join(timeout=5)
            task, result = self.pending.popleft(), self._how_it_died(self._process.exitcode)
            self._restart()
            if self.pending:
                self.give([self.pending.popleft() for _ in range(len(self.pending))])
            return task, result
        task = self.pending.popleft()
        if not self.pending:
            mean_s = (time.monotonic() - self._given_s) / self._n_given
            self.batch_size = max(1, min(_MAX_BATCH, int(_BATCH_S / max(mean_s, 1e-6))))
        return task, result

    def look_at_memory(self) -> None:
        """End a process that holds more than the limit."""
        now_s = time.monotonic()
        if self.pending and now_s - self._looked_s >= _LOOK_S:
            self._looked_s = now_s
            if _resident_bytes(self._process.pid) > self._limits.max_process_bytes:
                self._too_large = True
                self._process.kill()

    def end(self) -> None:
        """Stop the process, whatever it is doing, and remove what it was unpacking."""
        self.connection.close()
        self._process.kill()
        self._process.join(timeout=5)
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _how_it_died(self, exit_code: int | None) -> WorkerDied:
        if self._too_large:
            limit_bytes = self._limits.max_process_bytes
            return WorkerDied(exit_code, Reason.MEMORY, f"it held more than {limit_bytes} bytes (max_process_bytes)")
        if exit_code == -signal.SIGALRM:
            limit_s = self._limits.max_record_duration_s
            detail = f"one record took more than {limit_s} s (max_record_duration_s)"
            return WorkerDied(exit_code, Reason.TIMEOUT, detail)
        return WorkerDied(exit_code)

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")  # fork copies threads' locks in a state nobody can open
        self.connection, far_end = context.Pipe()
        self._too_large = False
        self._scratch.mkdir()
        arguments = (far_end, self._setup, self._arguments, self._limits.max_record_duration_s, str(self._scratch))
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        far_end.close()

    def _restart(self) -> None:
        self.end()
        self._start()


def _serve(
    connection: Connection, setup: _Setup, arguments: tuple[Any, ...], max_record_duration_s: int, scratch: str
) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the parent decides when a run is stopped
    threading.Thread(target=_end_with_parent, daemon=True).start()
    tempfile.tempdir = scratch
    handle = setup(*arguments)

    def begin() -> None:
        # what it does unhandled, ending the process, needs no thread and no return from native code
        signal.setitimer(signal.ITIMER_REAL, max_record_duration_s)

    on_still_working(begin)
    while True:
        try:
            tasks = connection.recv()
        except (EOFError, OSError):
            return
        for task in tasks:
            begin()
            try:
                result = handle(task)
            except Exception:  # a traceback on stderr could quote the content
                sys.exit(1)
            signal.setitimer(signal.ITIMER_REAL, 0)
            connection.send(result)


def _end_with_parent() -> None:
    """A parent that is killed ends nobody; its next run must not meet these processes still writing."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _resident_bytes(pid: int | None) -> int:
    """0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")
