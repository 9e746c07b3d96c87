"""Names in texts and tables: what announces them, what only looks like one, and how sure each case is."""

from __future__ import annotations

import pytest

from privacy_audit.models import spacy_ner
from privacy_audit.scanners._columns import column_of, names_people
from privacy_audit.scanners._names import fold
from privacy_audit.scanners._person_spans import shouting_lowered, trimmed
from privacy_audit.scanners.text_names import TextNames
from privacy_audit.types import Confidence, TextRecord, TextSpan


def names(text: str, uri: str = "a.txt", at_least: Confidence = Confidence.LOW) -> list[str]:
    found = TextNames().scan(TextRecord(uri, text))
    return [
        text[item.location.start : item.location.end]
        for item in found
        if isinstance(item.location, TextSpan) and item.confidence >= at_least
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hier, Thomas Lambert a rencontré le maire.", "Thomas Lambert"),
        ("HIER, THOMAS LAMBERT A RENCONTRÉ LE MAIRE.", "THOMAS LAMBERT"),
        ("bonjour je m'appelle nathalie perrin et je travaille ici", "nathalie perrin"),
        ("Nom : GARNIER\nPrénom : Lucie", "GARNIER"),
        ("My name is Emily Watson.", "Emily Watson"),
        ("Le dossier de Mme Hélène Marchand est complet.", "Hélène Marchand"),
    ],
)
def test_a_name_is_found_whole_and_without_its_title(text: str, name: str) -> None:
    assert name in names(text, at_least=Confidence.MEDIUM)


def test_a_family_name_alone_is_found_again_after_the_full_name() -> None:
    text = "Hélène Marchand ouvre la séance. La proposition de Marchand est adoptée."
    assert names(text) == ["Hélène Marchand", "Marchand"]


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("nom", "Garnier", ["Garnier"]),
        ("NOM", "GARNIER LUCIE", ["GARNIER LUCIE"]),
        ("speakerName", "Lucie Garnier", ["Lucie Garnier"]),
        ("people.0.name", "Lucie Garnier", ["Lucie Garnier"]),
        ("product_name", "Garnier Fructis", []),
        ("nom", "42", []),
        ("ville", "Bordeaux", []),
    ],
)
def test_the_column_says_whether_a_cell_is_a_name(column: str, cell: str, expected: list[str]) -> None:
    assert names(cell, f"t.csv#row=0&column={column}", Confidence.MEDIUM) == expected


@pytest.mark.parametrize(
    ("column", "says"),
    [
        ("prenom", "yes"), ("Prénom", "yes"), ("last_name", "yes"), ("nom_de_famille", "yes"), ("author", "yes"),
        ("name", "perhaps"), ("file_name", "no"), ("nom_produit", "no"), ("hostname", "no"), ("text", "no"), ("", "no"),
    ],
)  # fmt: skip
def test_a_column_holds_people_things_or_perhaps_either(column: str, says: str) -> None:
    assert names_people(column) == says


def test_a_column_is_read_from_the_uri_of_its_cell() -> None:
    assert column_of("t.csv#row=3&column=nom%20complet") == "nom complet"
    assert column_of("notes.txt") is None


@pytest.mark.parametrize(
    "text", ["Les Gilets jaunes ont manifesté.", "N’importe qui, où qu’il soit.", "écrire à a.b@c.fr"]
)
def test_words_that_the_recogniser_takes_for_people_and_are_none(text: str) -> None:
    assert names(text) == []


def test_lines_in_capitals_are_lowered_and_keep_their_length() -> None:
    text = "RÉUNION DU MARDI, İSTANBUL ET STRASSE\nLe texte normal de Paris\nOK"
    lowered = shouting_lowered(text)
    assert len(lowered) == len(text)
    assert lowered.splitlines()[1:] == text.splitlines()[1:]
    assert lowered.startswith("réunion du mardi")


@pytest.mark.parametrize(
    ("span", "left"),
    [("Monsieur Jean Dupont.", "Jean Dupont"), ("le Président", None), ("J. K.", "J. K."), ("de Jean", "Jean")],
)
def test_a_span_loses_titles_particles_and_full_stops_at_its_edges(span: str, left: str | None) -> None:
    trim = trimmed(span, 0, len(span))
    assert (span[trim.start : trim.end] if trim else None) == left


def test_a_long_text_is_read_in_pieces_that_together_are_the_text() -> None:
    text = ("mot " * 3000 + "\n") * 3 + "x" * 25_000
    pieces = list(spacy_ner.pieces_of(text))
    assert "".join(text[start:end] for start, end in pieces) == text
    assert max(end - start for start, end in pieces) <= spacy_ner.PIECE_CHARS


def test_a_name_keeps_its_place_behind_many_pages() -> None:
    text = "Il ne se passe rien ce jour-là.\n" * 1000 + "Puis Thomas Lambert arrive."
    assert names(text, at_least=Confidence.MEDIUM) == ["Thomas Lambert"]


def test_folding_makes_names_comparable() -> None:
    assert fold("HÉLÈNE") == fold("hélène") == "helene"
