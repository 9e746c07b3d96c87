"""What a check has to say. Loads nothing, so that a commit of which all is known is checked at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from privacy_audit.types import Confidence

if TYPE_CHECKING:
    from privacy_audit.legal.strings import Language, Strings

__all__ = ["Allowed", "CheckResult", "Place", "Told", "Unread"]

Allowed = Literal["no", "yes", "bare"]


@dataclass(frozen=True, slots=True)
class Place:
    """One finding as a check tells it.

    ``where``: the place inside the file as (kind of place, value), from the outside in, empty where the file is all
    that can be said; :meth:`words` says it. ``lines``: first and last, counted from 1, None where the file has none.
    ``allowed``: whether one of them carries the remark ``privacy-audit: allow`` with a reason (``yes``), without one
    (``bare``), or carries none. ``in_path``: it is the name of the file that was found. ``mark``, ``at``: see
    :class:`privacy_audit.baseline.Accepted`.
    """

    where: tuple[tuple[str, str], ...]
    lines: tuple[int, int] | None
    kind: str
    confidence: Confidence
    scanner: str
    allowed: Allowed = "no"
    in_path: bool = False
    mark: str = ""
    at: tuple[int, ...] = ()

    def words(self, language: Language = "en") -> str:
        """``member 'a.csv', row 3, column 'nom'``."""
        from privacy_audit.legal.strings import check_strings

        return ", ".join(_place_words(kind, value, check_strings(language)) for kind, value in self.where)

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
                "where": tuple((str(kind), str(of)) for kind, of in value["where"]),
                "confidence": Confidence[value["confidence"]],
                "lines": None if lines is None else (int(lines[0]), int(lines[1])),
                "at": tuple(map(int, value["at"])),
            }
        )


@dataclass(frozen=True, slots=True)
class Unread:
    """What was not read: by which scanner (``*``: by any), and why: a code of ``types.Reason``, and words in English.

    ``lasting``: the content alone decides it.
    """

    scanner: str
    reason: str
    detail: str
    lasting: bool = True

    def to_dict(self) -> dict[str, Any]:
        """A form for JSON."""
        return {"scanner": self.scanner, "reason": self.reason, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing told of one file. ``file``: as it is shown from this folder; ``uri``: from the top of the data."""

    file: str
    uri: str
    what: Place | Unread

    def __str__(self) -> str:
        return self.line()

    def line(self, language: Language = "en") -> str:
        """One line for a person."""
        from privacy_audit.legal.strings import check_strings, strings

        t = check_strings(language)
        shown = self.file if self.file.isprintable() else ascii(self.file)
        if isinstance(self.what, Unread):
            detail = self.what.detail
            if language != "en":
                detail = f"{strings(language)(f'reason_{self.what.reason}')} ({detail})"
            key = "unread_any" if self.what.scanner == "*" else "unread"
            return t(key, file=shown, scanner=self.what.scanner, detail=detail)
        words = self.what.words(language)
        where = t("where_then", where=words) if words else ""
        confidence = t(f"confidence_{self.what.confidence.name}")
        return t("found", file=shown, where=where, kind=self.what.kind, confidence=confidence)


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


def _place_words(kind: str, value: str, t: Strings) -> str:
    start, _, end = value.partition(" ") if kind == "box" else (value, "", "")
    if kind == "seconds" and t.language == "fr":
        start = start.replace(".", ",")
    return t(f"at_{kind}", value=start, end=end)
