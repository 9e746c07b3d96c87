"""The kind of what was found in place of what was found: ``<PERSON>``, in a path ``PERSON``."""

from __future__ import annotations

from privacy_audit.anonymizers._text import TextOperator
from privacy_audit.pseudonyms.surrogates import Place
from privacy_audit.types import Effect

__all__ = ["TextLabel"]


class TextLabel(TextOperator):
    """presidio-anonymizer's ``replace`` with its default label, at every span. In a path the label has no brackets."""

    name = "text_label"
    summary = "Replaces each span by the kind of data that stood there, such as <PERSON>."
    effect = Effect.REDACTED
    attacks = ("The words around a label may single out who is meant.", "What the scanners missed stays.")

    def replacement(self, place: Place) -> str:
        """The kind alone: nothing of the value."""
        if place.in_path:
            return place.entity_type
        from presidio_anonymizer.operators import Replace

        return str(Replace().operate("", {"entity_type": place.entity_type}))
