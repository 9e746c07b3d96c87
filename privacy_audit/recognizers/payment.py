"""Numbers of bank accounts and payment cards."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from privacy_audit.recognizers import Hit, Recognizer, Trigger
from privacy_audit.types import Confidence

__all__ = ["RECOGNIZERS"]

_IBAN_START = re.compile(r"(?<!\w)[A-Z]{2}[0-9]{2}(?=[ \-]?[A-Z0-9])")
_CARD = re.compile(
    r"(?<![\w+.,-])(?:[0-9]{4}([ \-])[0-9]{4}\1[0-9]{4}\1[0-9]{1,4}(?:\1[0-9]{1,3})?"
    r"|3[0-9]{3}([ \-])[0-9]{6}\2[0-9]{4,5}|[0-9]{12,19})(?![\w-])"
)
# Visa, Mastercard, American Express, Diners, Discover, JCB, Maestro, UnionPay (ISO/IEC 7812 issuer ranges)
_CARD_ISSUERS = re.compile(
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})|(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)[0-9]{12,14}|3[47][0-9]{13}"
    r"|3(?:0[0-5]|[689][0-9])[0-9]{11,13}|(?:6011|64[4-9][0-9]|65[0-9]{2})[0-9]{12}|35[0-9]{14}"
    r"|(?:2131|1800)[0-9]{11}|(?:5[0678]|6[0-9])[0-9]{10,17}"
)
# the numbers that payment services publish for tests
_TEST_CARDS = frozenset(
    """
    4242424242424242 4000056655665556 5555555555554444 2223003122003222 5200828282828210 5105105105105100
    378282246310005 371449635398431 6011111111111117 6011000990139424 3056930009020004 36227206271667
    3566002020360505 6200000000000005 4111111111111111 4012888888881881 4000000000000002 4917610000000000
    30569309025904 38520000023237 3530111333300000
    """.split()
)


def _ibans(text: str, start: int, end: int) -> Iterator[Hit]:
    from stdnum import iban

    for match in _IBAN_START.finditer(text, start, end):
        ends: list[tuple[int, str]] = []
        number = ""
        for position in range(match.start(), min(end, match.start() + 45)):
            char = text[position]
            if char.isascii() and (char.isupper() or char.isdigit()):
                number += char
                if 15 <= len(number) <= 34 and not text[position + 1 : position + 2].isalnum():
                    ends.append((position + 1, number))
            elif char not in " -":
                break
        for last, candidate in reversed(ends):
            try:
                iban.validate(candidate, check_country=False)
            except iban.ValidationError:
                continue
            yield Hit(match.start(), last)
            break


def _cards(text: str, start: int, end: int) -> Iterator[Hit]:
    from stdnum import luhn

    for match in _CARD.finditer(text, start, end):
        digits = re.sub(r"[^0-9]", "", match.group())
        if not _CARD_ISSUERS.fullmatch(digits) or not luhn.is_valid(digits):
            continue
        if digits in _TEST_CARDS:
            yield Hit(*match.span(), Confidence.LOW, "placeholder")
        else:
            grouped = len(match.group()) > len(digits)
            yield Hit(*match.span(), Confidence.HIGH if grouped else Confidence.LOW)


def _example_iban(draw: random.Random) -> str:
    country, length = draw.choice((("FR", 23), ("DE", 18), ("BE", 12), ("ES", 20), ("LU", 16), ("PT", 21)))
    account = "".join(str(draw.randint(0, 9)) for _ in range(length))
    digits = account + "".join(str(ord(char) - 55) for char in country) + "00"
    whole = f"{country}{98 - int(digits) % 97:02d}{account}"
    return " ".join(whole[index : index + 4] for index in range(0, len(whole), 4)) if draw.random() < 0.5 else whole


def _example_card(draw: random.Random) -> str:
    from stdnum import luhn

    start = draw.choice(("4", "51", "55", "2223"))
    number = start + "".join(str(draw.randint(0, 9)) for _ in range(15 - len(start)))
    whole = number + luhn.calc_check_digit(number)
    return " ".join(whole[index : index + 4] for index in range(0, 16, 4)) if draw.random() < 0.5 else whole


RECOGNIZERS = (
    Recognizer(
        name="iban",
        entity_type="IBAN_CODE",
        summary="Bank accounts (IBAN) of every country, by their check digits.",
        pattern="",
        search=_ibans,
        check=bool,
        alone=Confidence.HIGH,
        announced=None,
        trigger=Trigger(digits=9),
        sources=("ISO 13616-1", "stdnum.iban"),
        example=_example_iban,
        frames=("IBAN : {}", "{}", "virer sur {} avant lundi", "account {}.", "({})"),
        detects=("IBAN FR76 9999 9000 0100 0123 4567 809.",),
        ignores=("IBAN FR77 9999 9000 0100 0123 4567 809.", "référence AB12 3456 7890"),
    ),
    Recognizer(
        name="credit_card",
        entity_type="CREDIT_CARD",
        summary="Payment cards, by issuer range and check digit; published test numbers are told apart.",
        pattern="",
        search=_cards,
        check=bool,
        alone=Confidence.HIGH,
        announced=Confidence.HIGH,
        context=(
            *(
                "card",
                "cards",
                "carte",
                "cartes",
                "visa",
                "mastercard",
                "amex",
                "cb",
                "maestro",
                "credit",
                "debit",
                "bancaire",
            ),
            *(
                "paiement",
                "payment",
                "karte",
                "kreditkarte",
                "tarjeta",
                "carta",
                "cartao",
                "kaart",
                "kreditkort",
                "kort",
            ),
        ),
        trigger=Trigger(digits=12),
        sources=("ISO/IEC 7812-1", "stdnum.luhn"),
        example=_example_card,
        frames=(
            "carte {}",
            "payé avec la carte bancaire {} hier",
            "card number: {}",
            "Visa {}",
            "CB n° {}, exp. 09/27",
        ),
        detects=("carte 4539 1488 0343 6467", "my card 4242424242424242"),
        ignores=(
            "4539 1488 0343 6468",
            "code-barres 3017620422003, ISBN 978-2-07-036024-6",
            "carte 4242 4242 4242 4242",
        ),
    ),
)
