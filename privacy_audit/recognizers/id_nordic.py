"""Numbers that stand for one person in Denmark, Finland and Sweden."""

from __future__ import annotations

import random

from privacy_audit.recognizers import Recognizer, Trigger
from privacy_audit.recognizers._national import DAY, END, MONTH, START, birth, digits, examples, stdnum, surer
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

# A coordination number has 60 added to the day.
_SE_DATE = rf"{MONTH}(?:{DAY}|(?:6[1-9]|[78][0-9]|9[01]))"
_SE_PATTERN = rf"{START}(?:18|19|20)?[0-9]{{2}}{_SE_DATE}[ \-+]?[0-9]{{4}}{END}"
# Orders, invoices and copies are numbered like this too, by the day: those are not from before 2000.
_SE_SURE = r"(?:19[0-9]{6}[-+]?|[3-9][0-9]{5}[-+])[0-9]{4}"
_FI_PATTERN = rf"{START}{DAY}{MONTH}[0-9]{{2}}[\-+A-FU-Y][0-9]{{3}}[0-9A-FHJ-NPR-Y](?!\w|-[0-9])"
_FI_WITH_LETTER = r"[0-9]{6}(?:[A-Y][0-9]{3}.|.[0-9]{3}[A-Y])"

_is_dk = stdnum("dk.cpr")


def _is_fi(compact: str) -> bool:
    """The sign of the century is lost with the separators where it is no letter."""
    from stdnum.fi import hetu

    whole = compact if len(compact) == 11 else f"{compact[:6]}-{compact[6:]}"
    return bool(hetu.is_valid(whole, allow_temporary=True))


def _is_se(compact: str) -> bool:
    from stdnum import luhn
    from stdnum.se import personnummer

    day = int(compact[-6:-4])
    dated = f"{compact[:-6]}{day - 60 if day > 60 else day:02d}{compact[-4:]}"
    try:
        personnummer.get_birth_date(dated)
    except personnummer.ValidationError:
        return False
    return bool(luhn.is_valid(compact[-10:]))


def _hetu(draw: random.Random) -> str:
    born = birth(draw)
    century = draw.choice("-YXWVU" if born.year < 2000 else "ABCDEF")
    return f"{born:%d%m%y}{century}{draw.randint(2, 899):03d}{draw.choice('0123456789ABCDEFHJKLMNPRSTUVWXY')}"


RECOGNIZERS = (
    Recognizer(
        name="dk_cpr",
        entity_type="DK_CPR",
        summary="Danish CPR number, by date of birth and an announcing word; its check digit is no longer kept to.",
        pattern=rf"{START}{DAY}{MONTH}[0-9]{{2}}[ \-]?[0-9]{{4}}{END}",
        check=_is_dk,
        context=(
            *("cpr", "cprnr", "cprnummer", "personnummer", "danish personal number", "numero cpr"),
            *("danish civil registration", "numero personnel danois"),
        ),
        trigger=Trigger(digits=10),
        country="DK",
        sources=("https://da.wikipedia.org/wiki/CPR-nummer", "stdnum.dk.cpr"),
        example=examples(lambda draw: f"{birth(draw):%d%m%y}{digits(draw, 4)}", _is_dk, "##########", "######-####"),
        frames=(
            "CPR-nr. {}",
            "CPR: {}",
            "Mit personnummer er {}.",
            "patienten (cpr {}) blev indlagt",
            "Danish CPR number {}, Odense",
        ),
        detects=("CPR 211062-5629", "cpr-nummer: 2110625629"),
        ignores=("CPR 511062-5629", "ordre 211062-5629", "2110625629", "cpr: ring 33 12 34 56"),
    ),
    Recognizer(
        name="fi_personal_identity_code",
        entity_type="FI_PERSONAL_IDENTITY_CODE",
        summary="Finnish personal identity code (henkilötunnus), by date of birth and check character.",
        pattern=_FI_PATTERN,
        check=_is_fi,
        search=surer(_FI_PATTERN, _is_fi, _FI_WITH_LETTER),
        announced=Confidence.HIGH,
        context=(
            *("henkilotunnus", "hetu", "sotu", "henkilotunnukseni", "henkilotunnuksella", "personbeteckning"),
            *("personal identity code", "finnish identity code", "numero personnel finlandais"),
        ),
        trigger=Trigger(digits=9),
        country="FI",
        sources=("https://dvv.fi/en/personal-identity-code", "stdnum.fi.hetu"),
        example=examples(_hetu, lambda value: _is_fi(value.replace("-", "")), "###########"),
        frames=(
            "Henkilötunnus: {}",
            "hänen hetunsa (hetu {}) on oikein",
            "Hetu {} (Tampere)",
            "min personbeteckning är {}.",
            "personal identity code {}, Helsinki",
        ),
        detects=("Hetu 131052-308T", "131052+308T", "131052A308T", "131052Y308T"),
        ignores=("131052-308U", "310252-308Y", "131052B3081X", "tilaus 131052-3081"),
    ),
    Recognizer(
        name="se_personnummer",
        entity_type="SE_PERSONNUMMER",
        summary="Swedish personal number or coordination number, by date of birth and check digit.",
        pattern=_SE_PATTERN,
        check=_is_se,
        search=surer(_SE_PATTERN, _is_se, _SE_SURE),
        announced=Confidence.HIGH,
        context=(
            *("personnummer", "personnr", "samordningsnummer", "persnr", "swedish personal number", "pnr"),
            *("personal identity number", "numero personnel suedois"),
        ),
        trigger=Trigger(digits=10),
        country="SE",
        sources=("https://sv.wikipedia.org/wiki/Personnummer_i_Sverige", "stdnum.se.personnummer"),
        example=examples(
            lambda draw: f"{birth(draw):%Y%m%d}{digits(draw, 4)}"[draw.choice((0, 2)) :],
            _is_se,
            "############",
            "########-####",
            "##########",
            "######-####",
        ),
        frames=(
            "Personnummer: {}",
            "Mitt personnummer är {}.",
            "personnr {} enligt folkbokföringen",
            "(personnummer {})",
            "Swedish personal number {}, Malmö",
        ),
        detects=("880320-0016", "19880320-0016", "198803200016", "samordningsnummer 880380-0013", "811228+9841"),
        ignores=("880320-0018", "order 20240115-0018, faktura 240115-0018", "202401151030", "8803200016"),
    ),
)
