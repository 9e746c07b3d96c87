"""Which transcripts speak of a recording: files of its name, and lists of a whole folder, at or above its place.

``talk.wav`` has ``talk.srt``, ``talk.fr.vtt``, ``talk.TextGrid``, ``talk.json`` or ``talk.txt`` beside it or in a
folder beside its own (``wav/talk.wav``, ``TextGrid/talk.TextGrid``), or a line in a CTM or STM file, in ``*.trans.txt``
(LibriSpeech), ``text`` and ``segments`` (Kaldi), or a table with a column of paths and one of sentences (Common Voice).
"""

from __future__ import annotations

import io
import os
import stat
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from privacy_audit.errors import UnreadableError
from privacy_audit.sources._csv_cells import rows_of
from privacy_audit.sources._encoding import open_checked
from privacy_audit.sources.text_file import read_text
from privacy_audit.sources.transcripts import SUFFIXES, read_transcript
from privacy_audit.sources.transcripts._columns import utterances
from privacy_audit.sources.transcripts._pieces import Part, time_s
from privacy_audit.types import Reason

__all__ = ["is_list", "read_beside", "said_beside"]

_MAX_FOLDERS_UP = 3
_PLAIN = (".txt", ".lab")
_FOLDERS = frozenset(
    """
    align aligned alignment alignments annotation annotations ctm eaf json label labels lab srt stm subtitle subtitles
    text textgrid textgrids texts transcript transcription transcriptions transcripts txt vtt
    """.split()
)
_PATH_COLUMNS = frozenset(
    "path file filename file_name file_path audio audio_path audio_file wav wav_filename clip id".split()
)
_TEXT_COLUMNS = frozenset("sentence text transcript transcription transcript_text normalized_text words".split())
_MAX_INDEXED = 1_000_000


def said_beside(path: Path, n_folders_up: int, max_bytes: int) -> Iterator[Part | UnreadableError]:
    """What transcripts say of the recording, and those that cannot be read. Times are None where none are told.

    ``n_folders_up``: how many folders above the recording's own lie in what is scanned; nothing above is opened.
    """
    stem = path.stem
    for beside in _of_this_name(path, n_folders_up):
        try:
            yield from _parts_of(beside, stem, max_bytes)
        except UnreadableError as error:
            yield error
    for listed in _lists(path, n_folders_up):
        try:
            yield from _listed(listed, _stamp(listed), max_bytes).get(stem, ())
        except UnreadableError as error:
            if error.reason is not Reason.EMPTY:
                yield error


def read_beside(path: Path, n_folders_up: int) -> Iterator[Path]:
    """The files that :func:`said_beside` reads: what is found in the recording depends on them too."""
    yield from _of_this_name(path, n_folders_up)
    for listed in _lists(path, n_folders_up):
        yield listed
        if listed.name.lower() == "text":
            yield listed.with_name("segments")


def _lists(path: Path, n_folders_up: int) -> Iterator[Path]:
    folder = path.parent
    for _ in range(min(n_folders_up, _MAX_FOLDERS_UP) + 1):
        yield from (folder / name for name in _names(folder) if is_list(name) and not name.startswith(f"{path.stem}."))
        folder = folder.parent


def _of_this_name(path: Path, n_folders_up: int) -> Iterator[Path]:
    yield from (path.parent / name for name in _by_stem(path.parent).get(path.stem.casefold(), ()) if name != path.name)
    inner = Path()
    folder = path.parent
    for _ in range(min(n_folders_up, 2)):
        above = folder.parent
        for name in _names(above):
            if name.casefold() in _FOLDERS and above / name != folder:
                other = above / name / inner
                yield from (other / found for found in _by_stem(other).get(path.stem.casefold(), ()))
        inner, folder = folder.name / inner, above


def _parts_of(path: Path, stem: str, max_bytes: int) -> Iterator[Part]:
    if not _is_plain_file(path):
        return
    if path.suffix.lower() in _PLAIN:
        text = read_text(path, "", max_bytes=max_bytes).text
        yield Part(0, len(text), text, track=str(path))
        return
    transcript = read_transcript(path, "", max_bytes=max_bytes)
    if transcript is None:
        return
    said = [part for part in transcript.parts if part.role == "said"]
    recordings = {part.recording for part in said}
    for part in said:
        if len(recordings) == 1 or part.recording == stem:
            yield replace(part, track=f"{path} {part.track}")


def is_list(name: str) -> bool:
    """True for the names of files that may tell what is said in the recordings of a whole folder."""
    low = name.lower()
    return low.endswith((".trans.txt", ".ctm", ".stm", ".tsv", ".csv")) or low == "text"


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=8)
def _listed(path: Path, stamp: int, max_bytes: int) -> Mapping[str, tuple[Part, ...]]:
    """Recording -> what the list says of it."""
    if not _is_plain_file(path):
        return {}
    found: dict[str, list[Part]] = defaultdict(list)
    low = path.name.lower()
    if low.endswith((".tsv", ".csv")):
        for number, (stem, sentence) in enumerate(_table(path, max_bytes)):
            if number >= _MAX_INDEXED:
                raise UnreadableError(Reason.TOO_LARGE, f"more than {_MAX_INDEXED} rows")
            found[stem].append(Part(0, 0, sentence, track=f"{path} {number}"))
    elif low.endswith((".ctm", ".stm")):
        transcript = read_transcript(path, "", max_bytes=max_bytes)
        for part in transcript.parts if transcript else ():
            if part.role == "said":
                found[part.recording].append(replace(part, track=f"{path} {part.track}"))
    else:
        times = _segments(path.with_name("segments"), max_bytes) if low == "text" else {}
        for part in utterances(read_text(path, "", max_bytes=max_bytes).text):
            recording, start_s, end_s = times.get(part.recording, (part.recording, None, None))
            found[recording].append(replace(part, start_s=start_s, end_s=end_s, track=f"{path} {part.track}"))
    return {name: tuple(parts) for name, parts in found.items()}


def _table(path: Path, max_bytes: int) -> Iterator[tuple[str, str]]:
    """(recording, sentence) of a table that has a column for each; nothing of another table."""
    file, encoding = open_checked(path)
    with io.TextIOWrapper(file, encoding=encoding.codec, newline="") as text:
        _, rows = rows_of(text, path.suffix.lower() == ".tsv", max_bytes)
        paths = texts = -1
        for number, row in enumerate(rows):
            cells = [cell.text for cell in row.cells]
            if number == 0:
                names = [cell.strip().strip("\ufeff").lower() for cell in cells]
                paths = next((index for index, name in enumerate(names) if name in _PATH_COLUMNS), -1)
                texts = next((index for index, name in enumerate(names) if name in _TEXT_COLUMNS), -1)
                if row.problem or min(paths, texts) < 0:
                    return
                if path.stat().st_size > max_bytes:
                    raise UnreadableError(Reason.TOO_LARGE, f"more than {max_bytes} bytes")
            elif not row.problem and max(paths, texts) < len(cells):
                name = cells[paths].replace("\\", "/").rpartition("/")[2]
                yield os.path.splitext(name)[0], cells[texts]  # noqa: PTH122 - a text of a table, not a path here


def _segments(path: Path, max_bytes: int) -> dict[str, tuple[str, float | None, float | None]]:
    """Kaldi's ``utterance recording start_s end_s``; times that make no sense are None."""
    found: dict[str, tuple[str, float | None, float | None]] = {}
    if _is_plain_file(path):
        for line in read_text(path, "", max_bytes=max_bytes).text.splitlines():
            fields = line.split()
            if len(fields) == 4:
                start_s, end_s = time_s(fields[2]), time_s(fields[3])
                right = start_s is not None and end_s is not None and start_s <= end_s
                found[fields[0]] = (fields[1], start_s if right else None, end_s if right else None)
    return found


def _is_plain_file(path: Path) -> bool:
    """A link is followed by the walk alone, which knows where it may lead."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _names(folder: Path) -> tuple[str, ...]:
    return _listing(folder, _stamp(folder))[0]


def _by_stem(folder: Path) -> Mapping[str, tuple[str, ...]]:
    return _listing(folder, _stamp(folder))[1]


@lru_cache(maxsize=16)
def _listing(folder: Path, stamp: int) -> tuple[tuple[str, ...], Mapping[str, tuple[str, ...]]]:
    """The names in a folder that a list or another folder may have, and transcripts by what stands before a dot."""
    lists: list[str] = []
    by_stem: dict[str, list[str]] = defaultdict(list)
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names only
    except OSError:
        return (), {}
    for name in names:
        if is_list(name) or name.casefold() in _FOLDERS:
            lists.append(name)
        if name.lower().endswith((*SUFFIXES, *_PLAIN, ".json")) and not name.lower().endswith(".trans.txt"):
            pieces = name.casefold().split(".")
            for count in range(1, len(pieces)):
                by_stem[".".join(pieces[:count])].append(name)
    return tuple(lists), {stem: tuple(found) for stem, found in by_stem.items()}
