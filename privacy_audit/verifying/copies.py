"""Files of the copy that are a file of the original, byte for byte, although something was found in it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from pathlib import Path

from privacy_audit.verifying.pairs import Pair
from privacy_audit.verifying.values import Check, settled

__all__ = ["identical_copies"]

_BLOCK_BYTES = 1 << 20


def identical_copies(pairs: Iterable[Pair], with_findings: Collection[str]) -> Check:
    """Compares every file of the copy with every file of the original in which something had to be treated.

    ``with_findings``: URIs of those originals.
    """
    known: set[bytes] = set()
    copies: list[Path] = []
    for pair in pairs:
        if pair.original.uri in with_findings and not pair.original.problem:
            known.add(_digest(pair.original.path))
        if pair.treated:
            copies.append(pair.treated.path)
    n_equal = sum(_digest(path) in known for path in copies)
    return settled("identical_copies", "linkage", n_equal > 0, equal=n_equal, files=len(copies))


def _digest(path: Path) -> bytes:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.digest()
