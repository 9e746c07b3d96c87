"""Accepted findings of a repository, in ``.privacy-audit.baseline``: what ``check`` does not tell again.

One JSON object a line: a head with the version, then one accepted finding each, without dates or line numbers, sorted
by their marks. A mark is a keyed HMAC (HMAC-SHA256) of the normalised value, so that nobody without the key gets a
value back by trying all of them. git merges the file by keeping the lines of both sides (``merge=union`` in
``.gitattributes``); the reader takes them in any order and repeated.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from privacy_audit.errors import UsageError
from privacy_audit.fingerprint import KEY_VARIABLE, Fingerprinter

__all__ = [
    "ATTRIBUTE",
    "FILE_NAME",
    "KEY_SETTING",
    "LABELS",
    "VERSION",
    "Accepted",
    "Baseline",
    "BaselineKey",
    "drawn_key",
]

FILE_NAME = ".privacy-audit.baseline"
"""At the top of the work tree, to be committed."""
KEY_SETTING = "privacy-audit.key"
"""In git's configuration, which is never pushed."""
ATTRIBUTE = f"{FILE_NAME} merge=union"
"""The line of ``.gitattributes`` with which two branches that both accept findings merge."""
VERSION = 1
LABELS = ("personal", "not_personal")
"""What a review says of a finding: it is somebody's data, or a false alarm."""

_ANEW = "it anew: privacy-audit baseline create --force"
_HEAD = "privacy_audit_baseline"
_CONFLICT = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
_UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""Version -> what makes an entry of it one of the next version."""
_NEAR = 1
"""Boxes and times are accepted up to one step of their grid away: detectors differ a little between machines."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """One accepted finding: a value of one kind in one file, as often as it stands there.

    ``file`` is the path from the top of the work tree, or its seal where the path itself holds personal data. ``at``:
    for pictures and sounds, the coarse place; ``mark`` is then of the whole file. ``label``: one of ``LABELS`` once
    somebody has looked.
    """

    mark: str
    kind: str
    file: str
    scanner: str
    at: tuple[int, ...] = ()
    label: str | None = None

    @property
    def identity(self) -> Accepted:
        """The same without its label."""
        return replace(self, label=None)


class BaselineKey:
    """What marks and seals are made with. It shows in no ``repr``."""

    __slots__ = ("_key",)

    def __init__(self, key: str) -> None:
        if len(key.encode()) < 16:
            raise UsageError(
                f"the key of the baseline has {len(key.encode())} bytes, expected at least 16 ({KEY_VARIABLE}, or "
                f"git config {KEY_SETTING})"
            )
        self._key = hmac.new(key.encode(), b"privacy-audit baseline", hashlib.sha256).digest()

    @property
    def fingerprinter(self) -> Fingerprinter:
        """Fingerprints under this key are the marks of the baseline."""
        return Fingerprinter(self._key)

    @property
    def check(self) -> str:
        """Tells this key from another one, and nothing else of it."""
        return self.fingerprinter.of_bytes("key", b"check")[:16]

    def seal(self, path: str) -> str:
        """Stands for a path that is personal data itself."""
        return f"sealed:{self.fingerprinter.of_bytes('path', path.encode(errors='surrogateescape'))}"

    def __repr__(self) -> str:
        return "BaselineKey(hidden)"


def drawn_key() -> str:
    """A new key of 256 bits."""
    return secrets.token_hex(32)


@dataclass(frozen=True)
class Baseline:
    """Accepted findings, each once."""

    accepted: tuple[Accepted, ...]
    key_check: str
    version: int = VERSION

    @classmethod
    def parse(cls, text: str) -> Baseline:
        """From the file's text.

        Raises:
            UsageError: marks of a merge conflict, another key on one of two merged sides, a newer version, or a line
                that is none of ours. No message quotes a line.
        """
        heads: list[tuple[int, str]] = []
        entries: dict[Accepted, set[str | None]] = {}
        for number, line in enumerate(text.splitlines(), 1):
            if line.startswith(_CONFLICT):
                raise UsageError(
                    f"{FILE_NAME}, line {number}: marks of a merge conflict. Keep the lines of both sides and delete "
                    "the marks; order and repeated lines do not matter. With the line "
                    f"'{ATTRIBUTE}' in .gitattributes git does it by itself"
                )
            if not line.strip():
                continue
            try:
                value = json.loads(line)
                if not isinstance(value, dict):
                    raise ValueError
                if _HEAD in value:
                    heads.append((_version(value[_HEAD]), str(value["key"])))
                    continue
                entry = _entry(value, heads[-1][0] if heads else VERSION)
            except (ValueError, TypeError, KeyError):
                raise UsageError(
                    f"{FILE_NAME}, line {number}: not a line of a baseline; take the file from the last commit, or "
                    f"make {_ANEW}"
                ) from None
            entries.setdefault(entry.identity, set()).add(entry.label)
        if not heads:
            raise UsageError(f"{FILE_NAME}: no head, so no baseline; make {_ANEW}")
        if len({check for _, check in heads}) > 1:
            raise UsageError(
                f"{FILE_NAME}: two sides of a merge were made with different keys. Agree on one key, then make {_ANEW}"
            )
        accepted = sorted(map(_settled, entries, entries.values()), key=_order)
        return cls(tuple(accepted), heads[0][1], min(version for version, _ in heads))

    def text(self) -> str:
        """The file's text: one order and one form, so that equal baselines are equal files."""
        lines: list[Mapping[str, Any]] = [{_HEAD: VERSION, "key": self.key_check}]
        lines += [_as_json(entry) for entry in sorted(set(self.accepted), key=_order)]
        return "".join(json.dumps(line, ensure_ascii=True) + "\n" for line in lines)

    def require(self, key: BaselineKey) -> None:
        """Raises UsageError when the file was made with another key."""
        if key.check != self.key_check:
            raise UsageError(
                f"{FILE_NAME} was made with another key than {KEY_VARIABLE} or git config {KEY_SETTING} holds. "
                f"Ask whoever made it for theirs, or make {_ANEW}"
            )

    def accepting(self, files: Iterable[str], mark: str, kind: str, at: tuple[int, ...] = ()) -> Accepted | None:
        """The entry that accepts such a finding; ``files``: the path, and its seal."""
        for file in files:
            for entry in self._by_mark.get((file, mark, kind), ()):
                if len(entry.at) == len(at) and all(abs(a - b) <= _NEAR for a, b in zip(entry.at, at, strict=True)):
                    return entry
        return None

    @cached_property
    def _by_mark(self) -> dict[tuple[str, str, str], list[Accepted]]:
        found: dict[tuple[str, str, str], list[Accepted]] = {}
        for entry in self.accepted:
            found.setdefault((entry.file, entry.mark, entry.kind), []).append(entry)
        return found


def _version(value: object) -> int:
    if not isinstance(value, int) or value < 1:
        raise ValueError
    if value > VERSION:
        raise UsageError(f"{FILE_NAME} has version {value}, made by a newer privacy-audit; this one reads {VERSION}")
    return value


def _entry(value: dict[str, Any], version: int) -> Accepted:
    for older in range(version, VERSION):
        value = _UPGRADES[older](value)
    label = value.get("label")
    mark, kind, file, scanner = (value[name] for name in ("mark", "kind", "file", "scanner"))
    if not all(isinstance(text, str) and text for text in (mark, kind, file, scanner)) or label not in (None, *LABELS):
        raise ValueError
    return Accepted(mark, kind, file, scanner, tuple(map(int, value.get("at", ()))), label)


def _settled(entry: Accepted, labels: set[str | None]) -> Accepted:
    """Two branches that labelled one finding differently: somebody has to look again."""
    given = labels - {None}
    return replace(entry, label=given.pop()) if len(given) == 1 else entry


def _order(entry: Accepted) -> tuple[str, str, str, tuple[int, ...]]:
    return entry.mark, entry.file, entry.kind, entry.at


def _as_json(entry: Accepted) -> dict[str, Any]:
    value: dict[str, Any] = {"mark": entry.mark, "kind": entry.kind, "file": entry.file, "scanner": entry.scanner}
    if entry.at:
        value["at"] = list(entry.at)
    if entry.label:
        value["label"] = entry.label
    return value
