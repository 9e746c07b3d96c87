"""What kind of data a file holds, by its name, and by its first bytes where the name says nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from privacy_audit.sources._codecs import codec_of, opened_plain
from privacy_audit.sources._image_heif import is_heif
from privacy_audit.sources.containers import is_container

__all__ = ["MEDIA_KINDS", "SUFFIXES", "Kind", "kind_of_bytes", "kind_of_name", "suffix_of_bytes"]

Kind = Literal["text", "table", "image", "audio", "video", "other"]
MEDIA_KINDS: tuple[Kind, ...] = ("image", "audio", "video")
"""What may show or let hear a person, and is told of by texts in other files."""

_BY_SUFFIX: dict[str, Kind] = {
    **dict.fromkeys((".jsonl", ".ndjson", ".csv", ".tsv", ".json", ".parquet", ".arrow", ".feather"), "table"),
    **dict.fromkeys(
        (".caption", ".ctm", ".eaf", ".rttm", ".scp", ".stm", ".textgrid"),
        "text",
    ),
    **dict.fromkeys(
        (".txt", ".md", ".rst", ".log", ".srt", ".vtt", ".html", ".htm", ".xml", ".yaml", ".yml", ".lab", ".text"),
        "text",
    ),
    **dict.fromkeys(
        (".jpg", ".jpeg", ".jpe", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif"),
        "image",
    ),
    **dict.fromkeys((".ppm", ".pgm", ".pbm", ".pnm"), "image"),
    **dict.fromkeys(
        (".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".aif", ".aiff", ".au", ".m4a", ".aac", ".wma", ".sph"),
        "audio",
    ),
    **dict.fromkeys((".mp4", ".mkv", ".webm", ".mov", ".avi", ".m4v", ".mpg", ".mpeg"), "video"),
    **dict.fromkeys(
        (".7z", ".rar", ".pdf"),
        "other",
    ),
    **dict.fromkeys((".docx", ".xlsx", ".pptx", ".odt", ".svg", ".npy", ".npz", ".pt", ".pkl", ".h5"), "other"),
}

SUFFIXES: Mapping[str, Kind] = MappingProxyType(_BY_SUFFIX)
"""Last suffix of a plain file, in lower case -> what it holds; ``other`` where this version does not read it."""

_BY_START: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", "image"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    *((start, "image") for start in (b"P4\n", b"P5\n", b"P6\n", b"P5 ", b"P6 ")),
    (b"fLaC", "audio"),
    (b"OggS", "audio"),
    (b"ID3", "audio"),
    (b"\xff\xfb", "audio"),
    (b"FORM", "audio"),
    (b"PAR1", "table"),
    (b"\x1a\x45\xdf\xa3", "video"),
)


_SUFFIX_BY_START = (
    (b"\xff\xd8\xff", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"GIF8", ".gif"),
    (b"II*\x00", ".tif"),
    (b"MM\x00*", ".tif"),
    (b"fLaC", ".flac"),
    (b"OggS", ".ogg"),
    (b"ID3", ".mp3"),
    (b"\xff\xfb", ".mp3"),
)


def suffix_of_bytes(start: bytes) -> str:
    """The usual suffix of a picture or sound that has no name, by its first 16 bytes; empty where they do not tell."""
    if start[:4] == b"RIFF":
        return {b"WAVE": ".wav", b"WEBP": ".webp", b"AVI ": ".avi"}.get(start[8:12], "")
    return next((suffix for mark, suffix in _SUFFIX_BY_START if start.startswith(mark)), "")


def kind_of_name(path: str) -> Kind | Literal["unknown"]:
    """The kind by the last suffix, whatever its case; ``unknown`` without one that is known.

    A packed file is of the kind of what it packs (``rows.jsonl.gz``), a file that holds files ``other``.
    """
    if is_container(path):
        return "other"
    plain = path[: path.rfind(".")] if codec_of(path) else path
    return _BY_SUFFIX.get(os.path.splitext(plain)[1].lower(), "unknown")  # noqa: PTH122 - str in, no Path made


def kind_of_bytes(path: Path) -> Kind:
    """The kind by the first 4 KiB: a known signature, else text when they decode as UTF-8 without control characters.

    Raises:
        OSError: the file cannot be opened.
        UnreadableError: it is packed, and damaged.
    """
    with opened_plain(path, codec_of(path.name)) as file:
        start = file.read(4096)
    if start[:4] == b"RIFF":
        return {b"WAVE": "audio", b"WEBP": "image", b"AVI ": "video"}.get(start[8:12], "other")  # type: ignore[return-value]  # a dict of literals is inferred as str
    for signature, kind in _BY_START:
        if start.startswith(signature):
            return kind
    if start[4:8] == b"ftyp":
        return "image" if is_heif(start) or start[8:12] in (b"avif", b"avis") else "video"
    try:
        text = start.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(start) - 4:  # a character cut by the 4 KiB border is no error
            return "other"
        text = start[: error.start].decode("utf-8")
    return "other" if any(ord(char) < 9 or 13 < ord(char) < 32 for char in text) else "text"
