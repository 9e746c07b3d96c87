"""What a verification says, as plain values. No personal value is in them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["SCHEMA_VERSION", "Check", "Remainder", "Result", "Test", "VerifyReport", "not_tested", "settled"]

SCHEMA_VERSION = 1

Test = Literal["isolation", "linkage", "inference"]
"""The three tests of the EDPB (guidelines 02/2026, draft, par. 52-103): can one record be set apart, can two data sets
be joined on a person, can something new be learnt about a person."""
Result = Literal["disproved", "not_disproved", "not_tested"]


@dataclass(frozen=True, slots=True)
class Check:
    """One attack. ``figures``: name -> number, the names being keys of the strings ``verify_figure_NAME``.

    ``why_not`` is set where nothing was tested: a key of the strings ``verify_why_KEY``.
    """

    name: str
    test: Test
    result: Result
    figures: Mapping[str, float] = field(default_factory=dict)
    why_not: str | None = None


def settled(name: str, test: Test, disproved: bool, **figures: float) -> Check:
    """A check that was made."""
    return Check(name, test, "disproved" if disproved else "not_disproved", figures)


def not_tested(name: str, test: Test, why_not: str) -> Check:
    """A check that was not made."""
    return Check(name, test, "not_tested", why_not=why_not)


@dataclass(frozen=True, slots=True)
class Remainder:
    """How many places of one entity type are likely left; the intervals are those of the recall, 95 %.

    ``before``: places treated; ``after``: places still found; ``recall``: of the detector, measured on ``dataset``.
    """

    entity_type: str
    before: int
    after: int
    recall: float
    recall_low: float
    recall_high: float
    dataset: str
    estimate: float
    estimate_low: float
    estimate_high: float


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """``residual``: entity type -> confidence -> places still found in the content of the copy.

    ``files_unread`` counts the files of the copy that were not wholly read again; ``without_recall`` the entity types
    treated whose detector has no measured recall.
    """

    schema_version: int
    tool_version: str
    started_at: str
    treated: str
    with_original: bool
    basis: str
    files: int
    files_unread: int
    residual: Mapping[str, Mapping[str, int]]
    remainder: tuple[Remainder, ...]
    without_recall: tuple[str, ...]
    checks: tuple[Check, ...]

    @property
    def disproved(self) -> bool:
        """True when any attack succeeded."""
        return any(check.result == "disproved" for check in self.checks)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return dataclasses.asdict(self)
