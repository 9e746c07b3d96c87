"""Numbers that stand for one person in Spain and Portugal."""

from __future__ import annotations

import random
import string

from privacy_audit.recognizers import Recognizer, Trigger
from privacy_audit.recognizers._national import END, START, digits, examples, stdnum, surer
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_CHECK_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_DNI_PATTERN = rf"{START}(?:[0-9]{{8}}|[0-9]{{2}}\.[0-9]{{3}}\.[0-9]{{3}})[ \-]?[{_CHECK_LETTERS}]{END}"
_NIE_PATTERN = rf"{START}[XYZ][ \-]?[0-9]{{7}}[ \-]?[{_CHECK_LETTERS}]{END}"
_CC_PATTERN = rf"{START}[0-9]{{8}}[ \-]?[0-9] ?[A-Z][A-Z0-9][0-9]{END}"

_is_dni = stdnum("es.dni")
_is_nie = stdnum("es.nie")
_is_cc = stdnum("pt.cc")
_is_nif = stdnum("pt.nif")


def _is_nss(compact: str) -> bool:
    """The last two digits are the rest of the others by 97; a number below ten million lends its zero."""
    province, number, key = compact[:2], compact[2:-2], int(compact[-2:])
    joined = province + number[1:] if number.startswith("0") else province + number
    return 1 <= int(province) <= 66 and int(joined) % 97 == key


def _nss(draw: random.Random) -> str:
    return f"{draw.randint(1, 52):02d}{digits(draw, 10)}"


RECOGNIZERS = (
    Recognizer(
        name="es_nif",
        entity_type="ES_NIF",
        summary="Spanish identity and tax number (DNI, NIF), by its check letter; with points or announced.",
        pattern=_DNI_PATTERN,
        check=_is_dni,
        search=surer(_DNI_PATTERN, _is_dni, r"[0-9]{2}\.[0-9]{3}\.[0-9]{3}[ \-]?[A-Z]"),
        announced=Confidence.HIGH,
        context=(
            *("dni", "nif", "documento nacional de identidad", "documento de identidad", "identificacion fiscal"),
            *("titular", "carne de identidad", "spanish id", "identite espagnole", "numero dni"),
        ),
        trigger=Trigger(digits=8),
        country="ES",
        sources=("https://es.wikipedia.org/wiki/Documento_nacional_de_identidad_(España)", "stdnum.es.dni"),
        example=examples(
            lambda draw: f"{digits(draw, 8)}{draw.choice(_CHECK_LETTERS)}",
            _is_dni,
            "#########",
            "########-#",
            "##.###.###-#",
            "######## #",
        ),
        frames=(
            "DNI: {}",
            "con DNI {} y domicilio en Madrid",
            "Mi DNI es el {}.",
            "NIF {} (titular)",
            "documento nacional de identidad {}, Sevilla",
        ),
        detects=("DNI 54362315-K", "NIF 54362315K", "54.362.315-K"),
        ignores=("DNI 54362315Z", "54362315K", "pedido 20240115A", "12.345.678 € para todos"),
    ),
    Recognizer(
        name="es_nie",
        entity_type="ES_NIE",
        summary="Spanish identity number of a foreigner (NIE), by its check letter; hyphened or announced.",
        pattern=_NIE_PATTERN,
        check=_is_nie,
        search=surer(_NIE_PATTERN, _is_nie, r"[XYZ][ \-][0-9]{7}[ \-]?[A-Z]"),
        announced=Confidence.HIGH,
        context=(
            *("nie", "extranjero", "extranjeros", "extranjeria", "residencia", "numero de identidad de extranjero"),
            *("foreigner", "spanish id", "numero nie"),
        ),
        trigger=Trigger(digits=7),
        country="ES",
        sources=("https://es.wikipedia.org/wiki/Número_de_identidad_de_extranjero", "stdnum.es.nie"),
        example=examples(
            lambda draw: f"{draw.choice('XYZ')}{digits(draw, 7)}{draw.choice(_CHECK_LETTERS)}",
            _is_nie,
            "#########",
            "#-#######-#",
            "########-#",
        ),
        frames=(
            "NIE: {}",
            "el NIE de mi mujer es {}",
            "con NIE {} y pasaporte",
            "Mi NIE es el {}.",
            "Spanish NIE {}, Malaga",
        ),
        detects=("NIE X-2482300-W", "mi NIE: X2482300W", "X-2482300-W"),
        ignores=("X2482300W", "NIE X2482300A", "X2482300", "modelo Y1234567A"),
    ),
    Recognizer(
        name="es_social_security",
        entity_type="ES_SOCIAL_SECURITY",
        summary="Spanish social security number (NUSS), by its two check digits and an announcing word.",
        pattern=rf"{START}[0-9]{{2}}([ /\-]?)[0-9]{{8}}\1[0-9]{{2}}{END}",
        check=_is_nss,
        announced=Confidence.HIGH,
        context=(
            *("nuss", "nss", "naf", "seguridad social", "afiliacion", "numero de afiliacion", "social security"),
            *("securite sociale espagnole",),
        ),
        trigger=Trigger(digits=12),
        country="ES",
        sources=("http://trucomania.org/trucomania/truco.cgi?357&esp",),
        example=examples(_nss, _is_nss, "############", "## ######## ##", "##/########/##"),
        frames=(
            "NUSS: {}",
            "Número de la Seguridad Social {}",
            "Mi número de afiliación es {}.",
            "NSS {} (Valencia)",
            "Spanish social security number {}, Bilbao",
        ),
        detects=("Seguridad Social 28/12345678/40",),
        ignores=("NSS 28/12345678/41", "281234567840", "Seguridad Social: 901 16 65 65"),
    ),
    Recognizer(
        name="pt_citizen_card",
        entity_type="PT_CITIZEN_CARD",
        summary="Number of a Portuguese citizen card, by its check digit; in its groups or announced.",
        pattern=_CC_PATTERN,
        check=_is_cc,
        search=surer(_CC_PATTERN, _is_cc, r"[0-9]{8}[ \-][0-9] [A-Z]{2}[0-9]"),
        announced=Confidence.HIGH,
        context=(
            *("cartao de cidadao", "cartao do cidadao", "cartao", "cc", "bilhete de identidade", "citizen card"),
            *("carte de citoyen", "identificacao civil", "nic"),
        ),
        trigger=Trigger(digits=10),
        country="PT",
        sources=("https://pt.wikipedia.org/wiki/Cartão_de_cidadão", "stdnum.pt.cc"),
        example=examples(
            lambda draw: f"{digits(draw, 9)}Z{draw.choice(string.ascii_uppercase)}{digits(draw, 1)}",
            _is_cc,
            "######## # ###",
            "############",
            "########-# ###",
        ),
        frames=(
            "Cartão de Cidadão n.º {}",
            "CC: {}",
            "portador do cartão de cidadão {}, válido até 2030",
            "O meu cartão do cidadão é o {}.",
            "Portuguese citizen card {}, Porto",
        ),
        detects=("00000000 0 ZZ4", "cartão de cidadão 000000000ZZ4"),
        ignores=("00000000 0 ZZ3", "ref. 123456789AB4", "12345678 9 dias"),
    ),
    Recognizer(
        name="pt_nif",
        entity_type="PT_NIF",
        summary="Portuguese tax number of a person (NIF, contribuinte), by its check digit and an announcing word.",
        pattern=rf"{START}(?:PT ?)?(?:[1-3][0-9]{{2}}|45[0-9])([ .]?)[0-9]{{3}}\1[0-9]{{3}}{END}",
        check=_is_nif,
        announced=Confidence.HIGH,
        context=(
            *("nif", "contribuinte", "numero de contribuinte", "identificacao fiscal", "financas"),
            *("portuguese tax number", "numero fiscal portugais"),
        ),
        trigger=Trigger(digits=9),
        country="PT",
        sources=("https://pt.wikipedia.org/wiki/Número_de_identificação_fiscal", "stdnum.pt.nif"),
        example=examples(lambda draw: f"{draw.choice('123')}{digits(draw, 8)}", _is_nif, "#########", "### ### ###"),
        frames=(
            "NIF: {}",
            "contribuinte n.º {}",
            "O meu NIF é {}.",
            "número de contribuinte {} (Lisboa)",
            "Portuguese tax number (NIF) {}, Faro",
        ),
        detects=("NIF 123456789", "contribuinte 123 456 789"),
        ignores=("NIF 123456788", "123456789", "NIF da empresa 501964843"),
    ),
)
