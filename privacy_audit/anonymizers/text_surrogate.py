"""Another value of the same form in place of a value: a French name for a French name, the same one in a whole run."""

from __future__ import annotations

from typing import Any

from privacy_audit.anonymizers._text import TextOperator
from privacy_audit.pseudonyms.surrogates import Place, surrogate
from privacy_audit.types import Effect

__all__ = ["TextSurrogate"]


class TextSurrogate(TextOperator):
    """Names word by word; telephone numbers in the ranges kept for fiction; addresses at example.org; numbers that fail
    their check digit; dates of one document moved by the same days, at most ``max_days``. What has no form of its own,
    an illness, gets a label.
    """

    name = "text_surrogate"
    summary = "Replaces each value by an invented one of the same form, the same in a whole run."
    effect = Effect.PSEUDONYMISED
    consistent = True
    attacks = (
        "Whoever holds the key can try names until one fits.",
        "How often a surrogate stands where, and beside which, tells who it is.",
        "What the scanners missed hides among surrogates, and a surrogate may be the name of somebody real.",
    )

    def __init__(self, *, max_days: int = 180, **options: Any) -> None:
        super().__init__(**options)
        if isinstance(max_days, bool) or not isinstance(max_days, int) or not 7 <= max_days <= 3650:
            raise ValueError(f"max_days: got {max_days!r}, expected 7 to 3650 days")
        self._max_days = max_days

    def replacement(self, place: Place) -> str:
        """Another value, or the label of this one."""
        return surrogate(self.pseudonyms, place, max_days=self._max_days)

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The most by which dates moved; the key and the days are told nowhere."""
        return (("max_days", str(self._max_days)),)
