"""Where the evaluation data are, and which half of a set may be tuned on."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from privacy_audit.types import Segment

__all__ = [
    "DATA_VARIABLE",
    "Half",
    "data_dir",
    "half_of",
    "plain_name",
    "read_jsonl",
    "read_rttm",
    "sound_files",
]

DATA_VARIABLE = "PRIVACY_AUDIT_DATA"
_BESIDE_THE_REPOSITORY = Path(__file__).parents[2] / "shared" / "data"
_SOUND_SUFFIXES = (".flac", ".wav", ".ogg", ".mp3")

Half = Literal["tune", "report"]
Item = TypeVar("Item")


def data_dir(*parts: str) -> Path:
    """A folder or file of the evaluation data. Ends the program with a message and exit code 2 when it is not there."""
    root = Path(os.environ.get(DATA_VARIABLE) or _BESIDE_THE_REPOSITORY)
    path = root.joinpath(*parts)
    if not path.exists():
        print(
            f"{path}: not there, so nothing was measured. The data sets are not part of the repository; "
            f"set {DATA_VARIABLE} to the folder that holds text/, image/ and audio/.",
            file=sys.stderr,
        )
        raise SystemExit(2)
    return path


def half_of(items: Sequence[Item], half: Half) -> list[Item]:
    """Items at even places (``tune``) or odd ones (``report``), counted from 0 in the order given."""
    return list(items[0 if half == "tune" else 1 :: 2])


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Every line of a JSON Lines file, in the order of the file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def sound_files(folder: Path) -> list[Path]:
    """Every recording below a folder, sorted by path."""
    return sorted(path for path in folder.rglob("*") if path.suffix in _SOUND_SUFFIXES)


def plain_name(name: str) -> str:
    """A name without accents: the AMI set spells one recording with and without a tilde, on purpose."""
    return "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))


def read_rttm(paths: Sequence[Path]) -> dict[str, list[tuple[Segment, str]]]:
    """(who speaks when, which speaker) per recording, by its :func:`plain_name`; seconds."""
    turns: dict[str, list[tuple[Segment, str]]] = defaultdict(list)
    for words in _rttm_lines(paths):
        start, length = float(words[3]), float(words[4])
        turns[plain_name(words[1])].append((Segment(start, start + length), words[7]))
    return dict(turns)


def _rttm_lines(paths: Sequence[Path]) -> Iterator[list[str]]:
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            words = line.split()
            if words and words[0] == "SPEAKER":
                yield words
