"""Keyed fingerprints and masked previews.

An unsalted hash of a phone number is reversed by trying all of them in minutes, so a fingerprint is
always HMAC-SHA256 under a key that is not written beside it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import string
import unicodedata

from privacy_audit.errors import UsageError

__all__ = ["KEY_VARIABLE", "Fingerprinter", "mask", "normalise"]

KEY_VARIABLE = "PRIVACY_AUDIT_KEY"
"""Environment variable with the key; without it every run draws its own and runs cannot be compared."""

_MIN_KEY_BYTES = 16
_KEPT_BY_MASK = frozenset(string.punctuation + " ")
_DIGEST_CHARS = 32  # 128 bits: no collision among the findings of any real dataset


def normalise(value: str) -> str:
    """Case, accents' encoding, spaces and separators out of the way, so that one value has one fingerprint."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold())
    # marks are kept: in Hindi or Thai they are the vowels, and names differ by nothing else
    kept = (char for char in folded if char.isalnum() or char in "@+" or unicodedata.category(char)[0] == "M")
    return unicodedata.normalize("NFKC", "".join(kept))


class Fingerprinter:
    """HMAC-SHA256 of normalised values under one key. The key shows in no ``repr`` and no pickle of a report."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        if len(key) < _MIN_KEY_BYTES:
            raise ValueError(f"the fingerprint key needs at least {_MIN_KEY_BYTES} bytes")
        self._key = key

    @classmethod
    def from_environment(cls, otherwise: bytes | None = None) -> Fingerprinter:
        """Key from ``PRIVACY_AUDIT_KEY``, else the one given, else one drawn for this run only.

        Raises:
            UsageError: the key is shorter than 16 bytes.
        """
        value = os.environ.get(KEY_VARIABLE, "").encode()
        if value and len(value) < _MIN_KEY_BYTES:
            raise UsageError(f"{KEY_VARIABLE}: {len(value)} bytes, expected at least {_MIN_KEY_BYTES}")
        return cls(value or otherwise or secrets.token_bytes(32))

    def of_text(self, entity_type: str, value: str) -> str:
        """Fingerprint of a text value; the entity type is part of it."""
        return self._digest(entity_type, normalise(value).encode())

    def of_bytes(self, entity_type: str, value: bytes) -> str:
        """Fingerprint of exact bytes, such as the pixels in a box. It is not a biometric template."""
        return self._digest(entity_type, value)

    def _digest(self, entity_type: str, value: bytes) -> str:
        message = entity_type.encode() + b"\x00" + value
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()[:_DIGEST_CHARS]

    def __repr__(self) -> str:
        return "Fingerprinter(key=hidden)"


def mask(value: str) -> str:
    """A preview that cannot be read back: numbers as ``9``, ASCII marks as they are, all else ``x``; 12 characters."""
    shape = ["9" if char.isnumeric() else char if char in _KEPT_BY_MASK else "x" for char in value[:12]]
    return "".join(shape) + ("…" if len(value) > 12 else "")
