"""Which columns are about people, by their names and first cells."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import resources

from privacy_audit.scanners._columns import words_of
from privacy_audit.scanners._names import fold
from privacy_audit.types import TableRecord

__all__ = ["COLUMN_KINDS", "QUASI_IDENTIFIERS", "SPECIAL_CATEGORIES", "entity_types_by_column"]

QUASI_IDENTIFIERS = frozenset(
    ("ACCENT_LANGUAGE", "AGE", "CITY", "DATE_OF_BIRTH", "GENDER", "JOB", "MARITAL_STATUS", "NATIONALITY", "POSTCODE")
)
"""What narrows a person down in combination (CNIL; EDPB guidelines 02/2026, draft, par. 57)."""

SPECIAL_CATEGORIES = frozenset(
    ("CRIMINAL_OFFENCE", "ETHNIC_ORIGIN", "HEALTH", "POLITICAL_OPINION", "RELIGION", "SEX_LIFE", "TRADE_UNION")
)
COLUMN_KINDS = tuple(sorted({*QUASI_IDENTIFIERS, *SPECIAL_CATEGORIES, "PERSON_ID"}))

_GENDERS = frozenset(
    """
    m f h homme femme male female man woman mr mme mlle monsieur madame other autre nb x divers d w
    male_masculine female_feminine non-binary transgender intersex do_not_wish_to_say
    """.split()
)

_AGE = re.compile(r"(?:[0-9]{1,2}|1[01][0-9])(?:\.0)?|[0-9]{1,2} ?(?:-|à|to) ?[0-9]{1,3}|\w+(?:teens|ties)|teens")
_DATE = re.compile(
    r"[0-9]{1,4}[/.\-][0-9]{1,2}[/.\-][0-9]{1,4}(?:[T ].*)?|(?:19|20)[0-9]{2}|[0-9]{1,2} \w+ (?:19|20)[0-9]{2}"
)
_POSTCODE = re.compile(
    r"(?:[A-Z]{1,2}-?)?[0-9]{4,5}(?:-[0-9]{3,4})?|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}|[0-9]{4} ?[A-Z]{2}"
)
_CHECKS: dict[str, Callable[[str], object]] = {
    "AGE": _AGE.fullmatch,
    "DATE_OF_BIRTH": _DATE.fullmatch,
    "GENDER": lambda text: fold(text).strip(". ") in _GENDERS,
    "POSTCODE": _POSTCODE.fullmatch,
}
_SMALL_WORDS = frozenset(("d", "de", "le", "of", "the"))
_MIN_SHARE = 0.6  # of the cells that hold something: real columns hold mistakes


def entity_types_by_column(record: TableRecord) -> dict[str, tuple[str, float]]:
    """Column -> (entity type, share of its first cells that fit), in the order of the table."""
    found: dict[str, tuple[str, float]] = {}
    for column, cells in record.sample.items():
        kind = _kinds_by_header().get(
            " ".join(word for word in words_of(column) if word not in ("de", "of", "d", "le", "the"))
        )
        filled = [cell.strip() for cell in cells if cell.strip()]
        if kind is None or not filled:
            continue
        check = _CHECKS.get(kind)
        share = sum(bool(check(cell)) for cell in filled) / len(filled) if check else 1.0
        if share >= _MIN_SHARE:
            found[column] = kind, share
    return found


@cache
def _kinds_by_header() -> dict[str, str]:
    text = resources.files("privacy_audit.scanners").joinpath("column_kinds.txt").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    kind = ""
    for line in text.splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif not line.startswith("#"):
            found |= {header.strip(): kind for header in line.split(";") if header.strip()}
    return found
