"""Our recognizers for a Presidio ``AnalyzerEngine``: French and European identifiers that it does not come with.

``add_recognizers(analyzer.registry, languages=["en", "fr"])`` makes an engine of yours find them too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from privacy_audit.recognizers import Recognizer, all_recognizers
from privacy_audit.recognizers._search import search
from privacy_audit.types import TextSpan

__all__ = ["add_recognizers", "presidio_recognizers"]


def presidio_recognizers(language: str, country: str | None = None) -> list[Any]:
    """One ``presidio_analyzer.EntityRecognizer`` per recognizer, for one language; ``country`` limits them (``FR``)."""
    chosen = [item for item in all_recognizers().values() if country is None or item.country == country]
    return [_wrapped(item, language) for item in chosen]


def add_recognizers(registry: Any, languages: Sequence[str], country: str | None = None) -> None:
    """Add them to a ``RecognizerRegistry`` for each language."""
    for language in languages:
        for recognizer in presidio_recognizers(language, country):
            registry.add_recognizer(recognizer)


def _wrapped(recognizer: Recognizer, language: str) -> Any:
    from presidio_analyzer import EntityRecognizer, RecognizerResult

    class Wrapped(EntityRecognizer):
        """Scores are ours: .95 sure, .7 likely, .3 doubtful."""

        def load(self) -> None:
            """Nothing to load."""

        def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
            """Presidio's interface; context words are looked for in the text itself, so no lemmas are needed."""
            if recognizer.entity_type not in entities:
                return []
            return [
                RecognizerResult(item.entity_type, item.location.start, item.location.end, item.score)
                for item in search(text, names=(recognizer.name,))
                if isinstance(item.location, TextSpan)
            ]

    return Wrapped(
        supported_entities=[recognizer.entity_type],
        name=f"privacy_audit.{recognizer.name}",
        supported_language=language,
    )
