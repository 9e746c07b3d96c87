"""Encrypted values in their places, to be read again with the key: presidio-anonymizer's ``encrypt``."""

from __future__ import annotations

import re

from privacy_audit.anonymizers._text import TextOperator
from privacy_audit.errors import UsageError
from privacy_audit.pseudonyms import Pseudonyms
from privacy_audit.pseudonyms.surrogates import Place
from privacy_audit.types import Effect

__all__ = ["TextEncrypt", "decrypted"]

_MARK = re.compile(r"<[A-Z][A-Z_]*=(?P<cipher>[A-Za-z0-9_-]{42,}={0,2})>")


class TextEncrypt(TextOperator):
    """``<PERSON=c2Vjcm...>``: AES-256 in CBC mode with a random start, its key derived from ``--key-file``."""

    name = "text_encrypt"
    summary = "Encrypts each value in its place; the holder of the key file can read it again."
    effect = Effect.PSEUDONYMISED
    needs_kept_key = True
    attacks = (
        "Whoever holds the key reads everything.",
        "The length tells the length of the value to 16 bytes, and nothing tells whether the text was changed since.",
    )

    def replacement(self, place: Place) -> str:
        """The kind and the encrypted value."""
        from presidio_anonymizer.operators import Encrypt

        cipher = Encrypt().operate(place.value, {"key": _key(self.pseudonyms)})
        return f"{place.entity_type}={cipher}" if place.in_path else f"<{place.entity_type}={cipher}>"


def decrypted(text: str, pseudonyms: Pseudonyms) -> str:
    """The text with every encrypted value read again.

    Raises:
        UsageError: another key was used, or the text was changed.
    """
    from presidio_anonymizer.operators import Decrypt

    key = _key(pseudonyms)

    def read(match: re.Match[str]) -> str:
        try:
            return str(Decrypt().operate(match["cipher"], {"key": key}))
        except ValueError:
            raise UsageError("a value was encrypted with another key, or was changed since") from None

    return _MARK.sub(read, text)


def _key(pseudonyms: Pseudonyms) -> bytes:
    return pseudonyms.digest("encrypt", "")
