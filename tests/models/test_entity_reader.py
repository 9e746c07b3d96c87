"""The quick reader finds what spaCy's own loop finds: on networks with random weights and on the one that ships."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy_audit.models._entity_reader import EntityReader
from privacy_audit.models.spacy_ner import OWN_MODEL, SECOND_MODEL

_WORDS = ["Lucie", "Garnier", "le", "12", "mars", ",", "Paris", "\n", "\n\n", " ", "écrit", "à", "ROUEN", "d'", "."]
_TEXTS = st.lists(st.lists(st.sampled_from(_WORDS), max_size=40).map(" ".join), max_size=8)
_PACKAGES = [OWN_MODEL, *(name for name in SECOND_MODEL.values() if importlib.util.find_spec(name))]


def _random_network(seed: int, *, word_vectors: bool = False, n_pieces: int = 2) -> Any:
    """A recogniser with two kinds of entity that fires often, since nobody trained it."""
    spacy.util.fix_random_seed(seed)
    draw = numpy.random.default_rng(seed)
    pipeline = spacy.blank("fr")
    if word_vectors:
        for word in _WORDS:
            pipeline.vocab.set_vector(word, draw.normal(size=8).astype("float32"))
    embed = {
        "@architectures": "spacy.MultiHashEmbed.v2",
        "width": 16,
        "attrs": ["NORM", "SHAPE"],
        "rows": [100, 100],
        "include_static_vectors": word_vectors,
    }
    encode = {
        "@architectures": "spacy.MaxoutWindowEncoder.v2",
        "width": 16,
        "depth": 2,
        "window_size": 1,
        "maxout_pieces": 3,
    }
    model = {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": 16,
        "maxout_pieces": n_pieces,
        "use_upper": True,
        "tok2vec": {"@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode},
    }
    recogniser = pipeline.add_pipe("ner", config={"model": model})
    recogniser.add_label("PER")
    recogniser.add_label("LOC")
    pipeline.initialize()
    upper = recogniser.model.layers[-1]
    upper.set_param("W", draw.normal(size=upper.get_param("W").shape).astype("float32"))
    names = _action_names(recogniser)
    upper.set_param("b", numpy.array([4.0 * (name[0] in "BI") for name in names], dtype="float32"))  # long entities
    recogniser.model.attrs["unseen_classes"] = set()
    return pipeline


def _action_names(recogniser: Any) -> list[str]:
    return [recogniser.moves.get_class_name(index) for index in range(recogniser.moves.n_moves)]


def _of_spacy(pipeline: Any, texts: list[str]) -> list[list[tuple[int, int, str]]]:
    return [[(span.start, span.end, span.label_) for span in document.ents] for document in pipeline.pipe(texts)]


def _of_reader(pipeline: Any, texts: list[str]) -> list[list[tuple[int, int, str]]]:
    return EntityReader(pipeline).read([pipeline.make_doc(text) for text in texts])


@pytest.mark.parametrize("word_vectors", [False, True], ids=["features", "features and word vectors"])
@pytest.mark.parametrize("seed", [0, 1, 2, 5])
def test_a_network_with_random_weights_is_read_as_spacy_reads_it(seed: int, word_vectors: bool) -> None:
    pipeline = _random_network(seed, word_vectors=word_vectors, n_pieces=2 + seed % 2)
    assert EntityReader.fits(pipeline)
    draw = numpy.random.default_rng(seed)
    texts = [" ".join(draw.choice(_WORDS, size=draw.integers(0, 80))) for _ in range(60)]
    found = _of_reader(pipeline, texts)
    assert sum(map(len, found)) > 20
    assert any(end - start > 1 for spans in found for start, end, _ in spans)
    assert found == _of_spacy(pipeline, texts)


@pytest.fixture(scope="module", params=_PACKAGES)
def package(request: pytest.FixtureRequest) -> Any:
    return spacy.load(request.param, exclude=["tok2vec", "morphologizer", "parser", "attribute_ruler", "lemmatizer"])


@settings(deadline=None, max_examples=60)
@given(texts=_TEXTS)
def test_what_ships_is_read_as_spacy_reads_it(package: Any, texts: list[str]) -> None:
    assert EntityReader.fits(package)
    assert _of_reader(package, texts) == _of_spacy(package, texts)


def test_many_documents_are_read_in_groups_as_they_are_read_alone(package: Any) -> None:
    texts = ["Hier, Lucie Garnier a vu Paris. " * count for count in (1, 0, 400, 3, 900, 2)]
    together = _of_reader(package, texts)
    assert together == [_of_reader(package, [text])[0] for text in texts]
    assert len(together[4]) >= 900


def test_an_unseen_action_is_never_taken() -> None:
    pipeline = _random_network(1)
    recogniser = pipeline.get_pipe("ner")
    names = _action_names(recogniser)
    recogniser.model.attrs["unseen_classes"] = {names.index("B-LOC"), names.index("U-LOC")}
    texts = [" ".join(_WORDS * 5)]
    found = _of_reader(pipeline, texts)
    assert found[0]
    assert {label for *_, label in found[0]} == {"PER"}
    assert found == _of_spacy(pipeline, texts)


def test_a_recogniser_of_another_build_is_left_to_spacy() -> None:
    pipeline = spacy.blank("fr")
    pipeline.add_pipe("tok2vec")
    shared = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96}
    pipeline.add_pipe("ner", config={"model": {"tok2vec": shared}})
    assert not EntityReader.fits(pipeline)
