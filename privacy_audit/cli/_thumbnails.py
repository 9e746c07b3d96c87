"""Pictures of a finished audit, read again so that the report can show where faces stand in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from privacy_audit.report._thumbnails import Thumbnail
    from privacy_audit.types import BoundingBox

__all__ = ["MAX_THUMBNAILS", "read_thumbnails"]

MAX_THUMBNAILS = 24


def read_thumbnails(data: Path, lines: Iterable[Mapping[str, Any]]) -> list[Thumbnail]:
    """The first pictures with faces, as coarse mosaics. A file that is gone, or cannot be read, has none.

    Raises:
        UsageError: ``data`` is no folder, or holds none of the pictures.
    """
    from privacy_audit.cli._finished import file_of_data
    from privacy_audit.errors import UnreadableError, UsageError
    from privacy_audit.legal.exposure import file_of
    from privacy_audit.report._thumbnails import thumbnail
    from privacy_audit.sources.image_file import read_images
    from privacy_audit.types import BoundingBox

    faces: dict[str, list[BoundingBox]] = defaultdict(list)
    for line in lines:
        place = line["location"]
        uri = line["record_uri"]
        if line["entity_type"] == "FACE" and place["kind"] == "bounding_box" and file_of(uri) == uri:
            faces[uri].append(BoundingBox(place["x_min"], place["y_min"], place["x_max"], place["y_max"]))
    found: list[Thumbnail] = []
    for uri, boxes in faces.items():
        path = file_of_data(data, uri) if len(found) < MAX_THUMBNAILS else None
        if path is None:
            continue
        try:
            record = next(iter(read_images(path, uri)))
        except (UnreadableError, OSError):
            continue
        if record.pixels.size:
            found.append(thumbnail(uri, record.pixels, boxes))
    if faces and not found:
        raise UsageError(f"--thumbnails: {data}: holds none of the pictures of this audit; give the scanned folder")
    return found
