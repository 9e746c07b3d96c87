"""How work is spread: an engine runs one function over many tasks. This one does it here, in order."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

__all__ = ["Engine", "NoProgress", "Progress", "WorkerDied", "in_process"]


@dataclass(frozen=True, slots=True)
class WorkerDied:
    """The process that held a task ended before it answered."""

    exit_code: int | None


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
    """One task after the other, in this process."""
    handle = setup(*arguments)
    for task in tasks:
        yield task, handle(task)
