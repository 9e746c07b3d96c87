"""The names that the members of a container get in its copy: treated, apart, and alike where they were alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from privacy_audit.pipeline.known_values import KnownValues
from privacy_audit.pipeline.paths import path_operations
from privacy_audit.pipeline.renamed_files import RenamedFiles
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.types import Operation

__all__ = ["new_names"]


def new_names(
    toolbox: Toolbox, members: Iterable[tuple[str, str]], known: KnownValues
) -> tuple[list[str], RenamedFiles]:
    """One name per member, in order, and what lists of the members need; ``known`` learns what was replaced.

    ``members``: the name of each in the container, and its address.

    What stands before the first dot of a base name is the key of a WebDataset sample: members that shared one share
    one afterwards, and others do not. Where two would get one name, the key is numbered.
    """
    made: list[str] = []
    renamed: list[tuple[str, str, Sequence[Operation]]] = []
    keys = _Keys()
    for name, address in members:
        wanted, operations = path_operations(toolbox, name, known, address)
        new = keys.free(_cut(name)[0], *_cut(wanted))
        made.append(new)
        renamed.append((name, new, operations))
    return made, RenamedFiles(renamed)


class _Keys:
    def __init__(self) -> None:
        self._owner: dict[str, str] = {}  # new key -> old key
        self._chosen: dict[tuple[str, str], str] = {}
        self._numbers: Counter[str] = Counter()
        self._taken: set[str] = set()

    def free(self, old_key: str, key: str, rest: str) -> str:
        """``key + rest``, or with a numbered key."""
        new = self._chosen.get((old_key, key), key)
        while self._owner.get(new, old_key) != old_key or new + rest in self._taken:
            self._numbers[key] += 1
            new = f"{key}-{self._numbers[key] + 1}"
        self._owner[new] = old_key
        self._chosen.setdefault((old_key, key), new)
        self._taken.add(new + rest)
        return new + rest


def _cut(name: str) -> tuple[str, str]:
    """``a/00042`` and ``.seg.png``; a dot at the start of a name is part of it."""
    base = name.rfind("/") + 1
    dot = name.find(".", base + 1)
    return (name, "") if dot < 0 else (name[:dot], name[dot:])
