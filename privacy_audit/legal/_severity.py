"""The proposed severity of each record, kept as the highest per data type and as a distribution of records."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache

from privacy_audit.legal.catalogue import CNIL_TYPES, LegalRow, legal_row
from privacy_audit.legal.exposure_report import Exposure, Level, Linkage
from privacy_audit.legal.scoring import IMPERSONAL, identification, impersonal, severity, topic_only
from privacy_audit.types import Confidence, Finding

_RECORDS_OPEN = 8_192
_SPECIAL = frozenset({"art9", "art10"})
_NOTHING = Level(0, 0, 0, ())
_THRESHOLDS = (Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW)  # lower bound, proposed level, upper bound
_NAMES = frozenset({"person_name", "author_metadata"})
_Kind = tuple[str, str]  # entity type, and "topic" or "impersonal" where the detector saw no more in it
_Kinds = frozenset[_Kind]


@dataclass(slots=True)
class _Record:
    """Entity types met at each threshold or above, and the level and data types counted so far."""

    kinds: list[_Kinds] = field(default_factory=lambda: [frozenset()] * len(_THRESHOLDS))
    level: int = 0
    cnil_types: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()


class SeverityTally:
    """At most ``_RECORDS_OPEN`` records are open at once: what arrives later for one of them is scored apart."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, _Record] = OrderedDict()
        self._levels: Counter[int] = Counter()
        self._records: Counter[str] = Counter()
        self._highest: dict[str, list[Level]] = {}
        self._scored: dict[tuple[_Kinds, str | None], Level] = {}
        self._links: Counter[str] = Counter()
        self._shared: dict[_Kinds, _Kinds] = {}  # few combinations, many records

    def add(self, record: str, findings: Iterable[Finding]) -> int:
        """Findings of one scanner in one record. Returns the record's proposed level so far, 0 to 4."""
        state = self._open.pop(record, None) or _Record()
        self._open[record] = state
        if len(self._open) > _RECORDS_OPEN:
            self._open.popitem(last=False)
        found = [
            ((item.entity_type, _weight(item.qualifier)), item.confidence)
            for item in (finding.detection for finding in findings)
        ]
        for rank, threshold in enumerate(_THRESHOLDS):
            kinds = state.kinds[rank] | {kind for kind, confidence in found if confidence >= threshold}
            state.kinds[rank] = self._shared.setdefault(kinds, kinds)
        self._count(state)
        return state.level

    def _count(self, state: _Record) -> None:
        for rank, kinds in enumerate(state.kinds):
            for cnil_type in _cnil_types(kinds):
                level = self._score(kinds, cnil_type)
                highest = self._highest.setdefault(cnil_type, [_NOTHING] * len(_THRESHOLDS))
                if _order(level) > _order(highest[rank]):
                    highest[rank] = level
        proposed = self._score(state.kinds[1]).level
        if proposed != state.level:
            self._levels[state.level] -= 1
            self._levels[proposed] += 1
            state.level = proposed
        cnil_types = _cnil_types(state.kinds[-1])
        self._records.update(cnil_types - state.cnil_types)
        state.cnil_types = cnil_types
        links = frozenset({*_linked(state.kinds[1]), *_sensitive(state.kinds[-1])})
        if links != state.links:
            self._links.subtract(state.links)
            self._links.update(links)
            state.links = links

    def _score(self, kinds: _Kinds, cnil_type: str | None = None) -> Level:
        level = self._scored.get((kinds, cnil_type))
        if level is None:
            level = self._scored[kinds, cnil_type] = score(map(_row, kinds), cnil_type)
        return level

    def exposures(self) -> tuple[Exposure, ...]:
        """One per data type met, in the CNIL's order."""
        met = [cnil_type for cnil_type in CNIL_TYPES if cnil_type in self._highest]
        return tuple(self._exposure(cnil_type) for cnil_type in met)

    def _exposure(self, cnil_type: str) -> Exposure:
        lower, proposed, upper = self._highest[cnil_type]
        return Exposure(cnil_type, lower, proposed, upper, self._records[cnil_type])

    def linkage(self) -> Linkage:
        """Records that bring data about one person together."""
        return Linkage(
            {str(level): self._links[str(level)] for level in range(1, 5)},
            self._links["named_face_or_voice"],
            self._links["named_face_and_voice"],
            self._links["special_linked"],
            self._links["special_topic"],
        )

    def records_by_level(self) -> dict[str, int]:
        """Records by proposed level, "1" to "4"; records with low-confidence findings only have no level."""
        return {str(level): self._levels[level] for level in range(1, 5)}


def score(rows: Iterable[LegalRow], cnil_type: str | None = None) -> Level:
    """The level of one record, with the two numbers and the categories that give it.

    With ``cnil_type`` only the data of that type count for prejudice, while everything in the record identifies: the
    highest over the types is the level of the record. A special category (Articles 9 and 10) counts in full only
    beside an identifier; alone it is a topic. Where a detector saw that a sentence ties it to nobody, its row comes
    here as a topic already and stays one.
    """
    present = list(rows)
    if all(row.identification == "-" for row in present):
        present = [topic_only(row) if row.special in _SPECIAL else row for row in present]
    if cnil_type is not None:
        present = [row if row.cnil_type == cnil_type else replace(row, prejudice=1) for row in present]
    result = severity(present)
    return Level(
        result.level, result.identification, result.prejudice, tuple(sorted({row.category for row in present}))
    )


def _weight(qualifier: str | None) -> str:
    return "impersonal" if qualifier in IMPERSONAL else "topic" if qualifier == "topic" else ""


def _row(kind: _Kind) -> LegalRow:
    entity_type, weight = kind
    row = legal_row(entity_type)
    if weight == "impersonal":
        return impersonal(row)
    return topic_only(row) if weight == "topic" and row.special in _SPECIAL else row


@cache
def _linked(kinds: _Kinds) -> frozenset[str]:
    """The level of identification of a record, and whether it names a face or a voice."""
    if not kinds:
        return frozenset()
    rows = [_row(kind) for kind in kinds]
    found = {str(identification(rows))}
    categories = {row.category for row in rows}
    if categories & _NAMES and categories & {"face", "voice"}:
        found.add("named_face_or_voice")
        if categories >= {"face", "voice"}:
            found.add("named_face_and_voice")
    return frozenset(found)


@cache
def _sensitive(kinds: _Kinds) -> frozenset[str]:
    """Whether a record holds a special category, and whether it is more than a topic there."""
    special = {weight for entity_type, weight in kinds if legal_row(entity_type).special in _SPECIAL}
    if not special:
        return frozenset()
    identified = any(_row(kind).identification != "-" for kind in kinds)
    return frozenset({"special_linked" if identified and "" in special else "special_topic"})


def _cnil_types(kinds: _Kinds) -> frozenset[str]:
    return frozenset(legal_row(entity_type).cnil_type for entity_type, _ in kinds)


def _order(level: Level) -> tuple[int, int, int]:
    return level.level, level.identification + level.prejudice, -len(level.categories)
