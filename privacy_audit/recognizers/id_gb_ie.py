"""Numbers that stand for one person in the United Kingdom and in Ireland."""

from __future__ import annotations

import random

from privacy_audit.recognizers import Recognizer, Trigger
from privacy_audit.recognizers._national import END, START, digits, examples, stdnum, surer
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_NINO_PATTERN = (
    rf"{START}(?!BG|GB|NK|KN|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
    rf" ?[0-9]{{2}} ?[0-9]{{2}} ?[0-9]{{2}} ?[A-D]{END}"
)

_is_nhs = stdnum("gb.nhs")
_is_utr = stdnum("gb.utr")
_is_pps = stdnum("ie.pps")


def _nino(draw: random.Random) -> str:
    letters = "ABCEGHJKLMNPRSTWXYZ"
    return f"{draw.choice(letters)}{draw.choice('ACEHJLMPRSWXY')}{digits(draw, 6)}{draw.choice('ABCD')}"


def _pps(draw: random.Random) -> str:
    return f"{digits(draw, 7)}{draw.choice('ABCDEFGHIJKLMNOPQRSTUVW')}{draw.choice(('', '', 'A', 'B', 'W'))}"


RECOGNIZERS = (
    Recognizer(
        name="uk_nhs",
        entity_type="UK_NHS",
        summary="NHS number of a patient, by its check digit and an announcing word.",
        pattern=rf"{START}[0-9]{{3}}([ \-]?)[0-9]{{3}}\1[0-9]{{4}}{END}",
        check=_is_nhs,
        announced=Confidence.HIGH,
        context=("nhs", "nhsno", "nhsnumber", "health service number", "patient number", "numero nhs"),
        trigger=Trigger(digits=10),
        country="GB",
        sources=(
            "https://www.datadictionary.nhs.uk/data_dictionary/attributes/n/nhs/nhs_number_de.asp",
            "stdnum.gb.nhs",
        ),
        example=examples(
            lambda draw: f"{draw.choice('467')}{digits(draw, 9)}", _is_nhs, "##########", "### ### ####", "###-###-####"
        ),
        frames=(
            "NHS number: {}",
            "NHS No. {}",
            "her NHS number is {}.",
            "Patient (NHS {}) seen in clinic",
            "numéro NHS {} à Londres",
        ),
        detects=("NHS number 943 476 5870", "NHS No: 9434765870"),
        ignores=("NHS number 943 476 5871", "943 476 5870", "call the NHS on 0300 123 1234", "order 9434765870"),
    ),
    Recognizer(
        name="uk_nino",
        entity_type="UK_NINO",
        summary="National Insurance number: written in pairs, or announced; it has no check digit.",
        pattern=_NINO_PATTERN,
        search=surer(_NINO_PATTERN, bool, r"[A-Z]{2} [0-9]{2} [0-9]{2} [0-9]{2} [A-D]"),
        announced=Confidence.HIGH,
        context=(
            *("nino", "nin", "national insurance", "insurance number", "ni number", "ni no", "hmrc", "payroll"),
            *("assurance nationale", "securite sociale britannique"),
        ),
        trigger=Trigger(digits=6),
        country="GB",
        sources=("https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110",),
        example=examples(_nino, bool, "#########", "## ## ## ## #", "## ###### #"),
        frames=(
            "National Insurance number: {}",
            "NI number {}",
            "my NINO is {}.",
            "(National Insurance no. {})",
            "NINO britannique {}",
        ),
        detects=("AB 12 34 56 C", "NI number AB123456C"),
        ignores=("part AB123456C", "BG 12 34 56 A", "AB 12 34 56 E", "QQ 12 34 56 C"),
    ),
    Recognizer(
        name="uk_utr",
        entity_type="UK_UTR",
        summary="Unique taxpayer reference, by its check digit and an announcing word.",
        pattern=rf"{START}[0-9]{{5}} ?[0-9]{{5}}K?{END}",
        check=_is_utr,
        announced=Confidence.HIGH,
        context=("utr", "taxpayer reference", "self assessment", "tax reference", "reference fiscale"),
        trigger=Trigger(digits=10),
        country="GB",
        sources=("https://www.gov.uk/find-utr-number", "stdnum.gb.utr"),
        example=examples(lambda draw: digits(draw, 10), _is_utr, "##########", "##### #####"),
        frames=(
            "UTR: {}",
            "Unique Taxpayer Reference {}",
            "my UTR is {}.",
            "self assessment, UTR {}",
            "UTR britannique : {}",
        ),
        detects=("UTR 1955839661", "taxpayer reference 19558 39661"),
        ignores=("UTR 2955839661", "1955839661", "self assessment: call 0300 200 3310"),
    ),
    Recognizer(
        name="ie_pps",
        entity_type="IE_PPS",
        summary="Irish personal public service number (PPSN), by its check letter and an announcing word.",
        pattern=rf"{START}[0-9]{{7}} ?[A-W][ABHWTX]?{END}",
        check=_is_pps,
        announced=Confidence.HIGH,
        context=("pps", "ppsn", "ppsno", "public service number", "numero pps", "uimhir psp", "psp"),
        trigger=Trigger(digits=7),
        country="IE",
        sources=(
            "https://en.wikipedia.org/wiki/Personal_Public_Service_Number",
            "stdnum.ie.pps",
        ),
        example=examples(_pps, _is_pps, "########", "#########", "####### ##"),
        frames=(
            "PPS number: {}",
            "PPSN {}",
            "my PPS No. is {}.",
            "Uimhir PSP {}",
            "Personal Public Service Number {}, Cork",
        ),
        detects=("PPSN 6433435F", "PPS No 6433435OA", "PPS number 6433435FT"),
        ignores=("PPSN 6433435E", "6433435F", "PPS number 6433435VH", "model 1234567T"),
    ),
)
