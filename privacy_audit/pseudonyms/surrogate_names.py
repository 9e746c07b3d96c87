"""Another name in the same form, word by word, so that a family name alone and the whole name agree.

A known given name becomes another known one of its language, no two the same (a keyed cycle). Which one has nothing to
do with whether women or men bear it. Any other word becomes an invented one, of 327 million (French) or 320 million
(English): Faker 40 has 215 x 400 French names, of which 10,000 people would share 581 pairs.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from privacy_audit.pseudonyms.names import PARTICLES, TITLES, given_names, plain, words
from privacy_audit.recognizers._readable import folded

if TYPE_CHECKING:
    from privacy_audit.pseudonyms import Pseudonyms

__all__ = ["surrogate_digits", "surrogate_name", "surrogate_word"]

_SYLLABLES = {
    # head, vowel, middle, vowel, middle, end: their numbers multiplied are all names there can be
    "fr": (
        "b br c ch cl cr d dr f fl fr g gl gr gu h j l m n p pl pr qu r s t tr v",
        "a e i o u ai au ou oi",
        "b bl br c ch d dr f ff g gn gr l ll ln lm lv m mb mm mp n nd nn nt p pr r rb rc rd rl rm rn rr "
        "rt rv s ss st t tt tr v vr x z",
        "a e i o u ai ou",
        "b bl br c ch d f ff g gn l ll ld lm lv m mb n nd nn nt p r rb rd rg rl rm rn rr rt rv s ss st t tt tr v vr z",
        "ac ache aille ain aine ais al alain ald an ance ancourt ande ant ard ardeau art as asse at aud "
        "ault aut aux ay aye eau eaux el elet elin elle elot er eron ert es esse et eteau ette euil eur "
        "ey ez iac ie ien ier iere ieu ieux ignac igny ille illet illon imond in ine ingue inot iot iou "
        "is isse it ival ol oleau on onne ordeau ore ort osse ot otte ou ouin ourt oux oy u uc ue uel uet "
        "uis uron ville vin y",
    ),
    "en": (
        "b bl br c ch cl cr d dr f fl fr g gl gr h j k l m n p pl pr qu r s sc sh sl sp st sw t th tr tw v w wh",
        "a e i o u ai ea ee oo",
        "b ck ckl d dd dg f ff g gg k l ld ll lm ls lt m mb mm mp n nd ng nn nt p pp r rb rd rk rl rm rn "
        "rr rt s sh sk ss st t th tt tch v w z",
        "a e i o u y",
        "b ck d dd f g k l ld ll m mb n nd ng nn nt p r rd rk rm rn rt s sh ss st t th tt v w x",
        "all am an ard as ay beck bert borough bourne bow brand bridge brook burn bury by cam chard "
        "church combe cott croft dale dall dean den don dray ell er field fold ford gale gate grave green "
        "ham hart hill house hurst ing ington ister kin land ler ley lin ling lock low man mere mond more "
        "ner ness ney nor ock old ridge row sey shaw side son stall stead stock stoke ston stone ten "
        "thorn ton vale wall ward way well wick win wood worth y",
    ),
}
_ENGLISH_LETTERS = ("w", "k", "th", "sh", "ck", "gh", "ee", "oo")
_ENGLISH_ENDS = ("son", "ton", "ley", "ford", "man", "field", "worth", "ham", "by", "ing", "ings")


def surrogate_name(pseudonyms: Pseudonyms, value: str, *, plain_ascii: bool = False) -> str:
    """``DUPONT, Marie`` -> ``BERNOULIN, Chloé``: titles, particles, signs and the casing of each word stay.

    ``plain_ascii``: without accents, as in file names and addresses.
    """
    text = plain(value)
    pieces, position = [], 0
    for start, end in words(text):
        word = text[start:end]
        new = word if folded(word) in TITLES | PARTICLES else surrogate_word(pseudonyms, word)
        pieces += [surrogate_digits(pseudonyms, text[position:start], value), folded_ascii(new) if plain_ascii else new]
        position = end
    return "".join([*pieces, surrogate_digits(pseudonyms, text[position:], value)])


def surrogate_word(pseudonyms: Pseudonyms, word: str) -> str:
    """One word of a name, cased like it; the same for every casing and accent of it."""
    key = folded(word)
    known = given_names().get(key)
    if known:
        language, _ = known
        return _cased_like(pseudonyms.next_of(f"given {language}", _names_of(language))[given_names()[key][1]], word)
    if not key.isascii():
        return _in_its_script(pseudonyms, word)
    if len(key) == 1:
        letter = "abcdefghijklmnopqrstuvwxyz"[(ord(key) - 97 + 1 + pseudonyms.number("initial", key, 25)) % 26]
        return _cased_like(letter, word)
    return _cased_like(_invented(pseudonyms, key), word)


def surrogate_digits(pseudonyms: Pseudonyms, text: str, value: str) -> str:
    """The text with each digit replaced by a keyed one; ``value`` is what they are part of."""
    if not any(map(str.isdigit, text)):
        return text
    drawn = pseudonyms.digest("digits", f"{value}\x00{text}") * (len(text) // 32 + 1)
    return "".join(
        str((int(char) + 1 + drawn[index] % 9) % 10) if char.isdecimal() else char for index, char in enumerate(text)
    )


def folded_ascii(text: str) -> str:
    """Without accents, casing kept."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _invented(pseudonyms: Pseudonyms, key: str) -> str:
    english = any(mark in key for mark in _ENGLISH_LETTERS) or key.endswith(_ENGLISH_ENDS)
    drawn = pseudonyms.number("word", key, 2**200)
    made = ""
    for choices in map(str.split, _SYLLABLES["en" if english else "fr"]):
        drawn, index = divmod(drawn, len(choices))
        made += choices[index]
    return made


def _in_its_script(pseudonyms: Pseudonyms, word: str) -> str:
    """Each letter another one of the same block and kind: a form, not a name."""
    key = folded(word)
    new = []
    for index, char in enumerate(word):
        block = ord(char) & ~0xFF
        alike = [
            other
            for other in map(chr, range(block, block + 256))
            if unicodedata.category(other) == unicodedata.category(char) and other != char
        ]
        new.append(alike[pseudonyms.number("letter", f"{key}\x00{index}", len(alike))] if alike else char)
    return "".join(new)


def _cased_like(made: str, model: str) -> str:
    if model.isupper() and len(model) > 1:
        return made.upper()
    return made.lower() if model[0].islower() else made[:1].upper() + made[1:].lower()


@cache
def _names_of(language: str) -> tuple[str, ...]:
    return tuple(name for own, name in given_names().values() if own == language)
