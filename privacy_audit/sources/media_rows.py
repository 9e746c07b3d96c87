"""Rows of a table that tell of a picture, recording or video: the column of paths, and what stands beside it.

``metadata.csv`` and ``metadata.jsonl`` with ``file_name`` (ImageFolder and AudioFolder of Hugging Face), the ``.tsv``
of Common Voice with ``path``, and other tables with such a column.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from urllib.parse import parse_qs

from privacy_audit.errors import UnreadableError
from privacy_audit.sources.text_file import BadRow, iter_csv, iter_jsonl
from privacy_audit.types import Reason, TextRecord

__all__ = ["TEXT_COLUMNS", "media_rows"]

TEXT_COLUMNS = frozenset("sentence text transcript transcription transcript_text normalized_text words".split())
"""What is said in a recording."""
_PATH_COLUMNS = frozenset(
    """
    path file filename file_name file_path audio audio_path audio_file wav wav_filename clip image image_path
    image_file image_name img img_path picture photo video video_path
    """.split()
)
_TRIED_ROWS = 20
_MAX_ROWS = 1_000_000


def media_rows(path: Path, max_bytes: int) -> Iterator[tuple[int, list[str], dict[str, str]]]:
    """(row as in URIs, paths of media, other cells by column in lower case); nothing of a table without such paths.

    Raises:
        UnreadableError: as the reader of the table; TOO_LARGE for one of paths with more bytes, or a million rows.
    """
    met = False
    is_tsv = path.suffix.lower() == ".tsv"  # VoxPopuli names its recordings so; elsewhere an id is that of a row
    for row, cells in _rows(path, max_bytes):
        paths = [cells.pop(column) for column in list(cells) if _is_path(column) or (column == "id" and is_tsv)]
        if not paths:
            if not met and row >= _TRIED_ROWS:
                return
            continue
        if not met and path.stat().st_size > max_bytes:
            raise UnreadableError(Reason.TOO_LARGE, f"more than {max_bytes} bytes")
        if row >= _MAX_ROWS:
            raise UnreadableError(Reason.TOO_LARGE, f"more than {_MAX_ROWS} rows")
        met = True
        yield row, paths, cells


def _is_path(column: str) -> bool:
    """Also ``mask_file_name``, and ``file_names.0`` in a list."""
    return column in _PATH_COLUMNS or column.endswith("_file_name") or column.partition(".")[0].endswith("file_names")


def _rows(path: Path, max_bytes: int) -> Iterator[tuple[int, dict[str, str]]]:
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        cells: Iterator[TextRecord | BadRow] = iter_jsonl(path, "", max_line_bytes=max_bytes)
    else:
        cells = iter_csv(path, "", max_field_bytes=max_bytes)
    read = ((parse_qs(cell.uri[1:]), cell.text) for cell in cells if isinstance(cell, TextRecord))
    placed = ((int(place["row"][0]), place["column"][0], text) for place, text in read if {"row", "column"} <= {*place})
    for row, group in groupby(placed, lambda cell: cell[0]):
        yield row, {column.lower(): text for _, column, text in group}
