"""Personal data that have a form: addresses, numbers with check digits, telephone numbers. No model is loaded."""

from __future__ import annotations

from collections.abc import Sequence

from privacy_audit.recognizers import all_recognizers
from privacy_audit.recognizers._search import search
from privacy_audit.scanners import Scanner
from privacy_audit.scanners._columns import column_of, once_each
from privacy_audit.types import Detection, Record, TextRecord

__all__ = ["TextPatterns"]


class TextPatterns(Scanner):
    """Every recognizer of ``privacy_audit.recognizers``: form, check digit, and the words or column that announce it.

    Numbers kept for fiction are reported, since a reader cannot tell them apart either.
    """

    name = "text_patterns"
    summary = (
        "E-mail, telephone, identity, bank and card numbers, addresses of machines: by form, check digit and context."
    )
    entity_types = tuple(sorted({recognizer.entity_type for recognizer in all_recognizers().values()}))
    accepts = (TextRecord,)
    detects = tuple((text, item.entity_type) for item in all_recognizers().values() for text in item.detects)
    ignores = (
        "ISBN 978-2-07-036024-6, code-barres 3017620422003",
        "commande n° 4820193, lot 20231107-03, facture 2024-000187",
        "version 2.14.3, pilote 10.4.22631.3007, v1.0.0-rc.2, release 10.20.30.40",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "550e8400-e29b-41d4-a716-446655440000",
        "du 01/02/2024 10:30 au 01.02.2024 10:30, 1 299,00 € puis 1 558,80 €",
    )

    def scan(self, record: Record) -> Sequence[Detection]:
        """Detections in order of place, none overlapping another."""
        assert isinstance(record, TextRecord)  # noqa: S101 - `accepts` says so
        return search(record.text, column_of(record.uri) or "")

    def scan_batch(self, records: Sequence[Record]) -> list[Sequence[Detection]]:
        """The same for several records, each different text once."""
        return once_each(records, lambda texts: [self.scan(record) for record in texts])
