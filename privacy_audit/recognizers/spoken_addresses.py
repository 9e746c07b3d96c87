"""Postal addresses as they are said: numbers in words, postcodes letter by letter."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from privacy_audit.recognizers import Hit, Recognizer, Trigger, _en_words, _fr_words, all_recognizers
from privacy_audit.recognizers._places import places
from privacy_audit.recognizers._spoken import FR_NUMBERS, lowered, words_of
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_STREETS_FR = "rue avenue boulevard impasse chemin allée allee quai route place square cours passage ruelle".split()
_STREETS_EN = (
    *"street road avenue lane drive close crescent gardens terrace grove square boulevard mews parade".split(),
    *"court way row hill place".split(),
)
_NO_STREET_WORDS = frozenset(
    """
    a across along an and are at between by can cars down each every for from had has have his her in into is it its
    km lanes left long main more most my no of off on onto one or other our out over per right same side so such than
    that the their them there these they this those through to under up was we were which with ways years yards
    """.split()
)
_NUMBERS_FR = FR_NUMBERS | {"mille"}
_NO_HOUSE = frozenset(("and", "et", "un", "une"))
_REACH_CHARS = 110
_POSTCODE_FR = re.compile(r"(?:0[1-9]|[1-8][0-9]|9[0-8])[0-9]{3}")
_POSTCODE_EN = re.compile(r"[a-z]{1,2}[0-9][0-9a-z]?[0-9][a-z]{2}")
_MAX_HOUSE_WORDS = 5
_Word = tuple[str, int, int]


def _french(text: str, start: int, end: int) -> Iterator[Hit]:
    """House number and postcode are written as digits, and the form of written addresses is looked for."""
    low = lowered(text)
    last_end = start
    for place in places(low, _STREETS_FR, start, end):
        if place < last_end or low[max(0, place - 1) : place].isalnum() or not _ends_in_number(low, place):
            continue
        house = _house(words_of(text, max(last_end, place - 50), place), _NUMBERS_FR)
        if not house:
            continue
        pieces = _digits_for_words(text, house[0][1], min(end, place + _REACH_CHARS))
        spoken = "".join(piece for piece, _, _ in pieces)
        hits = [hit for hit in all_recognizers()["fr_address"].hits(spoken, 0, len(spoken)) if hit.start <= 4]
        if hits:
            first, last = _back(pieces, hits[0].start)[0], _back(pieces, hits[0].end - 1)[1]
            yield Hit(first, last, hits[0].confidence)
            last_end = last


def _ends_in_number(low: str, place: int) -> bool:
    """Cheaper than reading the words before every street."""
    words = low[max(0, place - 24) : place].replace("-", " ").replace(",", " ").split()
    if words and words[-1] in ("bis", "ter", "a", "b", "c", "d"):
        del words[-1]
    return bool(words) and (words[-1] in _NUMBERS_FR or words[-1] == "zéro")


def _holds_number(low: str, place: int) -> bool:
    before = low[max(0, place - 70) : place]
    words = before.replace("-", " ").split()
    return not _en_words.NUMBER_WORDS.isdisjoint(words) or any(map(str.isdecimal, words))


def _house(before: Sequence[_Word], numbers: frozenset[str]) -> Sequence[_Word]:
    """The number words that end right before a street; ``bis`` and a letter may follow them."""
    last = len(before)
    if last and before[-1][0] in ("bis", "ter", "a", "b", "c", "d"):
        last -= 1
    first = last
    while first and before[first - 1][0] in numbers | {"et"} and last - first < _MAX_HOUSE_WORDS:
        first -= 1
    while first < last and before[first][0] in _NO_HOUSE:
        first += 1  # "une place" is no house, and neither "et" nor "and" begins a number
    return before[first:] if first < last else ()


def _digits_for_words(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """``text[start:end]`` in pieces (as written with digits, start, end): rows of number words as their digits."""
    pieces: list[tuple[str, int, int]] = []
    row: list[_Word] = []
    position = start

    def close() -> None:
        nonlocal position
        if row:
            first, last = row[0][1], row[-1][2]
            pieces.extend((text[at], at, at + 1) for at in range(position, first))
            pieces.append((_written([word for word, _, _ in row], bool(pieces)), first, last))
            position = last
            row.clear()

    for word in words_of(text, start, end):
        joined = row and not text[row[-1][2] : word[1]].strip(" -,")
        if word[0] in _NUMBERS_FR or (row and word[0] == "et"):
            if row and not joined:
                close()
            row.append(word)
        else:
            close()
    close()
    pieces.extend((text[at], at, at + 1) for at in range(position, end))
    return pieces


def _written(words: list[str], postcode: bool) -> str:
    """Digits for a house number, or for a postcode where five come out; else the words as they are."""
    if words and words[-1] == "et":
        words = words[:-1]
    readings = _all_digits(words)
    if postcode:
        return next((digits for digits in readings if _POSTCODE_FR.fullmatch(digits)), " ".join(words))
    return next((digits for digits in readings if len(digits) <= 4 and digits[:1] != "0"), " ".join(words))


def _all_digits(words: Sequence[str]) -> list[str]:
    """What the words may be as digits, plain readings first; ``mille`` fills up to three more digits."""
    if "mille" in words:
        at = words.index("mille")
        before = _all_digits(words[:at]) if at else ["1"]
        after = _all_digits(words[at + 1 :]) if at + 1 < len(words) else ["0"]
        return [f"{head}{tail:0>3}" for head in before for tail in after if len(tail) <= 3]
    found: list[list[str]] = [[] for _ in range(len(words) + 1)]
    found[0] = [""]
    for place in range(len(words)):
        for end, digits in _fr_words.readings(words, place) if found[place] else ():
            found[end] += [before + digits for before in found[place][:20]]
    return found[len(words)]


def _back(pieces: Sequence[tuple[str, int, int]], at: int) -> tuple[int, int]:
    """Where the character ``at`` of the written form comes from."""
    position = 0
    for piece, start, end in pieces:
        position += len(piece)
        if at < position:
            return start, end
    return pieces[-1][1:]


def _english(text: str, start: int, end: int) -> Iterator[Hit]:
    """A house number in words or digits, one to three words, a kind of street; a town and a postcode behind it."""
    low = lowered(text)
    last_end = start
    for place in places(low, (f" {street}" for street in _STREETS_EN), start, end):
        stop = place + 1
        while stop < len(low) and low[stop].isalpha():
            stop += 1
        if place < last_end or low[place + 1 : stop] not in _STREETS_EN or not _holds_number(low, place):
            continue
        before = words_of(text, max(last_end, place - 70), place)
        for n_words in (1, 2, 3):
            house = _house(before[:-n_words], _en_words.NUMBER_WORDS | {"and"}) or _in_digits(before[:-n_words])
            named = _NO_STREET_WORDS.isdisjoint(word for word, _, _ in before[-n_words:])
            if house and named and not re.search(r"[.;:!?\n]", text[house[0][1] : place]):
                capital = text[before[-n_words][1]].isupper()
                if capital and not text[place + 1].isupper():
                    continue
                last_end = _with_postcode(text, stop, end)
                confidence = Confidence.MEDIUM if last_end > stop else Confidence.LOW if capital else None
                yield Hit(house[0][1], last_end, confidence)
                break


def _in_digits(before: Sequence[_Word]) -> Sequence[_Word]:
    if before and before[-1][0].isdigit() and len(before[-1][0]) <= 4:
        return before[-1:]
    return ()


def _with_postcode(text: str, stop: int, end: int) -> int:
    """Where a British postcode ends that is said within 60 characters; ``stop`` where none is."""
    words = words_of(text, stop, min(end, stop + 100))
    for first in range(len(words)):
        if words[first][1] > stop + 60:
            break
        for last, code in _codes(words, first):
            if _POSTCODE_EN.fullmatch(code) and last - first > 3:
                return words[last - 1][2]
    return stop


def _codes(words: Sequence[_Word], first: int) -> Iterator[tuple[int, str]]:
    """Letters and digits said one by one."""
    code = ""
    texts = [word for word, _, _ in words]
    for at in range(first, min(len(words), first + 8)):
        if len(texts[at]) == 1 and texts[at].isalpha():
            code += texts[at]
        else:
            digits = [digits for last, digits in _en_words.readings(texts, at) if last == at + 1]
            if not digits or len(digits[0]) > 2:
                return
            code += digits[0]
        yield at + 1, code


def _example_fr(draw: random.Random) -> str:
    street = draw.choice(("rue des Lilas", "avenue Victor Hugo", "impasse du Moulin", "boulevard Voltaire"))
    code = draw.choice(("soixante-quinze zéro onze Paris", "soixante-neuf mille trois Lyon", "treize mille cent Aix"))
    return f"{_fr_words.spelled(str(draw.randint(2, 99)))} {street} {code}"


def _example_en(draw: random.Random) -> str:
    number = draw.choice(
        ("forty-two", "seven", "a hundred and twelve".replace("a ", "one "), "sixteen", "twenty three")
    )
    street = draw.choice(("Acacia Avenue", "Mill Lane", "Old Church Road", "Orchard Close"))
    return f"{number} {street}"


_LIVES = (
    "live",
    "lives",
    "living",
    "address",
    "deliver",
    "delivery",
    "send",
    "home",
    "house",
    "moved",
    "visit",
    "flat",
)

RECOGNIZERS = (
    Recognizer(
        name="fr_address_spoken",
        entity_type="POSTAL_ADDRESS",
        summary="French postal addresses whose numbers are said in words.",
        pattern="",
        search=_french,
        announced=Confidence.MEDIUM,
        context=(
            *(
                "adresse",
                "domicilie",
                "domiciliee",
                "domicile",
                "demeurant",
                "habite",
                "habitant",
                "reside",
                "livraison",
            ),
            *("livrer", "loge", "logement", "vit", "chez"),
        ),
        trigger=Trigger(words=tuple(_STREETS_FR)),
        country="FR",
        sources=("NF Z 10-011, http://www.laposte.fr/sna/rubrique.php3?id_rubrique=83",),
        example=_example_fr,
        frames=("j'habite {}", "{}", "mon adresse, c'est {}, deuxième étage"),
        detects=(
            "j'habite douze rue des lilas",
            "au quatre-vingt-dix-sept bis avenue Victor Hugo, soixante-quinze mille seize Paris",
            "l'adresse de livraison c'est vingt et un impasse du moulin treize mille cent Aix",
        ),
        ignores=(
            "il y a trois rues et deux places de parking",
            "nous étions douze place de la mairie hier soir",
            "une route longue de quarante kilomètres",
        ),
    ),
    Recognizer(
        name="en_address",
        entity_type="POSTAL_ADDRESS",
        summary="Streets with a house number, in words or digits, in English; a British postcode makes them surer.",
        pattern="",
        search=_english,
        announced=Confidence.MEDIUM,
        context=_LIVES,
        trigger=Trigger(words=tuple(street for street in _STREETS_EN if street != "place")),
        sources=("https://www.royalmail.com, Programmers' Guide to PAF, thoroughfares",),
        example=_example_en,
        frames=("I live at {}.", "my address is {}", "the delivery goes to {} please"),
        detects=(
            "she lives at forty-two Acacia Avenue",
            "flat three, sixteen mill lane, leeds, L S one four A P",
            "my address is 221 Baker Street",
        ),
        ignores=(
            "we walked down the road for two miles",
            "there are three ways to close this",
            "one of the best places on the hill",
        ),
    ),
)
