"""Ray Data: the same tasks over the processes of one machine or of a cluster.

Rows are references to files, never their content. Actors hold the models and write each result where it belongs,
beside the others; what comes back to the driver is the number of the task and what its function returned.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any, TypeAlias

from privacy_audit.errors import MissingDependencyError, UsageError
from privacy_audit.pipeline.engine import WorkerDied, on_still_working
from privacy_audit.recipe import EngineOptions
from privacy_audit.types import Reason

__all__ = ["run"]

_Setup: TypeAlias = Callable[..., Callable[[Any], Any]]

_TRIES = 3
"""How often a task is begun: its process may end because of it, or because a node goes."""
_STARTS = 10
"""How many actors in a row may end before they are ready."""
_MAX_BLOCKS = 2_000
"""A block is what an actor takes at once: small ones spread well, and many cost the driver time."""
_OBJECT_STORE_BYTES = 200_000_000  # references only


def run(
    tasks: Iterable[Any],
    setup: _Setup,
    arguments: tuple[Any, ...],
    jobs: int | None = None,
    options: EngineOptions | None = None,
) -> Generator[tuple[Any, Any], None, None]:
    """``setup(*arguments)`` in each actor gives the function that handles tasks; results come as they are ready.

    Joins the cluster this process is connected to, or the one that ``RAY_ADDRESS`` names; else starts one on this
    machine that no other can reach, and ends it. Every node needs this package, the sources and the output folder
    under the same paths. ``jobs``: at most so many actors, by default what the cluster has room for.

    A task that raises, or whose process ends three times, or twice at ``options.max_record_duration_s``, gives
    :class:`WorkerDied`. How much memory a process may take is left to Ray.

    Raises:
        MissingDependencyError: Ray is not installed.
        UsageError: the cluster cannot be reached, or has not the GPU that one actor takes.
    """
    # the driver holds references: some 300 bytes each
    given = list(tasks)
    if not given:
        return
    started = _connect(jobs)
    try:
        yield from _results(given, setup, arguments, jobs, options or EngineOptions())
    finally:
        if started:
            import ray

            ray.shutdown()


def _connect(jobs: int | None) -> bool:
    """True where a cluster was started or joined here."""
    address = os.environ.get("RAY_ADDRESS")
    before = signal.getsignal(signal.SIGTERM)
    # read when Ray is first imported
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    if not address:
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # on Linux too: without it Ray listens to the network
    try:
        import ray
        import ray.data
    except ImportError:
        raise MissingDependencyError("ray", "ray") from None

    logging.getLogger("ray.data").setLevel(logging.ERROR)
    if ray.is_initialized():
        return False
    # a log sent on could quote a record
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    try:
        if address:
            ray.init(address=address, **quiet)
        else:
            ray.init(
                address="local",
                num_cpus=jobs,
                include_dashboard=False,
                object_store_memory=_OBJECT_STORE_BYTES,
                **quiet,
            )
    except (OSError, ValueError) as error:
        where = f"at {address}" if address else "on this machine; its sockets need a TMPDIR of a short name"
        raise UsageError(f"no Ray cluster {where} ({type(error).__name__})") from None
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, before)  # Ray's own would end the run without a report
    return True


def _results(
    tasks: list[Any], setup: _Setup, arguments: tuple[Any, ...], jobs: int | None, options: EngineOptions
) -> Iterator[tuple[Any, Any]]:
    import ray

    resources = ray.cluster_resources()
    n_cpus = int(resources.get("CPU", 1))
    if options.gpu_fraction > resources.get("GPU", 0):
        has = f"the cluster has {resources.get('GPU', 0):g} GPU"
        raise UsageError(f"engine.gpu_fraction: {options.gpu_fraction}, and {has}")
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    # where the driver is: it must not go with another node
    here = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(
        ray.get_runtime_context().get_node_id(), soft=False
    )
    ledger = ray.remote(_Ledger).options(num_cpus=0, scheduling_strategy=here).remote(options.max_record_duration_s)
    rows = [{"number": number, "task": ray.cloudpickle.dumps(task)} for number, task in enumerate(tasks)]
    n_actors = min(jobs or n_cpus, len(rows))
    dataset = ray.data.from_items(rows, override_num_blocks=min(len(rows), _MAX_BLOCKS)).map_batches(
        _Handler,
        fn_constructor_args=(setup, arguments, ledger, options.max_record_duration_s),
        batch_size=1,
        batch_format="pyarrow",
        # down to one: actors of a node that went need room on those that stay
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=n_actors, initial_size=n_actors),
        num_cpus=1,
        num_gpus=options.gpu_fraction or None,
    )
    seen: set[int] = set()
    for row in dataset.iter_rows():
        number = row["number"]
        if number not in seen:
            seen.add(number)
            yield tasks[number], pickle.loads(row["result"])  # noqa: S301 - made by our own actors
    for number, task in enumerate(tasks):
        if number not in seen:
            yield task, WorkerDied(None)


class _Ledger:
    """One for a run, beside the driver: what was begun and what was done, so that nothing is done twice or for ever."""

    def __init__(self, max_record_duration_s: int) -> None:
        self._limit_s = max_record_duration_s
        self._failed_starts = 0
        self._begun: dict[int, tuple[int, float]] = {}
        self._done: dict[int, bytes] = {}

    def may_start(self) -> bool:
        """False after too many actors in a row ended while they made themselves ready."""
        self._failed_starts += 1
        return self._failed_starts <= _STARTS

    def started(self) -> None:
        """An actor is ready."""
        self._failed_starts = 0

    def begin(self, number: int) -> bytes | None:
        """None where the task is to be done now, else its result."""
        if number in self._done:
            return self._done[number]
        tries, began_s = self._begun.get(number, (0, 0.0))
        if tries > 1 and time.monotonic() - began_s >= self._limit_s:
            detail = f"one record took more than {self._limit_s} s (max_record_duration_s)"
            return pickle.dumps(WorkerDied(None, Reason.TIMEOUT, detail))
        if tries >= _TRIES:
            return pickle.dumps(WorkerDied(None))
        self._begun[number] = tries + 1, time.monotonic()
        return None

    def end(self, number: int, result: bytes) -> None:
        """The task is done."""
        self._begun.pop(number, None)
        self._done[number] = result


def _never(task: Any) -> Any:
    raise RuntimeError("the actor could not make itself ready")


class _Handler:
    """One actor: the models, once, and a batch of tasks at a time."""

    def __init__(self, setup: _Setup, arguments: tuple[Any, ...], ledger: Any, max_record_duration_s: int) -> None:
        import ray

        self._ledger, self._limit_s = ledger, max_record_duration_s
        on_still_working(self._begin)
        self._handle: Callable[[Any], Any] = _never
        if ray.get(ledger.may_start.remote()):
            with contextlib.suppress(Exception):  # the tasks tell it: Ray would start it again for ever
                self._handle = setup(*arguments)
            ray.get(ledger.started.remote())

    def __call__(self, batch: Any) -> dict[str, list[Any]]:
        numbers = batch["number"].to_pylist()
        results = [self._result(*row) for row in zip(numbers, batch["task"].to_pylist(), strict=True)]
        return {"number": numbers, "result": results}

    def _result(self, number: int, task: bytes) -> bytes:
        import ray

        result: bytes | None = ray.get(self._ledger.begin.remote(number))
        if result is None:
            self._begin()
            try:
                result = ray.cloudpickle.dumps(self._handle(pickle.loads(task)))  # noqa: S301 - made by our own driver
            except Exception:  # Ray would write the traceback to a log, and it could quote the content
                result = pickle.dumps(WorkerDied(1))
            signal.setitimer(signal.ITIMER_REAL, 0)
            ray.get(self._ledger.end.remote(number, result))
        return result

    def _begin(self) -> None:
        # unhandled it ends the process, as in the local engine
        signal.setitimer(signal.ITIMER_REAL, self._limit_s)
