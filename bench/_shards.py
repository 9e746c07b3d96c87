"""Shards of small records with invented people in them, and some pictures and sounds beside: the same on every run."""

from __future__ import annotations

import csv
import io
import json
import random
import tarfile
from collections.abc import Callable
from pathlib import Path

__all__ = ["make_shards"]

_FIRST = "Marie Jean Camille Louis Chloé Hugo Inès Paul Jeanne Théo Lucie Antoine".split()
_LAST = "Lefebvre Dupuis Garnier Moreau Faure Rousseau Blanchard Perrin Mercier Caron".split()
_PLAIN = (
    "La réunion est reportée à la semaine prochaine, merci de confirmer votre présence.",
    "Le modèle est entraîné sur des phrases courtes, relues par deux personnes.",
    "Il a plu toute la journée et le train est arrivé avec une heure de retard.",
    "The meeting is moved to next week; nothing else changes in the plan.",
)
_RECORDS_PER_SHARD = 2_000
_RATE_HZ = 8_000


def make_shards(folder: Path, n_records: int, n_media: int) -> None:
    """``n_records`` texts in shards of 2,000 (JSON Lines, CSV and tar in turn), and ``n_media`` pictures and sounds."""
    folder.mkdir(parents=True)
    makers: tuple[tuple[str, Callable[[Path, list[str]], None]], ...] = (
        ("jsonl", _jsonl), ("csv", _csv), ("jsonl", _jsonl), ("csv", _csv), ("tar", _tar),
    )  # fmt: skip
    for number, start in enumerate(range(0, n_records, _RECORDS_PER_SHARD)):
        texts = [_text(index) for index in range(start, min(start + _RECORDS_PER_SHARD, n_records))]
        suffix, make = makers[number % len(makers)]
        make(folder / f"shard-{number:05d}.{suffix}", texts)
    media = folder / "media"
    media.mkdir()
    for index in range(n_media):
        (_sound if index % 4 == 3 else _picture)(media / f"{index:05d}", random.Random(index))


def _text(index: int) -> str:
    draw = random.Random(index)
    parts = [draw.choice(_PLAIN) for _ in range(draw.randint(1, 4))]
    if index % 3 == 0:
        first, last = draw.choice(_FIRST), draw.choice(_LAST)
        parts.insert(1, f"Écrivez à {first.lower()}.{last.lower()}{index}@courriel-invente.fr.")
    if index % 5 == 0:
        parts.append(f"Tél. 06 39 98 {draw.randrange(100):02d} {draw.randrange(100):02d}.")
    return " ".join(parts)


def _jsonl(path: Path, texts: list[str]) -> None:
    lines = (json.dumps({"id": f"r{number}", "text": text}, ensure_ascii=False) for number, text in enumerate(texts))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _csv(path: Path, texts: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        writer.writerows([f"r{number}", text] for number, text in enumerate(texts))


def _tar(path: Path, texts: list[str]) -> None:
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
        for number, text in enumerate(texts):
            data = text.encode()
            member = tarfile.TarInfo(f"{number:06d}.txt")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def _picture(path: Path, draw: random.Random) -> None:
    from PIL import Image

    exif = Image.Exif()
    if draw.random() < 0.5:
        exif[0x013B] = f"{draw.choice(_FIRST)} {draw.choice(_LAST)}"
    colour = tuple(draw.randrange(256) for _ in range(3))
    Image.new("RGB", (160, 120), colour).save(path.with_suffix(".jpg"), exif=exif)


def _sound(path: Path, draw: random.Random) -> None:
    import numpy as np
    import soundfile

    hz = draw.uniform(100, 400)
    samples = 0.1 * np.sin(2 * np.pi * hz * np.arange(_RATE_HZ) / _RATE_HZ)
    soundfile.write(path.with_suffix(".wav"), samples, _RATE_HZ)
