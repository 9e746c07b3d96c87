"""The empty pipeline: a tokenizer for French and English, and a named-entity recogniser with its own word vectors."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import compile_infix_regex, filter_spans
from thinc.api import NumpyOps

from tools.train_ner.make_synthetic import Sample

__all__ = ["CONFIG", "LABELS", "NumpyProducts", "blank_pipeline", "document", "load_config"]

CONFIG = Path(__file__).with_name("config.toml")
LABELS = ("PER", "ORG", "LOC")

# After d', l', qu': the name begins behind the apostrophe. Between words of a file name or a table row.
_MORE_INFIXES = (
    r"(?<=\b[dljmtscnDLJMTSCN]['’])(?=[^\W\d_])",
    r"(?<=\b[qQ]u['’])(?=[^\W\d_])",
    r"[;|_\t]",
    r"(?<=\w),(?=\w)",
)


class NumpyProducts(NumpyOps):
    """Matrix products by numpy's own library: three times as fast here as the one spaCy brings, the same results."""

    def gemm(self, x: Any, y: Any, out: Any = None, trans1: bool = False, trans2: bool = False) -> Any:
        return np.dot(x.T if trans1 else x, y.T if trans2 else y, out=out)


def load_config(path: Path = CONFIG) -> dict[str, Any]:
    """The settings of a training run."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def blank_pipeline(network: dict[str, Any]) -> Language:
    """Untrained. The language is "xx": its rules split hyphens, which French and English names have alike."""
    nlp = spacy.blank("xx")
    infixes = compile_infix_regex((*_MORE_INFIXES, *nlp.Defaults.infixes))
    nlp.tokenizer.infix_finditer = infixes.finditer
    recogniser = nlp.add_pipe("ner", config={"model": _architecture(network)})
    for label in LABELS:
        recogniser.add_label(label)
    return nlp


def document(nlp: Language, sample: Sample) -> Doc:
    """The tokens with the labels of the sample; a span that cuts a token takes all of it."""
    doc = nlp.make_doc(sample.text)
    spans = [
        doc.char_span(start, end, label, alignment_mode="expand")
        for start, end, label in sample.spans
        if label in LABELS and sample.text[start:end].strip()
    ]
    doc.ents = filter_spans([trimmed for span in spans if span is not None and (trimmed := _without_spaces(span))])
    return doc


def _without_spaces(span: Span) -> Span | None:
    """Entities may neither begin nor end with a token of white space."""
    start, end = span.start, span.end
    while start < end and span.doc[start].is_space:
        start += 1
    while end > start and span.doc[end - 1].is_space:
        end -= 1
    return Span(span.doc, start, end, span.label) if start < end else None


def _architecture(network: dict[str, Any]) -> dict[str, Any]:
    return {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": network["hidden_width"],
        "maxout_pieces": network["parser_maxout_pieces"],
        "use_upper": True,
        "nO": None,
        "tok2vec": {
            "@architectures": "spacy.Tok2Vec.v2",
            "embed": {
                "@architectures": "spacy.MultiHashEmbed.v2",
                "width": network["width"],
                "attrs": network["attributes"],
                "rows": network["rows"],
                "include_static_vectors": False,
            },
            "encode": {
                "@architectures": "spacy.MaxoutWindowEncoder.v2",
                "width": network["width"],
                "depth": network["depth"],
                "window_size": network["window"],
                "maxout_pieces": network["maxout_pieces"],
            },
        },
    }
