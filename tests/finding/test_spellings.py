"""Which spellings of a value are the person's, which are somebody else's, and which a person has to look at."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.errors import UsageError
from privacy_audit.finding.folding import fold
from privacy_audit.finding.misread import misread
from privacy_audit.finding.names import NameMatcher, splits
from privacy_audit.finding.query import KINDS, Query, parse_query
from privacy_audit.types import Confidence

LOW, MEDIUM, HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH


def met(kind: str, value: str, text: str, *, path: bool = False) -> list[tuple[str, Confidence]]:
    hits = parse_query([(kind, value)]).hits(fold(text, is_path=path))
    return [(text[hit.start : hit.end], hit.confidence) for _, hit in hits]


@pytest.mark.parametrize(
    "text",
    ["Jean Dupont", "JEAN DUPONT", "jean dupont", "Dupont, Jean", "DUPONT Jean", "Dupont (Jean)", "Jean-Dupont",
     "Jean\u00a0Dupont", "Je\u200ban Dupont", "JE\u0301AN DUPONT", "Jean\nDupont", "JeanDupont", "jeandupont",
     "jean.dupont", "jean point dupont", "Nom : Dupont\nPrénom : Jean", "ＪＥＡＮ ＤＵＰＯＮＴ"],
)  # fmt: skip
def test_every_spelling_of_the_whole_name_is_hers(text: str) -> None:
    assert met("name", "Jean Dupont", f"voici {text}, voilà") == [(text, HIGH)]


@pytest.mark.parametrize(
    "text",
    ["J. Dupont", "Dupont J.", "jdupont", "dupontj", "Jean P. Dupont", "jean@dupont.fr", "Jean et Luc Dupont",
     "Jean, Odile et Luc Dupont", "Jean & Anne-Marie Dupont", "Jean Delmas, né Dupont", "Jean Delmas (née Dupont)"],
)  # fmt: skip
def test_an_initial_may_be_somebody_else(text: str) -> None:
    assert [confidence for _, confidence in met("name", "Jean Dupont", f"de {text} hier")] == [MEDIUM]


@pytest.mark.parametrize(
    "text",
    ["M. Dupont", "Mme Dupont", "Jean D.", "Jean Pierre Dupont", "Jean Dupont-Martin", "Pierre-Jean Dupont",
     "rue Jean Dupont", "Marie Dupont, Jean Martin"],
)  # fmt: skip
def test_what_others_are_called_as_well_is_for_a_person_to_look_at(text: str) -> None:
    assert [confidence for _, confidence in met("name", "Jean Dupont", f"chez {text}.")] == [LOW]


@pytest.mark.parametrize(
    "text",
    ["Jeanne Dupont", "Jean Dupontel", "Dejean Dupont", "Jean-Pierre Dupont", "Luc Dupont", "Jean Martin",
     "Jean aime Dupont", "Jean Martin et Luc Dupont", "Pierre-Jean et Luc Dupont", "Luc Delmas, né Dupont", "B. Dupont", "Dupont j'ai", "Jean. Dupont", "Dupont", "Jean"],
)  # fmt: skip
def test_people_called_alike_are_left(text: str) -> None:
    assert met("name", "Jean Dupont", f"selon {text} hier") == []


@pytest.mark.parametrize(
    ("path", "confidence"),
    [("audio/jean_dupont.wav", HIGH), ("dupont/jean/1.wav", HIGH), ("x/photoJeanDupontNice.jpg", HIGH),
     ("spk_jdupont_01.wav", MEDIUM), ("img_Dupont_J.jpg", MEDIUM), ("jeanne_dupont.jpg", None), ("dupontel_jean.wav", None)],
)  # fmt: skip
def test_names_in_paths(path: str, confidence: Confidence | None) -> None:
    found = met("name", "Jean Dupont", path, path=True)
    assert [level for _, level in found] == ([confidence] if confidence else [])


def test_m_before_a_family_name_is_a_title_for_marie_too() -> None:
    assert met("name", "Marie Dupont", "M. Dupont") == [("M. Dupont", LOW)]


@pytest.mark.parametrize("text", ["Mueller Zoé", "ZOÉ MÜLLER", "Zoe Muller"])
def test_umlauts_are_written_in_three_ways(text: str) -> None:
    assert met("name", "Zoé Müller", text) == [(text, HIGH)]


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(["Jean Dupont", "Hélène Le Goff", "Marie-Claude Œuvrard", "Björn Sørensen", "Zoé N'Diaye"]),
    form=st.sampled_from(["NFC", "NFD", "NFKD"]),
    change=st.sampled_from([str.upper, str.lower, str.title, str]),
    before=st.text("é ,.\n", max_size=4),
)
def test_case_and_coding_of_accents_change_nothing_and_the_place_is_exact(name, form, change, before) -> None:  # type: ignore[no-untyped-def]
    written = unicodedata.normalize(form, change(name))
    text = f"{before} {written} "
    assert met("name", name, text) == [(written, HIGH)]


@pytest.mark.parametrize(
    ("kind", "value", "right", "wrong"),
    [
        ("email", "a.b@exemple.fr", ["A.B@Exemple.fr", "a.b+x@exemple.fr", "a.b (at) exemple.fr", "a point b arobase exemple point fr"],
         ["xa.b@exemple.fr", "a.b@exemple.french", "a.b@exemple.fr.com", "a.b9@exemple.fr"]),
        ("phone", "06 39 98 12 45", ["06.39.98.12.45", "+33 (0)6 39 98 12 45", "0033639981245", "tel:0639981245",
         "zéro six trente-neuf quatre-vingt-dix-huit douze quarante-cinq"],
         ["06 39 98 12 46", "06399812459", "+44 639981245", "10639981245"]),
        ("plate", "AB-123-CD", ["AB 123 CD", "ab123cd", "x_AB-123-CD"], ["AB-123-CDE", "BA-123-CD", "XAB123CD"]),
        ("handle", "@camille_d75", ["@Camille_D75", "camille_d75", "https://x.example/camille_d75"], ["@camille_d7", "xcamille_d75"]),
        ("number", "1 85 05 78 006 084 91", ["185057800608491"], ["1850578006084911"]),
    ],
)  # fmt: skip
def test_addresses_and_numbers(kind: str, value: str, right: list[str], wrong: list[str]) -> None:
    assert [text for text in right if not any(c is HIGH for _, c in met(kind, value, f"ici {text} merci"))] == []
    assert [text for text in wrong if met(kind, value, f"ici {text} merci")] == []


@pytest.mark.parametrize(
    ("text", "confidence"),
    [("AGNÈs CEUVRARD", MEDIUM), ("Agnes Euvrard", MEDIUM), ("AGNÈSs ŒUVRARD", MEDIUM), ("Agnès Œuvra1d", LOW),
     ("Agnès Œuvrand", LOW), ("Agnès Ouvrage", None), ("Inès Œuvrard", None)],
)  # fmt: skip
def test_letters_that_look_alike_are_likely_misread_and_others_for_a_person_to_look_at(
    text: str, confidence: Confidence | None
) -> None:
    matcher = NameMatcher("Agnès Œuvrard")
    found = [hit.confidence for hit in misread(matcher.orders, fold(f"Facture pour {text}"))]
    assert found == ([confidence] if confidence else [])


@pytest.mark.parametrize(
    ("asked", "text", "confidence"),
    [("Colin Millet", "Colin MiIIet", MEDIUM), ("Bernard Roy", "Bemard Roy", MEDIUM), ("Pauline Weiss", "Pau1ine Weiss", MEDIUM),
     ("Paul Bonnet", "Paul Bonnot", LOW), ("Luc Martin", "Luc Marin", LOW), ("Julie Roy", "Julia Roy", LOW),
     ("Alix Roy", "Allx Roy", MEDIUM), ("Marle Roy", "Marie Roy", LOW)],
)  # fmt: skip
def test_a_reading_that_is_another_name_is_never_likely(asked: str, text: str, confidence: Confidence) -> None:
    assert [hit.confidence for hit in misread(NameMatcher(asked).orders, fold(text))] == [confidence]


@pytest.mark.parametrize(
    ("text", "path", "confidence"),
    [("jroy@exemple.fr", False, MEDIUM), ("royj arobase exemple point fr", False, MEDIUM), ("le compte jroy", False, LOW),
     ("x/jroy_01.wav", True, MEDIUM), ("x/leroy.wav", True, None), ("x.jroy@exemple.fr", False, LOW)],
)  # fmt: skip
def test_a_login_of_few_letters_counts_where_it_stands_for_itself(
    text: str, path: bool, confidence: Confidence | None
) -> None:
    assert [level for _, level in met("name", "Jean Roy", text, path=path)] == ([confidence] if confidence else [])


def test_a_login_that_is_a_given_name_is_left_open_in_a_path() -> None:
    assert [level for _, level in met("name", "Élise Va", "x/eva_01.wav", path=True)] == [LOW]


@pytest.mark.parametrize(
    ("asked", "given", "family"),
    [("Jean Dupont", "Jean", "Dupont"), ("DUPONT Jean", "Jean", "DUPONT"), ("Dupont, Jean", "Jean", "Dupont"),
     ("Mme Marie Claire Dupont", "Marie Claire", "Dupont"), ("Anaïs de la TOUR", "Anaïs", "de la TOUR"),
     ("Siobhán O'CONNOR", "Siobhán", "O CONNOR"), ("Ahmed Ben Salah", "Ahmed", "Ben Salah"),
     ("Louis-Philippe de Saint-Aubin", "Louis Philippe", "de Saint Aubin"), ("Carmen García López", "Carmen", "García López"),
     ("de Gaulle", "", "de Gaulle"), ("Dupont", "", "Dupont")],
)  # fmt: skip
def test_the_form_tells_the_family_name(asked: str, given: str, family: str) -> None:
    first, last = splits(asked)[0]
    assert (" ".join(first), " ".join(last)) == (given, family)


@pytest.mark.parametrize(
    "text", ["Martin Durand, Michel", "MARTIN DURAND Michel", "Durand, Michel Martin", "Martin Durand M."]
)
def test_a_name_of_three_words_is_found_however_it_is_cut(text: str) -> None:
    assert max(level for _, level in met("name", "Michel Martin Durand", f"chez {text} hier")) >= MEDIUM


def test_a_number_without_its_first_zero_is_less_sure() -> None:
    assert met("phone", "06 39 98 12 45", "639981245") == [("639981245", MEDIUM)]


def test_a_value_without_the_form_of_its_kind_is_refused_without_being_quoted() -> None:
    for kind, value in (("email", "zorquentine"), ("phone", "zorquentine"), ("name", "..."), ("plate", "zq")):
        with pytest.raises(UsageError) as caught:
            parse_query([(kind, value)])
        assert kind in str(caught.value)
        assert value not in str(caught.value)


def test_no_repr_shows_what_is_looked_for() -> None:
    query = parse_query([("name", "Camille Zorquentine"), ("email", "z@zorquentine.example")])
    assert "orquentine" not in repr(query) + repr(query.matchers) + repr(vars(Query)["__repr__"])


def test_a_face_or_voice_needs_a_basis(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.jpg").touch()
    with pytest.raises(UsageError, match="--basis"):
        parse_query(faces=[tmp_path / "a.jpg"])


def test_every_kind_says_what_it_needs() -> None:
    assert all(KINDS)
    with pytest.raises(UsageError, match="--name"):
        parse_query()
