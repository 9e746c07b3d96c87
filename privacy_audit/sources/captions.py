"""What is written of a picture, recording or video beside it, read together with it.

``a.jpg`` has ``a.txt``, ``a.caption`` or ``a.json`` beside it or in a folder beside its own, a row in a table with a
column of paths (:mod:`media_rows`), or captions and other texts in a COCO document. A recording has rows only: what
is said in it is :mod:`transcripts.beside`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

from privacy_audit.errors import UnreadableError
from privacy_audit.sources._annotations import coco_texts, is_yolo, texts_in
from privacy_audit.sources._media_index import MediaIndex, Told, parts_of
from privacy_audit.sources.media_rows import TEXT_COLUMNS, media_rows
from privacy_audit.sources.text_file import read_text
from privacy_audit.sources.transcripts._listing import (
    MAX_TABLES,
    PLAIN,
    TABLES,
    folders_of,
    is_plain_file,
    listing,
    lists,
    of_this_name,
    stamp,
)

__all__ = ["captions_of", "rows_about", "rows_naming"]

_MAX_TEXTS = 256
_MAX_CHARS = 10_000  # longer ones are no captions but pictures in letters (labelme)
_SPLIT = re.compile(r"(?<![a-z])(train|val|test|dev)")


def captions_of(path: Path, kind: str, n_folders_up: int, max_bytes: int) -> list[str]:
    """The texts that tell of a file of this kind (image, audio, video), each once, the first 256.

    ``n_folders_up``: how many folders above its own lie in what is scanned; nothing above is opened. What cannot be
    read, or has more than ``max_bytes``, tells nothing here: its own turn says why.
    """
    return list(islice(dict.fromkeys(_texts(path, kind, n_folders_up, max_bytes)), _MAX_TEXTS))


def rows_about(path: Path, n_folders_up: int, max_bytes: int) -> Iterator[tuple[Path, int]]:
    """(table, row) of every row that tells of a file."""
    for table, told in _listed(path, n_folders_up, max_bytes):
        if told.row >= 0:
            yield table, told.row


def rows_naming(table: Path, files: Iterable[Path], max_bytes: int) -> Iterator[tuple[int, Path]]:
    """(row, file) of every row of one table that tells of one of the files, which need not be there."""
    if table.suffix.lower() in TABLES:
        told = _rows_of(table, stamp(table), max_bytes)
        for file in files:
            if file.is_relative_to(table.parent):
                rows = told.about(file.stem.casefold())
                yield from ((item.row, file) for item in rows if _is_of(item.path, file, table.parent))


def _texts(path: Path, kind: str, n_folders_up: int, max_bytes: int) -> Iterator[str]:
    own = _of_this_file(path, n_folders_up, max_bytes) if kind == "image" else ()
    listed = (
        text
        for _, told in _listed(path, n_folders_up, max_bytes)
        for column, text in told.texts.items()
        if kind == "image" or column not in TEXT_COLUMNS
    )
    for text in (*own, *listed):
        if text.strip() and len(text) <= _MAX_CHARS:
            yield text


def _of_this_file(path: Path, n_folders_up: int, max_bytes: int) -> Iterator[str]:
    for beside in of_this_name(path, n_folders_up):
        suffix = beside.suffix.lower()
        if suffix not in (*PLAIN, ".json") or not is_plain_file(beside):
            continue
        try:
            text = read_text(beside, "", max_bytes=max_bytes).text
            if suffix == ".json":
                yield from texts_in(json.loads(text))
            elif not is_yolo(text):
                yield text
        except (UnreadableError, OSError, ValueError, RecursionError):
            continue


def _listed(path: Path, n_folders_up: int, max_bytes: int) -> Iterator[tuple[Path, Told]]:
    stem = path.stem.casefold()
    for table in lists(path, n_folders_up):
        if table.suffix.lower() in TABLES:
            for told in _rows_of(table, stamp(table), max_bytes).about(stem):
                if _is_of(told.path, path, table.parent):
                    yield table, told
    for folder in folders_of(path, n_folders_up):
        inner = (folder / name for name in listing(folder).folders)
        for holder in (folder, *(other for other in inner if other != path.parent)):
            for name in listing(holder).documents:
                document = holder / name
                for told in _images_of(document, stamp(document), max_bytes).about(stem):
                    if _is_of(told.path, path, folder) and not _is_of_another_split(document, path, folder):
                        yield document, told


@lru_cache(maxsize=2 * MAX_TABLES)
def _rows_of(path: Path, stamp: int, max_bytes: int) -> MediaIndex:
    """The rows of a table that tell of media."""

    def told() -> Iterator[Told]:
        for row, media, texts in media_rows(path, max_bytes):
            yield from (Told(name, row, texts) for name in dict.fromkeys(media))

    try:
        return MediaIndex(told()) if is_plain_file(path) else MediaIndex()
    except (UnreadableError, OSError):
        return MediaIndex()


@lru_cache(maxsize=64)
def _images_of(path: Path, stamp: int, max_bytes: int) -> MediaIndex:
    """The images of a COCO document."""

    def told() -> Iterator[Told]:
        for name, texts in coco_texts(read_text(path, "", max_bytes=max_bytes).text):
            yield Told(name, -1, {str(number): text for number, text in enumerate(texts)})

    try:
        return MediaIndex(told()) if is_plain_file(path) else MediaIndex()
    except (UnreadableError, OSError):
        return MediaIndex()


def _is_of(name: str, path: Path, folder: Path) -> bool:
    """Whether a path in a table means this file: one is the tail of the other, up to the folder of the table."""
    told, own = parts_of(name), list(path.relative_to(folder).parts)
    if told[-1] == path.stem:  # Common Voice leaves the suffix away
        own[-1] = path.stem
    n_parts = min(len(told), len(own))
    return told[-n_parts:] == own[-n_parts:]


def _is_of_another_split(document: Path, path: Path, folder: Path) -> bool:
    """``captions_val.json`` tells nothing of ``train/0001.jpg``, whatever the names of the files."""
    told = set(_SPLIT.findall(document.stem.lower()))
    own = set(_SPLIT.findall(path.parent.relative_to(folder).as_posix().lower()))
    return bool(told and own) and not told & own
