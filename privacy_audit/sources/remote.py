"""Files behind URLs (``s3://``, ``gs://``, ``az://``, ``hf://``, ``memory://``) by fsspec: listed, fetched, put.

The network is used for a URL that the user gave, and for nothing else. Credentials come from where the libraries of
each store look for them; no message here shows one.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from privacy_audit.errors import MissingDependencyError, OutputError, UnreadableError, UsageError
from privacy_audit.recipe import Limits
from privacy_audit.sources.folder import OWN_FOLDER, FileEntry, LeftOut, matching_pattern
from privacy_audit.sources.kinds import kind_of_name
from privacy_audit.sources.transcripts._listing import is_list
from privacy_audit.types import Reason

__all__ = ["check_free", "fetched", "is_url", "located", "put", "shown_url", "walk_url"]

_URL = re.compile(r"([a-z][a-z0-9]*)://(.*)", re.DOTALL)
_STORES = ("abfs", "abfss", "az", "gcs", "gs", "hf", "memory", "s3", "s3a")
_NOWHERE = Path(os.devnull)
"""No file is under it: a file behind a URL must not be taken for one of this machine that has its name."""
_PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "hf": "huggingface_hub"}


def is_url(place: object) -> bool:
    """True for a text such as ``s3://bucket/folder``."""
    return isinstance(place, str) and bool(_URL.match(place))


def located(place: str | Path) -> str | Path:
    """A URL as it is, anything else as a path."""
    return place if isinstance(place, str) and is_url(place) else Path(place)


def shown_url(url: str) -> str:
    """The URL without what may be a secret: user, password, query."""
    match = _URL.match(url)
    rest = match[2].partition("?")[0] if match else ""
    host, slash, path = rest.partition("/")
    return f"{match[1] if match else ''}://{host.rpartition('@')[2]}{slash}{path}"


def walk_url(url: str, exclude: Sequence[str] = ()) -> Iterator[FileEntry | LeftOut]:
    """Every file under the URL, sorted by name.

    Raises:
        UsageError: the store is not known or its package not installed, there is nothing, or access is denied.
    """
    fs, root = _store(url)
    with _told(url):
        found = fs.find(root, detail=True)
    if not found:
        raise UsageError(f"{shown_url(url)}: no such file or folder")
    left_out: set[str] = set()
    for path, info in sorted(found.items()):
        relative = path.removeprefix(root).lstrip("/") or PurePosixPath(path).name
        parts = relative.split("/")
        if OWN_FOLDER in parts or path.endswith("/"):
            continue
        prefixes = ["/".join(parts[: count + 1]) for count in range(len(parts))]
        pattern = next(((prefix, glob) for prefix in prefixes if (glob := matching_pattern(prefix, exclude))), None)
        if pattern is None:
            name = parts[-1]
            size_bytes, remote = int(info.get("size") or 0), url.rstrip("/") + path.removeprefix(root)
            yield FileEntry(
                _NOWHERE / name,
                relative,
                kind_of_name(name),
                size_bytes,
                _modified_ns(info),
                remote=remote,
            )
        elif pattern[0] not in left_out:
            left_out.add(pattern[0])
            yield LeftOut(*pattern)


@contextlib.contextmanager
def fetched(entry: FileEntry, limits: Limits) -> Iterator[FileEntry]:
    """The entry with a file on this machine, gone when the block ends; with its ``problem`` where it cannot be had.

    Beside a recording lie the texts that may be its transcript, as far as they stand in its own folder.
    """
    with tempfile.TemporaryDirectory(prefix="privacy-audit-") as folder:
        path = Path(folder) / "files" / (entry.path.name or "file")
        path.parent.mkdir()
        local = replace(entry, path=path, remote="", kind=kind_of_name(path.name), n_folders_up=0)
        try:
            fs, remote = _store(entry.remote)
            _get(fs, remote, path)
            if local.kind in ("audio", "video"):
                _get_texts(fs, remote, path, limits.max_text_bytes)
            local = replace(local, size_bytes=path.stat().st_size)
        except UsageError as error:
            local = replace(local, problem=(Reason.MISSING_DEPENDENCY, str(error)))
        except UnreadableError as error:
            local = replace(local, problem=(error.reason, error.detail))
        yield local


def check_free(url: str, source: str | Path) -> None:
    """Raises UsageError when a treated copy cannot be put under the URL: it lies in the source, or is not empty."""
    if is_url(source) and f"{url.rstrip('/')}/".startswith(f"{str(source).rstrip('/')}/"):
        raise OutputError(f"{shown_url(url)}: lies in the source; choose another place")
    fs, root = _store(url)
    with _told(url):
        held = fs.exists(root) and fs.find(root)
    if held:
        raise OutputError(f"{shown_url(url)}: holds other files, and nothing is overwritten; choose an empty place")


def put(path: Path, url: str) -> None:
    """Write the file to the URL; stores show it when it is whole.

    Raises:
        UnreadableError: NOT_PERMITTED or UNREACHABLE.
    """
    fs, remote = _store(url)
    with _reading():
        fs.makedirs(remote.rpartition("/")[0], exist_ok=True)
        fs.put_file(str(path), remote)


def _store(url: str) -> tuple[Any, str]:
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    import fsspec

    match = _URL.match(url)
    protocol = match[1] if match else ""
    if protocol not in _STORES:
        raise UsageError(f"{protocol}://: no store that is read; known: {', '.join(f'{name}://' for name in _STORES)}")
    try:
        fs, path = fsspec.core.url_to_fs(url)
    except ImportError:
        needed = MissingDependencyError(_PACKAGES.get(protocol, "adlfs"), "cloud")
        raise UsageError(f"{protocol}://: {needed}") from None
    except Exception as error:
        raise UsageError(f"{shown_url(url)}: cannot be opened ({type(error).__name__})") from None
    return fs, path.rstrip("/")


def _get(fs: Any, remote: str, path: Path) -> None:
    with _reading():
        fs.get_file(remote, str(path))


def _get_texts(fs: Any, remote: str, path: Path, max_bytes: int) -> None:
    with _reading():
        beside = fs.ls(remote.rpartition("/")[0], detail=True)
    for info in beside:
        name = PurePosixPath(info["name"]).name
        about = is_list(name) or name == "segments" or name.partition(".")[0] == path.name.partition(".")[0]
        wanted = kind_of_name(name) in ("text", "table") or name in ("text", "segments")
        if about and wanted and info.get("type") == "file" and 0 < int(info.get("size") or 0) <= max_bytes:
            _get(fs, info["name"], path.with_name(name))


def _modified_ns(info: dict[str, Any]) -> int:
    at = info.get("LastModified") or info.get("last_modified") or info.get("mtime") or info.get("created")
    at_s = at.timestamp() if isinstance(at, datetime) else at
    return int(at_s * 1_000_000) * 1000 if isinstance(at_s, int | float) else 0


@contextlib.contextmanager
def _told(url: str) -> Iterator[None]:
    try:
        with _reading():
            yield
    except UnreadableError as error:
        raise UsageError(f"{shown_url(url)}: {error.detail}") from None


@contextlib.contextmanager
def _reading() -> Iterator[None]:
    """What the stores raise, by the kind of error alone: messages may hold keys, addresses and names."""
    try:
        yield
    except FileNotFoundError:
        raise UnreadableError(Reason.UNREACHABLE, "it is no longer there") from None
    except PermissionError:
        raise UnreadableError(Reason.NOT_PERMITTED, "the store denies access to it") from None
    except OSError as error:
        if error.filename is not None and not isinstance(error, ConnectionError | TimeoutError):
            raise  # of this machine: no room for the file
        raise UnreadableError(Reason.UNREACHABLE, f"the store does not answer ({type(error).__name__})") from None
    except Exception as error:
        raise UnreadableError(Reason.UNREACHABLE, f"the store does not give it ({type(error).__name__})") from None
