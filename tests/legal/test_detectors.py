from __future__ import annotations

import pytest

from privacy_audit.legal.detectors import DetectorFigure, detector_figures
from privacy_audit.legal.strings import LANGUAGES, Language
from privacy_audit.scanners import all_scanners


@pytest.mark.parametrize("figure", detector_figures(), ids=lambda figure: figure.label_en)
def test_a_figure_is_of_a_scanner_that_exists(figure: DetectorFigure) -> None:
    assert figure.scanner in all_scanners()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_says_what_was_measured_and_on_what(language: Language) -> None:
    for figure in detector_figures():
        assert figure.label(language)
        assert figure.figure(language)
        assert figure.dataset(language)
