"""Speakers: diarization error rate and number of voices, on composed conversations and on real ones.

``--half tune``: conversations composed from librispeech_train_clean_100, plain and over a simulated telephone line, and
the even AMI excerpts; every constant was chosen on these. ``--half report``: from librispeech_test_other, whose
speakers are others, the odd AMI excerpts and the telephone call. AMI's training part (trn*) was seen by the
segmentation model.
Composed: voices in turn, 2 to 5 s each, pauses of .2 to .6 s; pauses inside the voices (over .2 s more than 30 dB below
the loud parts) are cut out first, so that the truth is known.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench._data import data_dir, half_of, plain_name, read_rttm, sound_files
from bench._run import Run
from privacy_audit.measuring.audio import Turns, measure_audio, our_engine, telephone
from privacy_audit.scanners._listening import runs
from privacy_audit.sources.audio_file import read_audio
from privacy_audit.types import AudioRecord

_RATE_HZ = 16_000
_PER_COUNT = {"tune": 15, "report": 20}
"""Conversations of one, two, three and four speakers each; of the four of test-other more would say little."""
_TURN_S = (2.0, 5.0)
_PAUSE_S = (0.2, 0.6)
_TURNS_EACH = 3
_COLUMNS = (
    *("DER", "DER +-.25 s", "missed", "false alarm", "confused", "count exact", "true count in range", "mean width"),
    "pairs EER",
)

_Recording = tuple[AudioRecord, Turns]


def main() -> None:
    """Command line."""
    run = Run("speakers", "Diarization error rate and number of voices of audio_speakers.")
    name = "librispeech_train_clean_100" if run.half == "tune" else "librispeech_test_other"
    composed = run.limited(_composed(data_dir("audio", name), _PER_COUNT[run.half]))
    _add(run, f"{name}: {len(composed)} composed conversations of 1 to 4 speakers", composed)
    if run.half == "tune":
        draw = np.random.default_rng(0)
        lines = [
            (AudioRecord(one.uri, telephone(one.samples[0], draw)[None], _RATE_HZ), turns) for one, turns in composed
        ]
        _add(run, "the same over a simulated telephone line", lines)
    else:
        _add(run, "pyannote_sample: a telephone call of 30 s", _real(data_dir("audio", "pyannote_sample")))
    meetings = half_of(_real(data_dir("audio", "pyannote_ami")), run.half)
    _add(run, f"pyannote_ami, {run.half} half: {len(meetings)} excerpts of 30 s", meetings)
    unseen = [item for item in meetings if not item[0].uri.startswith("tr")]
    _add(run, f"of these {len(unseen)} from parts that the segmentation model was not trained on", unseen)
    run.finish()


def _add(run: Run, title: str, recordings: Sequence[_Recording]) -> None:
    found = measure_audio(our_engine(), recordings)
    rates = (found.der[0.0], found.der[0.25], found.missed, found.false_alarm, found.confused)
    run.add(title, _COLUMNS, [(*rates, found.exact, found.in_range, found.width, found.pairs_eer)])


def _real(folder: Path) -> list[_Recording]:
    turns = read_rttm(sorted(folder.glob("*.rttm")))
    return [
        (
            read_audio(path, path.name),
            [(place.start, place.end, speaker) for place, speaker in turns[plain_name(path.stem)]],
        )
        for path in sound_files(folder)
    ]


def _composed(folder: Path, per_count: int) -> list[_Recording]:
    """The same conversations on every run: the seed is the number of the conversation."""
    by_speaker: dict[str, list[Path]] = defaultdict(list)
    for path in sound_files(folder):
        by_speaker[path.name.split("-")[0]].append(path)
    made = []
    for number in range(4 * per_count):
        n_speakers, draw = 1 + number % 4, random.Random(number)
        speakers = draw.sample(sorted(by_speaker), n_speakers)
        voices = [_voice(by_speaker[speaker], draw) for speaker in speakers]
        samples, turns = _conversation(voices, draw)
        made.append((AudioRecord(f"composed-{number}", samples[None], _RATE_HZ), turns))
    return made


def _voice(files: Sequence[Path], draw: random.Random) -> NDArray[np.float32]:
    """At least 12 s of one speaker, from one utterance or several."""
    parts: list[NDArray[np.float32]] = []
    for path in draw.sample(files, len(files)):
        parts.append(_without_pauses(read_audio(path, path.name, sample_rate_hz=_RATE_HZ).samples[0]))
        if sum(map(len, parts)) >= 12 * _RATE_HZ:
            break
    return np.concatenate(parts)


def _without_pauses(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    power = np.convolve(samples.astype(float) ** 2, np.ones(400) / 400, "same")[80::160]
    level_db = 10 * np.log10(power + 1e-12)
    kept = np.zeros(len(level_db), bool)
    for start, end in runs(level_db > np.percentile(level_db, 95) - 30, 0.2):
        if end - start >= 5:
            kept[max(0, start - 5) : end + 5] = True
    return samples[: 160 * len(kept)][np.repeat(kept, 160)[: len(samples)]]


def _conversation(voices: Sequence[NDArray[np.float32]], draw: random.Random) -> tuple[NDArray[np.float32], Turns]:
    """Speakers in turn, never two at once, with short pauses: far easier than a real conversation."""
    said = [0] * len(voices)
    parts: list[NDArray[np.float32]] = []
    turns: Turns = []
    done = 0
    for _ in range(_TURNS_EACH):
        for speaker in draw.sample(range(len(voices)), len(voices)):
            length = round(draw.uniform(*_TURN_S) * _RATE_HZ)
            turn = voices[speaker][said[speaker] : said[speaker] + length]
            said[speaker] += length
            if len(turn) < _RATE_HZ // 2:
                continue
            turns.append((done / _RATE_HZ, (done + len(turn)) / _RATE_HZ, str(speaker)))
            pause = np.zeros(round(draw.uniform(*_PAUSE_S) * _RATE_HZ), np.float32)
            parts += [turn, pause]
            done += len(turn) + len(pause)
    return np.concatenate(parts), turns


if __name__ == "__main__":
    main()
