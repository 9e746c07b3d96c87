"""Which transcripts speak of a recording: files of its name, and lists of a whole folder, at or above its place.

``talk.wav`` has ``talk.srt``, ``talk.fr.vtt``, ``talk.TextGrid``, ``talk.json`` or ``talk.txt`` beside it or in a
folder beside its own (``wav/talk.wav``, ``TextGrid/talk.TextGrid``), or a line in a CTM or STM file, in ``*.trans.txt``
(LibriSpeech), ``text`` and ``segments`` (Kaldi), or a table with a column of paths and one of sentences (Common Voice,
AudioFolder).
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from privacy_audit.errors import UnreadableError
from privacy_audit.sources.media_rows import TEXT_COLUMNS, media_rows
from privacy_audit.sources.text_file import read_text
from privacy_audit.sources.transcripts import read_transcript
from privacy_audit.sources.transcripts._columns import utterances
from privacy_audit.sources.transcripts._listing import PLAIN, is_plain_file, lists, of_this_name, stamp
from privacy_audit.sources.transcripts._pieces import Part, time_s
from privacy_audit.types import Reason

__all__ = ["read_beside", "said_beside"]


def said_beside(path: Path, n_folders_up: int, max_bytes: int) -> Iterator[Part | UnreadableError]:
    """What transcripts say of the recording, and those that cannot be read. Times are None where none are told.

    ``n_folders_up``: how many folders above the recording's own lie in what is scanned; nothing above is opened.
    """
    stem = path.stem
    for beside in of_this_name(path, n_folders_up):
        try:
            yield from _parts_of(beside, stem, max_bytes)
        except UnreadableError as error:
            yield error
    for listed in lists(path, n_folders_up):
        try:
            yield from _listed(listed, stamp(listed), max_bytes).get(stem, ())
        except UnreadableError as error:
            if error.reason is not Reason.EMPTY:
                yield error


def read_beside(path: Path, n_folders_up: int) -> Iterator[Path]:
    """The files that :func:`said_beside` reads: what is found in the recording depends on them too."""
    yield from of_this_name(path, n_folders_up)
    for listed in lists(path, n_folders_up):
        yield listed
        if listed.name.lower() == "text":
            yield listed.with_name("segments")


def _parts_of(path: Path, stem: str, max_bytes: int) -> Iterator[Part]:
    if not is_plain_file(path):
        return
    if path.suffix.lower() in PLAIN:
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


@lru_cache(maxsize=8)
def _listed(path: Path, stamp: int, max_bytes: int) -> Mapping[str, tuple[Part, ...]]:
    """Recording -> what the list says of it."""
    if not is_plain_file(path):
        return {}
    found: dict[str, list[Part]] = defaultdict(list)
    low = path.name.lower()
    if low.endswith((".tsv", ".csv", ".jsonl")):
        for number, (stem, sentence) in enumerate(_table(path, max_bytes)):
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
    for _, media, cells in media_rows(path, max_bytes):
        sentence = next((text for column, text in cells.items() if column in TEXT_COLUMNS), None)
        if sentence is not None:
            names = (name.replace("\\", "/").rpartition("/")[2] for name in media)
            for stem in dict.fromkeys(os.path.splitext(name)[0] for name in names):  # noqa: PTH122 - a text of a table
                yield stem, sentence


def _segments(path: Path, max_bytes: int) -> dict[str, tuple[str, float | None, float | None]]:
    """Kaldi's ``utterance recording start_s end_s``; times that make no sense are None."""
    found: dict[str, tuple[str, float | None, float | None]] = {}
    if is_plain_file(path):
        for line in read_text(path, "", max_bytes=max_bytes).text.splitlines():
            fields = line.split()
            if len(fields) == 4:
                start_s, end_s = time_s(fields[2]), time_s(fields[3])
                right = start_s is not None and end_s is not None and start_s <= end_s
                found[fields[0]] = (fields[1], start_s if right else None, end_s if right else None)
    return found
