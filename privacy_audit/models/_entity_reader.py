"""Entities by the weights of a spaCy recogniser, read for many tokens at once instead of token by token.

spaCy's recogniser takes one action per token (begin, in, last, unit, out) and asks, for each, which are valid. Outside
an entity the scores of the actions depend on the token alone, so they are computed for all tokens together; only inside
an entity does one token wait for the other. The same entities come out (tests/models/test_entity_reader.py), in about a
quarter of the time (bench/text_speed.py): spaCy's loop takes the interpreter lock several times per token, and its
layers run over arrays too large for the processor's caches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

__all__ = ["EntityReader", "TokenSpan"]

TokenSpan = tuple[int, int, str]
"""[start, end) in tokens, and the label."""

_GROUP_TOKENS = 3_000
"""Tokens per matrix product: the blocks between two layers, 10 MB, stay in the cache and are not asked for anew."""
_N_FEATURES = 3  # the token, the first of the open entity, the one before: spaCy's recogniser without extra tokens


class EntityReader:
    """Reads documents as ``pipeline``'s recogniser would; ``fits`` says whether it is built as this needs."""

    def __init__(self, pipeline: Any) -> None:
        from spacy.attrs import IS_SPACE

        recogniser = pipeline.get_pipe("ner")
        to_vectors, lower, upper = recogniser.model.layers
        self._embed, self._encode = to_vectors.layers[0].layers
        self._project = to_vectors.layers[-1]
        self._weights = [part.reshape(-1, part.shape[-1]).T for part in lower.get_param("W")]
        self._bias = lower.get_param("b").ravel()
        self._no_entity = self._bias + lower.get_param("pad")[0, 1:].sum(axis=0).ravel()
        self._n_pieces = lower.get_dim("nP")
        self._upper, self._upper_bias = upper.get_param("W").T, upper.get_param("b")
        names = [recogniser.moves.get_class_name(index) for index in range(recogniser.moves.n_moves)]
        self._unseen = sorted(recogniser.model.attrs["unseen_classes"])
        self._is_space = IS_SPACE
        self._labels = [name[2:] for name in names]
        self._begins = _chosen(name[0] == "B" for name in names)
        self._units = _chosen(name[0] == "U" and name != "U-" for name in names)
        self._outs = _chosen(name == "O" for name in names)
        places = {name: index for index, name in enumerate(names)}
        # what follows each action that begins an entity; nothing follows the others
        self._inside = _numbers(places.get(f"I-{label}", 0) for label in self._labels)
        self._last = _numbers(places.get(f"L-{label}", 0) for label in self._labels)

    @staticmethod
    def fits(pipeline: Any) -> bool:
        """True for a recogniser that works alone, with a token-wise network of its own and spaCy's three features."""
        if pipeline.pipe_names != ["ner"]:
            return False
        model = pipeline.get_pipe("ner").model
        if model.name != "parser_model" or not model.attrs["has_upper"]:
            return False
        to_vectors, lower, _ = model.layers
        parts = to_vectors.layers
        return bool(
            lower.get_dim("nF") == _N_FEATURES
            and [part.name for part in parts[1:]] == ["list2array", "linear"]
            and len(parts[0].layers) == 2
            and parts[0].layers[1].name.startswith("with_array(residual(")
        )

    def read(self, documents: Sequence[Any]) -> list[list[TokenSpan]]:
        """Entities of each tokenised document, in order of place."""
        import numpy

        found: list[list[TokenSpan]] = []
        if not documents:
            return found
        embedded = self._embedded(documents)
        for first, last in _groups([len(document) for document in documents]):
            group, rows = documents[first:last], embedded[first:last]
            if not any(map(len, group)):
                found += [[] for _ in group]
                continue
            blank = numpy.concatenate([document.to_array([self._is_space]).ravel() for document in group]).astype(bool)
            found += self._decoded(self._vectors(rows), blank, [len(document) for document in group])
        return found

    def _embedded(self, documents: Sequence[Any]) -> list[Any]:
        """A float32 array (tokens, width) for each document; a word that comes back is embedded once."""
        import numpy

        features, *_ = self._embed.layers
        if features.name != "extract_features":  # word vectors beside the features
            return list(self._embed.predict(list(documents)))
        columns = features.attrs["columns"]
        rows = numpy.concatenate([document.to_array(columns) for document in documents]).astype(numpy.uint64)
        keys = rows @ _odd_numbers(len(columns))
        _, first, word = numpy.unique(keys, return_index=True, return_inverse=True)
        _, _, tables, mix, _ = self._embed.layers
        words = mix.layers[0].predict(tables.layers[0].predict(numpy.ascontiguousarray(rows[first])))
        ends = numpy.cumsum([len(document) for document in documents])
        return [words[places] for places in numpy.split(word, ends[:-1])]

    def _vectors(self, rows: Sequence[Any]) -> Any:
        """float32 (tokens, hidden width): the layers that look at the neighbours, with zeros between documents."""
        import numpy

        pad = self._encode.attrs["pad"]
        lengths = [len(part) for part in rows]
        padded = numpy.zeros((sum(lengths) + pad * (len(rows) + 1), rows[0].shape[1]), dtype=numpy.float32)
        places = numpy.concatenate(
            [
                numpy.arange(length) + before + pad * (index + 1)
                for index, (length, before) in enumerate(zip(lengths, _before(lengths), strict=True))
            ]
        )
        padded[places] = numpy.concatenate(rows)
        return self._project.predict(self._encode.layers[0].predict(padded)[places])

    def _decoded(self, vectors: Any, blank: Any, lengths: list[int]) -> list[list[TokenSpan]]:
        import numpy

        current = vectors @ self._weights[0]
        ends = numpy.cumsum(lengths)
        is_last = numpy.zeros(len(vectors), dtype=bool)
        is_last[ends[_numbers(lengths) > 0] - 1] = True
        actions = self._outside(current, blank, is_last)
        begun = numpy.flatnonzero(self._begins[actions])
        entity_end = self._ends(vectors, current, begun, actions[begun], is_last)
        found: list[list[TokenSpan]] = [[] for _ in lengths]
        offsets = _before(lengths)
        read_to = 0
        begins_or_units = numpy.flatnonzero(~self._outs[actions])
        owners = numpy.searchsorted(ends, begins_or_units, side="right")
        for start, owner in zip(begins_or_units.tolist(), owners.tolist(), strict=True):
            if start < read_to:  # within the entity before it
                continue
            read_to = entity_end.get(start, start + 1)
            label = self._labels[actions[start]]
            found[owner].append((start - offsets[owner], read_to - offsets[owner], label))
        return found

    def _outside(self, current: Any, blank: Any, is_last: Any) -> Any:
        """The action at each token if no entity is open there. White space opens none, the last token begins none."""
        import numpy

        scores = self._scores(current + self._no_entity)
        valid = numpy.broadcast_to(self._outs, scores.shape).copy()
        valid[:, self._units] = ~blank[:, None]
        valid[:, self._begins] = ~(blank | is_last)[:, None]
        return numpy.where(valid, scores, -numpy.inf).argmax(axis=1)

    def _ends(self, vectors: Any, current: Any, starts: Any, actions: Any, is_last: Any) -> dict[int, int]:
        """Where the entity that begins at each of ``starts`` ends, all of them read on in step."""
        import numpy

        ends: dict[int, int] = {}
        opened = vectors[starts] @ self._weights[1] + self._bias
        inside, last = self._inside[actions], self._last[actions]
        place = starts + 1
        while len(starts):
            scores = self._scores(current[place] + opened + vectors[place - 1] @ self._weights[2])
            each = numpy.arange(len(starts))
            goes_on = (scores[each, inside] >= scores[each, last]) & ~is_last[place]
            ends.update(zip(starts[~goes_on].tolist(), (place[~goes_on] + 1).tolist(), strict=True))
            starts, opened, place = starts[goes_on], opened[goes_on], place[goes_on] + 1
            inside, last = inside[goes_on], last[goes_on]
        return ends

    def _scores(self, sums: Any) -> Any:
        """float32 (tokens, actions) from the sums of the features' weights."""
        import numpy

        pieces = [sums[:, piece :: self._n_pieces] for piece in range(self._n_pieces)]
        hidden = pieces[0]
        for piece in pieces[1:]:
            hidden = numpy.maximum(hidden, piece)
        scores = hidden @ self._upper + self._upper_bias
        scores[:, self._unseen] = -numpy.inf
        return scores


def _groups(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """[first, last) of documents read together; a longer document stands alone."""
    first = n_tokens = 0
    for index, length in enumerate(lengths):
        if index > first and n_tokens + length > _GROUP_TOKENS:
            yield first, index
            first, n_tokens = index, 0
        n_tokens += length
    if lengths:
        yield first, len(lengths)


def _before(lengths: Sequence[int]) -> list[int]:
    """How many tokens stand before each document."""
    import numpy

    return [0, *numpy.cumsum(lengths).tolist()[:-1]]


def _odd_numbers(count: int) -> Any:
    """uint64: the sum of their products with the features is another one for all but 1 in 2 ** 63 pairs of words."""
    import numpy

    return numpy.random.default_rng(0).integers(0, 1 << 63, size=count, dtype=numpy.uint64) * 2 + 1


def _chosen(values: Iterator[bool]) -> Any:
    import numpy

    return numpy.array(list(values), dtype=bool)


def _numbers(values: Any) -> Any:
    import numpy

    return numpy.array(list(values), dtype=numpy.intp)
