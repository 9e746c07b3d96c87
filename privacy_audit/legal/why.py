"""Why a finding matters, in one plain sentence made of its row in the catalogue."""

from __future__ import annotations

from privacy_audit.legal.catalogue import LegalRow

__all__ = ["why"]

_IDENTIFICATION = {
    "D": "it names a person",
    "U": "it singles out one person or one device",
    "Q": "with other data it can point to one person",
    "-": "it says something of a person whom other data may name",
}
_SPECIAL = {
    "art9": "it reveals a special category of data, which may be processed only under one of the exceptions",
    "art9_if": "depending on its use it is a special category of data",
    "art10": "it is about offences, which few may process",
    "art87": "each member state limits the use of national identification numbers",
}
_CREDENTIAL = "whoever reads it can act in somebody's place"


def why(row: LegalRow) -> str:
    """In English: the label, what it does to a person, what the law adds, the articles."""
    said = [_CREDENTIAL if row.category == "credential" else _IDENTIFICATION[row.identification]]
    if row.special in _SPECIAL:
        said.append(_SPECIAL[row.special])
    articles = ", ".join(map(_article, row.articles))
    return f"{row.label('en')}: {'; '.join(said)}{f' (GDPR Art. {articles})' if articles else ''}."


def _article(item: str) -> str:
    """``4(1)``, ``recital 30``; a question mark in the catalogue is one that depends on the use."""
    plain = item.replace("\xa0", " ").replace("consid. ", "recital ")
    return f"perhaps {plain.removesuffix('?')}" if plain.endswith("?") else plain
