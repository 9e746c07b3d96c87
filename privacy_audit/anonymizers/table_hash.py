"""A keyed hash in place of each value of a column: rows of one person still belong together."""

from __future__ import annotations

from privacy_audit.anonymizers._columns import ColumnOperator
from privacy_audit.pseudonyms import LABEL_DIGITS, identity
from privacy_audit.types import Effect

__all__ = ["TableHash"]


class TableHash(ColumnOperator):
    """HMAC-SHA256 under the key of the run, 12 hexadecimal digits: one value is the same in all tables of a run.

    A hash without a key would be undone by trying all numbers there are.
    """

    name = "table_hash"
    summary = "Replaces each value of the columns found by a keyed hash, the same in all tables."
    effect = Effect.PSEUDONYMISED
    consistent = True
    attacks = (
        "Whoever holds the key can try values until one fits.",
        "How often a value stands there, and beside which, tells what it is.",
    )

    def cell(self, text: str, entity_type: str) -> str:
        """12 hexadecimal digits."""
        return self.pseudonyms.digest("cell", identity("", text.strip())).hex()[:LABEL_DIGITS]
