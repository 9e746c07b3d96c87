"""Measured error rates of the detectors, read from ``detectors.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from privacy_audit.legal.strings import Language

__all__ = ["DetectorFigure", "detector_figures"]


@dataclass(frozen=True, slots=True)
class DetectorFigure:
    """One measured figure, in words, with the data set it was measured on."""

    scanner: str
    label_fr: str
    label_en: str
    figure_fr: str
    figure_en: str
    dataset_fr: str
    dataset_en: str

    def label(self, language: Language) -> str:
        """What was measured."""
        return self.label_fr if language == "fr" else self.label_en

    def figure(self, language: Language) -> str:
        """The figures, in words."""
        return self.figure_fr if language == "fr" else self.figure_en

    def dataset(self, language: Language) -> str:
        """What it was measured on."""
        return self.dataset_fr if language == "fr" else self.dataset_en


@cache
def detector_figures() -> tuple[DetectorFigure, ...]:
    """Every figure of this release. Raises TypeError when the file is malformed."""
    text = resources.files("privacy_audit.legal").joinpath("detectors.toml").read_text(encoding="utf-8")
    return tuple(DetectorFigure(**values) for values in tomllib.loads(text)["detector"])
