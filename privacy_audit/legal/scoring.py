"""Severity that a DPO can recompute by hand: level of identification + prejudice, on the CNIL's four levels.

Severity is per person: the number of people stands beside it and is never multiplied into it.
Likelihood (vraisemblance) is not given by a scan: it needs the access context that only the controller can declare.
Additive rule after CNIL, "Gérer les risques sur les libertés et la vie privée" (June 2012), not re-read: presented
as this project's own method. The prejudice and identification values live in ``catalogue.toml``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from privacy_audit.legal.catalogue import LegalRow
from privacy_audit.legal.context import Access

__all__ = [
    "IMPERSONAL",
    "Access",
    "Severity",
    "Zone",
    "identification",
    "impersonal",
    "likelihood",
    "prejudice",
    "severity",
    "topic_only",
    "zone",
]

Zone = Literal["priority", "treat", "monitor", "not_assessed"]

IMPERSONAL = frozenset({"placeholder", "private", "role"})
"""Qualifiers of a value that has the form of personal data and is nobody's."""

_TOPIC_PREJUDICE = 2  # a sensitive topic that nobody links to a person
_IMPERSONATION_KIT = frozenset({"person_name", "face", "voice"})
_ACCESS_LEVEL: dict[Access, int] = {"restricted": 1, "internal": 2, "shared": 3, "public": 4}


@dataclass(frozen=True, slots=True, order=True)
class Severity:
    """``level`` 1 to 4 (0: nothing found), and the two numbers whose sum gives it."""

    level: int
    identification: int
    prejudice: int


def identification(rows: Iterable[LegalRow]) -> int:
    """Level of identification, 1 to 4, from the kinds of identifiers present in one record."""
    kinds = {(row.category, row.identification) for row in rows}
    direct, unique, quasi = (sum(1 for _, kind in kinds if kind == wanted) for wanted in "DUQ")
    if (direct and unique) or unique >= 3 or (direct and quasi >= 2):
        return 4
    if unique or (direct and quasi) or quasi >= 3:
        return 3
    return 2 if direct or quasi == 2 else 1


def prejudice(rows: Iterable[LegalRow]) -> int:
    """Highest prejudice present in one record; at least 3 when name, face and voice meet (impersonation)."""
    present = list(rows)
    highest = max((row.prejudice for row in present), default=1)
    return max(highest, 3) if {row.category for row in present} >= _IMPERSONATION_KIT else highest


def severity(rows: Iterable[LegalRow], *, vulnerable: bool = False) -> Severity:
    """Severity for one person of one record: a row of a table, or a file. Nothing found gives level 0."""
    present = list(rows)
    if not present:
        return Severity(0, 0, 0)
    identified, harm = identification(present), prejudice(present)
    level = max(1, min(4, identified + harm - 3))
    return Severity(min(4, level + 1) if vulnerable else level, identified, harm)


def topic_only(row: LegalRow) -> LegalRow:
    """The row of an Article 9 or 10 category that is mentioned as a topic and linked to nobody."""
    return replace(row, prejudice=min(row.prejudice, _TOPIC_PREJUDICE))


def impersonal(row: LegalRow) -> LegalRow:
    """The row of a value that is nobody's: the mailbox of a function, an address of no public network, an example."""
    return replace(row, identification="-", prejudice=1)


def likelihood(access: Access, *, protected: bool = False, duplicated: bool = False) -> int | None:
    """Likelihood, 1 to 4, from what the controller declares; None ("not assessed") when access is unknown.

    ``protected``: encrypted at rest and access logged, or keys kept apart. ``duplicated``: the same personal record
    repeated and a generative model trained on it, which drives memorisation.
    """
    base = _ACCESS_LEVEL.get(access)
    return None if base is None else max(1, min(4, base - protected + duplicated))


def zone(level: int, likely: int | None) -> Zone:
    """What to do first. Without a likelihood nothing is decided."""
    if likely is None:
        return "not_assessed"
    if level >= 3 and likely >= 3:
        return "priority"
    return "treat" if level >= 3 or likely >= 3 else "monitor"
