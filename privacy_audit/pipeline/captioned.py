"""Pictures, recordings and videos with what is written of them in other files: one record group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.recipe import Limits
from privacy_audit.sources.captions import captions_of, rows_about, rows_naming
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.kinds import MEDIA_KINDS, kind_of_name
from privacy_audit.types import AudioRecord, ImageRecord, Record, TextRecord, Unscanned, VideoRecord

__all__ = ["rows_about_erased", "rows_about_erased_members", "with_captions"]


def with_captions(
    limits: Limits, entry: FileEntry, records: Iterable[Record | Unscanned]
) -> Iterator[Record | Unscanned]:
    """The records, and behind the first that could be read the texts that tell of it, as ``a.jpg#caption=0``.

    They are found in their own file too, and treated there.
    """
    is_told = entry.kind not in MEDIA_KINDS
    for record in records:
        yield record
        if not is_told and isinstance(record, ImageRecord | AudioRecord | VideoRecord):
            is_told = True
            for number, text in enumerate(captions_of(entry.path, entry.kind, entry.depth, limits.max_text_bytes)):
                yield TextRecord(f"{entry.uri}#caption={number}", text)


def rows_about_erased(toolbox: Toolbox, entries: Sequence[FileEntry]) -> Iterator[tuple[FileEntry, int, str]]:
    """Rows of tables that tell of a picture, recording or video that the erase list leaves out: they go with it.

    The table, the row, and the kind of personal data that the file is left out for.
    """
    tables = {entry.path: entry for entry in entries if entry.kind == "table"}
    for entry in entries if tables else ():
        if entry.kind in MEDIA_KINDS and toolbox.erase.leaves_out(entry.uri) and not entry.remote:
            for path, row in rows_about(entry.path, entry.depth, toolbox.recipe.limits.max_text_bytes):
                if path in tables:
                    yield tables[path], row, toolbox.erase.files[entry.uri]


def rows_about_erased_members(
    toolbox: Toolbox, table: FileEntry, erased: Mapping[str, str]
) -> Iterator[tuple[FileEntry, int, str]]:
    """The same of one table in a container. ``erased``: name in there of a member left out -> its address."""
    if table.kind != "table" or table.problem or not erased:
        return
    root = table.path.parents[len(PurePosixPath(table.member).parts) - 1]
    names = {root / name: uri for name, uri in erased.items() if kind_of_name(name) in MEDIA_KINDS}
    for row, path in rows_naming(table.path, names, toolbox.recipe.limits.max_text_bytes):
        yield table, row, toolbox.erase.files[names[path]]
