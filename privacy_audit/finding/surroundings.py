"""What stands beside a place in a folded text, and makes it another name or none."""

from __future__ import annotations

import re

from privacy_audit.finding.folding import Folded

__all__ = [
    "begins_word",
    "capital_before",
    "capital_behind",
    "ends_word",
    "in_address",
    "is_hyphenated",
    "is_place",
    "is_token",
    "opens_sentence",
]

_PLACES = re.compile(
    r"(?:\b(?:rue|avenue|av\.?|boulevard|bd|place|square|impasse|allee|allees|quai|cours|chemin|pont|lycee|college|ecole|"
    r"universite|stade|gymnase|theatre|hopital|clinique|fondation|prix|street|road|school|stadium|bridge|hospital)"
    r"(?:\s(?:du|de|docteur|general|professeur))?\s)$"
)
_WORD_BEFORE = re.compile(r"[^\W\d_]+ $")
_AT = re.compile(r"@|%40|\s?[(\[]\s?(?:at|arobase)\s?[)\]]|\s(?:at|arobase)\s")


def begins_word(text: Folded, start: int) -> bool:
    """No letter before, or the hump of ``photoJeanDupont``."""
    if start == 0 or not text.text[start - 1].isalpha():
        return True
    return text.char(start).isupper() and text.char(start - 1).islower()


def ends_word(text: Folded, end: int) -> bool:
    """No letter behind, or a hump."""
    if end >= len(text.text) or not text.text[end].isalpha() or not text.text[end - 1].isalpha():
        return True
    return text.char(end).isupper() and text.char(end - 1).islower()


def is_hyphenated(text: Folded, start: int, end: int) -> bool:
    """``Pierre-Jean Dupont``, ``Jean Dupont-Martin``."""
    before = text.text[start - 1 : start] == "-" and text.char(start - 2).isalpha()
    behind = text.text[end : end + 1] == "-" and text.char(end + 1).isalpha()
    return before or (behind and text.char(end + 1).isupper() == text.char(start).isupper())


def is_place(text: Folded, start: int) -> bool:
    """``rue Jean Dupont``: a street, a school."""
    return _PLACES.search(text.text, max(0, start - 30), start) is not None


def capital_before(text: Folded, start: int) -> bool:
    """A word in capitals or with one stands before, as the given name of another person does."""
    found = _WORD_BEFORE.search(text.text, max(0, start - 30), start)
    return found is not None and text.char(found.start()).isupper()


def capital_behind(text: Folded, end: int) -> bool:
    """A word in capitals or with one stands behind."""
    return text.text[end : end + 1] == " " and text.char(end + 1).isupper()


def opens_sentence(text: Folded, start: int) -> bool:
    """A sentence or line begins here, so that a capital tells nothing."""
    before = text.text[max(0, start - 3) : start].rstrip(" \"'(")
    return not before or before[-1] in ".!?\n\r:;\u00ab\u201c-\u2014"


def is_token(text: Folded, start: int, end: int) -> bool:
    """No part of a longer token, as logins and local parts of addresses are not."""
    return text.text[start - 1 : start] not in ("-", "_") and text.text[end : end + 1] not in ("-", "_")


def in_address(text: Folded, start: int, end: int) -> bool:
    """The whole local part of an e-mail address, written or said."""
    return _AT.match(text.text, end) is not None and text.text[start - 1 : start] not in ("-", "_", ".", "+")
