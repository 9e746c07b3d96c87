"""Who is meant by a title, a family name or an initial alone: what the text around tells, and what it leaves open."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy_audit.finding.folding import fold
from privacy_audit.finding.query import parse_query
from privacy_audit.finding.searching import find
from privacy_audit.recipe import load_recipe
from privacy_audit.types import Confidence

LOW, MEDIUM, HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH
NAMED = "Jean Dupont est arrivé hier."


def levels(text: str, asked: str = "Jean Dupont") -> dict[str, Confidence]:
    """What was met -> how sure."""
    hits = parse_query([("name", asked)]).hits(fold(text))
    return {text[hit.start : hit.end]: hit.confidence for _, hit in hits}


@pytest.mark.parametrize(
    ("text", "mention"),
    [("M. Dupont signe.", "Dupont"), ("Selon Dupont, tout va.", "Dupont"), ("Dupont, lui, se tait.", "Dupont"),
     ("On attend Jean D. ce soir.", "Jean D."), ("Le docteur Dupont signe.", "Dupont"), ("M. DUPONT signe.", "DUPONT"),
     ("Lettre de Dupont\nLe 3 mars", "Dupont")],
)  # fmt: skip
def test_a_part_of_the_name_is_hers_in_a_text_that_names_her(text: str, mention: str) -> None:
    assert levels(f"{NAMED} {text}")[mention] is MEDIUM


@pytest.mark.parametrize("text", ["M. Dupont signe.", "On attend Jean D. ce soir."])
def test_alone_it_is_anybodys_and_for_a_person_to_look_at(text: str) -> None:
    assert set(levels(text).values()) == {LOW}


@pytest.mark.parametrize("text", ["Selon Dupont, tout va.", "Jean a dit oui."])
def test_a_single_word_is_not_told_in_a_text_that_does_not_name_her(text: str) -> None:
    assert levels(text) == {}


@pytest.mark.parametrize(
    "text",
    ["Odile Dupont aussi. Dupont signe.", "W. Dupont aussi. Dupont signe.", "Dupont Odile aussi. M. Dupont signe.",
     "Anne-Marie Dupont aussi. Selon Dupont, non.", "Jean Dupont-Caron aussi. Selon Dupont, non.",
     "Mme Dupont et M. Dupont signent.", "Son épouse attend. Mme Dupont signe.", "La famille Dupont attend.",
     "Il applique la loi Dupont."],
)  # fmt: skip
def test_where_another_may_be_meant_a_person_looks(text: str) -> None:
    assert levels(f"{NAMED} {text}")["Dupont"] is LOW


@pytest.mark.parametrize(
    "text",
    ["Il habite rue Dupont.", "La société Dupont-Caron paie.", "Il lit Dupont Magazine.", "Jean Perrin vient.",
     "Il porte un jean.", "Jean-Luc vient.", "Marie-Jean vient."],
)  # fmt: skip
def test_other_things_called_so_are_left(text: str) -> None:
    assert set(levels(f"{NAMED} {text}")) == {"Jean Dupont"}


def test_the_given_name_alone_is_for_a_person_to_look_at() -> None:
    assert levels(f"{NAMED} Puis Jean a souri.")["Jean"] is LOW


def test_a_family_name_that_is_a_word_is_told_from_it() -> None:
    text = "Théo Petit est là. Petit à petit, un petit groupe vient. On suit Petit."
    found = [hit.start for _, hit in parse_query([("name", "Théo Petit")]).hits(fold(text))]
    assert found == [0, text.index("Petit.")]


@pytest.mark.parametrize(
    ("asked", "before", "title", "confidence"),
    [("M. Claude Dupont", "", "M.", MEDIUM), ("M. Claude Dupont", "", "Mme", LOW),
     ("Claude Dupont", "Mme ", "Mme", MEDIUM), ("Claude Dupont", "Mme ", "M.", LOW),
     ("Claude Dupont", "", "Mme", MEDIUM), ("Claude Dupont", "Mme ", "Dr", MEDIUM)],
)  # fmt: skip
def test_a_title_of_the_other_gender_is_somebody_else(
    asked: str, before: str, title: str, confidence: Confidence
) -> None:
    assert levels(f"Voici {before}Claude Dupont. Ensuite {title} Dupont signe.", asked)["Dupont"] is confidence


def test_a_name_of_three_words_is_told_by_its_likeliest_family_name_only() -> None:
    text = "Marie Claire Dupont est là. Mme Dupont signe. Mme Claire Dupont lit."
    assert levels(text, "Marie Claire Dupont") == {"Marie Claire Dupont": HIGH, "Dupont": MEDIUM, "Claire Dupont": LOW}


def test_a_name_far_off_tells_nothing() -> None:
    assert levels(f"{NAMED}{' rien.' * 1_000} M. Dupont signe.")["Dupont"] is LOW


def test_an_initial_that_another_person_of_this_given_name_shares_is_left_open() -> None:
    assert levels(f"{NAMED} Jean Durand aussi. Jean D. signe.")["Jean D."] is LOW
    assert levels(f"{NAMED} Jean Perrin aussi. Jean D. signe.")["Jean D."] is MEDIUM


_PIECES = ["M. Dupont signe.", "Selon Dupont, non.", "Jean D. signe.", "Jean vient.", "Il pleut.", "Mme Dupont lit."]
_OTHERS = ["Odile Dupont vient.", "On voit W. Dupont.", "Jean Dupont-Caron vient."]


@given(pieces=st.lists(st.sampled_from(_PIECES), min_size=1, max_size=6), other=st.sampled_from(_OTHERS))
def test_another_bearer_of_the_name_never_makes_a_place_surer(pieces: list[str], other: str) -> None:
    text = " ".join([NAMED, *pieces])
    query = parse_query([("name", "Jean Dupont")])
    before = {(hit.start, hit.end): hit.confidence for _, hit in query.hits(fold(text))}
    after = {(hit.start, hit.end): hit.confidence for _, hit in query.hits(fold(f"{text} {other}"))}
    assert all(after[place] <= level for place, level in before.items() if place in after)
    assert not any(level > LOW for place, level in after.items() if place not in before and place[1] <= len(text))


@given(pieces=st.lists(st.sampled_from(_PIECES), max_size=6))
def test_naming_her_never_makes_a_place_less_sure(pieces: list[str]) -> None:
    text = " ".join(pieces)
    query = parse_query([("name", "Jean Dupont")])
    shift = len(NAMED) + 1
    before = {(hit.start + shift, hit.end + shift): hit.confidence for _, hit in query.hits(fold(text))}
    after = {(hit.start, hit.end): hit.confidence for _, hit in query.hits(fold(f"{NAMED} {text}"))}
    assert all(after[place] >= level for place, level in before.items())


def test_a_file_named_after_her_names_her(tmp_path: Path) -> None:
    for folder in ("jean_dupont", "odile"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "entretien.txt").write_text("M. Dupont : bonjour.\n", encoding="utf-8")
    report = find([tmp_path], parse_query([("name", "Jean Dupont")]), load_recipe("pre-commit"), ocr=False)
    found = {
        (place.file.rpartition("/")[0].rpartition("/")[2], place.medium): place.confidence for place in report.places
    }
    assert found == {("jean_dupont", "path"): HIGH, ("jean_dupont", "text"): MEDIUM, ("odile", "text"): LOW}


def test_rows_of_a_table_named_after_her_tell_of_many(tmp_path: Path) -> None:
    (tmp_path / "jean_dupont.csv").write_text("note\nM. Dupont signe\n", encoding="utf-8")
    report = find([tmp_path], parse_query([("name", "Jean Dupont")]), load_recipe("pre-commit"), ocr=False)
    assert [place.confidence for place in report.places if place.medium == "cell"] == [LOW]
