"""Write the treated cells of a table: texts in place, and files in cells as the files that they are."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from privacy_audit.pipeline.cells import treated_cell
from privacy_audit.pipeline.naming import finder
from privacy_audit.pipeline.toolbox import Toolbox
from privacy_audit.pipeline.treating_columns import TreatedColumns
from privacy_audit.sources.folder import FileEntry
from privacy_audit.sources.json_file import rewrite_json
from privacy_audit.sources.parquet_file import media_columns, rewrite_parquet, without_media
from privacy_audit.sources.parquet_media import is_file_name, merged
from privacy_audit.sources.text_file import rewrite_csv, rewrite_jsonl
from privacy_audit.types import Detection, PathRecord, Record, TextRecord, Unscanned

__all__ = ["places_with_personal_keys", "rows_of", "write_table"]

_KEY = re.compile(r"((?:#row=\d+)?)[#&]key=\d+")
"""Behind a file's URI: a key of a JSON object, in a row or in a document."""
_ROWS = re.compile(r"#row=(\d+)(?:-(\d*))?")


def write_table(
    toolbox: Toolbox,
    entry: FileEntry,
    apply: Callable[[Record], Record],
    columns: TreatedColumns,
    held_back: Sequence[str],
    destination: Path,
    treat_cell: Callable[[FileEntry, Path], None],
    lost_rows: Collection[int],
) -> None:
    """``apply`` treats one text, ``treat_cell`` writes the treated file of a cell to its second argument.

    Rows of JSON Lines ``held_back``, by URI, and ``lost_rows`` of Parquet are not written. Raises UnreadableError.
    """
    limits, finds = toolbox.recipe.limits, finder(toolbox)
    suffix = entry.path.suffix.lower()
    media = media_columns(entry.path, finds) if suffix == ".parquet" else {}

    def cell(fragment: str, text: str) -> str:
        new = columns.cell(fragment, text)
        if new is not None:
            return new
        record_class = PathRecord if media and is_file_name(fragment, media.values()) else TextRecord
        treated = apply(record_class(f"{entry.uri}#{fragment}", text))
        assert isinstance(treated, PathRecord | TextRecord)  # noqa: S101 - operators return the class they were given
        return treated.text

    if suffix == ".json":
        rewrite_json(entry.path, destination, cell, max_bytes=limits.max_text_bytes, finds=finds)
    elif suffix in (".jsonl", ".ndjson"):
        rows = {int(uri.rpartition("=")[2]) for uri in held_back}
        rewrite_jsonl(entry.path, destination, cell, max_line_bytes=limits.max_line_bytes, finds=finds, leave_out=rows)
    elif suffix == ".parquet":
        if not media:
            n_bytes = limits.max_line_bytes
            rewrite_parquet(entry.path, destination, cell, max_row_bytes=n_bytes, finds=finds, leave_out=lost_rows)
            return
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=destination.parent) as folder:
            beside, texts = Path(folder) / "beside.parquet", Path(folder) / "texts.parquet"
            without_media(entry.path, beside)
            rewrite_parquet(beside, texts, cell, max_row_bytes=limits.max_line_bytes, finds=finds)
            merged(entry.path, texts, destination, media, lambda file: treated_cell(entry, file, treat_cell), lost_rows)
    else:
        rewrite_csv(entry.path, destination, cell, max_field_bytes=limits.max_line_bytes, finds=finds)


def rows_of(lost: Sequence[Unscanned]) -> set[int]:
    """Numbers of the rows that could not be read; ``row=7-9`` are three."""
    rows: set[int] = set()
    for match in (_ROWS.search(outcome.record_uri) for outcome in lost):
        if match and not match.group().endswith("-"):
            rows.update(range(int(match[1]), int(match[2] or match[1]) + 1))
    return rows


def places_with_personal_keys(entry: FileEntry, found: Mapping[str, Sequence[Detection]]) -> list[str]:
    """URIs of the rows, or of the document, that cannot be treated because a key holds what should be."""
    keys = (_KEY.fullmatch(uri[len(entry.uri) :]) for uri in found)
    return list(dict.fromkeys(entry.uri + key[1] for key in keys if key))
