"""How a text file is encoded, by its byte-order mark alone: nothing is guessed."""

from __future__ import annotations

import codecs
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from privacy_audit.errors import UnreadableError
from privacy_audit.types import Reason

__all__ = ["Encoding", "has_lone_surrogate", "open_checked"]


@dataclass(frozen=True, slots=True)
class Encoding:
    """Codec name and the mark that stands before the text."""

    codec: str
    mark: bytes


# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKED = (
    Encoding("utf-32-le", codecs.BOM_UTF32_LE),
    Encoding("utf-32-be", codecs.BOM_UTF32_BE),
    Encoding("utf-8", codecs.BOM_UTF8),
    Encoding("utf-16-le", codecs.BOM_UTF16_LE),
    Encoding("utf-16-be", codecs.BOM_UTF16_BE),
)


def open_checked(path: Path) -> tuple[BinaryIO, Encoding]:
    """The file, placed behind its mark, and its encoding: UTF-8 without one.

    Raises:
        UnreadableError: the file is empty, not there or not permitted.
    """
    try:
        file = path.open("rb")
    except PermissionError:
        raise UnreadableError(Reason.NOT_PERMITTED, "no permission to read it") from None
    except OSError as error:
        raise UnreadableError(Reason.CORRUPT, f"cannot be opened ({error.strerror or 'unknown error'})") from None
    size_bytes = os.fstat(file.fileno()).st_size
    start = file.read(4)
    encoding = next((known for known in _MARKED if start.startswith(known.mark)), Encoding("utf-8", b""))
    if size_bytes <= len(encoding.mark):
        file.close()
        raise UnreadableError(Reason.EMPTY, "the file is empty")
    file.seek(len(encoding.mark))
    return file, encoding


def has_lone_surrogate(text: str) -> bool:
    """True for half a character, which JSON's escapes can spell and no encoding can hold."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
