"""E-mail addresses as they are said: ``marie point dupont arobase gmail point com``, ``m dupont at gmail dot com``."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from privacy_audit.recognizers import Hit, Recognizer, Trigger
from privacy_audit.recognizers._en_words import NUMBER_WORDS
from privacy_audit.recognizers._places import places
from privacy_audit.recognizers._spoken import FILLERS, lowered, words_of
from privacy_audit.recognizers.contact import email_hit
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_AT_FR = ("arobase", "arobaze", "arrobase", "arobas", "arrobas", "arobasse", "commercial")
_AT_EN = ("at",)
_DOTS = frozenset(("point", "dot"))
_DASHES = frozenset(("tiret", "dash", "hyphen", "moins", "minus"))
_UNDERSCORES = frozenset(("underscore", "underscor", "souligne"))
_LOWER = frozenset(("bas", "six", "huit"))  # "tiret bas", also called by its key: "tiret du huit"
_JOINTS = _DOTS | _DASHES | _UNDERSCORES
_TOP_LEVEL = frozenset(
    """
    ai app at au be biz ca ch cn co com coop cz de dev dk edu es eu fi fr gouv gov gr ie in info io it jp lu me
    mobi net nl nz org paris pl pt re ro ru se tech tv uk us
    """.split()
)  # fmt: skip
_SPELLED_ENDS = ("fr", "com", "net", "org", "uk", "eu", "be", "ch", "io", "de", "us", "ca", "ie", "es", "it")
# words before an address that are no part of it
_STOP = frozenset(
    """
    a à accord actuellement address adresse alors am an and are aussi aux avec be because bien but by c can car ce
    ces cette chez comme contact contacter contactez d dans de des donc du e ecrire ecrivez ecrivez-moi
    electronique elle email en envoyer envoyez es est et etait euh find for from her his i id il ils is it its j
    je juste l la le les leur ma mail mails mais me mel mes message moi mon my n need ne nom notre nous on or oui
    our ou par pas please pour puis qu que qui reach s sa said se send ses si so son sont sous suis sur t that the
    their then this to toujours ton toute uh um un une use username utilisez va voici voila votre vous was we well
    were with write y yes you your
    """.split()
)  # fmt: skip
_WORDS_NUMBERS = NUMBER_WORDS | frozenset(
    """
    zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente
    quarante cinquante soixante double triple
    """.split()
)
_PAUSES = frozenset(("euh", "heu", "uh", "um", "er", "hm"))
_GAP = re.compile(r"[\s,.;:…\-–—'’\"()_/<>]{0,5}")
_APOSTROPHES = ("'", "’")
_BREAK = re.compile(r"[.;:!?…\n]")
_BEFORE_CHARS, _AFTER_CHARS = 160, 140
_MAX_LOOSE = 2  # words said before the at without a joint: "marie dupont arobase"
_MAX_DOMAIN_WORDS = 4

_Word = tuple[str, int, int]


def _emails(text: str, start: int, end: int, marks: Sequence[str]) -> Iterator[Hit]:
    low = lowered(text)
    last_end = start
    for place in places(low, marks, start, end):
        if place < last_end or low[max(0, place - 1) : place].isalnum():
            continue
        after = words_of(text, place, min(end, place + _AFTER_CHARS))
        if not after or after[0][0] not in marks:
            continue
        before = words_of(text, max(last_end, place - _BEFORE_CHARS), place)
        if after[0][0] == "commercial" and (not before or before.pop()[0] != "a"):
            continue
        if len(after) > 1 and after[0][0] == "at" and after[1][0] == "sign":
            after = after[1:]
        if after[0][0] == "at" and not any(word == "dot" for word, _, _ in after[1:12]):
            continue  # "at one point in time"
        domain, domain_end = _domain(text, after)
        local = _local(text, before)
        if domain and local:
            written = "".join(word for word, _, _ in local)
            hit = email_hit(written, domain, local[0][1], domain_end)
            yield hit
            last_end = domain_end


def _domain(text: str, after: Sequence[_Word]) -> tuple[str, int]:
    """What the words after the at spell, and where it ends; nothing where they are no domain."""
    labels: list[str] = []
    found = "", 0
    index, n_words, dotted = 1, 0, False
    while index < len(after):
        word, _, stop = after[index]
        if not _GAP.fullmatch(text, after[index - 1][2], after[index][1]):
            break
        if word in _DOTS:
            dotted = True
        elif word in _DASHES:
            labels.append("-")
        elif word in FILLERS and len(word) > 1 and word not in _TOP_LEVEL:
            pass
        elif dotted and (top := _top_level(after, index)):
            index, stop = top[1], after[top[1]][2]
            found = f"{''.join(labels) or 'x'}.{top[0]}", stop
            labels.append(f".{top[0]}")
            following = after[index + 1][0] if index + 1 < len(after) else ""
            if following not in _DOTS:
                break
            dotted = False
        elif n_words >= _MAX_DOMAIN_WORDS and len(word) > 1:
            break
        else:
            n_words += len(word) > 1
            labels.append(f".{word}" if dotted and labels else word)
            dotted = False
        index += 1
    return found if labels and not labels[0].startswith(".") else ("", 0)


def _top_level(after: Sequence[_Word], index: int) -> tuple[str, int] | None:
    """An ending, said as a word or letter by letter, and the index of its last word."""
    if after[index][0] in _TOP_LEVEL:
        return after[index][0], index
    for ending in _SPELLED_ENDS:
        letters = [word for word, _, _ in after[index : index + len(ending)]]
        if letters == list(ending):
            return ending, index + len(ending) - 1
    return None


def _local(text: str, before: Sequence[_Word]) -> list[_Word]:
    """The words before the at that spell the mailbox, in order."""
    taken: list[_Word] = []
    n_loose = 0
    joined = True  # the next word to the left belongs to it, whatever it is
    for index in range(len(before) - 1, -1, -1):
        word, start, stop = before[index]
        following = before[index + 1][1] if index + 1 < len(before) else len(text)
        gap = text[stop:following] if taken else ""
        if (taken and not _GAP.fullmatch(gap)) or _is_clipped(text, start, stop) or text[start:stop] in ("à", "À"):
            break
        if word in _JOINTS or (word in _LOWER and index and before[index - 1][0] in {*_DASHES, "du"}):
            taken.append((_sign(word), start, stop))
            joined = True
        elif (word == "du" and taken and taken[-1][0] == "_") or (joined and word in _PAUSES):
            continue
        elif joined:
            taken.append((word, start, stop))
            joined = False
        elif word in ("a", "y") and (len(taken[-1][0]) > 1 or not taken[-1][0].isalpha()):
            break  # a word of its own, unless letters are said one by one
        elif (
            word in ("et", "and")
            and taken[-1][0] in _WORDS_NUMBERS
            and index
            and before[index - 1][0] in _WORDS_NUMBERS
        ):
            continue
        elif word in _WORDS_NUMBERS or word.isdigit() or len(word) == 1:
            taken.append((word, start, stop))
        elif word not in _STOP and n_loose < _MAX_LOOSE and not _BREAK.search(gap):
            taken.append((word, start, stop))
            n_loose += 1
        else:
            break
    taken.reverse()
    while taken and taken[0][0] in ("", ".", "-", "_"):
        taken.pop(0)
    return taken


def _is_clipped(text: str, start: int, stop: int) -> bool:
    """The c of ``c'est`` and the s of ``it's`` are no letters of an address."""
    return stop - start == 1 and (text[stop : stop + 1] in _APOSTROPHES or text[start - 1 : start] in _APOSTROPHES)


def _sign(word: str) -> str:
    if word in _DOTS:
        return "."
    if word in _UNDERSCORES:
        return "_"
    return "-" if word in _DASHES else "_" if word in _LOWER else ""


def _fr(text: str, start: int, end: int) -> Iterator[Hit]:
    yield from _emails(text, start, end, _AT_FR)


def _en(text: str, start: int, end: int) -> Iterator[Hit]:
    yield from _emails(text, start, end, _AT_EN)


_NAMES = "marie nathalie lucie camille jean paul claire hugo ines louis emma adam chloe garnier lefebvre morel".split()
_HOSTS = "gmail orange wanadoo free outlook hotmail boite yahoo proton".split()


def _example(draw: random.Random, dot: str, dash: str, at: str, ends: Sequence[str]) -> str:
    joint = draw.choice((f" {dot} ", f" {dot} ", f" {dash} "))
    first = draw.choice((draw.choice(_NAMES), draw.choice("abefgk")))
    return f"{first}{joint}{draw.choice(_NAMES)} {at} {draw.choice(_HOSTS)} {dot} {draw.choice(ends)}"


def _example_fr(draw: random.Random) -> str:
    return _example(draw, "point", "tiret", "arobase", ("com", "fr", "f r", "net"))


def _example_en(draw: random.Random) -> str:
    return _example(draw, "dot", "dash", "at", ("com", "co dot uk", "org", "net"))


RECOGNIZERS = (
    Recognizer(
        name="email_spoken_fr",
        entity_type="EMAIL_ADDRESS",
        summary="E-mail addresses said in French: arobase, point, tiret.",
        pattern="",
        search=_fr,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(words=("arobase", "arobaze", "arrobase", "arobas", "arrobas", "commercial")),
        sources=("RFC 5321, 4.1.2", "https://fr.wikipedia.org/wiki/Arobase"),
        example=_example_fr,
        frames=("mon adresse c'est {} voilà", "{}", "écrivez à {}.", "Alors, {}, en minuscules"),
        detects=(
            "marie point dupont arobase gmail point com",
            "c'est m tiret du six lefebvre trente-deux arobase orange point f r",
            "lucie garnier a commercial boite point fr",
        ),
        ignores=(
            "le signe arobase se trouve sur la touche zéro",
            "un centre commercial à ce point fréquenté",
            "contact arobase mairie point fr",
        ),
    ),
    Recognizer(
        name="email_spoken_en",
        entity_type="EMAIL_ADDRESS",
        summary="E-mail addresses said in English: at, dot, dash, underscore.",
        pattern="",
        search=_en,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(words=("dot",)),
        sources=("RFC 5321, 4.1.2",),
        example=_example_en,
        frames=("my email is {} thanks", "{}", "send it to {}.", "So, {}, all small letters"),
        detects=(
            "robert dot harrison at gmail dot com",
            "it's j underscore smith forty two at mail dot co dot uk",
            "R DASH HARRISON AT SIGN PROTON DOT ME",
        ),
        ignores=(
            "at some point we stopped at the dot on the map",
            "things go south at one point in time",
            "look at the dot in the middle",
            "support at vendor dot com",
        ),
    ),
)
