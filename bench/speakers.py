"""Speakers: how often the number of voices in a recording is counted right, and by how much it is off.

``--half tune`` composes conversations from librispeech_train_clean_100 and tries several similarities;
``--half report`` composes them from librispeech_test_other, whose speakers are others, at the similarity that ships.
The real recordings are read whole.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench._data import data_dir, plain_name, read_rttm, sound_files
from bench._run import Run
from privacy_audit.measuring.scoring import Wilson
from privacy_audit.scanners.audio_speakers import AudioSpeakers
from privacy_audit.sources.audio_file import read_audio
from privacy_audit.types import AudioRecord

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_RATE_HZ = 16_000
_SIMILARITIES = (0.60, 0.62, 0.64, 0.66, 0.68, 0.70, 0.72, 0.74)
_PER_COUNT = {"tune": 30, "report": 20}
"""Conversations of one, two, three and four speakers each; of the four of test-other more would say little."""
_TURN_S = (2.0, 5.0)
_PAUSE_S = (0.2, 0.6)
_TURNS_EACH = 3


def main() -> None:
    """Command line."""
    run = Run("speakers", "Exactness and mean error of the number of voices that audio_speakers counts.")
    tuning = run.half == "tune"
    name = "librispeech_train_clean_100" if tuning else "librispeech_test_other"
    composed = run.limited(_composed(data_dir("audio", name), _PER_COUNT[run.half]))
    where = f"{name}: {len(composed)} composed conversations of 1 to 4 speakers, 2 to 5 s a turn"
    if tuning:
        rows = [
            (f"{value:.2f}", *_counted(AudioSpeakers(same_voice_similarity=value), composed)) for value in _SIMILARITIES
        ]
        run.add(where, ("similarity", "exact", "mean error", "mean of counted - true"), rows)
    else:
        scanner = AudioSpeakers()
        rows = [("all", *_counted(scanner, composed)), *_by_count(scanner, composed)]
        run.add(where, ("speakers", "exact", "mean error", "mean of counted - true"), rows)
        for real in ("pyannote_sample", "pyannote_ami"):
            recordings = run.limited(_real(data_dir("audio", real)))
            run.add(
                f"{real}, whole: {len(recordings)} recordings of 30 s",
                ("speakers", "exact", "mean error", "mean of counted - true"),
                [("all", *_counted(scanner, recordings)), *_by_count(scanner, recordings)],
            )
    run.finish()


_Recording = tuple[AudioRecord, int]
"""A recording and how many people speak in it."""


def _counted(scanner: AudioSpeakers, recordings: Sequence[_Recording]) -> tuple[object, ...]:
    errors = [len(scanner.scan(record)) - n_speakers for record, n_speakers in recordings]
    n = max(1, len(errors))
    return Wilson(errors.count(0), len(errors)), sum(map(abs, errors)) / n, f"{sum(errors) / n:+.2f}"


def _by_count(scanner: AudioSpeakers, recordings: Sequence[_Recording]) -> Iterator[tuple[object, ...]]:
    for n_speakers in sorted({count for _, count in recordings}):
        yield n_speakers, *_counted(scanner, [item for item in recordings if item[1] == n_speakers])


def _real(folder: Path) -> list[_Recording]:
    turns = read_rttm(sorted(folder.glob("*.rttm")))
    return [
        (read_audio(path, path.name), len({speaker for _, speaker in turns[plain_name(path.stem)]}))
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
        made.append((AudioRecord(f"composed-{number}", _conversation(voices, draw)[None], _RATE_HZ), n_speakers))
    return made


def _voice(files: Sequence[Path], draw: random.Random) -> NDArray[np.float32]:
    """At least 12 s of one speaker, from one utterance or several."""
    import numpy as np

    parts: list[NDArray[np.float32]] = []
    for path in draw.sample(files, len(files)):
        parts.append(read_audio(path, path.name, sample_rate_hz=_RATE_HZ).samples[0])
        if sum(map(len, parts)) >= 12 * _RATE_HZ:
            break
    return np.concatenate(parts)


def _conversation(voices: Sequence[NDArray[np.float32]], draw: random.Random) -> NDArray[np.float32]:
    """Speakers in turn, never two at once, with short pauses: far easier than a real conversation."""
    import numpy as np

    said = [0] * len(voices)
    parts: list[NDArray[np.float32]] = []
    for _ in range(_TURNS_EACH):
        for speaker in draw.sample(range(len(voices)), len(voices)):
            length = round(draw.uniform(*_TURN_S) * _RATE_HZ)
            parts.append(voices[speaker][said[speaker] : said[speaker] + length])
            parts.append(np.zeros(round(draw.uniform(*_PAUSE_S) * _RATE_HZ), np.float32))
            said[speaker] += length
    return np.concatenate(parts)


if __name__ == "__main__":
    main()
