"""Labelled texts: JSON Lines with ``text`` and ``spans``, and other people's names for our entity types."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from privacy_audit.errors import UsageError

__all__ = ["CASINGS", "Casing", "GoldSpan", "GoldText", "entity_type_of", "in_casing", "read_gold"]

Casing = Literal["as written", "UPPER", "lower"]
CASINGS: tuple[Casing, ...] = ("as written", "UPPER", "lower")

_ENTITY_TYPES = {
    **dict.fromkeys(("PER", "PERS", "PERSON", "NAME", "PERSON_NAME", "B-PER"), "PERSON"),
    **dict.fromkeys(("EMAIL", "EMAIL_ADDRESS", "E_MAIL"), "EMAIL_ADDRESS"),
    **dict.fromkeys(("PHONE", "PHONE_NUMBER", "TELEPHONE", "TEL"), "PHONE_NUMBER"),
    **dict.fromkeys(("IBAN", "IBAN_CODE"), "IBAN_CODE"),
    **dict.fromkeys(("CREDIT_CARD", "CARD", "PAYMENT_CARD"), "CREDIT_CARD"),
    **dict.fromkeys(("IP", "IP_ADDRESS", "IPV4", "IPV6"), "IP_ADDRESS"),
    **dict.fromkeys(("NIR", "FR_NIR"), "FR_NIR"),
    **dict.fromkeys(("SSN", "US_SSN"), "US_SSN"),
}
"""Labels of the sets that are about, to the names that are used here; others stay as they are."""


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """``[start, end)`` in code points."""

    start: int
    end: int
    entity_type: str


@dataclass(frozen=True, slots=True)
class GoldText:
    """One labelled text; ``language`` is BCP 47 or None."""

    text: str = field(repr=False)
    language: str | None
    spans: tuple[GoldSpan, ...]


def entity_type_of(label: str) -> str:
    """Our name for a label of a data set."""
    return _ENTITY_TYPES.get(label.upper(), label.upper())


def read_gold(paths: Sequence[Path]) -> list[GoldText]:
    """Every labelled text of JSON Lines files with ``text``, ``spans`` (``start``, ``end``, ``label``), maybe ``lang``.

    Raises:
        UsageError: a file cannot be read, or a line is not of that form; the message names file and line only.
    """
    texts: list[GoldText] = []
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path}: cannot be read as UTF-8 text ({type(error).__name__})") from None
        for number, line in enumerate(lines, 1):
            if line.strip():
                texts.append(_gold_text(line, f"{path}:{number}"))
    if not texts:
        raise UsageError("no labelled text in the files given")
    return texts


def _gold_text(line: str, where: str) -> GoldText:
    try:
        value: dict[str, Any] = json.loads(line)
        text, spans = value["text"], tuple(_spans(value["spans"]))
        if not isinstance(text, str) or any(not 0 <= span.start < span.end <= len(text) for span in spans):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError):
        expected = '{"text": "...", "lang": "fr", "spans": [{"start": 0, "end": 4, "label": "PERSON"}]}'
        raise UsageError(f"{where}: not of the form {expected}") from None
    return GoldText(text, value.get("lang"), spans)


def _spans(values: Any) -> Iterator[GoldSpan]:
    for value in values:
        yield GoldSpan(int(value["start"]), int(value["end"]), entity_type_of(value["label"]))


def in_casing(text: GoldText, casing: Casing) -> GoldText:
    """The same text in capitals or small letters, character by character, so that the spans stay right."""
    if casing == "as written":
        return text
    change = str.upper if casing == "UPPER" else str.lower
    changed = "".join(new if len(new := change(char)) == 1 else char for char in text.text)
    return replace(text, text=changed)
