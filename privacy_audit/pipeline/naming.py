"""Which names of columns hold personal data: the sources ask, the scanners of the recipe answer."""

from __future__ import annotations

from collections.abc import Iterable

from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.sources._column_names import Finds
from privacy_audit.types import Scanned, TextRecord

__all__ = ["finder"]

_BATCH_NAMES = 256
_MAX_REMEMBERED = 10_000


def finder(toolbox: Toolbox) -> Finds:
    """For one file: the rows of a table have the same keys again and again, so answers are remembered.

    A name that a scanner could not read counts as personal. Where no scanner of the recipe looks for people, so does
    one of two words in capitals.
    """
    known: dict[str, bool] = {}
    # a pattern knows a name that is spelled letter by letter, and no other: only a model sees people
    readers = toolbox.scanners_for(TextRecord)
    sees_people = any("PERSON" in scanner.entity_types and scanner.needs_model for scanner in readers)

    def finds(names: Iterable[str]) -> frozenset[str]:
        asked = list(dict.fromkeys(names))
        if len(known) > _MAX_REMEMBERED:
            known.clear()
        new = [name for name in asked if name not in known]
        for start in range(0, len(new), _BATCH_NAMES):
            batch = new[start : start + _BATCH_NAMES]
            records = [TextRecord(f"#key={number}", name) for number, name in enumerate(batch)]
            outcomes = toolbox.scan(records)
            told = {item.record_uri for item in outcomes if not isinstance(item, Scanned) or item.findings}
            known.update(
                (record.text, record.uri in told or not (sees_people or _is_plain(record.text))) for record in records
            )
        return frozenset(name for name in asked if known[name])

    return finds


def _is_plain(name: str) -> bool:
    return sum(word[0].isupper() for word in name.split()) < 2
