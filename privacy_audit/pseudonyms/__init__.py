"""One value, one stand-in, for a whole run: everything keyed that the operators draw comes from here.

All is HMAC-SHA256 of the purpose and the normalised value under one key. Processes need to share nothing but the key,
and whoever lacks it cannot try all phone numbers until one fits. Who has it can: pseudonymised data stay personal data
(GDPR Art. 4(5)) and the key is what undoes them. Deleting the only copy of the key cannot be undone.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from privacy_audit.errors import UsageError
from privacy_audit.fingerprint import normalise
from privacy_audit.pseudonyms.names import PERSON_TYPES, person

__all__ = ["LABEL_DIGITS", "Pseudonyms", "identity"]

LABEL_DIGITS = 12
"""Hexadecimal digits of a pseudonym: two of n values share one with probability n(n-1) / 2 / 16**digits at most.
That is 1.8e-7 for 10,000 people and 1 in 560 for a million. With 4 digits 10,000 people would share 760 times."""

_KEY_BYTES = 32
_PHONE_DIGITS = 9  # with and without the country's code, a number has these in common
_T = TypeVar("_T")


class Pseudonyms:
    """Keyed draws. ``kept`` says whether the key lies in a file. The key shows in no ``repr``."""

    __slots__ = ("_key", "kept")

    def __init__(self, key: bytes, *, kept: bool = False) -> None:
        if len(key) < _KEY_BYTES:
            raise ValueError(f"the key needs at least {_KEY_BYTES} bytes")
        self._key, self.kept = key, kept

    @classmethod
    def drawn(cls) -> Pseudonyms:
        """Under a new key that is written nowhere: gone with the run, which nobody can repeat."""
        return cls(secrets.token_bytes(_KEY_BYTES))

    @classmethod
    def from_file(cls, path: Path) -> Pseudonyms:
        """Under the key in this file, which is made where it is missing, for its owner only (rights 0600).

        Raises:
            UsageError: others may read or write it, it holds no key, or it cannot be read or made.
        """
        try:
            if not os.path.lexists(path):
                _write_key(path)
            with path.open("rb") as file:
                rights = os.fstat(file.fileno()).st_mode
                text = file.read(1024).strip() if stat.S_ISREG(rights) else b""
        except OSError as error:
            raise UsageError(f"{path}: the key file cannot be used ({error.strerror})") from None
        if os.name == "posix" and rights & 0o077:
            raise UsageError(
                f"{path}: others may use this key (rights {stat.S_IMODE(rights):04o}, expected 0600). "
                f"If it is still a secret: chmod 600 {path}"
            )
        try:
            return cls(bytes.fromhex(text.decode("ascii")), kept=True)
        except ValueError:
            raise UsageError(
                f"{path}: holds no key; expected {2 * _KEY_BYTES} hexadecimal digits. Give a name that is free, and a "
                "key is made"
            ) from None

    def digest(self, purpose: str, value: str) -> bytes:
        """32 bytes for this value and purpose."""
        message = purpose.encode() + b"\x00" + value.encode("utf-8", "surrogatepass")
        return hmac.new(self._key, message, hashlib.sha256).digest()

    def number(self, purpose: str, value: str, below: int) -> int:
        """A whole number from 0 to ``below`` - 1. ``below`` is far under 2**256, so none is likelier than another."""
        return int.from_bytes(self.digest(purpose, value), "big") % below

    def uniform(self, purpose: str, value: str, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        return low + (high - low) * self.number(purpose, value, 2**53) / 2**53

    def next_of(self, purpose: str, items: tuple[_T, ...]) -> dict[_T, _T]:
        """Each item with another one of them, and no two with the same: a keyed cycle through all."""
        return _cycle(self._key, purpose, items)

    def label(self, entity_type: str, value: str, digits: int = LABEL_DIGITS) -> str:
        """``PERSON_7f3a91c204be``: the same for every spelling of one value, and fit for a path."""
        return f"{entity_type}_{self.digest(entity_type, identity(entity_type, value)).hex()[:digits]}"

    def __repr__(self) -> str:
        return "Pseudonyms(key=hidden)"


def identity(entity_type: str, value: str) -> str:
    """What all spellings of one value have in common: of people see :func:`names.person`, of phones the last digits."""
    if entity_type in PERSON_TYPES and (name := person(value)):
        return name
    if entity_type == "PHONE_NUMBER":
        digits = "".join(filter(str.isdigit, normalise(value)))
        if len(digits) >= _PHONE_DIGITS:
            return digits[-_PHONE_DIGITS:]
    return normalise(value) or value


@lru_cache(maxsize=16)
def _cycle(key: bytes, purpose: str, items: tuple[_T, ...]) -> dict[_T, _T]:
    own = Pseudonyms(key)
    order = sorted(range(len(items)), key=lambda index: own.digest(purpose, str(index)))
    return {items[index]: items[after] for index, after in zip(order, order[1:] + order[:1], strict=True)}


def _write_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_KEY_BYTES) + "\n")
