"""Numbers that stand for one person in Belgium, the Netherlands and Luxembourg."""

from __future__ import annotations

from privacy_audit.recognizers import Recognizer, Trigger
from privacy_audit.recognizers._national import DAY, END, MONTH, START, birth, digits, examples, stdnum, surer
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_BE_PATTERN = rf"{START}[0-9]{{2}}[ .\-]?[0-5][0-9][ .\-]?[0-3][0-9][ .\-/]?[0-9]{{3}}[ .\-]?[0-9]{{2}}{END}"
# A whole date of birth; the month is 20 or 40 higher in the number of someone who is not in the register (bis).
_BE_DATED = rf"[0-9]{{2}}\W?(?:[024][1-9]|[135][0-2])\W?{DAY}(?:[0-9]{{5}}|\W?[0-9]{{3}}\W[0-9]{{2}})"
_LU_PATTERN = rf"{START}(?:18|19|20)[0-9]{{2}}[ .]?{MONTH}[ .]?{DAY} ?[0-9]{{3}} ?[0-9]{{2}}{END}"

_is_be = stdnum("be.ssn")
_is_nl = stdnum("nl.bsn")


def _is_lu(compact: str) -> bool:
    """The eleven digits of date and order carry two check digits: Luhn's, then Verhoeff's."""
    from stdnum import luhn, verhoeff

    return bool(luhn.is_valid(compact[:12]) and verhoeff.is_valid(compact[:11] + compact[12]))


RECOGNIZERS = (
    Recognizer(
        name="be_national_number",
        entity_type="BE_NATIONAL_NUMBER",
        summary="Belgian national number (NISS, rijksregisternummer) and its bis number, by its two check digits.",
        pattern=_BE_PATTERN,
        check=_is_be,
        search=surer(_BE_PATTERN, _is_be, _BE_DATED),
        announced=Confidence.HIGH,
        context=(
            *("niss", "insz", "rrn", "rijksregisternummer", "rijksregister", "nationalregisternummer"),
            *("numero national", "registre national", "nationaal nummer", "national number", "national register"),
            *("numero bis", "bisnummer", "belgian national", "identificatienummer van de sociale zekerheid"),
        ),
        trigger=Trigger(digits=11),
        country="BE",
        sources=("https://fr.wikipedia.org/wiki/Numéro_de_registre_national", "stdnum.be.nn", "stdnum.be.bis"),
        example=examples(
            lambda draw: f"{birth(draw):%y%m%d}{digits(draw, 5)}",
            _is_be,
            "###########",
            "##.##.##-###.##",
            "## ## ## ### ##",
            "##.##.## ### ##",
        ),
        frames=(
            "NISS : {}",
            "{}",
            "Mijn rijksregisternummer is {}.",
            "n° de registre national {} (Namur)",
            "Belgian national number {}, see the attached form",
        ),
        detects=("Numéro national 85.07.30-033.28", "85073003328", "17 07 30 033 84"),
        ignores=("85.07.30-033.29", "12345678901", "tél. 0475 12 34 56", "30.07.85 - 033 28", "85.07.30-033.28.1"),
    ),
    Recognizer(
        name="nl_bsn",
        entity_type="NL_BSN",
        summary="Dutch citizen service number (BSN), by its check (elfproef) and an announcing word.",
        pattern=rf"{START}(?:[0-9]{{3}}([ .\-]?)[0-9]{{3}}\1[0-9]{{3}}|[0-9]{{4}}\.[0-9]{{2}}\.[0-9]{{3}}){END}",
        check=_is_nl,
        announced=Confidence.HIGH,
        context=(
            *("bsn", "burgerservicenummer", "sofinummer", "sofi", "citizen service number", "bsnr"),
            *("numero de service citoyen", "numero bsn", "dutch social security"),
        ),
        trigger=Trigger(digits=9),
        country="NL",
        sources=("https://nl.wikipedia.org/wiki/Burgerservicenummer", "stdnum.nl.bsn"),
        example=examples(lambda draw: digits(draw, 9), _is_nl, "#########", "### ### ###", "####.##.###"),
        frames=(
            "BSN: {}",
            "Mijn burgerservicenummer is {}.",
            "het BSN {} van de cliënt",
            "BSN-nummer {} (Utrecht)",
            "citizen service number {}, Amsterdam",
        ),
        detects=("BSN 1112.22.333", "burgerservicenummer: 111222333"),
        ignores=("BSN 111252333", "111222333", "KvK 12345678", "bel 020 123 4567 over uw BSN"),
    ),
    Recognizer(
        name="lu_national_number",
        entity_type="LU_NATIONAL_NUMBER",
        summary="Luxembourg identification number (matricule) of a person, by date of birth and two check digits.",
        pattern=_LU_PATTERN,
        check=_is_lu,
        alone=Confidence.MEDIUM,
        announced=Confidence.HIGH,
        context=(
            *("matricule", "matrikel", "matrikelnummer", "sozialversicherungsnummer", "cns", "ccss"),
            *("identification number", "securite sociale", "national number"),
        ),
        trigger=Trigger(digits=13),
        country="LU",
        sources=(
            "https://en.wikipedia.org/wiki/National_identification_number#Luxembourg",
            "Loi du 19 juin 2013 relative à l'identification des personnes physiques",
            "stdnum.luhn",
            "stdnum.verhoeff",
        ),
        example=examples(
            lambda draw: f"{birth(draw):%Y%m%d}{digits(draw, 5)}",
            _is_lu,
            "#############",
            "#### ## ## ### ##",
            "#### #### #####",
        ),
        frames=(
            "Matricule : {}",
            "{}",
            "Ma matricule luxembourgeoise est {}.",
            "meng Matrikelnummer ass {}",
            "national number {}, Luxembourg",
        ),
        detects=("matricule 1893120105732", "1893 12 01 057 32"),
        ignores=("1893120105733", "2024011510301", "1984 12 01", "20240115-10300"),
    ),
)
