"""Which personal records of a data set are there several times: a driver of what a model learns by heart.

Signatures wait in files without a name, which go with the process: 320 bytes a text, 32 a picture, 3,752 a recording.
Memory holds 8 bytes a record, and while they are compared some 100 a text and 3,000 a picture or recording.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from privacy_audit.legal.links_report import CLUSTER_SIZES, NearDuplicates, Repeated
from privacy_audit.linking._rows import BLOCK, Rows, Union
from privacy_audit.linking.collecting import MAX_VALUES, Signature
from privacy_audit.linking.fingerprints import (
    MAX_AUDIO_BYTES,
    NEAR_AUDIO,
    NEAR_PICTURE,
    NEAR_TEXT,
    PICTURE_BYTES,
    TEXT_BYTES,
    audio_distance,
)
from privacy_audit.linking.grouping import grouped
from privacy_audit.linking.neighbours import alike

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MAX_RECORDS", "DuplicateTally", "alike_sounds", "alike_texts"]

MAX_RECORDS = 2_000_000
"""Records of one medium that are compared; what comes later is counted as not compared."""
MAX_LISTED, MAX_PLACES = 100, 5
_SAME_PEOPLE = 0.5
"""Share of the personal values of two texts that must be the same: letters made from one form differ in all but few."""
_BANDS, _PER_BAND = 16, 5  # 99 % of the pairs at NEAR_TEXT share at least one band of 5 minima
_ROUGHLY, _CANDIDATES = 0.45, 4  # cosine of how often each code is there, and how many of the nearest are aligned
_ROW_BYTES = {"text": TEXT_BYTES + 8 * MAX_VALUES, "picture": PICTURE_BYTES, "audio": 2 + MAX_AUDIO_BYTES}


class DuplicateTally:
    """Adds up signatures of records in the order of the files, then :meth:`build`."""

    def __init__(self) -> None:
        self._media = {medium: Rows(n_bytes) for medium, n_bytes in _ROW_BYTES.items()}
        self._not_compared = {medium: Rows(0) for medium in _ROW_BYTES}
        self._clusters: list[tuple[str, NDArray[np.int_]]] = []

    def add(self, file_uri: str, signatures: Iterable[Signature]) -> None:
        """The signatures of one file, by the name that the report gives it."""
        for item in signatures:
            rows = self._media[item.medium]
            if item.signature is None or len(rows) >= MAX_RECORDS:
                self._not_compared[item.medium].add(b"", file_uri + item.place)
            else:
                rows.add(_row(item), file_uri + item.place)

    def build(self) -> NearDuplicates:
        """Clusters over all that was added. Deterministic."""
        import numpy as np

        found: list[tuple[int, str, NDArray[np.int_]]] = []
        for medium, group in (("text", _text_groups), ("picture", _picture_groups), ("audio", _audio_groups)):
            rows = self._media[medium]
            if len(rows):
                labels = group(rows)
                sizes = np.bincount(labels)
                order = np.argsort(labels, kind="stable")
                ends = np.cumsum(sizes)
                found += [
                    (int(sizes[label]), medium, order[ends[label] - sizes[label] : ends[label]])
                    for label in np.flatnonzero(sizes > 1)
                ]
        found.sort(key=lambda item: (-item[0], item[1], int(item[2][0])))
        self._clusters = [(medium, places) for _, medium, places in found]
        bands = Counter(_band(count) for count, _, _ in found)
        return NearDuplicates(
            compared={medium: len(rows) for medium, rows in self._media.items()},
            not_compared=sum(map(len, self._not_compared.values())),
            repeated={name: sum(count for count, medium, _ in found if medium == name) for name in self._media},
            clusters={name: sum(medium == name for _, medium, _ in found) for name in self._media},
            by_size={band: bands[band] for band in CLUSTER_SIZES},
            top=tuple(
                Repeated(medium, count, tuple(self._media[medium].uri(int(place)) for place in places[:MAX_PLACES]))
                for count, medium, places in found[:MAX_LISTED]
            ),
            others=max(0, len(found) - MAX_LISTED),
        )

    def lines(self) -> Iterator[dict[str, Any]]:
        """After :meth:`build`: every record that repeats with the number of its cluster, the largest is 1, and every
        one that was not compared. The rest of the personal records were compared and repeat nowhere.
        """
        for number, (medium, places) in enumerate(self._clusters, start=1):
            for place in places:
                yield {"record": self._media[medium].uri(int(place)), "medium": medium, "cluster": number}
        for medium, rows in self._not_compared.items():
            for place in range(len(rows)):
                yield {"record": rows.uri(place), "medium": medium, "compared": False}


def _row(item: Signature) -> bytes:
    signature = item.signature or b""
    if item.medium == "text":
        return signature + array("Q", [*item.values, *[0] * (MAX_VALUES - len(item.values))]).tobytes()
    if item.medium == "audio":
        signature = signature[:MAX_AUDIO_BYTES]
        return (len(signature) // 2).to_bytes(2, "little") + signature.ljust(MAX_AUDIO_BYTES, b"\0")
    return signature


def _band(count: int) -> str:
    return next(band for band, least in zip(CLUSTER_SIZES[::-1], (100, 10, 3, 2), strict=True) if count >= least)


def _text_groups(rows: Rows) -> NDArray[np.int_]:
    table = rows.table()
    minima, values = _minima_and_values(table)
    found = Union(len(rows))
    for one, other in _text_candidates(rows):
        different = found.roots(one) != found.roots(other)  # the others are known already
        one, other = one[different], other[different]
        near = alike_texts(minima[one], values[one], minima[other], values[other])
        found.join(one[near], other[near])
    return found.labels()


def _minima_and_values(table: NDArray[np.uint8]) -> tuple[NDArray[np.uint16], NDArray[np.uint64]]:
    return table[:, :TEXT_BYTES].view("<u2"), table[:, TEXT_BYTES:].view("<u8")


def _text_candidates(rows: Rows) -> Iterator[tuple[NDArray[np.int_], NDArray[np.int_]]]:
    """Pairs that share a band of minima and a personal value, or have no value: each with the first of its kind.

    The rows are read once for each band, block by block: what is not held needs no memory.
    """
    import numpy as np

    multiply = np.uint64(0x9E3779B97F4A7C15)
    for band in range(_BANDS):
        told, keys = [], []
        for start, block in rows.blocks():
            minima, values = _minima_and_values(block)
            own = np.zeros(len(block), np.uint64)
            for column in range(band * _PER_BAND, (band + 1) * _PER_BAND):
                own = (own ^ minima[:, column]) * multiply  # wraps around, as is meant
                own ^= own >> np.uint64(31)
            places, slots = np.nonzero(values)
            without = np.flatnonzero(values[:, 0] == 0)
            told += [start + places, start + without]
            keys += [(own[places] ^ values[places, slots]) * multiply, own[without] * multiply]
        yield from _with_the_first(np.concatenate(told), np.concatenate(keys))


def _with_the_first(
    told: NDArray[np.int_], keys: NDArray[np.uint64]
) -> Iterator[tuple[NDArray[np.int_], NDArray[np.int_]]]:
    """Each place with the first one that has the same key."""
    import numpy as np

    order = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.append(True, keys[order][1:] != keys[order][:-1]))
    first = told[order[np.repeat(starts, np.diff(np.append(starts, len(order))))]]
    other = told[order]
    pairs = np.flatnonzero(first != other)
    for start in range(0, len(pairs), BLOCK):
        block = pairs[start : start + BLOCK]
        yield first[block], other[block]


def alike_texts(
    minima: NDArray[np.uint16], values: NDArray[np.uint64], minima_2: NDArray[np.uint16], values_2: NDArray[np.uint64]
) -> NDArray[np.bool_]:
    """Row by row: near in words, and about the same people as far as their values tell."""
    import numpy as np

    near = (minima != minima_2).mean(axis=1) <= NEAR_TEXT if len(minima) else np.zeros(0, bool)
    held, held_2 = (values != 0).sum(axis=1), (values_2 != 0).sum(axis=1)
    shared = ((values[:, :, None] == values_2[:, None, :]) & (values[:, :, None] != 0)).sum(axis=(1, 2))
    people: NDArray[np.bool_] = shared >= _SAME_PEOPLE * (held + held_2 - shared)
    return near & people


def _picture_groups(rows: Rows) -> NDArray[np.int_]:
    import numpy as np

    bits = np.unpackbits(rows.table(), axis=1).astype(np.float32)
    vectors = (2 * bits - 1) / np.float32(bits.shape[1] ** 0.5)
    return grouped(vectors, 1 - 2 * NEAR_PICTURE).labels


def _audio_groups(rows: Rows) -> NDArray[np.int_]:
    import numpy as np

    words = rows.table().view("<u2")
    fingerprints = [words[row, 1 : 1 + words[row, 0]].tobytes() for row in range(len(words))]
    one, other = alike_sounds(fingerprints)
    found = Union(len(rows))
    found.join(np.asarray(one, int), np.asarray(other, int))
    return found.labels()


def alike_sounds(fingerprints: Sequence[bytes]) -> tuple[list[int], list[int]]:
    """Pairs of recordings that agree when they are aligned, of those that have about the same codes."""
    import numpy as np

    vectors = np.stack([_codes_of(fingerprint) for fingerprint in fingerprints])
    pairs = alike(vectors, _ROUGHLY, _CANDIDATES)
    near = [
        (int(one), int(other))
        for one, other in zip(pairs.one, pairs.other, strict=True)
        if audio_distance(fingerprints[one], fingerprints[other]) <= NEAR_AUDIO
    ]
    return [one for one, _ in near], [other for _, other in near]


def _codes_of(fingerprint: bytes) -> NDArray[np.float32]:
    """How often each lower and each upper byte is there, above chance, as a vector of unit length, float32 (512,)."""
    import numpy as np

    codes = np.frombuffer(fingerprint, "<u2")
    codes = codes[codes > 0]
    counts = np.concatenate([np.bincount(codes & 255, minlength=256), np.bincount(codes >> 8, minlength=256)])
    shares = np.sqrt(counts / max(len(codes), 1)) - 1 / 16
    unit: NDArray[np.float32] = (shares / max(float(np.linalg.norm(shares)), 1e-9)).astype(np.float32)
    return unit
