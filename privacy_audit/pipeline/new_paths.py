"""The path that each file gets in the copy: what belonged together by its name still does, and no two meet."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from privacy_audit.types import Effect, Operation, TextSpan

__all__ = ["NewPaths"]


class NewPaths:
    """Two people whose names become one label get numbers, and each keeps theirs in all folders.

    So ``images/b.jpg`` and ``labels/b.txt``, or a recording and its transcript, have one name in the copy too, whatever
    else the folders hold. A folder that became a pseudonym or surrogate is not numbered: it tells people apart itself.
    """

    def __init__(self) -> None:
        self._owner: dict[str, str] = {}  # new part of a path -> the old part that has it
        self._chosen: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()

    def free(self, old: str, wanted: str, operations: Sequence[Operation]) -> str:
        """``wanted``, a path of as many parts as ``old``, with numbers where they are needed.

        Capitals do not count, as on some file systems.
        """
        parts, start = [], 0
        pairs = list(zip(old.split("/"), wanted.split("/"), strict=True))
        for index, (before, after) in enumerate(pairs):
            span = TextSpan(start, start + len(before))
            is_base = index == len(pairs) - 1
            rest = _rest(before, after) if is_base else ""
            key, new = before[: len(before) - len(rest)], after[: len(after) - len(rest)]
            if key != new and (is_base or not _tells_apart(operations, span)):
                new = self._numbered(key, new)
            parts.append(new + rest)
            start = span.end + 1
        path, number = "/".join(parts), 1
        while path.casefold() in self._taken:
            number += 1
            path = "/".join([*parts[:-1], f"{new}-{number}{rest}"])
        self._taken.add(path.casefold())
        return path

    def _numbered(self, old: str, wanted: str) -> str:
        old = unicodedata.normalize("NFC", old).casefold()
        known = self._chosen.get((old, wanted.casefold()))
        if known is not None:
            return known
        new, number = wanted, 1
        while self._owner.setdefault(new.casefold(), old) != old:
            number += 1
            new = f"{wanted}-{number}"
        self._chosen[old, wanted.casefold()] = new
        return new


def _rest(before: str, after: str) -> str:
    """What stands behind the name proper in both: ``.fr.vtt``. A dot at the start is part of the name."""
    dot = after.find(".", 1)
    while dot >= 0:
        if before.endswith(after[dot:]) and len(before) > len(after) - dot:
            return after[dot:]
        dot = after.find(".", dot + 1)
    return ""


def _tells_apart(operations: Sequence[Operation], part: TextSpan) -> bool:
    touched = [
        done
        for done in operations
        if isinstance(done.location, TextSpan) and done.location.start < part.end and part.start < done.location.end
    ]
    return bool(touched) and all(done.effect is Effect.PSEUDONYMISED for done in touched)
