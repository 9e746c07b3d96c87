"""The sentences of the reports, in French and English, and how each language writes numbers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

__all__ = ["LANGUAGES", "Language", "Strings", "check_strings", "strings"]

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")

_NARROW_NO_BREAK_SPACE = "\u202f"
_NO_BREAK_SPACE = "\u00a0"
_BYTE_STEPS = ("", "k", "M", "G", "T", "P")


class Strings:
    """The sentences of one language by key."""

    def __init__(self, language: Language, texts: Mapping[str, str]) -> None:
        self.language = language
        self.texts = texts

    def __call__(self, key: str, **values: object) -> str:
        """The sentence, its slots filled, numbers as the language writes them. KeyError if the key is unknown."""
        shown = {
            name: self.number(value) if isinstance(value, int | float) else value for name, value in values.items()
        }
        return self.texts[key].format_map(shown)

    def plural(self, key: str, n: int, **values: object) -> str:
        """``key_one`` or ``key_many``: French says one for 0 and 1, English for 1 only."""
        one = n < 2 if self.language == "fr" else n == 1
        return self(f"{key}_{'one' if one else 'many'}", n=n, **values)

    def number(self, value: float) -> str:
        """12,345.6 in English, 12 345,6 in French, with at most one decimal."""
        text = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
        if self.language == "en":
            return text
        return text.replace(",", _NARROW_NO_BREAK_SPACE).replace(".", ",")

    def percent(self, share: float) -> str:
        """A share in [0, 1] as a whole percentage; never rounded to 0 or 100 when it is not quite that."""
        points = round(100 * share)
        points = min(max(points, 1), 99) if 0 < share < 1 else points
        return f"{points}{_NARROW_NO_BREAK_SPACE}%" if self.language == "fr" else f"{points}%"

    def size(self, n_bytes: int) -> str:
        """Bytes in decimal steps of 1,000."""
        value, step = float(n_bytes), 0
        while value >= 1000 and step < len(_BYTE_STEPS) - 1:
            value, step = value / 1000, step + 1
        shown = self.number(n_bytes if step == 0 else value)
        return f"{shown}{_NO_BREAK_SPACE}{_BYTE_STEPS[step]}{self('unit_bytes')}"

    def duration(self, seconds: float) -> str:
        """The largest fitting unit: seconds, minutes, or hours and minutes."""
        total_s = round(seconds)
        if total_s < 60:
            return f"{self.number(round(seconds, 1))}{_NO_BREAK_SPACE}{self('unit_seconds')}"
        minutes = round(seconds / 60)
        if minutes < 60:
            return f"{minutes}{_NO_BREAK_SPACE}{self('unit_minutes')}"
        hours, rest = divmod(minutes, 60)
        return f"{self.number(hours)}{_NO_BREAK_SPACE}{self('unit_hours')}{_NO_BREAK_SPACE}{rest:02d}"


@cache
def strings(language: Language) -> Strings:
    """The sentences of the reports in one language."""
    return _read(language, "strings", "forms", "figures")


@cache
def check_strings(language: Language) -> Strings:
    """What ``check`` says in one language, apart from the others: a commit hook loads little."""
    return _read(language, "check")


def _read(language: Language, *names: str) -> Strings:
    texts: dict[str, str] = {}
    for name in names:
        text = resources.files("privacy_audit.legal").joinpath(f"{name}.{language}.toml").read_text(encoding="utf-8")
        texts |= tomllib.loads(text)
    return Strings(language, texts)
