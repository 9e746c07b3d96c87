"""Why a finding matters, in one plain sentence made of its row in the catalogue."""

from __future__ import annotations

from privacy_audit.legal.catalogue import LegalRow
from privacy_audit.legal.strings import Language, Strings, check_strings

__all__ = ["why"]

_SPECIAL = frozenset(("art9", "art9_if", "art10", "art87"))


def why(row: LegalRow, language: Language = "en") -> str:
    """The label, what it does to a person, what the law adds, the articles."""
    t = check_strings(language)
    said = [t("why_credential" if row.category == "credential" else f"why_{row.identification.replace('-', 'none')}")]
    if row.special in _SPECIAL:
        said.append(t(f"why_{row.special}"))
    articles = ", ".join(_article(item, t) for item in row.articles)
    shown = t("why_articles", articles=articles) if articles else ""
    return t("why", label=row.label(language), said=t("why_and").join(said), articles=shown)


def _article(item: str, t: Strings) -> str:
    """``4(1)``, ``recital 30``; a question mark in the catalogue is one that depends on the use."""
    plain = item if t.language == "fr" else item.replace("\xa0", " ").replace("consid. ", "recital ")
    return t("why_perhaps", article=plain.removesuffix("?")) if plain.endswith("?") else plain
