"""Memory and time of a program and of all that it starts, read from ``/proc``: Linux only."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Watched", "family", "watched"]

_POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class Watched:
    """Resident memory in bytes: of the process that needed most, and of all of them at one moment."""

    code: int
    largest_bytes: int
    together_bytes: int
    cpu_s: float
    duration_s: float


def watched(command: Sequence[str], poll_s: float = _POLL_S) -> Watched:
    """Run a program to its end; what it prints is not shown."""
    started_s = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    largest = together = 0
    cpu_s: dict[int, float] = {}
    while process.poll() is None:
        members = family(process.pid)
        together = max(together, sum(_status_bytes(pid, "VmRSS") for pid in members))
        largest = max([largest, *(_status_bytes(pid, "VmHWM") for pid in members)])
        cpu_s |= {pid: _cpu_s(pid) for pid in members}
        time.sleep(poll_s)
    return Watched(process.returncode, largest, together, sum(cpu_s.values()), time.monotonic() - started_s)


def family(pid: int) -> list[int]:
    """A process and all below it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [pid, *(member for child in children for member in family(int(child)))]


def _status_bytes(pid: int, name: str) -> int:
    """A line of ``/proc/PID/status`` that counts in kB; 0 for a process that is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:")), 0)


def _cpu_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / 100  # user and system time in ticks; Linux has 100 a second
