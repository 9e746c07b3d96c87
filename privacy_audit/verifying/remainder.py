"""How much is likely left: what the detector missed before is missed again, so counting again is not enough."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from privacy_audit.legal.strings import LANGUAGES, Language
from privacy_audit.verifying.values import Remainder

__all__ = ["Recall", "estimated", "recalls"]


@dataclass(frozen=True, slots=True)
class Recall:
    """Measured recall of one entity type at LOW and above, with its 95 % interval (Wilson).

    ``datasets``: language -> what it was measured on.
    """

    value: float
    low: float
    high: float
    datasets: Mapping[Language, str]


def estimated(before: Mapping[str, int], after: Mapping[str, int]) -> tuple[tuple[Remainder, ...], tuple[str, ...]]:
    """Per entity type ``after + before x (1 - r) / r``, and the types treated whose recall was never measured.

    With recall r, ``before`` places found mean ``before / r`` places in all, of which ``before x (1 - r) / r`` were
    missed and, being missed, not treated. It holds as far as the data are like those that r was measured on.
    """
    known = recalls()
    found = []
    for entity_type in sorted({*before, *after} & known.keys()):
        n_before, n_after, recall = before.get(entity_type, 0), after.get(entity_type, 0), known[entity_type]
        left = [round(n_after + n_before * (1 - r) / r, 1) for r in (recall.value, recall.high, recall.low)]
        rates = (recall.value, recall.low, recall.high)
        found.append(Remainder(entity_type, n_before, n_after, *rates, recall.datasets["en"], *left))
    return tuple(found), tuple(sorted(before.keys() - known.keys()))


@cache
def recalls() -> dict[str, Recall]:
    """Entity type -> its measured recall, from ``recall.toml``."""
    text = resources.files("privacy_audit.verifying").joinpath("recall.toml").read_text(encoding="utf-8")
    return {
        name: Recall(float(row["recall"]), float(row["low"]), float(row["high"]), _datasets(row))
        for name, row in tomllib.loads(text)["recall"].items()
    }


def _datasets(row: Mapping[str, str]) -> dict[Language, str]:
    return {language: row[f"dataset_{language}"] for language in LANGUAGES}
