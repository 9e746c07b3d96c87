"""A column without its values."""

from __future__ import annotations

from privacy_audit.anonymizers._columns import ColumnOperator
from privacy_audit.types import Effect

__all__ = ["TableDrop"]


class TableDrop(ColumnOperator):
    """Every cell is emptied; the column and its name stay, so that programs that read the table still do."""

    name = "table_drop"
    summary = "Empties every cell of the columns found; their names stay."
    effect = Effect.REMOVED
    attacks = ("The other columns together may still single somebody out: table_uniqueness counts it.",)

    def cell(self, text: str, entity_type: str) -> str:
        """Nothing."""
        return ""
