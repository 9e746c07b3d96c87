"""Invented conversations in which people say who they are, spoken by espeak-ng with the time of every word.

Every name, number and address is drawn from the seed. Sentences of even seeds and of odd seeds are different ones.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from privacy_audit.recognizers._fr_words import spelled

__all__ = ["RATE_HZ", "Dialogue", "Item", "Word", "dialogue"]

RATE_HZ = 22_050
"""What espeak-ng's own voices are made at."""
_PAUSE_S = 0.35
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Word:
    """One written word, when it is said (seconds) and by whom (0 or 1). ``turn`` counts from 0."""

    text: str
    start_s: float
    end_s: float
    speaker: int
    turn: int


@dataclass(frozen=True, slots=True)
class Item:
    """One thing somebody says of a person: words ``[first, last)`` of the dialogue."""

    entity_type: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Dialogue:
    """``samples``: float32 (samples,) at :data:`RATE_HZ`."""

    seed: int
    language: str
    words: tuple[Word, ...] = field(repr=False)
    items: tuple[Item, ...]
    samples: NDArray[np.float32] = field(repr=False)


def dialogue(seed: int) -> Dialogue:
    """The dialogue of one seed: French and English by turns, six things said in it, in a drawn order."""
    draw = random.Random(seed)
    language = ("fr", "en")[seed // 2 % 2]
    written = ("plain", "plain", "bare", "capitals")[draw.randrange(4)]
    frames, values = _FRAMES[language][seed % 2], _VALUES[language]
    kinds = sorted(values)
    draw.shuffle(kinds)
    turns: list[tuple[int, str, tuple[int, int, str] | None]] = []
    turns.append((0, draw.choice(frames["open"]), None))
    for kind in kinds:
        turns.append((0, draw.choice(frames[f"ask {kind}"]), None))
        frame, value = draw.choice(frames[kind]), values[kind](draw)
        before = len(_WORD.findall(frame.partition("{}")[0]))
        text = frame.replace("{}", value)
        turns.append((1, text, (before, before + len(_WORD.findall(value)), _TYPES[kind])))
        if draw.random() < 0.5:
            turns.append((0, draw.choice(frames["between"]), None))
    words: list[Word] = []
    items: list[Item] = []
    sound: list[NDArray[np.float32]] = []
    now = 0
    voices = _VOICES[language]
    pair = draw.sample(range(len(voices)), 2)
    for turn, (speaker, text, item) in enumerate(turns):
        samples, starts = _say(text, voices[pair[speaker]])
        ends = [*starts[1:], len(samples) / RATE_HZ]
        offset_s = now / RATE_HZ
        if item:
            items.append(Item(item[2], len(words) + item[0], len(words) + item[1]))
        for match, start_s, end_s in zip(_WORD.finditer(text), starts, ends, strict=True):
            words.append(Word(_written(match.group(), written), offset_s + start_s, offset_s + end_s, speaker, turn))
        pause = np.zeros(round(_PAUSE_S * RATE_HZ), np.float32)
        sound += [samples, pause]
        now += len(samples) + len(pause)
    return Dialogue(seed, language, tuple(words), tuple(items), np.concatenate(sound))


def _written(word: str, style: str) -> str:
    """As transcripts are: with marks and capitals, in small letters without marks, or all in capitals."""
    if style == "plain":
        return word
    bare = word.strip(".,?!:;") or word
    return bare.lower() if style == "bare" else bare.upper()


def _say(text: str, voice: tuple[str, int, int]) -> tuple[NDArray[np.float32], list[float]]:
    """float32 (samples,), and the second at which each word begins."""
    command = [sys.executable, str(Path(__file__).with_name("_say.py")), voice[0], str(voice[1]), str(voice[2])]
    done = subprocess.run(command, input=text.encode(), stdout=subprocess.PIPE, check=True)  # noqa: S603 - fixed
    head, _, raw = done.stdout.partition(b"\n")
    samples = np.frombuffer(raw, "<i2").astype(np.float32) / 32768
    told = {int(place): int(ms) / 1000 for place, ms in (pair.split(":") for pair in head.decode().split())}
    starts: list[float] = []
    for match in _WORD.finditer(text):
        inside = [ms for place, ms in told.items() if match.start() <= place < match.end()]
        # espeak-ng says some words as one, such as "of the": the second begins where the first does
        starts.append(min(inside) if inside else (starts[-1] if starts else 0.0))
    return samples, starts


_VOICES = {
    "fr": (("fr", 150, 45), ("fr+f3", 160, 60), ("fr+m3", 145, 35), ("fr+f5", 155, 50)),
    "en": (("en", 150, 45), ("en-us+f3", 160, 60), ("en+m3", 145, 35), ("en-us+f5", 155, 50)),
}
_TYPES = {
    "name": "PERSON",
    "phone": "PHONE_NUMBER",
    "email": "EMAIL_ADDRESS",
    "address": "POSTAL_ADDRESS",
    "birth": "DATE_OF_BIRTH",
    "nir": "FR_NIR",
    "card": "CREDIT_CARD",
}
_FIRST = {
    "fr": "Thomas Nathalie Lucie Camille Hugo Inès Julien Mathilde Romain Sophie Antoine Clémence".split(),
    "en": "Robert Emily Harold Jessica Oliver Charlotte Simon Rachel Edward Victoria Martin Alice".split(),
}
_FAMILY = {
    "fr": "Lambert Perrin Garnier Lefebvre Chevallier Marchand Baudouin Tessier Rousselot Vasseur".split(),
    "en": "Harrison Whitfield Bradshaw Pemberton Caldwell Hargreaves Stanton Ashworth Kingsley Thornton".split(),
}
_ONES = "zero one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def _name(language: str) -> Callable[[random.Random], str]:
    return lambda draw: f"{draw.choice(_FIRST[language])} {draw.choice(_FAMILY[language])}"


def _phone_fr(draw: random.Random) -> str:
    pairs = [f"0{draw.choice('123456')}", *(f"{draw.randrange(100):02d}" for _ in range(4))]
    style = draw.randrange(4)
    if style == 0:
        said = "plus trente-trois " + " ".join(spelled(pair) for pair in [pairs[0][1], *pairs[1:]])
    elif style == 1:
        said = ", ".join(map(spelled, pairs))
    elif style == 2:
        pairs[2] = pairs[1] = f"{draw.randint(1, 9)}{draw.randint(1, 9)}"
        pairs[1] = 2 * pairs[1][0]
        said = f"{spelled(pairs[0])} double {spelled(pairs[1][0])} " + " ".join(map(spelled, pairs[2:]))
    else:
        first, second, third, fourth, last = map(spelled, pairs)
        said = f"{first} euh {second} {third}, {fourth} et {last}"
    return said


def _digits_en(digits: str, draw: random.Random) -> str:
    said, at = [], 0
    zero = draw.choice(("oh", "zero"))
    while at < len(digits):
        twice = at + 1 < len(digits) and digits[at] == digits[at + 1] and draw.random() < 0.7
        word = zero if digits[at] == "0" else _ONES[int(digits[at])]
        said.append(f"double {word}" if twice else word)
        at += 1 + twice
    return " ".join(said)


def _phone_en(draw: random.Random) -> str:
    style = draw.randrange(3)
    if style == 0:
        return _digits_en(f"07{draw.choice('4578')}{draw.randrange(10**8):08d}", draw)
    if style == 1:
        parts = (
            draw.choice(("212", "415", "617", "303")),
            f"5{draw.randrange(2, 9)}{draw.randrange(10)}",
            f"{draw.randrange(10**4):04d}",
        )
        return ", ".join(_digits_en(part, draw) for part in parts)
    digits = f"20{draw.choice('378')}{draw.randrange(10**7):07d}"
    return f"plus forty-four {_digits_en(digits, draw)}"


def _email_fr(draw: random.Random) -> str:
    first, family = draw.choice(_FIRST["fr"]).lower(), draw.choice(_FAMILY["fr"]).lower()
    local = draw.choice(
        (f"{first} point {family}", f"{first[0]} tiret {family}", f"{family} {spelled(str(draw.randint(20, 99)))}")
    )
    host, end = draw.choice(("gmail", "orange", "wanadoo", "la poste")), draw.choice(("com", "fr", "net"))
    return f"{local} arobase {host} point {end}"


def _email_en(draw: random.Random) -> str:
    first, family = draw.choice(_FIRST["en"]).lower(), draw.choice(_FAMILY["en"]).lower()
    local = draw.choice(
        (f"{first} dot {family}", f"{first[0]} underscore {family}", f"{family} {_two(draw.randint(20, 99))}")
    )
    host, end = draw.choice(("gmail", "hotmail", "proton", "yahoo")), draw.choice(("com", "co dot uk", "net"))
    return f"{local} at {host} dot {end}"


def _two(value: int) -> str:
    if value < 20:
        return (_ONES + _TEENS)[value]
    return _TENS[value // 10 - 2] + (f"-{_ONES[value % 10]}" if value % 10 else "")


def _address_fr(draw: random.Random) -> str:
    street = draw.choice(
        ("rue des Lilas", "avenue Victor Hugo", "impasse du Moulin", "boulevard Voltaire", "chemin de la Source")
    )
    town = draw.choice(
        (
            "soixante-neuf mille trois Lyon",
            "soixante-quinze zéro onze Paris",
            "quarante-quatre mille Nantes",
            "treize mille cent Aix",
        )
    )
    number = spelled(str(draw.randint(2, 199)))
    return f"{number} {draw.choice(('', 'bis ', ''))}{street}, {town}" if draw.random() < 0.7 else f"{number} {street}"


def _address_en(draw: random.Random) -> str:
    street = draw.choice(
        ("Acacia Avenue", "Mill Lane", "Old Church Road", "Orchard Close", "Station Road", "Elm Street")
    )
    number = draw.choice((_two(draw.randint(2, 99)), f"one hundred and {_two(draw.randint(1, 99))}"))
    return f"{number} {street}"


def _birth_fr(draw: random.Random) -> str:
    month = draw.choice("janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split())
    day = draw.randint(1, 28)
    return (
        f"{'premier' if day == 1 else spelled(str(day))} {month} mille neuf cent {spelled(str(draw.randint(30, 99)))}"
    )


def _birth_en(draw: random.Random) -> str:
    ordinals = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth".split()
    month = draw.choice("January February March April May June July August September October November December".split())
    year = f"nineteen {_two(draw.randint(30, 99))}"
    return draw.choice((f"{draw.choice(ordinals)} of {month} {year}", f"{month} the {draw.choice(ordinals)}, {year}"))


def _nir(draw: random.Random) -> str:
    body = (
        f"{draw.choice('12')}{draw.randrange(40, 99)}{draw.randint(1, 12):02d}{draw.choice(('75', '13', '69', '33'))}"
    )
    body += f"{draw.randint(1, 450):03d}{draw.randint(1, 450):03d}"
    whole = f"{body}{97 - int(body) % 97:02d}"
    cuts = (0, 1, 3, 5, 7, 10, 13, 15)
    return " ".join(spelled(whole[first:last]) for first, last in pairwise(cuts))


def _card(draw: random.Random) -> str:
    body = f"4{draw.randrange(10**14):014d}"
    total = sum(sum(divmod(int(digit) * (2 - at % 2), 10)) for at, digit in enumerate(body))
    whole = f"{body}{-total % 10}"
    return ", ".join(_digits_en(whole[at : at + 4], draw) for at in range(0, 16, 4))


_VALUES: dict[str, dict[str, Callable[[random.Random], str]]] = {
    "fr": {
        "name": _name("fr"), "phone": _phone_fr, "email": _email_fr, "address": _address_fr, "birth": _birth_fr,
        "nir": _nir,
    },
    "en": {
        "name": _name("en"), "phone": _phone_en, "email": _email_en, "address": _address_en, "birth": _birth_en,
        "card": _card,
    },
}  # fmt: skip

_FRAMES: dict[str, tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]] = {
    "fr": (
        {
            "open": ("Service clients, bonjour.", "Bonjour, que puis-je pour vous ?"),
            "between": ("D'accord, je note.", "Très bien, merci."),
            "ask name": ("Votre nom, s'il vous plaît ?",),
            "name": ("Oui, je m'appelle {}.", "Bonjour, ici {}, je vous appelle pour un colis."),
            "ask phone": ("Un numéro où vous joindre ?",),
            "phone": ("Alors c'est le {}.", "Mon portable, {}, le matin."),
            "ask email": ("Et votre adresse électronique ?",),
            "email": ("C'est {}.", "Notez {}, tout attaché."),
            "ask address": ("Où faut-il livrer ?",),
            "address": ("J'habite {}.", "À mon adresse, {}."),
            "ask birth": ("Votre date de naissance ?",),
            "birth": ("Je suis né le {}.", "Née le {}."),
            "ask nir": ("Votre numéro de sécurité sociale ?",),
            "nir": ("C'est le {}.", "Mon numéro de sécu est {}."),
        },
        {
            "open": ("Allô, oui, bonjour madame.", "Cabinet médical, je vous écoute."),
            "between": ("C'est bien noté.", "Oui, continuez."),
            "ask name": ("C'est de la part de qui ?",),
            "name": ("De la part de {}, on s'est parlé hier.", "Mon nom est {}."),
            "ask phone": ("Je peux vous rappeler ?",),
            "phone": ("Rappelez-moi au {} ce soir.", "Le {}, c'est chez moi."),
            "ask email": ("Vous avez une adresse mail ?",),
            "email": ("Écrivez-moi à {}, merci.", "Mon mail, {}, sans majuscules."),
            "ask address": ("Vous habitez où ?",),
            "address": ("On vit au {}.", "Je suis domicilié {}, au fond de la cour."),
            "ask birth": ("Vous êtes né quand ?",),
            "birth": ("Ma date de naissance est le {}.", "Je suis née le {}, à l'hôpital."),
            "ask nir": ("Il me faut le numéro de la carte vitale.",),
            "nir": ("Alors sur la carte je lis {}.", "Attendez, {}, voilà."),
        },
    ),
    "en": (
        {
            "open": ("Customer service, good morning.", "Hello, how can I help?"),
            "between": ("Right, I have that.", "Thank you."),
            "ask name": ("Who am I speaking to?",),
            "name": ("My name is {}.", "This is {} calling about a parcel."),
            "ask phone": ("What number can we call?",),
            "phone": ("It's {}.", "You can reach me on {} in the morning."),
            "ask email": ("And an email address?",),
            "email": ("It's {}.", "Use {}, all small letters."),
            "ask address": ("Where shall we deliver?",),
            "address": ("I live at {}.", "The address is {}."),
            "ask birth": ("What is your date of birth?",),
            "birth": ("I was born on the {}.", "My birthday is {}."),
            "ask card": ("How would you like to pay?",),
            "card": ("My card number is {}.", "Visa, {}."),
        },
        {
            "open": ("Good afternoon, doctor's surgery.", "Yes, hello, go ahead."),
            "between": ("Okay, got it.", "Yes, carry on."),
            "ask name": ("Can I take your name?",),
            "name": ("Sure, I'm {}, we spoke on Monday.", "It's {} here."),
            "ask phone": ("Do you have a phone number?",),
            "phone": ("My mobile is {}.", "Ring me on {} tonight."),
            "ask email": ("Can we write to you?",),
            "email": ("Please write to {}, thanks.", "My email is {}, no capitals."),
            "ask address": ("Where do you live?",),
            "address": ("We moved to {} last year.", "Send it to {} please."),
            "ask birth": ("And when were you born?",),
            "birth": ("I was born {}.", "Date of birth, {}."),
            "ask card": ("I need a card for the deposit.",),
            "card": ("Okay, it says {}.", "The long number is {} I think."),
        },
    ),
}  # fmt: skip
