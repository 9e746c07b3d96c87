"""Rows of bytes with a name each, outside memory; and sets of them that grow by pairs."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["BLOCK", "Rows", "Union"]

BLOCK = 20_000
"""Rows read, or pairs compared, at a time."""


class Rows:
    """Rows of equal length and the URI of each, in two files without a name."""

    def __init__(self, n_bytes: int) -> None:
        self._n_bytes = n_bytes
        self._rows: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - as long as this object
        self._uris: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        self._ends = array("Q")
        self._end = 0

    def __len__(self) -> int:
        return len(self._ends)

    def add(self, row: bytes, uri: str) -> None:
        self._rows.write(row)
        self._end += self._uris.write(uri.encode("utf-8", "surrogatepass"))
        self._ends.append(self._end)

    def table(self) -> NDArray[np.uint8]:
        """(rows, bytes), on disk."""
        import numpy as np

        self._rows.flush()
        return np.memmap(self._rows, np.uint8, "r", shape=(len(self), self._n_bytes))

    def blocks(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """The same in pieces, each with the place of its first row."""
        import numpy as np

        self._rows.seek(0)
        for start in range(0, len(self), BLOCK):
            n = min(BLOCK, len(self) - start)
            yield start, np.frombuffer(self._rows.read(n * self._n_bytes), np.uint8).reshape(n, -1)

    def uri(self, place: int) -> str:
        start = self._ends[place - 1] if place else 0
        self._uris.seek(start)
        return self._uris.read(self._ends[place] - start).decode("utf-8", "surrogatepass")


class Union:
    """Sets that grow by pairs."""

    def __init__(self, n: int) -> None:
        import numpy as np

        self._parent = np.arange(n)

    def roots(self, places: NDArray[np.int_]) -> NDArray[np.int_]:
        found = self._parent[places]
        while (above := self._parent[found]).tobytes() != found.tobytes():
            found = above
        return found

    def join(self, one: NDArray[np.int_], other: NDArray[np.int_]) -> None:
        for left, right in zip(one.tolist(), other.tolist(), strict=True):
            left, right = self._root(left), self._root(right)
            self._parent[max(left, right)] = min(left, right)

    def _root(self, place: int) -> int:
        while (above := int(self._parent[place])) != place:
            self._parent[place] = self._parent[above]
            place = above
        return place

    def labels(self) -> NDArray[np.int_]:
        import numpy as np

        labels: NDArray[np.int_] = np.unique(self.roots(np.arange(len(self._parent))), return_inverse=True)[1].ravel()
        return labels
