"""Small files of many kinds with invented people in them: what a run over many files meets."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = ["make_files"]

_FIRST = "Marie Jean Camille Louis Chloé Hugo Inès Paul Jeanne Théo Lucie Antoine".split()
_LAST = "Lefebvre Dupuis Garnier Moreau Faure Rousseau Blanchard Perrin Mercier Caron".split()
_RATE_HZ = 16_000


def make_files(folder: Path, n_files: int) -> None:
    """``n_files`` files in four folders, the same on every machine with the same libraries."""
    makers: Sequence[tuple[str, Callable[[Path, random.Random], None]]] = (
        (".txt", _text), (".csv", _csv), (".jpg", _picture), (".wav", _sound), (".jsonl", _jsonl), (".png", _picture),
        (".srt", _subtitles), (".flac", _sound), (".txt", _text), (".ogg", _sound), (".rttm", _turns),
        (".parquet", _parquet),
    )  # fmt: skip
    for number in range(n_files):
        draw = random.Random(number)
        suffix, make = makers[number % len(makers)]
        named = f"{_name(draw).lower().replace(' ', '_')}_" if number % 5 == 0 else ""
        path = folder / f"part_{number % 4}" / f"{named}{number:03d}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        make(path, draw)


def _name(draw: random.Random) -> str:
    return f"{draw.choice(_FIRST)} {draw.choice(_LAST)}"


def _phone(draw: random.Random) -> str:
    return f"06 39 98 {draw.randrange(100):02d} {draw.randrange(100):02d}"


def _text(path: Path, draw: random.Random) -> None:
    lines = [f"{_name(draw)} a écrit à {_name(draw)} ; son numéro est le {_phone(draw)}." for _ in range(5)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _rows(draw: random.Random) -> list[dict[str, str]]:
    return [{"id": f"{draw.randrange(10**6):06d}", "nom": _name(draw), "tel": _phone(draw)} for _ in range(8)]


def _csv(path: Path, draw: random.Random) -> None:
    lines = ["id;nom;tel", *(";".join(row.values()) for row in _rows(draw))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _jsonl(path: Path, draw: random.Random) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in _rows(draw)), encoding="utf-8")


def _parquet(path: Path, draw: random.Random) -> None:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE people (id VARCHAR, nom VARCHAR, tel VARCHAR)")
        connection.executemany("INSERT INTO people VALUES (?, ?, ?)", [list(row.values()) for row in _rows(draw)])
        connection.execute(f"COPY people TO '{path}' (FORMAT parquet)")


def _subtitles(path: Path, draw: random.Random) -> None:
    cues = [f"{n + 1}\n00:00:0{n},000 --> 00:00:0{n + 1},000\nBonjour {_name(draw)}.\n" for n in range(4)]
    path.write_text("\n".join(cues), encoding="utf-8")


def _turns(path: Path, draw: random.Random) -> None:
    speakers = [_name(draw).replace(" ", "_") for _ in range(2)]
    lines = [f"SPEAKER talk 1 {n}.00 1.00 <NA> <NA> {speakers[n % 2]} <NA> <NA>" for n in range(6)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _picture(path: Path, draw: random.Random) -> None:
    import numpy as np
    from PIL import Image

    pixels = np.random.default_rng(draw.randrange(10**6)).integers(0, 256, (12, 16, 3), np.uint8)
    exif = Image.Exif()
    exif[0x013B] = _name(draw)  # Artist
    Image.fromarray(pixels).resize((160, 120)).save(path, exif=exif)


def _sound(path: Path, draw: random.Random) -> None:
    import numpy as np
    import soundfile

    times_s = np.arange(_RATE_HZ) / _RATE_HZ
    with soundfile.SoundFile(path, "w", _RATE_HZ, 1) as sound:
        sound.artist = _name(draw)
        sound.write(0.3 * np.sin(2 * np.pi * draw.uniform(200, 2000) * times_s))
