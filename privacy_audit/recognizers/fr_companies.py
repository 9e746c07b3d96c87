"""French numbers of businesses: a sole trader's or a doctor's leads to one person."""

from __future__ import annotations

import random

from privacy_audit.recognizers import Recognizer, Trigger
from privacy_audit.recognizers._national import END, START, digits, stdnum
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_SIREN_WORDS = ("siren", "rcs", "kbis", "registre du commerce", "insee", "siret")

_is_siren = stdnum("fr.siren")
_is_siret = stdnum("fr.siret")


def _siren(compact: str) -> bool:
    return len(set(compact)) > 2 and _is_siren(compact)


def _siret(compact: str) -> bool:
    return _siren(compact[:9]) and _is_siret(compact)


def _draw_siren(draw: random.Random) -> str:
    from stdnum import luhn

    body = f"{draw.randint(3, 9)}{digits(draw, 7)}"
    return str(body + luhn.calc_check_digit(body))


def _example_siren(draw: random.Random) -> str:
    siren = _draw_siren(draw)
    return draw.choice((siren, f"{siren[:3]} {siren[3:6]} {siren[6:]}"))


def _example_siret(draw: random.Random) -> str:
    from stdnum import luhn

    body = f"{_draw_siren(draw)}000{draw.randint(1, 9)}"
    siret = body + luhn.calc_check_digit(body)
    return draw.choice((siret, f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}", f"{siret[:9]} {siret[9:]}"))


def _example_vat(draw: random.Random) -> str:
    siren = _draw_siren(draw)
    key = f"{(12 + 3 * (int(siren) % 97)) % 97:02d}"
    return draw.choice((f"FR{key}{siren}", f"FR {key} {siren[:3]} {siren[3:6]} {siren[6:]}", f"FR{key} {siren}"))


RECOGNIZERS = (
    Recognizer(
        name="fr_siren",
        entity_type="FR_SIREN",
        summary="SIREN of a French business, by its check digit, when a word announces it.",
        pattern=rf"{START}[0-9]{{3}}([ .]?)[0-9]{{3}}\1[0-9]{{3}}{END}",
        check=_siren,
        announced=Confidence.HIGH,
        context=tuple(word for word in _SIREN_WORDS if word != "siret"),
        trigger=Trigger(digits=9),
        country="FR",
        sources=("Code de commerce, art. R. 123-221", "stdnum.fr.siren"),
        example=_example_siren,
        frames=(
            "SIREN : {}",
            "immatriculée au RCS de Lyon sous le n° {}.",
            "SIREN {} (Insee)",
            "le SIREN est {} et",
            "RCS Paris {}",
        ),
        detects=("RCS Paris 404 833 048", "SIREN : 404833048"),
        ignores=("404833048", "SIREN : 404833047", "SIREN 000 000 000", "commande 404 833 048"),
    ),
    Recognizer(
        name="fr_siret",
        entity_type="FR_SIRET",
        summary="SIRET of a French establishment, by its check digits; La Poste has a rule of its own.",
        pattern=rf"{START}[0-9]{{3}}([ .]?)[0-9]{{3}}\1[0-9]{{3}}[ .]?[0-9]{{3}} ?[0-9]{{2}}{END}",
        check=_siret,
        alone=Confidence.LOW,  # one row of 14 digits in a hundred passes
        announced=Confidence.HIGH,
        context=_SIREN_WORDS,
        trigger=Trigger(digits=14),
        country="FR",
        sources=("Code de commerce, art. R. 123-221", "stdnum.fr.siret"),
        example=_example_siret,
        frames=(
            "SIRET : {}",
            "n° SIRET {}.",
            "SIRET={}",
            "(siret {})",
            "Mme X, auto-entrepreneure, SIRET {}, code APE",
        ),
        detects=("SIRET 732 829 320 00074", "siret:73282932000074", "La Poste, SIRET 356 000 000 01005"),
        ignores=("732 829 320 00074", "SIRET 732 829 320 00079", "horodatage 20240214103000", "SIRET 00000000000000"),
    ),
    Recognizer(
        name="fr_vat",
        entity_type="FR_VAT",
        summary="Numéro de TVA intracommunautaire of a French business, by its key and its SIREN.",
        pattern=rf"(?<!\w)FR ?[0-9A-HJ-NP-Z]{{2}} ?[0-9]{{3}}([ .]?)[0-9]{{3}}\1[0-9]{{3}}{END}",
        check=stdnum("fr.tva"),
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(digits=9),
        country="FR",
        sources=("CGI, art. 286 ter", "stdnum.fr.tva"),
        example=_example_vat,
        frames=("TVA : {}", "{}", "n° TVA intracommunautaire {}.", "VAT number {}", "({})"),
        detects=("TVA FR40303265045", "FR 23 334 175 221"),
        ignores=("FR84 323 140 391", "FR76 3000 6000 0112", "réf. FR12345678901"),
    ),
)
