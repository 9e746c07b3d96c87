"""French numbers of health professionals, health establishments and students."""

from __future__ import annotations

import random

from privacy_audit.recognizers import Recognizer, Trigger
from privacy_audit.recognizers._national import END, START, digits
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]


def _finess(compact: str) -> bool:
    """The Corsican numbers hold a letter, for which the rule was not found."""
    from stdnum import luhn

    return not compact.isdigit() or bool(luhn.is_valid(compact))


def _luhn(body: str) -> str:
    from stdnum import luhn

    return str(body + luhn.calc_check_digit(body))


def _department(draw: random.Random) -> str:
    return f"{draw.randint(1, 95):02d}"


def _example_rpps(draw: random.Random) -> str:
    rpps = _luhn(f"10{digits(draw, 8)}")
    return draw.choice((rpps, f"{rpps[:2]} {rpps[2:5]} {rpps[5:8]} {rpps[8:]}"))


def _example_nine(draw: random.Random) -> str:
    number = _luhn(f"{_department(draw)}{digits(draw, 6)}")
    return draw.choice((number, f"{number[:2]} {number[2:5]} {number[5:8]} {number[8]}"))


def _example_ine(draw: random.Random) -> str:
    first, second = draw.choices("ABCDEFGHJKMNPRSTVWXYZ", k=2)
    return draw.choice(
        (
            f"{digits(draw, 9)}{first}{second}",
            f"{digits(draw, 10)}{first}",
            f"{digits(draw, 4)}A{digits(draw, 5)}{first}",
        )
    )


RECOGNIZERS = (
    Recognizer(
        name="fr_rpps",
        entity_type="FR_RPPS",
        summary="RPPS of a French health professional: eleven digits, when a word announces them.",
        # Luhn's digit is not asked for: beside the word it adds nothing, and no official text on it was found.
        pattern=rf"{START}(?:8 ?)?[0-9](?:[ .]?[0-9]){{10}}{END}",
        announced=Confidence.HIGH,
        context=("rpps", "idnps", "repertoire partage", "professionnel de sante", "professionnels de sante"),
        trigger=Trigger(digits=11),
        country="FR",
        sources=(
            "https://github.com/ansforge/IG-FHIR-PDSM4DMP-EEDS input/fsh/Model/PSIdNat.fsh",
            "https://github.com/ansforge/annuaire-sante-fhir-documentation/issues/174",
        ),
        example=_example_rpps,
        frames=("RPPS : {}", "Dr X, n° RPPS {}.", "rpps={}", "médecin (RPPS {})", "Identifiant RPPS {}, Lyon"),
        detects=("N° RPPS : 10001234567", "RPPS 10 003 456 781"),
        ignores=("10001234567", "RPPS 1000123456", "RPPS, tél. 04 72 00 00 00"),
    ),
    Recognizer(
        name="fr_adeli",
        entity_type="FR_ADELI",
        summary="ADELI of a French health professional: nine digits, when the word announces them.",
        pattern=rf"{START}[0-9][0-9ABab](?: ?[0-9]){{7}}{END}",
        announced=Confidence.HIGH,
        context=("adeli",),
        trigger=Trigger(digits=8),
        country="FR",
        sources=(
            "https://github.com/ansforge/annuaire-sante-fhir-documentation/issues/174",
            "https://www.heliosnews.fr/les-numeros-adeli-lessentiel-sur-lenregistrement-des-professionnels-de-sante",
        ),
        example=_example_nine,
        frames=("ADELI : {}", "psychologue, n° ADELI {}.", "adeli={}", "(ADELI {})", "Numéro Adeli {} à Lyon"),
        detects=("N° ADELI : 759912342", "adeli 2A 991 234 2"),
        ignores=("759912342", "ADELI 7599123", "ADELI du 12/03/2019"),
    ),
    Recognizer(
        name="fr_finess",
        entity_type="FR_FINESS",
        summary="FINESS of a French health or care establishment, by its check digit, when the word announces it.",
        pattern=rf"{START}[0-9][0-9ABab](?: ?[0-9]){{7}}{END}",
        check=_finess,
        announced=Confidence.HIGH,
        context=("finess",),
        trigger=Trigger(digits=8),
        country="FR",
        sources=(
            "https://github.com/ansforge/finess/issues/22",
            "https://www.npmjs.com/package/finess (its two public numbers pass Luhn)",
            "stdnum.luhn",
        ),
        example=_example_nine,
        frames=("FINESS : {}", "clinique, n° FINESS {}.", "finess={}", "(FINESS {})", "FINESS ET {} à Lyon"),
        detects=("N° FINESS : 010003820", "FINESS 2A0000014"),
        ignores=("010003820", "FINESS 010003821", "FINESS mis à jour le 12/03/2019"),
    ),
    Recognizer(
        name="fr_ine",
        entity_type="FR_INE",
        summary="Identifiant national (INE) of a pupil or student in France, when a word announces it.",
        pattern=rf"{START}(?:[0-9]{{9}}[A-Za-z]{{2}}|[0-9]{{10}}[A-Za-z]|[0-9]{{4}}[Aa][0-9]{{5}}[A-Za-z]){END}",
        context=(
            *("ine", "bea", "rnie", "identifiant national", "etudiant", "etudiante", "eleve", "apprenti", "student"),
            *("parcoursup",),
        ),
        trigger=Trigger(digits=9),
        country="FR",
        sources=(
            "https://caligari.fr/find-student-ine-number",
            "https://de.frwiki.wiki/wiki/Numéro_d'identification_nationale_des_étudiants",
            "INE_APPRENTISSAGE_REGEX and validateIneApprenant in public code, for the form of apprentices",
        ),
        example=_example_ine,
        frames=("INE : {}", "numéro INE {}.", "étudiante (INE {})", "ine={}", "Identifiant national élève : {}"),
        detects=("INE 123456789FF", "numéro INE : 1234567890F", "INE 1234A12345F"),
        ignores=("123456789FF", "INE 12345678FF", "élève de 3e, 14 ans"),
    ),
)
