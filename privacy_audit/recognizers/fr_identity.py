"""The French social-security number, which stands for one person and tells sex, month and place of birth."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import pairwise

from privacy_audit.recognizers import Hit, Recognizer, Trigger
from privacy_audit.recognizers._national import END
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

# Months from 20 on are given where the month of birth is not known. Overseas the department takes three digits and the
# commune two.
_BODY = (
    r"(?<![\w+.\-])([1-478])[ .\-]?([0-9]{2})[ .\-]?(0[1-9]|1[0-3]|[235-9][0-9]|4[0-2])[ .\-]?"
    r"(?:([0-9]{2}|2[ABab])[ .\-]?([0-9]{3})|(9[78][0-9])[ .\-]?([0-9]{2}))[ .\-]?([0-9]{3})"
)
_NIR = re.compile(_BODY + r"[ .\-/|]{0,3}([0-9]{2})(?!\w)")
_CONTEXT = (
    *("nir", "secu", "securite sociale", "numero de securite", "insee", "social security", "carte vitale", "vitale"),
    *("assure social", "nss", "immatriculation sociale"),
)


def _nirs(text: str, start: int, end: int) -> Iterator[Hit]:
    """The key is checked; written in groups a number is surer than as a row of digits."""
    from stdnum.fr import nir

    for match in _NIR.finditer(text, start, end):
        digits = "".join(filter(None, match.groups())).upper()
        if nir.is_valid(digits):
            grouped = match.end() - match.start() > len(digits)
            yield Hit(*match.span(), Confidence.HIGH if grouped else Confidence.MEDIUM)


def _grouped(body: str) -> str:
    cuts = (0, 1, 3, 5, 7, 10, 13, 15) if body[5:7] not in ("97", "98") else (0, 1, 3, 5, 8, 10, 13, 15)
    return " ".join(body[first:last] for first, last in pairwise(cuts) if body[first:last])


def _example_nir(draw: random.Random) -> str:
    """Nobody was born in a commune numbered 999, overseas 99."""
    department = draw.choice(("75", "13", "69", "2A", "2B", "33", "59", "99", "971", "974", "987"))
    born = f"{draw.choice('12')}{draw.randint(0, 99):02d}{draw.randint(1, 12):02d}"
    body = f"{born}{department:9<5}{draw.randint(1, 999):03d}"
    number = int(body.replace("2A", "19").replace("2B", "18"))
    whole = f"{body}{97 - number % 97:02d}"
    return whole if draw.random() < 0.5 else _grouped(whole)


def _example_without_key(draw: random.Random) -> str:
    whole = re.sub(" ", "", _example_nir(draw))[:13]
    return whole if draw.random() < 0.5 else _grouped(whole)


RECOGNIZERS = (
    Recognizer(
        name="fr_nir",
        entity_type="FR_NIR",
        summary="Numéro de sécurité sociale (NIR), Corsica and overseas included, by its key.",
        pattern="",
        search=_nirs,
        check=bool,
        alone=Confidence.MEDIUM,
        announced=Confidence.HIGH,
        context=_CONTEXT,
        trigger=Trigger(digits=13),
        country="FR",
        sources=("Décret n° 82-103, art. 4", "stdnum.fr.nir"),
        example=_example_nir,
        frames=("NIR : {}", "{}", "mon numéro de sécurité sociale est le {}.", "n° sécu {} ok", "({})"),
        detects=(
            "NIR : 2 84 05 75 999 042 08",
            "184052A99904279 et 2 84 05 75 999 042 | 08",
            "1 71 11 974 99 012 95 (La Réunion)",
        ),
        ignores=("2 84 05 75 999 042 09", "commande 284057599904", "1234567890123", "2 84 15 75 999 042 45"),
    ),
    Recognizer(
        name="fr_nir_without_key",
        entity_type="FR_NIR",
        summary="Numéro de sécurité sociale (NIR) written without its key, when a word announces it.",
        pattern=f"{_BODY}{END}",
        announced=Confidence.MEDIUM,
        context=_CONTEXT,
        trigger=Trigger(digits=12),
        country="FR",
        sources=("Décret n° 82-103, art. 4", "https://www.insee.fr/en/metadonnees/definition/c1409"),
        example=_example_without_key,
        frames=("NIR : {}", "numéro de sécurité sociale {} sans la clé", "sécu {}", "n° INSEE : {}.", "(NIR {})"),
        detects=("n° de sécu : 2 84 05 75 999 042", "NIR 184052A999042"),
        ignores=("2 84 05 75 999 042", "NIR 2840575999", "sécu, dossier 9999999999999"),
    ),
)
