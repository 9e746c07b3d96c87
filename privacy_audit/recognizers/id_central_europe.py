"""Numbers that stand for one person in Poland, the Czech Republic, Slovakia and Hungary."""

from __future__ import annotations

import random

from privacy_audit.recognizers import Recognizer, Trigger
from privacy_audit.recognizers._national import DAY, END, START, birth, digits, examples, stdnum, surer
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

# Every century but the nineteen-hundreds adds to the month.
_PESEL_PATTERN = rf"{START}[0-9]{{2}}(?:[02468][1-9]|[13579][0-2]){DAY}[0-9]{{5}}{END}"
# Born 1930 to 2019: the wider the years, the more rows of eleven digits look like one.
_PESEL_LIKELY = r"(?:[3-9][0-9](?:0[1-9]|1[0-2])|[01][0-9](?:2[1-9]|3[0-2]))[0-9]{7}"
# 50 is added for women, 20 when a day had more births than numbers. Before 1954 there were nine digits.
_RC_PATTERN = rf"{START}[0-9]{{2}}(?:[0257][1-9]|[1368][0-2]){DAY}/?[0-9]{{3,4}}{END}"
_RC_FORMS = ("######/####", "##########", "######/###")

_is_pesel = stdnum("pl.pesel")
_is_rc = stdnum("cz.rc")


def _is_taj(compact: str) -> bool:
    weighted = sum(int(digit) * (3, 7)[index % 2] for index, digit in enumerate(compact[:8]))
    return weighted % 10 == int(compact[8])


def _is_hu_tax_id(compact: str) -> bool:
    return sum(place * int(digit) for place, digit in enumerate(compact[:9], 1)) % 11 == int(compact[9])


def _pesel(draw: random.Random) -> str:
    born = birth(draw)
    return f"{born:%y}{born.month + (20 if born.year >= 2000 else 0):02d}{born:%d}{digits(draw, 5)}"


def _rc(draw: random.Random) -> str:
    born = birth(draw)
    return f"{born:%y}{born.month + draw.choice((0, 50)):02d}{born:%d}{digits(draw, 4 if born.year > 1953 else 3)}"


RECOGNIZERS = (
    Recognizer(
        name="pl_pesel",
        entity_type="PL_PESEL",
        summary="Polish personal number (PESEL), by date of birth and check digit.",
        pattern=_PESEL_PATTERN,
        check=_is_pesel,
        search=surer(_PESEL_PATTERN, _is_pesel, _PESEL_LIKELY),
        announced=Confidence.HIGH,
        context=(
            "pesel",
            "peselu",
            "peselem",
            "polish national id",
            "polish id",
            "numero pesel",
            "identifiant polonais",
        ),
        trigger=Trigger(digits=11),
        country="PL",
        sources=("https://www.gov.pl/web/gov/czym-jest-numer-pesel", "stdnum.pl.pesel"),
        example=examples(_pesel, _is_pesel, "###########"),
        frames=("PESEL: {}", "{}", "Mój numer PESEL to {}.", "(PESEL {}) zam. w Krakowie", "Polish PESEL number {}"),
        detects=("PESEL 44051401359", "44051401359", "02211307589"),
        ignores=("44051401358", "02381307589", "tel. 48601234567", "12345678901"),
    ),
    Recognizer(
        name="cz_birth_number",
        entity_type="CZ_BIRTH_NUMBER",
        summary="Czech or Slovak birth number (rodné číslo), by date of birth, check digit and an announcing word.",
        pattern=_RC_PATTERN,
        check=_is_rc,
        context=(
            *("rodne cislo", "rodneho cisla", "rodnym cislem", "rc", "birth number", "czech birth number"),
            *("numero de naissance", "identifiant tcheque"),
        ),
        trigger=Trigger(digits=9),
        country="CZ",
        sources=("https://cs.wikipedia.org/wiki/Rodné_číslo", "stdnum.cz.rc"),
        example=examples(_rc, _is_rc, *_RC_FORMS),
        frames=(
            "Rodné číslo: {}",
            "RČ {}",
            "Moje rodné číslo je {}.",
            "nar. v Brně, rodné číslo {}, bytem Praha",
            "Czech birth number {}",
        ),
        detects=("rodné číslo 710319/2745", "RČ: 7103192745", "rodné číslo 530312/123"),
        ignores=("rodné číslo 710319/2746", "sp. zn. 710319/2745", "rodné číslo 1103492745"),
    ),
    # The number is the same one in both countries; only words tell, and they make it surer than the Czech reading.
    Recognizer(
        name="sk_birth_number",
        entity_type="SK_BIRTH_NUMBER",
        summary="Slovak birth number (rodné číslo), by date of birth, check digit and a Slovak word.",
        pattern=_RC_PATTERN,
        check=_is_rc,
        announced=Confidence.HIGH,
        context=(
            *("slovak", "slovakia", "slovensko", "slovenska", "slovenskej", "slovenske", "slovaque", "bytom"),
            *("narodeny", "narodena", "rodnym cislom", "obciansky", "obcianskeho", "bratislava"),
        ),
        trigger=Trigger(digits=9),
        country="SK",
        sources=("https://sk.wikipedia.org/wiki/Rodné_číslo", "stdnum.sk.rc"),
        example=examples(_rc, _is_rc, *_RC_FORMS),
        frames=(
            "Rodné číslo: {}, bytom Košice",
            "s rodným číslom {}",
            "narodená v Nitre, rodné číslo {}",
            "občiansky preukaz, RČ {}",
            "Slovak birth number {}",
        ),
        detects=("rodné číslo 710319/2745, bytom Žilina",),
        ignores=("710319/2745", "Bratislava 710319/2746", "faktúra 2745/2024, Slovensko"),
    ),
    Recognizer(
        name="hu_taj",
        entity_type="HU_TAJ",
        summary="Hungarian social security number (TAJ), by its check digit and an announcing word.",
        pattern=rf"{START}[0-9]{{3}}([ \-]?)[0-9]{{3}}\1[0-9]{{3}}{END}",
        check=_is_taj,
        announced=Confidence.HIGH,
        context=("taj", "tajszam", "tajszama", "tarsadalombiztositasi", "hungarian social security", "numero taj"),
        trigger=Trigger(digits=9),
        country="HU",
        sources=("1996. évi XX. törvény", "https://matek.fazekas.hu/solo/hraskoandras_kodok/ellenorzojegy.html"),
        example=examples(lambda draw: digits(draw, 9), _is_taj, "#########", "### ### ###", "###-###-###"),
        frames=(
            "TAJ szám: {}",
            "TAJ: {}",
            "A TAJ számom {}.",
            "társadalombiztosítási azonosító jel {}",
            "Hungarian social security number (TAJ) {}",
        ),
        detects=("TAJ 123 456 788",),
        ignores=("TAJ 123 456 789", "123456788", "rendelés 123-456-788"),
    ),
    Recognizer(
        name="hu_tax_id",
        entity_type="HU_TAX_ID",
        summary="Hungarian tax number of a person (adóazonosító jel), by its check digit and an announcing word.",
        pattern=rf"{START}8[0-9]{{9}}{END}",
        check=_is_hu_tax_id,
        announced=Confidence.HIGH,
        context=(
            "adoazonosito",
            "ado azonosito",
            "adoazonositoja",
            "adoszam",
            "hungarian tax",
            "numero fiscal hongrois",
        ),
        trigger=Trigger(digits=10),
        country="HU",
        sources=("https://hu.wikipedia.org/wiki/Adóazonosító_jel", "1996. évi XX. törvény"),
        example=examples(lambda draw: f"8{digits(draw, 9)}", _is_hu_tax_id, "##########"),
        frames=(
            "Adóazonosító jel: {}",
            "adóazonosító jele {}",
            "Az adóazonosító jelem {}.",
            "(adóazonosító: {}) Pécs",
            "Hungarian tax number {}",
        ),
        detects=("adóazonosító jel 8365670003",),
        ignores=("adóazonosító jel 8365670004", "8365670003", "adószám 12892312-2-42"),
    ),
)
