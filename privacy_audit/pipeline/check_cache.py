"""What a check found in a content, kept so that the next commit does not scan it again.

An entry is named by a hash of the content, the path, the recipe and everything installed, and holds places, kinds and
marks: no value. Entries that cannot be read are as if they were not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from privacy_audit import __version__

__all__ = ["CheckCache", "installed_stamp"]

_MAX_PER_FOLDER = 64  # of 256 folders: 16,384 entries of a few hundred bytes


class CheckCache:
    """A folder of entries; safe to share between processes, since every entry is written whole under its own name.

    ``settings``: whatever the result depends on beside path and content.
    """

    def __init__(self, folder: Path, settings: str) -> None:
        self._folder = folder / "check"
        self._settings = hashlib.sha256(f"{installed_stamp()}\0{settings}".encode(errors="surrogateescape")).digest()

    @classmethod
    def of_user(cls, settings: str) -> CheckCache:
        """In ``$XDG_CACHE_HOME/privacy-audit``, for files outside a repository."""
        base = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
        return cls(Path(base) / "privacy-audit", settings)

    def read(self, path: str, content: str) -> dict[str, Any] | None:
        """The entry of a path and the name of its content, or None."""
        try:
            found = json.loads(self._file(path, content).read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def write(self, path: str, content: str, entry: dict[str, Any]) -> None:
        """Keep an entry; a folder that cannot be written to keeps none."""
        file = self._file(path, content)
        with contextlib.suppress(OSError):
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, written = tempfile.mkstemp(dir=file.parent, prefix=".new-")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as stream:
                    json.dump(entry, stream)
                Path(written).replace(file)
            except BaseException:
                Path(written).unlink(missing_ok=True)
                raise
            _prune(file.parent)

    def _file(self, path: str, content: str) -> Path:
        name = hashlib.sha256(self._settings + f"{path}\0{content}".encode(errors="surrogateescape")).hexdigest()
        return self._folder / name[:2] / name[2:]


def installed_stamp() -> str:
    """Changes with the version, with any file of this package and with whatever is installed beside it."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256(f"{__version__} {sys.version}".encode())
    for folder in sorted({*filter(_is_site, sys.path)}):
        digest.update(f"\0{folder}\0{_modified_ns(folder)}".encode(errors="surrogateescape"))
    pending = [str(package)]
    while pending:
        with os.scandir(pending.pop()) as listed:
            for item in sorted(listed, key=lambda item: item.name):
                if item.is_dir():
                    if item.name != "__pycache__":
                        pending.append(item.path)
                else:
                    digest.update(f"\0{item.path}\0{item.stat().st_mtime_ns}".encode(errors="surrogateescape"))
    return digest.hexdigest()


def _is_site(folder: str) -> bool:
    return folder.endswith(("site-packages", "dist-packages"))


def _modified_ns(folder: str) -> int:
    try:
        return Path(folder).stat().st_mtime_ns
    except OSError:
        return 0


def _prune(folder: Path) -> None:
    """Leave the newest entries; another process may be doing the same."""
    with os.scandir(folder) as listed:
        names = [item.path for item in listed]
    if len(names) > _MAX_PER_FOLDER:
        by_age = sorted(names, key=_modified_ns)
        for name in by_age[: len(names) - _MAX_PER_FOLDER]:
            Path(name).unlink(missing_ok=True)
