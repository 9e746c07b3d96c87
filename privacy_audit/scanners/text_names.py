"""Names of people in texts and tables: an entity recogniser, a list of first names, and words that announce a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from privacy_audit.scanners import Scanner
from privacy_audit.scanners._column_names import without_column_words
from privacy_audit.scanners._columns import once_each
from privacy_audit.scanners._people import MODELS, people_in
from privacy_audit.types import Detection, Record, TextRecord

__all__ = ["TextNames"]


class TextNames(Scanner):
    """The recogniser of this project, or a larger installed spaCy model of the language.

    HIGH: two words, one of them a known first name, and the recogniser agrees. MEDIUM: one of these, or the name is
    announced (``je m'appelle``, a column ``prenom``). LOW: a single word that only the recogniser takes for a name.
    ``second_model``: French is read by fr_core_news_sm too; what only that one finds is LOW. It finds more names, calls
    more other words names, and takes twice as long.
    """

    name = "text_names"
    summary = "Names of people in texts and tables (spaCy, first names, columns)."
    entity_types = ("PERSON",)
    accepts = (TextRecord,)
    needs_model = True
    models = MODELS
    detects = (
        ("Hier, Thomas Lambert a rencontré la directrice.", "PERSON"),
        ("Bonjour, je m'appelle nathalie perrin.", "PERSON"),
        ("Nom : GARNIER", "PERSON"),
        ("COMPTE RENDU DE LUCIE GARNIER POUR LA RÉUNION", "PERSON"),
        ("Please call Robert Harrison about the refund.", "PERSON"),
    )
    ignores = (
        "La commande est arrivée mardi dans la salle du fond.",
        "The manual is only available online, which is a pity.",
        "Les Gilets jaunes ont manifesté à Paris.",
        "Référence de pièce : ABX-220-9917-K, prix 18,50 €.",
    )

    def __init__(self, *, second_model: bool = False, **options: Any) -> None:
        super().__init__(**options)
        if not isinstance(second_model, bool):
            raise ValueError(f"second_model: got {second_model!r}, expected true or false")
        self._second_model = second_model

    def scan(self, record: Record) -> Sequence[Detection]:
        """Detections in order of place, none overlapping another."""
        return self.scan_batch([record])[0]

    def scan_batch(self, records: Sequence[Record]) -> list[Sequence[Detection]]:
        """The same for several records: the recogniser is faster in batches."""
        return once_each(records, self._people_in)

    def _people_in(self, texts: list[TextRecord]) -> list[Sequence[Detection]]:
        return without_column_words(texts, people_in(texts, self._second_model))
