"""Numbers that stand for one person in Germany, Austria and Switzerland."""

from __future__ import annotations

import random
import string

from privacy_audit.recognizers import Recognizer, Trigger
from privacy_audit.recognizers._national import DAY, END, MONTH, START, birth, digits, examples, stdnum
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_CARD_LETTERS = "CFGHJKLMNPRTVWXYZ"  # no vowels, and nothing that reads like a digit

_is_tax_id = stdnum("de.idnr")
_is_at = stdnum("at.vnr")
_is_ch = stdnum("ch.ssn")


def _cross_sum(compact: str, weights: tuple[int, ...]) -> int:
    """Sum of the digits of the weighted products, where a letter stands for its two-digit place in the alphabet."""
    numbers = "".join(char if char.isdigit() else f"{ord(char.upper()) - 64:02d}" for char in compact)
    return sum(sum(divmod(int(digit) * weight, 10)) for digit, weight in zip(numbers, weights, strict=True))


def _is_pension_number(compact: str) -> bool:
    return _cross_sum(compact[:-1], (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)) % 10 == int(compact[-1])


def _is_health_number(compact: str) -> bool:
    return _cross_sum(compact[:-1], (1, 2) * 5) % 10 == int(compact[-1])


def _is_id_card(compact: str) -> bool:
    """ICAO Doc 9303: weights 7, 3, 1 over the first eight."""
    values = (int(char, 36) * (7, 3, 1)[index % 3] for index, char in enumerate(compact[:8]))
    return sum(values) % 10 == int(compact[8])


def _pension_number(draw: random.Random) -> str:
    born = birth(draw)
    day = born.day + draw.choice((0, 0, 0, 50))
    return f"{digits(draw, 2)}{day:02d}{born:%m%y}{draw.choice(string.ascii_uppercase)}{digits(draw, 3)}"


def _id_card(draw: random.Random) -> str:
    rest = "".join(draw.choices(_CARD_LETTERS + string.digits, k=7))
    return f"{draw.choice('LMNPRTVWXY')}{rest}{digits(draw, 1)}"


RECOGNIZERS = (
    Recognizer(
        name="de_tax_id",
        entity_type="DE_TAX_ID",
        summary="German tax identification number (IdNr), by check digit, repeated digit and an announcing word.",
        pattern=rf"{START}(?:[1-9][0-9]{{10}}|[1-9][0-9]([ ./\-])[0-9]{{3}}\1[0-9]{{3}}\1[0-9]{{3}}){END}",
        check=_is_tax_id,
        announced=Confidence.HIGH,
        context=(
            *("idnr", "steuer", "steuerid", "steueridentifikationsnummer", "steueridnummer", "identifikationsnummer"),
            *("tin", "finanzamt", "tax id", "tax identification", "identifiant fiscal", "numero fiscal"),
        ),
        trigger=Trigger(digits=11),
        country="DE",
        sources=("https://de.wikipedia.org/wiki/Steuerliche_Identifikationsnummer", "stdnum.de.idnr"),
        example=examples(
            lambda draw: f"{draw.choice('123456789')}{digits(draw, 10)}", _is_tax_id, "###########", "## ### ### ###"
        ),
        frames=(
            "Steuer-ID: {}",
            "Meine IdNr. lautet {}.",
            "Steueridentifikationsnummer {} beim Finanzamt Mainz",
            "German tax id {} (Berlin)",
            "numéro fiscal allemand : {}",
        ),
        detects=("IdNr. 36 574 261 809", "Steueridentifikationsnummer: 36574261809"),
        ignores=("IdNr. 36574261890", "36 574 261 809 Euro", "36574261809", "Steuer 2024: 12.345.678,90"),
    ),
    Recognizer(
        name="de_social_security",
        entity_type="DE_SOCIAL_SECURITY",
        summary="German pension insurance number (Rentenversicherungsnummer), by date of birth and check digit.",
        pattern=(
            rf"{START}[0-9]{{2}} ?(?:0[1-9]|[126][0-9]|3[01]|5[1-9]|7[0-9]|8[01]){MONTH}[0-9]{{2}}"
            rf" ?[A-Z] ?[0-9]{{2}} ?[0-9]{END}"
        ),
        check=_is_pension_number,
        alone=Confidence.MEDIUM,
        announced=Confidence.HIGH,
        context=(
            *("rentenversicherungsnummer", "sozialversicherungsnummer", "versicherungsnummer", "rvnr", "svnr", "vsnr"),
            *("rentenversicherung", "sozialversicherung", "sozialversicherungsausweis", "versichertennummer"),
            *("social security", "securite sociale", "assurance pension"),
        ),
        trigger=Trigger(digits=11),
        country="DE",
        sources=("https://de.wikipedia.org/wiki/Versicherungsnummer", "VKVV § 4"),
        example=examples(_pension_number, _is_pension_number, "############", "## ###### # ###", "######## # ###"),
        frames=(
            "Sozialversicherungsnummer: {}",
            "{}",
            "RVNR {} laut Ausweis",
            "Meine Rentenversicherungsnummer ist {}.",
            "German social security number {}, Hamburg",
        ),
        detects=("Versicherungsnummer 15070649C103", "15 070649 C 103"),
        ignores=("15070649C104", "15990649C103", "Artikel 12345678A123", "15070649"),
    ),
    Recognizer(
        name="de_health_insurance",
        entity_type="DE_HEALTH_INSURANCE",
        summary="German health insurance number (KVNR), by its check digit and an announcing word.",
        pattern=rf"{START}[A-Z][0-9]{{9}}{END}",
        check=_is_health_number,
        announced=Confidence.HIGH,
        context=(
            *("kvnr", "krankenversicherungsnummer", "krankenversichertennummer", "versichertennummer", "egk"),
            *("krankenkasse", "krankenversicherung", "gesundheitskarte", "health insurance", "assurance maladie"),
        ),
        trigger=Trigger(digits=9),
        country="DE",
        sources=("https://de.wikipedia.org/wiki/Krankenversichertennummer", "§ 290 SGB V"),
        example=examples(
            lambda draw: f"{draw.choice(string.ascii_uppercase)}{digits(draw, 9)}", _is_health_number, "##########"
        ),
        frames=(
            "KVNR: {}",
            "Versichertennummer {} der AOK",
            "Meine Krankenversicherungsnummer ist {}.",
            "Gesundheitskarte, Nr. {}",
            "German health insurance number {}, Berlin",
        ),
        detects=("KVNR A000500015",),
        ignores=("KVNR A000500016", "Bestellung A000500015", "Typ X123456789"),
    ),
    Recognizer(
        name="de_id_card",
        entity_type="DE_ID_CARD",
        summary="Number of a German identity card since 2010, by its check digit and an announcing word.",
        pattern=rf"{START}[{_CARD_LETTERS}](?=[A-Z]*[0-9])[{_CARD_LETTERS}0-9]{{7}}[0-9](?!\w)",
        check=_is_id_card,
        announced=Confidence.HIGH,
        context=(
            *("personalausweis", "personalausweisnummer", "ausweis", "ausweisnummer", "ausweisnr", "npa"),
            *("bundespersonalausweis", "german id card", "german identity card"),
        ),
        trigger=Trigger(literals=("usweis", "USWEIS", "erman id", "npa", "nPA")),
        country="DE",
        sources=("https://de.wikipedia.org/wiki/Ausweisnummer", "ICAO Doc 9303, part 3"),
        example=examples(_id_card, _is_id_card, "#########"),
        frames=(
            "Personalausweis {}",
            "Ausweisnummer: {}",
            "Personalausweisnummer {}, ausgestellt in Köln",
            "Der Personalausweis (Nr. {}) ist abgelaufen",
            "German id card {} seen and returned",
        ),
        detects=("Ausweisnummer L01X00T44",),
        ignores=("Ausweisnummer L01X00T45", "L01X00T44", "Modell T22000124"),
    ),
    Recognizer(
        name="at_social_security",
        entity_type="AT_SOCIAL_SECURITY",
        summary="Austrian social security number (SVNR), by date of birth, check digit and an announcing word.",
        pattern=rf"{START}[1-9][0-9]{{3}}[ \-/]?{DAY}(?:0[1-9]|1[0-5])[0-9]{{2}}{END}",
        check=_is_at,
        announced=Confidence.HIGH,
        context=(
            *("svnr", "sv", "vsnr", "svnummer", "sozialversicherungsnummer", "versicherungsnummer", "ecard"),
            *("sozialversicherung", "sozversnr", "social security", "insurance number", "securite sociale"),
        ),
        trigger=Trigger(digits=10),
        country="AT",
        sources=("https://de.wikipedia.org/wiki/Sozialversicherungsnummer#Österreich", "stdnum.at.vnr"),
        example=examples(lambda draw: f"{digits(draw, 4)}{birth(draw):%d%m%y}", _is_at, "##########", "#### ######"),
        frames=(
            "SVNR: {}",
            "SV-Nr. {} (e-card)",
            "Meine Sozialversicherungsnummer ist {}.",
            "Versicherungsnummer {}, Graz",
            "Austrian social security number {}, see below",
        ),
        detects=("SVNR 1237 010180", "Sozialversicherungsnummer: 1237010180"),
        ignores=("SVNR 2237 010180", "1237 010180", "Kundennummer 1237010180", "SV Ried 1237 Zuschauer 01.01.80"),
    ),
    Recognizer(
        name="ch_social_security",
        entity_type="CH_SOCIAL_SECURITY",
        summary="Swiss social security number (AHV, AVS), by its beginning 756 and its check digit.",
        pattern=rf"{START}756[ .]?[0-9]{{4}}[ .]?[0-9]{{4}}[ .]?[0-9]{{2}}{END}",
        check=_is_ch,
        alone=Confidence.MEDIUM,
        announced=Confidence.HIGH,
        context=(
            *("ahv", "avs", "navs", "ahvn", "ahvnr", "ahvnummer", "sozialversicherungsnummer"),
            *("versichertennummer", "social security", "securite sociale", "numero avs"),
        ),
        trigger=Trigger(digits=13),
        country="CH",
        sources=("https://de.wikipedia.org/wiki/Sozialversicherungsnummer#Schweiz", "stdnum.ch.ssn"),
        example=examples(lambda draw: f"756{digits(draw, 10)}", _is_ch, "#############", "###.####.####.##"),
        frames=(
            "AHV-Nr. {}",
            "{}",
            "Numéro AVS : {}",
            "Mon numéro AVS est le {}.",
            "numero AVS {}, Lugano",
        ),
        detects=("AHV 756.9217.0769.85", "7569217076985"),
        ignores=("756.9217.0769.84", "code-barres 7612345678900", "123.4567.8910.19"),
    ),
)
