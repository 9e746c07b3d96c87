"""A keyed label in place of a value: ``PERSON_7f3a91c204be``, the same one everywhere in a run."""

from __future__ import annotations

from typing import Any

from privacy_audit.anonymizers._text import TextOperator
from privacy_audit.pseudonyms import LABEL_DIGITS
from privacy_audit.pseudonyms.surrogates import Place
from privacy_audit.types import Effect

__all__ = ["TextPseudonym"]

_MAX_DIGITS = 32


class TextPseudonym(TextOperator):
    """HMAC-SHA256 of the normalised value. All spellings of one full name have one pseudonym; a family name alone has
    its own, since several people may bear it.
    """

    name = "text_pseudonym"
    summary = "Replaces each value by a keyed label, such as PERSON_7f3a91c204be, the same in a whole run."
    effect = Effect.PSEUDONYMISED
    consistent = True
    attacks = (
        "Whoever holds the key can try names until one fits.",
        "How often a pseudonym stands where, and beside which, tells who it is.",
    )

    def __init__(self, *, digits: int = LABEL_DIGITS, **options: Any) -> None:
        super().__init__(**options)
        if isinstance(digits, bool) or not isinstance(digits, int) or not LABEL_DIGITS <= digits <= _MAX_DIGITS:
            raise ValueError(
                f"digits: got {digits!r}, expected {LABEL_DIGITS} to {_MAX_DIGITS}: with fewer, people would share one"
            )
        self._digits = digits

    def replacement(self, place: Place) -> str:
        """The label of the value."""
        return self.pseudonyms.label(place.entity_type, place.value, self._digits)

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The digits; the key is told nowhere."""
        return (("digits", str(self._digits)),)
