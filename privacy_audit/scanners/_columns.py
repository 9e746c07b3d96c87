"""What the name of a column says about its cells. ``rows.csv#row=3&column=nom`` is a cell of ``nom``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Literal, TypeVar
from urllib.parse import unquote

from privacy_audit.scanners._names import fold
from privacy_audit.types import Record, TextRecord

__all__ = ["column_of", "column_words", "holds_things", "is_column_name", "names_people", "once_each", "words_of"]

Result = TypeVar("Result")

_COLUMN = re.compile(r"#(?:.*&)?column=([^&#]*)$")
_NAME_OF_COLUMN = re.compile(r"#header&column=[^&#]*$|[#&]key=\d+$")
_PART = re.compile(r"[a-z]+")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Ý])")

_OF_PEOPLE = frozenset(
    """
    auteur author authors auteurs contact cognome apellido apellidos beneficiaire conjoint employe employee enfant
    epouse familyname father firstname forename fullname givenname interviewe interviewee interviewer lastname
    locuteur locutrice maidenname mere middlename mother nachname nombre owner patient patiente pere personne person
    prenom prenoms proprietaire responsable salarie signataire speaker surname temoin titulaire vorname
    """.split()
)  # fmt: skip
_PAIRS = frozenset(
    ("first", "last", "family", "given", "middle", "maiden", "full", "birth", "naissance", "famille", "usage")
)
_NAME = frozenset(("nom", "noms", "name", "names", "naam", "nome"))
_OF_THINGS = frozenset(
    """
    age album app archive article attribute bank banque base brand building campaign categorie category champ
    channel city class classe colonne column commune company country count cours course dataset date db departement
    device dir directory domain domaine ecole email entreprise etablissement event exercise ext feature fichier
    field file folder game genre group groupe hash hopital host id image item key label lang language langue layer
    lieu list marque metric model modele module mot movie node number objet organisation organization package page
    path pays phone place plat playlist product produit project projet region repo role rue school score section
    server service shop site societe song sport station status street style table tag task team tel theme title
    titre tool topic town track type url user variable vehicle version ville voie voix
    """.split()
)  # fmt: skip
_OF_COLUMNS = frozenset(
    """
    achat adresse address amount client comment commande commentaire contrat created customer debut description end
    facture fin fournisseur height id invoice livraison manager montant order price prix quantite rating reference
    remise review secteur seller service source split start statut stock target taux tax telephone text total
    transcript unit updated vendeur weight
    """.split()
)  # fmt: skip


def column_of(uri: str) -> str | None:
    """The column named in a record's URI, decoded; None for a record that is no cell."""
    match = _COLUMN.search(uri)
    return unquote(match[1]) if match else None


def is_column_name(uri: str) -> bool:
    """True for the record of a header's cell, ``rows.csv#header&column=column_0``, or of a key, ``#row=3&key=0``."""
    return bool(_NAME_OF_COLUMN.search(uri))


@cache
def column_words() -> frozenset[str]:
    """Words that names of columns are made of, without accents."""
    text = resources.files("privacy_audit.scanners").joinpath("column_kinds.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(("#", "["))]
    return _OF_PEOPLE | _OF_THINGS | _NAME | _PAIRS | _OF_COLUMNS | frozenset(_PART.findall(fold(" ".join(lines))))


def words_of(column: str) -> list[str]:
    """The words of a column's name, without case and accents: ``dateNaissance`` is ``date``, ``naissance``."""
    return _PART.findall(fold(_CAMEL.sub(" ", _last_part(column))))


def once_each(records: Sequence[Record], scan: Callable[[list[TextRecord]], list[Result]]) -> list[Result]:
    """``scan`` over the different texts only: the cells of a column are often the same few words again and again."""
    texts = [record for record in records if isinstance(record, TextRecord)]
    keys = [(record.text, column_of(record.uri), is_column_name(record.uri), record.language) for record in texts]
    first = {key: record for key, record in zip(reversed(keys), reversed(texts), strict=True)}
    found = dict(zip(first, scan(list(first.values())), strict=True))
    return [found[key] for key in keys]


@lru_cache(maxsize=4096)
def holds_things(column: str) -> bool:
    """True for a column that is named after things or places: ``product_name``, ``ville``."""
    return bool(_OF_THINGS & set(words_of(column)))


@lru_cache(maxsize=4096)
def names_people(column: str) -> Literal["yes", "perhaps", "no"]:
    """``prenom`` and ``speaker_name`` do, a bare ``name`` may, ``product_name`` does not.

    Of a dotted JSON column the last part that is a word counts: ``people.0.name`` is ``name``.
    """
    parts = words_of(column)
    if not parts or _OF_THINGS & set(parts):
        return "no"
    if _OF_PEOPLE & {*parts, "".join(parts)}:
        return "yes"
    if _NAME & set(parts):
        return "yes" if _PAIRS & set(parts) or parts == ["nom"] else "perhaps"
    return "no"


def _last_part(column: str) -> str:
    return next((part for part in reversed(column.split(".")) if not part.isdigit()), "")
