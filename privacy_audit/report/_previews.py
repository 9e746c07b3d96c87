"""What findings stand on, masked: enough for whoever knows the data to tell a right finding from a wrong one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from privacy_audit.types import Confidence

__all__ = ["RecordPreview", "masked"]

_MASK = "•"
_SECRETS = frozenset(("CREDENTIAL",))
"""Never shown, not by a letter: a part of a password helps to guess the rest."""
_LEAST = 4
"""Letters and digits of a value that is shown by anything: of fewer, one would be a good part."""
_WORDS, _DIGITS = 4, 8
"""Words whose first letter is shown, and digits from which on the last two are: our choice, after ``j***@e***.fr``."""
_MAX_CHARS = 60
_RUN = re.compile(r"[^\W\d_]+|\d+|.", re.DOTALL)
_DOMAIN_END = re.compile(r"\.[A-Za-z]{2,4}$")
_KEPT = frozenset(" @.,:;/()+-_'’&")


@dataclass(frozen=True, slots=True)
class RecordPreview:
    """A record as it stands in the URIs of findings, its proposed level (0 to 4), and what was found in it.

    ``items``: kind of data, confidence, and the masked value, "" where there is none to show.
    """

    record: str
    level: int
    items: Sequence[tuple[str, Confidence, str]] = field(repr=False)


def masked(entity_type: str, value: str) -> str:
    """``j•••@e•••.fr``, ``•• •• •• •• 45``: the first letter of up to four words, the last two of many digits.

    Words have three signs whatever their length. All is masked where the value is short or a secret.
    """
    text = " ".join(value.split())
    n_digits = sum(char.isdigit() for char in text)
    if entity_type in _SECRETS or sum(char.isalnum() for char in text) < _LEAST:
        return _MASK * 3
    end = _DOMAIN_END.search(text) if entity_type == "EMAIL_ADDRESS" else None
    shown = _masked_runs(text[: end.start()] if end else text, n_digits - 2 if n_digits >= _DIGITS else n_digits)
    shown += end.group() if end else ""
    return shown if len(shown) <= _MAX_CHARS else shown[: _MAX_CHARS - 1] + "…"


def _masked_runs(text: str, n_hidden_digits: int) -> str:
    pieces: list[str] = []
    n_words = n_digits = 0
    for run in _RUN.findall(text):
        if run.isdecimal() or run[0].isdigit():
            for digit in run:
                n_digits += 1
                pieces.append(_MASK if n_digits <= n_hidden_digits else digit)
        elif run[0].isalpha():
            n_words += 1
            pieces.append(run[0] + _MASK * 3 if n_words <= _WORDS and len(run) > 1 else _MASK * 3)
        else:
            pieces.append(run if run in _KEPT else _MASK)
    return "".join(pieces)
