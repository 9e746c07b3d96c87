"""Names to write training text with: Faker's lists by locale, our own for what these lack, and a part kept back.

One name in ten, chosen by a checksum of its spelling, is never used in training: it is there to measure by origin.
"""

from __future__ import annotations

import importlib
import random
import tomllib
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["FAKER_LOCALES", "NamePool", "Person", "draw_person", "invented_surname", "is_held_out", "load_pools"]

OWN_NAMES = Path(__file__).with_name("names.toml")

FAKER_LOCALES: Mapping[str, tuple[str, ...]] = {
    "french": ("fr_FR", "fr_BE", "fr_CH", "fr_QC"),
    "english": ("en_US", "en_GB", "en_IE", "en_NZ"),
    "german": ("de_DE", "de_AT", "de_CH"),
    "dutch": ("nl_NL", "nl_BE"),
    "italian": ("it_IT",),
    "spanish": ("es_ES", "es_MX", "es_CO", "es_AR"),
    "portuguese": ("pt_PT", "pt_BR"),
    "polish_czech_slovak": ("pl_PL", "cs_CZ", "sk_SK"),
    "hungarian_romanian": ("hu_HU", "ro_RO"),
    "croatian_slovene": ("hr_HR", "sl_SI"),
    "baltic": ("lt_LT", "lv_LV", "et_EE"),
    "nordic": ("da_DK", "sv_SE", "no_NO", "fi_FI", "is_IS"),
    "irish": ("ga_IE",),
    "russian_ukrainian": ("ru_RU", "uk_UA", "bg_BG"),
    "greek": ("el_GR",),
    "turkish_azeri": ("tr_TR", "az_AZ"),
    "arabic": ("fr_DZ", "en_PK"),
    "west_africa": ("yo_NG", "ha_NG", "ig_NG", "tw_GH", "en_NG"),
    "east_south_africa": ("en_KE", "sw", "zu_ZA"),
    "india": ("en_IN",),
    "indonesia_thailand": ("id_ID", "en_TH"),
    "china": ("zh_CN", "zh_TW"),
    "japan": ("ja_JP",),
}

_FREQUENT: Mapping[str, Mapping[str, float]] = {
    "fr": {"french": 42, "arabic": 11, "west_africa": 5, "english": 5, "portuguese": 3, "spanish": 3, "italian": 3},
    "en": {"english": 42, "india": 6, "arabic": 6, "spanish": 6, "irish": 2, "german": 3, "french": 3},
    "de": {"german": 50, "turkish_azeri": 8},
    "es": {"spanish": 55},
    "it": {"italian": 55},
    "nl": {"dutch": 55, "arabic": 5},
    "pt": {"portuguese": 55},
    "pl": {"polish_czech_slovak": 55},
}
_OTHERWISE = 1.0
_MIXED_SHARE = 0.1
_INVENTED_SHARE = 0.15
_PARTICLES = {
    "french": ("de ", "de ", "d'", "du ", "de la ", "Le ", "La "),
    "german": ("von ", "von der ", "zu "),
    "dutch": ("van ", "van den ", "van der ", "de ", "van 't "),
    "italian": ("De ", "Di ", "Della ", "D'"),
    "spanish": ("de ", "de la ", "del "),
    "portuguese": ("da ", "dos ", "de "),
    "english": ("Mc", "Mac", "O'"),
    "arabic": ("El ", "Ben ", "Al-", "al-", "Bel", "Abou "),
}
_PARTICLE_SHARE = 0.06

# Greek and Cyrillic to Latin, letter by letter, as on a passport.
_LATIN = dict(
    zip(
        "абвгґдеєёжзиіїйклмнопрстуфхцчшщъыьэюяαβγδεζηθικλμνξοπρσςτυφχψω",
        "a b v g g d e ie e zh z i i i i k l m n o p r s t u f kh ts ch sh shch - y - e iu ia"
        " a v g d e z i th i k l m n x o p r s s t y f ch ps o".split(),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class NamePool:
    """The first and family names of one region."""

    group: str
    first: tuple[str, ...]
    last: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody made up: first name, family name, and a middle initial or further first name, often empty."""

    first: str
    last: str
    middle: str = ""


def is_held_out(name: str) -> bool:
    """True for the tenth of the names that training never sees."""
    folded = "".join(c for c in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(c))
    return zlib.crc32(folded.encode()) % 10 == 0


def load_pools(*, held_out: bool = False) -> dict[str, NamePool]:
    """Every region's names; with ``held_out`` only the tenth that is kept back."""
    own = tomllib.loads(OWN_NAMES.read_text(encoding="utf-8"))
    pools = {}
    for group in sorted({*FAKER_LOCALES, *own}):
        first = set(own.get(group, {}).get("first", "").split())
        last = set(own.get(group, {}).get("last", "").split())
        for locale in FAKER_LOCALES.get(group, ()):
            more_first, more_last = _of_faker(locale)
            first |= more_first
            last |= more_last
        kept = [tuple(sorted(name for name in names if is_held_out(name) is held_out)) for names in (first, last)]
        if all(kept):
            pools[group] = NamePool(group, *kept)
    return pools


def draw_person(rng: random.Random, pools: Mapping[str, NamePool], language: str) -> Person:
    """Somebody whose name is likely in texts of the language; any region may come."""
    groups = list(pools)
    frequent = _FREQUENT.get(language, {})
    group = rng.choices(groups, [frequent.get(name, _OTHERWISE) for name in groups])[0]
    first = rng.choice(pools[group].first)
    if rng.random() < 0.06:
        first += rng.choice(("-", " ")) + rng.choice(pools[group].first)
    if rng.random() < _MIXED_SHARE:
        group = rng.choices(groups, [frequent.get(name, _OTHERWISE) for name in groups])[0]
    last = _family_name(rng, pools[group])
    middle = ""
    if rng.random() < 0.12:
        middle = rng.choice(pools[group].first)
        middle = middle[0] + "." if rng.random() < 0.6 else middle
    return Person(first, last, middle)


def _family_name(rng: random.Random, pool: NamePool) -> str:
    last = rng.choice(pool.last)
    if rng.random() < _INVENTED_SHARE:
        last = invented_surname(rng, pool.last)
    if pool.group in _PARTICLES and rng.random() < _PARTICLE_SHARE:
        return rng.choice(_PARTICLES[pool.group]) + last
    if rng.random() < 0.04:
        return last + rng.choice(("-", "-", " ")) + rng.choice(pool.last)
    return last


def invented_surname(rng: random.Random, last_names: Sequence[str]) -> str:
    """The beginning of one family name and the end of another: the lists are shorter than the world is."""
    beginning, end = rng.choice(last_names), rng.choice(last_names)
    if min(len(beginning), len(end)) < 4 or not (beginning + end).isalpha():
        return beginning
    return beginning[: rng.randint(2, len(beginning) - 1)] + end[-rng.randint(2, len(end) - 2) :]


def _of_faker(locale: str) -> tuple[set[str], set[str]]:
    """First and family names of one of Faker's locales, in Latin letters; Faker is needed for training only."""
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider

    def listed(*attributes: str) -> set[str]:
        raw = {name for attribute in attributes for name in getattr(provider, attribute, ())}
        return {name for name in map(_latin, raw) if _is_name(name)}

    first = listed("first_romanized_names") or listed("first_names", "first_names_male", "first_names_female")
    last = listed("last_romanized_names") or listed("last_names", "last_names_male", "last_names_female")
    return first, last


def _latin(name: str) -> str:
    if name.isupper():
        name = name.title()
    if not any(char.lower() in _LATIN for char in name):
        return name
    plain = unicodedata.normalize("NFD", name.replace("й", "и").replace("Й", "И"))
    letters = [char for char in plain if not unicodedata.combining(char)]
    latin = "".join(_LATIN.get(char.lower(), char).replace("-", "") for char in letters)
    return latin[:1].upper() + latin[1:].lower()


def _is_name(name: str) -> bool:
    letters = [char for char in name if char.isalpha()]
    return (
        len(letters) >= 2
        and name[0].isalpha()
        and all(char.isalpha() or char in " '’-" for char in name)
        and all(unicodedata.name(char, "").startswith("LATIN") for char in letters)
        and name != "Doe"
    )
