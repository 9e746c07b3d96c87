"""Ways to reach a person: e-mail addresses and telephone numbers."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from privacy_audit.recognizers import Hit, Recognizer, Trigger
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS", "email_hit", "is_example_domain", "phone_fit"]

_LOCAL = re.compile(r"[\w.+\-']{1,64}\Z")  # no `$`, which a line end before a decorator passes
_DOMAIN = re.compile(r"[A-Za-z0-9\u00a1-\uffff-]{1,63}(?:\.[A-Za-z0-9\u00a1-\uffff-]{1,63}){1,8}")
# An address needs a dotted domain that does not end like a file: `config@2x.png` is a picture for a sharp screen.
_FILE_SUFFIXES = frozenset(
    "png jpg jpeg gif svg webp css js ts py json html htm md txt csv pdf mp3 mp4 wav zip xml yaml yml sty".split()
)
_EXAMPLE_DOMAINS = frozenset(
    "example.com example.net example.org exemple.com exemple.fr exemple.org domain.com domain.tld domaine.fr".split()
)
_EXAMPLE_ENDINGS = (".example", ".test", ".invalid", ".localhost", ".tld")  # RFC 2606, and what people write
_EXAMPLE_ADDRESSES = frozenset(("ll@li.org",))  # gettext's, in every template of a translation
_EXAMPLE_LOCALS = frozenset(
    """
    email firstname.lastname foo foobar jane.doe john.doe name nom prenom prenom.nom prénom.nom test user username
    votre.nom your.email your.name you
    """.split()
)
_ROLES = frozenset(
    """
    abuse accueil admin administration administrator assistance billing bonjour careers commercial communication
    compta comptabilite contact customerservice direction dpo enquiries facturation feedback git hello help helpdesk
    hostmaster hr info information infos it jobs legal mail mailer-daemon mairie marketing media newsletter no-reply
    noc nobody noreply office postmaster presse press privacy recrutement reservation reservations rgpd rh root
    sales sav secretariat security service support team webmaster
    """.split()
)

_URL_BEFORE = re.compile(r"://(?:[^\s/@:]{0,64}:)?\Z")

_EXTENSION = r"(?:[ ,]?(?:x|ext\.? ?|poste )[0-9]{2,5})?"
_PHONE_FR = re.compile(r"(?<![\w+.\-/])0[1-9](?:([ .\-])[0-9]{2}(?:\1[0-9]{2}){3}|[0-9]{8})(?![\w/]|[.\-][0-9])")
_PHONE_PLUS = re.compile(rf"(?<![\w+])(?:\+|00)[1-9][0-9 .\-()/]{{6,22}}[0-9]{_EXTENSION}(?!\w)")
_PHONE_US = re.compile(
    r"(?<![\w+.\-])(?:\([2-9][0-9]{2}\) ?[2-9][0-9]{2}[.\-]|[2-9][0-9]{2}([.\-])[2-9][0-9]{2}\1)[0-9]{4}"
    + _EXTENSION
    + r"(?![\w\-])"
)
_PHONE_GB = re.compile(r"(?<![\w+.\-])0[0-9]{2,4} [0-9]{3,4} [0-9]{3,4}(?! ?\w)")
_YEARS = re.compile(r"(?:1[4-9]|20)[0-9]{2}(?:1[4-9]|20)[0-9]{2}")
_PHONE_WORDS = (
    *("tel", "telephone", "phone", "phones", "mobile", "portable", "cell", "cellphone", "fax", "call", "calls", "dial"),
    *("appeler", "appelez", "appelle", "rappeler", "rappelez", "joindre", "joignable", "whatsapp", "sms", "calling"),
    *("telefon", "telefono", "telefone", "handy", "answering", "voicemail", "repondeur", "numero de tel"),
    *("phone number", "reach me", "reach us", "desk", "direct line", "ligne directe"),
)
_REGIONS = tuple("FR BE CH LU GB US DE ES IT NL PT IE AT PL SE DK NO FI AU IN".split())
"""Numbering plans tried for a number that is announced and written without a country code."""


def _emails(text: str, start: int, end: int) -> Iterator[Hit]:
    at, last_end = text.find("@", start, end), start
    while at >= 0:
        local = _LOCAL.search(text, max(last_end, at - 64), at)
        domain = _DOMAIN.match(text, at + 1, end)
        if local and domain:
            first = local.start() + len(local.group()) - len(local.group().lstrip(".'-"))
            top_level = domain.group().rsplit(".", 1)[-1].lower()
            has_form = first < at and len(top_level) > 1 and top_level.isalpha() and top_level not in _FILE_SUFFIXES
            # names of macros: `KV@sphinx@div.topic_border`
            if has_form and text[first - 1 : first] != "@" and text[domain.end() : domain.end() + 1] != "_":
                hit = email_hit(text[first:at].lower(), domain.group().lower(), first, domain.end())
                # `https://login@host` logs in somewhere; it is no address to write to
                in_url = _URL_BEFORE.search(text, max(start, first - 68), first)
                yield replace(hit, confidence=Confidence.LOW) if in_url else hit
                last_end = domain.end()
        at = text.find("@", at + 1, end)


def email_hit(local: str, domain: str, start: int, end: int) -> Hit:
    """An address, told apart from examples and mailboxes of a function."""
    if is_example_domain(domain) or local in _EXAMPLE_LOCALS or f"{local}@{domain}" in _EXAMPLE_ADDRESSES:
        return Hit(start, end, Confidence.LOW, "placeholder")
    if local in _ROLES:
        return Hit(start, end, Confidence.LOW, "role")
    return Hit(start, end)


def is_example_domain(domain: str) -> bool:
    """Whether a domain, in lower case, is kept for examples."""
    return domain in _EXAMPLE_DOMAINS or domain.endswith(_EXAMPLE_ENDINGS)


def _phones(text: str, start: int, end: int) -> Iterator[Hit]:
    """French numbers by their form, since ranges kept for fiction must be found too; others by phonenumbers."""
    taken: list[tuple[int, int]] = []
    for match in _PHONE_FR.finditer(text, start, end):
        taken.append(match.span())
        # one random row of ten digits in eleven looks like a French number
        yield Hit(*match.span(), Confidence.HIGH if match.group(1) else Confidence.LOW)
    for pattern, region, confidence in (
        (_PHONE_PLUS, None, Confidence.HIGH),
        (_PHONE_US, "US", Confidence.MEDIUM),
        (_PHONE_GB, "GB", Confidence.MEDIUM),
    ):
        for match in pattern.finditer(text, start, end):
            free = not any(match.start() < last and first < match.end() for first, last in taken)
            fit = phone_fit(match.group(), region) if free else "none"
            if fit != "none":
                taken.append(match.span())
                # right by length only: a plan that is newer than the package, or a number made up
                yield Hit(*match.span(), confidence if fit == "valid" else Confidence.LOW)


def phone_fit(candidate: str, region: str | None) -> Literal["valid", "possible", "none"]:
    """Whether the numbering plan has given the number out, or its length at least is right."""
    import phonenumbers

    if candidate.startswith("00"):
        candidate = f"+{candidate[2:]}"
    try:
        number = phonenumbers.parse(candidate, region)
    except phonenumbers.NumberParseException:
        return "none"
    # French ranges kept for fiction are given to nobody and must be found all the same
    fiction = number.country_code == 33 and len(str(number.national_number)) == 9
    if phonenumbers.is_valid_number(number) or fiction:
        return "valid"
    return "possible" if phonenumbers.is_possible_number(number) else "none"


def _is_national_phone(compact: str) -> bool:
    """True when the digits are a number of one of the plans that are tried."""
    return not _YEARS.fullmatch(compact) and any(phone_fit(compact, region) == "valid" for region in _REGIONS)


def _example_email(draw: random.Random) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    local = "".join(draw.choices(letters, k=draw.randint(3, 9)))
    family = "".join(draw.choices(letters, k=draw.randint(3, 9)))
    joint = draw.choice((".", "_", "-", ""))
    digits = draw.choice(("", str(draw.randint(1, 99))))
    host = "".join(draw.choices(letters, k=draw.randint(4, 10)))
    return f"{local}{joint}{family}{digits}@{host}.{draw.choice(('fr', 'com', 'org', 'eu', 'co.uk', 'io'))}"


def _example_phone(draw: random.Random) -> str:
    digits = f"{draw.choice('1234567')}{draw.randint(0, 99_999_999):08d}"
    if draw.random() < 0.3:
        pairs = [digits[index : index + 2] for index in range(1, 9, 2)]
        return f"+33 {digits[0]} {' '.join(pairs)}"
    joint = draw.choice((" ", ".", "-", ""))
    national = f"0{digits}"
    return joint.join(national[index : index + 2] for index in range(0, 10, 2))


RECOGNIZERS = (
    Recognizer(
        name="email",
        entity_type="EMAIL_ADDRESS",
        summary="E-mail addresses; examples and mailboxes of a function are told apart.",
        pattern="",
        search=_emails,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(literals=("@",)),
        sources=("RFC 5321, 4.1.2", "RFC 2606 (names kept for examples)"),
        example=_example_email,
        frames=("Écrire à {}.", "mail: {}", "{}", "<{}>", "Contact ({}) avant vendredi"),
        detects=("Écrire à lucie.garnier@courriel-invente.fr.", "marie_o'neil+news@boite.co.uk"),
        ignores=(
            "`config@2x.png`, `@property`, a@b",
            "user@example.com, prenom.nom@exemple.fr",
            "contact@boite.fr",
            "# GH 47872\n@pytest.mark.slow",
            r"\KV@sphinx@div.topic_border-width \spx@opt@iconpackage.sty",
            "git clone git@github.com:a/b, http://user:pass@web.com",
        ),
    ),
    Recognizer(
        name="phone",
        entity_type="PHONE_NUMBER",
        summary="Telephone numbers: French ones by form, others with a country code, or in American or British form.",
        pattern="",
        search=_phones,
        alone=Confidence.MEDIUM,
        context=_PHONE_WORDS,
        trigger=Trigger(digits=9),
        sources=("ARCEP, plan national de numérotation", "phonenumbers"),
        example=_example_phone,
        frames=("Rappeler au {}.", "Appelez le {}", "tel {} le matin", "Mon numéro de téléphone : {}", "(tél. {})"),
        detects=(
            "Rappeler au 06 39 98 12 45 ou au 0639981246.",
            "Call +44 20 7946 0123 today.",
            "(212) 555-0123 is the number",
            "+33 (0)6 39 98 12 45",
        ),
        ignores=(
            "le 3939, le 15 et le 112",
            "commande n° 4820193, lot 20231107-03, facture 2024-000187",
            "du 01/02/2024 10:30 au 01.02.2024 10:30, 1 299,00 € puis 1 558,80 €",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "clause 252.227-7013 (c) of the DFARs",
        ),
    ),
    Recognizer(
        name="phone_announced",
        entity_type="PHONE_NUMBER",
        summary="Telephone numbers of other countries without a country code, when a word announces them.",
        # one sign between two digits, no date, no decimal number, no start of a French number (a range: `01 99 00`)
        pattern=r"(?<![\w+.\-/@#])(?!\(?0[1-9][ .\-][0-9]{2}[ .\-][0-9]{2}(?![ .\-]?[0-9]))"
        r"(?![0-9]{4}-[01][0-9]-[0-3][0-9](?![0-9]))(?![0-9]{1,2}\.[0-9]{4})"
        r"\(?[0-9](?:[0-9]|[ .\-/](?=[0-9(])|[()] ?| [\-/] (?=[0-9])){5,17}[0-9](?![\w@/]|[.\-,][0-9])",
        check=_is_national_phone,
        context=_PHONE_WORDS,
        trigger=Trigger(digits=7),
        sources=("phonenumbers",),
        detects=(
            "Telefon: 030 901820",
            "Telefon: 030 90 18 20, 030 90 18 21",
            "You can call me at 0161 496 0123",
            "tél. 02 511 22 33",
        ),
        ignores=(
            "call 911",
            "text 12345678901234567890 is no phone",
            "contact between 1990-2000",
            "calls begin on 2016-01-01",
            "Phone numbers: the ranges kept for fiction (01 99 00, 02 61 91, 03 53 01)",
            "call exp: 1.414214   7.389056",
            "one call: 1.000 / .959",
        ),
    ),
)
