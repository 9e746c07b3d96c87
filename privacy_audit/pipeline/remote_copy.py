"""A treated copy put under a URL: each file is treated in a folder of this machine, put, and emptied there."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from privacy_audit.errors import StoppedError, UnreadableError
from privacy_audit.pipeline.engine import Engine
from privacy_audit.sources.folder import OWN_FOLDER
from privacy_audit.sources.remote import check_free, put

__all__ = ["treated_at_url"]


@contextlib.contextmanager
def treated_at_url(
    source: str | Path, url: str, work: str | Path | None, engine: Engine
) -> Iterator[tuple[Path, Engine]]:
    """A folder to write the copy to, and an engine that puts each file under the URL and empties it in the folder.

    When the block ends without an error, the notes of the run are put too. ``work`` is the folder, which is kept;
    without it, it is gone afterwards.

    Raises:
        UsageError: the URL is not empty or cannot be reached.
        StoppedError: the store no longer takes files.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(work or stack.enter_context(tempfile.TemporaryDirectory(prefix="privacy-audit-")))
        if not (folder / OWN_FOLDER).is_dir():
            check_free(url, source)
        yield folder, _Putting(engine, url, folder)
        for note in sorted((folder / OWN_FOLDER).rglob("*")):
            if note.is_file() and note.name != "lock":
                _put(note, f"{url.rstrip('/')}/{note.relative_to(folder).as_posix()}")


@dataclass(frozen=True, slots=True)
class _Putting:
    """An engine whose processes put each file when it is treated."""

    engine: Engine
    url: str
    folder: Path

    def __call__(
        self, tasks: Iterable[Any], setup: Callable[..., Callable[[Any], Any]], arguments: tuple[Any, ...]
    ) -> Generator[tuple[Any, Any], None, None]:
        return self.engine(tasks, _putting_worker, (setup, arguments, self.url, self.folder))


def _putting_worker(
    setup: Callable[..., Callable[[Any], Any]], arguments: tuple[Any, ...], url: str, folder: Path
) -> Callable[[Any], Any]:
    treat = setup(*arguments)

    def handle(task: Any) -> Any:
        result = treat(task)
        treated_uri = task[2]
        copy = folder / treated_uri
        if result is None and copy.is_file() and copy.stat().st_size:
            try:
                _put(copy, f"{url.rstrip('/')}/{treated_uri}")
            except StoppedError as stop:
                copy.unlink()  # it is not done
                return stop
            copy.write_bytes(b"")
        return result

    return handle


def _put(path: Path, url: str) -> None:
    try:
        put(path, url)
    except UnreadableError as error:
        raise StoppedError(f"the copy cannot be put: {error.detail}") from None
