"""Identifiers of countries outside Europe, by the recognizers that come with Presidio."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from privacy_audit.recognizers._places import joined
from privacy_audit.scanners import Scanner
from privacy_audit.scanners._columns import column_of
from privacy_audit.types import Confidence, Detection, Record, TextRecord, TextSpan

__all__ = ["TextPresidio"]

_RECOGNIZERS = {
    "AU_MEDICARE": "AuMedicareRecognizer",
    "AU_TFN": "AuTfnRecognizer",
    "CA_SIN": "CaSinRecognizer",
    "IN_AADHAAR": "InAadhaarRecognizer",
    "IN_PAN": "InPanRecognizer",
    "KR_RRN": "KrRrnRecognizer",
    "NG_NIN": "NgNinRecognizer",
    "SG_NRIC_FIN": "SgFinRecognizer",
    "TH_TNIN": "ThTninRecognizer",
    "TR_NATIONAL_ID": "TrNationalIdRecognizer",
    "US_ITIN": "UsItinRecognizer",
    "US_MBI": "UsMbiRecognizer",
    "US_SSN": "UsSsnRecognizer",
    "ZA_ID_NUMBER": "ZaIdNumberRecognizer",
}
"""Entity type -> class in ``presidio_analyzer.predefined_recognizers``."""

_LANGUAGE = "en"  # their context words are English, and the name of the number in its own language
# what all of these have: seven digits close together, or the letters and digits of an Indian tax number
_WORTH_A_LOOK = re.compile(r"[0-9](?:[^\n0-9]{0,2}[0-9]){6}|[A-Z]{5}[0-9]{4}[A-Z]")
_WORD = re.compile(r"[^\W\d_]+")
_MARGIN_CHARS = 80
_MIN_SCORE = 0.3


class TextPresidio(Scanner):
    """Presidio's recognizers where a word beside the number, or its column, announces it; else nothing is reported.

    Without such a word their forms fit far too much: any nine digits may be a US social-security number.
    """

    name = "text_presidio"
    summary = "Identity numbers of countries outside Europe, where a word announces them (Presidio)."
    entity_types = tuple(sorted(_RECOGNIZERS))
    accepts = (TextRecord,)
    detects = (
        ("My SSN is 078-05-1126, please update it.", "US_SSN"),
        ("PAN card number ABCPE1234F", "IN_PAN"),
        ("SIN number 130 692 544 in Canada", "CA_SIN"),
    )
    ignores = (
        "Order 078051126 shipped, tracking 1234567890.",
        "ISBN 978-2-07-036024-6, code-barres 3017620422003",
        "du 01/02/2024 10:30 au 01.02.2024 10:30",
    )

    def scan(self, record: Record) -> Sequence[Detection]:
        """Detections in order of place."""
        assert isinstance(record, TextRecord)  # noqa: S101 - `accepts` says so
        context = _WORD.findall(column_of(record.uri) or "")
        found: dict[TextSpan, Detection] = {}
        for start, end in _windows(record.text):
            words = {word.lower() for word in [*context, *_WORD.findall(record.text, start, end)]}
            if not words & _announcing_words():
                continue
            for detection in _in_window(record.text, start, end, context):
                found.setdefault(detection.location, detection)  # type: ignore[arg-type]  # all TextSpan
        return [found[span] for span in sorted(found)]


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """The surroundings of what is worth a look: Presidio's cost grows with the text it is given."""
    return joined(
        (max(0, match.start() - _MARGIN_CHARS), min(len(text), match.end() + _MARGIN_CHARS))
        for match in _WORTH_A_LOOK.finditer(text)
    )


def _in_window(text: str, start: int, end: int, context: list[str]) -> Iterator[Detection]:
    results = _analyzer().analyze(
        text[start:end],
        _LANGUAGE,
        context=context or None,
        return_decision_process=True,
        score_threshold=_MIN_SCORE,
    )
    for result in results:
        if result.analysis_explanation.supportive_context_word:
            span = TextSpan(start + result.start, start + result.end)
            yield Detection(result.entity_type, span, min(result.score, 1.0), Confidence.MEDIUM)


@cache
def _announcing_words() -> frozenset[str]:
    """The first word of each of their context phrases: without any of them near, asking Presidio is lost time."""
    phrases = [phrase for recognizer in _analyzer().registry.recognizers for phrase in recognizer.context or ()]
    return frozenset(word.lower() for phrase in phrases for word in _WORD.findall(phrase)[:1])


@cache
def _analyzer() -> Any:
    """An engine without a model: words are cut by spaCy's blank tokenizer, their lemma is their lower-case form.

    Presidio looks for context words among lemmas only, and its own engine would download a missing model.
    """
    import spacy
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry, predefined_recognizers
    from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

    tokenizer = spacy.blank(_LANGUAGE)

    class WordsOnly(NlpEngine):
        def load(self) -> None:
            return None

        def is_loaded(self) -> bool:
            return True

        def process_text(self, text: str, language: str) -> Any:
            document = tokenizer.make_doc(text)
            lemmas = [token.lower_ for token in document]
            return NlpArtifacts([], document, [token.idx for token in document], lemmas, self, language)

        def process_batch(self, texts: Any, language: str, **_: Any) -> Iterator[tuple[str, Any]]:
            return ((text, self.process_text(text, language)) for text in texts)

        def is_stopword(self, word: str, language: str) -> bool:
            return False

        def is_punct(self, word: str, language: str) -> bool:
            return not any(map(str.isalnum, word))

        def get_supported_entities(self) -> list[str]:
            return []

        def get_supported_languages(self) -> list[str]:
            return [_LANGUAGE]

    made = [getattr(predefined_recognizers, name)(supported_language=_LANGUAGE) for name in _RECOGNIZERS.values()]
    registry = RecognizerRegistry(recognizers=made, supported_languages=[_LANGUAGE])
    return AnalyzerEngine(registry=registry, nlp_engine=WordsOnly(), supported_languages=[_LANGUAGE])
