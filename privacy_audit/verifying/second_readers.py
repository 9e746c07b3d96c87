"""Metadata of the copy as another library sees them than the one that took them out."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any

from privacy_audit.sources.folder import FileEntry
from privacy_audit.verifying.values import Check, not_tested, settled

__all__ = ["second_reading_of_metadata"]

_HARMLESS = frozenset(
    """
    icc_profile dpi jfif jfif_version jfif_unit jfif_density progressive progression gamma chromaticity srgb
    transparency interlace loop duration background version extension compression adobe adobe_transform disposal
    timestamp bbox blend default_image resolution orientation quality bit_depth photometric aspect sizes
    """.split()
)  # fmt: skip
"""Keys of Pillow's ``Image.info`` that describe the coding and no person."""
_ORIENTATION = 0x0112
_STRUCTURE = frozenset(range(0x0100, 0x0112)) | frozenset(range(0x0113, 0x0131)) - {0x010D, 0x010E, 0x010F, 0x0110}
"""TIFF tags below 0x0131 that lay out the pixels; names, descriptions and devices (0x010D to 0x0110) are none."""
_SOUND_TAGS = ("title", "artist", "album", "comment", "copyright", "software", "date", "genre", "license")


def second_reading_of_metadata(copies: Iterable[FileEntry]) -> Check:
    """Pictures by Pillow, recordings by libsndfile: our own treatment reads and writes the blocks of a file itself."""
    n_files = n_left = 0
    for entry in copies:
        read = {"image": _picture_tags, "audio": _sound_tags}.get(entry.kind)
        if read is None:
            continue
        try:
            left = read(entry)
        except Exception:  # noqa: S112 - a format that the second reader does not know says nothing
            continue
        n_files, n_left = n_files + 1, n_left + bool(left)
    if not n_files:
        return not_tested("second_reading_of_metadata", "linkage", "no_media")
    return settled("second_reading_of_metadata", "linkage", n_left > 0, files=n_files, left=n_left)


def _picture_tags(entry: FileEntry) -> int:
    from PIL import Image

    with warnings.catch_warnings(), Image.open(entry.path) as picture:
        warnings.simplefilter("ignore")  # a warning would quote the file
        tags = {tag for tag in picture.getexif() if tag != _ORIENTATION}
        if picture.format == "TIFF":
            tags -= _STRUCTURE
        told = {str(key).lower() for key, value in picture.info.items() if value not in (None, b"", "")}
        return len(tags) + len(told - _HARMLESS - {"exif"})


def _sound_tags(entry: FileEntry) -> int:
    import soundfile

    with soundfile.SoundFile(entry.path) as sound:
        told: list[Any] = [getattr(sound, name, "") for name in _SOUND_TAGS]
        # libsndfile writes its own name into files that it makes
        return sum(bool(value) and "libsndfile" not in str(value) for value in told)
