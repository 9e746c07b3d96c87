"""Personal data that have a form: addresses, numbers with check digits, telephone numbers. No model is loaded."""

from __future__ import annotations

from collections.abc import Sequence

from privacy_audit.scanners import Scanner
from privacy_audit.scanners._patterns import find_patterns
from privacy_audit.types import Detection, Record, TextRecord

__all__ = ["TextPatterns"]


class TextPatterns(Scanner):
    """Forms and check digits. Numbers kept for fiction are reported: a reader cannot tell them apart either."""

    name = "text_patterns"
    summary = "E-mail, telephone, NIR, IBAN, payment card and IP address, by form and check digit."
    entity_types = ("CREDIT_CARD", "EMAIL_ADDRESS", "FR_NIR", "IBAN_CODE", "IP_ADDRESS", "PHONE_NUMBER")
    accepts = (TextRecord,)
    detects = (
        ("Écrire à prenom.nom@courriel-invente.fr.", "EMAIL_ADDRESS"),
        ("Rappeler au 06 39 98 12 45 ou au 0639981246.", "PHONE_NUMBER"),
        ("Call +44 20 7946 0123 today.", "PHONE_NUMBER"),
        ("NIR : 2 84 05 75 999 042 08", "FR_NIR"),
        ("IBAN FR76 9999 9000 0100 0123 4567 809.", "IBAN_CODE"),
        ("carte 4242 4242 4242 4242", "CREDIT_CARD"),
        ("depuis 203.0.113.47 hier", "IP_ADDRESS"),
    )
    ignores = (
        "ISBN 978-2-07-036024-6, code-barres 3017620422003",
        "commande n° 4820193, lot 20231107-03, facture 2024-000187",
        "version 2.14.3, pilote 10.4.22631.3007, v1.0.0-rc.2, release 10.20.30.40",
        "le 3939, le 15 et le 112",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "550e8400-e29b-41d4-a716-446655440000",
        "4242 4242 4242 4241 et 2 84 05 75 999 042 09",
        "`config@2x.png`, `@property`, a@b",
        "192.168.1.10, 127.0.0.1, 10.0.0.0/8, chapitre 1.2.3.4",
        "du 01/02/2024 10:30 au 01.02.2024 10:30, 1 299,00 € puis 1 558,80 €",
    )

    def scan(self, record: Record) -> Sequence[Detection]:
        """Detections in order of place, none overlapping another."""
        assert isinstance(record, TextRecord)  # noqa: S101 - `accepts` says so
        return find_patterns(record.text)
