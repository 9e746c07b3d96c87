"""What the law asks of a dataset (``matrix.toml``) and what each operator is called (``techniques.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from privacy_audit.legal.strings import Language

__all__ = ["MatrixRow", "Technique", "matrix", "techniques"]


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One requirement. ``computed``: full, part or none; ``mark`` as in the catalogue, "" where none was given."""

    id: str
    ref_fr: str
    ref_en: str
    topic_fr: str
    topic_en: str
    computed: str
    scan_fr: str
    scan_en: str
    declare_fr: str
    declare_en: str
    mark: str

    def text(self, name: str, language: Language) -> str:
        """``ref``, ``topic``, ``scan`` or ``declare`` in one language."""
        value: str = getattr(self, f"{name}_{language}")
        return value


@dataclass(frozen=True, slots=True)
class Technique:
    """How an operator is called: in words, in ISO/IEC 20889:2018, in DPV 2.3."""

    fr: str
    en: str
    iso_fr: str
    iso_en: str
    dpv: str


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("privacy_audit.legal").joinpath(name).read_text(encoding="utf-8"))


@cache
def matrix() -> tuple[MatrixRow, ...]:
    """The rows in order. Raises TypeError when the file is malformed."""
    return tuple(MatrixRow(**row) for row in _read("matrix.toml")["row"])


@cache
def techniques() -> Mapping[str, Technique]:
    """Name of an operator -> technique. Raises TypeError when the file is malformed."""
    return MappingProxyType({name: Technique(**values) for name, values in _read("techniques.toml").items()})
