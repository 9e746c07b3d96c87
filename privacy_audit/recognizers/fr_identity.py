"""French numbers that stand for one person."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import pairwise

from privacy_audit.recognizers import Hit, Recognizer, Trigger
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_NIR = re.compile(
    r"(?<![\w+.\-])([1-478])[ .\-]?([0-9]{2})[ .\-]?(0[1-9]|1[0-2]|[2-9][0-9])[ .\-]?"
    r"([0-9]{2}|2[ABab])[ .\-]?([0-9]{3})[ .\-]?([0-9]{3})[ .\-/|]{0,3}([0-9]{2})(?!\w)"
)


def _nirs(text: str, start: int, end: int) -> Iterator[Hit]:
    """The key is checked; written in groups a number is surer than as a row of digits."""
    from stdnum.fr import nir

    for match in _NIR.finditer(text, start, end):
        digits = "".join(match.groups()).upper()
        if nir.is_valid(digits):
            grouped = match.end() - match.start() > len(digits)
            yield Hit(*match.span(), Confidence.HIGH if grouped else Confidence.MEDIUM)


def _example_nir(draw: random.Random) -> str:
    department = draw.choice(("75", "13", "69", "2A", "2B", "33", "59", "99", "971", "974"))
    commune = f"{draw.randint(1, 989):03d}"[: 5 - len(department)].zfill(5 - len(department))
    born = f"{draw.choice('12')}{draw.randint(0, 99):02d}{draw.randint(1, 12):02d}"
    body = f"{born}{department}{commune}{draw.randint(1, 999):03d}"
    number = int(body.replace("2A", "19").replace("2B", "18"))
    whole = f"{body}{97 - number % 97:02d}"
    if draw.random() < 0.5:
        return whole
    cuts = (0, 1, 3, 5, 7, 10, 13, 15)
    return " ".join(whole[first:last] for first, last in pairwise(cuts))


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
        context=("nir", "secu", "securite sociale", "numero de securite", "insee", "social security", "carte vitale"),
        trigger=Trigger(digits=13),
        country="FR",
        sources=("Décret n° 82-103, art. 4", "stdnum.fr.nir"),
        example=_example_nir,
        frames=("NIR : {}", "{}", "mon numéro de sécurité sociale est le {}.", "n° sécu {} ok", "({})"),
        detects=("NIR : 2 84 05 75 999 042 08", "184052A99904279 et 2 84 05 75 999 042 | 08"),
        ignores=("2 84 05 75 999 042 09", "commande 284057599904", "1234567890123"),
    ),
)
