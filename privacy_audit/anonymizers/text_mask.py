"""Stars in place of characters: how long a value was, and where its signs stood, stays."""

from __future__ import annotations

from typing import Any

from privacy_audit.anonymizers._text import TextOperator
from privacy_audit.pseudonyms.surrogates import Place
from privacy_audit.types import Effect

__all__ = ["TextMask"]

_MAX_KEPT = 4
"""As on receipts: of a card four digits. Of a short value at most a quarter stays, or it would be a value still."""


class TextMask(TextOperator):
    """Every character a ``char``. ``keep_last`` letters and digits at the end stay, at most 4 and at most a quarter.

    ``shape``: digits become 9, letters x or X, and all signs stay: ``Jean, 42`` is ``Xxxx, 99``.
    """

    name = "text_mask"
    summary = "Replaces each character by a star, or by its kind; can keep the last ones."
    effect = Effect.OBSCURED
    attacks = (
        "Length, shape and last characters tell values of a known list apart.",
        "The words around a mask may single out who is meant.",
    )

    def __init__(self, *, char: str = "*", keep_last: int = 0, shape: bool = False, **options: Any) -> None:
        super().__init__(**options)
        if not isinstance(char, str) or len(char) != 1 or char.isalnum():
            raise ValueError(f"char: got {char!r}, expected one sign that is no letter or digit")
        if isinstance(keep_last, bool) or keep_last not in range(_MAX_KEPT + 1):
            raise ValueError(f"keep_last: got {keep_last!r}, expected 0 to {_MAX_KEPT}: more would be the value itself")
        if not isinstance(shape, bool):
            raise ValueError(f"shape: got {shape!r}, expected true or false")
        self._char, self._keep_last, self._shape = char, keep_last, shape

    def replacement(self, place: Place) -> str:
        """As many characters as before."""
        char = "x" if place.in_path and self._char in '*<>:"|?/\\' else self._char
        masked = [self._masked(old, char) for old in place.value]
        places = [index for index, old in enumerate(place.value) if old.isalnum()]
        for index in places[len(places) - min(self._keep_last, len(places) // 4) :]:
            masked[index] = place.value[index]
        return "".join(masked)

    def _masked(self, old: str, char: str) -> str:
        if not self._shape:
            return char
        if old.isnumeric():
            return "9"
        if old.isalpha():
            return "X" if old.isupper() else "x"
        return old if old.isascii() else "x"

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """Whether the shape stays, and how many characters."""
        return (("keep_last", str(self._keep_last)), ("shape", str(self._shape).lower()))
