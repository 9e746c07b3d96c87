"""How work is spread: an engine runs one function over many tasks. This one does it here, in order.

``engine(tasks, setup, arguments)`` gives ``(task, result)`` pairs as they are ready, each task once. ``result`` is what
the function returned, any small picklable value, or :class:`WorkerDied`. What a task writes it writes itself, so that
it may be begun twice where its process was lost.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from privacy_audit.types import Reason

__all__ = ["Engine", "NoProgress", "Progress", "WorkerDied", "in_process", "on_still_working", "still_working"]


@dataclass(frozen=True, slots=True)
class WorkerDied:
    """The process that held a task ended before it answered.

    ``limit`` is TIMEOUT or MEMORY where the engine ended it, and ``detail`` says at which limit.
    """

    exit_code: int | None
    limit: Reason | None = None
    detail: str = ""


class Engine(Protocol):
    """Results come as they are ready, each with its task; a task whose process died gives :class:`WorkerDied`."""

    def __call__(
        self, tasks: Iterable[Any], setup: Callable[..., Callable[[Any], Any]], arguments: tuple[Any, ...]
    ) -> Generator[tuple[Any, Any], None, None]:
        """Run ``setup(*arguments)`` once per process; what it gives handles the tasks."""


class Progress(Protocol):
    """Told how a run goes on."""

    def start(self, n_files: int, n_bytes: int) -> None:
        """What lies ahead."""

    def advance(self, n_bytes: int) -> None:
        """One file is done."""


class NoProgress:
    """Says nothing."""

    def start(self, n_files: int, n_bytes: int) -> None:
        """Say nothing."""

    def advance(self, n_bytes: int) -> None:
        """Say nothing."""


def in_process(
    tasks: Iterable[Any], setup: Callable[..., Callable[[Any], Any]], arguments: tuple[Any, ...]
) -> Generator[tuple[Any, Any], None, None]:
    """One task after the other, in this process; nothing can be ended for its time or its memory."""
    handle = setup(*arguments)
    for task in tasks:
        yield task, handle(task)


_listener: list[Callable[[], None]] = []


def still_working() -> None:
    """A task has come one step further, such as a record: its time begins anew."""
    for listener in _listener:
        listener()


def on_still_working(listener: Callable[[], None]) -> None:
    """What :func:`still_working` calls in this process; an engine with a limit of time sets it."""
    _listener[:] = [listener]
