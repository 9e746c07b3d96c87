"""Numbers that stand for one person in Greece and in Cyprus."""

from __future__ import annotations

import random

from privacy_audit.recognizers import Recognizer, Trigger
from privacy_audit.recognizers._national import DAY, END, MONTH, START, after_word, birth, digits, examples, stdnum
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_is_amka = stdnum("gr.amka")
_is_afm = stdnum("gr.vat")
_is_cy_tax = stdnum("cy.vat")


def _cy_tax_id(draw: random.Random) -> str:
    return f"0{digits(draw, 7)}{draw.choice('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}"


def _cy_id_card(draw: random.Random) -> str:
    return str(draw.randint(100_000, 1_300_000))


_AMKA = Recognizer(
    name="gr_amka",
    entity_type="GR_AMKA",
    summary="Greek social security number (AMKA), by date of birth, check digit and an announcing word.",
    pattern=rf"{START}{DAY}{MONTH}[0-9]{{2}}[ \-]?[0-9]{{5}}{END}",
    check=_is_amka,
    announced=Confidence.HIGH,
    context=("amka", "greek social security", "social security", "securite sociale grecque"),
    trigger=Trigger(digits=11),
    country="GR",
    sources=("https://www.amka.gr/tieinai_en.html", "stdnum.gr.amka"),
    example=examples(lambda draw: f"{birth(draw):%d%m%y}{digits(draw, 5)}", _is_amka, "###########", "###### #####"),
    frames=(
        "AMKA: {}",
        "AMKA {}, Athens",
        "my AMKA is {}.",
        "numéro AMKA {} (Grèce)",
        "Greek social security number (AMKA) {}",
    ),
    detects=("AMKA 01013099997", "AMKA: 010130 99997"),
    ignores=("AMKA 01013099999", "01013099997", "AMKA 41013099997"),
)

_AFM = Recognizer(
    name="gr_tax_id",
    entity_type="GR_TAX_ID",
    summary="Greek tax number (AFM), by its check digit and an announcing word.",
    pattern=rf"{START}(?:EL ?)?[0-9]{{9}}{END}",
    check=_is_afm,
    announced=Confidence.HIGH,
    context=("afm", "greek tax number", "numero fiscal grec"),
    trigger=Trigger(digits=9),
    country="GR",
    sources=("https://el.wikipedia.org/wiki/Αριθμός_Φορολογικού_Μητρώου", "stdnum.gr.vat"),
    example=examples(lambda draw: f"{draw.choice('0123')}{digits(draw, 8)}", _is_afm, "#########"),
    frames=(
        "AFM: {}",
        "AFM {}",
        "my AFM is {}.",
        "numéro AFM {} (Grèce)",
        "Greek tax number (AFM) {}",
    ),
    detects=("AFM 094259216", "AFM: EL094259216"),
    ignores=("AFM 123456781", "094259216", "AFM, tel. 2101234567"),
)

_CY_TAX = Recognizer(
    name="cy_tax_id",
    entity_type="CY_TAX_ID",
    summary="Cypriot tax number, by its check letter and an announcing word.",
    pattern=rf"{START}(?:CY ?)?[0-9]{{8}} ?[A-Z]{END}",
    check=_is_cy_tax,
    announced=Confidence.HIGH,
    context=(
        *("tic", "tin", "tax identification", "tax number", "tax id", "cyprus tax"),
        *("identification fiscale", "numero fiscal"),
    ),
    trigger=Trigger(digits=8),
    country="CY",
    sources=(
        "https://taxation-customs.ec.europa.eu/online-services/online-services-and-databases-taxation/tin",
        "stdnum.cy.vat",
    ),
    example=examples(_cy_tax_id, _is_cy_tax, "#########"),
    frames=(
        "TIC: {}",
        "Tax Identification Code {}",
        "My Cyprus tax number is {}.",
        "Cypriot TIC {} (Nicosia)",
        "numéro fiscal chypriote {}",
    ),
    detects=("TIC 10259033P", "TIN: CY10259033P"),
    ignores=("TIC 10259033Z", "10259033P", "lot 20240115A"),
)

_CY_CARD = Recognizer(
    name="cy_id_card",
    entity_type="CY_ID_CARD",
    summary="Cypriot identity card or alien registration (ARC) number, by its announcing words only.",
    pattern=rf"{START}[0-9]{{6,10}}{END}",
    context=(
        *("arc number", "arc no", "alien registration", "cyprus id", "cypriot id"),
        *("cyprus identity", "cypriot identity", "identite chypriote"),
    ),
    trigger=Trigger(digits=6),
    country="CY",
    sources=(
        "https://testpattern.dev/patterns/cy-identity-card",
        "https://www.consilium.europa.eu/prado/en/CYP-HO-03001/",
    ),
    example=_cy_id_card,
    frames=(
        "Cyprus ID card {}",
        "ARC number: {}",
        "Cypriot identity card no. {}, Limassol",
        "carte d'identité chypriote {}",
        "alien registration certificate {} (Nicosia)",
    ),
    detects=("Cypriot ID 00812345", "ARC no. 6123456"),
    ignores=("812345", "ARC no. 12345", "sous l'Arc de Triomphe, 20240614", "commande 6123456"),
)

RECOGNIZERS = (
    _AMKA,
    after_word(
        _AMKA,
        "greek",
        r"\bα\.?μ\.?κ\.?α",
        ("ΑΜΚΑ", "αμκα", "Α.Μ.Κ.Α"),
        frames=("ΑΜΚΑ: {}", "ΑΜΚΑ {}", "Ο ΑΜΚΑ μου είναι {}.", "(ΑΜΚΑ: {}) Αθήνα", "με Α.Μ.Κ.Α. {}, Πάτρα"),
        detects=("ΑΜΚΑ 01013099997", "ο ΑΜΚΑ της είναι 010130 99997"),
        ignores=("ΑΜΚΑ 01013099999", "ΑΜΚΑ 41013099997", "τηλ. 01013099997"),
    ),
    _AFM,
    after_word(
        _AFM,
        "greek",
        r"\bα\.?φ\.?μ|φορολογικο[ύυ] μητρ[ώω]ου",
        ("ΑΦΜ", "αφμ", "Α.Φ.Μ", "ορολογικού", "ορολογικου", "ΟΡΟΛΟΓΙΚΟΥ"),
        frames=("ΑΦΜ: {}", "με ΑΦΜ {}, Πάτρα", "Ο ΑΦΜ μου είναι {}.", "Α.Φ.Μ. {}", "αριθμός φορολογικού μητρώου {}"),
        detects=("ΑΦΜ 094259216", "Α.Φ.Μ.: EL094259216"),
        ignores=("ΑΦΜ 123456781", "τηλ. 094259216", "ΑΦΜ, τηλ. 2101234567"),
    ),
    _CY_TAX,
    after_word(
        _CY_TAX,
        "greek",
        r"\bα\.?φ\.?τ|φορολογικ[ήη]ς ταυτ[όο]τητας",
        ("ΑΦΤ", "Α.Φ.Τ", "ορολογικής", "ορολογικης", "ΟΡΟΛΟΓΙΚΗΣ"),
        frames=("ΑΦΤ {}", "ΑΦΤ: {}", "ο ΑΦΤ μου είναι {}.", "αριθμός φορολογικής ταυτότητας {}", "(ΑΦΤ {}) Λευκωσία"),
        detects=("ΑΦΤ 10259033P",),
        ignores=("ΑΦΤ 10259033Z", "παρτίδα 10259033P"),
    ),
    _CY_CARD,
    after_word(
        _CY_CARD,
        "greek",
        r"ταυτ[όο]τητ[αά]ς|\bα\.?δ\.?τ\b",
        ("τότητας", "τοτητας", "ΤΟΤΗΤΑΣ", "ΑΔΤ", "Α.Δ.Τ"),
        frames=(
            "αριθμός ταυτότητας {}",
            "δελτίο ταυτότητας: {}",
            "ΑΔΤ {}",
            "ο αριθμός ταυτότητας μου είναι {}.",
            "(αρ. ταυτότητας {}) Λεμεσός",
        ),
        detects=("ΑΡ. ΤΑΥΤΟΤΗΤΑΣ 812345", "δελτίο ταυτότητας 00812345"),
        ignores=("ταυτότητας 12345", "ταυτότητα του 812345", "αριθμός 812345"),
    ),
)
