"""Which sentences of a text can hold a name at all: a recogniser is slow, and one sentence in four has no candidate."""

from __future__ import annotations

import re
from collections.abc import Iterator

from privacy_audit.recognizers._places import joined
from privacy_audit.scanners._names import is_place

__all__ = ["stretches"]

_BORDER = re.compile(r"(?<=[.!?…])\s+(?=[A-ZÀ-Ý«\"“–-])|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HAS_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ]")
# words that begin sentences: their capital says nothing
_STARTERS = frozenset(
    """
    a afin ainsi alors an and après as at au aucun aucune aussi autre autres aux avant avec but by c ce cela
    cependant ces cet cette ceux chacun chaque chez cinq comme contre d dans de depuis des deux dix dont du durant
    during elle elles en enfin ensuite entre est et face faute for from grâce he her his how huit if il ils in is it
    its je l la le les leur leurs lors lorsque ma mais malgré mes mon most my même n ne neuf no nos not notre nous
    of on or ou our où par parce parmi pendant plusieurs plus pour pourtant premier première puis quand quatre que
    qui quoi s sa sans selon sept ses she si since six some son sous suite sur tel telle ten that the their there
    these they this those to tous tout toute toutes toutefois trois two un une vers voici voilà vos votre vous we
    what when where which while who why with without you your à ça également
    """.split()
)


def stretches(text: str) -> Iterator[tuple[int, int]]:
    """[start, end) of neighbouring sentences that may hold a name; the whole text where it has no capitals at all.

    A sentence is passed over when every capital in it begins a word that opens sentences, or a country or large town.
    """
    if not _HAS_CAPITAL.search(text):
        yield 0, len(text)
        return
    yield from joined(place for place in _sentences(text) if _may_hold_a_name(text, *place))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for border in _BORDER.finditer(text):
        yield start, border.end()
        start = border.end()
    if start < len(text):
        yield start, len(text)


def _may_hold_a_name(text: str, start: int, end: int) -> bool:
    has_capital = False
    before_was_place = False
    for number, match in enumerate(_WORD.finditer(text, start, end)):
        word = match.group()
        if not word[0].isupper():
            before_was_place = False
            continue
        has_capital = True
        place = is_place(word)
        # two in a row, `Paris Hilton`, may be a name after all
        if not (place and not before_was_place) and not (number == 0 and word.lower() in _STARTERS):
            return True
        before_was_place = place
    return not has_capital  # a line in small letters: a transcript
