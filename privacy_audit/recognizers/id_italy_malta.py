"""Numbers that stand for one person in Italy and in Malta."""

from __future__ import annotations

import random

from privacy_audit.recognizers import Recognizer, Trigger
from privacy_audit.recognizers._national import END, START, birth, digits, examples, stdnum
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

# Where two people would get one code, letters take the place of digits (omocodia).
_FIGURE = "[0-9LMNP-V]"
_IT_PATTERN = (
    rf"{START}(?i:[A-Z]{{3}} ?[A-Z]{{3}} ?{_FIGURE}{{2}}[A-EHLMPR-T]{_FIGURE}{{2}} ?[A-Z]{_FIGURE}{{3}} ?[A-Z]){END}"
)

_is_it = stdnum("it.codicefiscale")


def _codice_fiscale(draw: random.Random) -> str:
    born = birth(draw)
    letters = "".join(draw.choices("BCDFGLMNPRSTVZ", k=6))
    day = born.day + draw.choice((0, 40))
    place = f"{draw.choice('ABCDEFGHILMZ')}{digits(draw, 3)}"
    month = "ABCDEHLMPRST"[born.month - 1]
    return f"{letters}{born:%y}{month}{day:02d}{place}{draw.choice('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}"


RECOGNIZERS = (
    Recognizer(
        name="it_fiscal_code",
        entity_type="IT_FISCAL_CODE",
        summary="Italian tax code of a person (codice fiscale), doubles with letters included, by its check letter.",
        pattern=_IT_PATTERN,
        check=_is_it,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(digits=5),
        country="IT",
        sources=("https://it.wikipedia.org/wiki/Codice_fiscale", "stdnum.it.codicefiscale"),
        example=examples(_codice_fiscale, _is_it, "################", "### ### ##### #####"),
        frames=(
            "Codice fiscale: {}",
            "{}",
            "C.F. {}, nato a Torino",
            "Il mio codice fiscale è {}.",
            "code fiscal italien {} (Rome)",
        ),
        detects=("RCCMNL83S18D969H", "rccmnl83s18d969h", "RCC MNL 83S18 D969H", "RCCMNL83S18D96VW"),
        ignores=("RCCMNL83S18D969K", "codice fiscale 00743110157", "ABCDEF12G34H567I", "RCCMNL83S38D969X"),
    ),
    Recognizer(
        name="mt_id_card",
        entity_type="MT_ID_CARD",
        summary="Maltese identity card number: digits, a letter, an announcing word; it has no check digit.",
        pattern=rf"{START}[0-9]{{5,7}} ?\(?[MGAPLHBZ]\)?{END}",
        context=(
            *("karta tal", "identity card", "id card", "maltese id", "malta id", "identity malta"),
            *("numru tal", "kartatalidentita", "identite maltaise"),
        ),
        trigger=Trigger(digits=5),
        country="MT",
        sources=("https://identita.gov.mt/identity-cards-useful-info",),
        example=examples(
            lambda draw: f"{digits(draw, 5)}{birth(draw):%y}{draw.choice('MMMGLA')}",
            bool,
            "########",
            "####### #",
            "#######(#)",
        ),
        frames=(
            "ID card {}",
            "Identity card number: {}",
            "Karta tal-Identità {}",
            "holder of Maltese ID card {}, Sliema",
            "Numru tal-karta: {}",
        ),
        detects=("ID card 0123456M", "Karta tal-Identità 12345(M)", "Maltese identity card 0045699 G"),
        ignores=("0123456M", "identity card 0123456K", "12345M", "a disk of 20000 M"),
    ),
)
