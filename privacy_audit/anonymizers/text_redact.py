"""One mark of one length in place of every value: neither what it was nor of which kind."""

from __future__ import annotations

from typing import Any

from privacy_audit.anonymizers._text import TextOperator
from privacy_audit.pseudonyms.surrogates import Place
from privacy_audit.types import Effect

__all__ = ["TextRedact"]


class TextRedact(TextOperator):
    """``mark`` at every span; an empty one takes the value out and leaves nothing. In a path ``REDACTED``."""

    name = "text_redact"
    summary = "Replaces each span by a bar of fixed length, or takes it out with mark: ''."
    effect = Effect.REDACTED
    attacks = ("The words around a mark may single out who is meant.", "What the scanners missed stays.")

    def __init__(self, *, mark: str = "█████", **options: Any) -> None:
        super().__init__(**options)
        if not isinstance(mark, str) or len(mark) > 100:
            raise ValueError(f"mark: got {mark!r}, expected a text of at most 100 characters")
        self._mark = mark

    def replacement(self, place: Place) -> str:
        """The mark."""
        return "REDACTED" if place.in_path else self._mark

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The mark."""
        return (("mark", self._mark),)
