"""French numbers of taxpayers and of bank accounts."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from privacy_audit.recognizers import Hit, Recognizer, Trigger
from privacy_audit.recognizers._national import END, START, digits, stdnum
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_LABEL = (
    r"[^0-9A-Za-z\n]{0,4}(?:(?i:n° ?(?:de )?|code |num[ée]ro (?:de )?)?"
    r"(?i:guichet|compte|cl[ée](?: rib)?)[^0-9A-Za-z]{0,4})?"
)
_RIB = re.compile(
    rf"(?<![\w\-])([0-9]{{5}}){_LABEL}([0-9]{{5}}){_LABEL}([0-9A-Z]{{11}}){_LABEL}([0-9]{{2}})(?!\w|[.\-/][0-9])"
)
# the letters of an account count as digits: A and J are 1, B, K and S are 2, up to I, R and Z
_AS_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")

_is_nif = stdnum("fr.nif")


def _spi(compact: str) -> bool:
    return len(set(compact)) > 2 and _is_nif(compact)


def _ribs(text: str, start: int, end: int) -> Iterator[Hit]:
    for match in _RIB.finditer(text, start, end):
        bank, branch, account, key = (int(group.translate(_AS_DIGITS)) for group in match.groups())
        if bank and _rib_key(bank, branch, account) == key:
            yield Hit(*match.span())


def _rib_key(bank: int, branch: int, account: int) -> int:
    return 97 - (89 * bank + 15 * branch + 3 * account) % 97


def _example_spi(draw: random.Random) -> str:
    body = f"{draw.randint(0, 3)}{digits(draw, 9)}"
    spi = f"{body}{int(body) % 511:03d}"
    return draw.choice((spi, f"{spi[:2]} {spi[2:4]} {spi[4:7]} {spi[7:10]} {spi[10:]}"))


def _example_rib(draw: random.Random) -> str:
    """Bank 99999 is nobody's."""
    bank, branch, account = "99999", digits(draw, 5), digits(draw, 11)
    if draw.random() < 0.3:
        account = f"{account[:5]}{draw.choice('ABCDEJKS')}{account[6:]}"
    key = f"{_rib_key(int(bank), int(branch), int(account.translate(_AS_DIGITS))):02d}"
    return draw.choice(("", " ", " | ")).join((bank, branch, account, key))


RECOGNIZERS = (
    Recognizer(
        name="fr_spi",
        entity_type="FR_SPI",
        summary="Numéro fiscal (SPI) of a French taxpayer, by its key.",
        pattern=rf"{START}[0-3][0-9]([ .]?)[0-9]{{2}}\1[0-9]{{3}}\1[0-9]{{3}}\1[0-9]{{3}}{END}",
        check=_spi,
        alone=Confidence.LOW,  # a clock in milliseconds has 13 digits too
        announced=Confidence.HIGH,
        context=("fiscal", "fiscale", "fiscaux", "spi", "impot", "impots", "nif", "tin", "taxpayer", "contribuable"),
        trigger=Trigger(digits=13),
        country="FR",
        sources=("https://ec.europa.eu/taxation_customs/tin (France)", "stdnum.fr.nif"),
        example=_example_spi,
        frames=(
            "Numéro fiscal : {}",
            "n° fiscal de référence {}.",
            "SPI {}",
            "Votre identifiant fiscal est le {} (impôts)",
            "French TIN: {}",
        ),
        detects=("numéro fiscal : 30 23 217 600 053", "SPI 3023217600053"),
        ignores=("numéro fiscal 3023217600054", "code-barres 3017620422003", "1700000000000", "fiscal 0000000000000"),
    ),
    Recognizer(
        name="fr_rib",
        entity_type="FR_RIB",
        summary="Bank account as a French RIB of 23 characters, by its key.",
        pattern="",
        search=_ribs,
        check=bool,
        alone=Confidence.LOW,
        announced=Confidence.HIGH,
        context=(
            *("rib", "banque", "bancaire", "bancaires", "compte", "guichet", "domiciliation", "virement"),
            *("prelevement", "bank account"),
        ),
        trigger=Trigger(digits=11),
        country="FR",
        sources=(
            "https://fr.wikipedia.org/wiki/Clé_RIB",
            "https://github.com/Its-Just-Nans/can-be-useful python-rib-check/rib.py",
            "https://github.com/Xavier-SDK/apps-script-library docs/IMPLEMENTATION_BBAN.md",
        ),
        example=_example_rib,
        frames=("RIB : {}", "mon RIB est le {}.", "compte bancaire {}", "Virement sur le {} svp", "(RIB {})"),
        detects=(
            "RIB : 99999 00001 00012345678 09",
            "Code banque 99999 Code guichet 00001 N° de compte 00012345678 Clé RIB 09",
        ),
        ignores=("RIB 99999 00001 00012345678 10", "99999 00001 00012345678 09", "compte 12345"),
    ),
)
