"""What each entity type is in law, read from ``catalogue.toml``: dated, sourced, to be validated by a DPO."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

__all__ = ["CNIL_TYPES", "Catalogue", "LegalRow", "Source", "catalogue", "legal_row"]

CNIL_TYPES = ("courante", "percue_sensible", "sensible_infraction", "a_classer")
"""The three data types of the CNIL's impact-assessment knowledge base, then ours for what nobody classified yet."""


@dataclass(frozen=True, slots=True)
class Source:
    """One text the catalogue rests on. ``mark``: S primary text read, X excerpt read, 2 secondary, M to check."""

    label_fr: str
    label_en: str
    mark: str


@dataclass(frozen=True, slots=True)
class LegalRow:
    """The legal reading of one entity type.

    ``identification``: D names the person, U singles out one person or device, Q narrows down, ``-`` neither.
    ``prejudice``: 1 to 4, default for one person. Both are this project's proposals, not CNIL values.
    ``special``: none, art9, art9_if (depends on the purpose), art10, art87 or unknown.
    """

    entity_type: str
    category: str
    label_fr: str
    label_en: str
    articles: tuple[str, ...]
    national_law: tuple[str, ...]
    special: str
    cnil_type: str
    identifies: str
    identification: str
    prejudice: int
    dpv: tuple[str, ...]
    source: str
    date: str

    def label(self, language: Literal["fr", "en"]) -> str:
        """The name to print."""
        return self.label_fr if language == "fr" else self.label_en

    @property
    def classified(self) -> bool:
        """False for the default row given to an entity type that the catalogue does not know."""
        return self.cnil_type != "a_classer"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every row, with the date at which the law was read and the texts it rests on."""

    legal_baseline_date: str
    sources: tuple[Source, ...]
    rows: Mapping[str, LegalRow]
    default: LegalRow

    def row(self, entity_type: str) -> LegalRow:
        """The row of an entity type, or the default row "to be classified" under that name."""
        known = self.rows.get(entity_type)
        if known is not None:
            return known
        return _row(entity_type, {**_default_values(self.default), "category": entity_type.lower()})


def _default_values(row: LegalRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__ if name != "entity_type"}


def _row(entity_type: str, values: Mapping[str, Any]) -> LegalRow:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    row = LegalRow(entity_type=entity_type, **fields)
    if row.identification not in {"D", "U", "Q", "-"} or not 1 <= row.prejudice <= 4:
        raise ValueError(f"catalogue.toml: {entity_type}: identification or prejudice out of range")
    if row.cnil_type not in CNIL_TYPES:
        raise ValueError(f"catalogue.toml: {entity_type}: cnil_type {row.cnil_type!r} is none of {CNIL_TYPES}")
    return row


@cache
def catalogue() -> Catalogue:
    """The catalogue of this release. Raises ValueError or TypeError when the file is malformed."""
    text = resources.files("privacy_audit.legal").joinpath("catalogue.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    defaults: dict[str, Any] = {"national_law": [], "source": data["row_source"], "date": data["legal_baseline_date"]}
    rows = {name: _row(name, {**defaults, **values}) for name, values in data["entity"].items()}
    for base, alike in data.get("like", {}).items():
        shared = {**defaults, **data["entity"][base]}
        rows |= {name: _row(name, {**shared, **values}) for name, values in alike.items()}
    return Catalogue(
        legal_baseline_date=data["legal_baseline_date"],
        sources=tuple(Source(**source) for source in data["source"]),
        rows=MappingProxyType(rows),
        default=_row("", {**defaults, **data["default"]}),
    )


@cache
def legal_row(entity_type: str) -> LegalRow:
    """Shorthand for ``catalogue().row(entity_type)``."""
    return catalogue().row(entity_type)
