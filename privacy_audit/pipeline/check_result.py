"""What a check has to say. Loads nothing, so that a commit of which all is known is checked at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from privacy_audit.types import Confidence

__all__ = ["Allowed", "CheckResult", "Place", "Told", "Unread"]

Allowed = Literal["no", "yes", "bare"]


@dataclass(frozen=True, slots=True)
class Place:
    """One finding as a check tells it.

    ``where``: words for the place inside the file, empty where the file is all that can be said. ``lines``: first and
    last, counted from 1, None where the file has none. ``allowed``: whether one of them carries the remark
    ``privacy-audit: allow`` with a reason (``yes``), without one (``bare``), or carries none. ``in_path``: it is the
    name of the file that was found. ``mark``, ``at``: see :class:`privacy_audit.baseline.Accepted`.
    """

    where: str
    lines: tuple[int, int] | None
    kind: str
    confidence: Confidence
    scanner: str
    allowed: Allowed = "no"
    in_path: bool = False
    mark: str = ""
    at: tuple[int, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """A form for JSON."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {**values, "confidence": self.confidence.name}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Place:
        """Inverse of :meth:`to_dict`. Raises KeyError, TypeError or ValueError on another form."""
        lines = value["lines"]
        return cls(
            **{
                **value,
                "confidence": Confidence[value["confidence"]],
                "lines": None if lines is None else (int(lines[0]), int(lines[1])),
                "at": tuple(map(int, value["at"])),
            }
        )


@dataclass(frozen=True, slots=True)
class Unread:
    """What was not read: by which scanner (``*``: by any), and why. ``lasting``: the content alone decides it."""

    scanner: str
    detail: str
    lasting: bool = True

    def to_dict(self) -> dict[str, Any]:
        """A form for JSON."""
        return {"scanner": self.scanner, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing told of one file. ``file``: as it is shown from this folder; ``uri``: from the top of the data."""

    file: str
    uri: str
    what: Place | Unread

    def __str__(self) -> str:
        shown = self.file if self.file.isprintable() else ascii(self.file)
        if isinstance(self.what, Unread):
            name = "any scanner" if self.what.scanner == "*" else self.what.scanner
            return f"{shown}: not scanned by {name}: {self.what.detail}"
        where = f"{self.what.where}: " if self.what.where else ""
        return f"{shown}: {where}{self.what.kind} ({self.what.confidence.name.lower()} confidence)"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What is told, in the order of the files; how many findings a remark or the baseline keeps silent.

    ``without_key``: there is a baseline, and no key to read it with, so that nothing was taken for accepted.
    """

    told: tuple[Told, ...]
    n_files: int = 0
    n_allowed: int = 0
    n_accepted: int = 0
    without_key: bool = False

    @property
    def lines(self) -> tuple[str, ...]:
        """One line per thing told."""
        return tuple(map(str, self.told))

    @property
    def n_findings(self) -> int:
        """How many places are told."""
        return sum(isinstance(item.what, Place) for item in self.told)

    @property
    def n_unread(self) -> int:
        """How many files or parts were not read."""
        return len(self.told) - self.n_findings
