"""Numbers that stand for one person in Bulgaria, Croatia, Romania and Slovenia."""

from __future__ import annotations

import random

from privacy_audit.recognizers import Recognizer, Trigger
from privacy_audit.recognizers._national import DAY, END, MONTH, START, after_word, birth, digits, examples, stdnum
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_is_egn = stdnum("bg.egn")
_is_oib = stdnum("hr.oib")
_is_cnp = stdnum("ro.cnp")
_is_emso = stdnum("si.emso")


def _egn(draw: random.Random) -> str:
    born = birth(draw)
    return f"{born:%y}{born.month + (40 if born.year >= 2000 else 0):02d}{born:%d}{digits(draw, 4)}"


def _cnp(draw: random.Random) -> str:
    born = birth(draw)
    return f"{draw.choice('12' if born.year < 2000 else '56')}{born:%y%m%d}{draw.randint(1, 46):02d}{digits(draw, 4)}"


def _emso(draw: random.Random) -> str:
    born = birth(draw)
    return f"{born:%d%m}{born.year % 1000:03d}50{digits(draw, 4)}"


_EGN = Recognizer(
    name="bg_egn",
    entity_type="BG_EGN",
    summary="Bulgarian civil number (EGN), by date of birth, check digit and an announcing word.",
    pattern=rf"{START}[0-9]{{2}}(?:[024][1-9]|[135][0-2]){DAY}[0-9]{{4}}{END}",
    check=_is_egn,
    announced=Confidence.HIGH,
    context=("egn", "bulgarian personal number", "numero civil bulgare"),
    trigger=Trigger(digits=10),
    country="BG",
    sources=("https://bg.wikipedia.org/wiki/Единен_граждански_номер", "stdnum.bg.egn"),
    example=examples(_egn, _is_egn, "##########"),
    frames=(
        "EGN: {}",
        "EGN {}",
        "my EGN is {}.",
        "(EGN {}) Plovdiv",
        "Bulgarian personal number (EGN) {}",
    ),
    detects=("EGN 7523169263", "EGN: 8032056031"),
    ignores=("EGN 7523169264", "7523169263", "EGN 8019010008", "EGN, tel. 0888123456"),
)

RECOGNIZERS = (
    _EGN,
    after_word(
        _EGN,
        "cyrillic",
        r"\bе\.?г\.?н|граждански номер",
        ("ЕГН", "егн", "Е.Г.Н", "граждански номер", "Граждански номер"),
        frames=(
            "ЕГН: {}",
            "ЕГН {}, гр. Пловдив",
            "Моето ЕГН е {}.",
            "единен граждански номер {}",
            "лице с ЕГН {} и адрес",
        ),
        detects=("ЕГН 7523169263", "Единен граждански номер: 8032056031"),
        ignores=("ЕГН 7523169264", "ЕГН 8019010008", "тел. 0888123456", "номер 7523169263"),
    ),
    Recognizer(
        name="hr_oib",
        entity_type="HR_OIB",
        summary="Croatian personal identification number (OIB), by its check digit and an announcing word.",
        pattern=rf"{START}(?:HR ?)?[0-9]{{11}}{END}",
        check=_is_oib,
        announced=Confidence.HIGH,
        context=("oib", "osobni identifikacijski", "identifikacijski broj", "croatian personal", "numero oib"),
        trigger=Trigger(digits=11),
        country="HR",
        sources=("https://hr.wikipedia.org/wiki/Osobni_identifikacijski_broj", "stdnum.hr.oib"),
        example=examples(lambda draw: digits(draw, 11), _is_oib, "###########"),
        frames=(
            "OIB: {}",
            "Moj OIB je {}.",
            "osobni identifikacijski broj {}",
            "Ana, OIB {}, Zagreb",
            "Croatian personal number (OIB) {}",
        ),
        detects=("OIB 33392005961",),
        ignores=("OIB 33392005962", "33392005961", "narudžba 33392005961"),
    ),
    Recognizer(
        name="ro_cnp",
        entity_type="RO_CNP",
        summary="Romanian personal code (CNP), by date of birth, county and check digit.",
        pattern=rf"{START}[1-8][0-9]{{2}}{MONTH}{DAY}[0-9]{{6}}{END}",
        check=_is_cnp,
        alone=Confidence.MEDIUM,
        announced=Confidence.HIGH,
        context=(
            "cnp",
            "cod numeric personal",
            "codul numeric personal",
            "romanian personal",
            "code personnel roumain",
        ),
        trigger=Trigger(digits=13),
        country="RO",
        sources=("https://ro.wikipedia.org/wiki/Cod_numeric_personal", "stdnum.ro.cnp"),
        example=examples(_cnp, _is_cnp, "#############"),
        frames=(
            "CNP: {}",
            "{}",
            "având CNP {}",
            "Codul meu numeric personal este {}.",
            "Romanian personal code {}, Cluj",
        ),
        detects=("CNP 1630615123457", "1630615123457"),
        ignores=("1630615123458", "1632215123457", "1700000000123", "EAN 5941234567899"),
    ),
    Recognizer(
        name="si_emso",
        entity_type="SI_EMSO",
        summary="Slovenian personal number (EMŠO), by date of birth and check digit; JMBG of its neighbours too.",
        pattern=rf"{START}{DAY}{MONTH}(?:9[0-9]{{2}}|0[0-2][0-9])[0-9]{{6}}{END}",
        check=_is_emso,
        alone=Confidence.MEDIUM,
        announced=Confidence.HIGH,
        context=(
            "emso",
            "maticna stevilka",
            "maticno stevilko",
            "jmbg",
            "slovenian personal",
            "numero personnel slovene",
        ),
        trigger=Trigger(digits=13),
        country="SI",
        sources=("https://sl.wikipedia.org/wiki/Enotna_matična_številka_občana", "stdnum.si.emso"),
        example=examples(_emso, _is_emso, "#############"),
        frames=("EMŠO: {}", "{}", "Moj EMŠO je {}.", "matična številka {}, Maribor", "Slovenian personal number {}"),
        detects=("EMŠO 0101006500006", "0101006500006"),
        ignores=("0101006500007", "EMŠO 3201006500006", "EAN 3831234567890"),
    ),
)
