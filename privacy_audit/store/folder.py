"""The folder of an audit: what may lie in it, which run may write there, and which segment its report was made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from privacy_audit.errors import OutputError
from privacy_audit.store.files import UNFINISHED, atomic_writer, remove_unfinished
from privacy_audit.store.lock import held_lock

__all__ = ["AuditFolder", "finished_segment"]

_STORE = ".store"
_FINISHED = "finished.json"
_PAGE = "report.html"  # may be rendered again in another language
_OPTIONAL = "links.jsonl"  # where the recipe asks what lies in several files
_CHECKED = ("report.json", "findings.jsonl", "coverage.jsonl", _OPTIONAL)
_OLD_PARTS = ".parts"
_OWN = frozenset({*_CHECKED, _PAGE, _STORE, _OLD_PARTS})


class AuditFolder:
    """Where one scan writes, held by one run at a time, in a ``with`` block.

    ``store`` is the folder of segments: what was read is kept there and spares a later run the same work.

    Raises:
        OutputError: the folder cannot be made, holds something other than an earlier audit, or another run is in it.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.store = path, path / _STORE
        self.html = path / _PAGE
        self.json, self.findings, self.coverage, self.links = (path / name for name in _CHECKED)
        try:
            path.mkdir(parents=True, exist_ok=True)
            held = {child.name for child in path.iterdir()}
            strangers = sorted(name for name in held - _OWN if not name.startswith(UNFINISHED))
            if strangers:
                raise OutputError(
                    f"{path}: holds other things ({len(strangers)} entries); choose an empty folder with -o"
                )
            self.store.mkdir(exist_ok=True)
            self._lock = held_lock(self.store / "lock", path)
        except OSError as error:
            raise OutputError(f"{path}: cannot be used as output folder ({error.strerror})") from None
        for folder in (path, self.store):
            remove_unfinished(folder)
        for part in (path / _OLD_PARTS).glob("*"):  # of a version before this one
            part.unlink(missing_ok=True)
        if (path / _OLD_PARTS).is_dir():
            (path / _OLD_PARTS).rmdir()

    def __enter__(self) -> AuditFolder:
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.close()

    def finish(self, segment: Path, replaced: Sequence[Path], added_by: str = "") -> None:
        """The report is written, and was made of this segment; those that it replaces are removed.

        ``added_by`` tells the code that added the report up.
        """
        value = {"segment": segment.name, "added_by": added_by, **_digests(self.path)}
        with atomic_writer(self.store / _FINISHED) as temporary:
            temporary.write_text(json.dumps(value) + "\n", encoding="ascii")
        for path in replaced:
            if path != segment:
                path.unlink(missing_ok=True)


def finished_segment(path: Path, added_by: str | None = None) -> Path | None:
    """The segment that the reports in an audit's folder were made of; None where there is none, or they were edited.

    With ``added_by`` also where another code has added them up.
    """
    try:
        value: Mapping[str, Any] = json.loads((path / _STORE / _FINISHED).read_text(encoding="ascii"))
        segment, by = path / _STORE / str(value["segment"]), value["added_by"]
        same = value == {"segment": segment.name, "added_by": by, **_digests(path)}
        return segment if segment.is_file() and same and added_by in (None, by) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _digests(path: Path) -> dict[str, str]:
    found = {}
    for name in _CHECKED:
        if name == _OPTIONAL and not (path / name).is_file():
            continue
        with (path / name).open("rb") as file:
            found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found
