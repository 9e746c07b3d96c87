"""The French social-security number as it is said, in transcripts of speech."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from privacy_audit.recognizers import Hit, Recognizer, Trigger
from privacy_audit.recognizers._fr_words import NUMBER_WORD, readings, spelled
from privacy_audit.recognizers._places import around, places
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_FILLERS = "euh heu puis la clé cle c'est est espace tiret".split()
_WORD = rf"(?:{NUMBER_WORD}|[0-9]{{1,4}}|[ab])(?!\w)"
_GAP = rf"[ ,.;:…\-]{{1,3}}(?:(?:et|{'|'.join(_FILLERS)})[ ,.;:…\-]{{1,3}}){{0,4}}"
_RUN = re.compile(rf"(?<![\w\-])(?:{NUMBER_WORD}|[0-9]{{1,4}})(?!\w)(?:{_GAP}{_WORD}){{6,40}}", re.IGNORECASE)
_TOKEN = re.compile(r"c'est|\w+", re.IGNORECASE)
# nearly every number holds two of these, so only what stands around such a pair is read word by word
_TELLING = tuple("zéro zero vingt trente quarante cinquante soixante septante nonante".split())
_TELLING += tuple("ZÉRO ZERO VINGT TRENTE QUARANTE CINQUANTE SOIXANTE".split())
_TELLING_APART, _REACH = 160, 260
_MAX_BEFORE = 12  # number words that may stand before the number in one run
# where the group ends in which a digit stands: sex, year, month, department, commune, order, key
_GROUP_ENDS = (1, 3, 3, 5, 5, 8, 8, 10, 10, 10, 13, 13, 13, 15, 15)
_NIR = re.compile(r"[1-478][0-9]{2}(?:0[1-9]|1[0-3]|[235-9][0-9]|4[0-2])(?:[0-9]{2}|2[AB])[0-9]{6}(?P<key>[0-9]{2})?")


def _spoken(text: str, start: int, end: int) -> Iterator[Hit]:
    """A number whose key is right is sure; one without key, or with a key that is not, needs an announcing word."""
    telling = _pairs(places(text, _TELLING, start, end))
    for first, last in around(telling, _REACH, _TELLING_APART + _REACH, start, end):
        for run in _RUN.finditer(text, first, last):
            tokens = [token for token in _TOKEN.finditer(text, *run.span()) if token.group().lower() not in _FILLERS]
            found = _number(tokens)
            if found:
                yield found


def _pairs(found: Sequence[int]) -> Iterator[int]:
    for first, second in pairwise(found):
        if second - first <= _TELLING_APART:
            yield first


def _number(tokens: Sequence[re.Match[str]]) -> Hit | None:
    """The best number in a run: one with a right key that is the whole run is sure, whatever stands around."""
    from stdnum.fr import nir

    words = [token.group().lower() for token in tokens]
    best: tuple[bool, int, bool, int] | None = None
    for first in range(min(len(words), _MAX_BEFORE)):
        for end, digits in _all_readings(words, first):
            if _NIR.fullmatch(digits):
                valid = len(digits) == 15 and nir.is_valid(digits)
                whole = first == 0 and end == len(words)
                if valid or whole:
                    best = max(best or (False, 0, False, 0), (valid and whole, end - first, valid, first))
    if best is None:
        return None
    sure, n_words, _, first = best
    span = tokens[first].start(), tokens[first + n_words - 1].end()
    return Hit(*span, Confidence.HIGH if sure else None)


def _all_readings(words: Sequence[str], first: int) -> Iterator[tuple[int, str]]:
    """Every way to read 13 or 15 digits from ``words[first]`` on; no number reaches from one group into the next."""
    ends: dict[int, set[str]] = {first: {""}}
    for place in range(first, len(words)):
        for before in ends.pop(place, ()):
            for end, digits in _next(words, place, before):
                whole = before + digits
                if len(whole) <= _GROUP_ENDS[len(before)]:
                    if len(whole) in (13, 15):
                        yield end, whole
                    if len(whole) < 15:
                        ends.setdefault(end, set()).add(whole)


def _next(words: Sequence[str], place: int, before: str) -> Iterator[tuple[int, str]]:
    word = words[place]
    if word in ("a", "b"):
        if len(before) == 6 and before[-1] == "2":  # Corse-du-Sud is 2A, Haute-Corse 2B
            yield place + 1, word.upper()
    elif word == "et":
        yield place + 1, ""
    else:
        yield from readings(words, place)


def _example(draw: random.Random) -> str:
    department = draw.choice(("75", "13", "69", "2A", "33", "59", "974"))
    body = f"{draw.choice('12')}{draw.randint(0, 99):02d}{draw.randint(1, 12):02d}{department:9<5}"
    body += f"{draw.randint(1, 999):03d}"
    whole = f"{body}{97 - int(body.replace('2A', '19')) % 97:02d}"
    cuts = (0, 1, 3, 5, 7, 10, 13, 15)
    said = [
        "deux a" if group == "2A" else spelled(group) for group in (whole[first:last] for first, last in pairwise(cuts))
    ]
    whole = draw.choice((" ", ", ")).join(said)
    return whole.replace("-", " ") if draw.random() < 0.5 else whole


RECOGNIZERS = (
    Recognizer(
        name="fr_nir_spoken",
        entity_type="FR_NIR",
        summary="Numéro de sécurité sociale (NIR) said in words, by its key or by a word that announces it.",
        pattern="",
        search=_spoken,
        check=bool,
        announced=Confidence.MEDIUM,
        context=(
            *("nir", "secu", "securite sociale", "numero de securite", "carte vitale", "vitale", "immatriculation"),
            *("assure social",),
        ),
        trigger=Trigger(words=("zéro", "zero", "vingt", "soixante")),
        country="FR",
        sources=("Décret n° 82-103, art. 4", "stdnum.fr.nir"),
        example=_example,
        frames=(
            "alors mon numéro de sécurité sociale c'est le {} voilà",
            "{}",
            "numéro de sécu : {}.",
            "je vous donne le {} merci",
            "Carte vitale, {}, c'est noté.",
        ),
        detects=(
            "c'est le deux quatre-vingt-quatre zéro cinq soixante-quinze neuf cent quatre-vingt-dix-neuf zéro "
            "quarante-deux clé zéro huit",
            "un quatre vingt quatre zéro cinq deux a neuf cent quatre vingt dix neuf zéro quarante deux dix huit",
        ),
        ignores=(
            "zéro six trente-neuf quatre-vingt-dix-huit douze quarante-cinq",
            "deux quatre-vingt-quatre zéro cinq soixante-quinze neuf cent quatre-vingt-dix-neuf zéro quarante-deux "
            "zéro neuf",
            "quatre-vingt, soixante, quarante, vingt, zéro : le compte à rebours de deux cent trente secondes",
        ),
    ),
)
