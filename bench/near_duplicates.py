"""Near-duplicates: recall over copies changed in known ways, and false pairs among contents that are unrelated.

Halves: items at even places may be tuned on, odd ones are reported. Texts: winer_fr and gum_dev, the names in them as
personal values. Pictures: faces_wider and negatives; identities_orl for portraits of different people that look alike.
Sound: every set. Copies are made here: pictures encoded again, smaller, cropped, brighter; sound as MP3 and Vorbis,
quieter, clipped, trimmed, noisy; texts with words changed, cut, in other case. A recording sliced in two gives two that
are unrelated.
``--records N``: drawn texts, pictures and sounds, for what scale costs.
"""

from __future__ import annotations

import io
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, islice
from typing import Any

import cv2
import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from bench._data import data_dir, half_of, read_jsonl, sound_files
from bench._run import Run
from privacy_audit.errors import UnreadableError
from privacy_audit.linking.collecting import Signature
from privacy_audit.linking.fingerprints import (
    NEAR_AUDIO,
    NEAR_PICTURE,
    NEAR_TEXT,
    PICTURE_BYTES,
    TEXT_BYTES,
    audio_distance,
    audio_fingerprint,
    picture_distance,
    picture_hash,
    text_distance,
    text_signature,
)
from privacy_audit.linking.near_duplicates import DuplicateTally
from privacy_audit.measuring.scoring import Wilson
from privacy_audit.sources.audio_file import read_audio
from privacy_audit.sources.image_file import read_images

_MAX_S = 30
_COLUMNS = ("copy", "found", "median distance", "largest")
_UNRELATED = ("unrelated", "taken for one", "nearest", "one in a thousand")


def main() -> None:
    """Command line."""
    run = Run("near_duplicates", "Recall and false pairs of near-duplicate texts, pictures and sounds.")
    run.parser.add_argument("--records", type=int, metavar="N", help="drawn records in place of the data")
    if run.options.records:
        _add_scale(run, run.options.records)
    else:
        _measure(run, "texts", list(_texts(run)), _edited, text_signature, text_distance, NEAR_TEXT)
        _measure(run, "pictures", list(_pictures(run)), _changed, picture_hash, picture_distance, NEAR_PICTURE)
        _portraits(run)
        sounds = list(_sounds(run))
        _measure(run, "sounds", sounds, _encoded, lambda item: audio_fingerprint(*item), audio_distance, NEAR_AUDIO)
    run.finish()


def _measure(
    run: Run,
    what: str,
    items: Sequence[Any],
    copies: Callable[[Any], Iterator[tuple[str, Any]]],
    sign: Callable[[Any], bytes | None],
    distance: Callable[[bytes, bytes], float],
    near: float,
) -> None:
    signed = [(item, own) for item in items if (own := sign(item)) is not None]
    found: dict[str, list[float]] = defaultdict(list)
    for item, own in signed:
        for name, copy in copies(item):
            theirs = sign(copy)
            found[name].append(1.0 if theirs is None else distance(own, theirs))
    rows = [
        (name, Wilson(sum(value <= near for value in values), len(values)), float(np.median(values)), max(values))
        for name, values in found.items()
    ]
    title = f"{what}, {run.half} half: {len(signed)} of {len(items)} have a signature; near at {near}"
    run.add(title, _COLUMNS, rows)
    apart = [distance(one, other) for (_, one), (_, other) in combinations(signed, 2)]
    figures = (Wilson(sum(value <= near for value in apart), len(apart)), min(apart), float(np.quantile(apart, 0.001)))
    run.add(f"{what}: pairs of different ones", _UNRELATED, [("", *figures)])


def _texts(run: Run) -> Iterator[str]:
    for name in ("winer_fr", "gum_dev"):
        rows = [row["text"] for row in read_jsonl(data_dir("text", f"{name}.jsonl"))]
        yield from run.limited(half_of([text for text in rows if len(text) >= 80], run.half)[:150])


def _edited(text: str) -> Iterator[tuple[str, str]]:
    draw = random.Random(len(text))
    words = text.split()
    yield "upper case, other spacing", "  ".join(words).upper()
    yield "one word in twenty changed", " ".join("lorem" if draw.random() < 0.05 else word for word in words)
    yield "one word in ten changed", " ".join("lorem" if draw.random() < 0.1 else word for word in words)
    yield "last tenth cut", text[: len(text) * 9 // 10]
    yield "a sentence added", f"{text} Merci de votre attention."


def _pictures(run: Run) -> Iterator[NDArray[np.uint8]]:
    for name in ("faces_wider", "negatives"):
        files = sorted(path for path in data_dir("image", name).iterdir() if path.suffix.lower() in (".jpg", ".jpeg"))
        for path in run.limited(half_of(files, run.half)):
            try:
                yield next(iter(read_images(path, path.name))).pixels
            except UnreadableError:
                continue


def _changed(pixels: NDArray[np.uint8]) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    height, width = pixels.shape[:2]
    for quality in (70, 30):
        yield f"JPEG quality {quality}", _jpeg(pixels, quality)
    for factor in (2, 4):
        yield f"1/{factor} size", cv2.resize(pixels, (width // factor, height // factor), interpolation=cv2.INTER_AREA)
    yield "a fifth brighter", np.clip(pixels * 1.2 + 10, 0, 255).astype(np.uint8)
    yield "grey", np.repeat(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    for name, share in (("5 %", 0.025), ("10 %", 0.05)):
        top, left = round(height * share), round(width * share)
        yield f"{name} cropped, all around", pixels[top : height - top, left : width - left]
    yield "5 % cropped on one side", pixels[:, : width - width // 20]
    small = cv2.resize(pixels, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    yield "half size, JPEG 50, 3 % cropped", _jpeg(small[height // 128 :, width // 128 : width // 2 - width // 128], 50)


def _jpeg(pixels: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    coded = cv2.imencode(".jpg", np.ascontiguousarray(pixels[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1])


def _portraits(run: Run) -> None:
    """Portraits in one studio: different people look more alike than other pictures do."""
    people = sorted(path for path in data_dir("image", "identities_orl").iterdir() if path.is_dir())
    signed = [
        (person.name, own)
        for person in run.limited(half_of(people, run.half))
        for path in sorted(person.glob("*.pgm"))
        if (own := picture_hash(next(iter(read_images(path, path.name))).pixels)) is not None
    ]
    rows = []
    for name, same in (("same person, another photo", True), ("different people", False)):
        values = [picture_distance(a, b) for (p, a), (q, b) in combinations(signed, 2) if (p == q) is same]
        taken = Wilson(sum(value <= NEAR_PICTURE for value in values), len(values))
        rows.append((name, taken, min(values), float(np.quantile(values, 0.001))))
    run.add(f"identities_orl, {run.half} half: {len(signed)} portraits", ("pairs", *_UNRELATED[1:]), rows)


def _sounds(run: Run) -> Iterator[tuple[NDArray[np.float32], int]]:
    for folder in sorted(path for path in data_dir("audio").iterdir() if path.is_dir()):
        step = 8 if folder.name == "fsdd" else 2
        for path in run.limited(half_of(sound_files(folder), run.half)[::step]):
            try:
                record = read_audio(path, path.name)
            except UnreadableError:
                continue
            yield record.samples[:, : _MAX_S * record.sample_rate_hz], record.sample_rate_hz


def _encoded(item: tuple[NDArray[np.float32], int]) -> Iterator[tuple[str, tuple[NDArray[np.float32], int]]]:
    samples, rate_hz = item
    mono = samples.mean(axis=0)
    n = len(mono)
    power = float((mono**2).mean())
    mp3 = _coded(mono, rate_hz, "MP3", "MPEG_LAYER_III")
    yield "MP3", mp3
    yield "Vorbis", _coded(mono, rate_hz, "OGG", "VORBIS")
    yield "a third as loud", (mono[None] * np.float32(0.3), rate_hz)
    yield "clipped, 10 dB over", (np.clip(mono[None] * 3 / max(float(np.abs(mono).max()), 1e-9), -1, 1), rate_hz)
    yield "at 8 kHz", (soxr.resample(mono, rate_hz, 8_000)[None], 8_000)
    yield "10 % trimmed", (mono[None, n // 19 : n - n // 21], rate_hz)
    noise = np.random.default_rng(0).normal(0, (power / 100) ** 0.5, n).astype(np.float32)
    yield "noise at 20 dB", (mono[None] + noise, rate_hz)
    yield "MP3, half as loud, 10 % trimmed", (mp3[0][:, n // 19 : n - n // 21] * np.float32(0.5), mp3[1])


def _coded(mono: NDArray[np.float32], rate_hz: int, kind: str, subtype: str) -> tuple[NDArray[np.float32], int]:
    buffer = io.BytesIO()
    soundfile.write(buffer, mono, rate_hz, format=kind, subtype=subtype, compression_level=0.6)
    buffer.seek(0)
    samples, read_hz = soundfile.read(buffer, dtype="float32")
    return samples[None], int(read_hz)


def _add_scale(run: Run, n: int) -> None:
    """A tenth of the records are copies of another one; signatures are drawn, copies differ in a tenth of them."""
    draw = np.random.default_rng(0)
    n_sounds = min(n, 20_000)
    media = (("text", TEXT_BYTES, n), ("picture", PICTURE_BYTES, n), ("audio", 300, n_sounds))
    rows = []
    for medium, n_bytes, n_records in media:
        tally = DuplicateTally()
        originals = draw.integers(0, 256, (n_records - n_records // 10, n_bytes), np.uint8)
        for number, signature in enumerate(originals):
            tally.add(f"{number}", [_drawn(medium, signature, number)])
        for number, signature in enumerate(islice(originals, n_records // 10)):
            copy = signature.copy()
            changed = draw.choice(n_bytes, n_bytes // 10, replace=False)
            copy[changed] ^= np.uint8(1 << 3)
            tally.add(f"{number} again", [_drawn(medium, copy, number)])
        started_s = time.process_time()
        found = tally.build()
        rows.append((medium, n_records, time.process_time() - started_s, found.clusters[medium] / (n_records // 10)))
    run.add("drawn signatures, a tenth of them copies", ("medium", "records", "seconds of CPU", "copies found"), rows)


def _drawn(medium: str, signature: NDArray[np.uint8], number: int) -> Signature:
    return Signature("", medium, signature.tobytes(), (number + 1,) if medium == "text" else ())


if __name__ == "__main__":
    main()
