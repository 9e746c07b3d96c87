"""French or English, by the small words of a text: enough to choose a numbering plan or a model."""

from __future__ import annotations

import re

__all__ = ["guess_language"]

_READ_CHARS = 4000
_MIN_WORDS = 2
_WORD = re.compile(r"[^\W\d_]+")
_FRENCH_WORDS = (
    "le la les un une des du de et est sont dans pour par pas que qui au aux avec sur ce cette il elle nous vous je sa "
    "son ses été ne se en où mais leur plus ou l d j c qu n s"
)
_ENGLISH_WORDS = (
    "the a an of and is are was were in to for not that which at with on this it he she we you his her their has have "
    "be as i my your from but or by they will would please"
)
_FRENCH = frozenset(_FRENCH_WORDS.split())
_ENGLISH = frozenset(_ENGLISH_WORDS.split())


def guess_language(text: str) -> str | None:
    """``fr`` or ``en``; None when fewer than two small words speak for one, or as many for the other."""
    words = [word.lower() for word in _WORD.findall(text[:_READ_CHARS])]
    french = sum(word in _FRENCH for word in words)
    english = sum(word in _ENGLISH for word in words)
    if max(french, english) < _MIN_WORDS or french == english:
        return None
    return "fr" if french > english else "en"
