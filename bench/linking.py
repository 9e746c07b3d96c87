"""Voices and faces from file to file: error of pairs, agreement of groups, range of their number; and what scale costs.

``--half tune``: the even speakers of librispeech_train_clean_100 and the even people of identities_orl; the thresholds
of ``linking/people.py`` were chosen on these. ``--half report``: the odd ones, and sets on which nothing was chosen.
One recording cut in two counts as two files. AMI: the voices that ``audio_speakers`` hears in each excerpt, each
labelled with the speaker it overlaps most.
``--vectors N``: drawn vectors in place of the data, for time and for the share of pairs and groups found.
"""

from __future__ import annotations

import dataclasses
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from bench._data import data_dir, half_of, plain_name, read_rttm, sound_files
from bench._run import Run
from privacy_audit.linking.grouping import grouped
from privacy_audit.linking.neighbours import alike
from privacy_audit.linking.people import FACE, MIN_FACE_PX, MIN_VOICE_S, VOICE, Thresholds
from privacy_audit.measuring.linking import Labelled, labelled_voices, measure_linking
from privacy_audit.models import dlib_faces
from privacy_audit.scanners._voices import Voices
from privacy_audit.scanners.audio_speakers import voices_in
from privacy_audit.scanners.image_faces import ImageFaces
from privacy_audit.sources.audio_file import read_audio
from privacy_audit.sources.image_file import read_images
from privacy_audit.types import AudioRecord, BoundingBox, Confidence

_RATE_HZ = 16_000
_ENDS = ("fewest", "likeliest", "most")
_COLUMNS = ("vectors", "people", "pairs EER", "ARI at the middle threshold", *_ENDS)
_DIGITS_A_FILE = 10
_DRAWN_DIMENSIONS = 64  # in which voices differ, of 192


def main() -> None:
    """Command line."""
    run = Run("linking", "Voices and faces grouped from file to file.")
    run.parser.add_argument("--vectors", type=int, metavar="N", help="drawn vectors in place of the data")
    if run.options.vectors:
        _add_scale(run, run.options.vectors)
    else:
        _add(run, f"librispeech_train_clean_100, {run.half} half: recordings cut in two", _halves(run), VOICE)
        if run.half == "report":
            _add(run, "librispeech_test_other: 40 recordings", _recordings(), VOICE)
            _add(run, f"fsdd: {_DIGITS_A_FILE} digits a file, 8 kHz", _digits(), VOICE)
            _add(run, "pyannote_ami: voices heard in 14 excerpts of meetings", _meetings(), VOICE)
        if dlib_faces.is_installed():
            _add(run, f"identities_orl, {run.half} half", _faces(run, "identities_orl"), FACE)
            if run.half == "report":
                _add(run, "identities_lfw", _faces(run, "identities_lfw"), FACE)
    run.finish()


def _add(run: Run, title: str, labelled: Iterable[Labelled], thresholds: Thresholds) -> None:
    run.add(title, _COLUMNS, [dataclasses.astuple(measure_linking(list(labelled), thresholds))])


def _halves(run: Run) -> Iterator[Labelled]:
    files = {path.name.split("-")[0]: path for path in sound_files(data_dir("audio", "librispeech_train_clean_100"))}
    for speaker in run.limited(half_of(sorted(files), run.half)):
        samples = read_audio(files[speaker], speaker).samples
        middle = samples.shape[1] // 2
        for piece in (samples[:, :middle], samples[:, middle:]):
            yield from _main_voice(piece, speaker)


def _recordings() -> Iterator[Labelled]:
    for path in sound_files(data_dir("audio", "librispeech_test_other")):
        yield from _main_voice(read_audio(path, path.name).samples, path.name.split("-")[0])


def _digits() -> Iterator[Labelled]:
    by_speaker: dict[str, list[Path]] = defaultdict(list)
    for path in sound_files(data_dir("audio", "fsdd")):
        by_speaker[path.stem.split("_")[1]].append(path)
    silence = np.zeros((1, _RATE_HZ // 10), np.float32)
    for speaker, paths in by_speaker.items():
        n_files = len(paths) // _DIGITS_A_FILE
        for number in range(n_files):
            parts = [read_audio(path, path.name).samples for path in paths[number::n_files][:_DIGITS_A_FILE]]
            yield from _main_voice(np.concatenate([piece for part in parts for piece in (part, silence)], 1), speaker)


def _meetings() -> Iterator[Labelled]:
    folder = data_dir("audio", "pyannote_ami")
    turns = read_rttm(sorted(folder.glob("*.rttm")))
    for path in sound_files(folder):
        spoken = [(place.start, place.end, speaker) for place, speaker in turns[plain_name(path.stem)]]
        yield from labelled_voices(voices_in(read_audio(path, path.name)), spoken)


def _main_voice(samples: NDArray[np.float32], speaker: str) -> Iterator[Labelled]:
    found: Voices = voices_in(AudioRecord(speaker, np.ascontiguousarray(samples), _RATE_HZ))
    voice, seconds = next(iter(found.seconds.items()), (0, 0.0))
    if found.centroids is not None and seconds >= MIN_VOICE_S:
        yield found.centroids[voice], speaker


def _faces(run: Run, name: str) -> Iterator[Labelled]:
    scanner = ImageFaces(passes="fast")
    people = sorted(path.name for path in data_dir("image", name).iterdir() if path.is_dir())
    for person in run.limited(half_of(people, run.half) if name == "identities_orl" else people):
        for path in _photos(data_dir("image", name, person)):
            record = next(iter(read_images(path, path.name)))
            boxes = [found.location for found in scanner.scan(record) if found.confidence >= Confidence.MEDIUM]
            faces = [box for box in boxes if isinstance(box, BoundingBox)]
            largest = max(faces, key=lambda box: box.width_px * box.height_px, default=None)
            if largest is not None and min(largest.width_px, largest.height_px) >= MIN_FACE_PX:
                yield dlib_faces.descriptors(record.pixels, [largest])[0], person


def _photos(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix in (".jpg", ".pgm"))


def _add_scale(run: Run, n: int) -> None:
    """Five vectors a person on average; likenesses of one person, .7, and of different ones, .29 in a hundredth of the
    pairs, as of CAM++ on read speech.
    """
    draw = np.random.default_rng(0)
    centres = draw.normal(0, 1, (n // 5, _DRAWN_DIMENSIONS)).astype(np.float32)
    people = draw.integers(0, len(centres), n)
    drawn = centres[people] + 0.65 * draw.normal(0, 1, (n, _DRAWN_DIMENSIONS)).astype(np.float32)
    vectors = drawn @ np.linalg.qr(draw.normal(0, 1, (192, _DRAWN_DIMENSIONS)))[0].T.astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    groups = grouped(vectors, VOICE.perhaps)
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    pairs = alike(vectors, VOICE.perhaps)
    asked = draw.choice(n, min(n, 1_000), replace=False)
    held = np.bincount(people)
    of_one = int((people[pairs.one] == people[pairs.other]).sum()) / int((held * (held - 1) // 2).sum())
    found = (_nearest_found(vectors, asked, pairs.one, pairs.other), of_one)
    ends = (groups.count_at(VOICE.perhaps), groups.count_at(VOICE.likely), groups.count_at(VOICE.surely))
    agreement = float(adjusted_rand_score(people, groups.labels))
    columns = ("seconds", "of CPU", "nearest neighbour found", "pairs of one person found", "ARI", *_ENDS)
    title = f"{n} drawn vectors of {len(set(people.tolist()))} people"
    run.add(title, columns, [(wall_s, cpu_s, *found, agreement, *ends)])


def _nearest_found(
    vectors: NDArray[np.float32], asked: NDArray[np.int_], one: NDArray[np.int_], other: NDArray[np.int_]
) -> float:
    """Share of these whose nearest neighbour, if it is alike at all, is among their pairs."""
    products = vectors[asked] @ vectors.T
    products[np.arange(len(asked)), asked] = -np.inf
    nearest = products.argmax(axis=1)
    near = products.max(axis=1) >= VOICE.perhaps
    known = set(zip(one.tolist(), other.tolist(), strict=True))
    wanted: Sequence[tuple[int, int]] = list(zip(asked[near].tolist(), nearest[near].tolist(), strict=True))
    return sum((min(pair), max(pair)) in known for pair in wanted) / max(len(wanted), 1)


if __name__ == "__main__":
    main()
