"""Numbers that stand for one person in Estonia, Latvia and Lithuania."""

from __future__ import annotations

import random

from privacy_audit.recognizers import Recognizer, Trigger
from privacy_audit.recognizers._national import DAY, END, MONTH, START, birth, digits, examples, stdnum, surer
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

# Estonia and Lithuania number alike: sex and century, date, order, check digit.
_EE_LT_PATTERN = rf"{START}[1-6][0-9]{{2}}{MONTH}{DAY}[0-9]{{4}}{END}"
_EE_LT_LIVING = r"(?:[34][0-9]|[56][0-2])[0-9]{9}"
_LV_PATTERN = rf"{START}{DAY}{MONTH}[0-9]{{2}}-?[0-2][0-9]{{4}}{END}"
# Born 1930 to 1999: with a later year it may be a day and the number of an order.
_LV_LIKELY = r"[0-9]{4}[3-9][0-9]-?1[0-9]{4}"

_is_ee = stdnum("ee.ik")
_is_lt = stdnum("lt.asmens")
_is_lv = stdnum("lv.pvn")


def _lv(draw: random.Random) -> str:
    born = birth(draw)
    return f"{born:%d%m%y}{born.year // 100 - 18}{digits(draw, 4)}"


RECOGNIZERS = (
    Recognizer(
        name="ee_personal_code",
        entity_type="EE_PERSONAL_CODE",
        summary="Estonian personal code (isikukood), by date of birth and check digit.",
        pattern=_EE_LT_PATTERN,
        check=_is_ee,
        search=surer(_EE_LT_PATTERN, _is_ee, _EE_LT_LIVING),
        announced=Confidence.HIGH,
        context=(
            *("isikukood", "isikukoodi", "isikukoodiga", "estonian personal code", "estonian id code"),
            *("personal identification code", "code personnel estonien"),
        ),
        trigger=Trigger(digits=11),
        country="EE",
        sources=("https://et.wikipedia.org/wiki/Isikukood", "stdnum.ee.ik"),
        example=examples(
            lambda draw: f"{draw.choice('34')}{birth(draw):%y%m%d}{digits(draw, 4)}", _is_ee, "###########"
        ),
        frames=(
            "Isikukood: {}",
            "{}",
            "minu isikukood on {}.",
            "Kaardi omanik (isikukood {}) elab Tartus",
            "Estonian personal code {}, Tallinn",
        ),
        detects=("isikukood 36805280109", "36805280109"),
        ignores=("36805280108", "36813280109", "telefon 37251234567", "arve 12345678901"),
    ),
    Recognizer(
        name="lt_personal_code",
        entity_type="LT_PERSONAL_CODE",
        summary="Lithuanian personal code (asmens kodas), by date of birth, check digit and an announcing word.",
        pattern=_EE_LT_PATTERN,
        check=_is_lt,
        announced=Confidence.HIGH,
        context=(
            *("asmens kodas", "asmens kodo", "asmens kodu", "ak", "lithuanian personal code"),
            *("lithuanian national id", "code personnel lituanien"),
        ),
        trigger=Trigger(digits=11),
        country="LT",
        sources=("https://lt.wikipedia.org/wiki/Asmens_kodas", "stdnum.lt.asmens"),
        example=examples(
            lambda draw: f"{draw.choice('34')}{birth(draw):%y%m%d}{digits(draw, 4)}", _is_lt, "###########"
        ),
        frames=(
            "Asmens kodas: {}",
            "asmens kodas {}, Vilnius",
            "Mano asmens kodas yra {}.",
            "a. k. (AK) {}",
            "Lithuanian personal code {}, Kaunas",
        ),
        detects=("asmens kodas 33309240064",),
        ignores=("asmens kodas 33309240164", "asmens kodas 33313240064", "Tel. 37061234567"),
    ),
    Recognizer(
        name="lv_personal_code",
        entity_type="LV_PERSONAL_CODE",
        summary="Latvian personal code with a date of birth (personas kods), by its check digit.",
        pattern=_LV_PATTERN,
        check=_is_lv,
        search=surer(_LV_PATTERN, _is_lv, _LV_LIKELY),
        announced=Confidence.HIGH,
        context=(
            *("personas kods", "personas kodu", "personas koda", "pk", "latvian personal code"),
            *("latvian national id", "code personnel letton"),
        ),
        trigger=Trigger(digits=11),
        country="LV",
        sources=("https://lv.wikipedia.org/wiki/Personas_kods", "stdnum.lv.pvn"),
        example=examples(
            _lv,
            _is_lv,
            "######-#####",
            "###########",
        ),
        frames=(
            "Personas kods: {}",
            "ar personas kodu {} un parakstu",
            "Mans personas kods ir {}.",
            "personas kods {}, Rīga",
            "Latvian personal code {}, Daugavpils",
        ),
        detects=("161175-19997", "personas kods 16117519997"),
        ignores=("161175-19998", "161375-19997", "pasūtījums 12345678901"),
    ),
    Recognizer(
        name="lv_personal_code_2017",
        entity_type="LV_PERSONAL_CODE",
        summary="Latvian personal code without a date of birth, given since July 2017: begins with 32, is announced.",
        pattern=rf"{START}3[2-9][0-9]{{4}}-?[0-9]{{5}}{END}",
        context=("personas kods", "personas kodu", "personas koda", "latvian personal code", "code personnel letton"),
        trigger=Trigger(digits=11),
        country="LV",
        sources=("https://lv.wikipedia.org/wiki/Personas_kods", "https://www.pmlp.gov.lv/"),
        example=examples(lambda draw: f"32{digits(draw, 9)}", str.isdigit, "######-#####", "###########"),
        frames=(
            "Personas kods: {}",
            "Mans personas kods ir {}.",
            "personas kods {}, Rīga",
            "ar personas kodu {} un parakstu",
            "Latvian personal code {}, Daugavpils",
        ),
        detects=("personas kods 328673-00679",),
        ignores=("328673-00679", "personas kods 32867", "tālrunis 37121234567"),
    ),
)
