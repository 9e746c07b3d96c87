"""Files of the copy that are a file of the original, byte for byte, although something was found in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from pathlib import Path

from privacy_audit.pipeline.scanning import files_within
from privacy_audit.pipeline.treated_folder import source_stamp
from privacy_audit.recipe import Limits
from privacy_audit.sources.folder import FileEntry
from privacy_audit.verifying.pairs import Pair
from privacy_audit.verifying.values import Check, settled

__all__ = ["identical_copies"]


def identical_copies(pairs: Iterable[Pair], treated_files: AbstractSet[str], limits: Limits) -> Check:
    """Compares every file of the copy with every file of the original in which something had to be treated.

    Of containers the members are compared, each as a file. ``treated_files``: URIs in the copy of what was treated.
    """
    known: set[bytes] = set()
    copies: list[FileEntry] = []
    for pair in pairs:
        if not pair.treated:
            continue
        copies.append(pair.treated)
        uris = pair.copy_uris()
        if treated_files.isdisjoint(uris.values()):
            continue
        for file in files_within(pair.original, limits):
            if not file.problem and uris.get(tuple(source_stamp(file))) in treated_files:
                known.add(_digest(file.path))
    n_files = n_equal = 0
    for copy in copies:
        for file in files_within(copy, limits):
            if not file.problem:
                n_files, n_equal = n_files + 1, n_equal + (_digest(file.path) in known)
    return settled("identical_copies", "linkage", n_equal > 0, equal=n_equal, files=n_files)


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
